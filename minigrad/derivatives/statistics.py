"""Derivatives of means, spreads and quantiles.

Conventions: `std` is flat where the spread is 0. Of equal elements, `median` and `quantile` take those that `sort` puts
in the place that is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.derivatives.elementwise import as_array, conjugated, size_squared
from minigrad.derivatives.reductions import Axis, axes_of, count, reduced_last, restore_axes
from minigrad.recording import in_single, plain
from minigrad.rules import NoDerivativeError, composite, constant


@composite(np.average)
@in_single
def average(a: Any, axis: Axis = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    shape = np.shape(a)
    given = weights is not None
    weights = as_array(weights) if given else np.ones(shape, np.result_type(a, np.float16))
    if weights.shape != shape:
        axes = axes_of(a, axis)  # the weights' axes are in this order
        weights = np.transpose(weights, np.argsort(axes))
        weights = np.reshape(weights, tuple(n if i in axes else 1 for i, n in enumerate(shape)))
    total = np.sum(np.broadcast_to(weights, shape), axis, dtype=np.result_type(a, weights), keepdims=keepdims)
    if given and np.any(plain(total) == 0):
        raise ZeroDivisionError("np.average: the weights sum to zero, so that there is no average.")
    mean = np.sum(a * weights, axis, keepdims=keepdims) / total
    return (mean, total) if returned else mean


@composite(np.var)
@in_single
def var(
    a: Any,
    axis: Axis = None,
    *,
    ddof: float = 0,
    correction: float = 0,
    keepdims: bool = False,
    where: Any = True,
) -> Any:
    """Σ (a - mean)² / (n - ddof)"""
    if where is not True:
        a = np.where(where, a, 0.0)  # what does not count may be NaN
    deviation = a - np.mean(a, axis, keepdims=True, where=where)
    total = np.sum(size_squared(deviation), axis, keepdims=keepdims, where=where)
    return total / np.maximum(count(a, axis, where, keepdims) - ddof - correction, 0, dtype=total.dtype)


@composite(np.std)
@in_single
def std(
    a: Any,
    axis: Axis = None,
    *,
    ddof: float = 0,
    correction: float = 0,
    keepdims: bool = False,
    where: Any = True,
) -> Any:
    return root(np.var(a, axis, ddof=ddof, correction=correction, keepdims=keepdims, where=where))


def root(x: Any) -> Any:
    """√x, with derivative 0 at x = 0."""
    return np.sqrt(np.where(x == 0, 1.0, x)) * (x != 0)


@composite(np.cov)
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
) -> Any:
    """Σ w (x - mean) (x - mean)ᵀ / (Σ w - ddof Σ w a / Σ w), where w are both weights multiplied, and a aweights."""
    rows = [np.transpose(x) if np.ndim(x) > 1 and not rowvar else np.atleast_2d(x) for x in (m, y) if x is not None]
    x = np.concatenate(rows)
    reliable = np.ones(x.shape[1]) if aweights is None else np.astype(as_array(aweights), float)
    weights = reliable if fweights is None else reliable * fweights
    total = np.sum(weights)
    deviation = x - np.sum(x * weights, axis=1, keepdims=True) / total
    ddof = (0 if bias else 1) if ddof is None else ddof
    degrees = total - ddof * (np.sum(weights * reliable) / total)
    return np.squeeze(weights * deviation @ np.transpose(conjugated(deviation)) / degrees)


@composite(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    covariance = np.cov(x, y, rowvar)
    if not covariance.ndim:
        return covariance / covariance
    spread = np.sqrt(np.real(np.diagonal(covariance)))
    return covariance / spread[:, None] / spread


# Quantiles


@composite(np.median)
@in_single
def median(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    x = reduced_last(a, axis)
    n = x.shape[-1]
    below, above, last = np.unstack(_ranked(x, [(n - 1) // 2, n // 2, n - 1]), axis=-1)
    return restore_axes(np.where(np.isnan(last), last, (below + above) * 0.5), a, axis, not keepdims)


def _ranked(x: Any, places: Any) -> Any:
    """The elements that sorting puts at these places of each row of x. NaNs come last."""
    numbers = plain(x)
    order = np.argpartition(numbers, np.unique(places), axis=-1)[..., places]
    found = np.moveaxis(np.take_along_axis(numbers, order, -1), -1, 0)
    if any((np.count_nonzero(numbers == y[..., None], -1) > 1).any() for y in found):  # a partition puts any there
        order = np.argsort(numbers, axis=-1, kind="stable")[..., places]
    return np.take_along_axis(x, order, -1)


CHOICES: dict[str, Callable[[Any], Any]] = {"lower": np.floor, "higher": np.ceil, "nearest": np.rint}
MIXTURES: dict[str, Callable[[Any], Any]] = {
    "linear": lambda place: place,
    "midpoint": lambda place: (np.floor(place) + np.ceil(place)) / 2,
}


@composite(np.quantile)
def quantile(a: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False) -> Any:
    return _quantile("np.quantile", a, q, axis, method, keepdims)


@in_single
def _quantile(who: str, a: Any, q: Any, axis: Axis, method: str, keepdims: bool) -> Any:
    """The element at the place q (n - 1) of the sorted ones, or between its neighbours; one for each q, in front."""
    a = as_array(a)
    x = reduced_last(a, axis)
    q = np.asarray(q, x.dtype) if isinstance(q, int | float) else as_array(q)
    if not ((plain(q) >= 0) & (plain(q) <= 1)).all():
        raise ValueError(f"{who}: expected q from 0 to {1 if who == 'np.quantile' else 100}.")
    if method not in CHOICES and method not in MIXTURES:
        raise NoDerivativeError(f"{who}: {method!r} has no derivative rule; {[*CHOICES, *MIXTURES]} have one.")
    n = x.shape[-1]
    place = q * (n - 1.0)
    place = CHOICES[method](plain(place)) if method in CHOICES else MIXTURES[method](place)
    below, above = np.floor(plain(place)), np.ceil(plain(place))
    places = np.stack([below, above, np.full(q.shape, n - 1.0)]).astype(int)
    read = np.moveaxis(_ranked(x, places.reshape(-1)), -1, 0)
    low, high, last = np.reshape(read, (3, *q.shape, *x.shape[:-1]))
    weight = np.reshape(place - below, q.shape + (1,) * (x.ndim - 1))
    y = low if method in CHOICES else low * (1 - weight) + high * weight
    y = np.where(np.isnan(last), last, y)
    kept = [1 if i in axes_of(a, axis) else n for i, n in enumerate(a.shape)]
    return np.reshape(y, (*q.shape, *kept)) if keepdims else y


@composite(np.percentile)
def percentile(a: Any, q: Any, axis: Axis = None, *, method: Any = "linear", keepdims: bool = False) -> Any:
    a = as_array(a)
    return _quantile("np.percentile", a, as_array(np.divide(q, a.dtype.type(100))), axis, method, keepdims)


# Without NaNs


@composite(np.nanmean)
def nanmean(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return np.mean(a, axis, keepdims=keepdims, where=~np.isnan(plain(a)))


@composite(np.nanvar)
def nanvar(
    a: Any,
    axis: Axis = None,
    *,
    ddof: float = 0,
    correction: float = 0,
    keepdims: bool = False,
    where: Any = True,
) -> Any:
    where = np.logical_and(where, ~np.isnan(plain(a)))
    return np.var(a, axis, ddof=ddof, correction=correction, keepdims=keepdims, where=where)


@composite(np.nanstd)
def nanstd(
    a: Any,
    axis: Axis = None,
    *,
    ddof: float = 0,
    correction: float = 0,
    keepdims: bool = False,
    where: Any = True,
) -> Any:
    return root(np.nanvar(a, axis, ddof=ddof, correction=correction, keepdims=keepdims, where=where))


constant(np.histogram_bin_edges, np.digitize)
