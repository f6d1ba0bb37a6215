"""Functions of each number by itself.

>>> import numpy as np
>>> relu(np.array([-1.0, 2.0]))
array([0., 2.])
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.arguments import floats, numbers, option
from minigrad.recording import primitive
from minigrad.rules import named


@primitive(lambda g, y, x: g * (y * (1 - y)))
def sigmoid(x: Any) -> Any:
    """σ(x) = 1 / (1 + e⁻ˣ), without overflow for any x.

    Its slope is taken from its value as σ (1 - σ), as in PyTorch: where σ is nearly 1, it is off by a rounding of 1.

    Raises:
        TypeError: if x is not numbers.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    x = floats("sigmoid", "x", x)
    positive = x >= 0
    small = np.exp(np.where(positive, -x, x))
    return np.where(positive, 1.0, small) / (1.0 + small)


@primitive(lambda g, y, x: g * (x > 0))
def relu(x: Any) -> Any:
    """max(x, 0), with derivative 0 at x = 0.

    Raises:
        TypeError: if x is not numbers.

    >>> relu(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    return np.maximum(numbers("relu", "x", x), 0.0)


def leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    """x where x > 0, and `negative_slope` times x elsewhere, which is the derivative at 0 too.

    (Maas, Hannun and Ng, Rectifier nonlinearities improve neural network acoustic models, 2013, equation 3.)

    Raises:
        TypeError: if x is not numbers.

    >>> leaky_relu(np.array([-1.0, 2.0]))
    array([-0.01,  2.  ])
    """
    x = numbers("leaky_relu", "x", x)
    return np.where(x > 0, x, option(negative_slope) * x)


def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where x > 0, and α (eˣ - 1) elsewhere; its derivative at 0 is α.

    (Clevert, Unterthiner and Hochreiter, Fast and accurate deep network learning by exponential linear units, 2016,
    equation 1.)

    Raises:
        TypeError: if x is not numbers.

    >>> elu(np.array([-1000.0, 2.0]))
    array([-1.,  2.])
    """
    x = numbers("elu", "x", x)
    return np.where(x > 0, x, option(alpha) * np.expm1(np.where(x > 0, 0.0, x)))


def softplus(x: Any, beta: float = 1.0) -> Any:
    """log(1 + e^βx) / β, a smooth max(x, 0), without overflow for any x.

    (Dugas and others, Incorporating second-order functional knowledge for better option pricing, 2001.) PyTorch's goes
    over to x itself where βx > 20, where the two differ by 2 · 10⁻⁹ at most.

    Raises:
        TypeError: if x is not numbers.

    >>> softplus(np.array([-1000.0, 0.0, 10.0])).round(4)
    array([ 0.    ,  0.6931, 10.    ])
    """
    x, beta = numbers("softplus", "x", x), option(beta)
    return log1p_exp(beta * x) / beta


