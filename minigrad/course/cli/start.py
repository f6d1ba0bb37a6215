"""`python -m minigrad.course start FOLDER`: the course that came with minigrad, in a folder of the student's own."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.cli import options as common
from minigrad.course.editions.carried import carried
from minigrad.course.editions.folder import start
from minigrad.course.files import legible, typed
from minigrad.course.reports.text import say


def parser() -> common.Parser:
    text = "Lay out the course that came with minigrad in a folder of your own."
    parser = common.Parser("start", "start FOLDER", text, program="-m minigrad.course")
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="a new folder, or an empty one")
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    start(options.folder, carried())
    count = len(Course(options.folder).exercises)
    lines = [f"{count} exercise{'s are' if count > 1 else ' is'} in {legible(options.folder / 'exercises')}. Next:"]
    if options.folder.resolve() != Path.cwd():
        lines.append(f"  cd {typed(options.folder)}")
    for line in (*lines, "  python grader.py"):
        say(console, line)
    return common.OK
