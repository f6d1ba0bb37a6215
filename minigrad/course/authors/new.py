"""A new exercise, laid out for an author to change."""

from __future__ import annotations

import keyword
import re

from rich.console import Console

from minigrad.course.authors import TEMPLATES
from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.catalogue.skeleton import make_skeleton
from minigrad.course.usage import UsageError

USED = ("np", "call", "look", "examples")  # by an exercise's file or its checks, for something else


def lay_out(course: Course, name: str, number: int | None, console: Console) -> None:
    """Write the files of a small exercise that works, for an author to turn into their own.

    Raises:
        UsageError: if the name or the number cannot be had, or a file is there already.
    """
    taken = {exercise.number: exercise.name for exercise in course.exercises}
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name) or name in USED:
        raise UsageError(f"{name!r} cannot be the name of a function. Use small letters, digits and _, as in rnn_cell.")
    if name in taken.values():
        raise UsageError(f"there is an exercise called {name} already. Choose another name.")
    if number is None:
        number = max(taken, default=0) + 1
    if not 0 <= number < 100:
        raise UsageError(f"exercises have numbers from 0 to 99, not {number}. Give one that is free with --number.")
    if number in taken:
        raise UsageError(f"exercise {number} is {taken[number]}. Give another number with --number.")
    exercise = Exercise(course.root, f"ex{number:02}_{name}")
    solution = filled("solution.py", exercise)
    files = {
        f"solutions/{exercise.file}": solution,
        f"tests/exercises/test_{exercise.file}": filled("checks.py", exercise),
        f"tests/exercises/{exercise.stem}.toml": filled("notes.toml", exercise),
        f"exercises/{exercise.file}": make_skeleton(solution),
    }
    if there := [file for file in files if (course.root / file).exists()]:
        raise UsageError(f"{course.root / there[0]} is there already; it is not overwritten. Move it away first.")
    if not (course.root / "grader.py").exists():
        files["grader.py"] = (TEMPLATES / "grader.py").read_text("utf-8")
    for file, text in files.items():
        path = course.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    written = "\n".join(f"  {file}" for file in files)
    done = f"Exercise {number}, {name}, works and is yours to change:\n\n{written}\n"
    console.print(done, markup=False, soft_wrap=True)
    console.print(filled("next.txt", exercise), markup=False, soft_wrap=True, end="")


def filled(template: str, exercise: Exercise) -> str:
    """A template with the name and the number of this exercise in place of its own, which are my_exercise and 0."""
    text = (TEMPLATES / template).read_text("utf-8")
    text = text.replace("ex00_my_exercise", exercise.stem).replace("my_exercise", exercise.name)
    return text.replace("Exercise 0", f"Exercise {exercise.number}")
