"""The command line of grader.py: what was asked for, and whether it can be done."""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from minigrad.course import authoring, commands, formats, gate, screen
from minigrad.course.catalogue import Course, Exercise, UsageError
from minigrad.course.checks import SALT
from minigrad.course.commands import FALLS_SHORT, INTERRUPTED, OK, WRONG_USAGE
from minigrad.course.terminal import prepare_streams, stop_on_signals

COMMANDS = ("watch", "list", "hint", "solution", "reset", "doctor", "check-course", "new", "bundle", "--help")

# Which options go with a command, or with none: with grading.
OPTIONS = {
    "": ("target", "fresh", "salt", "require_all", "plots", *formats.SUFFIXES),
    "watch": ("target", "fresh", "salt"),
    "reset": ("target", "yes"),
    "solution": ("target", "anyway"),
    "new": ("number",),
}

HELP = """\
python grader.py                grade every exercise
python grader.py NAME...        grade some, such as rnn_cell or 9
python grader.py watch          grade what you save, as you save it
python grader.py list           what there is to do
python grader.py hint NAME [K]  the first hint, or the K-th
python grader.py solution NAME  the solution, when you have solved it
python grader.py reset NAME     start again; your file is kept beside it
python grader.py doctor         when something does not work: what is wrong here
python grader.py check-course   for authors: do the checks catch what they should?
python grader.py new NAME       for authors: lay out an exercise, to be changed
python grader.py bundle OUT.zip for teachers: the edition that students get

options:
  --target DIR      grade the files in DIR instead of exercises/
  --fresh           grade again also what has not changed since the last run
  --salt TEXT       draw other examples than everybody's
  --require-all     exit with 1 unless every point is won
  --plots DIR       write the pictures of what is solved as PNG into DIR
  --json FILE       also write the results to FILE; - is standard output
  --yes             reset without asking
  --anyway          show a solution before it is solved
  --number K        the number of a new exercise

for other programs, as --json (docs/formats.md):
  --junit FILE  --gradescope FILE  --exercism FILE  --classroom FILE
  --markdown FILE  --html FILE  --svg FILE

exit codes:
  0  nothing that was started falls short
  1  something does
  2  the command cannot be carried out
"""


def main(arguments: Sequence[str], root: Path) -> int:
    """Carry out a command line for the course in `root` and return the exit code."""
    prepare_streams()
    stop_on_signals()
    console = Console(highlight=False)
    try:
        return _run(arguments, root, console)
    except UsageError as error:
        return _refuse(str(error))
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
        return _refuse(f"{error.filename or 'cannot read or write'}: {error.strerror}.")


def _refuse(why: str) -> int:
    Console(stderr=True, highlight=False).print(f"grader.py: {why}", markup=False, soft_wrap=True)
    return WRONG_USAGE


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(f"{message}. See python grader.py --help.")


def _run(arguments: Sequence[str], root: Path, console: Console) -> int:
    parser = _Parser(prog="grader.py", add_help=False, allow_abbrev=False)
    parser.add_argument("words", nargs="*")
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("--target", metavar="DIR", type=Path)
    for name in formats.SUFFIXES:
        parser.add_argument(f"--{name}", metavar="FILE", type=Path)
    parser.add_argument("--plots", metavar="DIR", type=Path)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--salt", metavar="TEXT", default=SALT)
    parser.add_argument("--require-all", action="store_true")
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--anyway", action="store_true")
    parser.add_argument("--number", metavar="K", type=int)
    options = parser.parse_intermixed_args(arguments)
    if options.help:
        console.print(HELP, markup=False, end="")
        return OK
    command = options.words[0] if options.words and options.words[0] in COMMANDS else ""
    for name, value in vars(options).items():
        if name != "words" and value != parser.get_default(name) and name not in OPTIONS.get(command, ()):
            raise UsageError(f"--{name.replace('_', '-')} does not go with {command or 'grading'}.")
    course = Course(root)
    if options.words[:1] == ["new"]:
        if len(options.words) != 2 or options.words[1] in COMMANDS:
            raise UsageError("new takes the name of one exercise, as in: python grader.py new rnn_cell")
        authoring.lay_out(course, options.words[1], options.number, console)
        return OK
    if not course.exercises:
        raise UsageError(f"there are no exercises in {root}.")
    target = commands.shown(options.target or root / "exercises")
    match options.words:
        case ["list"]:
            console.print(screen.contents(course))
            return OK
        case ["hint", name]:
            return commands.hint(course.find(name), "1", console)
        case ["hint", name, level]:
            return commands.hint(course.find(name), level, console)
        case ["reset", name]:
            if options.target:
                _require_folder(target)
            return commands.reset(course.find(name), target, options.yes, console)
        case ["watch"]:
            _require_exercises(course, target)
            return commands.watch(course, target, options, console)
        case ["solution", name]:
            return commands.solution(*_named(course, name, target), options.anyway, console)
        case ["doctor", *_]:  # grader.py runs it when it stands alone
            raise UsageError("doctor stands alone, and looks at minigrad's own folder: there, python grader.py doctor")
        case ["bundle", file]:
            authoring.bundle(course, Path(file), console)
            return OK
        case ["bundle", *_]:
            raise UsageError("bundle takes the name of the zip to write, as in: python grader.py bundle course.zip")
        case ["check-course", *names]:
            course.exercises = [course.find(name) for name in names] or course.exercises
            course.require_solutions()
            return OK if gate.check_course(course, console) else FALLS_SHORT
        case ["list" | "watch" as command, *_]:
            raise UsageError(f"{command} takes no further words.")
        case ["hint" | "solution" | "reset" as command]:
            raise UsageError(f"{command} which exercise? Type, for example: python grader.py {command} rnn_cell")
        case ["hint" | "solution" | "reset" as command, *_]:
            raise UsageError(f"{command} takes the name of one exercise{' and a number' * (command == 'hint')}.")
        case names:
            files = dict(_named(course, name, target) for name in names)
            if not names:
                _require_exercises(course, target)
                files = {exercise: target / exercise.file for exercise in course.exercises}
            return commands.grade(course, files, options, console)


def _named(course: Course, text: str, target: Path) -> tuple[Exercise, Path]:
    """The exercise that a word on the command line means, and the file of it to grade."""
    path = Path(text)
    if not text.strip():
        raise UsageError("the name of an exercise is empty.")
    if text in COMMANDS:
        raise UsageError(f"{text} comes first, as in: python grader.py {text} rnn_cell")
    if path.is_dir():
        raise UsageError(f"{text} is a folder. To grade what is in it: python grader.py --target {shlex.quote(text)}")
    exercise = course.find(text, also=COMMANDS)
    if len(path.parts) > 1 and path.is_file():
        return exercise, path
    _require_folder(target)
    return exercise, target / exercise.file


def _require_folder(target: Path) -> None:
    if not target.is_dir():
        raise UsageError(f"{target} is not a folder. Give --target the folder that holds the exercise files.")


def _require_exercises(course: Course, target: Path) -> None:
    _require_folder(target)
    if not any((target / exercise.file).exists() for exercise in course.exercises):
        raise UsageError(f"{target} has none of the exercise files, such as {course.exercises[0].file}.")
