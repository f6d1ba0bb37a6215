"""The right numbers, transformed: by a function of each, an argument added, or a size that divides them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from minigrad.course.checks.expectations.arrays import ATOL
from minigrad.course.checks.students import Example
from minigrad.course.diagnosis.relations import factor
from minigrad.course.diagnosis.values import parts
from minigrad.course.results.outcomes import Mismatch

Array = np.ndarray

SEVERAL = 4  # numbers that are rounded by no chance
MOST_DECIMALS = 6

_TIMES: dict[str, Callable[[float], float]] = {
    "{n} times": lambda n: n,
    "1/{n} of": lambda n: 1 / n,
    "√{n} times": np.sqrt,
    "1/√{n} of": lambda n: 1 / np.sqrt(n),
    "{n}² times": lambda n: n**2,
    "1/{n}² of": lambda n: 1 / n**2,
    "1/({n} - 1) of": lambda n: 1 / (n - 1) if n > 1 else np.nan,
    "{n} - 1 times": lambda n: n - 1,
    "{n} + 1 times": lambda n: n + 1,
    "1/(2{n}) of": lambda n: 1 / (2 * n),
    "2/{n} of": lambda n: 2 / n,
}


def _positive(e: Array) -> Array:
    positive: Array = np.maximum(e, 0)
    return positive


def _negative(e: Array) -> Array:
    negative: Array = np.minimum(e, 0)
    return negative


_EACH: dict[str, Callable[[Array], Array]] = {
    "Each number is the square of what it should be.": np.square,
    "Each number is the square root of what it should be.": np.sqrt,
    "Each number is tanh of what it should be: one tanh is too many.": np.tanh,
    "tanh of these numbers would be right: a tanh is missing at the end.": np.arctanh,
    "Each number is 1 minus what it should be.": lambda e: 1 - e,
    "Each number is 1 more than it should be.": lambda e: 1 + e,
    "Each number is 1 less than it should be.": lambda e: e - 1,
    "Each number is the sigmoid of what it should be: one sigmoid is too many.": lambda e: 1 / (1 + np.exp(-e)),
    "Each number is 1 divided by what it should be.": lambda e: 1 / e,
    "Each number is e to the power of what it should be.": np.exp,
    "Each number is the logarithm of what it should be.": np.log,
    "The signs are lost: these are the absolute values of what is expected.": np.abs,
    "All are negative: these are the right numbers without their signs, with a minus.": lambda e: -np.abs(e),
    "Negative numbers have become 0; those that are positive are right.": _positive,
    "Positive numbers have become 0; those that are negative are right.": _negative,
    "Only the signs of the numbers are left, 1 and -1.": np.sign,
    "The numbers are rounded to integers.": np.round,
    "The numbers are cut off to integers: is an array of integers filled with them?": np.trunc,
    "Each number is 1 minus the square of what it should be.": lambda e: 1 - e**2,
}

_COARSE: Sequence[Callable[[Array], Array]] = (np.sign, np.round, np.trunc, _positive, _negative)
"""They make the same number of many: where all numbers are 0, say, that can come from anything."""

_WITH: dict[str, Callable[[Array, Array], Array]] = {
    "These are the numbers of {}, as it came in.": lambda e, a: a + 0 * e,
    "These are the right numbers with {} added to them.": lambda e, a: e + a,
    "These are the right numbers with {} subtracted from them.": lambda e, a: e - a,
    "These are the right numbers multiplied by {}.": lambda e, a: e * a,
    "These are the right numbers divided by {}.": lambda e, a: e / a,
    "These are the means of {} and the right numbers.": lambda e, a: (e + a) / 2,
}

_REDUCED: dict[str, Callable[[Array, int], Array]] = {
    "The {} axis is missing: these numbers are summed over it, and it should be kept.": lambda e, k: e.sum(k),
    "The {} axis is missing: these numbers are averaged over it, and it should be kept.": lambda e, k: e.mean(k),
    "The {} axis is missing: only the first entry along it is there.": lambda e, k: e.take(0, k),
    "The {} axis is missing: only the last entry along it is there.": lambda e, k: e.take(-1, k),
    "These numbers add up along the {} axis: each holds those before it as well.": np.cumsum,
    "These numbers add up along the {} axis from its end: each holds those after it as well.": lambda e, k: np.flip(
        np.cumsum(np.flip(e, k), k), k
    ),
    "All entries along the {} axis are those of the first one.": lambda e, k: e.take([0], k) + 0 * e,
    "All entries along the {} axis are those of the last one.": lambda e, k: e.take([-1], k) + 0 * e,
    "All entries along the {} axis are their mean.": lambda e, k: e.mean(k, keepdims=True) + 0 * e,
    "The mean along the {} axis is subtracted from these numbers.": lambda e, k: e - e.mean(k, keepdims=True),
    "These numbers are divided by their sum along the {} axis.": lambda e, k: e / e.sum(k, keepdims=True),
    "These numbers are divided by their length along the {} axis.": lambda e, k: (
        e / np.sqrt((e**2).sum(k, keepdims=True))
    ),
}


def transformed(examples: Sequence[Example]) -> str:
    """Tell what was done to the right numbers in every example that failed, or return ""."""
    failed = [(e, e.outcome) for e in examples if isinstance(e.outcome, Mismatch)]
    if not failed or len(failed) < sum(e.outcome is not None for e in examples):
        return ""
    if not all(m.got.size and m.expected.size for _, m in failed):
        return ""  # nothing comes of what is empty
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        return next(_done(failed), "") or _by_a_size(examples, [m for _, m in failed])


def _done(failed: Sequence[tuple[Example, Mismatch]]) -> Iterator[str]:
    mismatches = [m for _, m in failed]
    for says, function in _EACH.items():
        unlike = {number for m in mismatches for number in m.got.ravel().tolist()}
        if (function not in _COARSE or len(unlike) > 1) and all(_is(m.got, function(m.expected)) for m in mismatches):
            yield says
    yield from _rounded(mismatches)
    dimensions = {m.expected.ndim for m in mismatches}
    for says, along in _REDUCED.items():
        for axis in range(min(dimensions)) if len(dimensions) == 1 else ():
            if _often(m.expected.shape[axis] > 1 for m in mismatches) and all(
                _is(m.got, along(m.expected, axis)) for m in mismatches
            ):
                yield says.format(("first", "second", "third", "fourth")[axis])
    for name in failed[0][0].calls[-1].arguments if failed[0][0].calls else ():
        arguments = [e.calls[-1].arguments.get(name) for e, _ in failed if e.calls]
        for says, with_ in _WITH.items():
            if len(arguments) == len(failed) and all(
                _fits(a, m.expected) and _is(m.got, with_(m.expected, np.asarray(a)))
                for a, m in zip(arguments, mismatches, strict=True)
            ):
                yield says.format(name)
    for says, beginning in (
        ("Along the {} axis only the first entries are there, and right. Does a loop end or return too early?", True),
        ("Along the {} axis only the last entries are there, and right: those before them are missing.", False),
    ):
        for axis in range(min(dimensions)) if len(dimensions) == 1 else ():
            if all(_is_cut(m.got, m.expected, axis, beginning) for m in mismatches):
                yield says.format(("first", "second", "third", "fourth")[axis])
    if _is_shifted(mismatches):
        amounts = [float(np.mean(m.got - m.expected)) for m in mismatches]
        if np.allclose(amounts, amounts[0], rtol=1e-6):
            yield f"All numbers are off by {amounts[0]:.6g}, in every example."
        else:
            yield "All numbers are off by the same amount, which is not the same in every example."


def _rounded(mismatches: Sequence[Mismatch]) -> Iterator[str]:
    """Tell that the right numbers are rounded to some decimals, where there are enough of them to exclude chance."""
    unlike = {number for m in mismatches for number in m.got.ravel().tolist()}
    for decimals in range(1, MOST_DECIMALS + 1) if len(unlike) >= SEVERAL else ():
        if all(_is(m.got, np.round(m.expected, decimals)) for m in mismatches):
            places = "one decimal" if decimals == 1 else f"{decimals} decimals"
            yield f"The numbers are right, but rounded to {places}. Return them with all their digits."


def _is_cut(got: Array, expected: Array, axis: int, beginning: bool) -> bool:
    """True if some entries of an axis came, those at its beginning or its end, and no others."""
    if got.ndim != expected.ndim or not 0 < got.shape[axis] < expected.shape[axis]:
        return False
    length, of = got.shape[axis], expected.shape[axis]
    return _is(got, expected.take(range(length) if beginning else range(of - length, of), axis))


def _often(them: Iterator[bool]) -> bool:
    found = list(them)
    return 2 * sum(found) >= len(found)


def _is(got: Array, other: Any) -> bool:
    return got.shape == other.shape and bool(np.allclose(got, other, rtol=1e-7, atol=ATOL, equal_nan=True))


def _fits(argument: Any, expected: Array) -> bool:
    if isinstance(argument, float):
        return True
    if not isinstance(argument, np.ndarray) or argument.dtype.kind not in "fiu":
        return False
    try:
        return bool(np.broadcast_shapes(argument.shape, expected.shape) == expected.shape)
    except ValueError:
        return False


def _is_shifted(mismatches: Sequence[Mismatch]) -> bool:
    for m in mismatches:
        if m.got.shape != m.expected.shape or not np.isfinite(m.got).all():
            return False
        size = np.abs(m.expected).max(initial=1e-3)
        if np.ptp(m.got - m.expected) > 1e-9 * size or np.abs(m.got - m.expected).max() < 1e-6 * size:
            return False
    return len([m for m in mismatches if m.expected.size > 2]) > 1


def _by_a_size(examples: Sequence[Example], failed: Sequence[Mismatch]) -> str:
    """A factor between what came and what was expected that follows from a size, in all examples."""
    values = [(e.sizes, factor(e.outcome)) for e in examples if isinstance(e.outcome, Mismatch)]
    known = [(sizes, times) for sizes, times in values if times is not None]
    passed = [e.sizes for e in examples if e.outcome is None and not _is_zero_in_part(e)]
    if len(known) < max(2, len([m for m in failed if np.any(m.expected)])):
        return ""
    for name in (name for name in known[0][0] if name != "seed" and len({s[name] for s, _ in known}) > 1):
        for says, of in _TIMES.items():
            if all(np.isclose(times, of(sizes[name]), rtol=1e-7) for sizes, times in known) and all(
                np.isclose(of(sizes[name]), 1) for sizes in passed
            ):
                return f"These numbers are {says.format(n=name)} what they should be."
    return ""


def _is_zero_in_part(example: Example) -> bool:
    """True if a whole array of the result is zero, which no factor changes."""
    value = example.calls[-1].value if example.calls else None
    return any(isinstance(part, np.ndarray | float) and not np.any(part) for part in parts(value))
