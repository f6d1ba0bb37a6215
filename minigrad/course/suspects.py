"""The known mistakes of an exercise, and what each of them comes to on an example.

What an example comes to is kept as a fingerprint, a few words and numbers. So the students' edition of a course holds
the fingerprints of its mistakes in place of their code, which would give the solution away.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from minigrad.course.catalogue import Exercise
from minigrad.course.checks import ATOL, Check, Mismatch, Simulation, Student, draw
from minigrad.course.process import StudentError

Array = np.ndarray


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
        return Fingerprint("error", outcome.function, str(outcome))
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
    mistakes = []
    for suspect in simulated(exercise):
        found = {c.title: [suspect.outcome(c, case) for case in cases[c.title]] for c in exercise.checks}
        outcomes = {title: [[] if f == Fingerprint() else list(f) for f in row] for title, row in found.items()}
        mistakes.append({"says": suspect.says, "outcomes": outcomes})
    examples = {title: [list(case.values()) for case in drawn] for title, drawn in cases.items()}
    return {"examples": examples, "mistakes": mistakes}


def simulated(exercise: Exercise) -> list[Simulated]:
    """Each mistake of the catalogue as a simulated student."""
    return [Simulated(m.says, m.apply(exercise.solution)) for m in exercise.mistakes]
