"""A tag for every token, where what is right of it matters as much as what is left of it.

motifs    letters of DNA: which of them belong to the one TATAAT?

    GCTATGATCCTATAATGG      its first T is known for one five letters later; TATGAT is a decoy
    ----------MMMMMM--

names     words of a sentence: which are persons, and which places?

    Florence is a friend of Jordan , and Austin is a town near Florence .
    person                  person       place                 place
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minigrad.arguments import length
from minigrad.data.drawing import Rng, one_of

MOTIF = "TATAAT"
LETTERS = "ACGT"
MOTIF_TAGS = ("-", "M")
SHORTEST, LONGEST = 20, 40
"""The fewest letters that a string of DNA can have, and the most."""

NAMES = ("Florence", "Paris", "Jordan", "Austin", "Sydney", "Chelsea", "Victoria", "Lourdes")
"""Each of them is a person's name and a place's."""

NAME_TAGS = ("-", "person", "place")
CLAUSES = (
    "PERSON is a friend of PERSON",
    "PLACE is a town near PLACE",
    "PERSON is at home in PLACE",
    "PLACE is the town of PERSON",
    "in PLACE we met PERSON",
    "we flew from PLACE to PLACE",
    "PERSON sang for PERSON",
    "PERSON sang in PLACE",
)


@dataclass(frozen=True)
class Tagged:
    """Tokens, and a tag for each.

    Attributes:
        tokens: letters or words.
        tags: as many integers, the places in MOTIF_TAGS or NAME_TAGS.

    >>> [drawn] = motifs(1, rng=0)
    >>> len(drawn.tokens) == len(drawn.tags)
    True
    """

    tokens: tuple[str, ...]
    tags: tuple[int, ...]


def motifs(count: int, decoys: int = 2, *, rng: Rng) -> list[Tagged]:
    """`count` strings of DNA, with TATAAT in each exactly once, and decoys: TATAAT with one letter wrong.

    (TATAAT is the Pribnow box, by which bacteria find where a gene begins; Pribnow 1975.)

    Args:
        count: of strings, each of SHORTEST to LONGEST letters.
        decoys: the number in each, at most 5, which fit into every string that is long enough for them. A string may
            come by another one by chance.
        rng: a generator, or a seed for one.

    Raises:
        ValueError: if a number is negative, or there are more than 5 decoys.

    >>> [drawn] = motifs(1, rng=0)
    >>> "".join(drawn.tokens)
    'TATCATGAATATAATGATTATATAAC'
    >>> "".join(MOTIF_TAGS[tag] for tag in drawn.tags)
    '---------MMMMMM-----------'
    """
    count, decoys = length("motifs", "count", count), length("motifs", "decoys", decoys)
    if (decoys + 1) * len(MOTIF) > LONGEST:
        most = LONGEST // len(MOTIF) - 1
        raise ValueError(f"motifs: expected at most {most} decoys, got {decoys}: no string has over {LONGEST} letters.")
    generator = np.random.default_rng(rng)
    return [_string(generator, decoys) for _ in range(count)]


def _string(rng: np.random.Generator, decoys: int) -> Tagged:
    while True:
        parts = [MOTIF, *(_decoy(rng) for _ in range(decoys))]
        shortest = max(SHORTEST, sum(map(len, parts)))
        free = int(rng.integers(shortest, LONGEST + 1)) - sum(map(len, parts))
        slots = parts + [one_of(rng, LETTERS) for _ in range(free)]
        text = "".join(slots[i] for i in rng.permutation(len(slots)))
        at = text.find(MOTIF)
        if text.find(MOTIF, at + 1) < 0:  # chance has made no second one
            return Tagged(tuple(text), tuple(int(at <= i < at + len(MOTIF)) for i in range(len(text))))


def _decoy(rng: np.random.Generator) -> str:
    at = int(rng.integers(len(MOTIF)))
    wrong = one_of(rng, [letter for letter in LETTERS if letter != MOTIF[at]])
    return MOTIF[:at] + wrong + MOTIF[at + 1 :]


def names(count: int, *, rng: Rng) -> list[Tagged]:
    """`count` sentences of one to three clauses with two names each. No name tells by itself what it is the name of.

    Args:
        count: of sentences.
        rng: a generator, or a seed for one.

    Raises:
        ValueError: if `count` is negative.

    >>> [drawn] = names(1, rng=0)
    >>> " ".join(drawn.tokens)
    'we flew from Jordan to Florence , and in Florence we met Florence , and Paris is at home in Victoria .'
    >>> [NAME_TAGS[tag] for tag in drawn.tags if tag]
    ['place', 'place', 'place', 'person', 'person', 'place']
    """
    count = length("names", "count", count)
    generator = np.random.default_rng(rng)
    return [_sentence(generator) for _ in range(count)]


def _sentence(rng: np.random.Generator) -> Tagged:
    clauses = [one_of(rng, CLAUSES) for _ in range(int(rng.integers(1, 4)))]
    words = [*" , and ".join(clauses).split(), "."]
    tags = tuple({"PERSON": 1, "PLACE": 2}.get(word, 0) for word in words)
    return Tagged(tuple(one_of(rng, NAMES) if tag else word for word, tag in zip(words, tags, strict=True)), tags)
