"""Diagnosis by simulation: which known mistake gives exactly the student's numbers?

The catalogue of an exercise holds mistakes as small changes of its solution. When a check fails, each of them is put
in the student's place, on the very examples the check drew. One that comes to the same numbers everywhere is what the
student did, as far as numbers can tell. Only if none does, more general things are tried: another argument for the
solution, a relation between got and expected, and two mistakes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np

from minigrad.course.catalogue import Exercise
from minigrad.course.checks import ATOL, RTOL, Check, Example, Mismatch
from minigrad.course.suspects import Fingerprint, Recorded, Suspect, fingerprint, pairs, simulated, substituted

SEVERAL = 8  # numbers whose order is no chance
EACH_KIND = 6  # so many failing and so many passing examples of a check are replayed, beside the counterexample

Array = np.ndarray


class Evidence:
    """What one check drew of the student: the counterexample, and the largest others that failed and that passed."""

    def __init__(self, check: Check, counterexample: Example | None, examples: Sequence[Example]):
        self.check = check
        self.drawn = examples[: check.examples]  # what follows came of making the counterexample smaller
        largest_first = sorted(self.drawn, key=lambda e: -sum(n for name, n in e.case.items() if name != "seed"))
        failed = [e for e in largest_first if e.outcome][:EACH_KIND]
        passed = [e for e in largest_first if not e.outcome][:EACH_KIND]
        self.examples = [*([counterexample] if counterexample else []), *failed, *passed]
        self._outcomes = [(e.case, fingerprint(e.outcome)) for e in self.examples]

    def explained_by(self, suspect: Suspect) -> bool:
        """Whether the suspect in the student's place comes to the same on every example."""
        return all(student.matches(other) for student, other in self._beside(suspect))

    def contradicts(self, suspect: Suspect) -> bool:
        """Whether the suspect fails where the student does not, or gives other numbers for the same thing.

        That the suspect is right where the student is wrong is no contradiction: there may be a second mistake.
        """
        return any(_contradicts(student, other) for student, other in self._beside(suspect))

    def _beside(self, suspect: Suspect) -> Iterator[tuple[Fingerprint, Fingerprint]]:
        """What the examples came to for the student and for the suspect, where that is known."""
        for case, student in self._outcomes:
            other = suspect.outcome(self.check, case)
            if other is not None:
                yield student, other


def _contradicts(student: Fingerprint, suspect: Fingerprint) -> bool:
    if student.kind == suspect.kind == "mismatch":
        return student.about == suspect.about and not student.matches(suspect)
    return student.kind == "right" and suspect.kind != "right"


class Diagnostician:
    """What all the evidence from one exercise says together."""

    def __init__(self, exercise: Exercise, evidence: Sequence[Evidence]):
        self.exercise = exercise
        self.evidence = evidence
        self._contradicted: dict[Suspect, bool] = {}

    @cached_property
    def knows_mistakes(self) -> bool:
        """Whether the known mistakes can be told. The students' edition knows them on the examples it recorded."""
        recorded = self.exercise.notes.get("examples")
        return recorded is None or all(
            list(e.case.values()) in recorded[one.check.title] for one in self.evidence for e in one.drawn
        )

    @cached_property
    def mistakes(self) -> Sequence[Suspect]:
        """Those of the catalogue."""
        return self._recorded("mistakes") if "examples" in self.exercise.notes else simulated(self.exercise)

    @cached_property
    def substitutions(self) -> Sequence[Suspect]:
        """What is no known mistake, and can be said in terms of an argument."""
        return self._recorded("substitutions") if "examples" in self.exercise.notes else substituted(self.exercise)

    def _is_contradicted(self, suspect: Suspect) -> bool:
        if suspect not in self._contradicted:
            self._contradicted[suspect] = any(e.contradicts(suspect) for e in self.evidence)
        return self._contradicted[suspect]

    @cached_property
    def pairs(self) -> Sequence[Suspect]:
        """Two of the usual mistakes at once."""
        return [] if "examples" in self.exercise.notes else list(pairs(self.exercise))

    def _recorded(self, kind: str) -> Sequence[Suspect]:
        notes = self.exercise.notes
        return [Recorded(notes["examples"], suspect) for suspect in notes[kind]] if self.knows_mistakes else []

    def diagnose(self, i: int) -> str:
        """What explains the failure of the i-th check, or "" if nothing is known that does."""
        known = self._told_by(self.mistakes, i)
        if known or not any(isinstance(e.outcome, Mismatch) for e in self.evidence[i].examples):
            return known  # an exception alone has too many causes
        mismatches = _telling(self.evidence[i].examples)
        substitution = _multiple(mismatches) or self._told_by(self.substitutions, i)
        return substitution or _relation(mismatches) or self._told_by(self.pairs, i)

    def _told_by(self, suspects: Sequence[Suspect], i: int) -> str:
        """The suspect that explains check i and contradicts no other; of several, the one that explains most."""
        explains = [suspect for suspect in suspects if self.evidence[i].explained_by(suspect)]
        candidates = [suspect for suspect in explains if not self._is_contradicted(suspect)]
        if len(candidates) > 1:
            candidates.sort(key=lambda suspect: -sum(e.explained_by(suspect) for e in self.evidence))
        return candidates[0].says if candidates else ""


