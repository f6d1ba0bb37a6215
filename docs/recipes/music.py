"""Tunes in ABC notation, letter by letter: read many, then write some, and listen to one.

python docs/recipes/music.py
"""

import numpy as np

from minigrad import functional, nn, no_grad, optim
from minigrad.data import Vocabulary, notation, sound, streams, tunes

STEPS, N, T, H = 1240, 16, 64, 64
TEXT = "\n".join(tunes.compose(1200, rng=0))
LETTERS = Vocabulary(TEXT, special=())


class Music(nn.Module):
    def __init__(self, rng):
        rng = np.random.default_rng(rng)  # one generator for all layers
        self.embedding = nn.Embedding(len(LETTERS), 32, rng=rng)
        self.lstm = nn.LSTM(32, H, rng=rng)
        self.readout = nn.Linear(H, len(LETTERS), rng=rng)

    def forward(self, ids, state=None):
        outputs, state = self.lstm(self.embedding(ids), state)
        return self.readout(outputs), state


def train(steps=STEPS, seed=0):
    model = Music(rng=seed)
    optimizer = optim.Adam(model.parameters(), lr=1e-2)
    schedule = optim.LinearLR(optimizer, start_factor=1.0, end_factor=0.0, total_iters=steps)
    chunks, state = streams(LETTERS.encode(TEXT), N, T), None
    for step in range(steps):
        x, y = chunks[step % len(chunks)]
        logits, state = model(x, None if step % len(chunks) == 0 else state)
        optimizer.zero_grad()
        functional.cross_entropy(logits, y).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        state = tuple(part.detach() for part in state)
    return model


def write(model, length, rng, temperature=0.7):
    """A text that the network writes after an empty line, which is where a tune begins."""
    ids, state = LETTERS.encode("\n\n"), None
    written = []
    with no_grad():
        for _ in range(length):
            logits, state = model(ids[:, None], state)
            p = functional.softmax(logits[-1, 0] / temperature).data
            ids = np.array([rng.choice(len(LETTERS), p=p / p.sum())])
            written.extend(LETTERS.decode(ids))
    return "".join(written)


def judge(model, seed=1, length=2000):
    """The share of the bars that it writes that add up, and the share of its tunes without a fault."""
    found = [notation.parse(tune) for tune in tunes.apart(write(model, length, np.random.default_rng(seed)))[:-1]]
    bars = [bar.right for tune in found for bar in tune.bars]
    return {"bars": np.mean(bars or [0.0]), "tunes": np.mean([not tune.faults for tune in found] or [0.0])}


if __name__ == "__main__":
    model = train()
    print(judge(model))
    tune = tunes.apart(write(model, 400, np.random.default_rng(2)))[0]
    print(tune)
    sound.save(notation.parse(tune), "tune.wav")
