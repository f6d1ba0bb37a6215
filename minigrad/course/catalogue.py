"""Which exercises a course has, and where their files are.

    exercises/exNN_name.py               what the student fills in
    solutions/exNN_name.py               the same file, filled in
    tests/exercises/test_exNN_name.py    its checks
    tests/exercises/exNN_name.toml       its title, hints, mistakes and correct variants
    tests/exercises/ending.py            what is shown when all is solved, if anything

The students' edition has no solutions, and notes in exNN_name.json instead: title, hints, the file to start from, and
what each mistake comes to. Nothing is registered anywhere: an exercise exists when its checks do.
"""

from __future__ import annotations

import difflib
import importlib.util
import json
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from minigrad.course.skeleton import make_skeleton
from minigrad.course.student import USUAL_IMPORTS

if TYPE_CHECKING:
    from minigrad.course.checks import Check, Student
    from minigrad.course.pictures import Chart


ENDING = "tests/exercises/ending.py"


class UsageError(Exception):
    """The command can't be carried out as it was typed; the text says what to type instead."""


@dataclass(frozen=True)
class Patch:
    """A change of the solution: a known mistake with what to say about it, or another correct way."""

    says: str
    replace: Sequence[tuple[str, str]]

    def apply(self, solution: str) -> str:
        """The solution with this change, made below its first BEGIN SOLUTION.

        Raises:
            ValueError: if a text to replace does not stand there exactly once.
        """
        head, marker, body = solution.partition("# BEGIN SOLUTION")
        for old, new in self.replace:
            if body.count(old) != 1:
                raise ValueError(f"{self.says!r} replaces {old!r}, which the solution has {body.count(old)} times")
            body = body.replace(old, new)
        return head + marker + body


def both(a: Patch, b: Patch) -> Patch:
    """Two mistakes at once."""
    return Patch(f"Two mistakes together give these numbers. {a.says} And: {b.says}", [*a.replace, *b.replace])


@dataclass(frozen=True)
class Exercise:
    """One exercise of a course.

    Attributes:
        root: the folder of the course.
        stem: the name of its files, such as ex09_rnn_cell.
    """

    root: Path
    stem: str

    @property
    def number(self) -> int:
        return int(self.stem[2:4])

    @property
    def name(self) -> str:
        return self.stem[5:]

    @property
    def file(self) -> str:
        return f"{self.stem}.py"

    @property
    def sources(self) -> list[Path]:
        """The files that its checks and mistakes are made from; an edition has those of them that it needs."""
        tests = self.root / "tests" / "exercises"
        notes = [tests / f"{self.stem}.toml", tests / f"{self.stem}.json"]
        return [f for f in (self.root / "solutions" / self.file, tests / f"test_{self.file}", *notes) if f.is_file()]

    def load(self) -> None:
        """Read and import all that belongs to this exercise, before any student's code runs and could change it."""
        _ = self.skeleton, self.notes, self.checks

    @cached_property
    def solution(self) -> str:
        """The source of the solution.

        Raises:
            UsageError: if there is none, as in the students' edition.
        """
        path = self.root / "solutions" / self.file
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            why = f"this needs the solutions, and {path} is not there. The students' edition of a course has none."
            raise UsageError(why) from None

    @cached_property
    def skeleton(self) -> str:
        """The file a student starts from."""
        return str(self.notes["skeleton"]) if "skeleton" in self.notes else make_skeleton(self.solution)

    @cached_property
    def notes(self) -> dict[str, Any]:
        path = self.root / "tests" / "exercises" / f"{self.stem}.toml"
        if path.is_file():
            return tomllib.loads(path.read_text(encoding="utf-8"))
        return dict(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))

    @property
    def title(self) -> str:
        return str(self.notes["title"])

    @property
    def chapter(self) -> str:
        return str(self.notes["chapter"])

    @property
    def imports(self) -> list[str]:
        """What it may import, as its file says in a line such as `# May import: numpy, the standard library`."""
        line = re.search(r"^# May import: (.+)$", self.skeleton, re.MULTILINE)
        return re.split(r", ?", line[1]) if line else list(USUAL_IMPORTS)

    @property
    def hints(self) -> list[str]:
        return list(self.notes["hints"])

    @property
    def mistakes(self) -> list[Patch]:
        return [Patch(m["says"], m["replace"]) for m in self.notes["mistakes"]]

    @property
    def variants(self) -> list[Patch]:
        return [Patch(v["name"], v["replace"]) for v in self.notes["variants"]]

    @cached_property
    def _tests(self) -> list[Any]:
        """What the file of its checks defines."""
        return list(vars(load_trusted(self.root / "tests" / "exercises" / f"test_{self.file}")).values())

    @cached_property
    def checks(self) -> list[Check]:
        """The graded checks, in the order of their file."""
        return [value.check for value in self._tests if hasattr(value, "check")]

    @property
    def picture(self) -> Callable[[Student], Chart] | None:
        """What draws the student's functions at work, if the exercise has that."""
        return next((value for value in self._tests if hasattr(value, "picture")), None)


class Course:
    """All exercises below a folder, in order of their numbers."""

    def __init__(self, root: Path):
        self.root = root
        tests = (root / "tests" / "exercises").glob("test_ex[0-9][0-9]_*.py")
        self.exercises = [Exercise(root, path.stem.removeprefix("test_")) for path in sorted(tests)]

    def require_solutions(self) -> None:
        """Raise UsageError if this is the students' edition."""
        for exercise in self.exercises:
            _ = exercise.solution

    def find(self, text: str, also: Sequence[str] = ()) -> Exercise:
        """The exercise that somebody means by `rnn_cell`, `9`, `ex09_rnn_cell` or `exercises/ex09_rnn_cell.py`.

        Args:
            also: other words that may have been meant.

        Raises:
            UsageError: if there is none.
        """
        wanted = Path(text).name.lower().removesuffix(".py")
        for exercise in self.exercises:
            number = f"{exercise.number:02}"
            if wanted in (exercise.name, exercise.stem, str(exercise.number), number, f"ex{number}"):
                return exercise
        known = [exercise.name for exercise in self.exercises]
        stem = re.sub(r"^ex\d\d_", "", wanted)
        near = [n for n in known if n.startswith(stem)] or difflib.get_close_matches(stem, [*known, *also], n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
        raise UsageError(f"no exercise is called {text!r}. {hint}")


def load_trusted(path: Path) -> ModuleType:
    """Import a file of the course itself, by its path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
