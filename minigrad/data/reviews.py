"""Reviews from a grammar: are they for it or against it?

    easy    the soup was lovely .                       the staff was rude .
    hard    the soup was good , not bad at all .        the soup was bad , not good at all .
            the film was not dull but great .           the film was not great but dull .
            not poor at all , the wine was fine .       not fine at all , the wine was poor .

Of the hard ones each has a partner with the same words, and the opposite is true of it. What is counted without order,
as in a bag of words, is the same for both: an answer by it is right about one of the two, and so exactly at chance. In
easy ones a single word decides.

>>> for review in reviews(4, rng=3):
...     print(review.good, " ".join(review.words))
True the soup was really great .
False the wine was rude .
True not bad at all , the music was good .
False not good at all , the music was bad .
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minigrad.arguments import length
from minigrad.data.drawing import Rng, amid, one_of

THINGS = ("soup", "wine", "bread", "tea", "film", "music", "hotel", "room", "staff", "garden")
GOOD = ("good", "great", "nice", "lovely", "fine", "superb")
BAD = ("bad", "poor", "awful", "dull", "rude", "sad")
EASY = ("the THING was YES .", "the THING was really YES .")
HARD = (
    "the THING was YES , not NO at all .",
    "the THING was really YES , not NO at all .",
    "the THING was not NO but YES .",
    "not NO at all , the THING was YES .",
)
FILLER = ("so", "well", "yes", "look", "honestly", "yesterday", "today", "again", "we", "came", "here", "friends")
SAID = ("the", "was", "really", "not", "at", "all", "but", ",", ".")

WORDS = (*SAID, *THINGS, *GOOD, *BAD, *FILLER)
"""All words and signs that a review can have."""


@dataclass(frozen=True)
class Review:
    """A review.

    Attributes:
        words: its words and signs.
        good: whether it is for the thing.
        hard: whether it takes the order of the words to tell.

    >>> Review(("the", "tea", "was", "fine", "."), good=True, hard=False).good
    True
    """

    words: tuple[str, ...]
    good: bool
    hard: bool


def reviews(count: int, filler: int = 0, *, rng: Rng) -> list[Review]:
    """`count` reviews: by turns an easy good one, an easy bad one, and both of a hard pair, in either order.

    Args:
        count: a multiple of 4.
        filler: the number of further words around each, before or after it, that say nothing; the same in a pair.
        rng: a generator, or a seed for one.

    Raises:
        ValueError: if `count` is no multiple of 4, or a number is negative.

    >>> [review.hard for review in reviews(4, rng=0)]
    [False, False, True, True]
    """
    count, filler = length("reviews", "count", count), length("reviews", "filler", filler)
    if count % 4:
        raise ValueError(f"reviews: expected a multiple of 4, got {count}: two are easy, and two make a hard pair.")
    generator = np.random.default_rng(rng)
    drawn: list[Review] = []
    for _ in range(count // 4):
        for yes in (GOOD, BAD):
            words = _written(one_of(generator, EASY), one_of(generator, THINGS), one_of(generator, yes), "")
            drawn.append(Review(tuple(amid(generator, words, filler, FILLER)), yes is GOOD, hard=False))
        drawn += _pair(generator, filler)
    return drawn


def _pair(rng: np.random.Generator, filler: int) -> list[Review]:
    """A hard good review, and the bad one that comes of it when its two adjectives change places; in either order."""
    template, thing, good, bad = (one_of(rng, these) for these in (HARD, THINGS, GOOD, BAD))
    words = amid(rng, _written(template, thing, good, bad), filler, FILLER)
    changed = [{good: bad, bad: good}.get(word, word) for word in words]
    pair = [Review(tuple(words), good=True, hard=True), Review(tuple(changed), good=False, hard=True)]
    return pair[:: one_of(rng, (1, -1))]


def _written(template: str, thing: str, yes: str, no: str) -> list[str]:
    return [{"THING": thing, "YES": yes, "NO": no}.get(word, word) for word in template.split()]
