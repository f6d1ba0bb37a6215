"""The table of what every mistake of an exercise comes to, filled by several processes."""

from __future__ import annotations

import ast
import functools
from collections.abc import Set
from pathlib import Path
from typing import NamedTuple

from minigrad.course.authors.work import Step, Work
from minigrad.course.catalogue.course import Exercise
from minigrad.course.diagnosis import table
from minigrad.course.diagnosis.lineup import Lineup
from minigrad.course.diagnosis.substitutions import Substituted
from minigrad.course.diagnosis.suspects import Simulated, beside_functions, functions
from minigrad.course.grading.grade import Run, runs_of


class Place(NamedTuple):
    """An exercise as another process finds it.

    Attributes:
        version: that of its files, so that none that was read before is taken for it.
    """

    root: Path
    stem: str
    version: str

    def exercise(self) -> Exercise:
        return _loaded(self)


@functools.lru_cache(8)
def _loaded(place: Place) -> Exercise:
    exercise = Exercise(place.root, place.stem)
    exercise.load()
    return exercise


@functools.lru_cache(2)  # what it remembers is much
def lineup(place: Place) -> Lineup:
    """The suspects, for all that one process does of an exercise."""
    return Lineup(place.exercise(), looks_up=False)


def filled(exercise: Exercise, *kinds: str) -> Work[dict[str, list[table.Row]]]:
    """The rows of these kinds of suspects, of `table.usual`; from then on they lie in the exercise's table."""
    rows = table.read(exercise)
    place = Place(exercise.root, exercise.stem, exercise.version)
    missing = [(kind, i) for kind in kinds if kind not in rows for i in range(len(_suspects(place)[kind]))]
    if missing:
        found = yield Step([(_row, place, kind, i) for kind, i in missing])
        new = {kind: [row for (k, _), row in zip(missing, found, strict=True) if k == kind] for kind in dict(missing)}
        rows = {**rows, **new}
        table.write(exercise, rows)
    return rows


@functools.lru_cache(8)
def _suspects(place: Place) -> dict[str, list[Simulated]]:
    return table.usual(place.exercise())


def _row(place: Place, kind: str, i: int) -> table.Row:
    if kind == "mistakes":
        return mistake_row(place, i)
    suspect = _suspects(place)[kind][i]
    assert isinstance(suspect.runner, Substituted)
    return table.row(place.exercise(), suspect, _concerned(place, {suspect.runner.function}))


def mistake_row(place: Place, i: int) -> table.Row:
    """The row of the i-th mistake: what is known of it already, and what else it comes to."""
    suspect = lineup(place).mistakes[i]
    row = table.row(place.exercise(), suspect, _concerned_by(place, i))
    suspect.answers = {}  # there is little left to be asked, and they are much
    return row


def unconcerned(place: Place, i: int) -> dict[str, Run]:
    """The checks that the i-th mistake does not concern, by their titles, with what they come to: as without it."""
    concerned = _concerned_by(place, i)
    called = _called(place)  # a prediction calls nothing, and is read anew
    return {title: run for title, run in _right(place).items() if called[title] and title not in concerned}


@functools.lru_cache(1)  # of a mistake that is tried, it is asked twice
def _concerned_by(place: Place, i: int) -> list[str]:
    """The titles of the checks that the i-th mistake may fail."""
    exercise = place.exercise()
    return _concerned(place, affected(exercise.solution, exercise.mistakes[i].apply(exercise.solution)))


def _concerned(place: Place, changed: Set[str]) -> list[str]:
    """The titles of the checks that call one of these functions, or one that calls them."""
    return [title for title, names in _called(place).items() if names & changed]


def affected(source: str, other: str) -> set[str]:
    r"""The functions at the top of a source that may do something else in the other one.

    >>> sorted(affected("def f(): return 1\ndef g(): return f()\ndef h(): return 3", "def f(): return 2"))
    ['f', 'g', 'h']
    """
    before, after = functions(source), functions(other)
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    if changed - before.keys() or beside_functions(source) != beside_functions(other):
        return set(before)  # what is no function may change everything
    mentioned = _mentioned(source)
    while more := {name for name in before.keys() - changed if mentioned[name] & changed}:
        changed |= more
    return changed


@functools.lru_cache(1)
def _mentioned(source: str) -> dict[str, set[str]]:
    """The names that each function at the top of a source has in it."""
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return {f.name: {part.id for part in ast.walk(f) if isinstance(part, ast.Name)} for f in functions}


@functools.lru_cache(8)
def _called(place: Place) -> dict[str, set[str]]:
    """The functions that each check calls of the solution: what is different in others changes nothing for it."""
    return {
        title: {call.function for example in run.examples for call in example.calls}
        for title, run in _right(place).items()
    }


@functools.lru_cache(2)
def _right(place: Place) -> dict[str, Run]:
    """The result of each check for the solution."""
    exercise = place.exercise()
    return runs_of(exercise, exercise.solution)
