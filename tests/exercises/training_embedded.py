"""A window of 8 words as embeddings.

The network of Bengio and others (A neural probabilistic language model, JMLR 3, 2003), whose gradients are yours:
a row of the table for each word, side by side, tanh, and scores for the next word.
"""

import numpy as np

from minigrad.course.training import Learned
from minigrad.course.training.postcards import BOARD, COLUMNS, END, Postcards, by_card, given, write
from minigrad.course.training.weights import Weights
from minigrad.data import Batches

WIDTH, D, H = 8, 16, 64
STEPS, CARDS = 640, 12

WORDS = """
Eight places share one table, so {weights:,} weights are enough for what is near,
and for the order. It has never read what is further back than 8 words: Italy
speaks Greek."""


def train(progress, vocabulary, embedding, local_derivatives, broadcasting, cross_entropy, seed=0):
    cards = Postcards(seed, vocabulary=vocabulary)
    rng, size = np.random.default_rng(seed), len(cards.words)
    before = [cards.words.index(END)] * (WIDTH - 1)
    w = Weights(
        rate=0.01,
        steps=STEPS,
        E=rng.normal(size=(size, D)) / np.sqrt(D),
        W_1=rng.normal(size=(WIDTH * D, H)) / np.sqrt(WIDTH * D),
        b_1=np.zeros(H),
        W_2=rng.normal(size=(H, size)) / np.sqrt(H),
        b_2=np.zeros(size),
    )

    def windows(ids):
        """The last WIDTH ids before each next one, a row each; before the card there are ENDs."""
        return np.lib.stride_tricks.sliding_window_view(np.concatenate([before, ids]), WIDTH)

    def forward(ids):
        x = embedding.embedding(ids=ids, W=w.E).reshape(len(ids), WIDTH * D)
        h = np.tanh(x @ w.W_1 + w.b_1)
        return x, h, h @ w.W_2 + w.b_2

    def windows_of(some):
        return np.concatenate([windows(cards.ids(card)[:-1]) for card in some])

    def chances(some):
        logits = forward(windows_of(some))[-1]
        return by_card(given(cross_entropy.softmax(logits=logits), cards.targets(some)), some)

    batches = Batches(cards.train, CARDS, rng=rng)
    for _, some in zip(progress.steps(STEPS, w, batches), batches.endless(), strict=False):
        ids, y = windows_of(some), cards.targets(some)
        x, h, logits = forward(ids)
        counts = np.ones(len(y), bool)
        loss = cross_entropy.cross_entropy(logits=logits, targets=y, mask=counts)
        d_logits = cross_entropy.cross_entropy_backward(dout=1.0, logits=logits, targets=y, mask=counts)
        dh, dW_2 = local_derivatives.matmul_backward(dout=d_logits, x=h, W=w.W_2)
        da = local_derivatives.tanh_backward(dout=dh, y=h)
        dx, dW_1 = local_derivatives.matmul_backward(dout=da, x=x, W=w.W_1)
        w.learn(
            E=broadcasting.embedding_backward(dout=dx.reshape(len(ids), WIDTH, D), ids=ids, W=w.E),
            W_1=dW_1,
            b_1=broadcasting.sum_to_shape(g=da, shape=w.b_1.shape),
            W_2=dW_2,
            b_2=broadcasting.sum_to_shape(g=d_logits, shape=w.b_2.shape),
        )
        progress.show(perplexity=float(np.exp(loss)))
    row = cards.row(f"embedded window of {WIDTH}", chances, "Near and in order with few weights, nothing far.", w.count)
    lines = write(cards.words, lambda ids: cross_entropy.softmax(logits=forward(windows(ids)[-1:])[-1])[0], rng)
    return Learned(WORDS.format(weights=w.count), [row], cards.floor, BOARD, COLUMNS, lines)
