"""`grader.py doctor`, where the course is not the folder of minigrad itself: grader.py runs the other one alone."""

from __future__ import annotations

import argparse

from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.cli import options as common
from minigrad.course.usage import UsageError


def parser() -> common.Parser:
    return common.Parser("doctor", "doctor", "Say what is wrong with the installation, and what to do about it.")


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    raise UsageError("doctor stands alone, and looks at minigrad's own folder: there, python grader.py doctor")
