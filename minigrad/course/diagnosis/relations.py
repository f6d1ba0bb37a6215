"""General relations between what came and what was expected, where no known mistake gives the numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.course.checks.expectations.arrays import ATOL, RTOL
from minigrad.course.checks.students import Example
from minigrad.course.results.outcomes import Mismatch

SEVERAL = 8  # numbers whose order is no chance
FEW = 3  # numbers that end at a limit by no chance
AT_ALL = 4  # single numbers that are nearly right by no chance
ROUGH = 2e-3  # so near they are, for how much the right ones differ
TRIFLE = 1e-5  # so much a small number in a denominator may change
MANY = 64  # entries whose order is looked for

Array = np.ndarray
Relation = Callable[[Mismatch], bool]
Alike = Callable[[Array, Array], bool]  # got, expected: of the same shape


def telling(examples: Sequence[Example]) -> list[Mismatch]:
    """The failing examples, if all have numbers, and enough of them to tell one relation from another.

    An empty array shows no relation: every one holds of it.
    """
    failed = [e.outcome for e in examples if e.outcome]
    mismatches = [m for m in failed if isinstance(m, Mismatch) and _are_numbers(m.got) and _are_numbers(m.expected)]
    shown = [m for m in mismatches if m.got.size]
    all_and_enough = len(mismatches) == len(failed) and any(m.expected.size > 2 for m in shown)
    return shown if all_and_enough else []


def _are_numbers(value: object) -> bool:
    """True if it is an array that can be subtracted: one of truth values cannot."""
    return isinstance(value, np.ndarray) and value.dtype.kind in "iuf"


def relation(mismatches: Sequence[Mismatch]) -> str:
    """A general relation between got and expected that holds in every failing example, and gives all numbers."""
    return _first(_RELATIONS, mismatches)


def moved(mismatches: Sequence[Mismatch]) -> str:
    """A relation that says where the right numbers have gone: transposed, in reverse, one step late."""
    return _first(_MOVED, mismatches)


def lost(mismatches: Sequence[Mismatch]) -> str:
    """Tell that all wrong numbers are NaN, or infinite: then they do not show how they came about."""
    return _first(_LOST, mismatches)


def part(mismatches: Sequence[Mismatch]) -> str:
    """Tell which numbers are right or wrong in every failing example, or how they go with the expected ones."""
    if not mismatches:
        return ""
    factors = _factors(mismatches)
    if told := _first(_PARTS, mismatches):
        return told
    if len(factors) > 1 and min(map(abs, factors)) >= ATOL:
        return "These numbers are a multiple of what they should be, by a factor that changes with the input."
    return _in_order(mismatches)


def nearly_right(mismatches: Sequence[Mismatch]) -> bool:
    """True if nothing but rounding is wrong with these numbers."""
    return bool(mismatches) and all(_single(m) or _nearly(m) for m in mismatches)


def _first(relations: Sequence[tuple[Relation, str]], mismatches: Sequence[Mismatch]) -> str:
    """The sentence on the first relation that holds in every failing example."""
    return next((says for holds, says in relations if mismatches and all(holds(m) for m in mismatches)), "")


def _close(a: Array, b: Array) -> bool:
    return a.shape == b.shape and np.allclose(a, b, rtol=RTOL, atol=ATOL)


def _nearly(m: Mismatch) -> bool:
    """True if rounding, or a small number that is added, could make got of expected."""
    if m.got.shape != m.expected.shape or not m.expected.size:
        return False
    size = min(1.0, np.abs(m.expected).max() or 1.0)  # 1e-6 is not nearly 1e-7
    return np.allclose(m.got, m.expected, rtol=1e-4, atol=1e-5 * size)


def _single(m: Mismatch) -> bool:
    """True if these are the right numbers, rounded to those of float32."""
    got = np.asarray(m.got)
    if got.shape != np.shape(m.expected) or not np.isfinite(got).all():
        return False
    return np.array_equal(got, got.astype(np.float32)) and np.allclose(got, m.expected, rtol=1e-5, atol=1e-6)


def _permuted(got: Array, expected: Array) -> bool:
    """True if these are the entries along the first axis, all different, in another order."""
    if not 1 < len(expected) <= MANY or got.size < 3:
        return False
    places = [[i for i, e in enumerate(expected) if _close(g, e)] for g in got]
    return sorted(places) == [[i] for i in range(len(expected))]


def _summed_over_an_axis(m: Mismatch) -> bool:
    return bool(np.ptp(m.got)) and any(
        m.expected.shape[k] > 1 and _close(m.got, np.broadcast_to(m.expected.sum(k, keepdims=True), m.expected.shape))
        for k in range(m.expected.ndim)
    )


def _along(axis: int, alike: Alike) -> Relation:
    """The relation of got and expected, each with this axis first, where both have the same shape and two axes."""

    def holds(m: Mismatch) -> bool:
        if m.got.shape != m.expected.shape or m.expected.ndim < 2:
            return False
        return alike(np.moveaxis(m.got, axis, 0), np.moveaxis(m.expected, axis, 0))

    return holds


def _late(got: Array, expected: Array) -> bool:
    """True if got is expected one place later, where that shows."""
    return not _close(expected[1:], expected[:-1]) and _close(got[1:], expected[:-1])


def _early(got: Array, expected: Array) -> bool:
    return not _close(expected[1:], expected[:-1]) and _close(got[:-1], expected[1:])


def _right(got: Array, expected: Array) -> list[bool]:
    """True for each entry along the first axis that is right; empty if there is only one."""
    return [_close(g, w) for g, w in zip(got, expected, strict=True)] if len(expected) > 1 else []


def _only(place: int, right: bool) -> Alike:
    """The relation that one entry along the first axis is right and all others wrong, or the other way round."""

    def holds(got: Array, expected: Array) -> bool:
        entries = _right(got, expected)
        return bool(entries) and entries.pop(place) is right and not any(e is right for e in entries)

    return holds


def _never_reached(place: int) -> Alike:
    """The relation that one entry along the first axis is zero where that is wrong, and all others are right."""

    def holds(got: Array, expected: Array) -> bool:
        others = np.delete(np.arange(len(got)), place)
        return not got[place].any() and bool(expected[place].any()) and _close(got[others], expected[others])

    return holds


def _right_at_the_end(got: Array, expected: Array) -> bool:
    """True if the first entries along the first axis are wrong, and all from some place on are right."""
    entries = _right(got, expected)
    return bool(entries) and entries == sorted(entries) and entries[-1]


def _wrong_ones(are: Callable[[Array, Array], Any]) -> Relation:
    """The relation that `are` holds of all numbers that are wrong, and of what they should be."""

    def holds(m: Mismatch) -> bool:
        return m.wrong is not None and bool(np.all(are(m.got[m.wrong], m.expected[m.wrong])))

    return holds


def _negative(got: Array, expected: Array) -> Any:
    return np.abs(got + expected) <= ATOL + RTOL * np.abs(expected)


def _should_be_one(m: Mismatch) -> bool:
    """True if many different numbers came where one number is expected throughout."""
    if m.got.shape != m.expected.shape or m.expected.size < SEVERAL:
        return False  # where a shape alone is expected, zeros stand for it
    return not np.ptp(m.expected) and len(np.unique(m.got)) == m.got.size


def _at_their_limits(got: Array, expected: Array, wrong: Array) -> Any:
    """True if all wrong numbers are one limit, or its negative, that they should pass, and no other number does."""
    limit = np.abs(got[wrong][0])
    at_it = np.abs(np.abs(got) - limit) <= ATOL + RTOL * limit
    passes = np.abs(expected) > limit
    sides = np.isin(np.sign(got), np.sign(got[wrong]))
    return np.all((at_it & (np.sign(got) == np.sign(expected)) & passes)[wrong]) and not np.any(
        (passes & ~at_it & sides)[~wrong]
    )


def cut_off(mismatches: Sequence[Mismatch]) -> str:
    """Tell that numbers are cut off at a limit; it is named if it is the same in every example."""
    wrong = [m for m in mismatches if m.wrong is not None and np.any(m.wrong)]
    if not wrong or len(wrong) < len(mismatches) or sum(int(np.sum(m.wrong)) for m in wrong) < FEW:
        return ""
    if not all(_at_their_limits(m.got, m.expected, m.wrong) for m in wrong):
        return ""
    limits = np.concatenate([m.got[m.wrong] for m in wrong])
    limit = float(np.abs(limits).max())
    if not np.allclose(np.abs(limits), limit, rtol=RTOL, atol=ATOL):
        if len(limits) < len(wrong) + FEW:
            return ""  # a single number in each example is at a limit of its own by chance
        return "All numbers that are wrong end at the same limit; they should pass it."
    above = [f"above {limit:.6g} has become {limit:.6g}"] * bool(np.any(limits > 0))
    below = [f"below {-limit:.6g} has become {-limit:.6g}"] * bool(np.any(limits < 0))
    return f"Each number {' and each '.join(above + below)}: numbers are cut off that should pass this limit."


def a_little_off(examples: Sequence[Example]) -> str:
    """Tell that all wrong numbers are a bit too small, or all too large, which neither rounding nor float32 makes."""
    failed = [e.outcome for e in examples if e.outcome]
    ratios: list[float] = []
    for m in failed:
        if not (isinstance(m, Mismatch) and m.got is not None and np.shape(m.got) == np.shape(m.expected)):
            return ""
        got, expected = np.asarray(m.got), np.asarray(m.expected)
        if got.dtype.kind != "f" or expected.dtype.kind != "f" or not np.isfinite(got).all() or _single(m):
            return ""
        wrong = np.abs(got - expected) > ATOL + RTOL * np.abs(expected)
        if not expected[wrong].all():
            return ""
        ratios += (got[wrong] / expected[wrong] - 1).tolist()
    off = max(map(abs, ratios), default=1.0)
    if len(ratios) < SEVERAL or off > TRIFLE or min(ratios) < 0 < max(ratios):
        return ""
    return (
        f"These numbers are right to about {round(-np.log10(off))} digits, and all are too "
        f"{'small' if ratios[0] < 0 else 'large'}. Is a small number, such as 1e-8, added to a denominator, below a "
        "root or in a logarithm, where none should be?"
    )


def roughly_right(examples: Sequence[Example]) -> str:
    """Tell that single numbers, of several examples, all have some right digits, for how much the right ones differ."""
    failed = [e.outcome for e in examples if e.outcome]
    pairs = [
        (np.asarray(m.got).item(), np.asarray(m.expected).item())
        for m in failed
        if isinstance(m, Mismatch) and _are_single(m.got, m.expected)
    ]
    if len(pairs) < max(len(failed), AT_ALL):
        return ""
    got, expected = np.array(pairs, float).T
    off = np.abs(got - expected).max()
    if not np.isfinite(off) or off > ROUGH * np.ptp(expected) or len(np.unique(expected)) < AT_ALL:
        return ""
    return (
        f"These numbers are nearly right: none is off by more than {off:.2g}. Is something rounded, or does a search, "
        "or a sum, end too early?"
    )


def _are_single(got: Any, expected: Any) -> bool:
    return np.size(got) == np.size(expected) == 1 and all(np.asarray(n).dtype.kind in "iuf" for n in (got, expected))


def _both_axes(says: str, alike: Alike) -> list[tuple[Relation, str]]:
    return [(_along(0, alike), says.format("first")), (_along(-1, alike), says.format("last"))]


# These wrong numbers are no numbers any more.
_LOST: list[tuple[Relation, str]] = [
    (_wrong_ones(lambda got, _: np.isnan(got)), "All numbers that are wrong are NaN: look for 0 / 0, ∞ - ∞ or ∞ / ∞."),
    (_wrong_ones(lambda got, _: np.isinf(got)), "All numbers that are wrong are infinite: look for what overflows."),
]

# The right numbers in other places, or most of them. The first that holds is said.
_MOVED: list[tuple[Relation, str]] = [
    (
        lambda m: m.expected.ndim > 1 and _close(m.got, np.swapaxes(m.expected, -1, -2)),
        "This is the transpose of what is expected.",
    ),
    (
        lambda m: m.expected.ndim > 0 and len(m.expected) > 1 and _close(m.got, m.expected[::-1]),
        "These are the right numbers in the reverse order along the first axis.",
    ),
    (
        lambda m: m.expected.ndim > 1 and m.expected.shape[-1] > 1 and _close(m.got, m.expected[..., ::-1]),
        "These are the right numbers in the reverse order along the last axis.",
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
    *_both_axes("These are the right numbers, one step late along the {} axis.", _late),
    *_both_axes("These are the right numbers, one step early along the {} axis.", _early),
    *_both_axes("These are the right entries along the {} axis, in another order.", _permuted),
    (_summed_over_an_axis, "This is summed over an axis that it should keep."),
    *_both_axes(
        "The last entry along the {} axis is zero, and everything else is right. Does a loop end too early?",
        _never_reached(-1),
    ),
    *_both_axes(
        "The first entry along the {} axis is zero, and everything else is right. Places are counted from 0.",
        _never_reached(0),
    ),
]

_RELATIONS: list[tuple[Relation, str]] = [
    (lambda m: bool(np.isnan(m.got).all()), "These numbers are all NaN: look for 0 / 0, ∞ - ∞ or ∞ / ∞."),
    (
        _single,
        "These numbers are right to about seven digits, as in float32. Is something converted, or stored as that?",
    ),
    (
        _nearly,
        "These numbers are nearly right. Look for rounding, float32, a small number that is added, or large ones that "
        "are cut off.",
    ),
    *_MOVED,
    *_LOST,
]

# These hold of a part of the numbers only, or not exactly.
_PARTS: list[tuple[Relation, str]] = [
    *_both_axes("Only the first entry along the {} axis is right.", _only(0, right=True)),
    *_both_axes("Only the last entry along the {} axis is right.", _only(-1, right=True)),
    *_both_axes("Everything is right but the first entry along the {} axis.", _only(0, right=False)),
    *_both_axes("Everything is right but the last entry along the {} axis.", _only(-1, right=False)),
    (_should_be_one, "All numbers that are compared here should be the same, and they differ from each other."),
    (
        _wrong_ones(lambda got, _: got == 0),
        "All numbers that are wrong are 0. Is a part never computed, or lost again?",
    ),
    (_wrong_ones(_negative), "All numbers that are wrong have the wrong sign, and nothing else is wrong with them."),
    *_both_axes(
        "From some place along the {} axis on the numbers are right, and before it they are wrong.", _right_at_the_end
    ),
]


def multiple(mismatches: Sequence[Mismatch]) -> str:
    """The same factor between got and expected, in all examples."""
    factors = _factors(mismatches)
    if not factors:
        return ""
    if not any(factors):
        return "These numbers are all zero. Is what should be there never computed, or thrown away?"
    if np.allclose(factors, -1.0, rtol=RTOL):
        return "These numbers have the wrong sign: they are exactly the negative."
    if len(factors) > 1 and np.allclose(factors, factors[0], rtol=1e-6) and abs(factors[0] - 1) > 1e-4:
        return f"These numbers are {factors[0]:.6g} times what they should be."
    return ""


def _factors(mismatches: Sequence[Mismatch]) -> list[float]:
    """The factor between expected and got in each example, or nothing if there is no such factor."""
    factors = []
    for m in mismatches:
        times = factor(m)
        if times is None or abs(times - 1) < 1e-6:
            return []
        factors.append(times)
    return factors


def factor(m: Mismatch) -> float | None:
    """The number that got is expected times, if there is one, and not all that is expected is 0."""
    if m.got.shape != m.expected.shape or not m.expected.any() or not np.isfinite(m.got).all():
        return None
    times = float(np.sum(m.got * m.expected) / np.sum(m.expected * m.expected))
    return times if np.allclose(m.got, times * m.expected, rtol=RTOL, atol=ATOL * max(1.0, abs(times))) else None


def _in_order(mismatches: Sequence[Mismatch]) -> str:
    """Tell if got grows or falls with expected in every example, where there are enough numbers to exclude chance."""
    if sum(len(np.unique(m.expected)) >= SEVERAL for m in mismatches) < max(1, len(mismatches) / 4):
        return ""
    if all(_grows(m, 1) for m in mismatches):
        return (
            "Your numbers grow with the expected ones. So the same may have happened to all of them: look at the "
            "function that they go through, and at what is added, cut off or rounded."
        )
    if all(_grows(m, -1) for m in mismatches):
        return (
            "Your numbers fall where the expected ones grow. So the same may have happened to all of them: look for a "
            "minus, and at the function that they go through."
        )
    return ""


def _grows(m: Mismatch, sign: int) -> bool:
    """True if no number of got is below one that should be below it, where expected ones differ beyond rounding."""
    if m.got.shape != m.expected.shape or not np.isfinite(m.got).all():
        return False
    order = np.argsort(m.expected, axis=None)
    expected, got = m.expected.ravel()[order], sign * m.got.ravel()[order].astype(float)  # not all have a minus
    if m.expected.size >= SEVERAL and 0 in (np.ptp(got), np.ptp(expected)):
        return False
    lower = np.searchsorted(expected, expected - ATOL - RTOL * np.abs(expected))  # so many are below each, ties apart
    largest = np.concatenate([[-np.inf], np.maximum.accumulate(got)])
    return bool(np.all(got >= largest[lower] - ATOL))
