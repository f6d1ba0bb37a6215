"""The first that grader.py loads: it starts what students' code will run in, which loads NumPy while the rest loads."""

from __future__ import annotations

import sys
from collections.abc import Collection

from minigrad.course.student.start import start_nursery

# With one of these words nothing is graded, or it is graded elsewhere.
_COMMANDS = """
list hint solution reset notebooks doctor check-course new bundle class cohort regrade merge autograder start update
help --help -h
"""
NO_GRADING = frozenset(_COMMANDS.split())


def start_early(words: Collection[str]) -> None:
    """Start the nursery, unless a word says that nothing will be graded or a standard stream is closed.

    If a word only looks like a command, it is started later.
    """
    if NO_GRADING.isdisjoint(words) and None not in (sys.stdin, sys.stdout, sys.stderr):
        start_nursery()
