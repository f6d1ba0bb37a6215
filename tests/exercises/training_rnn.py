"""A recurrent network.

It reads a card word by word, at any length, with a state that its tanh cell makes anew at each step. Forward, backward
through time and the loss are yours.
"""

import numpy as np

from minigrad.course.training import Learned
from minigrad.course.training.postcards import BOARD, COLUMNS, Postcards, given, padded, write
from minigrad.course.training.weights import Weights
from minigrad.data import Batches

D, H = 16, 64
STEPS, CARDS = 480, 25

WORDS = """
It reads any length with {weights:,} weights, and knows what is near and what came
first. In its state there could be a country, too. But what it should keep it
would have to learn from a blank 17 words later and more: does blame reach so
far? Chapter 4 measures it."""


def train(progress, vocabulary, embedding, unroll, bptt, local_derivatives, broadcasting, cross_entropy, seed=0):
    cards = Postcards(seed, vocabulary=vocabulary)
    rng, size = np.random.default_rng(seed), len(cards.words)
    w = Weights(
        rate=0.01,
        steps=STEPS,
        E=rng.normal(size=(size, D)) / np.sqrt(D),
        W_xh=rng.normal(size=(D, H)) / np.sqrt(D),
        W_hh=rng.normal(size=(H, H)) / np.sqrt(H),
        b=np.zeros(H),
        W_hy=rng.normal(size=(H, size)) / np.sqrt(H),
        b_y=np.zeros(size),
    )

    def forward(ids):
        x, h0 = embedding.embedding(ids=ids, W=w.E), np.zeros((ids.shape[1], H))
        hs = unroll.rnn_forward(x=x, h0=h0, W_xh=w.W_xh, W_hh=w.W_hh, b=w.b)
        return x, h0, hs, unroll.rnn_outputs(hs=hs, W_hy=w.W_hy, b_y=w.b_y)

    def probabilities(ids):
        """Of each word to come next (T, N, V)."""
        logits = forward(ids)[-1]
        return cross_entropy.softmax(logits=logits.reshape(-1, size)).reshape(logits.shape)

    def chances(some):
        ids, targets, _ = padded([cards.ids(card) for card in some])
        p = given(probabilities(ids), targets)
        return [p[: len(card.tokens), n] for n, card in enumerate(some)]

    batches = Batches(cards.train, CARDS, rng=rng)
    for _, some in zip(progress.steps(STEPS, w, batches), batches.endless(), strict=False):
        ids, targets, counts = padded([cards.ids(card) for card in some])
        x, h0, hs, logits = forward(ids)
        rows = {"logits": logits.reshape(-1, size), "targets": targets.reshape(-1), "mask": counts.reshape(-1)}
        loss = cross_entropy.cross_entropy(**rows)
        d_logits = cross_entropy.cross_entropy_backward(dout=1.0, **rows)
        dhs, dW_hy = local_derivatives.matmul_backward(dout=d_logits, x=hs.reshape(-1, H), W=w.W_hy)
        dx, _, dW_xh, dW_hh, db = bptt.bptt(dhs=dhs.reshape(hs.shape), x=x, h0=h0, hs=hs, W_xh=w.W_xh, W_hh=w.W_hh)
        w.learn(
            E=broadcasting.embedding_backward(dout=dx, ids=ids, W=w.E),
            W_xh=dW_xh,
            W_hh=dW_hh,
            b=db,
            W_hy=dW_hy,
            b_y=broadcasting.sum_to_shape(g=d_logits, shape=w.b_y.shape),
        )
        progress.show(perplexity=float(np.exp(loss)))
    row = cards.row("tanh RNN", chances, "Reads any length; what is far it has not learned.", w.count)
    lines = write(cards.words, lambda ids: probabilities(ids[:, None])[-1, 0], rng)
    return Learned(WORDS.format(weights=w.count), [row], cards.floor, BOARD, COLUMNS, lines)
