"""The command line: which command was asked for, and what went wrong in a sentence."""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.cli.early import COMMANDS, GRADE
from minigrad.course.cli.options import FALLS_SHORT, INTERRUPTED, OK, WRONG_USAGE, Parser
from minigrad.course.cli.terminal import console_of, prepare_streams
from minigrad.course.files import legible, typed
from minigrad.course.reports import formats
from minigrad.course.reports.text import say
from minigrad.course.signals import stop_on_signals
from minigrad.course.student.start import start_nursery
from minigrad.course.usage import UsageError

HELP = """\
python grader.py                grade every exercise
python grader.py NAME...        grade some, such as rnn_cell or 9
python grader.py watch          grade what you save, as you save it
python grader.py list           what there is to do
python grader.py train [NAME]   train a network made of your functions
python grader.py hint NAME [K]  the next hint, or the K-th
python grader.py solution NAME  the solution, when you have solved it
python grader.py reset NAME     start again; what you wrote is kept
python grader.py notebooks OUT  the exercises as notebooks for Jupyter
python grader.py update         what is new in the course; what you wrote stays
python grader.py doctor         what is wrong here, when something does not work
python grader.py check-course   for authors: do the checks catch mistakes?
python grader.py new NAME       for authors: lay out an exercise, to be changed
python grader.py bundle OUT.zip for teachers: the edition that students get
python grader.py class FOLDER   for teachers: grade what a class handed in
python grader.py cohort FOLDER  for teachers: grade very many, or strangers
python grader.py regrade        for teachers: whose points a mended check moves
python grader.py merge SHARD... for teachers: the parts of a cohort, as one
python grader.py autograder ... for teachers: what Gradescope or Classroom runs

python -m minigrad.course start FOLDER  the course, in a folder of your own

options for grading; each command says with --help what it takes:
  --target DIR      grade the files in DIR instead of exercises/
  --fresh           grade again also what has not changed since the last run
  --salt TEXT       draw other examples than everybody's
  --deep [N]        then look at N further examples of larger and odder sizes
  --cage            run the code in a cage, where one can be had
  --require-all     exit with 1 unless every point is won
  --plots DIR       write the charts of what is solved as PNG into DIR
  --json FILE       also write the results to FILE; - is standard output

for other programs, as --json (docs/formats.md):
  --junit FILE  --gradescope FILE  --exercism FILE  --classroom FILE
  --markdown FILE  --html FILE  --svg FILE

exit codes:
  0  nothing that was started falls short
  1  something does, or a file that was named is not there
  2  the command cannot be carried out
"""

WITHOUT_GRADER = """\
python -m minigrad.course start FOLDER  the course, in a folder of your own
python -m minigrad.course new NAME      for authors: lay out an exercise here

Where a course is, `python grader.py` grades it, and with --help lists the rest.
"""

ANYWHERE = ("new", "start", "update")  # the commands that need no exercises
_OF_COHORTS = "store layout roster policy workers dask shard salt-file feedback csv moodle canvas jsonl dashboard"
_VALUES = f"target salt plots number exercise minutes {_OF_COHORTS}"
TAKE_A_VALUE = {f"--{name}" for name in (*_VALUES.split(), *formats.SUFFIXES)}
MAY_TAKE_A_NUMBER = "--deep"


def main(arguments: Sequence[str], root: Path, grader: bool = True) -> int:
    """Carry out a command line for the course in `root` and return the exit code.

    Args:
        grader: whether it was typed to the course's own grader.py.
    """
    if why := _nowhere(root):
        return _refuse(why, grader)
    prepare_streams()
    stop_on_signals()
    console = console_of(sys.stdout)
    try:
        if not grader and arguments in ([], ["--help"], ["-h"], ["help"]):
            console.print(WITHOUT_GRADER, markup=False, end="", soft_wrap=True)
            return OK
        return _run(list(arguments), root, console)
    except UsageError as error:
        return _refuse(str(error), grader)
    except KeyboardInterrupt:
        with contextlib.suppress(OSError):  # a terminal that was closed
            console.print("\nStopped.", markup=False)
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FALLS_SHORT
    except OSError as error:
        if error.errno == errno.EIO:  # the terminal is gone
            return INTERRUPTED
        return _refuse(
            f"{legible(str(error.filename)) if error.filename else 'cannot read or write'}: {error.strerror}.", grader
        )


def _nowhere(root: Path) -> str:
    """The reason why no command can be carried out here, whatever it is; or ""."""
    if sys.stdout is None:
        return "standard output is closed, so there is nowhere to show anything. Leave it open, or give it a file."
    try:
        os.getcwd()
    except OSError:
        another = f", such as that of the course: cd {typed(root)}" if root.is_absolute() else "."
        return f"the folder in which you are has been removed. Go to another one{another}"
    return ""


def _refuse(why: str, grader: bool) -> int:
    called = "grader.py" if grader else "minigrad.course"
    say(Console(stderr=sys.stderr is not None, highlight=False), f"{called}: {why}")
    return WRONG_USAGE


def _run(arguments: list[str], root: Path, console: Console) -> int:
    wants_help = any(word in ("-h", "--help") for word in arguments) or arguments[:1] == ["help"]
    arguments = arguments[1:] if arguments[:1] == ["help"] else arguments
    place = _place_of_command(arguments)
    name = COMMANDS[arguments[place]] if place >= 0 else "grade"
    words = [*arguments[:place], *arguments[place + 1 :]] if place >= 0 else arguments
    if name in GRADE and not wants_help:
        start_nursery()  # it loads NumPy meanwhile
    command = importlib.import_module(f"minigrad.course.cli.{name}")
    if not gc.isenabled():  # grader.py has turned it off until here; what is loaded is no garbage
        gc.freeze()
        gc.enable()
    parser: Parser = command.parser()
    if wants_help:
        console.print(HELP if name == "grade" else parser.format_help(), markup=False, end="", soft_wrap=True)
        return OK
    options, course = parser.parse(words), Course(root)
    if not course.exercises and name not in ANYWHERE:
        lay_out = "python -m minigrad.course start FOLDER"
        raise UsageError(f"there are no exercises in {legible(root)}. To lay out a course: {lay_out}")
    code: int = command.run(course, options, console)
    return code


def _place_of_command(arguments: Sequence[str]) -> int:
    """The place of the command: the first word that is no option and no option's value, if it is a command; or -1."""
    before = ""
    for place, argument in enumerate(arguments):
        if before in TAKE_A_VALUE or (before == MAY_TAKE_A_NUMBER and argument.isdecimal()):
            before = ""
        elif argument.startswith("-"):
            before = argument
        else:
            return place if argument in COMMANDS else -1
    return -1
