"""Derivatives of functions that make one number of many: sum, mean, max, min.

Convention at ties: `max` and `min` share the gradient evenly among all equal elements.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.rules import constant, derivative

Axis = int | tuple[int, ...] | None


def _restore_axes(g: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """Give a reduced array its reduced axes back, with length 1."""
    if keepdims:
        return g
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    reduced = {a % x.ndim for a in axes}
    return np.reshape(g, tuple(1 if i in reduced else n for i, n in enumerate(x.shape)))


def _sum(g: Any, y: Any, x: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return np.broadcast_to(_restore_axes(g, x, axis, keepdims), x.shape)


def _mean(g: Any, y: Any, x: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return _sum(g, y, x, axis, keepdims=keepdims) * (y.size / x.size if x.size else 0.0)


def _extremum(g: Any, y: Any, x: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    chosen = x == _restore_axes(y, x, axis, keepdims)
    share = chosen / np.sum(chosen, axis=axis, keepdims=True)
    return _restore_axes(g, x, axis, keepdims) * share


derivative(np.sum, _sum)
derivative(np.mean, _mean)
derivative(np.max, _extremum)
derivative(np.min, _extremum)

constant(np.argmax, np.argmin, np.any, np.all, np.count_nonzero)
