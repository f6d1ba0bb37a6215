"""Gradients that are 0 except at an index, as that of x[index] is with respect to x.

A loop that reads x[0], x[1], ... makes one at each step. If each were an array of x's shape, the loop would take the
square of the time that x takes. So the rule gives a Piece, and the sweep adds it where it belongs.

    >>> import numpy as np
    >>> sum_of([Piece(np.array([1.0, 2.0]), slice(1, 3), (4,)), Piece(np.array(5.0), 2, (4,))])
    array([0., 1., 7., 0.])

A piece of a view is a piece of the whole: that of x.T[0] is not made an array of the shape of x.T first.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from minigrad.memory import Array
from minigrad.recording import Recorded, apply
from minigrad.rules import Function, derivative_of_all


class Piece(NamedTuple):
    """Zeros of `shape` with `values` added at `index` of a view. An element that is named twice gets both."""

    values: Any
    index: Any
    shape: tuple[int, ...]
    views: tuple[tuple[Function, Sequence[Any], dict[str, Any]], ...] = ()
    """The calls that make the view, without their first argument; none if it is the whole."""

    @property
    def dtype(self) -> Any:
        return self.values.dtype


def of_viewed(piece: Piece, function: Function, values: Sequence[Any], keywords: dict[str, Any]) -> Piece:
    """A piece of what function(*values, **keywords) makes, as one of the first argument, which it views."""
    return piece._replace(shape=values[0].shape, views=((function, values[1:], keywords), *piece.views))


VIEWS = frozenset(
    [
        *(np.transpose, np.swapaxes, np.moveaxis, np.matrix_transpose, np.linalg.matrix_transpose, np.diagonal),
        *(np.expand_dims, np.squeeze, np.flip, np.fliplr, np.flipud, np.rot90, np.reshape, operator.getitem),
    ]
)
"""The functions that may give a view of their first argument."""


def is_of_viewed(piece: Piece, y: Array, function: Function, values: Sequence[Any], keywords: dict[str, Any]) -> bool:
    """True if a piece of the result y of a call can be had as one of the first argument, by a view of zeros.

    An array without axes may be a NumPy scalar. np.reshape views what lies in C order, such as zeros themselves.
    """
    if piece.views and piece.views[0][0] is np.reshape:
        return False
    if function is np.reshape and (values[2:] or keywords.get("order", "C") != "C"):
        return False
    return function in VIEWS and y.ndim > 0 and np.may_share_memory(y, values[0])


HALF, SINGLE = np.dtype(np.float16), np.dtype(np.float32)


def summed_in(dtype: Any) -> Any:
    """The dtype in which numbers of this one are added up. In half precision 2048 + 1 is 2048."""
    return SINGLE if dtype is HALF else dtype


def sum_of(pieces: Sequence[Piece]) -> Any:
    """The sum of pieces of one shape: an array, or a Tensor if there are Tensors in them."""
    values = [piece.values for piece in pieces]
    args = [(piece.index, piece.views) for piece in pieces], pieces[0].shape, *values
    return apply(scatter_add, args, {}) if any(isinstance(v, Recorded) for v in values) else scatter_add(*args)


def scatter_add(places: Sequence[Any], shape: tuple[int, ...], *values: Array) -> Array:
    """Zeros of a shape with values added, each at its index into a view."""
    dtype = np.result_type(*values)
    total = np.zeros(shape, summed_in(dtype))
    for (index, views), value in zip(places, values, strict=True):
        add_at(total, index, value, views)
    return total.astype(dtype, copy=False)


def _picked(wanted: list[int], g: Any, y: Any, places: Sequence[Any], shape: Any, *values: Any) -> list[Any]:
    return [None, None, *(functools.partial(_read, g, index, views) for index, views in places)]


derivative_of_all(scatter_add, _picked)


def _view(whole: Any, views: Any) -> Any:
    for function, others, keywords in views:
        whole = function(whole, *others, **keywords)
    return whole


def _read(whole: Any, index: Any, views: Any) -> Any:
    return _view(whole, views)[index]


def add_at(total: Array, index: Any, values: Any, views: Any = ()) -> None:
    """Add values at an index of an array, or of a view of it, in place."""
    if views:
        total = _view(total, views)
        total.setflags(write=True)  # np.diagonal gives a view for reading only
    if _names_each_once(index):
        total[index] += values
    elif _is_of_rows(index) and math.prod(total.shape[1:]) > 400:  # a loop is faster than np.add.at then
        rows = np.reshape(values, (index.size, *total.shape[1:]))
        for i, row in zip(index.reshape(-1).tolist(), rows, strict=True):
            total[i] += row
    elif total.flags.c_contiguous and (_is_of_rows(index) or total.size <= 8 * np.size(values)):
        # NumPy adds to single numbers several times as fast as to rows, or at several indices
        np.add.at(
            total.reshape(-1),
            _numbers(index, total.shape).reshape(-1),
            np.reshape(values, -1).astype(total.dtype, copy=False),
        )
    else:
        np.add.at(total, index, values)


def _is_of_rows(index: Any) -> bool:
    return isinstance(index, np.ndarray) and index.dtype.kind in "iu"


def _numbers(index: Any, shape: tuple[int, ...]) -> Any:
    """The numbers, in C order, of the elements at an index of an array; those of rows without counting all elements."""
    if _is_of_rows(index):
        width = math.prod(shape[1:])
        return index.astype(np.intp)[..., None] * width + np.arange(width)
    return np.arange(math.prod(shape)).reshape(shape)[index]


def _names_each_once(index: Any) -> bool:
    """True for numbers, slices and a mask, which can name no element twice."""
    if type(index) is int:
        return True
    parts = index if isinstance(index, tuple) else (index,)
    basic = all(i is None or i is Ellipsis or isinstance(i, slice | int | np.integer) for i in parts)
    return basic or (isinstance(index, np.ndarray) and index.dtype.kind == "b")
