"""The exercises and files that are meant, if they are there at all. A wrong path never looks like a zero."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path

from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.cli.early import COMMANDS
from minigrad.course.files import entries, legible, typed
from minigrad.course.grading.reading import instead_of, meant_to_be
from minigrad.course.grading.remembered import Memory
from minigrad.course.reports.screen import Commands
from minigrad.course.usage import UsageError


def target_of(course: Course, options: argparse.Namespace) -> Path:
    """The folder of the student's files, which is there."""
    target: Path = options.target or course.root / "exercises"
    if options.target and not os.path.isdir(target):
        raise UsageError(f"{legible(target)} is not a folder. Give --target the folder that holds the exercise files.")
    if os.path.isdir(target) and not os.access(target, os.R_OK | os.X_OK):
        raise UsageError(f"{legible(target)}: permission denied. Give yourself the right to look into that folder.")
    return shown(target)


def commands_of(course: Course, options: argparse.Namespace, watching: bool = False) -> Commands:
    """The commands that the student types; a notebook ever calls only what grades."""
    elsewhere = options.target if options.target and not same(options.target, course.root / "exercises") else None
    notebook = getattr(options, "notebook", False)
    return Commands(grader(course.root), elsewhere, watching, notebook, _books(course, target_of(course, options)))


def _books(course: Course, target: Path) -> set[Path]:
    """The files of exercises that are made of the cells of notebooks beside them."""
    beside = [e for e in course.exercises if os.path.isfile(target / f"{e.stem}.ipynb")]
    if not beside:
        return set()
    from minigrad.course.notebooks.graded import is_free

    return {target / e.file for e in beside if is_free(e, target / e.file)}


def memory_of(course: Course, paths: Iterable[Path], options: argparse.Namespace) -> Memory | None:
    """The memory of these files: none, unless they are the student's own."""
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
    if os.path.isdir(path):
        grade_it = f"python grader.py --target {typed(text)}"
        raise UsageError(f"{legible(text)} is a folder. To grade what is in it: {grade_it}")
    exercise = course.find(text, also=list(COMMANDS))
    if len(path.parts) == 1 or same(path.parent, target):
        return exercise, target / exercise.file
    if not os.path.isfile(path):
        raise UsageError(f"there is no file {legible(text)}.")
    return exercise, path


def require_exercises(course: Course, target: Path) -> None:
    """Raise UsageError unless there is a file of an exercise in the folder, or one that was meant to be."""
    if not os.path.isdir(target):
        gone = f"{legible(target)} is not there"
        if other := other_folder(course):
            instead = f"Give it that name again, or: {grader(course.root)} --target {typed(other)}"
            raise UsageError(f"{gone}, but {legible(other)} has exercises. {instead}")
        raise UsageError(f"{gone}. To get an exercise back: {grader(course.root)} reset NAME")
    if _holds_exercises(course, target):
        return
    refuse_folder_of_folders(course, target)
    raise UsageError(f"{legible(target)} has none of the exercise files, such as {course.exercises[0].file}.")


def other_folder(course: Course) -> Path | None:
    """A folder of the course that has files of exercises as exercises/ should: what that was renamed to."""
    others = (path for path in entries(course.root) if path.name not in ("exercises", "solutions"))
    files = [exercise.file for exercise in course.exercises]
    return next((shown(folder) for folder in others if any(os.path.isfile(folder / file) for file in files)), None)


def copies(course: Course, path: Path) -> list[str]:
    """The names of other Python files beside a file that look as if they were meant to be that one."""
    files = {exercise.file for exercise in course.exercises}
    beside = [other.name for other in entries(path.parent) if other.suffix == ".py"] if os.path.isfile(path) else []
    return [legible(name) for name in beside if name not in files and meant_to_be(path.stem, name)]


def refuse_folder_of_folders(course: Course, target: Path) -> None:
    """Raise UsageError if the files are not in this folder but in those that are in it, as students hand them in."""
    if _holds_exercises(course, target):
        return
    inside = [folder for folder in entries(target) if os.path.isdir(folder) and _holds_exercises(course, folder)]
    if inside:
        what = f"{len(inside)} folders" if len(inside) > 1 else "a folder"
        grade_one = f"{grader(course.root)} --target {typed(inside[0])}"
        raise UsageError(
            f"{legible(target)} has no exercise files itself, but {what} in it have. To grade one: {grade_one}"
        )


def _holds_exercises(course: Course, folder: Path) -> bool:
    paths = [folder / exercise.file for exercise in course.exercises]
    return any(os.path.exists(path) or instead_of(path) for path in paths)


def grader(root: Path) -> str:
    """The grader as the student calls it."""
    return f"python {typed(shown(root / 'grader.py'))}"


def same(a: Path, b: Path) -> bool:
    return os.path.realpath(a) == os.path.realpath(b)


def shown(path: Path) -> Path:
    """The path as the student would type it."""
    return Path(os.path.relpath(path)) if path.resolve().is_relative_to(Path.cwd()) else path
