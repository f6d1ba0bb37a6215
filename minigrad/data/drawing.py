"""Drawing, as all data sets do it: the kinds of `rng`, one of several things, and filler around a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Rng = np.random.Generator | int | Sequence[int]
"""A generator, which goes on from call to call, or a seed for one: an integer, or several, such as [seed, step]."""

Thing = TypeVar("Thing")


def one_of(rng: np.random.Generator, things: Sequence[Thing]) -> Thing:
    """One of these, all equally likely.

    >>> one_of(np.random.default_rng(0), ["only"])
    'only'
    """
    return things[int(rng.integers(len(things)))]


def amid(rng: np.random.Generator, sentence: Sequence[str], filler: int, words: Sequence[str]) -> list[str]:
    """The sentence with `filler` of these words around it: each number of them is equally likely to stand before it.

    >>> amid(np.random.default_rng(1), ["so", "it", "was"], 3, ["well"])
    ['well', 'so', 'it', 'was', 'well', 'well']
    """
    drawn = [one_of(rng, words) for _ in range(filler)]
    before = int(rng.integers(filler + 1))
    return [*drawn[:before], *sentence, *drawn[before:]]
