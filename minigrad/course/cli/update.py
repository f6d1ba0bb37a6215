"""`grader.py update [FOLDER]`: newer exercises and mended checks, and what the student wrote stays."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.cli import options as common
from minigrad.course.editions.carried import carried
from minigrad.course.editions.folder import update
from minigrad.course.reports.text import say


def parser() -> common.Parser:
    text = "Bring a course up to date with the minigrad that is installed: new exercises, mended checks, the map."
    more = """What you wrote stays. What is new of an exercise in which you wrote is laid into .minigrad/new,
so that you can compare them."""
    parser = common.Parser("update", "update [FOLDER]", text, more)
    parser.add_argument("folder", metavar="FOLDER", nargs="?", type=Path, help="that of the course; this one without")
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    for line in update(options.folder or course.root, carried()):
        say(console, line)
    return common.OK
