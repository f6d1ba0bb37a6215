"""Capstone: how far back does a network remember?

Many-to-one: it reads "... home France ... rain Spain in ... fluent" and names the language of the home country.
Three cells climb the same stairs: whoever is right with few words between gets sentences with twice as many.
"""

import numpy as np

from minigrad.course.training import Bars, Chart, Goal, Learned, cells
from minigrad.course.training.weights import Weights
from minigrad.data.countries import LANGUAGES, sentences
from minigrad.data.countries import WORDS as VOCABULARY
from minigrad.functional import softmax

STEPS, N, H = 400, 16, 24
D, SIZE = len(VOCABULARY), len(LANGUAGES)
STAIRS = 3, 6, 12, 25, 50, 100  # at most so many words between, and at least half as many
ENOUGH, BATCHES = 0.9, 20  # whoever is right so often, in so many batches, goes up
RATES, MIDDLE, MAX_NORM = (0.03, 0.01, 0.003), 0.01, 1.0
TESTED, PART = 100, 50  # sentences to be judged by at each distance, and how many are read at once

WORDS = """
A network that is right about {enough:.0%} of {batches} batches goes up a stair, where there are
twice as many words between. In {steps} steps the LSTM came up to {LSTM}, at the best
of its rates, ReLUs that begin by copying up to {ReLU}, and tanh up to {tanh}.

That is speed. It does not show that the others cannot: with thousands of steps,
at rates of their own, they get much farther. A gate does not make memory
possible; it makes it easy to learn."""


