"""Diagnosis by simulation: which known mistake gives exactly the student's numbers?

The catalogue of an exercise holds mistakes as small changes of its solution. When a check fails, each of them is put
in the student's place, on the very examples the check drew. One that comes to the same numbers everywhere is what the
student did, as far as numbers can tell. Only if none does, general relations between got and expected are tried.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from minigrad.course.catalogue import Exercise
from minigrad.course.checks import ATOL, RTOL, Check, Example, Mismatch, Simulation, Student
from minigrad.course.process import StudentError

EACH_KIND = 6  # so many failing and so many passing examples of a check are replayed, beside the counterexample

Array = np.ndarray
Relation = Callable[[Array, Array], bool]


class Evidence:
    """What one check drew of the student: the counterexample, and the largest others that failed and that passed."""

    def __init__(self, check: Check, counterexample: Example | None, examples: Sequence[Example]):
        self.check = check
        largest_first = sorted(examples, key=lambda e: -sum(n for name, n in e.case.items() if name != "seed"))
        failed = [e for e in largest_first if e.outcome][:EACH_KIND]
        passed = [e for e in largest_first if not e.outcome][:EACH_KIND]
        self.examples = [*([counterexample] if counterexample else []), *failed, *passed]

    def explained_by(self, suspect: Simulation) -> bool:
        """Whether the suspect in the student's place comes to the same on every example."""
        return all(_same(example.outcome, _replay(suspect, self.check, example)) for example in self.examples)


class Diagnostician:
    """What all the evidence from one exercise says together."""

    def __init__(self, exercise: Exercise, evidence: Sequence[Evidence]):
        self.exercise = exercise
        self.evidence = evidence

    @cached_property
    def suspects(self) -> list[tuple[str, Simulation]]:
        """A simulated student for each mistake of the catalogue."""
        solution = self.exercise.solution
        return [(m.says, Simulation(m.apply(solution))) for m in self.exercise.mistakes]

    def diagnose(self, i: int) -> str:
        """What explains the failure of the i-th check, or "" if nothing is known that does."""
        return self._known_mistake(i) or _relation(self.evidence[i].examples)

    def _known_mistake(self, i: int) -> str:
        """The mistake that explains check i; of several that do, the one that explains most of the other checks."""
        candidates = [suspect for suspect in self.suspects if self.evidence[i].explained_by(suspect[1])]
        if len(candidates) > 1:
            candidates.sort(key=lambda suspect: -sum(e.explained_by(suspect[1]) for e in self.evidence))
        return candidates[0][0] if candidates else ""


def _replay(suspect: Simulation, check: Check, example: Example) -> BaseException | None:
    try:
        with np.errstate(all="ignore"):
            check.body(Student(suspect), **example.case)
    except (Mismatch, StudentError) as outcome:
        return outcome
    return None


def _same(student: BaseException | None, suspect: BaseException | None) -> bool:
    if isinstance(student, Mismatch) and isinstance(suspect, Mismatch):
        return student.label == suspect.label and _same_value(student, suspect)
    if isinstance(student, StudentError) and isinstance(suspect, StudentError):
        return (student.function, student.error, student.text) == (suspect.function, suspect.error, suspect.text)
    return student is None and suspect is None


def _same_value(a: Mismatch, b: Mismatch) -> bool:
    if isinstance(a.got, np.ndarray) and isinstance(b.got, np.ndarray):
        return a.got.shape == b.got.shape and np.allclose(a.got, b.got, rtol=1e-6, atol=ATOL, equal_nan=True)
    return type(a.got) is type(b.got) and a.message == b.message


def _relation(examples: Sequence[Example]) -> str:
    """A general relation between got and expected that holds in every failing example."""
    pairs = [
        (e.outcome.got, e.outcome.want)
        for e in examples
        if isinstance(e.outcome, Mismatch)
        and isinstance(e.outcome.want, np.ndarray)
        and isinstance(e.outcome.got, np.ndarray)
    ]
    if not pairs or len(pairs) < sum(e.outcome is not None for e in examples):
        return ""
    if max(want.size for _, want in pairs) < 3:
        return ""  # too few numbers to tell one relation from another
    for holds, says in _RELATIONS:
        if all(holds(got, want) for got, want in pairs):
            return says
    return _scaled(pairs) or _right_in_places(pairs)


