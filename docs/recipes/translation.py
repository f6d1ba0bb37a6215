"""Dates as people write them, to dates as machines do: "3 march 2021" is 2021-03-03. Attention looks where it needs.

python docs/recipes/translation.py
"""

import numpy as np

from minigrad import functional, nn, no_grad, optim
from minigrad.data import Vocabulary, dates, pad

STEPS, N, E, H, FILLER = 300, 32, 16, 48, 4
BOS, EOS = "<bos>", "<eos>"
READ = Vocabulary(
    sorted({letter for written, _ in dates.pairs(2000, FILLER, rng=0) for letter in written}), special=("<unk>",)
)
WRITE = Vocabulary("0123456789-", special=(BOS, EOS))


class Translator(nn.Module):
    """A bidirectional GRU reads. Another one writes, and each of its states looks back at all that were read."""

    def __init__(self, rng):
        rng = np.random.default_rng(rng)  # one generator for all layers
        self.read = nn.Embedding(len(READ), E, rng=rng)
        self.written = nn.Embedding(len(WRITE), E, rng=rng)
        self.encoder = nn.GRU(E, H, bidirectional=True, rng=rng)
        self.bridge = nn.Linear(2 * H, H, rng=rng)
        self.decoder = nn.GRU(E, H, rng=rng)
        self.key = nn.Linear(2 * H, H, rng=rng)
        self.readout = nn.Linear(3 * H, len(WRITE), rng=rng)

    def encode(self, ids, lengths):
        states, last = self.encoder(self.read(ids), lengths=lengths)  # (T, N, 2H) and (2, N, H)
        begin = np.tanh(self.bridge(np.concatenate([last[0], last[1]], axis=-1)))[None]
        mask = np.arange(len(ids)) < lengths[:, None]  # (N, T): True may be looked at
        return states.transpose(1, 0, 2), mask, begin

    def decode(self, ids, state, states, mask):
        """Logits (S, N, V) of what comes after each of ids (S, N), the last state, and what was looked at (N, S, T)."""
        outputs, state = self.decoder(self.written(ids), state)
        queries = outputs.transpose(1, 0, 2)
        scores = queries @ self.key(states).transpose(0, 2, 1) / np.sqrt(H)
        weights = functional.softmax(np.where(mask[:, None], scores, -np.inf))
        seen = np.concatenate([queries, weights @ states], axis=-1)
        return self.readout(seen).transpose(1, 0, 2), state, weights


def padded(some):
    ids, lengths = pad([READ.encode(written) for written, _ in some])
    targets, _ = pad([WRITE.encode([BOS, *iso, EOS]) for _, iso in some])  # all ISO dates are equally long
    return ids, lengths, targets


def train(steps=STEPS, seed=0):
    model = Translator(rng=seed)
    optimizer = optim.Adam(model.parameters(), lr=5e-3)
    schedule = optim.LinearLR(optimizer, start_factor=1.0, end_factor=0.1, total_iters=steps)
    for step in range(steps):
        ids, lengths, targets = padded(dates.pairs(N, FILLER, rng=[seed, step]))
        states, mask, begin = model.encode(ids, lengths)
        logits, _, _ = model.decode(targets[:-1], begin, states, mask)  # it is told what is right: teacher forcing
        optimizer.zero_grad()
        functional.cross_entropy(logits, targets[1:]).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return model


def translate(model, some):
    """The ISO dates that it writes, each letter after its own."""
    ids, lengths, targets = padded(some)
    with no_grad():
        states, mask, state = model.encode(ids, lengths)
        written = [targets[:1]]
        for _ in range(len("2021-03-03")):
            logits, state, _ = model.decode(written[-1], state, states, mask)
            written.append(np.argmax(logits.data, axis=-1))
    return ["".join(WRITE.decode(column)) for column in np.concatenate(written[1:]).T]


def judge(model, seed=1):
    """The share of new dates that it gets wholly right."""
    some = dates.pairs(200, FILLER, rng=[seed, 0])
    return {"right": np.mean([got == iso for got, (_, iso) in zip(translate(model, some), some, strict=True)])}


if __name__ == "__main__":
    model = train()
    print(judge(model))
    for (written, _), iso in zip(some := dates.pairs(5, FILLER, rng=2), translate(model, some), strict=True):
        print(iso, "←", written)
