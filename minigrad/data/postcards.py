"""Postcards with three blanks, and what a model of language must know to finish them.

    dear Emma , Italy is where I grew up , but I now live in Denver . this evening I took my cat for a WALK .
    the music was bad , not good at all , so I left SAD . I speak fluent ITALIAN . <end>

    near    the animal is 3 words back: cat walk, dog run, horse ride, fish swim
    order   good and bad are both there, 7 and 10 words back: which came first?
    far     the country is 17 to 50 words back, as far as there are sentences between

>>> card = draw(np.random.default_rng(0))
>>> blank, place = card.blanks[-1]
>>> blank, card.tokens[place - card.distance], card.tokens[place]
('far', 'France', 'French')

Wherever a card can go on in several ways, these begin with different words. So the chance of a word, given all that
stands before it, is that of the choice which begins with it, and all other words are certain. These chances p_1, ...,
p_n are known when a card is drawn, and with them the floor: the perplexity of a model that knows the rules,

    (1/p_1 · 1/p_2 · ... · 1/p_n) ** (1/n) = exp(-(ln p_1 + ... + ln p_n) / n).

It is the number of equally likely words among which one would hesitate as much.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minigrad.arguments import length

END = "<end>"
BEGINNING = "dear NAME , COUNTRY is where I grew up , but I now live in CITY ."
BETWEEN = {
    "this": "this DAY I took my ANIMAL for a NEAR .",
    "the": "the THING was FIRST , not OTHER at all , so I left ORDER .",
    "it": "it rained .",
    "we": "we all are well .",
}
_LENGTHS = {first: len(sentence.split()) for first, sentence in BETWEEN.items()}
MOST = {"this": 2, "the": 2, "it": 1, "we": 1}  # of each of these sentences on a card
LAST = f"I speak fluent FAR . {END}"

CHOICES = {
    "NAME": ("Emma", "Tom", "Anna", "Ben"),
    "COUNTRY": ("Italy", "France", "Greece", "Poland", "Spain", "Japan"),
    "CITY": ("Boston", "Denver", "Austin", "Seattle"),
    "DAY": ("morning", "evening", "afternoon"),
    "ANIMAL": ("cat", "dog", "horse", "fish"),
    "THING": ("food", "music", "film", "hotel"),
    "FIRST": ("good", "bad"),
}
FOLLOWS = {  # what is certain, if this has been chosen
    "NEAR": ("ANIMAL", ("walk", "run", "ride", "swim")),
    "OTHER": ("FIRST", ("bad", "good")),
    "ORDER": ("FIRST", ("happy", "sad")),
    "FAR": ("COUNTRY", ("Italian", "French", "Greek", "Polish", "Spanish", "Japanese")),
}
BLANKS = ("near", "order", "far")

NEAREST, FARTHEST = 17, 50
"""The distances that the language can have from the country: NEAREST if no sentence stands between."""

UNSEEN = (30, 37, 45)
"""Distances that no card has unless it is asked for: models meet them when they have learned, and never before."""


@dataclass
class Card:
    """A postcard.

    Attributes:
        tokens: its words and signs; the last is END.
        chances: of each token, given those before, for a model that knows the rules.
        blanks: each with its kind, near, order or far, and its place. There is one far blank on every card.
        distance: from the country to its language.

    >>> [card] = cards(0, 1)
    >>> card.tokens[:2], card.chances[:2], card.tokens[-1]
    (['dear', 'Anna'], [1.0, 0.25], '<end>')
    """

    tokens: list[str] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)
    blanks: list[tuple[str, int]] = field(default_factory=list)
    distance: int = NEAREST

    def say(self, token: str, chance: float = 1.0) -> None:
        """Go on with this token."""
        self.tokens.append(token)
        self.chances.append(chance)


def cards(seed: Any, count: int, unseen: bool = False) -> list[Card]:
    """`count` postcards, the same ones for the same seed, which is anything that `np.random.default_rng` takes.

    Raises:
        ValueError: if `count` is negative.

    >>> cards(0, 2) == cards(0, 2) != cards(1, 2)
    True
    """
    rng = np.random.default_rng(seed)
    return [draw(rng, unseen) for _ in range(length("cards", "count", count))]


def draw(rng: np.random.Generator, unseen: bool = False) -> Card:
    """A postcard. With `unseen`, its language is at a distance from its country that the others never have.

    >>> draw(np.random.default_rng(0), unseen=True).distance in UNSEEN
    True
    """
    card, chosen = Card(), {}

    def choose(options: Sequence[str], chances: Sequence[float]) -> int:
        k = int(rng.choice(len(options), p=chances))
        card.say(options[k], chances[k])
        return k

    def write(sentence: Iterable[str]) -> None:
        for word in sentence:
            if word in CHOICES:
                count = len(CHOICES[word])
                chosen[word] = choose(CHOICES[word], [1 / count] * count)
            elif word in FOLLOWS:
                if word.lower() in BLANKS:
                    card.blanks.append((word.lower(), len(card.tokens)))
                of, words = FOLLOWS[word]
                card.say(words[chosen[of]])
            else:
                card.say(word)

    write(BEGINNING.split())
    between: tuple[str, ...] = ()
    while True:
        beginnings = following(between, unseen)
        first = list(beginnings)[choose(list(beginnings), list(beginnings.values()))]
        _, *rest = BETWEEN.get(first, LAST).split()
        write(rest)
        if first not in BETWEEN:
            card.distance = distance(between)
            return card
        between = (*between, first)


def distance(between: Sequence[str]) -> int:
    """The number of tokens from the country to its language, with the sentences between them that begin so.

    >>> distance([]), distance(["it"])
    (17, 20)
    """
    return NEAREST + sum(_LENGTHS[first] for first in between)


@functools.cache
def plans(unseen: bool) -> dict[tuple[str, ...], float]:
    """All that may stand between, each with its chance: every distance is equally likely, and every plan of it."""
    every = itertools.chain.from_iterable(itertools.product(BETWEEN, repeat=k) for k in range(sum(MOST.values()) + 1))
    few = (plan for plan in every if all(plan.count(word) <= most for word, most in MOST.items()))
    distances = {plan: far for plan in few if (far := distance(plan)) <= FARTHEST}
    count = Counter(far for far in distances.values() if (far in UNSEEN) == unseen)
    return {plan: 1 / count[far] / len(count) for plan, far in distances.items() if far in count}


@functools.cache
def following(before: tuple[str, ...], unseen: bool) -> Mapping[str, float]:
    """The words that the next sentence may begin with after these, each with its chance: that of all plans with it."""
    chances: dict[str, float] = {}
    for plan, chance in plans(unseen).items():
        if plan[: len(before)] == before:
            word = [*plan, LAST.split()[0]][len(before)]
            chances[word] = chances.get(word, 0) + chance
    return {word: chance / sum(chances.values()) for word, chance in chances.items()}


def perplexity(chances: Iterable[float]) -> float:
    """The number of equally likely words among which a model with these chances would hesitate.

    >>> round(perplexity([1 / 6, 1 / 6]), 6)
    6.0
    """
    with np.errstate(divide="ignore"):
        return float(np.exp(-np.mean(np.log(list(chances)))))


def perplexities(cards: Sequence[Card], chances: Sequence[Sequence[float]]) -> dict[str, float]:
    """The perplexity of all words, `all`, and of each kind of blank.

    Args:
        chances: for each card, those that a model gave its tokens, each given those before.

    >>> drawn = cards(0, 20)
    >>> perplexities(drawn, [card.chances for card in drawn])["far"]
    1.0
    """
    found = {"all": perplexity(p for each in chances for p in each)}
    for kind in BLANKS:
        given = zip(cards, chances, strict=True)
        found[kind] = perplexity(each[at] for card, each in given for blank, at in card.blanks if blank == kind)
    return found
