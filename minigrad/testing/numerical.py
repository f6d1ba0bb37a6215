"""Derivatives computed without the engine, by evaluating a function at neighbouring points.

* The complex step, f'(x) = Im f(x + ih) / h with h = 10⁻³⁰. It subtracts nothing, so it is exact to rounding.
  It needs f to be analytic. (Squire and Trapp, Using complex variables to estimate derivatives of real
  functions, SIAM Review 40(1), 1998, equation 6.)
* Central differences, extrapolated to h = 0, with an estimate of their own error. (Ridders, Accurate
  computation of F'(x) and F'(x)F''(x), Advances in Engineering Software 4(2), 1982.)

>>> import numpy as np
>>> derivative, uncertainty = complex_step(lambda t: np.sin(1.0 + t))
>>> derivative == np.cos(1.0)
np.True_
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.memory import Array
from minigrad.messages import warn
from minigrad.recording import no_grad, plain

COMPLEX_STEP = "complex step"
CENTRAL_DIFFERENCES = "central differences"

PATIENCE = 10.0
"""If a check will take more seconds of computing, it is said that there is a faster way, after a tenth of them."""

Line = Callable[[complex], Any]
"""A function of one number: a scalar function along a line through its arguments."""


def line(scalar: Callable[..., Any], values: list[Array], k: int, direction: Array) -> Line:
    """t ↦ scalar(..., values[k] + t direction, ...), computed in plain numbers and outside the engine's recording.

    A long step may leave the domain of the function: there it is NaN.
    """

    def along(t: complex) -> Any:
        with no_grad():
            try:
                return plain(scalar(*values[:k], values[k] + t * direction, *values[k + 1 :]))[()]
            except (ArithmeticError, ValueError):
                if isinstance(t, complex):
                    raise
                return np.nan

    return along


class Patience:
    """Says once, as soon as it can be known, that a check will take long."""

    def __init__(self) -> None:
        self.began = time.process_time()
        self.said = False

    def look(self, done: int, size: int, since: float) -> None:
        """Warn if the elements of an argument that are left will take long.

        Args:
            done, size: how many of them are done, and how many there are.
            since: when the first of them began, in seconds of time.process_time.
        """
        now = time.process_time()
        if not self.said and now - self.began >= PATIENCE / 10:
            to_come = (now - since) / done * (size - done)
            if now - self.began + to_come > PATIENCE:
                self.said = True
                warn(
                    f"check_gradients: the {size} elements of an argument will take {to_come:.0f} seconds more. "
                    "fast=True compares along 3 random directions instead, and looks at elements only where one "
                    "disagrees."
                )


def each_element(
    scalar: Callable[..., Any],
    values: list[Array],
    k: int,
    derivative: Callable[[Line], tuple[float, float]],
    patience: Patience,
) -> tuple[Array, Array]:
    """∂scalar/∂values[k], element by element, and how uncertain it is."""
    x = values[k]
    result, uncertainty, steps = np.zeros(x.shape), np.zeros(x.shape), scale(x)
    began = time.process_time()
    for done, index in enumerate(np.ndindex(x.shape)):
        if done:
            patience.look(done, x.size, began)
        direction = np.zeros(x.shape)
        direction[index] = steps[index]
        result[index], uncertainty[index] = derivative(line(scalar, values, k, direction))
    return result / steps, uncertainty / steps


def scale(x: Array) -> Array:
    """The scale of a step in each element: its own size, so that it keeps its sign; 1 for 0, infinity and NaN."""
    return np.where((x == 0) | ~np.isfinite(x), 1.0, np.abs(x))


def is_analytic(along: Line) -> bool:
    """True if complex step and central differences agree."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            expected, _ = complex_step(along)
    except Exception:  # however it says so: it does not take complex numbers, or drops their imaginary part
        return False
    # the short one takes two calls, and crosses no kink that a long one may cross
    estimates = (difference(along) for difference in (_short_difference, central_difference))
    return any(abs(expected - d) <= 1e-8 * abs(d) + 10 * uncertainty + 1e-12 for d, uncertainty in estimates)


def complex_step(along: Line) -> tuple[float, float]:
    """The derivative at 0, without uncertainty."""
    h = 1e-30
    return float(np.imag(along(1j * h)) / h), 0.0