@primitive(lambda g, y, x: g * sigmoid(x))
@named("minigrad.functional.softplus")
def log1p_exp(x: Any) -> Any:
    """log(1 + eˣ), which is np.logaddexp(0, x) in a fraction of its time."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def silu(x: Any) -> Any:
    """x σ(x), also called swish.

    (Elfwing, Uchibe and Doya, Sigmoid-weighted linear units for neural network function approximation in reinforcement
    learning, 2018, equation 7.)

    Raises:
        TypeError: if x is not numbers.

    >>> silu(np.array([-1000.0, 0.0, 1.0])).round(4)
    array([-0.    ,  0.    ,  0.7311])
    """
    x = floats("silu", "x", x)
    return x * sigmoid(x)


def gelu(x: Any, approximate: str = "none") -> Any:
    """x Φ(x), with Φ(x) = ½ erfc(-x/√2) the probability that a standard normal number is below x.

    (Hendrycks and Gimpel, Gaussian error linear units, 2016, section 2.)

    Args:
        x: real numbers of any shape.
        approximate: "none", or "tanh" for ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), which is off by up to 5 · 10⁻⁴.

    Raises:
        ValueError: if `approximate` is something else.
        TypeError: if x is not numbers.

    >>> gelu(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.1587,  0.    ,  0.8413])
    """
    x = numbers("gelu", "x", x)
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu: expected approximate to be 'none' or 'tanh', got {approximate!r}.")
    if approximate == "tanh":
        c = math.sqrt(2 / math.pi)
        z = np.clip(x, -10.0, 10.0)  # the tanh is ±1 there, and x² may overflow; NumPy's z**3 would take long
        return 0.5 * x * (1 + np.tanh(z * (c + 0.044715 * c * (z * z))))
    return x * _normal_cdf(x)


def _bell(x: Any, k: float) -> Any:
    """e^(-kx²), which is 0 long before x² overflows."""
    x = np.clip(x, -200.0, 200.0)  # the square of 200 is within half precision
    return np.exp(-k * x * x)


@primitive(lambda g, y, x: g * (math.sqrt(0.5 / math.pi) * _bell(x, 0.5)))
@named("minigrad.functional.gelu")
def _normal_cdf(x: Any) -> Any:
    """Φ(x), with as many digits as `erfc` has."""
    return _by_parts("gelu", lambda x, single: np.abs((x > 0) - 0.5 * _tail(np.abs(x), 0.5, single)), x)


@primitive(lambda g, y, x: g * (2 / math.sqrt(math.pi) * _bell(x, 1.0)))
def erf(x: Any) -> Any:
    """2/√π ∫₀ˣ e^(-t²) dt of real numbers, with a relative error of at most 2 · 10⁻¹⁵, and of about half a unit in the
    last place in single and half precision.

    Raises:
        TypeError: if x is not real numbers.

    >>> erf(np.array([0.0, 1.0, np.inf])).round(4)
    array([0.    , 0.8427, 1.    ])
    """
    return _by_parts("erf", _erf, x)


@primitive(lambda g, y, x: g * (-2 / math.sqrt(math.pi) * _bell(x, 1.0)))
def erfc(x: Any) -> Any:
    """1 - erf(x), which keeps its digits where erf(x) is nearly 1, down to the smallest normal numbers: the relative
    error is at most 4 · 10⁻¹⁵, and about one unit in the last place in single and half precision.

    Raises:
        TypeError: if x is not real numbers.

    >>> f"{erfc(10.0):.12e}"
    '2.088487583763e-45'
    """
    return _by_parts("erfc", lambda x, single: np.abs(2.0 * (x < 0) - _tail(np.abs(x), 1.0, single)), x)


def _by_parts(name: str, f: Callable[[Any, bool], Any], x: Any) -> Any:
    """f of real numbers, in double precision and in parts that stay in the cache, as numbers of x's precision.

    Its second argument says that no more than single precision is wanted.
    """
    x = numbers(name, "x", x)
    if x.dtype.kind == "c":
        raise TypeError(f"{name}: expected real numbers, got {x.dtype}.")
    y = np.empty(x.size, x.dtype if x.dtype.kind == "f" else float)
    flat = x.reshape(-1)
    for start in range(0, x.size, PART):
        part = slice(start, start + PART)
        y[part] = f(flat[part].astype(float), y.itemsize < 8)
    return y.reshape(x.shape)[()]  # NumPy's functions, too, make a number of an array without axes


PART = 1 << 15


def _erf(x: Any, single: bool) -> Any:
    """erf(x) = ±(1 - e^(-z (z + TURN) p)) with z = |x| and a polynomial p: so it keeps its digits at 0 too."""
    z = np.minimum(np.abs(x), ONE)
    return np.copysign(np.expm1(-z * (z + TURN) * _polynomial(ERF[single], 2 * TURN / (z + TURN))), x)


def _tail(z: Any, k: float, single: bool) -> Any:
    """erfc(√k z) = e^(-k z²) q p of z ≥ 0, with a polynomial p, and q as it says there."""
    if single:
        power = np.exp(-k * z * z)
    else:  # the exponential would magnify the rounding of the square, so z is split
        z = np.minimum(z, 40.0)
        high = z.astype(np.float32).astype(float)  # its square is exact
        power = np.exp(-k * high * high) * np.exp(-k * (z - high) * (z + high))
    q = 2 * TURN / (math.sqrt(k) * z + TURN)
    return power * (q * _polynomial(ERFC[single], q))


ONE, FAR, TURN = 6.0, 26.5, 3.5
"""Beyond ONE, erf is 1; beyond FAR, erfc is below all normal numbers. TURN halves the numbers from 0 to ∞."""


def _polynomial(coefficients: list[float], q: Any) -> Any:
    """A polynomial of 1 - q, which goes from -1 to 1 as z goes from 0 to ∞, where q = 2 TURN / (z + TURN).

    (Shepherd and Laframboise, Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞, 1981.)
    """
    s = 1 - q
    p = coefficients[0] * s + coefficients[1]
    for coefficient in coefficients[2:]:
        p *= s
        p += coefficient
    return p


def _coefficients(f: Callable[[float], float], end: float, degree: int) -> Any:
    """The coefficients of the polynomial that is f(z) at degree + 1 Chebyshev nodes of the z up to an end."""
    nodes = np.cos(np.pi * (np.arange(degree + 1) + 0.5) / (degree + 1))
    s = (nodes + 1) * end / (end + TURN) - 1
    z = TURN * (1 + s) / (1 - s)
    return np.linalg.solve(np.vander(s), [f(t) for t in z.tolist()]).tolist()


def _of_erf(z: float) -> float:
    logarithm = math.log1p(-math.erf(z)) if z < 0.5 else math.log(math.erfc(z))
    return -logarithm / (z * (z + TURN))


def _of_erfc(z: float) -> float:
    high = float(np.float32(z))
    power = math.exp(high * high) * math.exp((z - high) * (z + high))
    return math.erfc(z) * power * (z + TURN) / (2 * TURN)


ERF = [_coefficients(_of_erf, ONE, degree) for degree in (21, 9)]
ERFC = [_coefficients(_of_erfc, FAR, degree) for degree in (21, 9)]
"""For double precision, and for no more than single."""
