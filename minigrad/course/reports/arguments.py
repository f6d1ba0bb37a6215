"""An argument of a call, in a few short lines: whole if it fits, and otherwise without the numbers of its arrays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.course.reports.text import clip
from minigrad.course.results.spelled import spelled

MANY = 24  # an array of more numbers is described instead of shown
SHORT = 60  # characters of what stands in one line
FEW, ENTRIES = 4, 8  # fewer arrays, and at most so many entries of a dict, stand below each other


def show(value: Any) -> str:
    """An argument in a few short lines: whole if it fits, and otherwise without the numbers of its arrays."""
    if isinstance(value, np.random.Generator):
        return "a np.random.Generator"
    if isinstance(value, np.ndarray):
        return _array(value)
    arrays = isinstance(value, list | tuple) and [v for v in value if isinstance(v, np.ndarray)]
    if arrays and isinstance(value, list) and len(arrays) == len(value) < FEW:
        return _below_each_other(value)
    whole = _outline(value, MANY)
    if len(whole) <= SHORT:
        return whole
    if arrays and len(value) < FEW:
        return _below_each_other(value)
    if isinstance(value, dict) and len(value) <= ENTRIES and _holds_arrays(value):
        return "\n".join([f"a dict of {len(value)}:", *(f"  {spelled(k)}: {_brief(v)}" for k, v in value.items())])
    return _brief(value)


def _array(value: np.ndarray[Any, Any]) -> str:
    """The numbers of an array; of a large one, how far they reach."""
    if value.size > MANY and value.dtype.kind == "b":
        return f"array of shape {value.shape}, {value.sum()} of {value.size} True"
    if value.size > MANY:
        return f"array of shape {value.shape}, from {value.min():.4g} to {value.max():.4g}"
    text = np.array2string(value, separator=", ", max_line_width=64, formatter={"float_kind": "{:.4g}".format})
    in_one_line = re.sub(r"(?<=\[)\s+|\s+(?=[],])", "", " ".join(text.split()))
    return in_one_line if len(in_one_line) <= SHORT else text.replace("\n\n", "\n")


def _below_each_other(arrays: Sequence[Any]) -> str:
    """A few arrays, each with its shape."""
    parts = (f"  {np.shape(v)}  {show(v)}".replace("\n", "\n" + " " * (len(str(np.shape(v))) + 4)) for v in arrays)
    return "\n".join([f"a {type(arrays).__name__} of {len(arrays)}, of these shapes:", *parts])


def _brief(value: Any) -> str:
    """At most two lines. Of a list that is longer than that the last items are left out, and it is said how many."""
    text = next((text for size in (MANY, 4, 0) if len(text := _outline(value, size)) <= 2 * SHORT), None)
    if text is None and isinstance(value, list | tuple) and _holds_arrays(value):
        items = [_outline(item, 0) for item in value]
        fit = [k for k in range(len(items)) if len(", ".join(items[:k])) <= 2 * SHORT]
        text = f"[{', '.join(items[: fit[-1]])}, ...], {len(value)} in all"
    return clip(spelled(value) if text is None else text, 1)


def _outline(value: Any, size: int) -> str:
    """A value in one line, with the shape in place of each array of more than `size` numbers."""
    if isinstance(value, np.ndarray) and value.size <= size:
        return " ".join(_array(value).split())
    if isinstance(value, np.ndarray):
        return f"array {value.shape}"
    if isinstance(value, list | tuple):
        inside = ", ".join(_outline(item, size) for item in value) + "," * (type(value) is tuple and len(value) == 1)
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{spelled(k)}: {_outline(v, size)}" for k, v in value.items()) + "}"
    return _number(value) if isinstance(value, float) else clip(spelled(value), 1)


def _number(value: float) -> str:
    """The number in few digits, unless these make a whole number of one that is not: what is just below 1 is not 1."""
    few = f"{value:.6g}"
    return few if float(few) == value or not float(few).is_integer() else repr(float(value))


def _holds_arrays(value: Any) -> bool:
    if isinstance(value, list | tuple | dict):
        return any(_holds_arrays(v) for v in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, np.ndarray)
