"""The known mistakes of an exercise, and what each of them comes to on an example.

What an example comes to is kept as a fingerprint, a few words and numbers. So the students' edition of a course holds
the fingerprints of its mistakes in place of their code, which would give the solution away.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

import numpy as np

from minigrad.course.catalogue import Exercise, both
from minigrad.course.checks import ATOL, Check, Mismatch, Simulation, Student, draw
from minigrad.course.process import Reply, StudentError
from minigrad.course.wording import in_plain_words

Array = np.ndarray

USUAL = 24  # so many mistakes at the head of the catalogue are tried two at a time


class Fingerprint(NamedTuple):
    """What came of an example, in a form that can be stored: who has the same, did the same.

    Attributes:
        kind: "right", "mismatch", "error" or "halt".
        about: what a mismatch is about, or the function that raised.
        text: the error, the dtypes of the arrays, or the message of a mismatch that has none.
        arrays: the shape of each array that came, and its projection.
    """

    kind: str = "right"
    about: str = ""
    text: str = ""
    arrays: Sequence[tuple[Sequence[int], float]] = ()

    def matches(self, other: Fingerprint) -> bool:
        if self[:3] != other[:3] or len(self.arrays) != len(other.arrays):
            return False
        return all(
            list(shape) == list(shape_) and math.isclose(number, number_, rel_tol=1e-6, abs_tol=ATOL)
            for (shape, number), (shape_, number_) in zip(self.arrays, other.arrays, strict=True)
        )


def fingerprint(outcome: BaseException | None) -> Fingerprint:
    """The fingerprint of an example's outcome."""
    if outcome is None:
        return Fingerprint()
    if isinstance(outcome, StudentError):
        return Fingerprint("error", outcome.function, f"{outcome.error}: {in_plain_words(outcome.text)}")
    if not isinstance(outcome, Mismatch):
        return Fingerprint("halt")
    parts = outcome.whole if isinstance(outcome.whole, list | tuple) else [outcome.whole]
    if not all(isinstance(part, np.ndarray) and part.dtype.kind in "biufc" for part in parts):
        return Fingerprint("mismatch", outcome.label, outcome.message)
    dtypes = " ".join(str(part.dtype) for part in parts)
    return Fingerprint("mismatch", outcome.label, dtypes, [(part.shape, _projection(part)) for part in parts])


def _projection(array: Array) -> float:
    """One number for all of an array. Arcsinh keeps numbers that explode from hiding the others."""
    parts = np.concatenate([array.real.ravel(), array.imag.ravel()]).astype(float)
    tame = np.nan_to_num(np.arcsinh(parts), nan=1e3, posinf=2e3, neginf=-2e3)
    return float(f"{_weights(len(tame)) @ tame:.9g}")


@functools.lru_cache(64)
def _weights(count: int) -> Array:
    return np.random.default_rng(0).uniform(0.5, 1.5, count)


class Suspect(Protocol):
    """A known mistake, and what its sentence says to a student who made it."""

    says: str

    def outcome(self, check: Check, case: dict[str, int]) -> Fingerprint | None:
        """What it comes to on an example, or None if that is not known."""


class Simulated:
    """A suspect that runs."""

    def __init__(self, says: str, source: str):
        self.says = says
        self._simulation = Simulation(source)

    def outcome(self, check: Check, case: dict[str, int]) -> Fingerprint:
        with np.errstate(all="ignore"):
            return fingerprint(Student(self._simulation).look(check.body, case).outcome)


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

    def outcome(self, check: Check, case: dict[str, int]) -> Fingerprint:
        with np.errstate(all="ignore"):
            return fingerprint(Student(self).look(check.body, case).outcome)


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
            (title, *case): outcome
            for title, cases in examples.items()
            for case, outcome in zip(cases, mistake["outcomes"][title], strict=True)
        }

    def outcome(self, check: Check, case: dict[str, int]) -> Fingerprint | None:
        found = self._outcomes.get((check.title, *case.values()))
        return None if found is None else Fingerprint(*found)


def record(exercise: Exercise) -> dict[str, Any]:
    """What every known mistake comes to on every example that is drawn, as notes for the students' edition."""
    cases = {check.title: draw(check.values, check.examples) for check in exercise.checks}

    def outcomes(suspect: Suspect) -> dict[str, Any]:
        found = {c.title: [suspect.outcome(c, case) for case in cases[c.title]] for c in exercise.checks}
        rows = {title: [list(f) if f and f != Fingerprint() else [] for f in row] for title, row in found.items()}
        return {"says": suspect.says, "outcomes": rows}

    return {
        "examples": {title: [list(case.values()) for case in drawn] for title, drawn in cases.items()},
        "mistakes": [outcomes(suspect) for suspect in simulated(exercise)],
        "substitutions": [outcomes(suspect) for suspect in substituted(exercise)],
    }


def simulated(exercise: Exercise) -> list[Simulated]:
    """Each mistake of the catalogue as a simulated student."""
    return [Simulated(m.says, m.apply(exercise.solution)) for m in exercise.mistakes]
