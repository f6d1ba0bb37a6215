"""Derivatives of `x[index]`: the gradient is scattered back to where the elements were read."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from minigrad.rules import composite, derivative
from minigrad.tensor import primitive


@primitive(lambda g, y, values, index, shape: g[index])
def scatter_add(values: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of `shape` with `values` added at `index`. An element that is named twice gets both."""
    out = np.zeros(shape, dtype=values.dtype)
    if _is_basic(index):
        out[index] = values  # slices name every element at most once
    else:
        np.add.at(out, index, values)
    return out


def _is_basic(index: Any) -> bool:
    parts = index if isinstance(index, tuple) else (index,)
    return all(i is None or i is Ellipsis or isinstance(i, slice) or type(i) is int for i in parts)


derivative(operator.getitem, lambda g, y, a, index: scatter_add(g, index, a.shape))


@composite(np.take)
def take(a: Any, indices: Any, axis: int | None = None) -> Any:
    if axis is None:
        return np.reshape(a, -1)[indices]
    return a[(slice(None),) * (axis % a.ndim) + (np.asarray(indices),)]
