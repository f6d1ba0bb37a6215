"""The outcome of every known mistake on every example that is drawn, computed once for a version of the course.

check-course and bundle compute the table of an exercise; it lies in the course's folder .minigrad, as JSON. With it the
grader looks up what it would simulate. A student's process could write there, so the table holds no words of ours, no
point depends on it, and whatever is no table for this very version counts as none.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from minigrad.course.catalogue.course import Exercise
from minigrad.course.checks.check import Check
from minigrad.course.diagnosis.fingerprints import BLOCKED, Fingerprint
from minigrad.course.diagnosis.substitutions import substituted
from minigrad.course.diagnosis.suspects import Simulated, Suspect, simulated
from minigrad.course.files import write_whole

# For each check, by its title: what each drawn example came to, where [] is right. It is None where a check that this
# one needs fails: whoever does the same is not graded there.
Row = dict[str, list[list[Any]] | None]


def row(exercise: Exercise, suspect: Suspect, concerned: Collection[str] | None = None) -> Row:
    """The outcomes of a suspect on every example that is drawn.

    Args:
        concerned: the titles of the checks that it may fail, if not all.
    """

    def came_to(check: Check, sizes: dict[str, int]) -> list[Any]:
        if concerned is not None and check.title not in concerned:
            return []
        found = suspect.outcome(check, sizes)
        return list(found) if found and found != Fingerprint() else []

    made: Row = {}
    for check in exercise.checks:
        blocked = any(came is None or share_wrong(came) for title, came in made.items() if title in check.needs)
        made[check.title] = None if blocked else [came_to(check, sizes) for sizes in check.drawn()]
    return made


def share_wrong(came: Sequence[list[Any]]) -> float:
    """The part of a check's examples, by what they came to, that is wrong."""
    return len([found for found in came if found and found[0] != "right"]) / len(came)


def usual(exercise: Exercise) -> dict[str, list[Simulated]]:
    """The suspects that the students' edition has: the mistakes of the catalogue, and the usual substitutions."""
    return {"mistakes": simulated(exercise), "substitutions": substituted(exercise, rare=False)}


def examples(exercise: Exercise) -> dict[str, list[list[int]]]:
    """The sizes and seeds of the drawn examples of each check, by its title."""
    return {check.title: [list(sizes.values()) for sizes in check.drawn()] for check in exercise.checks}


def record(exercise: Exercise, rows: Mapping[str, Sequence[Row]]) -> dict[str, list[dict[str, Any]]]:
    """The rows of all these suspects for the students' edition, which has no code to simulate."""
    return {
        kind: [
            {"says": one.says, "of": sorted(one.of), "outcomes": row} for one, row in zip(made, rows[kind], strict=True)
        ]
        for kind, made in usual(exercise).items()
    }


def write(exercise: Exercise, rows: Mapping[str, Sequence[Row]]) -> None:
    """Keep the rows of some kinds of suspects."""
    exercise.table_file.parent.mkdir(exist_ok=True)
    table = json.dumps({"version": exercise.version, **rows}, separators=(",", ":"))
    write_whole(exercise.table_file, table.encode())


def read(exercise: Exercise) -> dict[str, list[Row]]:
    """The rows of each kind of suspects that are there for this version."""
    return _read(exercise.table, exercise.version) if exercise.table else {}


def _beginning(version: str) -> bytes:
    """The bytes with which the table of a version begins."""
    return json.dumps({"version": version}, separators=(",", ":")).encode().removesuffix(b"}")


@functools.lru_cache(8)
def _read(data: bytes, version: str) -> dict[str, list[Row]]:
    with contextlib.suppress(Exception):  # whatever else is there is no table
        if data.startswith(_beginning(version)):  # or it is an older one, and reading takes long
            table = json.loads(data)
            return {kind: rows for kind, rows in table.items() if isinstance(rows, list)}
    return {}


class Tabulated:
    """A suspect that is looked up where it can be, and otherwise simulated.

    Args:
        suspect: one that runs.
        row: what it comes to on the drawn examples.
        places: where the example of a check has its place in a row.
    """

    def __init__(self, suspect: Suspect, row: Row, places: Mapping[tuple[Any, ...], int]):
        self.suspect, self.says, self.of = suspect, suspect.says, suspect.of
        self._row, self._places = row, places

    def known(self, check: Check, sizes: dict[str, int]) -> Fingerprint | None:
        try:
            place = self._places[check.title, *sizes.values()]
            came = self._row[check.title]
            if came is None:
                return BLOCKED
            return _fingerprint(*came[place]) if came[place] else Fingerprint()
        except (LookupError, TypeError, ValueError, ArithmeticError):
            return self.suspect.known(check, sizes)  # a smaller counterexample, another salt, or nothing of ours

    def outcome(self, check: Check, sizes: dict[str, int]) -> Fingerprint | None:
        return self.known(check, sizes) or self.suspect.outcome(check, sizes)


def _fingerprint(
    kind: str,
    about: str,
    text: str,
    arrays: Sequence[tuple[Sequence[int], float]],
    impure: Sequence[tuple[str, str]],
) -> Fingerprint:
    """The fingerprint that these fields make. Raises ValueError or TypeError if they make none."""
    numbers = [([int(n) for n in shape], float(number)) for shape, number in arrays]
    return Fingerprint(kind, about, text, numbers, [(str(function), str(seen)) for function, seen in impure])


def tabulated(exercise: Exercise, mistakes: Sequence[Suspect]) -> Sequence[Suspect]:
    """The mistakes of the catalogue, looked up as far as there is a table."""
    rows = read(exercise).get("mistakes", [])
    if len(rows) != len(mistakes):
        return mistakes
    places = {(c.title, *sizes.values()): i for c in exercise.checks for i, sizes in enumerate(c.drawn())}
    return [Tabulated(suspect, row, places) for suspect, row in zip(mistakes, rows, strict=True)]
