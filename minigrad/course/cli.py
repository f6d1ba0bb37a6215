"""The commands of grader.py."""

from __future__ import annotations

import argparse
import codecs
import io
import os
import re
import shlex
import signal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console

from minigrad.course import authoring, formats, gate, pictures, screen
from minigrad.course.batch import grade_all
from minigrad.course.cache import Cache
from minigrad.course.catalogue import Course, Exercise, UsageError
from minigrad.course.checks import SALT
from minigrad.course.grading import grade_file
from minigrad.course.results import PASSED, ExerciseResult
from minigrad.course.skeleton import start_again
from minigrad.course.watch import Watch, keys

OK, FALLS_SHORT, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

COMMANDS = ("watch", "list", "hint", "solution", "reset", "doctor", "check-course", "new", "bundle", "--help")

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
        case ["watch"]:
            return _watch(course, target, options, console)
        case ["solution", name]:
            return _solution(*_named(course, name, target), options.anyway, console)
        case ["doctor", *_]:  # grader.py runs it when it stands alone
            raise UsageError("doctor takes no further words or options: python grader.py doctor")
        case ["bundle", file]:
            authoring.bundle(course, Path(file), console)
            return OK
        case ["bundle", *_]:
            raise UsageError("bundle takes the name of the zip to write, as in: python grader.py bundle course.zip")
        case ["check-course"]:
            course.require_solutions()
            return OK if gate.check_course(course, console) else FALLS_SHORT
        case ["list" | "watch" | "check-course" as command, *_]:
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
    outputs = {name: path for name in formats.SUFFIXES if (path := getattr(options, name))}
    _require_writable(outputs)
    console.quiet = formats.STDOUT in outputs.values()
    cache = _cache(course, files.values(), options)
    found: dict[Exercise, ExerciseResult] = {}
    with screen.progress(console, len(files)) as advance:
        for result in grade_all(files, options.salt, cache):
            found[result.exercise] = result
            advance(result)
    results = [found[exercise] for exercise in files]
    report = screen.report(course, results, _commands(course, options))
    for name, path in outputs.items():
        formats.write(name, path, results, report)
    console.print(report, crop=False)
    if options.plots:
        _plot(results, options.plots, console)
    if options.require_all and any(result.status != PASSED for result in results):
        return FALLS_SHORT
    return FALLS_SHORT if any(result.falls_short for result in results) else OK


def _plot(results: Sequence[ExerciseResult], folder: Path, console: Console) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for result in results:
        if result.chart:
            path = folder / f"{result.exercise.stem}.png"
            pictures.save(result.chart, path)
            console.print(f"The picture of {result.exercise.name} is in {path}.", markup=False, soft_wrap=True)


def _watch(course: Course, target: Path, options: argparse.Namespace, console: Console) -> int:
    _require_exercises(course, target)
    command = _commands(course, options, watching=sys.stdin.isatty())
    cache = _cache(course, [target / course.exercises[0].file], options)
    with keys() as key:
        Watch(course, target, console, command, options.salt, cache, key).run()
    return OK


def _commands(course: Course, options: argparse.Namespace, watching: bool = False) -> screen.Commands:
    elsewhere = options.target if options.target and not _same(options.target, course.root / "exercises") else None
    return screen.Commands(f"python {_shown(course.root / 'grader.py')}", elsewhere, watching)


def _cache(course: Course, paths: Iterable[Path], options: argparse.Namespace) -> Cache | None:
    """What is remembered of these files: nothing, unless they are the student's own."""
    if not all(_same(path.parent, course.root / "exercises") for path in paths):
        return None
    cache = Cache(course.root, options.salt)
    if options.fresh:
        cache.forget()
    return cache


def _same(a: Path, b: Path) -> bool:
    return os.path.realpath(a) == os.path.realpath(b)


def _shown(path: Path) -> Path:
    """The path as the student would type it."""
    return Path(os.path.relpath(path)) if path.resolve().is_relative_to(Path.cwd()) else path


