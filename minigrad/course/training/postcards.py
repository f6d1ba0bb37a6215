"""The parts that the trainings on postcards share: the cards, the row of the scoreboard, and how a model writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.course.results.learned import Row
from minigrad.data import postcards
from minigrad.data.postcards import END, Card

Array = np.ndarray[Any, Any]

BOARD = "Perplexity on cards that are new to it: among how many words each hesitates"
COLUMNS = {
    "all": "every word and sign",
    "near": "cat walk, dog run: the animal is 3 words back",
    "order": "happy or sad: good and bad are both there, which came first?",
    "far": "Italian: the country is 17 to 50 words back",
    "unseen": "the same, at distances that no card it learned from has",
}
TESTED = 300  # cards of each kind that no model learns from
PART = 25  # of them that are judged at once
LONGEST = 70  # words of a card that a model writes


class Postcards:
    """Cards to learn from, and others to be judged by.

    Args:
        seed: another one draws other cards.
        count: of cards to learn from.
        vocabulary: the student's exercise, if the words are wanted as ids.

    Attributes:
        words: the vocabulary that the student's function made of the cards.
        ids: for each card its ids, and before them that of END, with which the card before has ended.
    """

    def __init__(self, seed: int = 0, count: int = 1000, vocabulary: Any = None):
        self.train = postcards.cards([seed, 0], count)
        self.test = postcards.cards([seed, 1], TESTED)
        self.unseen = postcards.cards([seed, 2], TESTED, unseen=True)
        if vocabulary:
            self.words = vocabulary.build_vocabulary(tokens=tokens(self.train))
            every = [*self.train, *self.test, *self.unseen]
            ids = vocabulary.encode(tokens=tokens(every), vocabulary=self.words)
            ends = np.cumsum([len(card.tokens) for card in every])
            self._ids: dict[int, Array] = {
                id(card): ids[end - len(card.tokens) : end + 1] for card, end in zip(every, ends, strict=True)
            }

    def ids(self, card: Card) -> Array:
        """The ids of a card, and before them that of END, with which the card before has ended."""
        return self._ids[id(card)]

    def targets(self, some: Sequence[Card]) -> Array:
        """The ids of these cards, one after the other."""
        return np.concatenate([self.ids(card)[1:] for card in some])

    def row(
        self, model: str, chances: Callable[[Sequence[Card]], Sequence[Sequence[float]]], claim: str, weights: int = 0
    ) -> Row:
        """The row of a model.

        Args:
            chances: for some cards, what the model gives to each of their tokens.
        """

        def perplexities(cards: Sequence[Card]) -> dict[str, float]:
            parts = (cards[start : start + PART] for start in range(0, len(cards), PART))
            return postcards.perplexities(cards, [each for part in parts for each in chances(part)])

        seen, unseen = perplexities(self.test), perplexities(self.unseen)
        return Row(model, {**seen, "unseen": unseen["far"]}, claim, weights)

    @property
    def floor(self) -> Row:
        """The row of whoever knows the rules."""
        return self.row("whoever knows the rules", lambda some: [c.chances for c in some], "Nobody does better.")


def tokens(cards: Sequence[Card]) -> list[str]:
    """All cards as one text, which begins with an END."""
    return [END, *(token for card in cards for token in card.tokens)]


def padded(ids: Sequence[Array]) -> tuple[Array, Array, Array]:
    """Cards side by side: what is read (T, N), what should come next (T, N), and which of that counts (T, N).

    Behind the end of a card stands its last id again, which does not count.
    """
    T = max(len(each) for each in ids) - 1
    rows = np.stack([np.append(each, np.full(T + 1 - len(each), each[-1])) for each in ids], axis=1)
    counts = np.arange(T)[:, None] < np.array([len(each) - 1 for each in ids])
    return rows[:-1], rows[1:], counts


def given(probabilities: Array, targets: Array) -> Array:
    """The probabilities that the targets got: targets (...) and probabilities (..., V)."""
    return np.take_along_axis(probabilities, targets[..., None], axis=-1)[..., 0]


def by_card(values: Array, some: Sequence[Card]) -> list[Array]:
    """The values of each of these cards, of one value for each of their tokens."""
    return np.split(values, np.cumsum([len(card.tokens) for card in some])[:-1])


def write(
    words: Sequence[str], following: Callable[[Array], Array], rng: np.random.Generator, count: int = 2
) -> list[str]:
    """The lines of `count` cards that a model writes.

    Args:
        following: for the ids so far, the probability of each word to be the next.
    """
    lines = []
    for _ in range(count):
        ids = [words.index(END)]
        while len(ids) <= LONGEST and (len(ids) == 1 or words[ids[-1]] != END):
            p = following(np.array(ids))
            ids.append(int(rng.choice(len(words), p=p / p.sum())))
        lines.append(" ".join(words[i] for i in ids[1:]))
    return lines
