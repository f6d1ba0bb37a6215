"""Gradients that are 0 except at an index, as that of x[index] is with respect to x.

A loop that reads x[0], x[1], ... makes one at each step. If each were an array of x's shape, the loop would take the
square of the time that x takes. So the rule gives a Piece, and the sweep adds it where it belongs.

    >>> import numpy as np
    >>> sum_of([Piece(np.array([1.0, 2.0]), slice(1, 3), (4,)), Piece(np.array(5.0), 2, (4,))])
    array([0., 1., 7., 0.])
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
from minigrad.rules import derivative_of_all


class Piece(NamedTuple):
    """Zeros of `shape` with `values` added at `index`. An element that is named twice gets both."""

    values: Any
    index: Any
    shape: tuple[int, ...]


HALF, SINGLE = np.dtype(np.float16), np.dtype(np.float32)


def summed_in(dtype: Any) -> Any:
    """The dtype in which numbers of this one are added up. In half precision 2048 + 1 is 2048."""
    return SINGLE if dtype is HALF else dtype


def sum_of(pieces: Sequence[Piece]) -> Any:
    """The sum of pieces of one shape: an array, or a Tensor if there are Tensors in them."""
    values = [piece.values for piece in pieces]
    arguments = [piece.index for piece in pieces], pieces[0].shape, *values
    return apply(scatter_add, *arguments) if any(isinstance(v, Recorded) for v in values) else scatter_add(*arguments)


def scatter_add(indices: Sequence[Any], shape: tuple[int, ...], *values: Array) -> Array:
    """Zeros of a shape with values added, each at its index."""
    dtype = np.result_type(*values)
    total = np.zeros(shape, summed_in(dtype))
    for index, value in zip(indices, values, strict=True):
        add_at(total, index, value)
    return total.astype(dtype, copy=False)


def _picked(wanted: list[int], g: Any, y: Any, indices: Sequence[Any], shape: Any, *values: Any) -> list[Any]:
    return [None, None, *(functools.partial(operator.getitem, g, index) for index in indices)]


derivative_of_all(scatter_add, _picked)


def add_at(total: Array, index: Any, values: Any) -> None:
    """Add values at an index of an array, in place."""
    if _names_each_once(index):
        total[index] += values
    elif _is_of_rows(index) and total.ndim > 1 and total.flags.c_contiguous:
        width = math.prod(total.shape[1:])  # NumPy adds to single numbers several times as fast as to rows
        places = index.astype(np.intp)[..., None] * width + np.arange(width)
        np.add.at(total.reshape(-1), places.reshape(-1), np.reshape(values, -1))
    else:
        np.add.at(total, index, values)


def _is_of_rows(index: Any) -> bool:
    return isinstance(index, np.ndarray) and index.dtype.kind in "iu"


def _names_each_once(index: Any) -> bool:
    """Whether no element can be named twice; it cannot by numbers, slices or a mask."""
    parts = index if isinstance(index, tuple) else (index,)
    basic = all(i is None or i is Ellipsis or isinstance(i, slice | int | np.integer) for i in parts)
    return basic or (isinstance(index, np.ndarray) and index.dtype.kind == "b")
