"""What is shown when every exercise is solved: the student's own functions, put together, learn to write.

A network reads letters one by one and says which comes next. Its cell, its backpropagation through time, its clipping
and its first weights are the student's.
"""

import numpy as np

from minigrad.course.results.charts import Chart

TEXT = "a cell that reads one letter at a time, and keeps what it has read in a state, can learn to write. "
LETTERS = sorted(set(TEXT))
STEPS, T, N, H = 240, 16, 16, 48
RATE, MOMENTUM, MAX_NORM = 0.5, 0.9, 1.0

WORDS = """
These are your own functions, put together: rnn_cell reads, bptt learns,
clip_by_global_norm keeps each step in bounds, and init_rnn chose where to
start. They learnt one sentence, letter by letter.

  At first it wrote: {first}
  Now it writes:     {last}

Read minigrad/nn/cells.py next: you will know every line. Then train one:
minigrad.nn and minigrad.optim use the names that PyTorch uses."""


def ending(rnn_cell, bptt, clipping, initialization, **_):
    """Train the network, and return a chart and words.

    Args:
        rnn_cell, bptt, clipping, initialization: the students of these exercises.
    """
    rng = np.random.default_rng(0)
    D = len(LETTERS)
    W_xh, W_hh, b = initialization.init_rnn(rng=rng, D=D, H=H, scheme="orthogonal")
    W_hy, b_y = initialization.xavier_uniform(rng=rng, fan_in=H, fan_out=D), np.zeros(D)
    parameters = [W_xh, W_hh, b, W_hy, b_y]
    velocities = [np.zeros_like(p) for p in parameters]

    def unroll(x, h):
        hs = []
        for x_t in x:
            h = rnn_cell.rnn_cell(x=x_t, h=h, W_xh=W_xh, W_hh=W_hh, b=b)
            hs.append(h)
        return np.stack(hs)

    def write(start):
        text = start
        h = unroll(one_hot(start)[:, None], np.zeros((1, H)))[-1]
        while len(text) < 48:
            text += LETTERS[int(np.argmax(h @ W_hy + b_y))]
            h = unroll(one_hot(text[-1])[:, None], h)[-1]
        return text

    first, losses = write("a cell "), []
    for _ in range(STEPS):
        starts = rng.integers(len(TEXT), size=N)
        letters = [[TEXT[(s + t) % len(TEXT)] for s in starts] for t in range(T + 1)]
        x, targets = np.stack([one_hot(row) for row in letters[:-1]]), np.stack([one_hot(row) for row in letters[1:]])
        h0 = np.zeros((N, H))
        hs = unroll(x, h0)
        logits = hs @ W_hy + b_y
        p = np.exp(logits - logits.max(axis=-1, keepdims=True))
        p /= p.sum(axis=-1, keepdims=True)
        losses.append(-np.mean(np.log(np.sum(p * targets, axis=-1))))
        d_logits = (p - targets) / (T * N)
        _, _, dW_xh, dW_hh, db = bptt.bptt(dhs=d_logits @ W_hy.T, x=x, h0=h0, hs=hs, W_xh=W_xh, W_hh=W_hh)
        grads = [dW_xh, dW_hh, db, np.einsum("tnh,tnd->hd", hs, d_logits), d_logits.sum(axis=(0, 1))]
        grads, _ = clipping.clip_by_global_norm(grads=grads, max_norm=MAX_NORM)
        for p, v, g in zip(parameters, velocities, grads, strict=True):
            v *= MOMENTUM
            v -= RATE * (1 - MOMENTUM) * g
            p += v
    chart = Chart(
        "Your network learns to write",
        "step",
        "loss: how surprised it is by the next letter",
        {"training": (range(STEPS), losses)},
        f"Who knows nothing but the {D} letters has a loss of {np.log(D):.2f}.",
    )
    return chart, WORDS.format(first=first, last=write("a cell "))


def one_hot(letters):
    return np.eye(len(LETTERS))[[LETTERS.index(letter) for letter in letters]]
