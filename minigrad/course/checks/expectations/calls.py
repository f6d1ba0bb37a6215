"""Expectations of a call beside the values: the parts of its result, an exception, unchanged arguments."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from minigrad.course.checks import purity
from minigrad.course.checks.expectations.arrays import MANY
from minigrad.course.checks.expectations.words import in_words
from minigrad.course.checks.students import Student
from minigrad.course.results.outcomes import Mismatch, StudentError
from minigrad.course.student.frames import same_generator


def unpack(function: str, result: Any, *names: str) -> list[Any]:
    """The parts of a result that should be a tuple of the given names."""
    form = f"({', '.join(names)})"
    if result is None:
        raise Mismatch(function, f"{function} returned None. Did you forget to return {form}?")
    if isinstance(result, np.ndarray) and result.ndim > 2 and len(result) == len(names):
        return list(result)  # matrices that lie in one array come apart as a tuple does
    if not isinstance(result, tuple | list):
        got = result if isinstance(result, np.ndarray) and result.size <= MANY else None
        mismatch = Mismatch(function, f"{function} returns {form}; yours returned one thing, {in_words(result)}.", got)
        mismatch.whole, mismatch.names = result, names
        raise mismatch
    if len(result) != len(names):
        said = f"{function} returns {form}, {len(names)} things; yours returned {len(result)}."
        mismatch = Mismatch(function, said)
        mismatch.whole, mismatch.names = list(result), names
        raise mismatch
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
        said = f"a {error.__name__} of its own, and Python has one" if raised.error == error.__name__ else raised
        message = f"{function} should raise {error.__name__} here; yours raised {said}."
        raise Mismatch(label, message, kind=f"{function} raised {raised.error}") from None
    got = value if isinstance(value, np.ndarray) else None
    raise Mismatch(label, f"{function} should raise {error.__name__} here; yours returned a result.", got)


def expect_pure(student: Student, function: str, **arguments: Any) -> None:
    """Raise Mismatch if a call changes its arguments, gives something else the second time, or shares its result.

    Purity is not asked of these two calls alone: whichever call of the function in the whole exercise changes its
    arguments or shares its result, the last of the checks that expect it to be pure has failed.
    """
    student.soon(function, [arguments, arguments])
    require_pure(student, function, arguments)


def require_pure(student: Student, function: str, arguments: dict[str, Any]) -> None:
    """As `expect_pure`, for whoever has told the student of its two calls."""
    student.examples[-1].pure.add(function)
    reply = student.call(function, arguments)
    if mismatch := purity.changed(function, arguments, reply):
        raise mismatch
    again = student.call(function, arguments)
    if mismatch := purity.repeated(function, reply, again) or purity.shared(function, reply, again):
        raise mismatch


def expect_unchanged(student: Student, function: str, **arguments: Any) -> None:
    """Raise Mismatch if a call changes its arguments. Its result may lie in their memory, as pieces of a text may."""
    if mismatch := purity.changed(function, arguments, student.call(function, arguments)):
        raise mismatch


def expect_random(student: Student, function: str, **arguments: Any) -> None:
    """Raise Mismatch unless the same generators give the same result again, and others give another one."""
    expect_pure(student, function, **arguments)
    others = {name: _another(value) for name, value in arguments.items()}
    first, other = (student.call(function, given).value for given in (arguments, others))
    message = f"{function}: generators with different seeds gave the same numbers. Draw every number from rng."
    require(function, not _same(first, other), message)


def _another(value: Any) -> Any:
    """The value itself; in the place of a generator another one."""
    if not isinstance(value, np.random.Generator):
        return value
    return np.random.default_rng(int(copy.deepcopy(value).integers(2**63)))


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    return np.array_equal(a, b) or same_generator(a, b)
