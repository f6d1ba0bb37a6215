"""`grader.py bundle OUT.zip`: the edition that students get."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from minigrad.course.authors.bundle import bundle
from minigrad.course.catalogue.course import Course
from minigrad.course.cli import options as common


def parser() -> common.Parser:
    text = "For teachers: write the edition that students get, which has no solutions and still names mistakes."
    parser = common.Parser("bundle", "bundle OUT.zip [options]", text)
    parser.add_argument("zip", metavar="OUT.zip", type=Path, help="the file to write")
    without = "for students who install minigrad by its name: leave it out"
    parser.add_argument("--without-minigrad", action="store_true", help=without)
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    bundle(course, options.zip, console, kit=not options.without_minigrad)
    return common.OK
