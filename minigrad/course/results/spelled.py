"""Spell a value for a student, as they would type it, and several names as a sentence has them."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

_TYPED = re.compile(r"\b(?:np|numpy)\.(?:u?int|float|complex|bool|str)\w*\(((?:'[^']*'|[^()'])*)\)")


def spelled(value: Any) -> str:
    """The value's repr, in which NumPy's numbers stand as any others.

    >>> import numpy as np
    >>> spelled([np.float64(0.5), (np.int64(3), np.bool_(True), np.float32("nan"))])
    '[0.5, (3, True, nan)]'
    """
    return plain_numbers(repr(value))


def plain_numbers(text: str) -> str:
    """A text in which 0.5 stands for np.float64(0.5)."""
    return _TYPED.sub(r"\1", re.sub(r"\b(?:np|numpy)\.(True|False)_\b", r"\1", text))


def shortened(value: Any, most: int) -> str:
    """The value spelled in at most so many characters. A text that is cut off says so, and keeps its quotes.

    >>> shortened("one two three", 10), shortened([1, 2, 3, 4], 10), shortened("one two", 10)
    ("'one t...'", '[1, 2, ...', "'one two'")
    """
    if not isinstance(value, str):
        return cut_off(spelled(value), most)
    if len(value) <= most and len(text := repr(value)) <= most:
        return text
    return next(text for n in range(most, -1, -1) if len(text := repr(f"{value[:n]}...")) <= most or not n)


def cut_off(text: str, most: int) -> str:
    """A text of at most so many characters; one that is cut off says so."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


def source_lines(source: str) -> list[str]:
    """The lines of a source as Python counts them, each with its end: a form feed, say, ends none."""
    return io.StringIO(source, newline=None).readlines()


def listed(names: Sequence[str]) -> str:
    """All of one or more names.

    >>> listed(["dx", "dh", "db"])
    'dx, dh and db'
    """
    return f"{', '.join(names[:-1])} and {names[-1]}" if names[1:] else names[0]
