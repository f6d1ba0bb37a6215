"""Derivatives of functions that only move elements about: the gradient moves back the way they came.

Those that a network uses at every step have rules of their own. A few others, such as `np.resize`, need none: what a
function does with elements it does with their numbers too, so it is run once on the numbers 1, 2, 3, ..., and the
elements are picked by what comes out. Where it fills in a new element, as `np.diagflat` its zeros, the number is 0. The
rest are written with these.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from minigrad.derivatives.elementwise import as_array
from minigrad.recording import apply, plain
from minigrad.rules import NoDerivativeError, composite, constant, derivative, derivative_of_all, named


def _reshape(g: Any, y: Any, a: Any, shape: Any, order: Any = "C", *, copy: Any = None) -> Any:
    if order in ("A", "a"):  # as the elements of a lie, and not those of g
        order = "F" if plain(a).flags.fnc else "C"
    return np.reshape(g, a.shape, order=order)


def _transpose(g: Any, y: Any, a: Any, axes: Sequence[int] | None = None) -> Any:
    return np.transpose(g, None if axes is None else np.argsort([i % len(axes) for i in axes]))


derivative(np.reshape, _reshape)
derivative(np.transpose, _transpose)
derivative(np.swapaxes, lambda g, y, a, axis1, axis2: np.swapaxes(g, axis1, axis2))
derivative(np.moveaxis, lambda g, y, a, source, destination: np.moveaxis(g, destination, source))
derivative(np.matrix_transpose, lambda g, y, x: np.matrix_transpose(g))
derivative(np.linalg.matrix_transpose, lambda g, y, x: np.matrix_transpose(g))
derivative(np.expand_dims, lambda g, y, a, axis: np.reshape(g, a.shape))
derivative(np.squeeze, lambda g, y, a, axis=None: np.reshape(g, a.shape))
derivative(np.broadcast_to, lambda g, y, array, shape: g)
derivative(np.flip, lambda g, y, m, axis=None: np.flip(g, axis))
derivative(np.fliplr, lambda g, y, m: np.fliplr(g))
derivative(np.flipud, lambda g, y, m: np.flipud(g))
derivative(np.rot90, lambda g, y, m, k=1, axes=(0, 1): np.rot90(g, -k, axes))
derivative(np.roll, lambda g, y, a, shift, axis=None: np.roll(g, -np.asarray(shift), axis))


@composite(np.concatenate)
def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Any:
    if axis is None:
        arrays, axis = [np.reshape(a, -1) for a in arrays], 0
    axis = normalize_axis_index(axis, np.ndim(arrays[0]))
    edges = itertools.accumulate((np.shape(a)[axis] for a in arrays), initial=0)
    return apply(join, (axis, (*edges,), *arrays), {})


@named("np.concatenate")
def join(axis: int, edges: Sequence[int], *arrays: Any) -> Any:
    """np.concatenate, where array i is y[edges[i] : edges[i + 1]] along the axis."""
    return np.concatenate(arrays, axis)


def _join_gradients(wanted: list[int], g: Any, y: Any, axis: int, edges: Sequence[int], *arrays: Any) -> list[Any]:
    before = (slice(None),) * axis
    places = [(*before, slice(start, end)) for start, end in itertools.pairwise(edges)]
    return [None, None, *(functools.partial(operator.getitem, g, place) for place in places)]


derivative_of_all(join, _join_gradients)


@composite(np.ravel)
def ravel(a: Any, order: Any = "C") -> Any:
    return np.reshape(a, -1, order=order)


@composite(np.stack)
def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    return apply(pile, (normalize_axis_index(axis, np.ndim(arrays[0]) + 1), *arrays), {})


@named("np.stack")
def pile(axis: int, *arrays: Any) -> Any:
    """np.stack, where array i is y[i] along the axis."""
    return np.stack(arrays, axis)


def _pile_gradients(wanted: list[int], g: Any, y: Any, axis: int, *arrays: Any) -> list[Any]:
    before = (slice(None),) * axis
    return [None, *(functools.partial(operator.getitem, g, (*before, i, ...)) for i in range(len(arrays)))]


derivative_of_all(pile, _pile_gradients)


def _along(axis: int, shaped: Callable[..., Any]) -> Callable[[Any], Any]:
    """np.concatenate along an axis of arrays that are brought into shape; of vectors that stay so, along their own."""

    def joined(tup: Sequence[Any]) -> Any:
        arrays = [shaped(a) for a in tup]
        return np.concatenate(arrays, min(axis, np.ndim(arrays[0]) - 1))

    return joined


composite(np.vstack)(_along(0, np.atleast_2d))
composite(np.hstack)(_along(1, np.atleast_1d))
composite(np.dstack)(_along(2, np.atleast_3d))
composite(np.column_stack)(_along(1, lambda a: a if np.ndim(a) > 1 else np.reshape(a, (-1, 1))))


def _splitting(function: Callable[..., Any]) -> Callable[..., Any]:
    def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
        before = (slice(None),) * normalize_axis_index(axis, ary.ndim)
        # with NumPy's own error for uneven sections
        places = function(np.arange(ary.shape[axis]), plain(indices_or_sections))
        return [ary[(*before, slice(p[0], p[-1] + 1) if len(p) else slice(0))] for p in places]

    return split


composite(np.split)(_splitting(np.split))
composite(np.array_split)(_splitting(np.array_split))


@composite(np.hsplit)
def hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    return np.split(ary, indices_or_sections, 1 if ary.ndim > 1 else 0)


@composite(np.vsplit)
def vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    if ary.ndim < 2:
        raise ValueError("expected two axes or more")
    return np.split(ary, indices_or_sections, 0)


@composite(np.dsplit)
def dsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    return np.split(ary, indices_or_sections, 2)


@composite(np.unstack)
def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    axis = normalize_axis_index(axis, x.ndim)
    before = (slice(None),) * axis
    return tuple([x[(*before, i) if axis else i] for i in range(x.shape[axis])])


@composite(np.broadcast_arrays)
def broadcast_arrays(*args: Any) -> tuple[Any, ...]:
    shape = np.broadcast_shapes(*map(np.shape, args))
    return tuple(np.broadcast_to(a, shape) for a in args)


@composite(np.pad)
def pad(array: Any, pad_width: Any, mode: Any = "constant", *, constant_values: Any = 0.0) -> Any:
    if mode not in ("constant", "edge", "reflect", "symmetric", "wrap"):
        raise NoDerivativeError(f"np.pad: mode {mode!r} has no derivative rule; those that repeat elements have one.")
    if mode != "constant":
        return _picked(lambda x: np.pad(x, pad_width, mode=mode), array)
    return apply(np.pad, (array, pad_width), {"constant_values": constant_values})


def _without_frame(g: Any, y: Any, array: Any, pad_width: Any, *, constant_values: Any) -> Any:
    (start,) = np.argwhere(np.pad(np.ones((1,) * array.ndim, bool), pad_width))
    return g[tuple(slice(i, i + n) for i, n in zip(start, array.shape, strict=True))]


derivative(np.pad, _without_frame)


def _picked(function: Callable[..., Any], *sources: Any) -> Any:
    """function(*sources), found by what it does with the numbers of their elements. A list is a source too."""
    arrays: list[Any] = []
    ends = [1]

    def numbered(source: Any) -> Any:
        if isinstance(source, list | tuple):
            return [numbered(s) for s in source]
        arrays.append(source)
        ends.append(ends[-1] + np.size(source))
        return np.arange(*ends[-2:]).reshape(np.shape(source))

    places = function(*map(numbered, sources))
    elements = np.concatenate([np.zeros(1, bool), *(np.reshape(a, -1) for a in arrays)])
    if isinstance(places, list | tuple):
        return type(places)([elements[p] for p in places])
    return elements[places]


def _moving(function: Callable[..., Any]) -> Callable[..., Any]:
    def moved(*args: Any, **kwargs: Any) -> Any:
        if not args:  # the first one came by its name
            import inspect  # it takes as long as all of minigrad, and only unusual calls need it

            args = (kwargs.pop(next(iter(inspect.signature(function).parameters))),)
        return _picked(lambda x: function(x, *args[1:], **kwargs), args[0])

    return moved


composite(np.resize)(_moving(np.resize))
composite(np.diagflat)(_moving(np.diagflat))
composite(np.block)(_moving(np.block))


@composite(np.tile)
def tile(A: Any, reps: Any) -> Any:
    reps = tuple(reps) if np.ndim(reps) else (reps,)
    ndim = max(A.ndim, len(reps))
    lengths, reps = (1,) * (ndim - A.ndim) + A.shape, (1,) * (ndim - len(reps)) + reps
    pairs = [*zip(reps, lengths, strict=True)]
    apart = np.reshape(A, [k for n in lengths for k in (1, n)])
    repeated = np.broadcast_to(apart, [k for pair in pairs for k in pair])
    return np.reshape(repeated, [r * n for r, n in pairs], copy=True)  # also where there is nothing to repeat


@composite(np.repeat)
def repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    if axis is None:
        a, axis = np.reshape(a, -1), 0
    axis = normalize_axis_index(axis, a.ndim)
    if not isinstance(repeats, int | np.integer):
        return np.take(a, np.repeat(np.arange(a.shape[axis]), plain(repeats)), axis)
    before, n, after, times = a.shape[:axis], a.shape[axis], a.shape[axis + 1 :], int(repeats)
    repeated = np.broadcast_to(np.reshape(a, (*before, n, 1, *after)), (*before, n, times, *after))
    return np.reshape(repeated, (*before, n * times, *after), copy=True)


@composite(np.diag)
def diag(v: Any, k: int = 0) -> Any:
    return np.diagonal(v, k) if v.ndim == 2 else _picked(lambda v: np.diag(v, k), v)


@composite(np.linalg.diagonal)
def diagonal(x: Any, /, *, offset: int = 0) -> Any:
    return np.diagonal(x, offset, -2, -1)


@composite(np.tril)
def tril(m: Any, k: int = 0) -> Any:
    return np.where(np.tril(np.ones(m.shape[-2:], bool), k), m, np.zeros((), m.dtype))


@composite(np.triu)
def triu(m: Any, k: int = 0) -> Any:
    return np.where(np.triu(np.ones(m.shape[-2:], bool), k), m, np.zeros((), m.dtype))


@composite(np.rollaxis)
def rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    return np.transpose(a, _moved_axes(a.ndim, axis, start))


def _moved_axes(ndim: int, axis: int, start: int) -> list[int]:
    """The order of the axes after np.rollaxis, read off an array whose lengths are 0, 1, 2, ..."""
    return [*np.rollaxis(np.empty(range(ndim)), axis, start).shape]


def _at_least(function: Callable[..., Any]) -> Callable[..., Any]:
    def at_least(*arys: Any) -> Any:
        arrays = tuple(np.reshape(a, np.shape(function(plain(a)))) for a in arys)
        return arrays if len(arrays) > 1 else arrays[0]

    return at_least


for function in (np.atleast_1d, np.atleast_2d, np.atleast_3d):
    composite(function)(_at_least(function))


@composite(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    return np.concatenate([arr, values], axis)


@composite(np.insert)
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    arr, values = as_array(arr), as_array(values)
    return _picked(lambda a, v: np.insert(a, obj, v, axis), arr, np.astype(values, arr.dtype))


@composite(np.choose)
def choose(a: Any, choices: Any, *, mode: Any = "raise") -> Any:
    return _picked(lambda c: np.choose(plain(a), c, mode=mode), choices)


@composite(np.meshgrid)
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: Any = "xy") -> Any:
    shapes = [g.shape for g in np.meshgrid(*map(plain, xi), copy=False, sparse=True, indexing=indexing)]
    grids = tuple(itertools.starmap(np.reshape, zip(xi, shapes, strict=True)))
    return grids if sparse else np.broadcast_arrays(*grids)


@composite(np.apply_along_axis)
def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    axis = normalize_axis_index(axis, arr.ndim)
    moved = np.moveaxis(arr, axis, -1)
    *others, n = moved.shape
    results = np.stack([func1d(row, *args, **kwargs) for row in np.reshape(moved, (math.prod(others), n))])
    own = results.ndim - 1  # what func1d returns may have any shape; it takes the place of the axis
    results = np.reshape(results, (*others, *results.shape[1:]))
    return np.moveaxis(results, range(results.ndim - own, results.ndim), range(axis, axis + own))


@composite(np.full_like)
def full_like(a: Any, fill_value: Any) -> Any:
    return np.broadcast_to(np.astype(as_array(fill_value), a.dtype), np.shape(a))


constant(np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.empty_like, np.result_type)
