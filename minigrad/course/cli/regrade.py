"""`grader.py regrade --store FILE`: what would become of grades after the course was changed."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.cli import cohort
from minigrad.course.cli import options as common
from minigrad.course.cohort import crews
from minigrad.course.cohort.run import Run
from minigrad.course.cohort.store import Store, Version


def parser() -> common.Parser:
    text = "After a check was mended: grade again what was graded with another version, and show whose points move."
    more = "Grades stay as they are until --write, which need not grade a second time."
    parser = common.Parser("regrade", "regrade --store FILE [options]", text, more)
    parser.add_argument("--store", metavar="FILE", type=Path, required=True, help="the SQLite file of the results")
    parser.add_argument("--exercise", metavar="NAME", action="append", help="only this one; may be given several times")
    parser.add_argument("--write", action="store_true", help="let the new results be the grades")
    cohort.add_workers(parser)
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    exercises = [course.find(name) for name in options.exercise or ()] or course.exercises
    with Store(options.store, make=False) as store:
        work = Run(store, course, cohort.crew_of(options), 0, options.allow_weak_isolation)
        outdated = list(work.outdated(exercises))
        cohort.show(work, (f for f in outdated if not work.graded(f)), len(outdated), console, counts=False)
        moved = ...
    return common.OK
