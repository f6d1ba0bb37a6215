"""`grader.py class FOLDER`: grade a class, and show a table."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.cli import cohort
from minigrad.course.cli import options as common
from minigrad.course.cohort import outputs
from minigrad.course.usage import UsageError


def parser() -> common.Parser:
    text = "Grade what a class handed in, and show a table. Results are kept; what has not changed is not graded again."
    parser = common.Parser("class", "class FOLDER [options]", text, _MORE)
    parser.add_argument("--store", metavar="FILE", type=Path, help="the SQLite file of the results: FOLDER.sqlite")
    cohort.add_options(parser)
    return parser


_MORE = """Where no cage can be had for what students wrote, it runs as your own programs do, and grades are marked as
provisional. docs/grading.md says what can be handed in, and what each output is for."""


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    if options.submissions is None:
        raise UsageError("class needs the folder with what was handed in: python grader.py class FOLDER")
    folder = options.submissions.resolve()
    options.store = options.store or folder.with_name(f"{folder.stem if folder.is_file() else folder.name}.sqlite")
    options.allow_weak_isolation, options.shard, options.salt_file, options.dask = True, None, None, None
    return cohort.run(course, options, console, table=outputs.load("table").table)
