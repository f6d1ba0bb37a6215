"""Holding gradients against derivatives that were computed without the engine.

The engine's gradient of <v, f(x)>, for a random v, is compared element by element with

* the complex step, f'(x) = Im f(x + ih) / h with h = 10⁻³⁰. It subtracts nothing, so it is exact to rounding.
  It needs f to be analytic. (Squire and Trapp, Using complex variables to estimate derivatives of real
  functions, SIAM Review 40(1), 1998, equation 6.)
* or else central differences, extrapolated to h = 0, with an estimate of their own error. (Ridders, Accurate
  computation of F'(x) and F'(x)F''(x), Advances in Engineering Software 4(2), 1982.)

Whether f is analytic at x is not asked but measured: both are computed along one random direction and must agree.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from minigrad.recording import no_grad, plain
from minigrad.tensor import Array
from minigrad.transforms import grad, vjp

COMPLEX_STEP = "complex step"
CENTRAL_DIFFERENCES = "central differences"


class GradientError(AssertionError):
    """A gradient that is not the derivative.

    Attributes:
        argument: position of the argument whose gradient is wrong.
        index: index of the first wrong element in it.
        got, expected: the gradient there, and the derivative by `method`.
        ratio: got / expected.
        order: 1 for the gradient, 2 for the gradient of the gradient.
        method: "complex step" or "central differences".
    """

    def __init__(
        self,
        argument: int,
        index: tuple[int, ...],
        got: float,
        expected: float,
        wrong: int,
        size: int,
        order: int,
        method: str,
    ):
        self.argument, self.index, self.got, self.expected = argument, index, got, expected
        self.order, self.method = order, method
        self.ratio = got / expected if expected else float("nan") if got == 0 else float("inf")
        what = "gradient" if order == 1 else "second-order gradient"
        super().__init__(
            f"{what} with respect to argument {argument} is wrong in {wrong} of {size} elements, first at index "
            f"{index}: got {got:.12g}, expected {expected:.12g} by {method}, ratio {self.ratio:.9g}"
        )


def check_gradients(
    f: Callable[..., Any], *args: Any, order: int = 2, rtol: float = 1e-9, atol: float = 1e-12, seed: int = 0
) -> tuple[str, ...]:
    """Raise GradientError unless minigrad's gradients of f at `args` are its derivatives.

    Args:
        f: a function written in NumPy (or in minigrad.functional) that returns one array. It is called with
            Tensors for the gradient, and with plain complex or real arrays for the derivative.
        args: its arguments; arrays of floats and Python floats are differentiated, others are passed on as they are.
        order: 1 checks gradients, 2 also the gradients of the gradients.
        rtol: relative tolerance of each element by complex step. Central differences are held to 1e-6 and to their
            own error estimate.
        atol: absolute tolerance, for what rounding leaves of numbers that cancel; a thousandth of it, times the
            largest element, is tolerated too. Set it to 0 for gradients that are tiny as a whole.
        seed: for the random directions; the same seed gives the same verdict.

    Returns:
        For each order the method that was used: "complex step" or "central differences".

    Raises:
        GradientError: at the first argument with a wrong element.
        TypeError: if no argument is floating-point.
        ValueError: if `order` is not 1 or 2.

    >>> check_gradients(lambda a, b: a @ b, np.ones((2, 3)), np.ones(3))
    ('complex step', 'complex step')
    >>> check_gradients(np.maximum, np.array([1.0, -2.0]), np.zeros(2), order=1)
    ('complex step',)
    """
    if order not in (1, 2):
        raise ValueError(f"check_gradients: expected order 1 or 2, got {order!r}.")
    positions = [i for i, a in enumerate(args) if np.asarray(plain(a)).dtype.kind == "f"]
    if not positions:
        raise TypeError("check_gradients: expected at least one argument of floats to differentiate, got none.")
    values = [np.array(plain(args[i]), dtype=float) for i in positions]

    def of_floats(*chosen: Any) -> Any:
        full = list(args)
        for i, x in zip(positions, chosen, strict=True):
            full[i] = x
        return f(*full)

    rng = np.random.default_rng(seed)
    scalar: Callable[..., Any] = _along(of_floats, rng.normal(size=np.shape(plain(of_floats(*values)))))
    methods = []
    for k in range(1, order + 1):
        methods.append(_check_first_order(scalar, values, positions, k, rtol, atol, rng))
        scalar = _gradient_along(scalar, [rng.normal(size=x.shape) for x in values])
    return tuple(methods)


def _along(f: Callable[..., Any], v: Array) -> Callable[..., Any]:
    """<v, f(x)>"""
    return lambda *xs: np.sum(v * f(*xs))


def _gradient_along(scalar: Callable[..., Any], directions: list[Array]) -> Callable[..., Any]:
    """Σ <u, ∂scalar/∂x>, by the engine; on complex arrays its backward pass runs in complex numbers."""

    def directional(*xs: Any) -> Any:
        _, pullback = vjp(scalar, *xs)
        return sum(np.sum(u * g) for u, g in zip(directions, pullback(None), strict=True))

    return directional


def _check_first_order(
    scalar: Callable[..., Any],
    values: list[Array],
    positions: list[int],
    order: int,
    rtol: float,
    atol: float,
    rng: np.random.Generator,
) -> str:
    gradients = grad(scalar, argnums=tuple(range(len(values))))(*values)
    methods = []
    for k, (position, got) in enumerate(zip(positions, gradients, strict=True)):
        method = COMPLEX_STEP if _is_analytic(scalar, values, k, rng) else CENTRAL_DIFFERENCES
        methods.append(method)
        if method == COMPLEX_STEP:
            expected, uncertainty = _each_element(scalar, values, k, _complex_step)
            tolerance = rtol * np.abs(expected)
        else:
            expected, uncertainty = _each_element(scalar, values, k, _central_difference)
            tolerance = 1e-6 * np.abs(expected) + 10 * uncertainty
        tolerance += atol * max(1.0, 1e-3 * np.max(np.abs(expected), initial=0.0))
        wrong = ~(np.abs(got - expected) <= tolerance)
        if wrong.any():
            index = tuple(int(i) for i in np.argwhere(wrong)[0])
            raise GradientError(
                position, index, float(got[index]), float(expected[index]), int(wrong.sum()), got.size, order, method
            )
    return max(methods, key=[COMPLEX_STEP, CENTRAL_DIFFERENCES].index)


def _is_analytic(scalar: Callable[..., Any], values: list[Array], k: int, rng: np.random.Generator) -> bool:
    """Whether complex step and central differences agree along one random direction of argument k."""
    direction = rng.normal(size=values[k].shape) * _scale(values[k])

    def along_line(t: Any) -> Any:
        return scalar(*values[:k], values[k] + t * direction, *values[k + 1 :])

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            expected, _ = _complex_step(along_line)
    except (TypeError, np.exceptions.ComplexWarning):
        return False  # f does not take complex numbers, or drops their imaginary part
    # a long step may cross a kink that a short one does not reach
    estimates = _central_difference(along_line), _short_difference(along_line)
    return any(abs(expected - d) <= 1e-5 * abs(d) + 10 * uncertainty + 1e-12 for d, uncertainty in estimates)


def _each_element(
    scalar: Callable[..., Any], values: list[Array], k: int, derivative: Callable[..., tuple[float, float]]
) -> tuple[Array, Array]:
    """The derivative of scalar along each element of argument k, and how uncertain it is."""
    x = values[k]
    result, uncertainty, scale = np.zeros(x.shape), np.zeros(x.shape), _scale(x)
    for index in np.ndindex(x.shape):
        unit = np.zeros(x.shape)
        unit[index] = scale[index]

        def along_line(t: Any, unit: Array = unit) -> Any:
            return scalar(*values[:k], x + t * unit, *values[k + 1 :])

        result[index], uncertainty[index] = derivative(along_line)
    return result / scale, uncertainty / scale


def _scale(x: Array) -> Array:
    """How far a step in each element may go: in proportion to it, so that it keeps its sign."""
    return np.where(x == 0, 1.0, np.abs(x))


def _number(f: Callable[[Any], Any], t: complex) -> Any:
    """f(t) as a NumPy scalar, computed outside the engine's recording; a long step may leave f's domain."""
    with no_grad(), np.errstate(all="ignore"):
        return plain(f(t))[()]


def _complex_step(f: Callable[[Any], Any]) -> tuple[float, float]:
    h = 1e-30
    return float(np.imag(_number(f, 1j * h)) / h), 0.0


def _central_difference(f: Callable[[Any], Any]) -> tuple[float, float]:
    """Ridders' tableau: halve h, eliminate h², h⁴, ... and keep the entry whose neighbours differ least from it."""
    best, error = float("nan"), float("inf")
    previous: list[float] = []
    for h in _halvings(0.1, 10):
        above, below = _number(f, h), _number(f, -h)
        row = [float((above - below) / (2 * h))]
        rounding = 1e-16 * max(abs(above), abs(below)) / h
        for j, coarser in enumerate(previous):
            row.append(row[j] + (row[j] - coarser) / (4.0 ** (j + 1) - 1))
            estimate = max(abs(row[j + 1] - row[j]), abs(row[j + 1] - coarser)) + rounding
            if estimate < error:
                best, error = row[j + 1], estimate
        previous = row
    return best, error


def _short_difference(f: Callable[[Any], Any]) -> tuple[float, float]:
    h = 1e-6
    above, below = _number(f, h), _number(f, -h)
    return float((above - below) / (2 * h)), 1e-16 * max(abs(above), abs(below)) / h


def _halvings(h: float, count: int) -> Iterator[float]:
    for i in range(count):
        yield h / 2**i
