"""The result of a call, part by part."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from minigrad.course.checks.expectations.arrays import ATOL
from minigrad.course.student.frames import same_generator

NUMBERS = "biufc"  # kinds of dtypes
CLOSE = 1e-6  # numbers that differ by less, for their size, are the same
_OF_FLOATS = (np.ndarray, np.inexact, float, complex)  # a NaN among them is the same as itself


def parts(value: Any) -> list[Any]:
    """The parts of a result: those of a tuple, a list or a dictionary, each in its turn, or the result itself.

    The keys of a dictionary are a part of their own; in which order they stand is nothing. A list that holds itself,
    as a slip in a loop may make it, is one part.
    """
    try:
        return _leaves(value)
    except RecursionError:
        return [value]


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return [part for v in value for part in _leaves(v)]
    if isinstance(value, dict):
        keys = sorted(value, key=repr)
        return [repr(keys), *(part for key in keys for part in _leaves(value[key]))]
    return [value]


def same(a: Any, b: Any) -> bool:
    """True if two parts are the same numbers, but for rounding, or the same of whatever they are."""
    if not (isinstance(a, _OF_FLOATS) and isinstance(b, _OF_FLOATS)):
        return type(a) is type(b) and (bool(a == b) or same_generator(a, b))
    x, y = np.asarray(a), np.asarray(b)
    if x.shape != y.shape or x.dtype != y.dtype or x.dtype.kind not in NUMBERS:
        return False
    if x.tobytes() == y.tobytes():
        return True
    if x.dtype.kind == "b" or not _first_alike(x, y):  # truth values have no difference
        return False
    with np.errstate(all="ignore"):
        close = np.isfinite(y) & (np.abs(x - y) <= ATOL + CLOSE * np.abs(y))
        return bool(np.all(close | (x == y) | ((x != x) & (y != y))))


def differing(value: Any, right: Any) -> frozenset[int]:
    """The parts of a result that are not what they should be; all, if it has another number of parts."""
    came, expected = parts(value), parts(right)
    if len(came) != len(expected):
        return frozenset(range(max(len(came), len(expected))))
    return frozenset(i for i, (a, b) in enumerate(zip(came, expected, strict=True)) if not same(a, b))


def all_same(value: Any, other: Any) -> bool:
    """True if two results have the same parts."""
    came, others = parts(value), parts(other)
    return len(came) == len(others) and all(same(a, b) for a, b in zip(came, others, strict=True))


def begin_alike(value: Any, other: Any) -> bool:
    """True if two results have parts of the same shapes that begin with the same number: a quick look."""
    came, others = parts(value), parts(other)
    return len(came) == len(others) and all(_begin_alike(a, b) for a, b in zip(came, others, strict=True))


def _begin_alike(a: Any, b: Any) -> bool:
    if not (isinstance(a, np.ndarray | float) and isinstance(b, np.ndarray | float)) or not np.size(a):
        return type(a) is type(b)
    if np.shape(a) != np.shape(b):
        return False
    return _first_alike(np.asarray(a), np.asarray(b))


def _first_alike(a: np.ndarray, b: np.ndarray) -> bool:
    """True if the first numbers of two arrays, neither of which is empty, may be the same."""
    if a.dtype.kind not in NUMBERS or b.dtype.kind not in NUMBERS:  # such as arrays of None
        return a.dtype == b.dtype
    x, y = a.item(0), b.item(0)
    if isinstance(x, complex):  # whose size may be too large for a float
        return True
    return bool(x == y or abs(x - y) <= ATOL + CLOSE * abs(y) or (x != x and y != y))


def form(value: Any) -> tuple[Any, ...]:
    """The kind of a part: its type, and of an array its shape and dtype."""
    return (type(value), np.shape(value), value.dtype) if isinstance(value, np.ndarray) else (type(value),)


def copied(arguments: list[Any]) -> list[Any]:
    """The arguments, with arrays of their own."""
    return [a.copy() if isinstance(a, np.ndarray) else copy.deepcopy(a) for a in arguments]
