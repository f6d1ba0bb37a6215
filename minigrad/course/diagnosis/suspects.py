"""The known mistakes of an exercise, and what each of them comes to on an example.

The students' edition of a course holds their fingerprints in place of their code, which would give the solution away.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from minigrad.course.catalogue.course import Exercise
from minigrad.course.catalogue.patches import both
from minigrad.course.checks.check import Check
from minigrad.course.checks.examples import draw
from minigrad.course.checks.students import Simulation, Student
from minigrad.course.diagnosis.fingerprints import Fingerprint, fingerprint
from minigrad.course.student.replies import Reply

USUAL = 24  # so many mistakes at the head of the catalogue are tried two at a time


class Suspect(Protocol):
    """A known mistake, and what its sentence says to a student who made it."""

    says: str

    def outcome(self, check: Check, sizes: dict[str, int]) -> Fingerprint | None:
        """What it comes to on an example, or None if that is not known."""


class Simulated:
    """A suspect that runs."""

    def __init__(self, says: str, source: str):
        self.says = says
        self._simulation = Simulation(source)

    def outcome(self, check: Check, sizes: dict[str, int]) -> Fingerprint:
        with np.errstate(all="ignore"):
            return fingerprint(Student(self._simulation).look(check.body, sizes).outcome)


def pairs(exercise: Exercise) -> Iterator[Simulated]:
    """Two of the first mistakes of the catalogue together, where they change different places."""
    for a, b in itertools.combinations(exercise.mistakes[:USUAL], 2):
        with contextlib.suppress(ValueError, SyntaxError):
            pair = both(a, b)
            yield Simulated(pair.says, pair.apply(exercise.solution))


class Substituted:
    """The solution, with something else substituted for an argument.

    Args:
        says: what to say to a student whose numbers are these.
        solution: the solution.
        function: the function that this is about.
        change: the arguments ↦ what the solution gets in their place.
    """

    def __init__(self, says: str, solution: Simulation, function: str, change: Callable[[list[Any]], list[Any]]):
        self.says = says
        self._solution, self._function, self._change = solution, function, change

    def call(self, function: str, args: list[Any], inspect: bool = False) -> Reply:
        if function != self._function:
            return self._solution.call(function, args, inspect)
        reply = self._solution.call(function, self._change(args), inspect)
        return replace(reply, arguments=args if inspect else [])

    def outcome(self, check: Check, sizes: dict[str, int]) -> Fingerprint:
        with np.errstate(all="ignore"):
            return fingerprint(Student(self).look(check.body, sizes).outcome)


# What may have become of an argument that is an array, a number, or a list of arrays.
_CHANGES: dict[str, Callable[[Any], Any]] = {
    "{} is transposed": lambda a: a.T if isinstance(a, np.ndarray) and a.ndim == 2 else a,
    "{} is zero": lambda a: 0 * a,
    "{} is negated": lambda a: -1 * a,
    "{} is doubled": lambda a: 2 * a,
    "{} is halved": lambda a: a / 2,
}
_ALONG_FIRST_AXIS: dict[str, Callable[[Any], Any]] = {  # of an array alone: a list has another first axis
    "{0}[0] is used for all of {0}": lambda a: a[:1] + 0 * a if np.ndim(a) > 1 else a,
    "{} is read backwards along its first axis": lambda a: a[::-1] if np.ndim(a) else a,
}


def substituted(exercise: Exercise) -> list[Substituted]:
    """The solution with one argument changed, or two exchanged, for each function of the exercise."""
    solution = Simulation(exercise.solution)
    suspects = []
    for function, value in vars(solution.module).items():
        if not inspect.isfunction(value) or value.__module__ != solution.module.__name__:
            continue
        names = list(inspect.signature(value).parameters)
        for i, name in enumerate(names):
            for what, change in (_CHANGES | _ALONG_FIRST_AXIS).items():
                says = f"These are the numbers that come out when {what.format(name)}."
                lists = what in _CHANGES
                suspects.append(Substituted(says, solution, function, functools.partial(_with, i, change, lists)))
        for i, j in itertools.combinations(range(len(names)), 2):
            says = f"These are the numbers that come out when {names[i]} and {names[j]} are exchanged."
            suspects.append(Substituted(says, solution, function, functools.partial(_exchanged, i, j)))
    return suspects


def _with(i: int, change: Callable[[Any], Any], lists: bool, args: list[Any]) -> list[Any]:
    """The arguments with the i-th changed, if it is numbers; of a list, each of its arrays, if lists are changed."""
    old = args[i]
    if isinstance(old, list):
        new = [change(a) for a in old] if lists and all(isinstance(a, np.ndarray) for a in old) else old
    else:
        new = change(old) if isinstance(old, np.ndarray | float) else old
    return [*args[:i], new, *args[i + 1 :]]


def _exchanged(i: int, j: int, args: list[Any]) -> list[Any]:
    changed = list(args)
    changed[i], changed[j] = args[j], args[i]
    return changed


class Recorded:
    """A suspect of which only the fingerprints are kept, as `record` makes them."""

    def __init__(self, examples: dict[str, list[list[int]]], mistake: dict[str, Any]):
        self.says = str(mistake["says"])
        self._outcomes = {
            (title, *sizes): outcome
            for title, drawn in examples.items()
            for sizes, outcome in zip(drawn, mistake["outcomes"][title], strict=True)
        }

    def outcome(self, check: Check, sizes: dict[str, int]) -> Fingerprint | None:
        found = self._outcomes.get((check.title, *sizes.values()))
        return None if found is None else Fingerprint(*found)


def record(exercise: Exercise) -> dict[str, Any]:
    """What every known mistake comes to on every example that is drawn, as notes for the students' edition."""
    drawn = {check.title: draw(check.choices, check.examples) for check in exercise.checks}

    def outcomes(suspect: Suspect) -> dict[str, Any]:
        found = {c.title: [suspect.outcome(c, sizes) for sizes in drawn[c.title]] for c in exercise.checks}
        rows = {title: [list(f) if f and f != Fingerprint() else [] for f in row] for title, row in found.items()}
        return {"says": suspect.says, "outcomes": rows}

    return {
        "examples": {title: [list(sizes.values()) for sizes in examples] for title, examples in drawn.items()},
        "mistakes": [outcomes(suspect) for suspect in simulated(exercise)],
        "substitutions": [outcomes(suspect) for suspect in substituted(exercise)],
    }


def simulated(exercise: Exercise) -> list[Simulated]:
    """Each mistake of the catalogue as a simulated student."""
    return [Simulated(m.says, m.apply(exercise.solution)) for m in exercise.mistakes]
