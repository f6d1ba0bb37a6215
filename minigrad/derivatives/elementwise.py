"""Derivatives of functions that act on each element alone.

Conventions at ties and kinks: `maximum`, `minimum`, `fmax` and `fmin` share the gradient evenly between equal numbers;
|x| and `copysign` are flat at 0; `hypot` and `arctan2` are flat where both arguments are 0, `logaddexp` where both are
-∞; `clip` lets the gradient through wherever it leaves the number as it is, also on its bounds. Where a slope is
infinite, as that of `sqrt` at 0, so is the gradient. A slope keeps its digits whatever the size of the numbers; that of
`tanh`, taken from its value as 1 - y² since that is cheap, is off by a rounding of 1.

The gradient g of a complex number z says that the loss changes by Re(g dz), as in JAX: that of an analytic function is
its derivative, and that of |z|² is 2 z̄.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.recording import apply, plain, primitive, wants_gradient
from minigrad.rules import composite, constant, derivative, named
from minigrad.tensor import Tensor


def as_array(x: Any) -> Any:
    """x as something with a shape: a Tensor as it is, everything else as an array."""
    return x if isinstance(x, Tensor) else np.asarray(x)


def as_operand(x: Any) -> Any:
    """As `as_array`, but Python's numbers as they are, which take the precision of what stands beside them."""
    return x if isinstance(x, int | float | complex) else as_array(x)


def as_floats(x: Any, dtype: Any = float) -> Any:
    """As `as_array`, but integers as floats: in their own arithmetic they wrap around."""
    x = as_array(x)
    return np.asarray(plain(x), dtype) if x.dtype.kind in "biu" else x


@composite(np.power)
def power(a: Any, b: Any) -> Any:
    """a to the power b: `whole_power` where floats are raised to a whole number that is not simple already."""
    if type(b) not in (int, float) or b in (0, 1, 2) or b % 1 != 0 or a.dtype.kind != "f":
        return apply(np.power, (a, b), {})
    return 1 / a if b == -1 else apply(whole_power, (a, b), {})


PRODUCTS: dict[float, Callable[[Any], Any]] = {
    2: lambda a: a * a,
    3: lambda a: a * a * a,
    4: lambda a: (square := a * a) * square,
}
"""Powers that are faster as products, none of which overflows on its way."""


@named("np.power")
def whole_power(a: Any, n: float) -> Any:
    """aⁿ with a whole n. NumPy takes up to 50 times as long for negative numbers, so they get their sign afterwards."""
    if n in PRODUCTS:
        return PRODUCTS[n](a)
    y = np.power(np.abs(a), n)
    return np.copysign(y, a) if n % 2 else y


def _whole_power_slope(g: Any, y: Any, a: Any, n: float) -> Any:
    return g * (n * (a ** (n - 1) if isinstance(a, Tensor) else whole_power(a, n - 1)))


def _power_base(g: Any, y: Any, a: Any, b: Any) -> Any:
    """b aᵇ⁻¹, and exactly 0 where b = 0 (also at a = 0, where the formula would say 0·∞)."""
    if isinstance(b, int | float):
        return g * (b * a ** (b - 1)) if b else g * 0.0
    b = as_floats(b, y.dtype)
    return g * (b * np.where((a == 0) & (b == 0), 1.0, a) ** (b - 1))


def _power_exponent(g: Any, y: Any, a: Any, b: Any) -> Any:
    """aᵇ log a, and exactly 0 where a = 0 (unless aᵇ is infinite)."""
    return g * (y * np.log(np.where((a == 0) & np.isfinite(y), 1.0, a)))


def unless_zero(x: Any) -> Any:
    """x, or 1 where it is 0: a divisor."""
    return np.where(x == 0, 1.0, x)


def _log(n: int, y: Any) -> Any:
    """log n in the precision of y, which may be higher than Python's."""
    return np.log(y.dtype.type(n))


