"""Counts of what came next.

No weights and no gradients: what came next before comes next again.
"""

from functools import partial

import numpy as np

from minigrad.course.training import Learned, Row
from minigrad.course.training.postcards import BOARD, COLUMNS, END, Postcards, tokens, write

CLAIMS = {2: "Two words back there is no animal and no country.", 8: "Near words in their order, and nothing far."}
CARDS = 2000  # twice as many as the others learn from: a wide context is rare, and counting is quick
NARROW = 0.01  # of each chance: what never came has none, and a single such word would make the perplexity infinite

WORDS = """
Two words back stands "for a", whatever the animal is. Eight words hold all but
the country, which is a guess among six. A still wider context does not help.
The wider it is, the more rarely it has been there before."""


def train(progress, counts, seed=0):
    cards = Postcards(seed, count=CARDS)
    text = tokens(cards.train)
    words = sorted({*text})
    scores = {}  # of each width

    def model(width):
        """The chances of every word after the last words of a text."""
        counted = counts.keep("count_next", tokens=text, width=width)
        known = {}

        def chances(context):
            if context not in known:
                found = counts.probabilities(counts=counted, context=list(context))
                known[context] = np.array([found.get(word, 0.0) for word in words])
            return known[context]

        def following(before):
            wide, narrow = tuple(before[max(0, len(before) - width) :]), tuple(before[-1:])
            return (1 - NARROW) * chances(wide) + NARROW * chances(narrow)

        return following

    def given(following, card):
        text = [END, *card.tokens]
        return [following(text[:t])[words.index(text[t])] for t in range(1, len(text))]

    widths = list(CLAIMS)
    for step in progress.steps(len(CLAIMS), scores):
        following = model(widths[step])
        chances = partial(lambda following, some: [given(following, card) for card in some], following)
        scores[widths[step]] = cards.row("", chances, "").scores
        progress.show(perplexity=scores[widths[step]]["all"])
    rows = [Row(f"counts, {width} back", scores[width], CLAIMS[width]) for width in scores]
    following = model(max(scores))
    lines = write(words, lambda ids: following([words[i] for i in ids]), np.random.default_rng(seed))
    return Learned(WORDS, rows, cards.floor, BOARD, COLUMNS, lines)
