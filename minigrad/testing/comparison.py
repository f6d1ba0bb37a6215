"""Comparing the gradient of one argument with derivatives that were computed without the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minigrad.memory import Array
from minigrad.testing.hints import hint
from minigrad.testing.numerical import (
    CENTRAL_DIFFERENCES,
    COMPLEX_STEP,
    Line,
    Patience,
    central_difference,
    complex_step,
    each_element,
    is_analytic,
    line,
    scale,
)

DIRECTIONS = 3
MANY = 2000
"""Of more elements than these not all are looked at, in the fast mode."""


class GradientError(AssertionError):
    """A gradient that is not the derivative, or that breaks another promise of gradients.

    Attributes:
        argument: number of the argument whose gradient is wrong.
        name: the argument in words, such as "argument 0['weight']".
        index: index of the first wrong element in it.
        got, expected: the gradient there, and the derivative by `method`.
        ratio: got / expected.
        wrong, size: how many elements are wrong, of how many; wrong is 0 where they were not counted.
        order: 1 for the gradient, 2 for the gradient of the gradient.
        method: "complex step" or "central differences".
        operation: the GradientError of the first recorded operation that is wrong by itself, whose `name` says which
            and which argument of it; None where there is none.
        hint: what the wrong numbers look like, if they look like anything.
    """

    argument: int | None = None
    name: str = ""
    index: tuple[int, ...] | None = None
    got: float = float("nan")
    expected: float = float("nan")
    ratio: float = float("nan")
    wrong: int = 0
    size: int = 0
    order: int = 1
    method: str = ""
    operation: GradientError | None = None
    hint: str = ""
    undecided: bool = False
    """True if nothing could be compared, since f has no derivative there or computes too coarsely."""
    arrays: tuple[Array, Array] | None = None
    """The whole gradient and all derivatives, where they were computed."""

    def __str__(self) -> str:
        lines = [*map(str, self.args)]
        if self.index is not None:
            what = "gradient" if self.order == 1 else "second-order gradient"
            where = f"in {self.wrong} of {self.size} elements, first at" if self.wrong else "at"
            lines.append(
                f"{what} with respect to {self.name} is wrong {where} index {self.index}: got {self.got:.12g}, "
                f"expected {self.expected:.12g} by {self.method}, ratio {self.ratio:.9g}"
            )
        if self.operation is not None:
            lines.append(f"the first operation that is wrong by itself: {self.operation}")
        elif self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


@dataclass
class Comparison:
    """A way to compare gradients with derivatives; see `check_gradients`."""

    rtol: float
    atol: float
    fast: bool
    rng: np.random.Generator
    patience: Patience = field(default_factory=Patience)

    def of(
        self, got: Array, scalar: Callable[..., Any], values: list[Array], k: int
    ) -> tuple[str, GradientError | None]:
        """The method by which ∂scalar/∂values[k] was computed, and the error of the gradient `got`, or None."""
        direction = self.rng.normal(size=values[k].shape) * scale(values[k])
        with np.errstate(all="ignore"):  # what leaves the domain of the function is NaN, and said so
            if is_analytic(line(scalar, values, k, direction)):
                error = self.first_wrong(got, scalar, values, k, COMPLEX_STEP)
                if error is None or _is_confirmed(error, scalar, values, k):
                    return COMPLEX_STEP, error
            return CENTRAL_DIFFERENCES, self.first_wrong(got, scalar, values, k, CENTRAL_DIFFERENCES)

    def first_wrong(
        self, got: Array, scalar: Callable[..., Any], values: list[Array], k: int, method: str
    ) -> GradientError | None:
        if self.fast:
            direction = self.direction_that_disagrees(got, scalar, values, k, method)
            if direction is None:
                return None
            if got.size > MANY:
                return self.one_wrong_element(got, scalar, values, k, method, direction)
        expected, uncertainty = each_element(scalar, values, k, _derivative(method), self.patience)
        wrong = ~(np.abs(got - expected) <= self.tolerance(expected, uncertainty, method))
        return _wrong(got, expected, wrong, method) if wrong.any() else None

    def tolerance(self, expected: Array, uncertainty: Array, method: str) -> Any:
        """The difference from `expected` that is allowed, for each element."""
        relative = self.rtol if method == COMPLEX_STEP else max(1e-7, self.rtol)
        largest = float(np.max(np.abs(expected), initial=0.0))
        return relative * np.abs(expected) + 10 * uncertainty + self.atol * max(1.0, 1e-3 * largest)

    def direction_that_disagrees(
        self, got: Array, scalar: Callable[..., Any], values: list[Array], k: int, method: str
    ) -> Array | None:
        """Of a few random u that leave no element out, one along which the derivative is not <gradient, u>."""
        for _ in range(DIRECTIONS):
            u: Array = self.rng.uniform(0.5, 1.5, size=got.shape) * self.rng.choice([-1.0, 1.0], size=got.shape)
            if method == CENTRAL_DIFFERENCES:
                u *= scale(values[k])  # a step keeps the sign of every element, and so the side of a kink at 0
            if not self.agrees_along(u, got, scalar, values, k, method):
                return u
        return None

    def agrees_along(
        self, u: Array, got: Array, scalar: Callable[..., Any], values: list[Array], k: int, method: str
    ) -> bool:
        """True if <gradient, u> is the derivative along u."""
        if not np.isfinite(got[u != 0]).all():
            return False
        expected, uncertainty = _derivative(method)(line(scalar, values, k, u))
        relative = self.rtol / 10 if method == COMPLEX_STEP else max(1e-7, self.rtol)
        allowed = relative * float(np.linalg.norm(got * u)) + 10 * uncertainty + self.atol
        return bool(abs(np.sum(got * u) - expected) <= allowed)

    def one_wrong_element(
        self, got: Array, scalar: Callable[..., Any], values: list[Array], k: int, method: str, direction: Array
    ) -> GradientError | None:
        """A wrong element among many, by halving the direction that disagrees."""

        def part(places: Array) -> Array:
            u = np.zeros(got.shape)
            u.flat[places] = direction.flat[places]
            return u

        places = np.arange(got.size)
        while places.size > 1:
            halves = np.array_split(places, 2)
            disagree = [h for h in halves if not self.agrees_along(part(h), got, scalar, values, k, method)]
            if not disagree:
                return None
            places = disagree[0]
        u = part(places)
        index = np.unravel_index(int(places[0]), got.shape)
        derivative, uncertainty = _derivative(method)(line(scalar, values, k, u))
        expected = np.full(got.shape, derivative / u[index])
        uncertain = np.full(got.shape, uncertainty / abs(u[index]))
        if abs(got[index] - expected[index]) <= self.tolerance(expected, uncertain, method)[index]:
            return None
        only_this = np.zeros(got.shape, bool)
        only_this[index] = True
        error = _wrong(got, expected, only_this, method)
        error.wrong, error.hint, error.arrays = 0, "", None
        return error


def _is_confirmed(error: GradientError, scalar: Callable[..., Any], values: list[Array], k: int) -> bool:
    """True if central differences are nearer to the complex step than to the gradient that it calls wrong."""
    assert error.index is not None
    unit = np.zeros(values[k].shape)
    unit[error.index] = scale(values[k])[error.index]
    derivative = central_difference(line(scalar, values, k, unit))[0] / unit[error.index]
    return not abs(derivative - error.expected) > abs(derivative - error.got)


def _derivative(method: str) -> Callable[[Line], tuple[float, float]]:
    return complex_step if method == COMPLEX_STEP else central_difference


def _wrong(got: Array, expected: Array, wrong: Array, method: str) -> GradientError:
    error = GradientError()
    error.index = tuple(int(i) for i in np.argwhere(wrong)[0]) if got.ndim else ()
    error.got, error.expected = float(got[error.index]), float(expected[error.index])
    error.ratio = error.got / error.expected if error.expected else float("nan") if error.got == 0 else float("inf")
    error.wrong, error.size, error.method = int(wrong.sum()), got.size, method
    error.arrays = got, expected
    error.hint = hint(got, expected, wrong, 1e-9 if method == COMPLEX_STEP else 1e-5)
    return error
