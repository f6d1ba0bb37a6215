"""`grader.py autograder gradescope|classroom OUT [NAME...]`: what a platform grades submissions with by itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from minigrad.course.authors import autograder
from minigrad.course.catalogue.course import Course
from minigrad.course.cli import options as common
from minigrad.course.cohort import platforms
from minigrad.course.usage import UsageError

MINUTES = 8  # Gradescope's default limit is 10


def parser() -> common.Parser:
    text = "For teachers: write an autograder for Gradescope, a zip, or a template repository for GitHub Classroom."
    parser = common.Parser("autograder", "autograder gradescope|classroom OUT [NAME...] [options]", text)
    parser.add_argument("platform", metavar="PLATFORM", choices=platforms.PLATFORMS, help="gradescope or classroom")
    parser.add_argument("place", metavar="OUT", type=Path, help="the zip or the folder to write")
    parser.add_argument("names", metavar="NAME", nargs="*", help="the exercises of the assignment; all without")
    parser.add_argument("--minutes", metavar="N", type=int, default=MINUTES, help="how long a submission may take")
    parser.add_argument("--run", action="store_true", help="grade what the platform put at OUT, as it does itself")
    common.add_salt(parser)
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    exercises = [course.find(name) for name in options.names] or course.exercises
    if not 1 <= options.minutes <= 35:
        raise UsageError(f"--minutes is a number from 1 to 35, not {options.minutes}. Gradescope allows 40 in all.")
    if not options.salt.isprintable():
        raise UsageError("--salt is a text in one line.")
    if options.run:
        platforms.PLATFORMS[options.platform](course, options.place, exercises, options.salt, 60 * options.minutes)
    else:
        write = {"gradescope": autograder.gradescope, "classroom": autograder.classroom}[options.platform]
        write(course, options.place, exercises, options.salt, options.minutes, console)
    return common.OK
