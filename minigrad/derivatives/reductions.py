"""Derivatives of functions that make one number of many, and of running sums and products.

Conventions: `max` and `min` share the gradient evenly among all equal elements; `std` is flat where the spread is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from minigrad.rules import composite, constant, derivative

Axis = int | tuple[int, ...] | None


def _axes(x: Any, axis: Axis) -> tuple[int, ...]:
    """The axes that are meant, counted from the front."""
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple(int(a) % max(x.ndim, 1) for a in axes)


def _restore_axes(g: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """Give a reduced array its reduced axes back, with length 1."""
    if keepdims:
        return g
    reduced = _axes(x, axis)
    return np.reshape(g, tuple(1 if i in reduced else n for i, n in enumerate(x.shape)))


def _reduced_last(x: Any, axis: Axis) -> Any:
    """x with the axes that are to be reduced joined into its last."""
    reduced = _axes(x, axis)
    kept = tuple(i for i in range(x.ndim) if i not in reduced)
    return np.reshape(np.transpose(x, kept + reduced), (*(x.shape[i] for i in kept), -1))


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
for extremum in (np.max, np.min, np.amax, np.amin):
    derivative(extremum, _extremum)


@composite(np.ptp)
def ptp(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return np.max(a, axis, keepdims=keepdims) - np.min(a, axis, keepdims=keepdims)


@composite(np.var)
def var(a: Any, axis: Axis = None, *, ddof: float = 0, correction: float = 0, keepdims: bool = False) -> Any:
    """Σ (x - mean)² / (n - ddof)"""
    deviation = a - np.mean(a, axis, keepdims=True)
    square = np.sum(deviation * deviation, axis, keepdims=keepdims)
    return square * (1 / (a.size // max(square.size, 1) - ddof - correction))


@composite(np.std)
def std(a: Any, axis: Axis = None, *, ddof: float = 0, correction: float = 0, keepdims: bool = False) -> Any:
    return root(np.var(a, axis, ddof=ddof + correction, keepdims=keepdims))


def root(x: Any) -> Any:
    """√x, with derivative 0 at x = 0."""
    return np.sqrt(np.where(x == 0, 1.0, x)) * (x != 0)


@composite(np.average)
def average(a: Any, axis: Axis = None, weights: Any = None, *, keepdims: bool = False) -> Any:
    if weights is None:
        return np.mean(a, axis, keepdims=keepdims)
    if np.shape(weights) != a.shape:
        weights = np.reshape(weights, tuple(n if i in _axes(a, axis) else 1 for i, n in enumerate(a.shape)))
    weights = np.broadcast_to(weights, a.shape)
    return np.sum(a * weights, axis, keepdims=keepdims) / np.sum(weights, axis, keepdims=keepdims)


@composite(np.prod)
def prod(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """Halves are multiplied with halves, so that zeros need no case of their own, in the gradient either."""
    if not a.size:
        return np.prod(np.ones(a.shape, a.dtype), axis, keepdims=keepdims)
    x = _reduced_last(a, axis)
    while (n := x.shape[-1]) > 1:
        product = x[..., : n // 2] * x[..., n // 2 : n // 2 * 2]
        x = np.concatenate([product, x[..., n // 2 * 2 :]], axis=-1)
    return _restore_axes(x[..., 0], a, axis, not keepdims)


@composite(np.median)
def median(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    x = np.sort(_reduced_last(a, axis))
    n = x.shape[-1]
    return _restore_axes((x[..., (n - 1) // 2] + x[..., n // 2]) * 0.5, a, axis, not keepdims)


derivative(np.cumsum, lambda g, y, a, axis=None: _cumsum(g, a, axis))


def _cumsum(g: Any, a: Any, axis: int | None) -> Any:
    if axis is None:
        return np.reshape(np.flip(np.cumsum(np.flip(g))), a.shape)
    return np.flip(np.cumsum(np.flip(g, axis), axis), axis)


@composite(np.cumprod)
def cumprod(a: Any, axis: int | None = None) -> Any:
    """In log₂ n rounds, each of which multiplies in what lies twice as far back; zeros need no case of their own."""
    if axis is None:
        a, axis = np.reshape(a, -1), 0
    before = (slice(None),) * normalize_axis_index(axis, a.ndim)
    reach = 1
    while reach < a.shape[axis]:
        head, tail, earlier = (a[(*before, s)] for s in (slice(reach), slice(reach, None), slice(-reach)))
        a = np.concatenate([head, tail * earlier], axis=axis)
        reach *= 2
    return a


def _cumulative(running: Callable[..., Any], first: float) -> Callable[..., Any]:
    """The array API's name for a running sum or product, which may begin with its initial value."""

    def cumulative(x: Any, *, axis: int | None = None, include_initial: bool = False) -> Any:
        y = running(x, 0 if axis is None else axis)
        if not include_initial:
            return y
        axis = (axis or 0) % y.ndim
        initial = np.full((*y.shape[:axis], 1, *y.shape[axis + 1 :]), first, y.dtype)
        return np.concatenate([initial, y], axis=axis)

    return cumulative


composite(np.cumulative_sum)(_cumulative(np.cumsum, 0.0))
composite(np.cumulative_prod)(_cumulative(np.cumprod, 1.0))


@composite(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    before = (slice(None),) * normalize_axis_index(axis, a.ndim)
    for _ in range(n):
        a = a[(*before, slice(1, None))] - a[(*before, slice(-1))]
    return a


constant(np.argmax, np.argmin, np.any, np.all, np.count_nonzero)
