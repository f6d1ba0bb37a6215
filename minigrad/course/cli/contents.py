"""`grader.py list`: what there is to do."""

from __future__ import annotations

import argparse

from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.cli import options as common
from minigrad.course.reports import screen


def parser() -> common.Parser:
    return common.Parser("list", "list", "Show the exercises by chapter, and what each is worth.")


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    points = {exercise.heading: sum(check.points for check in exercise.checks) for exercise in course.exercises}
    console.print(screen.contents(points))
    return common.OK
