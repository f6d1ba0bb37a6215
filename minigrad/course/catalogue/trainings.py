"""The trainings of a course, and what each needs.

    tests/exercises/training_NAME.py     trains with what students wrote; nothing else belongs to it

Its first line is its title, and the parameters of its function `train` are the exercises that it needs:

    \"""Counts of what came next.\"""

    def train(progress, counts, vocabulary, seed=0): ...

Both are read without running the file. A training exists when its file does.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from minigrad.course.catalogue.course import TESTS, TRAININGS, Course, Exercise
from minigrad.course.catalogue.trusted import load_trusted
from minigrad.course.results.learned import Learned
from minigrad.course.usage import UsageError


@dataclass(frozen=True)
class Training:
    """One training of a course."""

    course: Course
    name: str

    @property
    def path(self) -> Path:
        return self.course.root / TESTS / f"training_{self.name}.py"

    @property
    def title(self) -> str:
        return self._form[0]

    @property
    def needs(self) -> list[str]:
        """The names of the exercises whose functions it calls."""
        return self._form[1]

    @property
    def exercises(self) -> list[Exercise]:
        """The exercises that it needs, as far as the course has them."""
        return [exercise for exercise in self.course.exercises if exercise.name in self.needs]

    @property
    def lacks(self) -> list[str]:
        """The names of the exercises that it needs and the course does not have."""
        have = [exercise.name for exercise in self.course.exercises]
        return [name for name in self.needs if name not in have]

    @cached_property
    def _form(self) -> tuple[str, list[str]]:
        source = self.path.read_text("utf-8")
        title = re.match(r'"""(.+?)\.?("""|\n)', source)
        parameters = re.search(r"^def train\(\s*progress,([^)]*)\)", source, re.MULTILINE)
        if not title or not parameters:
            raise UsageError(
                f"{self.path} should begin with its title in triple quotes, and have a function "
                "train(progress, ...) whose other parameters are the exercises that it needs."
            )
        return title[1], [name for name in re.split(r"[\s,]+", parameters[1]) if name and "=" not in name]

    def load(self) -> Callable[..., Learned]:
        """Import the file, before any student's code runs, and return its function.

        Raises:
            UsageError: if it raises; the text says where.
        """
        _ = self._form
        train: Callable[..., Learned] = load_trusted(self.path).train
        return train


def trainings(course: Course) -> list[Training]:
    """The trainings of a course, in the order in which its exercises lead to them."""
    found = [Training(course, path.stem.removeprefix("training_")) for path in (course.root / TESTS).glob(TRAININGS)]
    number = {exercise.name: exercise.number for exercise in course.exercises}

    def reached(training: Training) -> tuple[Any, ...]:
        return (
            bool(training.lacks),
            sorted((number.get(name, 99) for name in training.needs), reverse=True),
            training.name,
        )

    return sorted(found, key=reached)


def find(course: Course, text: str) -> Training:
    """The training of this name.

    Raises:
        UsageError: if there is none.
    """
    every = {training.name: training for training in trainings(course)}
    wanted = Path(text).stem.removeprefix("training_")
    if wanted in every:
        return every[wanted]
    near = difflib.get_close_matches(wanted, every, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(every)}."
    raise UsageError(f"no training is called {text!r}. {hint if every else 'This course has none.'}")
