"""`grader.py [NAME...]`: grade the exercises."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from rich.console import Console

from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.catalogue.trainings import Training
from minigrad.course.cli import deep, targets
from minigrad.course.cli import options as common
from minigrad.course.cli.ahead import load_ahead
from minigrad.course.editions.note import behind
from minigrad.course.files import legible, write_whole
from minigrad.course.grading.pool import Job, grade_all
from minigrad.course.grading.remembered import Memory
from minigrad.course.reports import charts, formats, screen
from minigrad.course.reports.text import say
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import ExerciseResult, Report
from minigrad.course.training import scoreboard
from minigrad.course.usage import UsageError


def parser() -> common.Parser:
    parser = common.Parser("", "[NAME...] [options]", "Grade all exercises, or those that are named.")
    parser.add_argument("names", metavar="NAME", nargs="*", help="rnn_cell, 9 or exercises/ex09_rnn_cell.py")
    common.add_target(parser)
    common.add_fresh(parser)
    common.add_salt(parser)
    deep.add_deep(parser)
    parser.add_argument("--notebook", action="store_true", help="say what to do next in a notebook of these cells")
    parser.add_argument("--cage", action="store_true", help="run the code in a cage, where one can be had")
    parser.add_argument("--require-all", action="store_true", help="exit with 1 unless every point is won")
    parser.add_argument("--plots", metavar="DIR", type=Path, help="write the charts of what is solved as PNG")
    for name in formats.SUFFIXES:
        parser.add_argument(f"--{name}", metavar="FILE", type=Path, help=f"write the results as {name}")
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    with _cage(course, console) if options.cage else nullcontext():
        return _run(course, options, console)


def _run(course: Course, options: argparse.Namespace, console: Console) -> int:
    outputs = {name: path for name in formats.SUFFIXES if (path := getattr(options, name))}
    if outputs and options.deep:
        raise UsageError(f"--deep shows what it finds on the screen, and --{next(iter(outputs))} is a file of grades.")
    files = _files(course, options, outputs=bool(outputs))
    pipes = formats.require_writable(outputs)
    headings, newer = course.headings, behind(course.root)  # before a student's code runs, as these are found
    commands = targets.commands_of(course, options)
    unread = [(path.name, targets.copies(course, path)) for path in files.values()] if options.names else []
    missing = bool(options.names) and not all(os.path.exists(path) for path in files.values())
    load_ahead(outputs, bool(options.plots), bar=len(files) > 1 or bool(options.deep))
    console.quiet = formats.STDOUT in outputs.values()
    memory = None if outputs or options.require_all else targets.memory_of(course, files.values(), options)
    untrained = scoreboard.untrained(course) if memory else []
    solved = _solved_before(course, files, untrained, memory, targets.target_of(course, options)) if memory else set()
    jobs = [Job(exercise, path) for exercise, path in files.items()]
    sources = deep.sources(jobs) if options.deep else {}
    found: dict[Job, ExerciseResult] = {}
    with screen.progress(console, len(jobs)) as advance:
        for job, result in grade_all(jobs, options.salt, memory, len(jobs) == 1 or bool(options.plots)):
            found[job] = result
            advance(result)
    results = [found[job] for job in jobs]
    solved |= {result.exercise.name for result in results if result.status == Status.PASSED}
    trainings = scoreboard.waiting(untrained, {exercise.name for exercise in files}, solved)
    shown = screen.report(headings, results, commands, trainings=trainings)
    for name, path in outputs.items():
        formats.write(name, path, Report(results, options.salt), shown, pipe=path in pipes)
    console.print(shown, crop=False)
    for graded, others in unread:
        if others:
            say(console, f"Only {graded} is graded, not {', '.join(others)} beside it.", "dim")
    if newer:
        say(console, newer, "dim")
    if options.plots:
        _save_charts(results, options.plots, console)
    if options.deep and deep.run(found.items(), sources, options, commands, console):
        return common.FALLS_SHORT
    unfinished = options.require_all and any(result.status != Status.PASSED for result in results)
    short = missing or unfinished or any(result.falls_short for result in results)
    return common.FALLS_SHORT if short else common.OK


@contextmanager
def _cage(course: Course, console: Console) -> Iterator[None]:
    """Confine the student's code as strictly as this system can, and say where that is not strict."""
    from minigrad.course.student.cage import confined, probe  # which others do not wait for

    confinement = probe([course.root])
    if not confinement.strong:
        console.print(f"There is no cage here, and the code can do what you can do. {confinement.why}", markup=False)
    with confined(confinement, [course.root]):
        yield


def _files(course: Course, options: argparse.Namespace, outputs: bool) -> dict[Exercise, Path]:
    """The exercises to grade, each with its file. A folder that was named and has none of them is refused.

    But if results are written for named exercises, that there is no file is a result too.
    """
    target = targets.target_of(course, options)
    files = dict(targets.named(course, name, target) for name in options.names)
    here = any(path.parent == target for path in files.values())
    if here and (options.target or not os.path.isdir(target)):
        (targets.refuse_folder_of_folders if outputs else targets.require_exercises)(course, target)
    if not files:
        targets.require_exercises(course, target)
    return files or {exercise: target / exercise.file for exercise in course.exercises}


def _solved_before(
    course: Course, files: Mapping[Exercise, Path], untrained: Sequence[Training], memory: Memory, target: Path
) -> set[str]:
    """Exercises that are not graded now, and are remembered to be solved: those that a training needs with these."""
    graded = {exercise.name for exercise in files}
    needed = {name for training in untrained if graded & {*training.needs} for name in training.needs} - graded
    others = [exercise for exercise in course.exercises if exercise.name in needed]
    paths = {exercise: target / exercise.file for exercise in others}
    found = [memory.get(exercise, path, memory.key(exercise, path)) for exercise, path in paths.items()]
    return {result.exercise.name for result in found if result and result.status == Status.PASSED}


def _save_charts(results: Sequence[ExerciseResult], folder: Path, console: Console) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for result in results:
        if result.chart:
            path = folder / f"{result.exercise.stem}.png"
            write_whole(path, charts.render(result.chart))
            say(console, f"The chart of {result.exercise.name} is in {legible(path)}.")
