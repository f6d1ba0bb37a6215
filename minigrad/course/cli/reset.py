"""`grader.py reset NAME`: begin an exercise again."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from rich.console import Console

from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.cli import options as common
from minigrad.course.files import write_whole
from minigrad.course.usage import UsageError


def parser() -> common.Parser:
    parser = common.Parser("reset", "reset NAME [options]", "Begin an exercise again. What you wrote is kept.")
    parser.add_argument("name", metavar="NAME", help="the exercise, such as rnn_cell or 9")
    common.add_target(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    target = common.target_of(course, options)
    if options.target:
        common.require_folder(target)
    exercise = course.find(options.name)
    path = target / exercise.file
    require_startable(exercise, path)
    if not path.exists():
        start_again(exercise, path)
        console.print(f"{path} was missing and is there again.", markup=False, soft_wrap=True)
        return common.OK
    if path.read_bytes() == exercise.skeleton.encode():
        console.print(f"{path} is as new already.", markup=False, soft_wrap=True)
        return common.OK
    question = f"Start {path} again from its beginning? What you wrote is kept. [y/N] "
    if not (options.yes or _confirmed(question, console)):
        console.print("Nothing was changed.", markup=False)
        return common.OK
    backup = start_again(exercise, path)
    console.print(f"{path} is as new. What you had is in {backup}.", markup=False, soft_wrap=True)
    return common.OK


def _confirmed(question: str, console: Console) -> bool:
    try:
        return console.input(question, markup=False).strip().lower() in ("y", "yes")
    except (EOFError, RuntimeError):  # at the end of the input, or where there is none
        console.print()
        return False


def require_startable(exercise: Exercise, path: Path) -> None:
    """Raise UsageError if what is at `path` can't make room for the exercise as it began."""
    if os.path.realpath(path.parent) == os.path.realpath(exercise.root / "solutions"):
        raise UsageError("solutions are what exercises are made from; they are not reset.")
    if path.is_symlink() and not path.exists():
        raise UsageError(f"{path} is a link that leads nowhere. Remove it first.")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is not a file. Move it away first.")


def start_again(exercise: Exercise, path: Path) -> Path | None:
    """Write the exercise as it began to `path`, and return where what was there before is kept, if anything was.

    Raises:
        UsageError: if it cannot be written; then what was there stays.
    """
    require_startable(exercise, path)
    backup = None
    if path.exists():
        backup = next(b for k in range(1, 10**6) if not (b := path.with_suffix(f".{k}.bak")).exists())
        write_whole(backup, path.read_bytes())
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, exercise.skeleton.encode())
    return backup
