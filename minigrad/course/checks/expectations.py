"""What a check expects of a result, and the sentence that says how it differs."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np

from minigrad.course.checks.students import Student
from minigrad.course.results.outcomes import Mismatch, StudentError
from minigrad.course.student.frames import Foreign

RTOL, ATOL = 1e-9, 1e-10  # above the rounding of float64 in any order of operations, below that of float32
MANY = 1000  # a wrong result of so many more numbers than expected is not kept


def expect(label: str, got: Any, expected: Any, axes: str = "") -> None:
    """Raise Mismatch unless `got` is the array `expected`, to RTOL and ATOL.

    Args:
        label: what it is, in the student's words.
        axes: the names of expected's axes, such as "N H".
    """
    expected = np.asarray(expected)
    got = as_floats(label, got, expected.ndim)
    names = tuple(axes.split())
    if got.shape != expected.shape:
        shape = f"({', '.join(names)}{',' * (len(names) == 1)}) = {expected.shape}" if names else f"{expected.shape}"
        message = f"{label} has the wrong shape: expected {shape}, got {got.shape}."
        raise Mismatch(label, message, got if got.size <= expected.size + MANY else None, expected, None, names)
    with np.errstate(invalid="ignore", over="ignore"):
        wrong = ~((np.abs(got - expected) <= ATOL + RTOL * np.abs(expected)) | (got == expected))
    if wrong.any():
        first = tuple(int(i) for i in np.argwhere(wrong)[0])
        count, where = int(wrong.sum()), f"at index [{', '.join(map(str, first))}]"
        several = (
            f"{count} of {wrong.size} numbers {'are' if count > 1 else 'is'} wrong, {'first ' * (count > 1)}{where}"
        )
        right, came = in_digits(expected[first], got[first])
        what = several if wrong.size > 1 else "the number is wrong"
        raise Mismatch(label, f"{label}: {what}: expected {right}, got {came}.", got, expected, wrong, names)


def in_digits(a: float, b: float) -> tuple[str, str]:
    """Two numbers in as few digits, 6 or more, as show that they differ."""
    return next(
        ((f"{a:.{d}g}", f"{b:.{d}g}") for d in (6, 9, 12) if f"{a:.{d}g}" != f"{b:.{d}g}"), (f"{a:.17g}", f"{b:.17g}")
    )


def as_floats(label: str, got: Any, ndim: int) -> np.ndarray[Any, Any]:
    """The result as an array of floats, or a Mismatch that says what it is instead."""
    if got is None:
        raise Mismatch(label, f"{label} is None. Did you forget to return it?")
    if isinstance(got, float) or (ndim == 0 and type(got) is int):
        return np.asarray(got, dtype=float)
    if not isinstance(got, np.ndarray):
        expected = "a NumPy array of floats" if ndim else "a float"
        raise Mismatch(label, f"{label}: expected {expected}, got {in_words(got)}.")
    if got.dtype != np.float64:
        reason = " Something converts your numbers and loses digits." if got.dtype.kind == "f" else ""
        message = f"{label}: expected an array of float64, got an array of {got.dtype}.{reason}"
        raise Mismatch(label, message, got if got.size <= MANY else None)
    return got


def in_words(value: Any) -> str:
    """What kind of value this is, and how it looks."""
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    return str(value) if isinstance(value, Foreign | None) else f"{type(value).__name__} {value!r:.60}"


def unpack(function: str, result: Any, *names: str) -> list[Any]:
    """The parts of a result that should be a tuple of the given names."""
    form = f"({', '.join(names)})"
    if result is None:
        raise Mismatch(function, f"{function} returned None. Did you forget to return {form}?")
    if isinstance(result, np.ndarray) and result.ndim > 2 and len(result) == len(names):
        return list(result)  # matrices that lie in one array come apart as a tuple does
    if not isinstance(result, tuple | list):
        what = f"array of shape {result.shape}" if isinstance(result, np.ndarray) else in_words(result)
        got = result if isinstance(result, np.ndarray) and result.size <= MANY else None
        raise Mismatch(function, f"{function} returns {form}; yours returned one {what}.", got)
    if len(result) != len(names):
        raise Mismatch(function, f"{function} returns {form}, {len(names)} things; yours returned {len(result)}.")
    return list(result)


def require(label: str, condition: Any, message: str, got: Any = None, expected: Any = None) -> None:
    """Raise Mismatch with this message unless the condition holds."""
    if not condition:
        raise Mismatch(label, message, got, expected)


def expect_error(student: Student, function: str, error: type[Exception], **arguments: Any) -> None:
    """Raise Mismatch unless the call raises `error`."""
    label = f"what {function} does"
    try:
        value = student.call(function, arguments).value
    except StudentError as raised:
        if error.__name__ in raised.kinds:
            return
        if raised.unwritten:
            raise
        raise Mismatch(label, f"{function} should raise {error.__name__} here; yours raised {raised}.") from None
    got = value if isinstance(value, np.ndarray) else None
    raise Mismatch(label, f"{function} should raise {error.__name__} here; yours returned a result.", got)


def expect_pure(student: Student, function: str, **arguments: Any) -> None:
    """Raise Mismatch if a call changes its arguments, gives something else the second time, or shares its result."""
    before = copy.deepcopy(arguments)
    reply = student.call(function, arguments, inspect=True)
    require(f"the arguments of {function}", len(reply.arguments) == len(before), f"{function} changed its arguments.")
    for name, after in zip(before, reply.arguments, strict=True):
        for part, now in _differences(name, before[name], after):
            message = f"{function} changed its argument {part}; the caller still needs it as it was."
            raise Mismatch(f"{part} after the call", message, now)
    again = student.call(function, arguments, inspect=True)
    for part, _ in _differences("result", reply.value, again.value):
        message = f"{function} gave another {part} when it was called again with the same arguments."
        raise Mismatch(f"{function} called a second time", message)
    shared = reply.shared or again.shared
    message = f"{function} returned memory of its {shared}, not a new array: changing one would change the other."
    require("the memory of the result", not shared, message)


def _differences(name: str, a: Any, b: Any) -> Iterator[tuple[str, Any]]:
    """The parts in which b differs from a: their name, and what they are in b."""
    if isinstance(a, list | tuple) and isinstance(b, list | tuple) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            yield from _differences(f"{name}[{i}]", x, y)
    elif isinstance(a, dict) and isinstance(b, dict) and list(a) == list(b):
        for key in a:
            yield from _differences(f"{name}[{key!r}]", a[key], b[key])
    elif isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.shape != b.shape or not np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"):
            yield name, b
    elif type(a) is not type(b) or (isinstance(a, float | int | str | list | tuple | dict) and a != b and a == a):
        yield name, None
