"""Expectations of random numbers: they can have come from the distribution.

A limit of DEVIATIONS standard errors fails right numbers in about 2 of 10⁹ arrays where the statistic is normal; that
of the fourth moment is not, and its wider limit fails about 5 of 10⁶ arrays of 625 numbers. All follow from the seed of
an example, so that a verdict never changes from run to run. Of fewer numbers than ENOUGH little can be said, and only
their shape and range are judged.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.course.checks.expectations.arrays import Array, as_floats, of_shape
from minigrad.course.checks.expectations.calls import require
from minigrad.course.results.outcomes import Mismatch

DEVIATIONS = 6
ENOUGH = 500


def expect_finite(label: str, got: Any, shape: tuple[int, ...], axes: str = "") -> Array:
    """The array, or Mismatch unless it has this shape and its floats are finite."""
    numbers = of_shape(label, as_floats(label, got, shape), np.zeros(shape), axes)
    require(label, np.isfinite(numbers).all(), f"{label} has numbers that are NaN or infinite.", numbers)
    return numbers


def expect_uniform(label: str, got: Any, shape: tuple[int, ...], low: float, high: float, axes: str = "") -> None:
    """Raise Mismatch unless these can be numbers that were drawn evenly from low to high."""
    got = expect_finite(label, got, shape, axes)
    mean, half = (low + high) / 2, (high - low) / 2
    away = np.abs(got - mean)
    furthest = got.ravel()[away.argmax()]
    message = f"{label}: numbers should lie between {low:.4g} and {high:.4g}, one is {furthest:.4g}."
    _require_drawn(label, away.max() <= half * (1 + 1e-9), message, got)
    if got.size >= ENOUGH:
        _expect_spread(label, got, mean, half**2 / 3, kurtosis=1.8)
        # the largest of n such numbers is below (1 - 25/n) of the limit with probability e⁻²⁵
        reach = (
            f"the numbers should reach from {low:.4g} to {high:.4g}; they reach from {got.min():.4g} to {got.max():.4g}"
        )
        require(label, away.max() > half * (1 - 25 / got.size), f"{label}: {reach}.", got)


def expect_normal(label: str, got: Any, shape: tuple[int, ...], mean: float, variance: float, axes: str = "") -> None:
    """Raise Mismatch unless these can be numbers that were drawn from a normal distribution."""
    got = expect_finite(label, got, shape, axes)
    if got.size >= ENOUGH:
        _expect_spread(label, got, mean, variance, kurtosis=3.0)
        kurtosis = np.mean((got - mean) ** 4) / np.mean((got - mean) ** 2) ** 2
        message = f"{label}: the variance is right but the numbers are not from a normal distribution."
        _require_drawn(label, abs(kurtosis - 3) < (DEVIATIONS + 2) * math.sqrt(24 / got.size), message, got)


def _expect_spread(label: str, got: Array, mean: float, variance: float, kurtosis: float) -> None:
    """This mean and variance, as far as numbers of this kurtosis (E z⁴) allow to tell."""
    message = f"{label}: the mean should be about {mean:.3g}, it is {got.mean():.3g}."
    spread = max(variance, got.var())  # numbers that are spread too far have a mean that wanders, and no wrong one
    require(label, abs(got.mean() - mean) < DEVIATIONS * math.sqrt(spread / got.size), message, got)
    came = np.mean((got - mean) ** 2)
    ratio = came / variance
    message = f"{label}: the variance should be about {variance:.4g}, it is {came:.4g}, {ratio:.3g} times as much."
    _require_drawn(label, abs(ratio - 1) < DEVIATIONS * math.sqrt((kurtosis - 1) / got.size), message, got)
    different = len(np.unique(got))
    message = f"{label}: {got.size} random numbers, but only {different} different ones."
    require(label, different > 0.99 * got.size, message, got)


def _require_drawn(label: str, condition: Any, message: str, got: Array) -> None:
    """Raise Mismatch unless the condition holds, with how these numbers may have been drawn."""
    if not condition:
        raise Mismatch(label, message + _looks(got), got)


def _looks(got: Array) -> str:
    """Guess how such numbers were drawn, if there are enough of them and they look like it; otherwise "".

    Of numbers that are cut off many are the same, and nothing is said of them.
    """
    if got.size < ENOUGH or len(np.unique(got)) <= 0.99 * got.size:
        return ""
    away = np.abs(got - got.mean()) / got.std()
    kurtosis, furthest = np.mean(away**4), away.max()
    if abs(kurtosis - 1.8) < 0.25 and 1.6 < furthest < 1.9:
        return f" They look like uniform numbers between {got.min():.3g} and {got.max():.3g}."
    if abs(kurtosis - 3) < DEVIATIONS * math.sqrt(24 / got.size) and furthest > 2.5:
        return f" They look like normal numbers with the standard deviation {got.std():.3g}."
    return ""
