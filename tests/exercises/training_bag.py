"""A bag of words.

The next word from how often each word has come on the card so far: logits = bag W + b.
"""

import numpy as np

from minigrad.course.training import Learned
from minigrad.course.training.postcards import BOARD, COLUMNS, Postcards, by_card, given, write
from minigrad.course.training.weights import Weights
from minigrad.data import Batches

STEPS, CARDS = 960, 12

WORDS = """
It has the whole card, so it knows the country. But "good , not bad" and "bad ,
not good" are one bag: at happy or sad it can do no better than toss a coin,
which is a perplexity of 2."""


def train(progress, vocabulary, encodings, cross_entropy, broadcasting, seed=0):
    cards = Postcards(seed, vocabulary=vocabulary)
    rng, size = np.random.default_rng(seed), len(cards.words)
    w = Weights(rate=0.03, steps=STEPS, W=np.zeros((size, size)), b=np.zeros(size))
    known = {}

    def bag(ids):
        key = ids.tobytes()
        if key not in known:
            known[key] = encodings.bag_of_words(ids=ids, size=size)
        return known[key]

    def bags(some):
        return np.array([bag(cards.ids(card)[:t]) for card in some for t in range(1, len(card.tokens) + 1)])

    def chances(some):
        p = given(cross_entropy.softmax(logits=bags(some) @ w.W + w.b), cards.targets(some))
        return by_card(p, some)

    batches = Batches(cards.train, CARDS, rng=rng)
    for _, some in zip(progress.steps(STEPS, w, batches), batches.endless(), strict=False):
        x, y = bags(some), cards.targets(some)
        logits, counts = x @ w.W + w.b, np.ones(len(y), bool)
        loss = cross_entropy.cross_entropy(logits=logits, targets=y, mask=counts)
        d_logits = cross_entropy.cross_entropy_backward(dout=1.0, logits=logits, targets=y, mask=counts)
        w.learn(W=x.T @ d_logits, b=broadcasting.sum_to_shape(g=d_logits, shape=w.b.shape))
        progress.show(perplexity=float(np.exp(loss)))
    row = cards.row("bag of words", chances, "Has the whole card, and not its order.", w.count)
    lines = write(cards.words, lambda ids: cross_entropy.softmax(logits=bag(ids)[None] @ w.W + w.b)[0], rng)
    return Learned(WORDS, [row], cards.floor, BOARD, COLUMNS, lines)
