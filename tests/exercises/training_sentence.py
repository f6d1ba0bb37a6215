"""A cell learns to write one sentence.

It reads letters one by one and says which comes next. Its cell, its backpropagation through time, its clipping and its
first weights are yours.
"""

import numpy as np

from minigrad.course.training import Chart, Learned
from minigrad.course.training.weights import Weights

TEXT = "a cell that reads one letter at a time, and keeps what it has read in a state, can learn to write. "
LETTERS = sorted(set(TEXT))
STEPS, T, N, D, H = 240, 16, 16, len(LETTERS), 48
MAX_NORM = 1.0

WORDS = """
rnn_cell reads, bptt learns, clip_by_global_norm keeps each step in bounds, and
init_rnn chose where to start. The first line above is from before it learned.

Read minigrad/nn/cells.py next: you will know every line. Then train one:
minigrad.nn and minigrad.optim use the names that PyTorch uses."""


def train(progress, rnn_cell, bptt, clipping, initialization, seed=0):
    rng, first, last = np.random.default_rng(seed).spawn(3)  # a generator that is handed over stays as it is here
    W_xh, W_hh, b = initialization.init_rnn(rng=first, D=D, H=H, scheme="orthogonal")
    W_hy = initialization.xavier_uniform(rng=last, fan_in=H, fan_out=D)
    w = Weights(rate=0.01, steps=STEPS, W_xh=W_xh, W_hh=W_hh, b=b, W_hy=W_hy, b_y=np.zeros(D))

    def unroll(x, h):
        return rnn_cell.along("rnn_cell", x=x, h=h, W_xh=w.W_xh, W_hh=w.W_hh, b=w.b)

    def write(text):
        h = unroll(one_hot(text)[:, None], np.zeros((1, H)))[-1]
        while len(text) < 48:
            text += LETTERS[int(np.argmax(h @ w.W_hy + w.b_y))]
            h = unroll(one_hot(text[-1])[:, None], h)[-1]
        return text

    untrained, losses = write("a cell "), []
    for _ in progress.steps(STEPS, w, rng, losses):
        starts = rng.integers(len(TEXT), size=N)
        letters = [[TEXT[(s + t) % len(TEXT)] for s in starts] for t in range(T + 1)]
        x, targets = np.stack([one_hot(row) for row in letters[:-1]]), np.stack([one_hot(row) for row in letters[1:]])
        h0 = np.zeros((N, H))
        hs = unroll(x, h0)
        logits = hs @ w.W_hy + w.b_y
        p = np.exp(logits - logits.max(axis=-1, keepdims=True))
        p /= p.sum(axis=-1, keepdims=True)
        losses.append(float(-np.mean(np.log(np.sum(p * targets, axis=-1)))))
        d_logits = (p - targets) / (T * N)
        _, _, dW_xh, dW_hh, db = bptt.bptt(dhs=d_logits @ w.W_hy.T, x=x, h0=h0, hs=hs, W_xh=w.W_xh, W_hh=w.W_hh)
        grads = [dW_xh, dW_hh, db, np.einsum("tnh,tnd->hd", hs, d_logits), d_logits.sum(axis=(0, 1))]
        grads, _ = clipping.clip_by_global_norm(grads=grads, max_norm=MAX_NORM)
        w.learn(**dict(zip(("W_xh", "W_hh", "b", "W_hy", "b_y"), grads, strict=True)))
        progress.show(loss=losses[-1])
    chart = Chart(
        "Your network learns to write",
        "step",
        "loss: how surprised it is by the next letter",
        {"training": (range(len(losses)), losses)},
        f"Who knows nothing but the {D} letters has a loss of {np.log(D):.2f}.",
    )
    return Learned(WORDS, lines=[untrained, write("a cell ")], chart=chart)


def one_hot(letters):
    return np.eye(D)[[LETTERS.index(letter) for letter in letters]]
