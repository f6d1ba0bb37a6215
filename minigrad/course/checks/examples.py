"""Examples are sizes and a seed, drawn so that verdicts are the same every time."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

EXAMPLES = 48
SALT = "0"  # what examples are drawn from unless a teacher chooses another


class Sizes(tuple[int, ...]):
    """The values that a size is drawn from, the simplest first.

    Attributes:
        largest: where more is looked at than the grader's table, all sizes up to this one are drawn.
    """

    largest: int

    def __new__(cls, choices: Iterable[int], largest: int) -> Sizes:
        sizes = super().__new__(cls, choices)
        sizes.largest = largest
        return sizes


# A check's parameters are drawn from these, the simplest first.
size = Sizes((1, 2, 3, 4, 2, 3, 5, 8), largest=12)  # the length of an axis
steps = Sizes((1, 2, 3, 4, 2, 3, 7, 25), largest=40)  # the length of a sequence
seed: Sequence[int] = range(64)  # where the numbers come from


def beyond(name: str, choices: Sequence[int], more: int = 0) -> Sequence[int]:
    """All that a parameter may be where more is looked at than the grader's table, the simplest first.

    Args:
        more: by how much the largest size is larger than the source says.
    """
    if name == "seed":
        return range(2**32)
    return range(min(choices), choices.largest + more + 1) if isinstance(choices, Sizes) else choices


def evenly(values: Sequence[int], count: int, rng: random.Random) -> list[int]:
    """Take `count` of the values, none more than once oftener than another, the simplest first."""
    times, left = divmod(count, len(values))
    return [*values] * times + [values[i] for i in sorted(rng.sample(range(len(values)), left))]


def salted(choices: Mapping[str, Sequence[int]], salt: str) -> Mapping[str, Sequence[int]]:
    """The same choices of sizes, with seeds that belong to the salt."""
    if salt == SALT or "seed" not in choices:
        return choices
    return {**choices, "seed": [random.Random(f"{salt} {n}").getrandbits(32) for n in choices["seed"]]}


def draw(choices: Mapping[str, Sequence[int]], examples: int, salt: str = SALT) -> list[dict[str, int]]:
    """Combinations in which each choice of each size comes as often as any other, the smallest first.

    The same salt shuffles alike in every check, so that those of one exercise see the same examples.
    """
    columns = [_column(name, tuple(values), examples, salt) for name, values in choices.items()]
    drawn = [dict(zip(choices, row, strict=True)) for row in zip(*columns, strict=True)] if choices else [{}]
    return sorted(drawn, key=lambda sizes: sum(n for name, n in sizes.items() if name != "seed"))


@functools.lru_cache(256)  # they are the same for everybody whose work is looked at
def _column(name: str, values: Sequence[int], examples: int, salt: str) -> Sequence[int]:
    """The values that are drawn for one of them, an example after the other."""
    column = [values[i % len(values)] for i in range(examples)]
    random.Random(f"{salt} {name}").shuffle(column)
    return column


def sometimes_zero(rng: np.random.Generator, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array, or in one of three cases with some of its entries along the first axis set to zero."""
    zero = rng.random(len(array)) < (0.0, 0.0, 0.7)[rng.integers(3)]
    array[zero] = 0.0
    return array