def _share(power: Any, a: Any, b: Any) -> Any:
    """eᵃ / (eᵃ + eᵇ), or 2ᵃ / (2ᵃ + 2ᵇ), and 0 where a is -∞. Less the logarithm of their sum, a would lose digits."""
    largest = np.maximum(plain(a), plain(b))
    largest = np.where(np.isfinite(largest), largest, 0.0)
    of_a, of_b = power(a - largest), power(b - largest)
    return of_a / unless_zero(of_a + of_b)


def conjugated(x: Any) -> Any:
    """x̄, which of real numbers is x itself."""
    return np.conjugate(x) if np.iscomplexobj(plain(x)) else x


def size_squared(x: Any) -> Any:
    """|x|²"""
    return np.real(x * np.conjugate(x)) if np.iscomplexobj(plain(x)) else x * x


def _whole_quotient(y: Any, a: Any, b: Any) -> Any:
    """The number of times that b is taken from a to leave y = np.fmod(a, b). a / b may be rounded up to the next."""
    return np.rint((plain(a) - plain(y)) / plain(b))


def _over_square(x: Any, distance: Any) -> Any:
    """x / distance², and 0 at distance 0. The square alone may overflow, or be 0."""
    distance = unless_zero(distance)
    return x / distance / distance


def _root_of_one_plus_square(x: Any) -> Any:
    """√(1 + x²), without overflow for any x."""
    return np.sqrt(1 + 1j * x) * np.sqrt(1 - 1j * x) if np.iscomplexobj(plain(x)) else np.hypot(1.0, x)


def _sinc_slope(x: Any) -> Any:
    """(cos πx - sinc x) / x, by its Taylor series around 0, where the quotient loses its digits."""
    near = abs(plain(x)) < 0.5
    away, x = np.where(near, 1.0, x), np.where(near, x, 0.0)
    z, series = (math.pi * x) ** 2, 1.0
    for n in range(11, 0, -1):
        series = 1 - z / (2 * n * (2 * n + 3)) * series
    return np.where(near, -(math.pi**2) * x / 3 * series, (np.cos(math.pi * away) - np.sinc(away)) / away)


# Arithmetic
derivative(np.add, lambda g, y, a, b: g, lambda g, y, a, b: g)
derivative(np.subtract, lambda g, y, a, b: g, lambda g, y, a, b: -g)
derivative(np.multiply, lambda g, y, a, b: g * b, lambda g, y, a, b: g * a)
derivative(np.divide, lambda g, y, a, b: g / b, lambda g, y, a, b: -g * y / b)
derivative(np.remainder, lambda g, y, a, b: g, lambda g, y, a, b: -g * np.floor_divide(a, b))
derivative(np.fmod, lambda g, y, a, b: g, lambda g, y, a, b: -g * _whole_quotient(y, a, b))
derivative(np.power, _power_base, _power_exponent)
derivative(whole_power, _whole_power_slope)
derivative(np.float_power, _power_base, _power_exponent)
derivative(np.negative, lambda g, y, x: -g)
derivative(np.positive, lambda g, y, x: g)
derivative(np.reciprocal, lambda g, y, x: -g * y * y)
derivative(np.square, lambda g, y, x: g * (2 * x))
derivative(np.sqrt, lambda g, y, x: g / (2 * y))
derivative(np.cbrt, lambda g, y, x: g / (3 * y * y))
derivative(np.absolute, lambda g, y, x: g * np.sign(conjugated(x)))
derivative(np.fabs, lambda g, y, x: g * np.sign(x))
derivative(np.hypot, lambda g, y, a, b: g * (a / unless_zero(y)), lambda g, y, a, b: g * (b / unless_zero(y)))

