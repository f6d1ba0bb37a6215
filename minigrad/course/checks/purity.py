"""A call is pure if it leaves its arguments as they were, and its result belongs to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from minigrad.course.checks.expectations.arrays import ATOL, RTOL
from minigrad.course.results.outcomes import Mismatch
from minigrad.course.results.spelled import shortened
from minigrad.course.student.replies import Reply

AFTER_THE_CALL = "after the call"  # how the label ends if arguments were changed
SEEN_LATER = ("called a second time", "the memory of the result")  # and if they were not, but something else is wrong


class Impurity(Mismatch):
    """A call did more than give a result of its own.

    Attributes:
        by_itself: whether the call alone shows it, whatever was called before.
    """

    by_itself = True


def changed(function: str, arguments: dict[str, Any], reply: Reply) -> Impurity | None:
    """Find how a call changed its arguments, or None. The judge passes its own, which stay as they are."""
    for i, (name, before) in enumerate(arguments.items()):
        if i in reply.changed:
            for part, now in _differences(name, before, reply.changed[i]):
                message = f"{function} changed its argument {part}; the caller still needs it as it was."
                return Impurity(f"{part} {AFTER_THE_CALL}", message, now)
    return None


def repeated(function: str, first: Reply, second: Reply) -> Impurity | None:
    """Find how two calls with the same arguments differ, by more than the rounding of sums in any order, or None."""
    for part, _ in _differences("result", first.value, second.value, rounded=True):
        message = f"{function} gave another {part} when it was called again with the same arguments."
        return Impurity(f"{function} {SEEN_LATER[0]}", message)
    return None


def shared(function: str, *replies: Reply) -> Impurity | None:
    """Find whose memory the result of a call lies in, or None if it is its own."""
    for reply in replies:
        if reply.shared:
            whose = f"memory of its {reply.shared}, not a new array: changing one would change the other."
            impurity = Impurity(SEEN_LATER[1], f"{function} returned {whose}")
            impurity.by_itself = reply.shared == "arguments"
            return impurity
    return None


def _differences(name: str, a: Any, b: Any, rounded: bool = False) -> Iterator[tuple[str, Any]]:
    """The parts in which b differs from a: their name, and what is in b. With `rounded`, rounding is no difference."""
    if isinstance(a, list | tuple) and isinstance(b, list | tuple) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            yield from _differences(f"{name}[{i}]", x, y, rounded)
    elif isinstance(a, dict) and isinstance(b, dict) and list(a) == list(b):
        for key in a:
            yield from _differences(f"{name}[{shortened(key, 60)}]", a[key], b[key], rounded)
    elif isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.shape != b.shape or not _same(a, b, rounded):
            yield name, b
    elif rounded and type(a) is type(b) is float:
        yield from ((name, None) for _ in _differences(name, np.array(a), np.array(b), rounded))
    elif type(a) is not type(b) or (isinstance(a, float | int | str | list | tuple | dict) and a != b and a == a):
        yield name, None


def _same(a: np.ndarray, b: np.ndarray, rounded: bool) -> bool:
    """True if these arrays of one shape have the same numbers."""
    floats = a.dtype.kind in "fc" and b.dtype.kind in "fc"
    if rounded and floats:
        return np.allclose(a, b, RTOL, ATOL, equal_nan=True)
    return np.array_equal(a, b, equal_nan=floats)
