"""The commands of grader.py."""

from __future__ import annotations

import argparse
import codecs
import io
import json
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from minigrad.course import authoring, gate, screen
from minigrad.course.catalogue import Course, Exercise, UsageError
from minigrad.course.grading import grade_file
from minigrad.course.results import PASSED, ExerciseResult, report_as_json

OK, FALLS_SHORT, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

COMMANDS = ("list", "hint", "reset", "check-course", "new", "bundle", "--help")

HELP = """\
python grader.py                grade every exercise
python grader.py NAME...        grade some, such as rnn_cell or 9
python grader.py list           what there is to do
python grader.py hint NAME [K]  the first hint, or the K-th
python grader.py reset NAME     start again; your file is kept beside it
python grader.py check-course   for authors: do the checks catch what they should?
python grader.py new NAME       for authors: lay out an exercise, to be changed
python grader.py bundle OUT.zip for teachers: the edition that students get

options:
  --target DIR      grade the files in DIR instead of exercises/
  --require-all     exit with 1 unless every point is won
  --json FILE       also write the results to FILE
  --yes             reset without asking
  --number K        the number of a new exercise

exit codes:
  0  nothing that was started falls short
  1  something does
  2  the command cannot be carried out
"""


def main(arguments: Sequence[str], root: Path) -> int:
    """Carry out a command line for the course in `root` and return the exit code."""
    _prepare_streams()
    _stop_on_signals()
    console = Console(highlight=False)
    try:
        return _run(arguments, root, console)
    except UsageError as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        console.print("\nStopped. Nothing was changed.", markup=False)
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FALLS_SHORT
    except OSError as error:
        return _refuse(f"{error.filename or 'output'}: {error.strerror}.")


def _refuse(why: str) -> int:
    Console(stderr=True, highlight=False).print(f"grader.py: {why}", markup=False, soft_wrap=True)
    return WRONG_USAGE


def _prepare_streams() -> None:
    """Let every sign be printed: where the encoding has none of its own, another that reads alike."""
    plain = {"✓": "+", "✗": "x", "⏱": "T", "·": ".", "➜": ">", "≥": ">=", "≤": "<=", "∞": "inf", "─": "-", "━": "="}
    plain |= {
        "ᵀ": "^T",
        "²": "^2",
        "±": "+-",
        "σ": "sigma",
        "≠": "!=",
        "╸": " ",
        "╺": " ",
        "…": "...",
        "ᵃ": "^a",
        "⁻": "^-",
    }

    def spell(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeEncodeError)
        return "".join(plain.get(c, "?") for c in error.object[error.start : error.end]), error.end

    codecs.register_error("spell", spell)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a closed stream is None
            stream.reconfigure(errors="spell")


