"""Expectations of a string; and, in words, what kind of value something is."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from minigrad.course.results.outcomes import Mismatch
from minigrad.course.results.spelled import shortened
from minigrad.course.student.frames import Foreign

SHORT = 24  # strings of so many characters are shown whole
LONGEST = 60  # characters of anything else that came
BEFORE = 20  # so many characters before the first wrong one are shown


def expect_text(label: str, got: Any, expected: str) -> None:
    """The same string, character by character."""
    if not isinstance(got, str):
        raise Mismatch(label, f"{label}: expected a string, got {in_words(got)}.")
    if got == expected:
        return
    remark = ""
    if got.split() == expected.split():
        remark = " Only spaces or line breaks differ."
    elif got.lower() == expected.lower():
        remark = " Only capital and small letters differ."
    whole = max(len(got), len(expected)) <= SHORT
    said = f"expected {expected!r}, got {got!r}" if whole else first_difference(got, expected)
    raise Mismatch(label, f"{label}: {said}.{remark}")


def first_difference(got: str, expected: str) -> str:
    """The place where two strings part, in words if they have several, and otherwise in characters."""
    by_word = len(expected.split()) > 1 and got.split() != expected.split()
    came, wanted = (re.findall(r"\s+|\S+" if by_word else r"(?s:.)", text) for text in (got, expected))
    k = next((k for k, (g, w) in enumerate(zip(came, wanted, strict=False)) if g != w), min(len(came), len(wanted)))
    before = "".join(wanted[:k])
    place = f"after {('...' if len(before) > BEFORE else '') + before[-BEFORE:]!r}" if before else "at the beginning"
    right, wrong = (f"{part[k][:SHORT]!r}" if k < len(part) else "the end of the string" for part in (wanted, came))
    return f"{place} expected {right}, got {wrong}"


def in_words(value: Any) -> str:
    """The kind of this value, and how it looks."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, list | tuple | dict):
        return f"{'an empty' if not value else 'a'} {type(value).__name__}{f' of {len(value)}' if value else ''}"
    if isinstance(value, np.generic):
        return f"{type(value).__name__} {value}"
    return str(value) if isinstance(value, Foreign | None) else f"{type(value).__name__} {shortened(value, LONGEST)}"
