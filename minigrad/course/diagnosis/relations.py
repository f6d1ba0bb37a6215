"""General relations between what came and what was expected, where no known mistake gives the numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from minigrad.course.checks.expectations import ATOL, RTOL
from minigrad.course.checks.students import Example
from minigrad.course.results.outcomes import Mismatch

SEVERAL = 8  # numbers whose order is no chance

Array = np.ndarray


def telling(examples: Sequence[Example]) -> list[Mismatch]:
    """The failing examples, if all have numbers, and enough of them to tell one relation from another."""
    failed = [e.outcome for e in examples if e.outcome]
    mismatches = [m for m in failed if isinstance(m, Mismatch) and _are_numbers(m.got) and _are_numbers(m.expected)]
    all_and_enough = len(mismatches) == len(failed) and any(m.expected.size > 2 for m in mismatches)
    return mismatches if all_and_enough else []


def _are_numbers(value: object) -> bool:
    """Whether it is an array that can be subtracted: one of truth values cannot."""
    return isinstance(value, np.ndarray) and value.dtype.kind in "iuf"


def relation(mismatches: Sequence[Mismatch]) -> str:
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
    """Whether got is expected moved along its first axis, where that shows."""
    if m.got.shape != m.expected.shape or m.expected.ndim < 2 or _close(m.expected[1:], m.expected[:-1]):
        return False
    got, expected = (m.got, m.expected) if steps > 0 else (m.expected, m.got)
    return _close(got[1:], expected[:-1])


def _summed_over_an_axis(m: Mismatch) -> bool:
    return bool(np.ptp(m.got)) and any(
        m.expected.shape[k] > 1 and _close(m.got, np.broadcast_to(m.expected.sum(k, keepdims=True), m.expected.shape))
        for k in range(m.expected.ndim)
    )


def _right_along_first_axis(m: Mismatch) -> list[bool]:
    """Which entries along the first axis are right."""
    if m.got.shape != m.expected.shape or m.expected.ndim < 2 or len(m.expected) < 2:
        return []
    return [_close(g, w) for g, w in zip(m.got, m.expected, strict=True)]


def _only(m: Mismatch, place: int, right: bool) -> bool:
    """Whether one entry along the first axis is right and all others wrong, or the other way round."""
    entries = _right_along_first_axis(m)
    return bool(entries) and entries.pop(place) is right and not any(e is right for e in entries)


def _nearly(m: Mismatch) -> bool:
    """Whether rounding, or a small number that is added, could make got of expected."""
    size = min(1.0, np.abs(m.expected).max() or 1.0)  # 1e-6 is not nearly 1e-7
    return m.got.shape == m.expected.shape and np.allclose(m.got, m.expected, rtol=1e-4, atol=1e-5 * size)


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
        lambda m: m.expected.ndim > 1 and _close(m.got, np.swapaxes(m.expected, -1, -2)),
        "This is the transpose of what is expected.",
    ),
    (
        lambda m: m.expected.ndim > 0 and len(m.expected) > 1 and _close(m.got, m.expected[::-1]),
        "These are the right numbers in the reverse order along the first axis.",
    ),
    (
        lambda m: m.got.ndim < m.expected.ndim and _close(m.got, m.expected.squeeze()),
        "The numbers are right, but axes of length 1 are missing. Avoid squeeze().",
    ),
    (
        lambda m: (
            m.got.size == m.expected.size
            and m.got.shape != m.expected.shape
            and _close(m.got.ravel(), m.expected.ravel())
        ),
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


def multiple(mismatches: Sequence[Mismatch]) -> str:
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
        if m.got.shape != m.expected.shape or not m.expected.any() or not np.isfinite(m.got).all():
            return []
        factor = float(np.sum(m.got * m.expected) / np.sum(m.expected * m.expected))
        if not _close(m.got, factor * m.expected) or abs(factor - 1) < 1e-6:
            return []
        factors.append(factor)
    return factors


def _in_the_same_order(mismatches: Sequence[Mismatch]) -> str:
    """Whether got grows with expected in every example, and there are enough numbers for that to be no chance."""
    large = [m for m in mismatches if m.expected.size >= SEVERAL]
    if len(large) < len(mismatches) / 4 or not large:
        return ""
    for m in mismatches:
        if m.got.shape != m.expected.shape or not np.isfinite(m.got).all():
            return ""
        by_expected = m.got.ravel()[np.argsort(m.expected, axis=None)]
        if np.any(np.diff(by_expected) < -ATOL) or (m.expected.size >= SEVERAL and np.ptp(by_expected) == 0):
            return ""
    return (
        "Your numbers grow with the expected ones. So the same may have happened to all of them: look at the function "
        "that they go through, and at what is added, cut off or rounded."
    )
