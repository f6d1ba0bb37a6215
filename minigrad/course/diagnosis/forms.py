"""A result in another form than the right one: lists for arrays, float32, an axis of length 1, another order.

In its place is put what it would be in the right form, so that what else is wrong can be told.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from minigrad.course.checks.students import Call, Runner
from minigrad.course.diagnosis.missing import PLACES
from minigrad.course.diagnosis.values import all_same
from minigrad.course.results.outcomes import StudentError
from minigrad.course.student.replies import Reply

SHORT = 6  # results of so many things are looked for in another order


class Reformed:
    """A student whose results come in the form of the right ones, as far as they can.

    Args:
        solution: gives the form.
    """

    def __init__(self, student: Runner, solution: Runner):
        self.student, self.solution = student, solution

    def call(self, function: str, args: list[Any]) -> Reply:
        reply = self.student.call(function, args)
        try:
            right = self.solution.call(function, args).value
        except StudentError:
            return reply
        return replace(reply, value=reformed(reply.value, right))


def reformed(value: Any, right: Any) -> Any:
    """The value in the form of the right one, or as it is where it has not as many numbers."""
    if isinstance(right, list | tuple):
        several = isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim)
        if several and len(value) == len(right):
            return type(right)(reformed(v, r) for v, r in zip(value, right, strict=True))
        return value
    if isinstance(right, np.ndarray) or type(right) is float:
        try:
            numbers = np.array(value, dtype=float)
        except (TypeError, ValueError):
            return value
        if isinstance(right, np.ndarray) and np.squeeze(numbers).shape == np.squeeze(right).shape:
            return _of_type(numbers.reshape(right.shape), right.dtype)
        return numbers.item() if type(right) is float and numbers.size == 1 else value
    return value


def _of_type(numbers: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """The floats as integers or bools, where these are due and they can be: an id that is right is no float."""
    if dtype.kind not in "biu" or not np.isfinite(numbers).all():
        return numbers
    limits = (0, 1) if dtype.kind == "b" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    whole = (numbers == np.round(numbers)) & (limits[0] <= numbers) & (numbers <= limits[1])
    return numbers.astype(dtype) if whole.all() else numbers


def in_another_order(solution: Runner, calls: Sequence[Call]) -> str:
    """Tell the order of the results, if they are the right ones in another order in all of these calls."""
    orders = None
    for came, right in _several(solution, calls):
        found = {
            order
            for order in itertools.permutations(range(len(right)))
            if all(all_same(came[k], right[place]) for k, place in enumerate(order))
        }
        orders = found if orders is None else orders & found
    if not orders or len(orders) > 1:
        return ""
    said = ", ".join(PLACES[place] for place in next(iter(orders)))
    return f"The results are right but in another order. Yours come as {said} of those that are asked for."


def misplaced(solution: Runner, calls: Sequence[Call]) -> str:
    """Name the one result that is right and stands in another's place in all of these calls, if it is a single one."""
    found = None
    for came, right in _several(solution, calls):
        wrong = [k for k, part in enumerate(right) if isinstance(part, np.ndarray) and not all_same(came[k], part)]
        here = {(k, place) for k, place in itertools.permutations(wrong, 2) if all_same(came[k], right[place])}
        found = here if found is None else found & here
    if not found or len(found) > 1:
        return ""
    [(k, place)] = found
    other = "Are they in another order? What comes in its place is wrong, whatever the order."
    return f"The {PLACES[k]} of your results is what should come {PLACES[place]}. {other}"


def _several(solution: Runner, calls: Sequence[Call]) -> list[tuple[Sequence[Any], Sequence[Any]]]:
    """The results that came and the right ones in each call, if they are several, as many in each; or nothing."""
    pairs: list[tuple[Sequence[Any], Sequence[Any]]] = []
    for call in calls:
        try:
            right = solution.call(call.function, list(call.arguments.values())).value
        except StudentError:
            return []
        if not (isinstance(right, list | tuple) and isinstance(call.value, list | tuple)):
            return []
        if not len(right) == len(call.value) <= SHORT or all_same(call.value, right):
            return []
        pairs.append((call.value, right))
    return pairs
