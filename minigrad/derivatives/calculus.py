"""Derivatives of differences, slopes and integrals, of interpolation, polynomials and convolutions."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from minigrad.derivatives.elementwise import as_array, as_floats, as_operand, conjugated, select
from minigrad.recording import apply, plain
from minigrad.rules import composite, derivative

# Differences, slopes and integrals


@composite(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    axis = normalize_axis_index(axis, np.ndim(a))
    before = (slice(None),) * axis
    if n < 0:
        raise ValueError("expected n of 0 or more")
    if n == 0:
        return a
    if prepend is not None or append is not None:
        single = (*np.shape(a)[:axis], 1, *np.shape(a)[axis + 1 :])
        ends = [e if e is None or np.ndim(e) else np.broadcast_to(e, single) for e in (prepend, append)]
        a = np.concatenate([part for part in (ends[0], a, ends[1]) if part is not None], axis=axis)
    for _ in range(n):
        a = a[(*before, slice(1, None))] - a[(*before, slice(-1))]
    return a


@composite(np.ediff1d)
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    ary = as_array(ary)
    parts = to_begin, np.diff(np.reshape(ary, -1)), to_end
    return np.concatenate([np.reshape(np.astype(as_array(p), ary.dtype), -1) for p in parts if p is not None])


@composite(np.gradient)
def gradient(f: Any, *varargs: Any, axis: int | tuple[int, ...] | None = None, edge_order: int = 1) -> Any:
    f = as_floats(f)
    axes = range(f.ndim) if axis is None else normalize_axis_tuple(axis, f.ndim)
    spacings = varargs if len(varargs) == len(axes) else (varargs or (1.0,)) * len(axes)
    slopes = tuple(_slope(f, h, k, edge_order) for h, k in zip(spacings, axes, strict=True))
    return slopes[0] if len(slopes) == 1 else slopes


def _slope(f: Any, h: Any, axis: int, edge_order: int) -> Any:
    """Slopes of the secants between neighbours; at an element the mean of the two, in proportion to the other's width.

    At the ends it is the slope of the one secant, or of the parabola through three elements (edge_order 2).
    """
    f = np.moveaxis(f, axis, 0)
    if len(f) <= edge_order or np.ndim(h) > 1 or (np.ndim(h) and len(h) != len(f)):
        raise ValueError("expected more than edge_order elements, and a coordinate for each")
    width = np.diff(as_floats(h)) if np.ndim(h) else h * np.ones(len(f) - 1, f.dtype)
    width = np.reshape(width, (-1,) + (1,) * (f.ndim - 1))
    secant = (f[1:] - f[:-1]) / width
    bend = (secant[1:] - secant[:-1]) / (width[1:] + width[:-1])
    first, last = secant[:1], secant[-1:]
    if edge_order == 2:
        first, last = first - width[:1] * bend[:1], last + width[-1:] * bend[-1:]
    return np.moveaxis(np.concatenate([first, secant[:-1] + width[:-1] * bend, last]), 0, axis)


@composite(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = np.moveaxis(y, axis, -1)
    width = dx if x is None else np.diff(x) if np.ndim(x) == 1 else np.diff(np.moveaxis(x, axis, -1))
    return np.sum(width * (y[..., 1:] + y[..., :-1]), -1) * 0.5


# Between and beyond points


@composite(np.linspace)
def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, *, axis: int = 0
) -> Any:
    start, stop = as_operand(start), as_operand(stop)
    dtype = np.result_type(start, stop, 1.0)
    way, step = np.linspace(0.0, 1.0, num, endpoint, retstep=True, dtype=dtype)
    way = np.reshape(way, (num,) + (1,) * max(np.ndim(start), np.ndim(stop)))
    points = np.moveaxis((1 - way) * start + way * stop, 0, axis)
    return (points, (stop - start) * float(step)) if retstep else points


@composite(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None) -> Any:
    x, xp, fp = as_floats(x), as_floats(xp), as_floats(fp)
    if xp.ndim != 1 or xp.shape != fp.shape:
        raise ValueError("expected xp and fp of one axis and one length")
    last = len(xp) - 1
    upper = np.clip(np.searchsorted(plain(xp), plain(x), side="right"), min(1, last), last)
    lower = np.maximum(upper - 1, 0)
    run = xp[upper] - xp[lower] if last else 1.0  # one point has no slope
    between = fp[lower] + (x - xp[lower]) * ((fp[upper] - fp[lower]) / run)
    ends = fp[0] if left is None else left, fp[-1] if right is None else right
    return np.astype(select([x < xp[0], x > xp[-1]], ends, between), np.result_type(fp, np.float64))


# Polynomials and convolutions


@composite(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    y = np.zeros_like(x)
    for coefficient in as_array(p):
        y = y * x + coefficient
    return y


@composite(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    x = as_array(x)
    if x.ndim != 1:
        raise ValueError("expected one axis")
    powers = np.arange(len(x) if N is None else operator.index(N))
    return x[:, None] ** (powers if increasing else powers[::-1])


derivative(
    np.convolve,
    lambda g, y, a, v: np.convolve(g, np.flip(v), "valid"),
    lambda g, y, a, v: np.convolve(g, np.flip(a), "valid"),
)


@composite(np.convolve)
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """A part of the whole convolution, which has the derivatives above."""
    full = apply(np.convolve, (np.atleast_1d(a), np.atleast_1d(v)), {})
    n, m = sorted((np.size(a), np.size(v)), reverse=True)
    start, stop = {"full": (0, n + m - 1), "same": ((m - 1) // 2, (m - 1) // 2 + n), "valid": (m - 1, n)}[mode]
    return full[start:stop]


@composite(np.correlate)
def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    a, v = np.atleast_1d(a), np.atleast_1d(v)
    if len(a) < len(v):
        return conjugated(np.flip(correlate(v, a, mode)))
    return convolve(a, np.flip(conjugated(v)), mode)
