"""What the commands of grader.py do, once it is clear what was asked for."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.syntax import Syntax

from minigrad.course import drawing, ending, formats, screen
from minigrad.course.batch import grade_all
from minigrad.course.cache import Cache
from minigrad.course.catalogue import Course, Exercise, UsageError
from minigrad.course.files import require_startable, start_again
from minigrad.course.grading import grade_file
from minigrad.course.results import PASSED, ExerciseResult
from minigrad.course.terminal import keys
from minigrad.course.watch import Watch

OK, FALLS_SHORT, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def grade(course: Course, files: dict[Exercise, Path], options: argparse.Namespace, console: Console) -> int:
    outputs = {name: path for name in formats.SUFFIXES if (path := getattr(options, name))}
    formats.require_writable(outputs)
    console.quiet = formats.STDOUT in outputs.values()
    cache = None if outputs or options.require_all else _cache(course, files.values(), options)
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
    ending.show(course, results, console)
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
            drawing.save(result.chart, path)
            console.print(f"The picture of {result.exercise.name} is in {path}.", markup=False, soft_wrap=True)


def watch(course: Course, target: Path, options: argparse.Namespace, console: Console) -> int:
    command = _commands(course, options, watching=bool(sys.stdin and sys.stdin.isatty()))
    cache = _cache(course, [target / course.exercises[0].file], options)
    with keys() as key:
        Watch(course, target, console, command, options.salt, cache, key).run()
    return OK


def _commands(course: Course, options: argparse.Namespace, watching: bool = False) -> screen.Commands:
    elsewhere = options.target if options.target and not same(options.target, course.root / "exercises") else None
    return screen.Commands(_grader(course.root), elsewhere, watching)


def _grader(root: Path) -> str:
    return f"python {shlex.quote(str(shown(root / 'grader.py')))}"


def _cache(course: Course, paths: Iterable[Path], options: argparse.Namespace) -> Cache | None:
    """What is remembered of these files: nothing, unless they are the student's own."""
    if not all(same(path.parent, course.root / "exercises") for path in paths):
        return None
    cache = Cache(course.root, options.salt)
    if options.fresh:
        try:
            cache.forget()
        except OSError:  # what cannot be removed is not used either
            return None
    return cache


def hint(exercise: Exercise, level: str, console: Console) -> int:
    count = len(exercise.hints)
    if level not in map(str, range(1, count + 1)):
        raise UsageError(f"{exercise.name} has hints 1 to {count}; there is no hint {level[:20]}.")
    more = f"Not enough? {_grader(exercise.root)} hint {exercise.name} {int(level) + 1}"
    console.print(screen.hint(exercise, int(level), more), crop=False)
    return OK


def reset(exercise: Exercise, target: Path, yes: bool, console: Console) -> int:
    path = target / exercise.file
    require_startable(exercise, path)
    if not path.exists():
        start_again(exercise, path)
        console.print(f"{path} was missing and is there again.", markup=False, soft_wrap=True)
        return OK
    if path.read_bytes() == exercise.skeleton.encode():
        console.print(f"{path} is as new already.", markup=False, soft_wrap=True)
        return OK
    if not (
        yes or _confirmed(f"Start {path} again from its beginning? What you wrote is kept beside it. [y/N] ", console)
    ):
        console.print("Nothing was changed.", markup=False)
        return OK
    backup = start_again(exercise, path)
    console.print(f"{path} is as new. What you had is in {backup}.", markup=False, soft_wrap=True)
    return OK


def _confirmed(question: str, console: Console) -> bool:
    try:
        return console.input(question, markup=False).strip().lower() in ("y", "yes")
    except (EOFError, RuntimeError):  # at the end of the input, or where there is none
        console.print()
        return False


def solution(exercise: Exercise, path: Path, anyway: bool, console: Console) -> int:
    """Show the solution's functions if the file at `path` gets all points, or if it is wanted anyway."""
    source = exercise.solution  # which the students' edition does not have
    if not anyway:
        result = grade_file(exercise, path)
        if result.status != PASSED:
            console.print(f"{exercise.name} is not solved yet. Still open:")
            for check in result.checks:
                if check.status != PASSED:
                    console.print(f"  - {check.name}", markup=False, soft_wrap=True)
            grader = _grader(exercise.root)
            for line in (
                f"There are {len(exercise.hints)} hints: {grader} hint {exercise.name}",
                f"To see it all the same: {grader} solution {exercise.name} --anyway",
            ):
                console.print(line, markup=False, soft_wrap=True)
            return FALLS_SHORT
    code = re.sub(r"^ *# (BEGIN|END) SOLUTION\n", "", source, flags=re.MULTILINE)
    functions = re.split(r"^(?=@|def |class )", code, maxsplit=1, flags=re.MULTILINE)[-1].rpartition("# %%")[0].strip()
    coloured = Syntax(functions, "python", theme="ansi_dark", background_color="default", word_wrap=True)
    console.print(coloured if console.is_terminal else functions, markup=False, soft_wrap=not console.is_terminal)
    return OK


def same(a: Path, b: Path) -> bool:
    return os.path.realpath(a) == os.path.realpath(b)


def shown(path: Path) -> Path:
    """The path as the student would type it."""
    return Path(os.path.relpath(path)) if path.resolve().is_relative_to(Path.cwd()) else path
