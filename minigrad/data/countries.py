"""The language of the country: which one was home, however long ago it was said?

    we Japan in home Italy we France in Spain Russia saw fluent ___

Countries come all the time; only the one after `home` counts. It comes `gap` words before `fluent`, and how often
others come in between says nothing of it. So a network has to write it down at once, and not to write over it.

>>> ids, answers = sentences(1, gap=6, rng=0)
>>> " ".join(WORDS[i] for i in ids[:, 0]), LANGUAGES[answers[0]]
('we Japan in home Italy we France in Spain Russia saw fluent', 'Italian')
"""

from __future__ import annotations

import numpy as np

from minigrad.arguments import check_unit, length
from minigrad.data.drawing import Rng
from minigrad.memory import Array

COUNTRIES = ("France", "Spain", "Italy", "Greece", "Poland", "Japan", "Russia", "Turkey")
LANGUAGES = ("French", "Spanish", "Italian", "Greek", "Polish", "Japanese", "Russian", "Turkish")
FILLER = ("rain", "sun", "train", "boat", "and", "then", "we", "they", "saw", "left", "of", "in")
HOME, FLUENT = "home", "fluent"

WORDS = (*COUNTRIES, *FILLER, HOME, FLUENT)
"""All words of such sentences. A word's id is its place here: countries have 0 to 7, as their languages have."""

BEFORE = 3
"""The number of words before `home`, so that the first country of a sentence need not be the one that counts."""


def sentences(count: int, gap: int, others: float = 0.3, *, rng: Rng) -> tuple[Array, Array]:
    """`count` sentences that are equally long, and the language that each of them asks for.

    Args:
        count: N sentences.
        gap: the number of words between the country that counts and `fluent`.
        others: the share of countries among these words, and among those before `home`. Any country may come, also
            the one that counts: if it never did, a long gap would give it away.
        rng: a generator, or a seed for one.

    Returns:
        ids: (T, N) integers, the places in WORDS. T = gap + BEFORE + 3.
        answers: (N,) integers, the places in LANGUAGES.

    Raises:
        ValueError: if a number is negative, or `others` is not from 0 to 1.
        TypeError: if `others` is no number.

    >>> ids, answers = sentences(32, gap=10, rng=0)
    >>> ids.shape, answers.shape
    ((16, 32), (32,))
    """
    count, gap = length("sentences", "count", count), length("sentences", "gap", gap)
    check_unit("sentences", "others", others)
    generator = np.random.default_rng(rng)
    shape = (BEFORE + 3 + gap, count)
    country = generator.integers(len(COUNTRIES), size=shape)
    filler = len(COUNTRIES) + generator.integers(len(FILLER), size=shape)
    ids = np.where(generator.random(shape) < others, country, filler)
    answers = generator.integers(len(COUNTRIES), size=count)
    ids[BEFORE], ids[BEFORE + 1], ids[-1] = WORDS.index(HOME), answers, WORDS.index(FLUENT)
    return ids, answers
