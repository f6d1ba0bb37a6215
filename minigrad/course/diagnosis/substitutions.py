"""Arguments that something else may have replaced: the solution with something in their place.

The exercise says in its notes which parts of an argument belong together:

    blocks = { names = ["i", "f", "g", "o"], of = ["W_xh", "W_hh", "b"] }

are equal blocks, side by side along the last axis of each of these arguments.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from minigrad.course.catalogue.course import Exercise
from minigrad.course.checks.students import Simulation
from minigrad.course.diagnosis.suspects import Simulated
from minigrad.course.results.spelled import source_lines
from minigrad.course.student.replies import Reply

Change = Callable[[list[Any]], list[Any]]  # the arguments ↦ what the solution gets in their place


class Substituted:
    """The solution, with something else substituted for an argument of one of its functions.

    Args:
        what: what has become of the argument.
    """

    def __init__(self, solution: Simulation, function: str, change: Change, what: str):
        self.function, self.change, self.what, self._solution = function, change, what, solution

    def changed(self, args: list[Any]) -> list[Any]:
        """The arguments that the function gets in place of these; they themselves where they do not fit the change."""
        try:
            return self.change(args)
        except (ValueError, IndexError, TypeError):
            return args

    def call(self, function: str, args: list[Any]) -> Reply:
        if function != self.function:
            return self._solution.call(function, args)
        reply = self._solution.call(function, self.changed(args))
        return replace(reply, changed={})

    def at_once(self, function: str, args: list[Any]) -> Any:
        return self._solution.at_once(function, self.changed(args) if function == self.function else args)


def substituted(exercise: Exercise, rare: bool = True) -> list[Simulated]:
    """The solution with one argument changed, or two exchanged, for each function that the student writes.

    Args:
        rare: also with what seldom becomes of an argument; the students' edition does not keep that.
    """
    solution = Simulation(exercise.solution)
    suspects = []
    for function, value in vars(solution.module).items():
        if _is_written_by_the_student(value, solution):
            names = list(inspect.signature(value).parameters)
            changes = [_usual(names, exercise.blocks), _rare(names, exercise.blocks) if rare else []]
            for what, change in itertools.chain(*changes):
                says = f"These are the numbers that come out when {what}."
                suspects.append(Simulated(says, Substituted(solution, function, change, what), {function}))
    return suspects


def _is_written_by_the_student(value: Any, solution: Simulation) -> bool:
    """True if this is a function of the solution that has a marked body; what a file has beside them has none."""
    if not inspect.isfunction(value) or value.__module__ != solution.module.__name__:
        return False
    last = max(line for *_, line in value.__code__.co_lines() if line)
    lines = source_lines(solution.source)[value.__code__.co_firstlineno : last]
    return any(line.strip() == "# BEGIN SOLUTION" for line in lines)


def _usual(names: list[str], blocks: Mapping[str, list[str]]) -> Iterator[tuple[str, Change]]:
    for i, name in enumerate(names):
        for what, change in _OF_NUMBERS.items():
            yield what.format(name), partial(_with, i, change, True)
        for what, change in _OF_AN_ARRAY.items():
            yield what.format(name), partial(_with, i, change, False)
    for i, j in itertools.combinations(range(len(names)), 2):
        yield f"{names[i]} and {names[j]} are exchanged", partial(_exchanged, i, j)
    if places := _places(names, blocks):
        right = blocks["names"]
        for order in itertools.permutations(right):
            if list(order) != right:
                says = f"you read the blocks in the order {', '.join(order)}; their order is {', '.join(right)}"
                yield says, partial(_with_all, places, partial(_in_order, [order.index(name) for name in right]))


def _rare(names: list[str], blocks: Mapping[str, list[str]]) -> Iterator[tuple[str, Change]]:
    for i, name in enumerate(names):
        for what, change in _RARELY_OF_AN_ARRAY.items():
            yield what.format(name), partial(_with, i, change, False)
    places = _places(names, blocks)
    if not places:
        return
    right = blocks["names"]
    count = range(len(right))
    for i, k in itertools.product(places, count):
        for what, factor in {"zero": 0, "doubled": 2, "negated": -1}.items():
            scaled = partial(_scaled, len(right), k, factor)
            yield f"the block of {right[k]} in {names[i]} is {what}", partial(_with_all, [i], scaled)
    for k, other in itertools.permutations(count, 2):
        copy = partial(_in_order, [other if n == k else n for n in count])
        for some in (some for n in count for some in itertools.combinations(places, n)):
            where = " and ".join(names[i] for i in some)
            yield f"{right[k]} takes the block of {right[other]} in {where}", partial(_with_all, some, copy)


def _places(names: list[str], blocks: Mapping[str, list[str]]) -> list[int]:
    """The places of the arguments of a function that consist of blocks; of several functions, some may have none."""
    return [names.index(name) for name in blocks.get("of", ()) if name in names]


def _scaled(count: int, k: int, factor: float, array: Any) -> Any:
    """The array with one of `count` blocks along its last axis multiplied by a factor."""
    parts = np.split(array, count, axis=-1)
    parts[k] = factor * parts[k]
    return np.concatenate(parts, axis=-1)


def _in_order(order: list[int], array: Any) -> Any:
    """The array with its blocks along the last axis in another order, or with some of them several times."""
    parts = np.split(array, len(order), axis=-1)
    return np.concatenate([parts[k] for k in order], axis=-1)


def _without(axis: int, place: int, array: Any) -> Any:
    """The array with zeros at one place along an axis."""
    if np.ndim(array) == 0:
        return array
    there = np.moveaxis(array.copy(), axis, 0)
    there[place] = 0
    return np.moveaxis(there, 0, axis)


def _matrix(change: Callable[[Any], Any], array: Any) -> Any:
    """The change, if this has at least two axes."""
    return change(array) if np.ndim(array) > 1 else array


# Numbers may have become this: an array, a number, or each array of a list.
_OF_NUMBERS: dict[str, Callable[[Any], Any]] = {
    "{} is transposed": lambda a: a.T if isinstance(a, np.ndarray) and a.ndim == 2 else a,
    "{} is zero": lambda a: 0 * a,
    "{} is negated": lambda a: -1 * a,
    "{} is doubled": lambda a: 2 * a,
    "{} is halved": lambda a: a / 2,
}
_OF_AN_ARRAY: dict[str, Callable[[Any], Any]] = {  # of an array alone: a list has another first axis
    "{0}[0] is used for all of {0}": partial(_matrix, lambda a: a[:1] + 0 * a),
    "{} is read backwards along its first axis": lambda a: a[::-1] if np.ndim(a) else a,
}
_RARELY_OF_AN_ARRAY: dict[str, Callable[[Any], Any]] = {
    "{} is squared": lambda a: a**2,
    "{} is taken without its signs": abs,
    "{0}[-1] is used for all of {0}": partial(_matrix, lambda a: a[-1:] + 0 * a),
    "the mean of {0} over its first axis is used for all of {0}": partial(
        _matrix, lambda a: a.mean(0, keepdims=True) + 0 * a
    ),
    "the sum of {0} over its first axis is used for all of {0}": partial(
        _matrix, lambda a: a.sum(0, keepdims=True) + 0 * a
    ),
    "{} is read backwards along its last axis": partial(_matrix, lambda a: a[..., ::-1]),
    "{} is one place late along its first axis": lambda a: np.roll(a, 1, 0) if np.ndim(a) else a,
    "{} is one place early along its first axis": lambda a: np.roll(a, -1, 0) if np.ndim(a) else a,
    "the first entry of {} along its first axis is zero": partial(_without, 0, 0),
    "the last entry of {} along its first axis is zero": partial(_without, 0, -1),
    "the first entry of {} along its last axis is zero": partial(_matrix, partial(_without, -1, 0)),
    "the last entry of {} along its last axis is zero": partial(_matrix, partial(_without, -1, -1)),
    "only the diagonal of {} is used": partial(_matrix, lambda a: a * np.eye(*a.shape[-2:])),
}


def _with(i: int, change: Callable[[Any], Any], lists: bool, args: list[Any]) -> list[Any]:
    """The arguments with the i-th changed, if it is numbers; of a list, each of its arrays, if lists are changed."""
    old = args[i]
    if isinstance(old, list):
        new = [change(a) for a in old] if lists and all(isinstance(a, np.ndarray) for a in old) else old
    else:
        new = change(old) if isinstance(old, np.ndarray | float) else old
    return [*args[:i], new, *args[i + 1 :]]


def _with_all(places: Sequence[int], change: Callable[[Any], Any], args: list[Any]) -> list[Any]:
    return [change(arg) if i in places else arg for i, arg in enumerate(args)]


def _exchanged(i: int, j: int, args: list[Any]) -> list[Any]:
    changed = list(args)
    changed[i], changed[j] = args[j], args[i]
    return changed
