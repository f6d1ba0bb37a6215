"""Derivatives of `x[index]` and of what picks elements: the gradient is scattered back to where they were read.

Convention at ties: `sort` keeps the order of equal elements, and each gets the gradient of its own place.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from minigrad.derivatives.elementwise import as_array
from minigrad.pieces import Piece, of_viewed, sum_of
from minigrad.recording import plain
from minigrad.rules import composite, constant, derivative

derivative(operator.getitem, lambda g, y, a, index: Piece(g, index, a.shape))


def _of_diagonal(g: Any, y: Any, a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return of_viewed(Piece(g, ..., y.shape), np.diagonal, (a, offset, axis1, axis2), {})


derivative(np.diagonal, _of_diagonal)


@composite(np.take)
def take(a: Any, indices: Any, axis: int | None = None, *, mode: Any = "raise") -> Any:
    if axis is None:
        a = a if a.ndim else np.reshape(a, 1)
        return a[np.unravel_index(_places(a.size, indices, mode), a.shape)]
    axis = normalize_axis_index(axis, np.ndim(a))
    return a[(slice(None),) * axis + (_places(a.shape[axis], indices, mode),)]


def _places(n: int, indices: Any, mode: Any) -> Any:
    """The numbers from 0 to n - 1 that the indices of np.take mean."""
    numbers = np.asarray(plain(indices))
    if mode == "raise" and numbers.dtype.kind in "iu" and ((numbers >= -n) & (numbers < n)).all():
        return numbers.astype(np.intp) % n
    return np.take(np.arange(n), numbers, mode=mode)  # or NumPy's own error


@composite(np.take_along_axis)
def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    if axis is None:
        return np.take(arr, indices)
    axis = normalize_axis_index(axis, arr.ndim)
    # every other axis is read in order; one of length 1 in the indices is broadcast over arr's
    lengths = [np.shape(indices)[k] if k == axis else n for k, n in enumerate(arr.shape)]
    places: list[Any] = list(np.ogrid[tuple(slice(n) for n in lengths)])
    places[axis] = indices
    return arr[tuple(places)]


@composite(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    ids = plain(x)
    size = max(int(np.max(ids, initial=-1)) + 1, minlength)
    return sum_of([Piece(np.astype(as_array(weights), float), ids, (size,))])


@composite(np.delete)
def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    if axis is None:
        arr, axis = np.ravel(arr), 0
    return np.take(arr, np.delete(np.arange(arr.shape[axis]), obj), axis)


@composite(np.compress)
def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    if np.ndim(condition) != 1:
        raise ValueError("expected a condition of one axis")
    return np.take(a, np.flatnonzero(condition), axis)


@composite(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    return np.take(arr, np.flatnonzero(condition))


@composite(np.sort)
def sort(a: Any, axis: int | None = -1, kind: Any = None, *, stable: Any = None) -> Any:
    if axis is None:
        a, axis = np.reshape(a, -1), 0
    return np.take_along_axis(a, np.argsort(plain(a), axis=axis, kind="stable"), axis)


@composite(np.partition)
def partition(a: Any, kth: Any, axis: int | None = -1) -> Any:
    if axis is None:
        a, axis = np.reshape(a, -1), 0
    return np.take_along_axis(a, np.argpartition(plain(a), kth, axis=axis), axis)


constant(np.argsort, np.argpartition, np.lexsort, np.searchsorted)
constant(np.argwhere, np.nonzero, np.flatnonzero, np.unravel_index, np.ravel_multi_index)