def same_outcome(a: BaseException | None, b: BaseException | None) -> bool:
    """Whether two runs of an example came to the same: both right, the same numbers, or the same exception."""
    return fingerprint(a).matches(fingerprint(b))


def _telling(examples: Sequence[Example]) -> list[Mismatch]:
    """The failing examples, if all have numbers, and enough of them to tell one relation from another."""
    failed = [e.outcome for e in examples if e.outcome]
    mismatches = [m for m in failed if isinstance(m, Mismatch) and isinstance(m.got, np.ndarray) and m.want is not None]
    all_and_enough = len(mismatches) == len(failed) and any(m.want.size > 2 for m in mismatches)
    return mismatches if all_and_enough else []


def _relation(mismatches: Sequence[Mismatch]) -> str:
    """A general relation between got and expected that holds in every failing example."""
    if not mismatches:
        return ""
    for holds, says in _RELATIONS:
        if all(holds(m) for m in mismatches):
            return says
    factors = _factors(mismatches)
    if len(factors) > 1 and min(map(abs, factors)) >= ATOL:
        return "These numbers are a multiple of what they should be, by a factor that changes with the input."
    return _in_the_same_order(mismatches)


def _close(a: Array, b: Array) -> bool:
    return a.shape == b.shape and np.allclose(a, b, rtol=RTOL, atol=ATOL)


def _late(m: Mismatch, steps: int) -> bool:
    """Whether got is want moved along its first axis, where that shows."""
    if m.got.shape != m.want.shape or m.want.ndim < 2 or _close(m.want[1:], m.want[:-1]):
        return False
    got, want = (m.got, m.want) if steps > 0 else (m.want, m.got)
    return _close(got[1:], want[:-1])


def _summed_over_an_axis(m: Mismatch) -> bool:
    return bool(np.ptp(m.got)) and any(
        m.want.shape[k] > 1 and _close(m.got, np.broadcast_to(m.want.sum(k, keepdims=True), m.want.shape))
        for k in range(m.want.ndim)
    )


def _right_along_first_axis(m: Mismatch) -> list[bool]:
    """Which entries along the first axis are right."""
    if m.got.shape != m.want.shape or m.want.ndim < 2 or len(m.want) < 2:
        return []
    return [_close(g, w) for g, w in zip(m.got, m.want, strict=True)]


def _only(m: Mismatch, place: int, right: bool) -> bool:
    """Whether one entry along the first axis is right and all others wrong, or the other way round."""
    entries = _right_along_first_axis(m)
    return bool(entries) and entries.pop(place) is right and not any(e is right for e in entries)


def _nearly(m: Mismatch) -> bool:
    """Whether rounding, or a small number that is added, could make got of want."""
    size = min(1.0, np.abs(m.want).max() or 1.0)  # 1e-6 is not nearly 1e-7
    return m.got.shape == m.want.shape and np.allclose(m.got, m.want, rtol=1e-4, atol=1e-5 * size)


