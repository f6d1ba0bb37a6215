"""Spell a value for a student, as they would type it, and several names as a sentence has them."""

from __future__ import annotations

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


def listed(names: Sequence[str]) -> str:
    """All of one or more names.

    >>> listed(["dx", "dh", "db"])
    'dx, dh and db'
    """
    return f"{', '.join(names[:-1])} and {names[-1]}" if names[1:] else names[0]
