"""Derivatives of functions that act on each element alone.

Convention at ties: `maximum` and `minimum` share the gradient evenly between equal arguments.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from minigrad.rules import constant, derivative


def _power_base(g: Any, y: Any, a: Any, b: Any) -> Any:
    """b aᵇ⁻¹, and exactly 0 where b = 0 (also at a = 0, where the formula would say 0·∞)."""
    if isinstance(b, int | float):
        return g * (b * a ** (b - 1)) if b else g * 0.0
    return g * (b * a ** np.where(b == 0, 1.0, b - 1))


def _power_exponent(g: Any, y: Any, a: Any, b: Any) -> Any:
    """aᵇ log a, and exactly 0 where a = 0."""
    return g * (y * np.log(np.where(a == 0, 1.0, a)))


derivative(np.add, lambda g, y, a, b: g, lambda g, y, a, b: g)
derivative(np.subtract, lambda g, y, a, b: g, lambda g, y, a, b: -g)
derivative(np.multiply, lambda g, y, a, b: g * b, lambda g, y, a, b: g * a)
derivative(np.divide, lambda g, y, a, b: g / b, lambda g, y, a, b: -g * y / b)
derivative(np.power, _power_base, _power_exponent)
derivative(np.negative, lambda g, y, x: -g)
derivative(np.positive, lambda g, y, x: g)
derivative(np.square, lambda g, y, x: g * (2 * x))
derivative(np.sqrt, lambda g, y, x: g / (2 * y))
derivative(np.exp, lambda g, y, x: g * y)
derivative(np.log, lambda g, y, x: g / x)
derivative(np.tanh, lambda g, y, x: g * (1 - y * y))
derivative(
    np.maximum,
    lambda g, y, a, b: g * ((a > b) + 0.5 * (a == b)),
    lambda g, y, a, b: g * ((b > a) + 0.5 * (a == b)),
)
derivative(
    np.minimum,
    lambda g, y, a, b: g * ((a < b) + 0.5 * (a == b)),
    lambda g, y, a, b: g * ((b < a) + 0.5 * (a == b)),
)
derivative(
    np.where,
    None,
    lambda g, y, condition, a, b: np.where(condition, g, 0.0),
    lambda g, y, condition, a, b: np.where(condition, 0.0, g),
)

constant(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal)
constant(np.isfinite, np.isnan, np.isinf, np.sign, np.floor, np.ceil, np.rint, np.trunc)
constant(np.logical_and, np.logical_or, np.logical_not, np.logical_xor)
constant(np.array_equal, np.allclose, np.isclose, operator.truth)
