"""`grader.py list`: what there is to do."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console

from minigrad.course.authors.course_map import course_map
from minigrad.course.catalogue.course import Course
from minigrad.course.cli import options as common
from minigrad.course.reports import screen


def parser() -> common.Parser:
    parser = common.Parser("list", "list [options]", "Show the exercises by chapter, and what each is worth.")
    text = "print the map of the course in Markdown instead: what builds on what, minutes, the glossary"
    parser.add_argument("--markdown", action="store_true", help=text)
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    if options.markdown:
        sys.stdout.buffer.write(course_map(course).encode("utf-8"))  # it is a file's content, wherever it goes
        sys.stdout.flush()
        return common.OK
    points = {exercise.heading: sum(check.points for check in exercise.checks) for exercise in course.exercises}
    console.print(screen.contents(points))
    return common.OK
