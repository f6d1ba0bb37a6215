"""An LSTM that finishes the postcard.

Cell, way back, first weights, clipping, Adam and dice are yours. It reads short cards first, on which the country is
not far, and then longer ones.
"""

import numpy as np

from minigrad.course.training import Learned, cells
from minigrad.course.training.postcards import BOARD, COLUMNS, END, LONGEST, Postcards, given, padded
from minigrad.data.postcards import NEAREST

D, H = 16, 64
STEPS, CARDS, RATE, MAX_NORM = 900, 16, 0.03, 1.0
SHORT, GROW, SHARE = 300, 150, 0.1  # so many steps with this share of the cards, the shortest; then so many to all
HALF_LIFE = 30  # steps after which half of a note is left, before anything is learned
TEMPERATURES = 0.3, 1.0, 2.0

WORDS = """
It reads any length with {weights:,} weights, and knows what is near, what came
first, and the country, also at distances that no card had. Its first {short} steps
were with short cards: the language stands {nearest} words behind the country there,
or hardly more. The lines above are at temperatures of {temperatures}."""


def train(
    progress,
    vocabulary,
    embedding,
    local_derivatives,
    broadcasting,
    cross_entropy,
    clipping,
    lstm_cell,
    highway,
    lstm_bptt,
    optimizers,
    sampling,
    seed=0,
):
    cards = Postcards(seed, vocabulary=vocabulary)
    size = len(cards.words)
    rng, first = np.random.default_rng(seed).spawn(2)  # a generator that is handed over stays as it is here
    bias = highway.bias_for_half_life(steps=HALF_LIFE)
    W_xh, W_hh, b = highway.init_lstm(rng=first, D=D, H=H, forget_bias=bias)
    E, W_hy = rng.normal(size=(size, D)) / np.sqrt(D), rng.normal(size=(H, size)) / np.sqrt(H)
    weights = [E, W_xh, W_hh, b, W_hy, np.zeros(size)]
    cell = cells.lstm(lstm_cell.along, lstm_bptt.lstm_bptt)
    state = {"t": 0, "m": [0 * w for w in weights], "v": [0 * w for w in weights]}

    def forward(ids):
        """The inputs, what your cell keeps of them after each word, and the logits of the next one."""
        E, W_xh, W_hh, b, W_hy, b_y = weights
        x = embedding.embedding(ids=ids, W=E)
        states = cell.read(x, W_xh, W_hh, b)
        return x, states, states[0] @ W_hy + b_y

    def gradients(ids, targets, counts):
        """The loss, and its gradients."""
        E, W_xh, W_hh, _, W_hy, b_y = weights
        x, states, logits = forward(ids)
        rows = {"logits": logits.reshape(-1, size), "targets": targets.reshape(-1), "mask": counts.reshape(-1)}
        loss = cross_entropy.cross_entropy(**rows)
        d_logits = cross_entropy.cross_entropy_backward(dout=1.0, **rows)
        dhs, dW_hy = local_derivatives.matmul_backward(dout=d_logits, x=states[0].reshape(-1, H), W=W_hy)
        dx, *of_cell = cell.backward(dhs.reshape(states[0].shape), x, states, W_xh, W_hh)
        dE = broadcasting.embedding_backward(dout=dx, ids=ids, W=E)
        return loss, [dE, *of_cell, dW_hy, broadcasting.sum_to_shape(g=d_logits, shape=b_y.shape)]

    def step_of_the_cell(ids, h, c):
        """Your cell reads a word of each card: the logits of the next, and its states."""
        E, W_xh, W_hh, b, W_hy, b_y = weights
        x = embedding.embedding(ids=ids, W=E)
        h, c = lstm_cell.lstm_cell(x=x, h=h, c=c, W_xh=W_xh, W_hh=W_hh, b=b)
        return h @ W_hy + b_y, h, c

    def chances(some):
        ids, targets, _ = padded([cards.ids(card) for card in some])
        logits = forward(ids)[-1]
        p = given(cross_entropy.softmax(logits=logits.reshape(-1, size)).reshape(logits.shape), targets)
        return [p[: len(card.tokens), n] for n, card in enumerate(some)]

    def write(temperature):
        """A card, word by word."""
        ids, h, c = [cards.words.index(END)], np.zeros((1, H)), np.zeros((1, H))
        while len(ids) <= LONGEST and (len(ids) == 1 or cards.words[ids[-1]] != END):
            logits, h, c = step_of_the_cell(np.array(ids[-1:]), h, c)
            ids.append(sampling.sample(logits=logits[0], temperature=temperature, u=rng.random()))
        return " ".join(cards.words[id] for id in ids[1:])

    by_length = sorted(cards.train, key=lambda card: card.distance)
    for step in progress.steps(STEPS, weights, state, rng, examples=CARDS):
        share = np.clip(SHARE + (step - SHORT) / GROW, SHARE, 1)
        some = [by_length[i] for i in rng.integers(int(share * len(by_length)), size=CARDS)]
        loss, grads = gradients(*padded([cards.ids(card) for card in some]))
        grads, _ = clipping.clip_by_global_norm(grads=grads, max_norm=MAX_NORM)
        rate = RATE * min(1, 3 * (1 - step / STEPS))
        weights[:], new_state = optimizers.adam_step(parameters=weights, grads=grads, state=state, lr=rate)
        state.update(new_state)
        progress.show(perplexity=float(np.exp(loss)))
    count = sum(w.size for w in weights)
    row = cards.row("LSTM", chances, "Knows the country, however far.", count)
    *others, last = (f"{temperature:g}" for temperature in TEMPERATURES)
    words = WORDS.format(weights=count, short=SHORT, nearest=NEAREST, temperatures=f"{', '.join(others)} and {last}")
    lines = [write(temperature) for temperature in TEMPERATURES]
    return Learned(words, [row], cards.floor, BOARD, COLUMNS, lines)
