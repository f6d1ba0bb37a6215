"""What several commands have: parsers whose errors help, options, and where the student's files are."""

from __future__ import annotations

import argparse
import difflib
import os
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.checks.examples import SALT
from minigrad.course.grading.remembered import Memory
from minigrad.course.reports.screen import Commands
from minigrad.course.usage import UsageError

OK, FALLS_SHORT, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

COMMANDS = {
    "watch": "watch",
    "list": "contents",
    "hint": "hint",
    "solution": "solution",
    "reset": "reset",
    "doctor": "doctor",
    "check-course": "check_course",
    "new": "new",
    "bundle": "bundle",
}


class Parser(argparse.ArgumentParser):
    """A parser whose errors are UsageErrors, and name what was probably meant."""

    def __init__(self, command: str, usage: str, description: str):
        super().__init__(
            prog=f"grader.py {command}".rstrip(),
            usage=f"python grader.py {usage}",
            description=description,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.command = command

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The options, wherever they stand among the words.

        Raises:
            UsageError: if there is something that the command does not take.
        """
        options, rest = self.parse_known_intermixed_args(arguments)
        if rest:
            self.refuse(rest[0])
        return options

    def refuse(self, argument: str) -> NoReturn:
        if not argument.startswith("-"):
            raise UsageError(f"{self.command} takes no further words, such as {argument}. {self.see()}")
        option = argument.partition("=")[0]
        near = difflib.get_close_matches(option, self._option_string_actions, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(f"{self.command or 'grading'} has no option {option}.{hint} {self.see()}")

    def see(self) -> str:
        return f"See {self.prog.replace('grader.py', 'python grader.py')} --help."

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}. {self.see()}")


def add_target(parser: Parser) -> None:
    parser.add_argument("--target", metavar="DIR", type=Path, help="the folder of the files; exercises/ is usual")


def add_salt(parser: Parser) -> None:
    parser.add_argument("--salt", metavar="TEXT", default=SALT, help="draw other examples than everybody's")


def add_fresh(parser: Parser) -> None:
    parser.add_argument("--fresh", action="store_true", help="grade also what has not changed since the last run")


def target_of(course: Course, options: argparse.Namespace) -> Path:
    return shown(options.target or course.root / "exercises")


def commands_of(course: Course, options: argparse.Namespace, watching: bool = False) -> Commands:
    elsewhere = options.target if options.target and not same(options.target, course.root / "exercises") else None
    return Commands(grader(course.root), elsewhere, watching)


def memory_of(course: Course, paths: Iterable[Path], options: argparse.Namespace) -> Memory | None:
    """What is remembered of these files: nothing, unless they are the student's own."""
    if not all(same(path.parent, course.root / "exercises") for path in paths):
        return None
    memory = Memory(course.root, options.salt)
    if options.fresh:
        try:
            memory.forget()
        except OSError:  # what cannot be removed is not used either
            return None
    return memory


def named(course: Course, text: str, target: Path) -> tuple[Exercise, Path]:
    """The exercise that a word on the command line means, and the file of it to grade."""
    path = Path(text)
    if not text.strip():
        raise UsageError("the name of an exercise is empty.")
    if text in COMMANDS:
        raise UsageError(f"{text} comes first, as in: python grader.py {text} rnn_cell")
    if path.is_dir():
        raise UsageError(f"{text} is a folder. To grade what is in it: python grader.py --target {shlex.quote(text)}")
    exercise = course.find(text, also=list(COMMANDS))
    if len(path.parts) > 1 and path.is_file():
        return exercise, path
    require_folder(target)
    return exercise, target / exercise.file


def require_folder(target: Path) -> None:
    if not target.is_dir():
        raise UsageError(f"{target} is not a folder. Give --target the folder that holds the exercise files.")


def require_exercises(course: Course, target: Path) -> None:
    require_folder(target)
    if not any((target / exercise.file).exists() for exercise in course.exercises):
        raise UsageError(f"{target} has none of the exercise files, such as {course.exercises[0].file}.")


def grader(root: Path) -> str:
    """The grader as the student calls it."""
    return f"python {shlex.quote(str(shown(root / 'grader.py')))}"


def same(a: Path, b: Path) -> bool:
    return os.path.realpath(a) == os.path.realpath(b)


def shown(path: Path) -> Path:
    """The path as the student would type it."""
    return Path(os.path.relpath(path)) if path.resolve().is_relative_to(Path.cwd()) else path
