"""The first that grader.py loads: the commands. If one may grade, what students' code runs in is started at once.

That loads NumPy while the grader loads all else.
"""

from __future__ import annotations

import sys
from collections.abc import Collection

from minigrad.course.student.start import start_nursery

# The commands, each with the module of it.
COMMANDS = {
    "watch": "watch",
    "train": "train",
    "list": "contents",
    "hint": "hint",
    "solution": "solution",
    "reset": "reset",
    "notebooks": "notebooks",
    "doctor": "doctor",
    "check-course": "check_course",
    "new": "new",
    "bundle": "bundle",
    "class": "one_class",
    "cohort": "cohort",
    "regrade": "regrade",
    "merge": "merge",
    "autograder": "autograder",
    "start": "start",
    "update": "update",
}
GRADE = ("grade", "watch", "train")  # the modules of those that run what students wrote here
HELP_WORDS = ("help", "--help", "-h")


def start_early(words: Collection[str]) -> None:
    """Start the nursery, unless a word says that nothing will be graded or a standard stream is closed.

    If a word only looks like a command, it is started later.
    """
    grades = all(COMMANDS.get(word, "grade") in GRADE and word not in HELP_WORDS for word in words)
    if grades and None not in (sys.stdin, sys.stdout, sys.stderr):
        start_nursery()
