"""Expectations of numbers and of arrays of them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from minigrad.course.checks.axes import in_brackets
from minigrad.course.checks.expectations.words import in_words
from minigrad.course.results.outcomes import Mismatch

RTOL, ATOL = 1e-9, 1e-10  # above the rounding of float64 in any order of operations, below that of float32
WRONG_SHAPE = "has the wrong shape"
MANY = 1000  # a wrong result of so many more numbers than expected is not kept

Array = np.ndarray[Any, Any]


class Kind(NamedTuple):
    """The names of one kind of numbers, and the types that are of it."""

    one: str
    many: str
    dtypes: tuple[str, ...]
    numbers: tuple[type, ...]


_INTEGERS = tuple(np.dtype(code).name for code in np.typecodes["AllInteger"])
KINDS = {  # by the kind of the expected dtype
    "b": Kind("True or False", "True and False", ("bool",), (bool, np.bool_)),
    "i": Kind("an integer", "integers", _INTEGERS, (int, np.integer)),
    "f": Kind("a float", "floats", ("float64",), (float, int)),
    "c": Kind("a complex number", "complex numbers", ("complex128",), (complex, float, int)),
}
KINDS["u"] = KINDS["i"]


def expect_numbers(label: str, got: Any, expected: Array, axes: str) -> None:
    """Floats agree to RTOL and ATOL; integers and truth values are of their dtype and exactly equal."""
    got = of_shape(label, as_array(label, got, expected.shape, expected.dtype.kind), expected, axes)
    wrong = differing(got, expected)
    if wrong.any():
        first = tuple(int(i) for i in np.unravel_index(wrong.argmax(), wrong.shape))
        count, where = int(wrong.sum()), f"at index [{', '.join(map(str, first))}]"
        what = "truth values" if expected.dtype.kind == "b" else "numbers"
        several = (
            f"{count} of {wrong.size} {what} {'are' if count > 1 else 'is'} wrong, {'first ' * (count > 1)}{where}"
        )
        right, came = told_apart(expected[first], got[first])
        said = f"{several}: " if wrong.size > 1 else "the number is wrong: " if what == "numbers" else ""
        raise Mismatch(label, f"{label}: {said}expected {right}, got {came}.", got, expected, wrong, axes.split())


def differing(got: Array, expected: Array) -> Array:
    """True where a number is not the expected one; both arrays have the same shape."""
    wrong = np.asarray(got != expected)
    if expected.dtype.kind in "fc":
        with np.errstate(invalid="ignore", over="ignore"):
            wrong &= ~(np.isfinite(expected) & (np.abs(got - expected) <= ATOL + RTOL * np.abs(expected)))
    return wrong


def of_shape(label: str, got: Array, expected: Array, axes: str) -> Array:
    """The array, or a Mismatch that says how its shape differs from that of the expected one."""
    if got.shape != expected.shape:
        names = axes.split()
        shape = f"{in_brackets(names)} = {expected.shape}" if names else f"{expected.shape}"
        message = f"{label} {WRONG_SHAPE}: expected {shape}, got {got.shape}."
        message += about_shapes(got, expected)
        raise Mismatch(label, message, got if got.size <= expected.size + MANY else None, expected, None, names)
    return got


def as_array(label: str, got: Any, shape: tuple[int, ...], kind: str) -> Array:
    """The result as an array of numbers of this kind, or a Mismatch that says what it is instead.

    Its shape may be another. There is advice on a list only if an array of it would have this shape.
    """
    form = KINDS[kind]
    if got is None:
        raise Mismatch(label, f"{label} is None. Did you forget to return it?")
    if isinstance(got, form.numbers) and (kind == "b" or not isinstance(got, bool)):
        number = np.asarray(got, dtype={"f": float, "c": complex}.get(kind))
        if number.dtype == object:
            raise Mismatch(label, f"{label}: expected an integer of at most 64 bits, got {in_words(got)}.")
        return number
    if not isinstance(got, np.ndarray):
        expected = f"a NumPy array of {form.many}" if shape else form.one
        listed = isinstance(got, list | tuple) and _fills(got, shape)
        advice = " Make one array of it: np.array or np.stack." if listed else ""
        came = np.asarray(got) if isinstance(got, int | float | complex | np.number) else None
        raise Mismatch(label, f"{label}: expected {expected}, got {in_words(got)}.{advice}", came)
    if _name(got.dtype) not in form.dtypes:
        wanted = form.many if kind in "biu" else form.dtypes[0]
        lossy = got.dtype.kind == kind == "f"
        reason = " Something converts your numbers and loses digits." if lossy else ""
        message = f"{label}: expected an array of {wanted}, got an array of {got.dtype}.{reason}"
        raise Mismatch(label, message, got if got.size <= MANY else None)
    return got


@functools.cache  # NumPy puts it together each time
def _name(dtype: np.dtype[Any]) -> str:
    return dtype.name


def as_floats(label: str, got: Any, shape: tuple[int, ...]) -> Array:
    """The result as an array of floats, or a Mismatch that says what it is instead."""
    return as_array(label, got, shape, "f")


def _fills(value: Any, shape: tuple[int, ...]) -> bool:
    """True if the numbers in this, an array or lists of them, make an array of this shape."""
    if isinstance(value, list | tuple):
        return bool(shape) and len(value) == shape[0] and all(_fills(part, shape[1:]) for part in value)
    if isinstance(value, np.ndarray):
        return value.shape == shape and value.dtype.kind in KINDS
    return not shape and isinstance(value, int | float | complex | np.number | np.bool_)


ONE_NUMBER = " One number came where an array is asked for."
OPPOSITE = " The axes came in the opposite order."
ONLY_ONES = (
    " Here they differ only in axes of length 1: look at what adds an axis or takes one away, such as an index, "
    "np.stack, a mean, reshape and keepdims."
)


def true_by_chance(message: str, others: Sequence[str]) -> str:
    """The sentence of `about_shapes` in this message that not all others on the same result's shape have, or ""."""
    begin = message.partition(WRONG_SHAPE)[0] + WRONG_SHAPE
    shapes = [other for other in others if other.startswith(begin) and other != message]
    said = (sentence for sentence in (ONE_NUMBER, OPPOSITE, ONLY_ONES) if sentence in message)
    return next((s for s in said if not all(s in other for other in shapes)), "")


def about_shapes(got: Array, expected: Array) -> str:
    """A sentence for two arrays whose shapes are confused easily, or ""."""
    if not got.shape:
        return ONE_NUMBER
    if not expected.shape:
        return " An array came where one number is asked for."
    if got.ndim > 1 and got.shape == expected.shape[::-1]:
        return OPPOSITE
    ours, theirs = np.squeeze(got), np.squeeze(expected)
    if ours.shape == theirs.shape and not differing(ours, theirs).any():
        return ONLY_ONES
    return ""


def told_apart(a: Any, b: Any) -> tuple[str, str]:
    """Two numbers in as few digits, 6 or more, as show that they differ. Minus zero is 0 here.

    >>> told_apart(-0.0, 0.25)
    ('0', '0.25')
    """
    if np.asarray(a).dtype.kind in "biu":
        return str(a), str(b)
    a, b = a + 0.0, b + 0.0
    return next(
        ((f"{a:.{d}g}", f"{b:.{d}g}") for d in (6, 9, 12) if f"{a:.{d}g}" != f"{b:.{d}g}"), (f"{a:.17g}", f"{b:.17g}")
    )
