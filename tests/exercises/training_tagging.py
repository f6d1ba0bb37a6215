"""Capstone: which letters belong to the motif?

Many-to-many, aligned: after each letter of a string of DNA a network says whether it belongs to TATAAT. Each string has
one, and decoys: TATAAT with one letter wrong.
"""

import numpy as np

from minigrad.course.training import Chart, Goal, Learned, Row, Words, cells
from minigrad.course.training.weights import Weights
from minigrad.data.tagging import LETTERS, MOTIF, MOTIF_TAGS, motifs

STEPS, N, H = 300, 32, 16
TESTED, SHOWN = 300, 3  # strings to be judged by, and how many of them are shown

BOARD = "Tags of letters in new strings"
COLUMNS = {
    "F1": "how well what is tagged and what is the motif agree; 1 is all",
    "first": "how many of the first letters of a motif are found",
    "last": "how many of the last ones",
}
WORDS = """
The tag of the first letter depends on the last. Whoever reads from the left has
seen all of a motif at its last letter, and one letter of it at its first. So
forward alone finds {forward_last:.1%} of the last letters and {forward_first:.1%} of the first, and
backward alone {backward_last:.1%} and {backward_first:.1%}. Side by side the two have seen everything
at each letter, and find {both_last:.1%} and {both_first:.1%}."""


def train(progress, cross_entropy, padding, lstm_cell, highway, lstm_bptt, stacking, seed=0):
    first, last = np.random.default_rng([seed, 1]).spawn(2)  # a generator that is handed over stays as it is here
    cell = cells.lstm(lstm_cell.along, lstm_bptt.lstm_bptt)
    begins = [highway.init_lstm(rng=each, D=len(LETTERS), H=H, forget_bias=1.0) for each in first.spawn(2)]

    class Tagger:
        """An LSTM for each direction in which it reads: forward, which is 0, and backward, which is 1."""

        def __init__(self, *directions):
            self.ws = {}
            for d in directions:
                W_xh, W_hh, b = begins[d]
                W_hy = last.normal(size=(H, 2)) / np.sqrt(H)
                self.ws[d] = Weights(0.02, STEPS, W_xh=W_xh, W_hh=W_hh, b=b, W_hy=W_hy, b_y=np.zeros(2))

        def read(self, x, lengths):
            """The logits of each letter (T, N, 2), and for each direction what it read and its states."""
            logits, found = 0, {}
            for d, w in self.ws.items():
                turned = turn(x, lengths, d)
                states = cell.read(turned, w.W_xh, w.W_hh, w.b)
                logits = logits + turn(states[0] @ w.W_hy + w.b_y, lengths, d)
                found[d] = turned, states
            return logits, found

        def learn(self, x, lengths, tags, real):
            logits, found = self.read(x, lengths)
            rows = {"logits": logits.reshape(-1, 2), "targets": tags.reshape(-1), "mask": real.reshape(-1)}
            d_logits = cross_entropy.cross_entropy_backward(dout=1.0, **rows).reshape(logits.shape)
            for d, w in self.ws.items():
                blame, (turned, states) = turn(d_logits, lengths, d), found[d]
                _, W_xh, W_hh, b = cell.backward(blame @ w.W_hy.T, turned, states, w.W_xh, w.W_hh)
                W_hy = np.einsum("tnh,tnk->hk", states[0], blame)
                w.learn(W_xh=W_xh, W_hh=W_hh, b=b, W_hy=W_hy, b_y=blame.sum(axis=(0, 1)))
            return cross_entropy.cross_entropy(**rows)

        def tags(self, x, lengths, real):
            return (np.argmax(self.read(x, lengths)[0], axis=-1) == 1) & real

    def turn(x, lengths, d):
        return stacking.reverse_sequences(x=x, lengths=lengths) if d else x

    def drawn(strings):
        """The letters (T, N, 4), their tags (T, N), how many there are, and which are real."""
        x, lengths = padding.pad(sequences=[np.eye(4)[[LETTERS.index(a) for a in s.tokens]] for s in strings])
        real = padding.sequence_mask(lengths=lengths, T=len(x))
        tags = np.zeros(real.shape, int)
        tags.T[real.T] = np.concatenate([s.tags for s in strings])
        return x, lengths, tags, real

    taggers = {"forward": Tagger(0), "backward": Tagger(1), "both": Tagger(0, 1)}
    rng = np.random.default_rng([seed, 2])
    for _ in progress.steps(STEPS, *(w for tagger in taggers.values() for w in tagger.ws.values()), rng, examples=N):
        some = drawn(motifs(N, rng=rng))
        progress.show(**{name: tagger.learn(*some) for name, tagger in taggers.items()})

    tested = motifs(TESTED, rng=[seed, 3])
    x, lengths, truth, real = drawn(tested)
    truth = truth == 1
    said = {name: tagger.tags(x, lengths, real) for name, tagger in taggers.items()}
    by_letter = {name: tags.T[truth.T].reshape(TESTED, len(MOTIF)).mean(axis=0) for name, tags in said.items()}
    scores = {
        name: {"F1": 2 * np.sum(tags & truth) / (np.sum(tags) + np.sum(truth)), "first": found[0], "last": found[-1]}
        for (name, tags), found in zip(said.items(), by_letter.values(), strict=True)
    }
    claims = {
        "forward": "It has not seen what follows.",
        "backward": "It has not seen what stood before.",
        "both": "At each letter it has seen everything.",
    }
    counts = {name: sum(w.count for w in tagger.ws.values()) for name, tagger in taggers.items()}
    rows = [Row(f"LSTM, {name}", scores[name], claims[name], counts[name]) for name in taggers]

    def marks(tags, n):
        return "".join(MOTIF_TAGS[int(tag)] for tag in tags[: lengths[n], n])

    lines = []
    for n, string in enumerate(tested[:SHOWN]):
        lines += [f"{'':9}{''.join(string.tokens)}"]
        lines += [f"{name:>8} {marks(tags, n)}" for name, tags in {"truth": truth, **said}.items()]
    strings = Words("Who tags which letters", lines, f"{MOTIF_TAGS[1]} belongs to {MOTIF}.")
    chart = Chart(
        "How many letters of a motif are found",
        "letter",
        "share of those in new strings",
        {name: (range(1, len(MOTIF) + 1), found) for name, found in by_letter.items()},
        f"1 is the first letter of {MOTIF}, and {len(MOTIF)} the last.",
    )
    f1 = {name: each["F1"] for name, each in scores.items()}
    goal = Goal("F1 of both directions", f1.pop("both"), 0.97, f1, look_at="stacking")
    words = WORDS.format(**{f"{name}_{end}": each[end] for name, each in scores.items() for end in ("first", "last")})
    return Learned(words, rows, board=BOARD, columns=COLUMNS, chart=strings, more=[chart], goals=[goal])
