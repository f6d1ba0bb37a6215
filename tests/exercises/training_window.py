"""A window of the last 60 words, a place each.

The next word from which word stands where: logits = window W + b, with a weight for each place, word and next word.
"""

import numpy as np

from minigrad.course.training import Learned
from minigrad.course.training.postcards import BOARD, COLUMNS, Postcards, by_card, given, write
from minigrad.course.training.weights import Weights
from minigrad.data import Batches

WIDTH = 60
STEPS, CARDS = 400, 25

WORDS = """
It looks back far enough and finds the country, where it has seen one before.
But each place has weights of its own. What is learned 27 words back says
nothing about 30 words back: there it is sure, and wrong."""


def train(progress, vocabulary, encodings, cross_entropy, broadcasting, seed=0):
    cards = Postcards(seed, vocabulary=vocabulary)
    rng, size = np.random.default_rng(seed), len(cards.words)
    w = Weights(rate=0.03, steps=STEPS, W=np.zeros((WIDTH * size, size)), b=np.zeros(size))
    known = {}

    def columns(ids):
        """The places where the windows have a 1: row after row, and how many there are in each. All else is 0."""
        windows = encodings.fixed_window(ids=ids, width=WIDTH, size=size)
        rows, columns = np.nonzero(windows)
        return columns, np.bincount(rows, minlength=len(windows))

    def windows(some):
        for card in some:
            if id(card) not in known:
                known[id(card)] = columns(cards.ids(card)[:-1])
        return (np.concatenate(parts) for parts in zip(*(known[id(card)] for card in some), strict=True))

    def logits_of(ones, counts):
        """windows @ W + b, but for all the products with 0."""
        return np.add.reduceat(w.W[ones], np.cumsum(counts) - counts) + w.b

    def dW_of(d_logits, ones, counts):
        """windowsᵀ @ d_logits, in the same way: each column gets the rows in which it is 1."""
        order = np.argsort(ones, kind="stable")
        places, first = np.unique(ones[order], return_index=True)
        dW = np.zeros_like(w.W)
        dW[places] = np.add.reduceat(d_logits[np.repeat(np.arange(len(counts)), counts)[order]], first)
        return dW

    def chances(some):
        p = given(cross_entropy.softmax(logits=logits_of(*windows(some))), cards.targets(some))
        return by_card(p, some)

    batches = Batches(cards.train, CARDS, rng=rng)
    for _, some in zip(progress.steps(STEPS, w, batches), batches.endless(), strict=False):
        (ones, counts), y = windows(some), cards.targets(some)
        logits, every = logits_of(ones, counts), np.ones(len(y), bool)
        loss = cross_entropy.cross_entropy(logits=logits, targets=y, mask=every)
        d_logits = cross_entropy.cross_entropy_backward(dout=1.0, logits=logits, targets=y, mask=every)
        w.learn(W=dW_of(d_logits, ones, counts), b=broadcasting.sum_to_shape(g=d_logits, shape=w.b.shape))
        progress.show(perplexity=float(np.exp(loss)))

    def following(ids):
        ones, counts = columns(ids)
        return cross_entropy.softmax(logits=logits_of(ones[len(ones) - counts[-1] :], counts[-1:]))[0]

    row = cards.row(f"window of {WIDTH}", chances, "Sure and wrong where it has never seen a country.", w.count)
    return Learned(WORDS, [row], cards.floor, BOARD, COLUMNS, write(cards.words, following, rng))
