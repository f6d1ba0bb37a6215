"""Capstone: dates as people write them, translated.

Many-to-many, and not aligned: "we meet on 3rd of march 2021" becomes 2021-03-03. One network gets the last state of an
encoder and nothing else. The other may look back at all of its states.
"""

import numpy as np

from minigrad import vjp
from minigrad.course.training import Goal, Grid, Learned, Row
from minigrad.course.training.weights import OwnWeights
from minigrad.data import Vocabulary, dates, pad
from minigrad.nn.kernels import gru

STEPS, N, D, H, RATE = 240, 32, 16, 32, 0.02
MOST = 8  # words around a date that is learned from
FILLER, TESTED = (0, 2, 4, 8, 12), 200  # words around those that are tested, and how many of each
PART = 50  # of them that are translated at once
LETTERS = Vocabulary("".join((*dates.MONTHS, *dates.FILLER, "0123456789 ,./")), special=())
DIGITS = Vocabulary("0123456789-", special=("<bos>", "<eos>"))
BOS, EOS = 0, 1
GRU = ("W_xh", "W_hh", "b_x", "b_h")

BOARD = "The share of new dates that are right, by how many words stand around them"
COLUMNS = {str(words): f"{words} words around the date" for words in FILLER}
COLUMNS["12"] = "more than in any that it has learned from"

WORDS = """
Both read the date letter by letter, and write the year first. The bottleneck
is handed {H} numbers, whatever the length of what was read. With 4 words around
the dates, {bottleneck:.0%} of what it writes after {steps} steps is right.

The other one need not remember the source: it looks back at it, and nobody told
it where. The dates are {part:.0%} of what it reads there. When it writes a digit,
{on_date:.0%} of its looks go to them."""


