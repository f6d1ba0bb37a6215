"""Memory: the array of a leaf, which recorded operations need and people write into.

Several leaves may share one memory: where nothing is recorded, t[0] is a view of t, as in NumPy.

An operation that is recorded keeps the numbers it was computed from, so nobody may write into them before the sweep:

- Memory is lent to the operations that record it. If it is opened for writing while it is lent, what is opened is a
  copy, and the graph keeps the old numbers.
- When `backward` has reached the leaf, the loan is over, and what is written goes into the memory itself, in place.
  Operations that were recorded before it was opened must not be swept any more.
- What was opened is an array of its own on the same memory, made through the buffer protocol. Every view of it refers
  to it, so a weak reference tells exactly whether somebody still holds it or a view. As long as somebody does,
  operations that record the memory keep copies.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

# glibc returns freed blocks above some size to the system, and fetching them anew costs page faults: a tenth to a
# quarter of a training step. Freeing one block of up to 32 MB raises that size to its own (mallopt(3),
# M_MMAP_THRESHOLD). This block is never touched, so it takes no memory.
np.empty(31 << 20, np.uint8)

Array = NDArray[Any]
View = Callable[[Array], Array]
"""A view of a memory's array, as a leaf sees it that has no memory of its own."""
X = TypeVar("X")
clock = count()
"""Numbers Tensors, as they are made, and openings."""


class Memory:
    """See above.

    Attributes:
        array: the numbers.
        lent: whether recorded operations keep them.
        opened: when they were last opened for writing, by the clock.
        shared: the leaves that share it, by their order, if there are several.
        part: whether they were copied from a result, of which NumPy would have made a view.
    """

    __slots__ = ("_door", "array", "lent", "opened", "part", "shared")

    def __init__(self, array: Array):
        self.array = array
        self.lent = False
        self.opened = -1
        self.shared: weakref.WeakValueDictionary[int, Any] | None = None
        self.part = False
        self._door: weakref.ref[Array] | None = None

    def lend(self, part: Array) -> Array:
        """The array, or a view of it, for the graph to keep: a copy if anybody out there can write into it."""
        if self._door is not None and self._door() is not None:
            return part.copy()
        self.lent = True
        return part

    def open(self) -> Array:
        """The array for anybody to write into."""
        self.opened = next(clock)
        door = None if self._door is None else self._door()
        if door is None:
            door = np.asarray(self.array.data)
            self._door = weakref.ref(door)
        return door

    def is_open_at(self, array: Any, view: View | None) -> bool:
        """True if `array` is what `open` gave, seen through `view`."""
        door = None if self._door is None else self._door()
        if view is None or door is None:
            return door is array is not None
        return isinstance(array, np.ndarray) and view(door).__array_interface__ == array.__array_interface__


def read_only(x: X) -> X:
    """x, or if it is an array a view of it that nobody can write into."""
    if isinstance(x, np.ndarray):
        x = x.view()
        x.setflags(write=False)
    return x


def is_new(y: Array, arguments: Iterable[Any]) -> bool:
    """True if the result of a function lies in memory of its own, and is none of the arguments."""
    return y.base is None and id(y) not in map(id, arguments)


def lender(y: Array, arguments: Iterable[Any], loans: Iterable[Memory]) -> Memory | None:
    """The lent memory that the result of a function is a view of, or is."""
    return None if is_new(y, arguments) else next((m for m in loans if np.may_share_memory(y, m.array)), None)
