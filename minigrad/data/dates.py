"""Dates as people write them, and as ISO 8601 does: to be translated letter by letter.

    3 march 2021        march 3, 2021       3rd of march 2021
    3 mar 21            03.03.2021          3/mar/2021

Each means 2021-03-03. No letter of the answer stands where it stood: the year comes first, and a name becomes a number.
Years are those from 1950 to 2049, so that two digits say which.

>>> for written, iso in pairs(3, filler=2, rng=0):
...     print(f"{written} -> {iso}")
24 jan 35 them at -> 2035-01-24
we on 5 february 1954 -> 1954-02-05
them until 10/dec/2014 -> 2014-12-10
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

import numpy as np

from minigrad.arguments import length
from minigrad.data.drawing import Rng, amid, one_of

FIRST, LAST = datetime.date(1950, 1, 1), datetime.date(2049, 12, 31)

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
FILLER = ("we", "meet", "on", "at", "noon", "again", "with", "them", "until", "then", "here", "the", "party", "is")


def _ordinal(day: int) -> str:
    return f"{day}{'th' if day in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


WAYS: tuple[Callable[[datetime.date, str], str], ...] = (
    lambda day, month: f"{day.day} {month} {day.year}",
    lambda day, month: f"{month} {day.day}, {day.year}",
    lambda day, month: f"{_ordinal(day.day)} of {month} {day.year}",
    lambda day, month: f"{day.day} {month[:3]} {day.year % 100:02}",
    lambda day, month: f"{day.day:02}.{day.month:02}.{day.year}",
    lambda day, month: f"{day.day}/{month[:3]}/{day.year}",
)
"""Six ways to write a day, given the name of its month."""


def pairs(count: int, filler: int = 0, *, rng: Rng) -> list[tuple[str, str]]:
    """`count` dates, each as it is written and in ISO 8601. Every day and every way is equally likely.

    Args:
        count: of pairs.
        filler: the number of words around it, before or after, that say nothing of the date.
        rng: a generator, or a seed for one.

    Raises:
        ValueError: if a number is negative.

    >>> [iso for _, iso in pairs(2, rng=0)]
    ['2035-01-24', '2001-02-11']
    """
    count, filler = length("pairs", "count", count), length("pairs", "filler", filler)
    generator = np.random.default_rng(rng)
    drawn = []
    for _ in range(count):
        day = FIRST + datetime.timedelta(int(generator.integers((LAST - FIRST).days + 1)))
        written = one_of(generator, WAYS)(day, MONTHS[day.month - 1])
        drawn.append((" ".join(amid(generator, [written], filler, FILLER)), day.isoformat()))
    return drawn
