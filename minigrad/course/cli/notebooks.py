"""`grader.py notebooks OUT`: the exercises as notebooks for Jupyter."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from rich.console import Console

from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.cli import options as common
from minigrad.course.cli import targets
from minigrad.course.files import legible, write_whole
from minigrad.course.grading.reading import Unreadable, read_source
from minigrad.course.notebooks.graded import is_free
from minigrad.course.notebooks.made import notebook, require
from minigrad.course.reports.text import say
from minigrad.course.results.status import Status
from minigrad.course.usage import UsageError


def parser() -> common.Parser:
    text = "Write a notebook for each exercise, with what you have written so far. Its last cell grades it."
    more = "A notebook that is there already stays as it is. This needs the extra jupyter, which has jupytext."
    parser = common.Parser("notebooks", "notebooks OUT [options]", text, more)
    parser.add_argument("place", metavar="OUT", type=Path, help="the folder to write them into")
    common.add_target(parser)
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    require()
    place, target = options.place, targets.target_of(course, options)
    _require_place(course, place)
    there = [exercise for exercise in course.exercises if (place / f"{exercise.stem}.ipynb").exists()]
    sources = {e: _source(e, target / e.file) for e in course.exercises if e not in there}
    place.mkdir(parents=True, exist_ok=True)
    for exercise, source in sources.items():
        write_whole(place / f"{exercise.stem}.ipynb", notebook(source, exercise.stem, _way(place, course.root)))
    count = len(course.exercises)
    new = f", {count - len(there)} of them new; those that were there stay as they are" if there else ""
    say(console, f"{legible(place)} has {count} notebook{'s' * (count > 1)}{new}.")
    console.print("Open one in VS Code or in Jupyter (pip install jupyterlab, then jupyter lab), fill it in, and run")
    console.print("all its cells: the last one grades it.")
    return common.OK


def _require_place(course: Course, place: Path) -> None:
    """Raise UsageError unless notebooks can lie there, and the files that are made of their cells beside them."""
    if place.exists() and not place.is_dir():
        raise UsageError(f"{legible(place)} is a file. Give the folder to write notebooks into.")
    for exercise in course.exercises:
        file = place / exercise.file
        if file.exists() and not is_free(exercise, file):
            raise UsageError(f"somebody has written in {legible(file)}. Give another folder for notebooks.")


def _source(exercise: Exercise, path: Path) -> str:
    """The source that the student has written so far, or else the one they begin with.

    Raises:
        UsageError: if what they have written cannot be read.
    """
    try:
        return read_source(path)
    except Unreadable as why:
        if why.status != Status.NOT_STARTED:
            raise UsageError(
                f"no notebook was written, since one of {legible(path.parent)} cannot be made: {why}"
            ) from None
        return exercise.skeleton


def _way(place: Path, root: Path) -> str:
    """The path from the notebooks' folder to the course's: within it, wherever it is moved to."""
    place, root = place.resolve(), root.resolve()
    return Path(os.path.relpath(root, place)).as_posix() if place.is_relative_to(root) else root.as_posix()
