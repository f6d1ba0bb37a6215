"""Derivatives of functions that only move elements about: the gradient moves back the way they came.

Those that a network uses at every step have rules of their own. All others need none: what a function does with
elements it does with their numbers too, so it is run once on the numbers 1, 2, 3, ..., and the elements are picked by
what comes out. Where it fills in a new element, such as `np.tril` its zeros, the number is 0.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from minigrad.recording import apply
from minigrad.rules import COMPOSITES, composite, constant, derivative, derivative_of_each


def _transpose(g: Any, y: Any, a: Any, axes: Sequence[int] | None = None) -> Any:
    return np.transpose(g, None if axes is None else np.argsort([i % len(axes) for i in axes]))


derivative(np.reshape, lambda g, y, a, shape, order="C": np.reshape(g, a.shape, order=order))
derivative(np.transpose, _transpose)
derivative(np.swapaxes, lambda g, y, a, axis1, axis2: np.swapaxes(g, axis1, axis2))
derivative(np.moveaxis, lambda g, y, a, source, destination: np.moveaxis(g, destination, source))
derivative(np.matrix_transpose, lambda g, y, x: np.matrix_transpose(g))
derivative(np.linalg.matrix_transpose, lambda g, y, x: np.matrix_transpose(g))
derivative(np.expand_dims, lambda g, y, a, axis: np.reshape(g, a.shape))
derivative(np.squeeze, lambda g, y, a, axis=None: np.reshape(g, a.shape))
derivative(np.broadcast_to, lambda g, y, array, shape: g)
derivative(np.flip, lambda g, y, m, axis=None: np.flip(g, axis))
derivative(np.roll, lambda g, y, a, shift, axis=None: np.roll(g, -np.asarray(shift), axis))


@composite(np.concatenate)
def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Any:
    if axis is None:
        arrays, axis = [np.reshape(a, -1) for a in arrays], 0
    axis = normalize_axis_index(axis, np.ndim(arrays[0]))
    edges = itertools.accumulate((np.shape(a)[axis] for a in arrays), initial=0)
    return apply(join, axis, (*edges,), *arrays)


def join(axis: int, edges: Sequence[int], *arrays: Any) -> Any:
    """np.concatenate, where array i is y[edges[i] : edges[i + 1]] along the axis."""
    return np.concatenate(arrays, axis)


def _piece(i: int, g: Any, y: Any, axis: int, edges: Sequence[int], *arrays: Any) -> Any:
    start, end = edges[i - 2 : i]  # args are (axis, edges, *arrays)
    return g[(slice(None),) * axis + (slice(start, end),)]


derivative_of_each(join, _piece)


@composite(np.ravel)
def ravel(a: Any, order: Any = "C") -> Any:
    return np.reshape(a, -1, order=order)


@composite(np.stack)
def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    return np.concatenate([np.expand_dims(a, axis) for a in arrays], axis=axis)


@composite(np.split)
def split(array: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    length = array.shape[axis]
    if np.ndim(indices_or_sections) == 0:
        parts = np.split(np.arange(length), indices_or_sections)  # with NumPy's own error for uneven sections
        edges = [0, *np.cumsum([len(part) for part in parts])]
    else:
        edges = [0, *indices_or_sections, length]
    before = (slice(None),) * normalize_axis_index(axis, array.ndim)
    return [array[(*before, slice(start, end))] for start, end in itertools.pairwise(edges)]


@composite(np.broadcast_arrays)
def broadcast_arrays(*arrays: Any) -> tuple[Any, ...]:
    shape = np.broadcast_shapes(*map(np.shape, arrays))
    return tuple(np.broadcast_to(a, shape) for a in arrays)


@composite(np.pad)
def pad(array: Any, pad_width: Any, mode: str = "constant", constant_values: Any = 0.0) -> Any:
    if mode != "constant":
        return _moved(np.pad, array, pad_width, mode=mode)
    frame = np.pad(np.zeros(array.shape, array.dtype), pad_width, constant_values=constant_values)
    return _moved(np.pad, array, pad_width) + frame


def _moved(function: Callable[..., Any], x: Any, *args: Any, **kwargs: Any) -> Any:
    """function(x), found by what it does with the numbers of x's elements."""
    places = function(np.arange(1, x.size + 1).reshape(x.shape), *args, **kwargs)
    numbered = np.concatenate([np.zeros(1, x.dtype), np.reshape(x, -1)])
    if isinstance(places, list | tuple):
        return type(places)(numbered[p] for p in places)
    return numbered[places]


def _joined(function: Callable[..., Any], arrays: Any, *args: Any, **kwargs: Any) -> Any:
    """function([a, b, ...]), found by what it does with the numbers of all their elements."""
    ends = np.cumsum([np.size(a) for a in arrays])
    numbers = [np.arange(e - np.size(a), e).reshape(np.shape(a)) for a, e in zip(arrays, ends, strict=True)]
    return np.concatenate([np.reshape(a, -1) for a in arrays])[function(numbers, *args, **kwargs)]


MOVING: list[Any] = [
    *(np.fliplr, np.flipud, np.rot90, np.rollaxis, np.tile, np.repeat, np.resize, np.delete),
    *(np.diag, np.diagonal, np.linalg.diagonal, np.diagflat, np.tril, np.triu),
    *(np.array_split, np.hsplit, np.vsplit, np.dsplit, np.unstack),
    *(np.atleast_1d, np.atleast_2d, np.atleast_3d),
]
JOINING: list[Any] = [np.vstack, np.hstack, np.dstack, np.column_stack]

for function in MOVING:
    COMPOSITES[function] = functools.partial(_moved, function)
for function in JOINING:
    COMPOSITES[function] = functools.partial(_joined, function)


@composite(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    return np.concatenate([arr, values], axis=axis)


@composite(np.full_like)
def full_like(a: Any, fill_value: Any) -> Any:
    return np.broadcast_to(fill_value, np.shape(a)) + np.zeros(np.shape(a), a.dtype)


constant(np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.empty_like, np.result_type)
