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
Value = Callable[[Call], Any]  # what a suspect returns in a call, or None


class Apart:
    """The calls with an argument that is zero, what the student returned in each, and what is right."""

    def __init__(self, student: Runner, right: Value, call: Call, blocks: Mapping[str, list[str]]):
        self._calls: list[Call] = []
        self._right: list[list[Any]] = []
        try:
            for arguments in itertools.chain(_zeroed(call), _zeroed_together(call, blocks)):
                asked = Call(call.function, arguments)
                expected = right(asked)
                asked.value = student.call(call.function, copied(list(arguments.values()))).value
                if expected is not None and len(parts(asked.value)) == len(parts(expected)):
                    self._calls.append(asked)
                    self._right.append(parts(expected))
        except (StudentError, Halt):
            self._calls, self._right = [], []

    def does(self, value: Value) -> Deeds:
        """What a suspect does in these calls."""
        nothing, gives, moves = [], [], False
        for call, right in zip(self._calls, self._right, strict=True):
            came, ours = parts(call.value), parts(value(call))
            fits = len(ours) == len(came) and all(np.shape(o) == np.shape(r) for o, r in zip(ours, right, strict=True))
            nothing.append(
                [fits and same(o, r) for o, r in zip(ours, right, strict=True)] if fits else [False] * len(came)
            )
            gives.append([same(c, o) for o, c in zip(ours, came, strict=True)] if fits else [False] * len(came))
            moves = moves or not fits or _moved(ours, right)
        if moves:  # then one part says nothing of the same part of the right result
            gives = [[all_same(call.value, value(call))] * len(g) for g, call in zip(gives, self._calls, strict=True)]
        return Deeds(np.array(nothing, bool), np.array(gives, bool), moves)

    def may_be_both(self, some: Sequence[Deeds], others: Sequence[Deeds]) -> Array:
        """A matrix: whether one of these and one of the others can have given together what came."""
        if not self._calls or not some or not others:
            return np.ones((len(some), len(others)), bool)
        apart = _contradictions([d.part_by_part for d in some], [d.part_by_part for d in others])
        whole = _contradictions([d.as_a_whole for d in some], [d.as_a_whole for d in others])
        moves = np.array([d.moves for d in some])[:, None] | np.array([d.moves for d in others])
        return np.asarray(np.where(moves, whole, apart) == 0)


class Deeds(NamedTuple):
    """In which parts of each call a suspect does nothing, in which it gives what came; and whether it moves parts."""

    nothing: Array
    gives: Array
    moves: bool

    @property
    def part_by_part(self) -> tuple[Array, Array]:
        return self.nothing.ravel(), self.gives.ravel()

    @property
    def as_a_whole(self) -> tuple[Array, Array]:
        return np.asarray(self.nothing.all(1)), np.asarray(self.gives.all(1))


def _moved(ours: Sequence[Any], right: Sequence[Any]) -> bool:
    """Whether a part that is wrong is another part of the right result."""
    wrong = [(k, o) for k, (o, r) in enumerate(zip(ours, right, strict=True)) if not same(o, r)]
    return any(np.any(o) and same(o, r) for k, o in wrong for j, r in enumerate(right) if j != k)


def _contradictions(some: Sequence[tuple[Array, Array]], others: Sequence[tuple[Array, Array]]) -> Array:
    """How often one of the two does nothing, and the other does not give what came."""
    (nothing, gives), (nothing_, gives_) = (np.array(them).astype(int).swapaxes(0, 1) for them in (some, others))
    return np.asarray(nothing @ (1 - gives_).T + (1 - gives) @ nothing_.T)


def _zeroed(call: Call) -> Iterator[dict[str, Any]]:
    """The arguments with one of them zero."""
    for name, value in call.arguments.items():
        for other in _others(value):
            yield {**call.arguments, name: other}


def _zeroed_together(call: Call, blocks: Mapping[str, list[str]]) -> Iterator[dict[str, Any]]:
    """With two of them zero, or a block of several; but several results tell mistakes apart without that."""
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
