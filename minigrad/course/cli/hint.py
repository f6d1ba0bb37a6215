"""`grader.py hint NAME [K]`: a hint, each time the next one."""

from __future__ import annotations

import argparse
import contextlib

from rich.console import Console

from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.catalogue.versions import FOLDER
from minigrad.course.cli import options as common
from minigrad.course.cli import targets
from minigrad.course.files import read_whole, write_whole
from minigrad.course.reports import screen
from minigrad.course.usage import UsageError


def parser() -> common.Parser:
    text = "Show the next hint for an exercise, or the K-th. Each says more than the one before."
    more = "After the last hint comes the first again. Which was shown last is remembered in .minigrad."
    parser = common.Parser("hint", "hint NAME [K]", text, more)
    common.add_name(parser)
    parser.add_argument("level", metavar="K", nargs="?", help="which hint: 1 is the first")
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    exercise = course.find(options.name)
    count = len(exercise.hints)
    if options.level is not None and options.level not in map(str, range(1, count + 1)):
        raise UsageError(f"{exercise.name} has hints 1 to {count}; there is no hint {options.level[:20]}.")
    level = int(options.level) if options.level else following(exercise)
    note(exercise, level)
    again = f"{targets.grader(course.root)} hint {exercise.name}"
    enough = "Not enough?" if level + 1 < count else "Not enough? The last one says nearly all:"
    more = f"{enough} {again}" if level < count else f"That was the last one. From the first: {again} 1"
    console.print(screen.hint(exercise.heading, exercise.hints, level, more), crop=False)
    return common.OK


def following(exercise: Exercise) -> int:
    """The hint after the one that was shown last; after the last one the first."""
    with contextlib.suppress(OSError, ValueError):  # none was shown, or nobody knows which
        last = int(read_whole(exercise.root / FOLDER / f"{exercise.stem}.hint", 100))
        return last + 1 if 1 <= last < len(exercise.hints) else 1
    return 1


def note(exercise: Exercise, level: int) -> None:
    """Remember which hint was shown last, where that can be."""
    place = exercise.root / FOLDER / f"{exercise.stem}.hint"
    with contextlib.suppress(OSError, UsageError):
        place.parent.mkdir(exist_ok=True)
        write_whole(place, str(level).encode("ascii"))


def forget(exercise: Exercise) -> None:
    with contextlib.suppress(OSError):
        (exercise.root / FOLDER / f"{exercise.stem}.hint").unlink(missing_ok=True)
