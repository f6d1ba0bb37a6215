"""`grader.py hint NAME [K]`: a hint."""

from __future__ import annotations

import argparse

from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.cli import options as common
from minigrad.course.reports import screen
from minigrad.course.usage import UsageError


def parser() -> common.Parser:
    parser = common.Parser("hint", "hint NAME [K]", "The first hint for an exercise, or the K-th; each says more.")
    parser.add_argument("name", metavar="NAME", help="the exercise, such as rnn_cell or 9")
    parser.add_argument("level", metavar="K", nargs="?", default="1", help="which hint; the first is usual")
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    exercise, level = course.find(options.name), options.level
    count = len(exercise.hints)
    if level not in map(str, range(1, count + 1)):
        raise UsageError(f"{exercise.name} has hints 1 to {count}; there is no hint {level[:20]}.")
    more = f"Not enough? {common.grader(course.root)} hint {exercise.name} {int(level) + 1}"
    console.print(screen.hint(exercise.heading, exercise.hints, int(level), more), crop=False)
    return common.OK