# Exponentials and logarithms
derivative(np.exp, lambda g, y, x: g * y)
derivative(np.exp2, lambda g, y, x: g * (y * _log(2, y)))
derivative(np.expm1, lambda g, y, x: g * np.exp(x))  # y + 1 would lose the digits of a small eˣ
derivative(np.log, lambda g, y, x: g / x)
derivative(np.log2, lambda g, y, x: g / x / _log(2, y))
derivative(np.log10, lambda g, y, x: g / x / _log(10, y))
derivative(np.log1p, lambda g, y, x: g / (1 + x))
derivative(np.logaddexp, lambda g, y, a, b: g * _share(np.exp, a, b), lambda g, y, a, b: g * _share(np.exp, b, a))
derivative(np.logaddexp2, lambda g, y, a, b: g * _share(np.exp2, a, b), lambda g, y, a, b: g * _share(np.exp2, b, a))

# Trigonometric and hyperbolic functions
derivative(np.sin, lambda g, y, x: g * np.cos(x))
derivative(np.cos, lambda g, y, x: -g * np.sin(x))
derivative(np.tan, lambda g, y, x: g * (1 + y * y))
derivative(np.arcsin, lambda g, y, x: g / (np.sqrt(1 - x) * np.sqrt(1 + x)))
derivative(np.arccos, lambda g, y, x: -g / (np.sqrt(1 - x) * np.sqrt(1 + x)))
derivative(np.arctan, lambda g, y, x: g / _root_of_one_plus_square(x) / _root_of_one_plus_square(x))
derivative(
    np.arctan2,
    lambda g, y, a, b: g * _over_square(b, np.hypot(a, b)),
    lambda g, y, a, b: -g * _over_square(a, np.hypot(a, b)),
)
derivative(np.sinh, lambda g, y, x: g * np.cosh(x))
derivative(np.cosh, lambda g, y, x: g * np.sinh(x))
derivative(np.tanh, lambda g, y, x: g - g * y * y)
derivative(np.arcsinh, lambda g, y, x: g / _root_of_one_plus_square(x))
derivative(np.arccosh, lambda g, y, x: g / (np.sqrt(x - 1) * np.sqrt(x + 1)))
derivative(np.arctanh, lambda g, y, x: g / (1 - x) / (1 + x))
derivative(np.sinc, lambda g, y, x: g * _sinc_slope(x))
for to_radians in (np.deg2rad, np.radians):
    derivative(to_radians, lambda g, y, x: g * np.deg2rad(y.dtype.type(1)))
for to_degrees in (np.rad2deg, np.degrees):
    derivative(to_degrees, lambda g, y, x: g * np.rad2deg(y.dtype.type(1)))

# Choices between numbers
derivative(
    np.maximum,
    lambda g, y, a, b: g * (1.0 - (a < b) - 0.5 * (a == b)),
    lambda g, y, a, b: g * (1.0 - (b < a) - 0.5 * (a == b)),
)
derivative(
    np.minimum,
    lambda g, y, a, b: g * (1.0 - (a > b) - 0.5 * (a == b)),
    lambda g, y, a, b: g * (1.0 - (b > a) - 0.5 * (a == b)),
)
for not_nan in (np.fmax, np.fmin):
    derivative(
        not_nan,
        lambda g, y, a, b: g * (1.0 * (a == y) - 0.5 * (a == b)),
        lambda g, y, a, b: g * (1.0 * (b == y) - 0.5 * (a == b)),
    )
derivative(
    np.clip,
    lambda g, y, a, low=None, high=None: g * ((a == y) | np.isnan(a)),
    lambda g, y, a, low=None, high=None: g * ((a < low) & (y == low)),
    lambda g, y, a, low=None, high=None: g * (y < (a if low is None else np.maximum(a, low))),
)


