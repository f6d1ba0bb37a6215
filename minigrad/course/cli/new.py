"""`grader.py new NAME`: lay out an exercise."""

from __future__ import annotations

import argparse

from rich.console import Console

from minigrad.course.authors.new import lay_out
from minigrad.course.catalogue.course import Course
from minigrad.course.cli import options as common
from minigrad.course.cli.early import COMMANDS
from minigrad.course.usage import UsageError


def parser() -> common.Parser:
    text = "For authors: lay out a small exercise that works, to be changed into your own."
    parser = common.Parser("new", "new NAME [--number K]", text)
    parser.add_argument("name", metavar="NAME", help="a name for it, such as rnn_cell")
    parser.add_argument("--number", metavar="K", type=int, help="its number; the one after the last is usual")
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    if options.name in COMMANDS:
        raise UsageError("new takes the name of one exercise, as in: python grader.py new rnn_cell")
    lay_out(course, options.name, options.number, console)
    return common.OK
