"""The exercises of a course, and the places of their files.

    exercises/exNN_name.py               what the student fills in
    solutions/exNN_name.py               the same file, filled in
    tests/exercises/test_exNN_name.py    its checks
    tests/exercises/exNN_name.toml       its title, hints, mistakes and correct variants
    tests/exercises/training_NAME.py     what trains with what was written in several exercises

The students' edition has no solutions, and notes in exNN_name.json instead: title, hints and the file to start from.
The outcomes of each mistake are many, and needed only where something is wrong: they lie in exNN_name.mistakes.json.
Nothing is registered anywhere: an exercise exists when its checks do.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from minigrad.course.catalogue import notes as notes_file
from minigrad.course.catalogue import predictions, versions
from minigrad.course.catalogue.patches import Mistake, Variant
from minigrad.course.catalogue.skeleton import make_skeleton
from minigrad.course.catalogue.trusted import load_trusted, where_raised
from minigrad.course.checks.ask import Ask
from minigrad.course.checks.check import Check
from minigrad.course.checks.students import Student
from minigrad.course.files import read_whole
from minigrad.course.results.charts import AnyChart
from minigrad.course.results.verdicts import Heading, Named
from minigrad.course.student.child import USUAL_IMPORTS
from minigrad.course.usage import UsageError

TESTS = Path("tests", "exercises")
TRAININGS = "training_*.py"
MAX_TABLE = 64 << 20


@dataclass(frozen=True)
class Exercise(Named):
    """One exercise of a course.

    Attributes:
        root: the folder of the course.
        stem: the name of its files, such as ex09_rnn_cell.
    """

    root: Path
    stem: str

    def __reduce__(self) -> tuple[type[Exercise], tuple[Path, str]]:
        return Exercise, (self.root, self.stem)  # another process reads its files anew

    @property
    def sources(self) -> list[Path]:
        """The files that its checks and mistakes are made from; an edition has those of them that it needs."""
        tests = self.root / TESTS
        notes = [tests / f"{self.stem}.toml", tests / f"{self.stem}.json", self.recorded_file]
        return [f for f in (self.root / "solutions" / self.file, tests / f"test_{self.file}", *notes) if f.is_file()]

    @property
    def recorded_file(self) -> Path:
        """The place where the students' edition has what its mistakes come to."""
        return self.root / TESTS / f"{self.stem}.mistakes.json"

    @cached_property
    def _recorded(self) -> bytes:
        return self.recorded_file.read_bytes() if self.recorded_file.is_file() else b"{}"

    @cached_property
    def recorded(self) -> dict[str, list[dict[str, Any]]]:
        """The record in the students' edition: for each kind of suspects their sentences, and what they come to."""
        return dict(json.loads(self._recorded))

    @cached_property
    def version(self) -> str:
        """A digest of what its checks, its mistakes and a verdict depend on, but for the student's file."""
        return versions.digest([*(file.read_bytes() for file in self.sources), versions.grader()])

    @property
    def table_file(self) -> Path:
        """The place of the table of what its mistakes come to."""
        return self.root / versions.FOLDER / f"{self.stem}.table"

    @cached_property
    def table(self) -> bytes:
        """The bytes of that file, not yet checked. Empty if it is not there, or cannot be one."""
        try:
            data = read_whole(self.table_file, MAX_TABLE)
        except OSError:
            return b""
        _ = self.version  # also to be known before
        return data

    def load(self) -> None:
        """Read and import all that belongs to this exercise, before any student's code runs and could change it.

        Raises:
            UsageError: if a file of it is missing, or not what it should be.
        """
        _ = self.heading, self.skeleton, self.notes, self.checks, self.table, self._recorded
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
        return notes_file.read(self.root / TESTS / f"{self.stem}.toml")

    @cached_property
    def heading(self) -> Heading:
        return Heading(self.stem, self.title, self.chapter)

    @cached_property
    def _head(self) -> dict[str, Any]:
        return notes_file.read_head(self.root / TESTS / f"{self.stem}.toml")

    @property
    def answers(self) -> dict[str, str]:
        """The digests of what its predictions should be."""
        return self.notes["answers"] if "answers" in self.notes else predictions.answers(self.solution)

    @property
    def title(self) -> str:
        return str(self._head["title"])

    @property
    def chapter(self) -> str:
        return str(self._head["chapter"])

    @property
    def imports(self) -> list[str]:
        """The packages it may import, as a line of its file says: `# May import: numpy, the standard library`."""
        line = re.search(r"^# May import: (.+)$", self.skeleton, re.MULTILINE)
        return re.split(r", ?", line[1]) if line else list(USUAL_IMPORTS)

    @property
    def hints(self) -> list[str]:
        return list(self.notes["hints"])

    @cached_property
    def mistakes(self) -> list[Mistake]:
        variants = {v.name: v for v in self.variants}
        return [
            Mistake(
                [*(variants[m["form"]].replace if "form" in m else []), *m["replace"]], m["says"], m.get("form", "")
            )
            for m in self.notes["mistakes"]
        ]

    @property
    def blocks(self) -> dict[str, list[str]]:
        """The arguments that consist of blocks along their last axis (`of`), and what these are called (`names`)."""
        return dict(self.notes.get("blocks", {}))

    @property
    def variants(self) -> list[Variant]:
        return [Variant(v["replace"], v["name"]) for v in self.notes["variants"]]

    @cached_property
    def _tests(self) -> list[Any]:
        """The values that the file of its checks defines."""
        return list(vars(load_trusted(self.root / TESTS / f"test_{self.file}")).values())

    @cached_property
    def checks(self) -> list[Check]:
        """The graded checks: predictions, then those of their file. Those without points are for pytest alone."""
        checks = [value for value in self._tests if isinstance(value, Check) and value.points]
        if not checks:
            path = self.root / TESTS / f"test_{self.file}"
            raise UsageError(f"{path} has no checks. Put @check(title, points=...) above its functions.")
        place = f"{self.root / TESTS / self.stem}.toml"
        return [*predictions.checks(self.notes["predictions"], self.answers, place), *checks]

    @property
    def asks(self) -> list[Ask]:
        """The Asks of its functions."""
        return [value for value in self._tests if isinstance(value, Ask)]

    @property
    def chart(self) -> Callable[[Student], AnyChart] | None:
        """The function that draws the student's functions at work, if the exercise has one."""
        return next((value for value in self._tests if hasattr(value, "chart")), None)


class Course:
    """All exercises below a folder, in order of their numbers."""

    def __init__(self, root: Path):
        self.root = root
        tests = (root / TESTS).glob("test_ex[0-9][0-9]_*.py")
        self.exercises = [Exercise(root, path.stem.removeprefix("test_")) for path in sorted(tests)]

    @property
    def headings(self) -> list[Heading]:
        return [exercise.heading for exercise in self.exercises]

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
        near = (
            difflib.get_close_matches(stem, also, n=1, cutoff=0.8)
            or [n for n in known if n.startswith(stem)]
            or difflib.get_close_matches(stem, [*known, *also], n=1)
        )
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
        raise UsageError(f"no exercise is called {text!r}. {hint}")
