"""`grader.py solution NAME`: how the course does it, for those who have done it."""

from __future__ import annotations

import argparse
import re

from rich.console import Console
from rich.syntax import Syntax

from minigrad.course.catalogue.course import Course
from minigrad.course.catalogue.predictions import left_open
from minigrad.course.cli import options as common
from minigrad.course.cli import targets
from minigrad.course.cli.ahead import load_ahead
from minigrad.course.grading.grade import grade_file
from minigrad.course.results.status import Status


def parser() -> common.Parser:
    text = "Show how the course solves an exercise, once you have solved it. The students' edition has no solutions."
    parser = common.Parser("solution", "solution NAME [options]", text)
    common.add_name(parser)
    common.add_target(parser)
    parser.add_argument("--anyway", action="store_true", help="show it before the exercise is solved")
    return parser


def solved(source: str) -> str:
    """The parts of a solution that were left to the student: the predictions, and the functions."""
    code = re.sub(r"^ *# (BEGIN|END) SOLUTION\n", "", source, flags=re.MULTILINE)
    predicted = "".join(cell.lstrip() for cell in code.split("# %%") if cell != left_open(cell))
    predicted = re.sub(r"  # PREDICTION(: )?", lambda why: "  # " if why[1] else "", predicted)
    functions = re.split(r"^(?=@|def |class )", code, maxsplit=1, flags=re.MULTILINE)[-1].rpartition("# %%")[0]
    return f"{predicted}{functions}".strip()


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    exercise, path = targets.named(course, options.name, targets.target_of(course, options))
    source = exercise.solution  # which the students' edition does not have
    answers = solved(source)
    coloured = Syntax("", "python", theme="ansi_dark").highlight(answers)  # before the student's code runs: it imports
    if not options.anyway:
        load_ahead()
        result = grade_file(exercise, path)
        if result.status != Status.PASSED:
            console.print(f"{exercise.name} is not solved yet. Still open:")
            for check in result.checks:
                if check.status != Status.PASSED:
                    console.print(f"  - {check.title}", markup=False, soft_wrap=True)
            grader = targets.grader(course.root)
            for line in (
                f"There are {len(exercise.hints)} hints: {grader} hint {exercise.name}",
                f"To see it all the same: {grader} solution {exercise.name} --anyway",
            ):
                console.print(line, markup=False, soft_wrap=True)
            return common.FALLS_SHORT
    console.print(coloured if console.is_terminal else answers, markup=False, soft_wrap=True)  # it may be copied
    return common.OK
