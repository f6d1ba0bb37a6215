"""Watch what becomes of the arguments of a call, in the student process."""

from __future__ import annotations

from typing import Any
from weakref import ref

from numpy import generic, may_share_memory, ndarray
from numpy.lib.array_utils import byte_bounds

from minigrad.course.student.frames import MAX_LENGTH

PLAIN = frozenset({int, float, str})  # of which there may be thousands, as in counts of a text


class Purity:
    """A watch on what calls do to their arguments, and on whose memory their results lie in."""

    def __init__(self) -> None:
        # The places of each function's results: whoever owns that memory, and from where to where they go in it, or
        # None for all of it. A result that nobody kept is gone, and its place is free.
        self._earlier: dict[str, list[tuple[ref[Any], tuple[int, int] | None]]] = {}

    def before(self, args: list[Any]) -> list[Any]:
        """A snapshot that `after` compares with."""
        return [_snapshot(arg) for arg in args]

    def after(self, function: str, args: list[Any], before: list[Any], value: Any) -> tuple[list[tuple[int, Any]], str]:
        """The arguments that have changed, with their places; and what the value shares memory with, or ""."""
        changed = [
            (i, arg) for i, (arg, was) in enumerate(zip(args, before, strict=True)) if not _same(_snapshot(arg), was)
        ]
        earlier = [place for place in self._earlier.get(function, []) if place[0]() is not None]
        results = [(a, _owner(a)) for a in arrays(value)]
        ours = [(ref(o), None if a is o else byte_bounds(a)) for a, o in results if isinstance(o, ndarray)]
        self._earlier[function] = [*earlier, *ours]
        if _share_memory(results, [(a, _owner(a)) for a in arrays(args)]):
            return changed, "arguments"
        again = any(a() is b() and _overlap(a(), place, other) for a, place in ours for b, other in earlier)
        return changed, "earlier result" if again else ""


def _snapshot(value: Any) -> Any:
    """The value as something that stays as it is, and is equal only to what is the same."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, ndarray):
        return value.shape, value.dtype, value.tobytes()
    if isinstance(value, (list, tuple)):
        return type(value), [_snapshot(v) for v in value]
    if isinstance(value, dict):
        return dict, [(k, _snapshot(v)) for k, v in value.items()]
    return value if isinstance(value, (int, float, complex, str, generic)) else None


def _same(a: Any, b: Any) -> bool:
    """True if two snapshots are of the same; a NaN is the same as itself."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    try:
        if a == b:
            return True
    except ValueError:  # in them numbers of NumPy stand beside lists, and these have no truth value together
        pass
    return isinstance(a, (list, tuple)) and len(a) == len(b) and all(map(_same, a, b))


def _overlap(owner: Any, *places: tuple[int, int] | None) -> bool:
    """True if two places in the owner's memory have something in common."""
    (low, high), (start, end) = (place or byte_bounds(owner) for place in places)
    return low < end and start < high


def _share_memory(ours: list[tuple[Any, Any]], theirs: list[tuple[Any, Any]]) -> bool:
    """True if an array of ours lies in the memory of one of theirs; beside each stands who owns its memory."""
    if {id(owner) for _, owner in ours}.isdisjoint(id(owner) for _, owner in theirs):
        return False
    return any(may_share_memory(x, y) for x, _ in ours for y, _ in theirs)


def _owner(array: Any) -> Any:
    """The owner of the memory that an array lies in."""
    while getattr(array, "base", None) is not None:
        array = array.base
    return array


def arrays(value: Any) -> list[ndarray[Any, Any]]:
    """All arrays in a value."""
    if isinstance(value, ndarray):
        return [value]
    if isinstance(value, (list, tuple, dict)) and len(value) <= MAX_LENGTH:  # a longer one cannot cross
        parts = value.values() if isinstance(value, dict) else value
        return [array for part in parts if type(part) not in PLAIN for array in arrays(part)]
    return []