def train(progress, unroll, bptt, clipping, activations, initialization, lstm_cell, highway, lstm_bptt, seed=0):
    first, last = np.random.default_rng([seed, 1]).spawn(2)  # a generator that is handed over stays as it is here
    kinds = {
        "tanh": cells.rnn(unroll.rnn_forward, bptt.bptt),
        "ReLU": cells.rnn(activations.relu_rnn_forward, activations.relu_rnn_backward),
        "LSTM": cells.lstm(lstm_cell.along, lstm_bptt.lstm_bptt),
    }
    begins = {
        "tanh": initialization.init_rnn(rng=first, D=D, H=H, scheme="orthogonal"),
        "ReLU": initialization.init_rnn(rng=first, D=D, H=H, scheme="identity"),
        "LSTM": highway.init_lstm(rng=first, D=D, H=H, forget_bias=1.0),
    }
    W_hy = initialization.xavier_uniform(rng=last, fan_in=H, fan_out=SIZE)

    class Network:
        def __init__(self, kind, rate, clipped):
            W_xh, W_hh, b = begins[kind]
            self.kind, self.rate, self.clipped, self.cell = kind, rate, clipped, kinds[kind]
            self.w = Weights(rate, W_xh=W_xh, W_hh=W_hh, b=b, W_hy=W_hy, b_y=np.zeros(SIZE))
            self.rng = np.random.default_rng([seed, 2])
            self.right, self.climbed = [], []  # how often it was right on this stair, and the steps that took it up

        @property
        def gap(self):
            """With up to so many words between it was right often enough."""
            return (0, *STAIRS)[len(self.climbed)]

        def says(self, ids):
            """The probability of each language (N, SIZE), and what the way back needs."""
            x = np.eye(D)[ids]
            states = self.cell.read(x, self.w.W_xh, self.w.W_hh, self.w.b)
            return softmax(states[0][-1] @ self.w.W_hy + self.w.b_y), x, states

        def blame(self, ids, answers):
            """The share of right answers, and the gradients: of what it reads, and of all weights."""
            p, x, states = self.says(ids)
            d_logits = (p - np.eye(SIZE)[answers]) / len(answers)
            dhs = np.zeros(states[0].shape)
            dhs[-1] = d_logits @ self.w.W_hy.T
            dx, *cell = self.cell.backward(dhs, x, states, self.w.W_xh, self.w.W_hh)
            right = np.mean(np.argmax(p, axis=1) == answers)
            return right, dx, [*cell, states[0][-1].T @ d_logits, d_logits.sum(axis=0)]

        def learn(self, step):
            if self.gap == STAIRS[-1]:
                return
            most = STAIRS[len(self.climbed)]
            right, _, grads = self.blame(*sentences(N, self.rng.integers(most // 2, most + 1), rng=self.rng))
            self.right.append(float(right))
            if np.isfinite(sum(np.sum(g**2) for g in grads)):  # what is no number says nothing of where to go
                if self.clipped:
                    grads, _ = clipping.clip_by_global_norm(grads=grads, max_norm=MAX_NORM)
                self.w.learn(**dict(zip(("W_xh", "W_hh", "b", "W_hy", "b_y"), grads, strict=True)))
            if len(self.right) >= BATCHES and np.mean(self.right[-BATCHES:]) > ENOUGH:
                self.climbed.append(step + 1.0)
                self.right.clear()

        def share(self, gap):
            """The share of right answers about new sentences with so many words between."""
            ids, answers = sentences(TESTED, gap, rng=[seed, 3, gap])
            said = [np.argmax(self.says(part)[0], axis=1) for part in np.split(ids, TESTED // PART, axis=1)]
            return np.mean(np.concatenate(said) == answers)

        def reach(self):
            """The length of the gradient of the loss at each word before the last, beside that at the last."""
            _, dx, _ = self.blame(*sentences(N, STAIRS[-1], rng=[seed, 4]))
            norms = np.linalg.norm(dx, axis=(1, 2))
            return norms[::-1] / norms[-1]

    tried = [Network(kind, rate, True) for kind in kinds for rate in RATES]
    free = [Network(kind, MIDDLE, False) for kind in kinds]
    middle = [network for network in tried if network.rate == MIDDLE] + free
    changing = [part for n in tried + free for part in (n.w, n.rng, n.right, n.climbed)]
    for step in progress.steps(STEPS, *changing, examples=N * len(tried + free)):
        for network in tried + free:
            network.learn(step)
        progress.show(**{network.kind: network.gap for network in middle if network.clipped})

    best = {kind: max((n for n in tried if n.kind == kind), key=lambda n: (n.gap, -sum(n.climbed))) for kind in kinds}
    shares = {kind: network.share(STAIRS[-1]) for kind, network in best.items()}
    gaps = {kind: network.gap for kind, network in best.items()}
    goals = [
        Goal("words between, at the top", gaps.pop("LSTM"), STAIRS[-1], gaps, look_at="lstm_bptt"),
        Goal(f"right with {STAIRS[-1]} between", shares.pop("LSTM"), 0.8, shares, look_at="lstm_bptt"),
    ]
    stairs = Bars(
        "How many words each cell came up to, at each rate",
        {f"{n.kind} {n.rate:g}" + ("" if n.clipped else " free"): n.gap for n in tried + free},
        f"After {progress.done} steps. Those that are free were not clipped.",
    )
    names = [n.kind if n.clipped else f"{n.kind} free" for n in middle]
    right = Chart(
        f"How often each is right, at a rate of {MIDDLE:g}",
        "words between",
        "share of new sentences",
        {name: (STAIRS, [n.share(gap) for gap in STAIRS]) for name, n in zip(names, middle, strict=True)},
        f"A guess is right about {1 / SIZE:.3f} of them.",
    )
    reach = Chart(
        f"How much blame reaches the words before the last, at a rate of {MIDDLE:g}",
        "words back",
        "beside that of the last word",
        {name: (range(len(norms := n.reach())), norms) for name, n in zip(names, middle, strict=True)},
        f"The country that counts is {STAIRS[-1] + 1} words back.",
        log_y=True,
    )
    words = WORDS.format(enough=ENOUGH, batches=BATCHES, steps=STEPS, **{kind: n.gap for kind, n in best.items()})
    return Learned(words, chart=stairs, more=[right, reach], goals=goals)