def _stop_on_signals() -> None:
    """End as Ctrl-C does, with no process left behind, when a terminal is closed or the grader is told to end."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(f"{message}. See python grader.py --help.")


def _run(arguments: Sequence[str], root: Path, console: Console) -> int:
    parser = _Parser(prog="grader.py", add_help=False, allow_abbrev=False)
    parser.add_argument("words", nargs="*")
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("--target", metavar="DIR", type=Path)
    parser.add_argument("--json", metavar="FILE", type=Path)
    parser.add_argument("--require-all", action="store_true")
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--number", metavar="K", type=int)
    options = parser.parse_intermixed_args(arguments)
    if options.help:
        console.print(HELP, markup=False, end="")
        return OK
    course = Course(root)
    if options.words[:1] == ["new"]:
        if len(options.words) != 2 or options.words[1] in COMMANDS:
            raise UsageError("new takes the name of one exercise, as in: python grader.py new rnn_cell")
        authoring.lay_out(course, options.words[1], options.number, console)
        return OK
    if not course.exercises:
        raise UsageError(f"there are no exercises in {root}.")
    target = _shown(options.target or root / "exercises")
    match options.words:
        case ["list"]:
            console.print(screen.contents(course))
            return OK
        case ["hint", name]:
            return _hint(course.find(name), "1", console)
        case ["hint", name, level]:
            return _hint(course.find(name), level, console)
        case ["reset", name]:
            if options.target:
                _require_folder(target)
            return _reset(course.find(name), target, options.yes, console)
        case ["bundle", file]:
            authoring.bundle(course, Path(file), console)
            return OK
        case ["bundle", *_]:
            raise UsageError("bundle takes the name of the zip to write, as in: python grader.py bundle course.zip")
        case ["check-course"]:
            course.require_solutions()
            return OK if gate.check_course(course, console) else FALLS_SHORT
        case ["list" | "check-course" as command, *_]:
            raise UsageError(f"{command} takes no further words.")
        case ["hint" | "reset" as command]:
            raise UsageError(f"{command} which exercise? Type, for example: python grader.py {command} rnn_cell")
        case ["hint" | "reset" as command, *_]:
            raise UsageError(f"{command} takes the name of one exercise{' and a number' * (command == 'hint')}.")
        case names:
            files = dict(_named(course, name, target) for name in names)
            if not names:
                _require_exercises(course, target)
                files = {exercise: target / exercise.file for exercise in course.exercises}
            return _grade(course, files, options, console)


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


def _grade(course: Course, files: dict[Exercise, Path], options: argparse.Namespace, console: Console) -> int:
    if options.json:
        _require_writable(options.json)
    for exercise in files:
        exercise.load()
    results: list[ExerciseResult] = []
    with console.status("") as status:
        for exercise, path in files.items():
            status.update(f"{exercise.name} ({len(results) + 1} of {len(files)})")
            results.append(grade_file(exercise, path))
    if options.json:
        options.json.write_text(json.dumps(report_as_json(results), indent=1, allow_nan=False) + "\n", encoding="utf-8")
    grader = f"python {_shown(course.root / 'grader.py')}"
    elsewhere = options.target if options.target and not _same(options.target, course.root / "exercises") else None
    console.print(screen.report(course, results, screen.Commands(grader, elsewhere)))
    if options.require_all and any(result.status != PASSED for result in results):
        return FALLS_SHORT
    return FALLS_SHORT if any(result.falls_short for result in results) else OK


def _same(a: Path, b: Path) -> bool:
    return os.path.realpath(a) == os.path.realpath(b)


def _shown(path: Path) -> Path:
    """The path as the student would type it."""
    return Path(os.path.relpath(path)) if path.resolve().is_relative_to(Path.cwd()) else path


def _require_writable(path: Path) -> None:
    """Find out before grading whether results can be written, and do not write over anything but results."""
    if path.is_dir():
        raise UsageError(f"cannot write results to {path}: it is a folder.")
    if not path.parent.is_dir():
        raise UsageError(f"cannot write results to {path}: there is no folder {path.parent}.")
    if path.is_file() and path.suffix != ".json":
        raise UsageError(f"{path} exists and is no .json file; it is not overwritten. Give --json another name.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"cannot write results to {path}: permission denied.")


def _hint(exercise: Exercise, level: str, console: Console) -> int:
    count = len(exercise.hints)
    if level not in map(str, range(1, count + 1)):
        raise UsageError(f"{exercise.name} has hints 1 to {count}; there is no hint {level[:20]}.")
    console.print(screen.hint(exercise, int(level)))
    return OK


def _reset(exercise: Exercise, target: Path, yes: bool, console: Console) -> int:
    path = target / exercise.file
    if path.is_symlink() and not path.exists():
        raise UsageError(f"{path} is a link that leads nowhere. Remove it first.")
    if _same(path.parent, exercise.root / "solutions"):
        raise UsageError("solutions are what exercises are made from; they are not reset.")
    skeleton = exercise.skeleton
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(skeleton, encoding="utf-8")
        console.print(f"{path} was missing and is there again.", markup=False, soft_wrap=True)
        return OK
    if not path.is_file():
        raise UsageError(f"{path} is not a file. Move it away first.")
    if path.read_bytes() == skeleton.encode():
        console.print(f"{path} is as new already.", markup=False, soft_wrap=True)
        return OK
    if not (
        yes or _confirmed(f"Start {path} again from its beginning? What you wrote is kept beside it. [y/N] ", console)
    ):
        console.print("Nothing was changed.", markup=False)
        return OK
    backup = next(b for k in range(1, 10**6) if not (b := path.with_suffix(f".{k}.bak")).exists())
    path.rename(backup)
    path.write_text(skeleton, encoding="utf-8")
    console.print(f"{path} is as new. What you had is in {backup}.", markup=False, soft_wrap=True)
    return OK


def _confirmed(question: str, console: Console) -> bool:
    try:
        return console.input(question, markup=False).strip().lower() in ("y", "yes")
    except EOFError:
        console.print()
        return False
