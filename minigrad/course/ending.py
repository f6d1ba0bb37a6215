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
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from minigrad.course.catalogue import ENDING, Course, load_trusted
from minigrad.course.checks import Example, Student
from minigrad.course.drawing import draw
from minigrad.course.grading import read_source
from minigrad.course.process import Halt, StudentProcess
from minigrad.course.results import PASSED, ExerciseResult

SECONDS = 20.0  # and then there is no ending


def show(course: Course, results: Sequence[ExerciseResult], console: Console) -> None:
    """The ending, if every exercise is solved and somebody is looking."""
    solved = len(results) == len(course.exercises) and all(result.status == PASSED for result in results)
    if solved and console.is_terminal:
        with console.status("putting your functions together"):
            last = play(course, results)
        if last:
            console.print("", last)


def play(course: Course, results: Sequence[ExerciseResult]) -> RenderableType | None:
    """What comes of the student's own functions together; None if the course has no ending, or it fails."""
    path = course.root / ENDING
    if not path.is_file():
        return None
    with contextlib.ExitStack() as stack, warnings.catch_warnings(action="ignore"):
        students = {}
        try:
            for result in results:
                source = read_source(result.path)
                process = StudentProcess(result.exercise.stem, str(result.path), source, result.exercise.imports)
                stack.enter_context(process).deadline = time.monotonic() + SECONDS
                students[result.exercise.name] = student = Student(process)
                student.examples.append(Example({}))
            chart, words = load_trusted(path).ending(**students)
        except (Exception, Halt):
            return None
    return Group(Padding(draw(chart), (0, 0, 0, 2)), Text(words))
