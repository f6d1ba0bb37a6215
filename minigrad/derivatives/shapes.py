"""Derivatives of functions that only move elements about: the gradient moves back the way they came."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.rules import composite, constant, derivative


def _transpose(g: Any, y: Any, a: Any, axes: Sequence[int] | None = None) -> Any:
    return np.transpose(g, None if axes is None else np.argsort([i % len(axes) for i in axes]))


def _concatenate(g: Any, y: Any, arrays: Sequence[Any], axis: int | None = 0) -> list[Any]:
    if axis is None:
        ends = np.cumsum([np.size(a) for a in arrays])
        return [np.reshape(g[e - np.size(a) : e], np.shape(a)) for a, e in zip(arrays, ends, strict=True)]
    ends = np.cumsum([np.shape(a)[axis] for a in arrays])
    return list(np.split(g, ends[:-1], axis=axis))


derivative(np.reshape, lambda g, y, a, shape: np.reshape(g, a.shape))
derivative(np.transpose, _transpose)
derivative(np.swapaxes, lambda g, y, a, axis1, axis2: np.swapaxes(g, axis1, axis2))
derivative(np.expand_dims, lambda g, y, a, axis: np.reshape(g, a.shape))
derivative(np.squeeze, lambda g, y, a, axis=None: np.reshape(g, a.shape))
derivative(np.broadcast_to, lambda g, y, array, shape: g)
derivative(np.concatenate, _concatenate)


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
    before = (slice(None),) * (axis % array.ndim)
    return [array[(*before, slice(start, end))] for start, end in itertools.pairwise(edges)]


constant(np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.empty_like, np.full_like, np.result_type)
