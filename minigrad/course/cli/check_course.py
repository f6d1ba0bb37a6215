"""`grader.py check-course [NAME...]`: do the checks catch what they should?"""

from __future__ import annotations

import argparse

from rich.console import Console

from minigrad.course.authors.check_course import check_course
from minigrad.course.catalogue.course import Course
from minigrad.course.cli import options as common


def parser() -> common.Parser:
    text = "For authors: try every known mistake and every correct variant on the checks, of all exercises or some."
    more = (
        "Each mistake must lose points and be named, each variant win them all; what is untouched is not written yet."
    )
    parser = common.Parser("check-course", "check-course [NAME...] [options]", text, more)
    parser.add_argument("names", metavar="NAME", nargs="*", help="an exercise: rnn_cell or 9")
    parser.add_argument("--fresh", action="store_true", help="try also what has not changed since the last run")
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    course.exercises = [course.find(name) for name in options.names] or course.exercises
    course.require_solutions()
    return common.OK if check_course(course, console, options.fresh) else common.FALLS_SHORT
