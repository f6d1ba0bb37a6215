"""`grader.py class FOLDER`: grade what a class handed in, and show a table."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.cli import cohort
from minigrad.course.cli import options as common
from minigrad.course.usage import UsageError


def parser() -> common.Parser:
    text = (
        "Grade what a class handed in, and show a table. What has not changed since the last run is not graded again."
    )
    parser = common.Parser("class", "class FOLDER [options]", text, _MORE)
    parser.add_argument("--store", metavar="FILE", type=Path, help="where results are kept, in place of FOLDER.sqlite")
    cohort.add_options(parser, "FOLDER")
    return parser


_MORE = """Where no cage can be had for what students wrote, it runs with your rights, and grades are marked as
provisional. docs/grading.md says what can be handed in, and what each output is for."""


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    if options.submissions is None:
        raise UsageError("class needs the folder of what was handed in, as in: python grader.py class FOLDER")
    folder = options.submissions.resolve()
    options.store = options.store or folder.with_name(f"{folder.stem if folder.is_file() else folder.name}.sqlite")
    options.allow_weak_isolation, options.workers = True, os.cpu_count()
    options.dask = options.shard = options.salt_file = None
    return cohort.run(course, options, console, table=True)
