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
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from minigrad.course.skeleton import make_skeleton
from minigrad.course.student import USUAL_IMPORTS

if TYPE_CHECKING:
    from minigrad.course.checks import Check, Student
    from minigrad.course.pictures import Chart


TESTS = Path("tests", "exercises")
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
                times = f"stands {body.count(old)} times below its first BEGIN SOLUTION and should stand there once"
                raise ValueError(f"{self.says!r} replaces {old!r}, which {times}.")
            body = body.replace(old, new)
        return head + marker + body

    def misfit(self, solution: str) -> str:
        """Why this change cannot be made, or ""."""
        try:
            self.apply(solution)
        except ValueError as error:
            return str(error)
        return ""


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
        tests = self.root / TESTS
        notes = [tests / f"{self.stem}.toml", tests / f"{self.stem}.json"]
        return [f for f in (self.root / "solutions" / self.file, tests / f"test_{self.file}", *notes) if f.is_file()]

    def load(self) -> None:
        """Read and import all that belongs to this exercise, before any student's code runs and could change it.

        Raises:
            UsageError: if a file of it is missing, or not what it should be.
        """
        _ = self.skeleton, self.notes, self.checks
        if "skeleton" in self.notes:
            return
        path = self.root / "solutions" / self.file
        try:
            compile(self.solution, path, "exec")
        except SyntaxError as error:
            raise UsageError(where_raised(error, path)) from None
        if misfits := [why for patch in [*self.mistakes, *self.variants] if (why := patch.misfit(self.solution))]:
            raise UsageError(
                "\n  ".join([f"{self.root / TESTS / self.stem}.toml does not fit the solution:", *misfits])
            )

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
        except UnicodeDecodeError:
            raise UsageError(f"{path} is no text in UTF-8. Save it as that.") from None

    @cached_property
    def skeleton(self) -> str:
        """The file a student starts from."""
        return str(self.notes["skeleton"]) if "skeleton" in self.notes else make_skeleton(self.solution)

    @cached_property
    def notes(self) -> dict[str, Any]:
        path = self.root / TESTS / f"{self.stem}.toml"
        if path.with_suffix(".json").is_file() and not path.is_file():
            return dict(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
        notes = _read_toml(path)
        for key, form, fits in FORMS:
            if key not in notes or not fits(notes[key]):
                raise UsageError(f"{path} needs {form}.")
        return notes

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
        return list(vars(load_trusted(self.root / TESTS / f"test_{self.file}")).values())

    @cached_property
    def checks(self) -> list[Check]:
        """The graded checks, in the order of their file."""
        checks = [value.check for value in self._tests if hasattr(value, "check")]
        if not checks:
            path = self.root / TESTS / f"test_{self.file}"
            raise UsageError(f"{path} has no checks. Put @check(title, points=...) above its functions.")
        return checks

    @property
    def picture(self) -> Callable[[Student], Chart] | None:
        """What draws the student's functions at work, if the exercise has that."""
        return next((value for value in self._tests if hasattr(value, "picture")), None)


class Course:
    """All exercises below a folder, in order of their numbers."""

    def __init__(self, root: Path):
        self.root = root
        tests = (root / TESTS).glob("test_ex[0-9][0-9]_*.py")
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


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _are_patches(name: str, value: Any) -> bool:
    """Whether these are tables with a text of this name and with pairs of texts to replace."""
    return isinstance(value, list) and all(
        isinstance(patch, dict)
        and _is_text(patch.get(name))
        and isinstance(patch.get("replace"), list)
        and all(_are_texts(pair) and len(pair) == 2 for pair in patch["replace"])
        for patch in value
    )


# What the notes of an exercise must have: the key, how it is written, and whether a value is that.
FORMS: list[tuple[str, str, Callable[[Any], bool]]] = [
    ("chapter", 'chapter = "..."', _is_text),
    ("title", 'title = "..."', _is_text),
    ("hints", 'hints = ["...", "..."]', _are_texts),
    ("mistakes", '[[mistakes]], each with says = "..." and replace = [["old", "new"]]', partial(_are_patches, "says")),
    ("variants", '[[variants]], each with name = "..." and replace = [["old", "new"]]', partial(_are_patches, "name")),
]


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path} is not there. It has the exercise's title, hints, mistakes and variants.") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is no TOML: {error}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no text in UTF-8. Save it as that.") from None


def load_trusted(path: Path) -> ModuleType:
    """Import a file of the course itself, by its path.

    Raises:
        UsageError: if it raises; the text says where.
    """
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except OSError:
        raise
    except Exception as error:
        raise UsageError(where_raised(error, path)) from error
    return module


def where_raised(error: Exception, path: Path) -> str:
    """An error of a file of the course in one sentence, with the file and its line."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}, line {error.lineno}: SyntaxError: {error.msg}."
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    where = f"{path}, line {lines[-1]}" if lines else str(path)
    return f"{where}: {type(error).__name__}: {str(error).rstrip('.')}."
