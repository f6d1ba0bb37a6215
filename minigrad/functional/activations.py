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


@primitive(lambda g, y, x: g * (y * (1 - y)))
def sigmoid(x: Any) -> Any:
    """σ(x) = 1 / (1 + e⁻ˣ), without overflow for any x.

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
    return _log1p_exp(beta * x) / beta


@primitive(lambda g, y, x: g * sigmoid(x))
def _log1p_exp(x: Any) -> Any:
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
        c = math.sqrt(2 / math.pi)  # NumPy's x**3 would take longer than all this
        return 0.5 * x * (1 + np.tanh(x * (c + 0.044715 * c * (x * x))))
    return x * _normal_cdf(x)


@primitive(lambda g, y, x: g * (math.sqrt(0.5 / math.pi) * np.exp(-0.5 * x * x)))
def _normal_cdf(x: Any) -> Any:
    """Φ(x), to a few units in the last place also where it is nearly 0, in a third of the time of `erfc`."""
    if x.dtype.kind == "c":
        raise TypeError(f"gelu: expected real numbers, got {x.dtype}.")
    y = np.empty(x.size, x.dtype if x.dtype.kind == "f" else float)
    for start in range(0, x.size, 1 << 14):  # parts that stay in the cache
        part = slice(start, start + (1 << 14))
        numbers = x.reshape(-1)[part].astype(float)
        below = _normal_tail(np.abs(numbers))
        y[part] = np.where(numbers > 0, 1 - below, below)
    return y.reshape(x.shape)


FAR, TURN = 37.5, 4.0
"""Beyond z = FAR, Φ(-z) is below all normal numbers; TURN is where the numbers from 0 to FAR are halved."""


def _normal_tail(z: Any) -> Any:
    """Φ(-z) = e^(-z²/2) p(s) / (z + TURN) of z ≥ 0, with a polynomial p of a fraction s that goes from -1 to 1."""
    high = np.minimum(z, 40.0).astype(np.float32).astype(float)  # its square is exact
    rest = np.minimum(z, 40.0) - high
    z = np.minimum(z, FAR)
    s = 2 * (1 + TURN / FAR) * z / (z + TURN) - 1
    p = np.full_like(s, TAIL[0])
    for coefficient in TAIL[1:]:
        p *= s
        p += coefficient
    return np.exp(-0.5 * high * high) * np.exp(-0.5 * rest * (rest + 2 * high)) * p / (z + TURN)


def _tail_polynomial(degree: int) -> Any:
    """The polynomial that is right at so many and one Chebyshev nodes, by `math.erfc`, the highest power first.

    (Shepherd and Laframboise, Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞, 1981.)
    """
    s = np.cos(np.pi * (np.arange(degree + 1) + 0.5) / (degree + 1))
    x = math.sqrt(0.5) * TURN * (s + 1) / (2 * (1 + TURN / FAR) - (s + 1))
    high = x.astype(np.float32).astype(float)
    powers = np.exp(high * high) * np.exp((x - high) * (x + high))
    values = (math.sqrt(2) * x + TURN) * 0.5 * np.array([math.erfc(t) for t in x]) * powers
    return np.linalg.solve(np.vander(s), values)


TAIL = _tail_polynomial(22).tolist()


@primitive(lambda g, y, x: g * (2 / math.sqrt(math.pi) * np.exp(-x * x)))
def erf(x: Any) -> Any:
    """2/√π ∫₀ˣ e^(-t²) dt of real numbers. It is Python's `math.erf`, as exact as the C library's, at 0.06 µs a number.

    Raises:
        TypeError: if x is not real numbers.

    >>> erf(np.array([0.0, 1.0, np.inf])).round(4)
    array([0.    , 0.8427, 1.    ])
    """
    return _of_each(math.erf, x)


@primitive(lambda g, y, x: g * (-2 / math.sqrt(math.pi) * np.exp(-x * x)))
def erfc(x: Any) -> Any:
    """1 - erf(x), which keeps its digits where erf(x) is nearly 1. It is Python's `math.erfc`.

    Raises:
        TypeError: if x is not real numbers.

    >>> float(erfc(10.0)) == math.erfc(10.0)
    True
    """
    return _of_each(math.erfc, x)


def _of_each(f: Callable[[float], float], x: Any) -> Any:
    """A function of a Python number, of each real number of x, in the precision of x."""
    x = numbers(f.__name__, "x", x)
    if x.dtype.kind == "c":
        raise TypeError(f"{f.__name__}: expected real numbers, got {x.dtype}.")
    y = np.fromiter(map(f, x.reshape(-1).tolist()), x.dtype if x.dtype.kind == "f" else float, x.size)
    return y.reshape(x.shape)[()]  # NumPy's functions, too, make a number of an array without axes