@composite(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    return apply(np.clip, (as_array(a), a_min if min is None else min, a_max if max is None else max), {})


derivative(
    np.where,
    None,
    lambda g, y, condition, a, b, /: np.where(condition, g, 0.0),
    lambda g, y, condition, a, b, /: np.where(condition, 0.0, g),
)
derivative(np.nan_to_num, lambda g, y, x, **numbers: g * np.isfinite(x))


# Steps are flat, as np.sign is. A result of steps alone is a plain array, so that nobody gets a gradient of 0 unseen


@composite(np.heaviside)
def heaviside(x1: Any, x2: Any, /) -> Any:
    step = np.heaviside(plain(x1), plain(x2))
    return np.where(plain(x1) == 0, x2, step) if wants_gradient(x2) else step


@composite(np.copysign)
def copysign(x1: Any, x2: Any, /) -> Any:
    if not wants_gradient(x1):
        return np.copysign(plain(x1), plain(x2))
    return np.absolute(x1) * np.copysign(np.ones_like(plain(x1)), plain(x2))


@composite(np.select)
def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """The last choice is made first, so that the first one has the last word."""
    choicelist = [*map(as_operand, choicelist)]
    y = np.astype(as_array(default), np.result_type(*choicelist, default))
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        y = np.where(condition, choice, y)
    return y


# The same numbers
derivative(np.copy, lambda g, y, a, order="K", subok=False: g)
derivative(np.conjugate, lambda g, y, x: np.conjugate(g))


@composite(np.astype)
def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    return as_array(x).astype(dtype)


@composite(np.real)
def real(val: Any) -> Any:
    return _real_part(val) if np.iscomplexobj(plain(val)) else np.reshape(val, np.shape(val))


@primitive(lambda g, y, z: g)
@named("np.real")
def _real_part(z: Any) -> Any:
    return np.real(z)


@composite(np.imag)
def imag(val: Any) -> Any:
    return _imaginary_part(val) if np.iscomplexobj(plain(val)) else np.imag(plain(val))


@primitive(lambda g, y, z: g * -1j)
@named("np.imag")
def _imaginary_part(z: Any) -> Any:
    return np.imag(z)


@composite(np.real_if_close)
def real_if_close(a: Any, tol: float = 100) -> Any:
    return np.real(a) if np.isrealobj(np.real_if_close(plain(a), tol)) else a


@composite(np.angle)
def angle(z: Any, deg: bool = False) -> Any:
    if not np.iscomplexobj(plain(z)):
        return np.angle(plain(z), deg)
    phase = np.arctan2(np.imag(z), np.real(z))
    return np.rad2deg(phase) if deg else phase


@composite(np.sign)
def sign(x: Any) -> Any:
    """x / |x|, which turns with a complex number, and is constant for a real one."""
    return x / unless_zero(np.absolute(x)) if np.iscomplexobj(plain(x)) else np.sign(plain(x))


# Whole and fractional parts


@composite(np.modf)
def modf(x: Any) -> tuple[Any, Any]:
    fraction, whole = np.modf(plain(x))
    finite = np.isfinite(whole)
    return np.where(finite, x, fraction) - np.where(finite, whole, 0.0), whole


@composite(np.divmod)
def divmod(x1: Any, x2: Any) -> tuple[Any, Any]:
    return np.floor_divide(x1, x2), np.remainder(x1, x2)


derivative(np.ldexp, lambda g, y, mantissa, exponent: np.ldexp(g, exponent))

constant(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal)
constant(
    np.isfinite, np.isnan, np.isinf, np.isneginf, np.isposinf, np.signbit, np.isreal, np.iscomplex, np.iscomplexobj
)
constant(np.sign, np.floor, np.ceil, np.rint, np.trunc, np.round, np.around, np.fix, np.floor_divide)
constant(np.spacing, np.isrealobj)
constant(np.logical_and, np.logical_or, np.logical_not, np.logical_xor)
constant(np.array_equal, np.array_equiv, np.allclose, np.isclose)


@composite(np.nan_to_num)
def nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    return apply(np.nan_to_num, (x,), {"nan": nan, "posinf": posinf, "neginf": neginf})  # never in place