def train(progress, cross_entropy, gru_cell, stacking, optimizers, encoder_decoder, attention, seed=0):
    rng = np.random.default_rng(seed)
    tested = {words: dates.pairs(TESTED, words, rng=[seed, words]) for words in FILLER}
    never = {iso for pairs in tested.values() for _, iso in pairs}

    def drawn():
        """Dates to learn from, with some words around them."""
        pairs = dates.pairs(N, int(rng.integers(MOST + 1)), rng=rng)
        return [pair for pair in pairs if pair[1] not in never]

    class Translator:
        """An encoder and a decoder, of GRUs. If it looks, there is a second encoder, which reads from the end, and
        after each step of the decoder attention to the states of both."""

        def __init__(self, looks):
            def normal(*shape):
                return rng.normal(size=shape) / np.sqrt(shape[0])

            def cell(who):
                weights = normal(D, 3 * H), normal(H, 3 * H), np.zeros(3 * H), np.zeros(3 * H)
                return dict(zip((f"{who}_{name}" for name in GRU), weights, strict=True))

            arrays = {"E": rng.normal(size=(len(LETTERS), D)) / 2, "E_out": rng.normal(size=(len(DIGITS), D)) / 2}
            arrays |= {**cell("reads"), **cell("writes"), "W_hy": normal(H, len(DIGITS)), "b_y": np.zeros(len(DIGITS))}
            if looks:
                arrays |= {
                    **cell("backward"),
                    "W_k": normal(2 * H, H),
                    "W_v": normal(2 * H, H),
                    "W_c": normal(2 * H, H),
                }
            self.looks, self.w = looks, OwnWeights(optimizers, RATE, STEPS, **arrays)

        def cell(self, who):
            return tuple(getattr(self.w, f"{who}_{name}") for name in GRU)

        def read(self, written):
            """The state that the decoder is handed (N, H), and the states that it may look back at (T, N, 2H)."""
            self.ids, self.lengths = pad([LETTERS.encode(text) for text in written])
            states, last = self.encode(self.ids, "reads")
            if not self.looks:
                return last, states
            turned, _ = self.encode(self.turn(self.ids[:, :, None])[:, :, 0].astype(int), "backward")
            return last, np.concatenate([states, self.turn(turned)], axis=2)

        def encode(self, ids, who):
            one = {"ids": ids, "lengths": self.lengths, "E": self.w.E, "weights": self.cell(who)}
            return encoder_decoder.encode_sequence(**one)

        def turn(self, x):
            return stacking.reverse_sequences(x=x, lengths=self.lengths)

        def steps(self, said, h):
            """The states of the decoder (T, N, H), which is fed these tokens (T, N)."""
            weights = dict(zip(GRU, self.cell("writes"), strict=True))
            return gru_cell.along("gru_cell", x=self.w.E_out[said], h=h, **weights)

        def look(self, hs, states):
            """The arguments of attention: states of the decoder (T, N, H) ask those of the encoders, examples first."""
            states = np.swapaxes(states, 0, 1)
            real = np.arange(states.shape[1]) < self.lengths[:, None]
            mask = np.repeat(real[:, None], len(hs), axis=1)
            return {"q": np.swapaxes(hs, 0, 1), "k": states @ self.w.W_k, "v": states @ self.w.W_v, "mask": mask}

        def shown(self, hs, states):
            """The values that logits are made of (N, T, H), of states of the decoder; and how it came to that."""
            if not self.looks:
                return np.swapaxes(hs, 0, 1), None
            asked = self.look(hs, states)
            found, weights = attention.attention(**asked)
            both = np.concatenate([asked["q"], found], axis=2)
            return np.tanh(both @ self.w.W_c), (asked, both, weights)

        def learn(self, pairs):
            w, (last, states) = self.w, self.read([written for written, _ in pairs])
            said = np.stack([[BOS, *DIGITS.encode(iso), EOS] for _, iso in pairs], axis=1)
            shown, way = self.shown(self.steps(said[:-1], last), states)
            logits = shown @ w.W_hy + w.b_y
            rows = {"logits": logits.reshape(-1, len(DIGITS)), "targets": said[1:].T.ravel()}
            rows["mask"] = np.ones(len(rows["targets"]), bool)
            d = cross_entropy.cross_entropy_backward(dout=1.0, **rows).reshape(logits.shape)
            grads = {"W_hy": np.einsum("nth,ntv->hv", shown, d), "b_y": d.sum(axis=(0, 1))}
            dhs, d_states = d @ w.W_hy.T, np.zeros(states.shape)
            if self.looks:
                asked, both, _ = way
                d = dhs * (1 - shown**2)
                grads["W_c"] = np.einsum("nti,ntj->ij", both, d)
                dq, d_found = np.split(d @ w.W_c.T, [H], axis=2)
                more, dk, dv = attention.gradients(dout=d_found, **asked)
                grads["W_k"], grads["W_v"] = (np.einsum("tni,ntj->ij", states, d) for d in (dk, dv))
                dhs, d_states = dq + more, np.swapaxes(dk @ w.W_k.T + dv @ w.W_v.T, 0, 1)
            dE_out, d_last, cell = self.back("writes", np.swapaxes(dhs, 0, 1), 0 * last, said[:-1], w.E_out, last)
            dE, _, reader = self.back("reads", d_states[:, :, :H], d_last, self.ids, w.E, 0 * last)
            grads |= {"E_out": dE_out, **cell, **reader}
            if self.looks:
                turned = [self.turn(x).astype(x.dtype) for x in (d_states[:, :, H:], self.ids[:, :, None])]
                more, _, reader = self.back("backward", turned[0], 0 * last, turned[1][:, :, 0], w.E, 0 * last)
                dE, grads = dE + more, grads | reader
            w.learn(E=dE, **grads)
            return cross_entropy.cross_entropy(**rows)

        def back(self, who, dhs, d_last, ids, E, h0):
            """The way back through a GRU, which exercise 25 left to minigrad: the gradients of its embeddings, of the
            state before the first step, and of its weights."""
            lengths = len(ids) if who == "writes" else self.lengths
            real = np.arange(len(ids))[:, None] < np.broadcast_to(lengths, ids.shape[1])
            weights = self.cell(who)
            _, pullback = vjp(lambda x, h, W, V, b, c: gru(x, h, W.T, V.T, b, c, real), E[ids], h0, *weights)
            dx, dh0, *grads = pullback(np.concatenate([dhs, d_last[None]]))
            dE = np.zeros(E.shape)
            np.add.at(dE, ids, dx)
            return dE, dh0, dict(zip((f"{who}_{name}" for name in GRU), grads, strict=True))

        def write(self, written):
            """The answer to each, and where it looked for each letter of that (N, T, letters)."""
            if not self.looks:
                start, w, writer = np.full(len(written), BOS), self.w, self.cell("writes")
                self.read(written)
                source = {"ids": self.ids, "lengths": self.lengths, "E_source": w.E, "encoder": self.cell("reads")}
                decoder = {"E_target": w.E_out, "decoder": writer, "W_hy": w.W_hy, "b_y": w.b_y, "max_length": 11}
                said = encoder_decoder.answer(**source, start=start, eos=EOS, **decoder)
                return ["".join(DIGITS.decode(ids)) for ids in said], None
            h, states = self.read(written)
            token, said, looked = np.full(len(written), BOS), [], []
            for _ in range(11):
                [h] = self.steps(token[None], h)
                shown, (_, _, weights) = self.shown(h[None], states)
                token = np.argmax(shown[:, 0] @ self.w.W_hy + self.w.b_y, axis=1)
                said.append(token)
                looked.append(weights[:, 0])
            texts = ["".join(DIGITS.decode(ids)).partition("<eos>")[0] for ids in np.stack(said, axis=1)]
            return texts, np.stack(looked, axis=1)

        def right(self, pairs):
            parts = [pairs[start : start + PART] for start in range(0, len(pairs), PART)]
            said = [text for part in parts for text in self.write([written for written, _ in part])[0]]
            return np.mean([text == iso for text, (_, iso) in zip(said, pairs, strict=True)])

    looking, bottleneck = Translator(looks=True), Translator(looks=False)
    for _ in progress.steps(STEPS, looking.w, bottleneck.w, rng, examples=N):
        pairs = drawn()
        progress.show(loss=looking.learn(pairs), bottleneck=bottleneck.learn(pairs))
    models = {"bottleneck": bottleneck, "attention": looking}
    claims = {"bottleneck": "One state is all it is handed.", "attention": "It looks back, at any distance."}
    rows = [
        Row(name, {str(words): model.right(pairs) for words, pairs in tested.items()}, claims[name], model.w.count)
        for name, model in models.items()
    ]
    less, more = (row.scores["4"] for row in rows)
    goal = Goal("dates right as a whole", more, 0.95, {"the bottleneck": less}, look_at="attention")
    some = [written for written, _ in tested[4][:PART]]
    here, _ = pad([of_date(written) for written in some])
    digits = [t for t, letter in enumerate("yyyy-mm-dd") if letter != "-"]
    looks = looking.write(some)[1][:, digits].sum(axis=1).T
    part, on_date = np.sum(here) / sum(map(len, some)), np.sum(looks * here) / np.sum(looks)
    words = WORDS.format(H=H, bottleneck=less, steps=progress.done, part=part, on_date=on_date)
    some = [written for written, _ in tested[2] if len(written) <= 30 and " of " in written][:3]
    said, looked = looking.write(some)
    chart = Grid(
        "Where it looked",
        {said[0][: t + 1]: looked[0, t, : len(some[0])] for t in range(len(said[0]))},
        [*some[0]],
        "Each row is a letter that it writes, the last one of what stands there.",
    )
    lines = [f"{written} -> {text}" for written, text in zip(some, said, strict=True)]
    return Learned(words, rows, board=BOARD, columns=COLUMNS, lines=lines, chart=chart, goals=[goal])


def of_date(written):
    """For each letter, whether it is one of the date."""
    return np.array([real for word in written.split(" ") for real in [word not in dates.FILLER] * (len(word) + 1)][:-1])
