"""What several commands have: parsers whose errors help, and options."""

from __future__ import annotations

import argparse
import difflib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from minigrad.course.checks.examples import SALT
from minigrad.course.usage import UsageError

OK, FALLS_SHORT, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


class Parser(argparse.ArgumentParser):
    """A parser whose errors are UsageErrors, and name what was probably meant.

    Args:
        command: its word on the command line; "" for grading.
        usage: what may follow the program.
        description: what it does, in a sentence or two.
        more: what else there is to know, below the options.
        program: which is the grader of a course, but for commands that need none.
    """

    def __init__(self, command: str, usage: str, description: str, more: str = "", program: str = "grader.py"):
        super().__init__(
            prog=f"python {program} {command}".rstrip(),
            usage=f"python {program} {usage}",
            description=description,
            epilog=more,
            formatter_class=_Formatter,
            allow_abbrev=False,
            add_help=False,
        )
        self._positionals.title = "words"
        self.command = command
        self.given: set[str] = set()
        self.register("action", None, _Once)
        self.add_argument("-h", "--help", action="store_true", help="show this page")

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
        near = difflib.get_close_matches(option, self._option_string_actions, n=1, cutoff=0.75)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(f"{self.command or 'grading'} has no option {option}.{hint} {self.see()}")

    def see(self) -> str:
        return f"See {self.prog} --help."

    def error(self, message: str) -> NoReturn:
        needs = message.replace("the following arguments are required:", f"{self.command} needs")
        raise UsageError(f"{needs}. {self.see()}")


class _Once(argparse.Action):
    """An option with one value: a second one would be ignored, and whoever typed it would not know."""

    def __call__(self, parser: Any, options: argparse.Namespace, value: Any, option: str | None = None) -> None:
        if option and self.dest in parser.given:
            raise UsageError(f"{option} was given twice. Give it once.")
        if option:
            parser.given.add(self.dest)
        setattr(options, self.dest, value)


class _Formatter(argparse.HelpFormatter):
    """Pages that fit into the terminal, and are no wider than 80 columns in a wide one."""

    def __init__(self, prog: str):
        super().__init__(prog, max_help_position=20, width=min(80, shutil.get_terminal_size().columns))


def add_name(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME", help="the exercise: rnn_cell, 9 or exercises/ex09_rnn_cell.py")


def add_target(parser: Parser) -> None:
    parser.add_argument("--target", metavar="DIR", type=Path, help="the folder of the files, in place of exercises/")


def add_salt(parser: Parser) -> None:
    parser.add_argument("--salt", metavar="TEXT", default=SALT, help="draw other examples than everybody's")


def add_fresh(parser: Parser) -> None:
    parser.add_argument("--fresh", action="store_true", help="grade again also what has not changed since the last run")