def _close(a: Array, b: Array) -> bool:
    return a.shape == b.shape and np.allclose(a, b, rtol=RTOL, atol=ATOL)


def _permuted_blocks(got: Array, want: Array) -> bool:
    if got.shape != want.shape or want.ndim == 0 or want.shape[-1] % 4:
        return False
    blocks = np.split(want, 4, axis=-1)
    return any(_close(got, np.concatenate(p, axis=-1)) for p in itertools.permutations(blocks))


_RELATIONS: list[tuple[Relation, str]] = [
    (lambda got, want: bool(np.isnan(got).all()), "All your numbers are NaN: look for 0 / 0, ∞ - ∞ or ∞ / ∞."),
    (lambda got, want: _close(got, -want), "Your numbers have the wrong sign: they are exactly the negative."),
    (lambda got, want: want.ndim > 1 and _close(got, np.swapaxes(want, -1, -2)), "Your result is transposed."),
    (
        lambda got, want: got.ndim == want.ndim > 0 and _close(got, want[::-1]),
        "Your result is in the reverse order along its first axis.",
    ),
    (
        lambda got, want: got.ndim < want.ndim and _close(got, want.squeeze()),
        "Your numbers are right, but axes of length 1 are missing. Avoid squeeze().",
    ),
    (
        lambda got, want: got.size == want.size and got.shape != want.shape and _close(got.ravel(), want.ravel()),
        "Your numbers are right but in another shape.",
    ),
    (
        lambda got, want: got.shape == want.shape and want.ndim > 1 and _close(got[1:], want[:-1]),
        "Your result is one step late along its first axis.",
    ),
    (
        lambda got, want: got.shape == want.shape and want.ndim > 1 and _close(got[:-1], want[1:]),
        "Your result is one step early along its first axis.",
    ),
    (_permuted_blocks, "Your four blocks hold the right numbers in the wrong order: it is i, f, g, o."),
    (
        lambda got, want: any(
            got.shape == want.shape
            and want.shape[k] > 1
            and _close(got, np.broadcast_to(want.sum(k, keepdims=True), want.shape))
            for k in range(want.ndim)
        ),
        "Your result is summed over an axis that it should keep.",
    ),
]


def _scaled(pairs: Sequence[tuple[Array, Array]]) -> str:
    """The same factor between got and expected, in all examples."""
    factors = []
    for got, want in pairs:
        if got.shape != want.shape or not want.any() or not np.isfinite(got).all():
            return ""
        factor = float(np.sum(got * want) / np.sum(want * want))
        if not _close(got, factor * want):
            return ""
        factors.append(factor)
    if len(factors) > 1 and np.allclose(factors, factors[0], rtol=1e-6) and factors[0] != 0:
        return f"Your numbers are {factors[0]:.6g} times what they should be, everywhere."
    if len(factors) > 1 and any(factors):
        return "Your numbers are a multiple of what they should be, by a factor that changes with the input."
    return "Your numbers are all zero." if not any(factors) else ""


def _right_in_places(pairs: Sequence[tuple[Array, Array]]) -> str:
    """Right at one end of the first axis only, whenever that axis is long enough to tell."""
    telling = [(g, w) for g, w in pairs if g.shape == w.shape and w.ndim > 1 and len(w) > 1]
    if len(telling) < 2:
        return ""
    for where, says in ((0, "first"), (-1, "last")):
        rest = slice(1, None) if where == 0 else slice(None, -1)
        if all(_close(g[where], w[where]) and not _close(g[rest], w[rest]) for g, w in telling):
            return f"Only the {says} entry along the first axis is right."
        if all(_close(g[rest], w[rest]) and not _close(g[where], w[where]) for g, w in telling):
            return f"Everything is right but the {says} entry along the first axis."
    return ""