def _require_writable(outputs: dict[str, Path]) -> None:
    """Find out before grading whether results can be written, and do not write over anything but results."""
    if len(set(outputs.values())) < len(outputs):
        raise UsageError("two results cannot be written to the same file. Give each option a name of its own.")
    for name, path in outputs.items():
        if path == formats.STDOUT:
            continue
        if path.is_dir():
            raise UsageError(f"cannot write results to {path}: it is a folder.")
        folder, suffix = Path(os.path.realpath(path)).parent, formats.SUFFIXES[name]
        if not folder.is_dir():
            raise UsageError(f"cannot write results to {path}: there is no folder {folder}.")
        if path.is_file() and path.stat().st_size and path.suffix != suffix:
            why = f"{path} exists and is no {suffix} file; it is not overwritten."
            raise UsageError(f"{why} Give --{name} another name.")
        changed = [path] if path.exists() and not path.is_file() else [path, folder]
        if not all(os.access(place, os.W_OK) for place in changed if place.exists()):
            raise UsageError(f"cannot write results to {path}: permission denied.")


def _hint(exercise: Exercise, level: str, console: Console) -> int:
    count = len(exercise.hints)
    if level not in map(str, range(1, count + 1)):
        raise UsageError(f"{exercise.name} has hints 1 to {count}; there is no hint {level[:20]}.")
    more = f"Not enough? python grader.py hint {exercise.name} {int(level) + 1}"
    console.print(screen.hint(exercise, int(level), more))
    return OK


def _reset(exercise: Exercise, target: Path, yes: bool, console: Console) -> int:
    path = target / exercise.file
    if path.is_symlink() and not path.exists():
        raise UsageError(f"{path} is a link that leads nowhere. Remove it first.")
    if _same(path.parent, exercise.root / "solutions"):
        raise UsageError("solutions are what exercises are made from; they are not reset.")
    if not path.exists():
        start_again(path, exercise.skeleton)
        console.print(f"{path} was missing and is there again.", markup=False, soft_wrap=True)
        return OK
    if not path.is_file():
        raise UsageError(f"{path} is not a file. Move it away first.")
    if path.read_bytes() == exercise.skeleton.encode():
        console.print(f"{path} is as new already.", markup=False, soft_wrap=True)
        return OK
    if not (
        yes or _confirmed(f"Start {path} again from its beginning? What you wrote is kept beside it. [y/N] ", console)
    ):
        console.print("Nothing was changed.", markup=False)
        return OK
    backup = start_again(path, exercise.skeleton)
    console.print(f"{path} is as new. What you had is in {backup}.", markup=False, soft_wrap=True)
    return OK


def _confirmed(question: str, console: Console) -> bool:
    try:
        return console.input(question, markup=False).strip().lower() in ("y", "yes")
    except EOFError:
        console.print()
        return False


def _solution(exercise: Exercise, path: Path, anyway: bool, console: Console) -> int:
    """Show the solution's functions if the file at `path` gets all points, or if it is wanted anyway."""
    from rich.syntax import Syntax

    if not anyway:
        result = grade_file(exercise, path)
        if result.status != PASSED:
            console.print(f"{exercise.name} is not solved yet. Still open:")
            for check in result.checks:
                if check.status != PASSED:
                    console.print(f"  - {check.name}", markup=False, soft_wrap=True)
            console.print(f"There are {len(exercise.hints)} hints: python grader.py hint {exercise.name}")
            console.print(f"To see it all the same: python grader.py solution {exercise.name} --anyway")
            return FALLS_SHORT
    code = re.sub(r"^ *# (BEGIN|END) SOLUTION\n", "", exercise.solution, flags=re.MULTILINE)
    functions = re.split(r"^(?=@|def |class )", code, maxsplit=1, flags=re.MULTILINE)[-1].rpartition("# %%")[0].strip()
    shown = Syntax(functions, "python", theme="ansi_dark", background_color="default", word_wrap=True)
    console.print(shown if console.is_terminal else functions, markup=False, soft_wrap=not console.is_terminal)
    return OK
