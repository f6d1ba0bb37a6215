"""Two mistakes told apart: with an argument that is zero one of them may do nothing, and what came is the other's work.

The student is asked once with each argument zero. Of all pairs only those are left in which one of the two gives what
came wherever the other does nothing. So some dozen pairs have to be made in place of some thousand.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from minigrad.course.checks.students import Call, Runner
from minigrad.course.diagnosis.values import all_same, copied, parts, same
from minigrad.course.results.outcomes import Halt, StudentError

Array = np.ndarray
FEW = 3  # results
AT_ONCE = 6  # calls in which all that is left is asked, before the next
Value = Callable[[Call], Any]  # what a suspect returns in a call, or None


class Apart:
    """The calls with an argument that is zero, what the student returned in each, and what is right."""

    def __init__(self, student: Runner, right: Value, call: Call, blocks: Mapping[str, list[str]]):
        self._calls: list[Call] = []
        self._right: list[list[Any]] = []
        try:
            for arguments in itertools.chain([call.arguments], _zeroed(call), _zeroed_together(call, blocks)):
                asked = Call(call.function, arguments)
                expected = right(asked)
                asked.value = student.call(call.function, copied(list(arguments.values()))).value
                count = len(parts(asked.value))
                if self._right and count != len(self._right[0]):
                    continue  # lists of another length, part by part, stand beside nothing
                if expected is not None and count == len(parts(expected)):
                    self._calls.append(asked)
                    self._right.append(parts(expected))
        except (StudentError, Halt):
            self._calls, self._right = [], []

    def may_be_both(self, some: Sequence[Value], others: Sequence[Value]) -> Array:
        """A matrix: whether one of these and one of the others can have given together what came.

        A few calls leave most of them without a partner. The others are asked in the next few.
        """
        may_be, moves = np.ones((len(some), len(others)), bool), set[Value]()
        for k in range(0, len(self._calls), AT_ONCE):
            rows, columns = (np.flatnonzero(may_be.any(axis)).tolist() for axis in (1, 0))
            ours, theirs = [some[i] for i in rows], [others[i] for i in columns]
            if not ours or not theirs:
                break
            few = slice(k, k + AT_ONCE)
            does = {value: _does(value, self._calls[few], self._right[few]) for value in {*ours, *theirs}}
            moves |= {value for value, deeds in does.items() if deeds.moves}
            whole, apart = (
                _contradictions([look(does[v]) for v in ours], [look(does[v]) for v in theirs])
                for look in (Deeds.as_a_whole, Deeds.part_by_part)
            )
            either = np.array([v in moves for v in ours])[:, None] | np.array([v in moves for v in theirs])
            may_be[np.ix_(rows, columns)] &= np.where(either, whole, apart) == 0
        return may_be


class Deeds(NamedTuple):
    """The deeds of a suspect: in which parts of each call it does nothing, or gives what came, and if it moves any."""

    nothing: Array
    gives: Array
    moves: bool

    def part_by_part(self) -> tuple[Array, Array]:
        return self.nothing.ravel(), self.gives.ravel()

    def as_a_whole(self) -> tuple[Array, Array]:
        return np.asarray(self.nothing.all(1)), np.asarray(self.gives.all(1))


def _does(value: Value, calls: Sequence[Call], rights: Sequence[list[Any]]) -> Deeds:
    """Find out what a suspect does in these calls."""
    nothing, gives, moves = [], [], False
    for call, right in zip(calls, rights, strict=True):
        came, ours = parts(call.value), parts(value(call))
        fits = len(ours) == len(came) and all(np.shape(o) == np.shape(r) for o, r in zip(ours, right, strict=True))
        pairs = [*zip(ours, right, came, strict=True)] if fits else []
        nothing.append([_is_very(o, r) for o, r, _ in pairs] or [False] * len(came))
        gives.append([same(c, o) for o, _, c in pairs] or [all_same(came, ours)] * len(came))
        moves = moves or not fits or _moved(ours, right, nothing[-1])
    return Deeds(np.array(nothing, bool), np.array(gives, bool), moves)


def _is_very(a: Any, b: Any) -> bool:
    """True if two parts are the same to the last bit. Where a gate is shut, rounding alone shows what is done there."""
    return same(a, b) and np.asarray(a).tobytes() == np.asarray(b).tobytes()


def _moved(ours: Sequence[Any], right: Sequence[Any], is_right: Sequence[bool]) -> bool:
    """True if a part that is wrong is another part of the right result."""
    wrong = [(k, part) for k, part in enumerate(ours) if not is_right[k]]
    return any(np.any(o) and same(o, r) for k, o in wrong for j, r in enumerate(right) if j != k)


def _contradictions(some: Sequence[tuple[Array, Array]], others: Sequence[tuple[Array, Array]]) -> Array:
    """Count how often one of the two does nothing, and the other does not give what came."""
    (nothing, gives), (nothing_, gives_) = (np.array(them).astype(int).swapaxes(0, 1) for them in (some, others))
    return np.asarray(nothing @ (1 - gives_).T + (1 - gives) @ nothing_.T)


def _zeroed(call: Call) -> Iterator[dict[str, Any]]:
    """The arguments with one of them zero."""
    for name, value in call.arguments.items():
        for other in _others(value):
            yield {**call.arguments, name: other}


def _zeroed_together(call: Call, blocks: Mapping[str, list[str]]) -> Iterator[dict[str, Any]]:
    """The arguments with two of them zero, or a block of several. Several results tell mistakes apart without two."""
    arrays = [name for name, value in call.arguments.items() if _is_array(value)]
    for two in itertools.combinations(arrays, 2) if len(parts(call.value)) < FEW else ():
        yield {**call.arguments, **{name: np.zeros_like(call.arguments[name]) for name in two}}
    of = [name for name in blocks.get("of", ()) if name in call.arguments]
    for k in range(len(blocks["names"])) if of else ():
        yield {**call.arguments, **{name: _with_block(call.arguments[name], len(blocks["names"]), k) for name in of}}


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def _with_block(array: Array, count: int, k: int) -> Array:
    """The array with zeros in one of its blocks."""
    pieces = np.split(array.copy(), count, axis=-1)
    pieces[k][...] = 0
    return np.concatenate(pieces, axis=-1)


def _others(value: Any) -> Iterator[Any]:
    """Zeros in place of arrays; in place of a number a much larger and a much smaller one."""
    if _is_array(value):
        yield np.zeros_like(value)
    elif isinstance(value, list) and value and all(map(_is_array, value)):
        yield [np.zeros_like(v) for v in value]
        yield [*map(np.copy, value[:-1]), np.zeros_like(value[-1])]
    elif type(value) is float:
        yield 1e4 * value
        yield 1e-4 * value
