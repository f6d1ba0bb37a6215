"""What is shown at the end of a course, if it has that in tests/exercises/ending.py:

    def ending(rnn_cell, bptt, **others):  # the students of the exercises, by name
        ...what is made of rnn_cell.rnn_cell(x=..., h=...) and the like...
        return Chart(...), "some words"

Nothing depends on it: an ending that fails is not shown.
"""

from __future__ import annotations

import contextlib
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from minigrad.course.catalogue.course import ENDING, Course
from minigrad.course.catalogue.trusted import load_trusted
from minigrad.course.checks.students import Example, Student
from minigrad.course.grading.reading import read_source
from minigrad.course.results.charts import Chart
from minigrad.course.results.outcomes import Halt
from minigrad.course.student.process import StudentProcess
from minigrad.course.usage import UsageError

SECONDS = 20.0  # and then there is no ending


Ending = Callable[..., tuple[Chart, str]]


def load(course: Course) -> Ending | None:
    """The ending of the course, if it has one that can be loaded; this is done before any student's code runs."""
    place = course.root / ENDING
    if not place.is_file():
        return None
    try:
        ending: Ending = load_trusted(place).ending
    except (UsageError, AttributeError):
        return None
    return ending


def play(ending: Ending, course: Course, paths: Sequence[Path]) -> tuple[Chart, str] | None:
    """What comes of the student's own functions together; None if it fails.

    Args:
        paths: the student's file for each exercise of the course.
    """
    with contextlib.ExitStack() as stack, warnings.catch_warnings(action="ignore"):
        students = {}
        try:
            for exercise, path in zip(course.exercises, paths, strict=True):
                process = StudentProcess(exercise.stem, str(path), read_source(path), exercise.imports)
                stack.enter_context(process).deadline = time.monotonic() + SECONDS
                students[exercise.name] = student = Student(process)
                student.examples.append(Example({}))
            return ending(**students)
        except (Exception, Halt):
            return None
