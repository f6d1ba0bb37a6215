"""Derivatives of functions that make one number of many, and of running sums and products.

Conventions: `max` and `min` share the gradient evenly among all equal elements, and a result that is NaN comes from the
elements that are NaN. `nansum`, `nanmax` and the like give NaNs no gradient.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from minigrad.recording import apply, in_single, plain
from minigrad.rules import composite, constant, derivative

Axis = int | tuple[int, ...] | None


def axes_of(x: Any, axis: Axis) -> tuple[int, ...]:
    """The axes that are meant, counted from the front."""
    if axis is None or not np.ndim(x):
        return tuple(range(np.ndim(x)))
    return normalize_axis_tuple(axis, np.ndim(x))


def restore_axes(g: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """Give a reduced array its reduced axes back, with length 1."""
    if keepdims:
        return g
    reduced = axes_of(x, axis)
    return np.reshape(g, tuple(1 if i in reduced else n for i, n in enumerate(np.shape(x))))


def reduced_last(x: Any, axis: Axis) -> Any:
    """x with the axes that are to be reduced joined into its last."""
    reduced = axes_of(x, axis)
    kept = tuple(i for i in range(x.ndim) if i not in reduced)
    lengths = [x.shape[i] for i in kept]
    return np.reshape(np.transpose(x, kept + reduced), (*lengths, math.prod(x.shape[i] for i in reduced)))


def _sum(
    g: Any,
    y: Any,
    a: Any,
    axis: Axis = None,
    *,
    dtype: Any = None,
    keepdims: Any = False,
    initial: Any = 0,
    where: Any = True,
) -> Any:
    g = np.broadcast_to(restore_axes(g, a, axis, keepdims), np.shape(a))
    return g if where is True else g * where


def _mean(
    g: Any, y: Any, a: Any, axis: Axis = None, *, dtype: Any = None, keepdims: Any = False, where: Any = True
) -> Any:
    return _sum(g, y, a, axis, keepdims=keepdims, where=where) / count(a, axis, where, True)


def count(a: Any, axis: Axis, where: Any, keepdims: bool) -> Any:
    """The number of elements of a that are reduced to one, in a dtype that can count them; half precision cannot."""
    if where is True:
        n = math.prod(np.shape(a)[i] for i in axes_of(a, axis))
        return np.float32(n) if a.dtype == np.float16 else n
    dtype = np.finfo(np.result_type(a.dtype, np.float32)).dtype  # real, of complex numbers too
    return np.sum(np.broadcast_to(where, np.shape(a)), axis, dtype=dtype, keepdims=keepdims)


def _extremum(
    g: Any, y: Any, a: Any, axis: Axis = None, *, keepdims: Any = False, initial: Any = None, where: Any = True
) -> Any:
    extreme = restore_axes(y, a, axis, keepdims)
    chosen = ((a == extreme) | (np.isnan(a) & np.isnan(extreme))) & where
    share = chosen / np.maximum(np.sum(chosen, axis=axis, keepdims=True), 1)
    return restore_axes(g, a, axis, keepdims) * share


derivative(np.sum, _sum)
derivative(np.mean, _mean)
for extremum in (np.max, np.min, np.amax, np.amin, np.nanmax, np.nanmin):
    derivative(extremum, _extremum)


@composite(np.ptp)
def ptp(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return np.max(a, axis, keepdims=keepdims) - np.min(a, axis, keepdims=keepdims)


@composite(np.prod)
def prod(a: Any, axis: Axis = None, *, keepdims: bool = False, initial: Any = None, where: Any = True) -> Any:
    """np.prod; or halves times halves where its derivative y / a is not exact, which takes several times as long."""
    if where is not True:
        a = np.where(where, a, 1.0)
    product = apply(np.prod, (a, axis), {"keepdims": keepdims})
    if not _keeps_digits(product):
        product = _product_of_halves(a, axis, keepdims)
    return product if initial is None else product * initial


@in_single
def _quotient(g: Any, y: Any, a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return restore_axes(g * y, a, axis, keepdims) / a


derivative(np.prod, _quotient)


def _keeps_digits(y: Any) -> bool:
    """True if no product is zero, infinite or NaN, nor so near to 0 that it lost digits."""
    sizes = np.abs(plain(y))
    return bool(np.min(sizes, initial=1) >= np.finfo(sizes.dtype).tiny and np.max(sizes, initial=1) < np.inf)


def _product_of_halves(a: Any, axis: Axis, keepdims: bool) -> Any:
    x = reduced_last(a, axis)
    if not x.shape[-1]:
        x = np.concatenate([x, np.ones((*x.shape[:-1], 1), x.dtype)], axis=-1)
    while (n := x.shape[-1]) > 1:
        product = x[..., : n // 2] * x[..., n // 2 : n // 2 * 2]
        x = np.concatenate([product, x[..., n // 2 * 2 :]], axis=-1)
    return restore_axes(x[..., 0], a, axis, not keepdims)


# Running sums and products

derivative(np.cumsum, lambda g, y, a, axis=None, dtype=None: _cumsum(g, a, axis))


@in_single
def _cumsum(g: Any, a: Any, axis: int | None) -> Any:
    if axis is None:
        return np.reshape(np.flip(np.cumsum(np.flip(g))), a.shape)
    return np.flip(np.cumsum(np.flip(g, axis), axis), axis)


@in_single
def _cumprod(g: Any, y: Any, a: Any, axis: int) -> Any:
    return _cumsum(g * y, a, axis) / a


derivative(np.cumprod, _cumprod)


@composite(np.cumprod)
def cumprod(a: Any, axis: int | None = None) -> Any:
    """np.cumprod; or a product in log₂ n rounds where its derivative, a quotient by a, is not exact.

    Each round multiplies in what lies twice as far back as in the one before.
    """
    if axis is None:
        a, axis = np.reshape(a, -1), 0
    y = apply(np.cumprod, (a, axis), {})
    if _keeps_digits(y):
        return y
    before = (slice(None),) * normalize_axis_index(axis, a.ndim)
    reach = 1
    while reach < a.shape[axis]:
        head, tail, earlier = (a[(*before, s)] for s in (slice(reach), slice(reach, None), slice(-reach)))
        a = np.concatenate([head, tail * earlier], axis=axis)
        reach *= 2
    return a


def _cumulative(name: str, running: Callable[..., Any], first: float) -> Callable[..., Any]:
    """The array API's name for a running sum or product, which may begin with its initial value."""

    def cumulative(x: Any, /, *, axis: int | None = None, include_initial: bool = False) -> Any:
        if axis is None and np.ndim(x) != 1:
            raise ValueError(f"np.cumulative_{name}: expected an axis for an array of {np.ndim(x)} axes, got none.")
        y = running(x, 0 if axis is None else axis)
        if not include_initial:
            return y
        axis = (axis or 0) % y.ndim
        initial = np.full((*y.shape[:axis], 1, *y.shape[axis + 1 :]), first, y.dtype)
        return np.concatenate([initial, y], axis=axis)

    return cumulative


composite(np.cumulative_sum)(_cumulative("sum", np.cumsum, 0.0))
composite(np.cumulative_prod)(_cumulative("prod", np.cumprod, 1.0))


# Without NaNs


def _without_nans(a: Any, neutral: float) -> Any:
    """a, with the number that changes nothing in place of every NaN."""
    return np.where(np.isnan(plain(a)), neutral, a)


@composite(np.nansum)
def nansum(
    a: Any, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False, initial: Any = 0, where: Any = True
) -> Any:
    return np.sum(_without_nans(a, 0.0), axis, dtype=dtype, keepdims=keepdims, initial=initial, where=where)


@composite(np.nanprod)
def nanprod(a: Any, axis: Axis = None, *, keepdims: bool = False, initial: Any = None, where: Any = True) -> Any:
    return np.prod(_without_nans(a, 1.0), axis, keepdims=keepdims, initial=initial, where=where)


@composite(np.nancumsum)
def nancumsum(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    return np.cumsum(_without_nans(a, 0.0), axis, dtype)


@composite(np.nancumprod)
def nancumprod(a: Any, axis: int | None = None) -> Any:
    return np.cumprod(_without_nans(a, 1.0), axis)


constant(np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.any, np.all, np.count_nonzero)
