"""Expectations of a value of any kind: `expect` goes by the kind of the expected one.

expect("h_next", got, h_next, axes="N H")        an array of float64 with these numbers, to rounding
expect("ids", got, np.array([0, 2, 1]))          an array of integers, exactly
expect("tokens", got, ["the", "cat"])            a list; what is wrong is told as tokens[1]
expect("vocabulary", got, {"cat": 3})            a dict; what is wrong is told as vocabulary["cat"]
expect("counts", got, {("for", "a"): {...}})     keys may be tuples: counts[("for", "a")]["walk"]
expect("words", got, in_any_order(["a", "b"]))   these, in any order
expect("next", got, any_of("a", "b"))            one of these
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minigrad.course.checks.expectations.arrays import KINDS, as_array, expect_numbers
from minigrad.course.checks.expectations.words import expect_text, in_words
from minigrad.course.results.outcomes import Mismatch
from minigrad.course.results.spelled import shortened, spelled
from minigrad.course.student.frames import Foreign, may_be_key
from minigrad.course.student.replies import written_length

IN_FULL = 68  # a list or dict of so many characters is shown whole
SHORT = 41  # of an item that is named
FEW = 3  # so many items or keys are named
ITERATORS = {"generator", "zip", "map", "filter", "enumerate", "list_reverseiterator"}
MANY = 100  # of so many more items than expected nobody looks which are right


@dataclass(frozen=True)
class InAnyOrder:
    """See in_any_order."""

    items: Sequence[Any] | np.ndarray[Any, Any]


@dataclass(frozen=True)
class AnyOf:
    """See any_of."""

    values: tuple[Any, ...]


def in_any_order(items: Sequence[Any] | np.ndarray[Any, Any]) -> InAnyOrder:
    """An expected value: these items, each as often as it stands here. Of an array, the entries of its first axis."""
    return InAnyOrder(items)


def any_of(*values: Any) -> AnyOf:
    """An expected value: any one of these."""
    return AnyOf(values)


def expect(label: str, got: Any, expected: Any, axes: str = "") -> None:
    """Raise Mismatch unless `got` is `expected`.

    The comparison goes by the kind of `expected`: floats to RTOL and ATOL, everything else exactly. A tuple may come
    in place of a list, and a list in place of a tuple.

    Args:
        label: what it is, in the student's words.
        expected: a number, string, None, or an array, or a list, tuple or dict of them, or in_any_order or any_of.
        axes: the names of expected's axes, such as "N H"; of a list of arrays, those of each.
    """
    got = _in_order_of(expected, got)
    try:
        _expect(label, got, expected, axes)
    except Mismatch as mismatch:
        if isinstance(expected, list | tuple | dict | InAnyOrder | AnyOf):
            mismatch.whole = list(got.values()) if isinstance(got, dict) else got
            mismatch.message += _in_full(got, expected)
            mismatch.args = (mismatch.message,)
        raise


def _in_order_of(expected: Any, got: Any) -> Any:
    """A dict with its keys in the order of the expected ones, and those in it: so alike dicts are told alike."""
    if not isinstance(got, dict):
        return got
    order = expected if isinstance(expected, dict) else {}
    odd = sorted((key for key in got if key not in order), key=repr)
    return {key: _in_order_of(order.get(key), got[key]) for key in [*(k for k in order if k in got), *odd]}


def _expect(label: str, got: Any, expected: Any, axes: str = "") -> None:
    match expected:
        case AnyOf():
            _expect_any_of(label, got, expected.values, axes)
        case InAnyOrder():
            _expect_in_any_order(label, got, expected.items, axes)
        case None:
            if got is not None:
                raise Mismatch(label, f"{label}: expected None, got {in_words(got)}.", _array(got))
        case str():
            _not_none(label, got)
            expect_text(label, got, expected)
        case list() | tuple():
            _expect_items(label, got, expected, axes)
        case dict():
            _expect_entries(label, got, expected, axes)
        case np.ndarray() | np.generic() | bool() | int() | float() | complex() if (
            np.asarray(expected).dtype.kind in KINDS
        ):
            expect_numbers(label, got, np.asarray(expected), axes)
        case _:
            raise TypeError(
                f"expect compares numbers, strings, None, arrays of numbers, and lists, tuples and dicts of these; "
                f"what is expected of {label} is {in_words(expected)}. No other kind comes from a student's process."
            )


def _expect_items(label: str, got: Any, expected: Sequence[Any], axes: str) -> None:
    """The items of a list or tuple, one by one."""
    _expect_list(label, got, expected)
    for i, (g, e) in enumerate(zip(got, expected, strict=False)):
        try:
            _expect(f"{label}[{i}]", g, e, axes)
        except Mismatch as mismatch:
            if len(got) == len(expected):
                raise
            raise Mismatch(label, f"{_count(label, got, expected)}. First wrong is {mismatch.message}") from None
    if len(got) != len(expected):
        k = min(len(got), len(expected))
        rest = "missing" if len(got) < len(expected) else "too many"
        odd = [got, expected][len(got) < len(expected)][k:]
        raise Mismatch(label, f"{_count(label, got, expected)}. From {label}[{k}] on {rest}: {_named(odd)}.")


def _leaves(value: Any) -> Iterator[Any]:
    """What stands in nested lists and tuples."""
    if isinstance(value, list | tuple):
        for part in value:
            yield from _leaves(part)
    else:
        yield value


def _expect_list(label: str, got: Any, expected: Sequence[Any]) -> None:
    """A list or tuple, of whatever length."""
    _not_none(label, got)
    if not isinstance(got, list | tuple):
        form = f"a {'tuple' if isinstance(expected, tuple) else 'list'}"
        arrays = bool(len(expected)) and all(isinstance(e, np.ndarray) for e in expected)
        advice = ""
        if isinstance(got, np.ndarray) or (isinstance(got, Foreign) and got.type_name.startswith("an array")):
            holds_arrays = any(isinstance(leaf, np.ndarray) for leaf in _leaves(expected))
            advice = " Keep the arrays apart, each with its own shape." if holds_arrays else " Its tolist() gives one."
        elif isinstance(got, Foreign) and got.type_name in ITERATORS:
            advice = " It gives its items once: make a list of it."
        what = f"{form} of {len(expected)}{' arrays' * arrays}"
        raise Mismatch(label, f"{label}: expected {what}, got {in_words(got)}.{advice}", _array(got))


def _expect_entries(label: str, got: Any, expected: dict[Any, Any], axes: str) -> None:
    """The keys of a dict, whatever their order, then its values."""
    if odd := [key for key in expected if not may_be_key(key)]:
        raise TypeError(
            f"a dict that comes from a student's process has strings, numbers, None and tuples of these as keys; "
            f"{label} is expected to have {in_words(odd[0])}."
        )
    _not_none(label, got)
    if not isinstance(got, dict):
        foreign = isinstance(got, Foreign) and got.type_name == "dict"
        only = " with strings, numbers or tuples of these as keys" if foreign else ""
        raise Mismatch(label, f"{label}: expected a dict{only}, got {in_words(got)}.", _array(got))
    missing, odd = [key for key in expected if key not in got], [key for key in got if key not in expected]
    if missing or odd:
        said = [f"missing: {_named(missing)}"] * bool(missing) + [f"not expected: {_named(odd)}"] * bool(odd)
        raise Mismatch(label, f"{label} has the wrong keys; {'; '.join(said)}.")
    for key, value in expected.items():
        _expect(f"{label}[{_key(key)}]", got[key], value, axes)


def _key(key: Any) -> str:
    """A key of a dict as somebody types it."""
    if isinstance(key, tuple):
        return f"({', '.join(map(_key, key))}{',' * (len(key) == 1)})"
    return json.dumps(key, ensure_ascii=False) if isinstance(key, str) else spelled(key)


def _expect_in_any_order(label: str, got: Any, items: Any, axes: str) -> None:
    """The items, whatever their order; of an array, the entries of its first axis."""
    is_array = isinstance(items, np.ndarray)
    if is_array:
        if items.ndim == 0:
            raise TypeError(f"in_any_order takes items; what is expected of {label} is one number.")
        if as_array(label, got, items.shape, items.dtype.kind).shape != items.shape:
            expect_numbers(label, got, items, axes)
    else:
        _expect_list(label, got, items)
    if len(got) > len(items) + MANY:
        raise Mismatch(label, f"{_count(label, got, items)}.")
    left, missing = list(got), []
    for item in items:
        place = next((i for i, g in enumerate(left) if _agrees(g, item)), None)
        if place is None:
            missing.append(item)
        else:
            del left[place]
    if missing or left:
        said = [f"missing: {_named(missing)}"] * bool(missing) + [f"too many: {_named(left)}"] * bool(left)
        message = f"{label} should hold the expected items, in any order; {'; '.join(said)}."
        raise Mismatch(label, message, _array(got), items if is_array else None)


def _expect_any_of(label: str, got: Any, values: Sequence[Any], axes: str) -> None:
    """One of the values; if it is none, told beside the one that is nearest."""
    mismatches = []
    for value in values:
        try:
            return _expect(label, got, value, axes)
        except Mismatch as mismatch:
            mismatches.append(mismatch)
    nearest = min(mismatches, key=lambda m: np.inf if m.wrong is None else m.wrong.sum())
    message = f"{label} is none of the {len(values)} that are right. Beside one of them: {nearest.message}"
    if len(values) == 1:
        message = nearest.message
    elif all(isinstance(value, str | int | float | None) for value in values):
        _not_none(label, got)
        message = f"{label}: expected {' or '.join(map(spelled, values))}, got {in_words(got)}."
    raise Mismatch(nearest.label, message, nearest.got, nearest.expected, nearest.wrong, nearest.axes)


def _agrees(got: Any, expected: Any) -> bool:
    try:
        _expect("", got, expected)
    except Mismatch:
        return False
    return True


def _not_none(label: str, got: Any) -> None:
    if got is None:
        raise Mismatch(label, f"{label} is None. Did you forget to return it?")


def _array(got: Any) -> np.ndarray[Any, Any] | None:
    return got if isinstance(got, np.ndarray) else None


def _count(label: str, got: Sequence[Any], expected: Sequence[Any]) -> str:
    return f"{label} has {len(got)} item{'s' * (len(got) != 1)}, expected {len(expected)}"


def _named(items: Sequence[Any]) -> str:
    """The first few items."""
    shown = ", ".join(_item(i) for i in items[:FEW])
    return f"{shown} and {len(items) - FEW} more" if len(items) > FEW else shown


def _item(item: Any) -> str:
    """An item as it is, or the kind of a long one: a tuple that is cut off has brackets that do not close."""
    if isinstance(item, np.ndarray | list | dict) or _holds_arrays(item):
        return in_words(item)
    if isinstance(item, tuple) and (written_length(item) > SHORT or len(spelled(item)) > SHORT):
        return in_words(item)
    return shortened(item, SHORT)


def _in_full(got: Any, expected: Any) -> str:
    """Both values on lines of their own, if they are short and hold no arrays."""
    value = expected.items if isinstance(expected, InAnyOrder) else expected
    if (
        isinstance(expected, AnyOf)
        or _holds_arrays(value)
        or not isinstance(got, list | tuple | dict)
        or _holds_arrays(got)
        or max(map(written_length, (value, got))) > IN_FULL
    ):
        return ""
    whole = [spelled(v) for v in (value, got)]
    return f"\n  expected {whole[0]}\n  got      {whole[1]}" if max(map(len, whole)) <= IN_FULL else ""


def _holds_arrays(value: Any) -> bool:
    if isinstance(value, list | tuple | dict):
        return any(_holds_arrays(v) for v in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, np.ndarray | AnyOf | InAnyOrder)
