"""The outcome of an example, in a few words and numbers that can be compared and stored."""

from __future__ import annotations

import functools
import math
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np

from minigrad.course.checks.expectations.arrays import ATOL
from minigrad.course.checks.purity import AFTER_THE_CALL, SEEN_LATER
from minigrad.course.checks.students import Example
from minigrad.course.results.outcomes import Mismatch, StudentError
from minigrad.course.results.plain_words import in_plain_words

Array = np.ndarray


class Fingerprint(NamedTuple):
    """The outcome of an example, in a form that can be stored: who has the same, did the same.

    Attributes:
        kind: "right", "mismatch", "error", "halt", or "blocked" where another check that this one needs fails.
        about: what a mismatch is about, or the function that raised.
        text: the error, without words of the student's own; the dtypes of the arrays, and how they are nested; or the
            kind of a mismatch that has none.
        arrays: the shape of each array that came, and its projection.
        impure: each function that changed its arguments or returned their memory, and what that is about. The check
            of this example may not have asked.
    """

    kind: str = "right"
    about: str = ""
    text: str = ""
    arrays: Sequence[tuple[Sequence[int], float]] = ()
    impure: Sequence[tuple[str, str]] = ()

    def matches(self, other: Fingerprint, atol: float = ATOL) -> bool:
        if self[:3] != other[:3] or len(self.arrays) != len(other.arrays):
            return False
        return all(
            list(shape) == list(shape_) and math.isclose(number, number_, rel_tol=1e-6, abs_tol=atol)
            for (shape, number), (shape_, number_) in zip(self.arrays, other.arrays, strict=True)
        )

    def as_pure_as(self, other: Fingerprint, asked: Collection[str]) -> bool:
        """True if none of the functions that are asked to be pure did here what it is known not to have done there."""
        there = dict(other.impure)
        return all(
            function in there and not rules_out(there[function], about) and not _of_another(there[function], about)
            for function, about in self.impure
            if function in asked
        )


BLOCKED = Fingerprint("blocked")


def rules_out(seen: str, about: str) -> bool:
    """True if one impurity, by its label, was seen where another would have been seen before it."""
    return about.endswith(AFTER_THE_CALL) and seen.endswith(SEEN_LATER)


def _of_another(seen: str, about: str) -> bool:
    """True if both say that an argument was changed, and it is not the same one."""
    return seen.endswith(AFTER_THE_CALL) and about.endswith(AFTER_THE_CALL) and _argument(seen) != _argument(about)


def _argument(label: str) -> str:
    return label.split()[0].partition("[")[0]


def of_example(example: Example) -> Fingerprint:
    """The fingerprint of what an example came to, and of what its calls did beside that."""
    impure = tuple((function, why.label) for function, (_, why) in example.impure.items() if why.by_itself)
    return Fingerprint(*fingerprint(example.outcome)[:-1], impure)


def fingerprint(outcome: BaseException | None) -> Fingerprint:
    """The fingerprint of an example's outcome."""
    if outcome is None:
        return Fingerprint()
    if isinstance(outcome, StudentError):
        text = outcome.error if outcome.in_own_words else f"{outcome.error}: {in_plain_words(outcome.text)}"
        return Fingerprint("error", outcome.function, text)
    if not isinstance(outcome, Mismatch):
        return Fingerprint("halt")
    parts = _leaves(outcome.whole)
    if any(isinstance(part, np.ndarray) for part in parts):
        parts = [np.asarray(part) if isinstance(part, int | float) else part for part in parts]
    if not (parts and all(isinstance(part, np.ndarray) and part.dtype.kind in "biufc" for part in parts)):
        return Fingerprint("mismatch", outcome.label, outcome.kind)
    dtypes = " ".join(part.dtype.str for part in parts) + _nesting(outcome.whole)
    return Fingerprint("mismatch", outcome.label, dtypes, [(part.shape, _projection(part)) for part in parts])


def same_outcome(a: BaseException | None, b: BaseException | None) -> bool:
    """True if two runs of an example came to the same: both right, the same numbers, or the same exception."""
    return fingerprint(a).matches(fingerprint(b))


def _leaves(value: Any) -> list[Any]:
    """The values in nested lists, tuples and dicts, one after the other."""
    if isinstance(value, dict):
        value = list(value.values())
    return [leaf for part in value for leaf in _leaves(part)] if isinstance(value, list | tuple) else [value]


def _nesting(value: Any) -> str:
    """The nesting of arrays in a result, or "" for one alone and for several side by side."""
    form = _form(value)
    return f" {form:.80}" if "{" in form or form.count("[") > 1 else ""


def _form(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{''.join(map(_form, value.values()))}}}"
    return f"[{''.join(map(_form, value))}]" if isinstance(value, list | tuple) else "."


def _projection(array: Array) -> float:
    """One number for all of an array. Arcsinh keeps numbers that explode from hiding the others."""
    parts = np.concatenate([array.real.ravel(), array.imag.ravel()]) if array.dtype.kind == "c" else array.ravel()
    tame = np.arcsinh(parts.astype(float))
    number = _weights(len(tame)) @ tame
    if not math.isfinite(number):
        number = _weights(len(tame)) @ np.nan_to_num(tame, nan=1e3, posinf=2e3, neginf=-2e3)
    return float(f"{number:.9g}")


def _weights(count: int) -> Array:
    """The first of a sequence of weights that never changes."""
    return _sequence(1 << max(10, (count - 1).bit_length()))[:count]


@functools.cache
def _sequence(count: int) -> Array:
    return np.random.default_rng(0).uniform(0.5, 1.5, count)