def _right_at_the_end(m: Mismatch) -> bool:
    """Whether the first entries along the first axis are wrong, and all from some place on are right."""
    entries = _right_along_first_axis(m)
    return bool(entries) and entries == sorted(entries) and entries[-1]


_RELATIONS: list[tuple[Callable[[Mismatch], bool], str]] = [
    (lambda m: bool(np.isnan(m.got).all()), "These numbers are all NaN: look for 0 / 0, ∞ - ∞ or ∞ / ∞."),
    (
        _nearly,
        "These numbers are nearly right. Look for rounding, float32, a small number that is added, or large ones that "
        "are cut off.",
    ),
    (
        lambda m: m.want.ndim > 1 and _close(m.got, np.swapaxes(m.want, -1, -2)),
        "This is the transpose of what is expected.",
    ),
    (
        lambda m: m.want.ndim > 0 and len(m.want) > 1 and _close(m.got, m.want[::-1]),
        "These are the right numbers in the reverse order along the first axis.",
    ),
    (
        lambda m: m.got.ndim < m.want.ndim and _close(m.got, m.want.squeeze()),
        "The numbers are right, but axes of length 1 are missing. Avoid squeeze().",
    ),
    (
        lambda m: m.got.size == m.want.size and m.got.shape != m.want.shape and _close(m.got.ravel(), m.want.ravel()),
        "The numbers are right but in another shape.",
    ),
    (lambda m: _late(m, 1), "These are the right numbers, one step late along the first axis."),
    (lambda m: _late(m, -1), "These are the right numbers, one step early along the first axis."),
    (_summed_over_an_axis, "This is summed over an axis that it should keep."),
    (lambda m: _only(m, 0, right=True), "Only the first entry along the first axis is right."),
    (lambda m: _only(m, -1, right=True), "Only the last entry along the first axis is right."),
    (lambda m: _only(m, 0, right=False), "Everything is right but the first entry along the first axis."),
    (lambda m: _only(m, -1, right=False), "Everything is right but the last entry along the first axis."),
    (_right_at_the_end, "From some place along the first axis on the numbers are right, and before it they are wrong."),
]


def _multiple(mismatches: Sequence[Mismatch]) -> str:
    """The same factor between got and expected, in all examples."""
    factors = _factors(mismatches)
    if not factors:
        return ""
    if not any(factors):
        return "These numbers are all zero."
    if np.allclose(factors, -1.0, rtol=RTOL):
        return "These numbers have the wrong sign: they are exactly the negative."
    if len(factors) > 1 and np.allclose(factors, factors[0], rtol=1e-6) and abs(factors[0] - 1) > 1e-4:
        return f"These numbers are {factors[0]:.6g} times what they should be."
    return ""


def _factors(mismatches: Sequence[Mismatch]) -> list[float]:
    """What expected was multiplied by to become got in each example, or nothing if there is no such factor."""
    factors = []
    for m in mismatches:
        if m.got.shape != m.want.shape or not m.want.any() or not np.isfinite(m.got).all():
            return []
        factor = float(np.sum(m.got * m.want) / np.sum(m.want * m.want))
        if not _close(m.got, factor * m.want) or abs(factor - 1) < 1e-6:
            return []
        factors.append(factor)
    return factors


def _in_the_same_order(mismatches: Sequence[Mismatch]) -> str:
    """Whether got grows with want in every example, and there are enough numbers for that to be no chance."""
    large = [m for m in mismatches if m.want.size >= SEVERAL]
    if len(large) < len(mismatches) / 4 or not large:
        return ""
    for m in mismatches:
        if m.got.shape != m.want.shape or not np.isfinite(m.got).all():
            return ""
        by_want = m.got.ravel()[np.argsort(m.want, axis=None)]
        if np.any(np.diff(by_want) < -ATOL) or (m.want.size >= SEVERAL and np.ptp(by_want) == 0):
            return ""
    return (
        "Your numbers grow with the expected ones. So the same may have happened to all of them: look at the function "
        "that they go through, and at what is added, cut off or rounded."
    )