def central_difference(along: Line) -> tuple[float, float]:
    """The derivative at 0 and its uncertainty.

    By long steps, from 0.1, if short ones, from 10⁻⁴, agree; a long step may cross a kink that a short one does not.
    """
    (long, uncertainty), (short, of_short) = _ridders(along, 0.1, 10), _ridders(along, 1e-4, 5)
    return (long, uncertainty) if abs(long - short) <= 10 * (uncertainty + of_short) else (short, of_short)


def slopes(along: Line) -> tuple[float, float] | None:
    """The slopes on the left and on the right of 0, if they are not the same however near one comes; or None.

    Outside the domain it is NaN; where it grows the nearer one comes, infinity.
    """

    def sides(h: float) -> tuple[float, float, float]:
        below, here, above = along(-h), along(0.0), along(h)
        left, right = float((here - below) / h), float((above - here) / h)
        return left, right, 1e-13 * float(max(abs(below), abs(here), abs(above))) / h

    left, right, rounding = sides(1e-8)
    far_left, far_right, _ = sides(1e-6)
    if np.isnan(left) and np.isnan(right):
        return None
    left, right = (
        np.inf if abs(near) > max(3 * abs(far), rounding) else near
        for near, far in ((left, far_left), (right, far_right))
    )
    apart, near_enough = abs(right - left), max(rounding, 1e-6 * min(abs(left), abs(right)))
    if np.isfinite(left + right) and apart <= max(0.3 * abs(far_right - far_left), near_enough):
        return None
    return left, right


def jumps(along: Line) -> bool:
    """True if it has another value at 0 than beside it, however near one comes."""

    def change(h: float) -> float:
        here = along(0.0)
        return float(max(abs(along(h) - here), abs(along(-h) - here)))

    near, far = change(1e-10), change(1e-6)
    return bool(near > max(0.5 * far, 1e-9 * abs(along(0.0)), 1e-12))


def slopes_at(along: Line, h: float) -> tuple[float, float]:
    """The slopes on the left and on the right, as far as h."""
    below, here, above = along(-h), along(0.0), along(h)
    return float((here - below) / h), float((above - here) / h)


def has_kink(along: Line) -> bool:
    """True if the slopes on the left and on the right of 0 differ by the same, however near one comes.

    Of a smooth function they differ by less and less, of the rounding of one by more and more.
    """
    bends = [right - left for left, right in (slopes_at(along, h) for h in (1e-5, 1e-6, 1e-7))]
    least, most = min(bends, key=abs), max(bends, key=abs)
    return bool(abs(most - least) <= 0.2 * abs(least) and abs(least) > max(1e-7 * abs(along(0.0)), 1e-9))


def is_grainy(along: Line) -> bool:
    """True if it has a slope, which gets lost where steps become shorter than those between numbers of float32."""

    def slope(h: float) -> float:
        return float((along(h) - along(-h)) / (2 * h))

    far, near, nearest = (slope(h) for h in (1e-2, 1e-4, 1e-10))
    sloping = abs(far - near) <= 0.05 * abs(near) and 1e-4 * abs(along(0.0)) < abs(near)
    return bool(sloping and not abs(nearest - near) <= 0.2 * abs(near))


def _ridders(along: Line, first: float, count: int) -> tuple[float, float]:
    """Ridders' tableau: halve h, eliminate h², h⁴, ... and keep the entry whose neighbours differ least from it."""
    best, error = float("nan"), float("inf")
    previous: list[float] = []
    for h in (first / 2**i for i in range(count)):
        above, below = along(h), along(-h)
        row = [float((above - below) / (2 * h))]
        rounding = 1e-16 * max(abs(above), abs(below)) / h
        for j, coarser in enumerate(previous):
            row.append(row[j] + (row[j] - coarser) / (4.0 ** (j + 1) - 1))
            estimate = max(abs(row[j + 1] - row[j]), abs(row[j + 1] - coarser)) + rounding
            if estimate < error:
                best, error = row[j + 1], estimate
        if error <= 4 * rounding:  # which doubles with every row to come
            break
        previous = row
    return best, error


def _short_difference(along: Line) -> tuple[float, float]:
    h = 1e-6
    above, below = along(h), along(-h)
    return float((above - below) / (2 * h)), 1e-16 * max(abs(above), abs(below)) / h
