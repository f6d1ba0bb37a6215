"""`grader.py reset NAME`: begin an exercise again."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from rich.console import Console

from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.cli import options as common
from minigrad.course.cli import targets
from minigrad.course.cli.hint import forget
from minigrad.course.editions.folder import keep
from minigrad.course.files import legible, read_whole, write_whole
from minigrad.course.reports.text import say
from minigrad.course.usage import UsageError


def parser() -> common.Parser:
    text = "Begin an exercise again, or get back its file."
    more = "What you wrote is kept in .minigrad/backups, under a name with the date and the time."
    parser = common.Parser("reset", "reset NAME [options]", text, more)
    common.add_name(parser)
    common.add_target(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask first")
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    target = targets.target_of(course, options)
    exercise = course.find(options.name)
    path = target / exercise.file
    require_startable(exercise, path)
    if not path.exists():
        start_again(exercise, path)
        say(console, f"{legible(path)} was missing and is there again.")
        return common.OK
    if _content(path) == exercise.skeleton.encode():
        say(console, f"{legible(path)} is as new already.")
        return common.OK
    question = f"Start {legible(path)} again from its beginning? What you wrote is kept. [y/N] "
    if not (options.yes or _confirmed(question, console)):
        console.print("Nothing was changed.", markup=False)
        return common.OK
    backup = start_again(exercise, path)
    kept = f" What you had is in {legible(backup)}." if backup else ""
    say(console, f"{legible(path)} is as new.{kept}")
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
        raise UsageError(f"{legible(path)} is a link that leads nowhere. Remove it first.")
    if path.exists() and not path.is_file():
        raise UsageError(f"{legible(path)} is not a file. Move it away first.")


def start_again(exercise: Exercise, path: Path) -> Path | None:
    """Write the exercise as it began to `path`, and return where what was there before is kept, if anything was.

    Raises:
        UsageError: if it cannot be written; then what was there stays.
    """
    require_startable(exercise, path)
    backup = _kept(exercise, path) if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, exercise.skeleton.encode())
    forget(exercise)
    return backup


def _content(path: Path) -> bytes:
    """The content of a file; where it is a link, of that to which it leads, as that is written to, too."""
    return read_whole(Path(os.path.realpath(path)))


def _kept(exercise: Exercise, path: Path) -> Path:
    """Keep what is at `path`, and return where: in the course's own folder, or in that of the other files."""
    own = os.path.realpath(path.parent) == os.path.realpath(exercise.root / "exercises")
    folder = exercise.root if own else path.parent
    return targets.shown(folder / keep(folder, path, _content(path)))
