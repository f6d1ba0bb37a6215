"""The country is named once, and asked for many words later: how far back does a network learn to remember?

The gap grows when the network has understood, and so comes within its reach step by step.

    python docs/recipes/memory.py
"""

import numpy as np

from minigrad import functional, nn, no_grad, optim
from minigrad.data import countries

STEPS, N, H, FARTHEST = 500, 32, 32, 235


class Memory(nn.Module):
    def __init__(self, cell, rng):
        rng = np.random.default_rng(rng)  # one generator for all layers
        self.embedding = nn.Embedding(len(countries.WORDS), H, rng=rng)
        self.cell = cell(H, H, rng=rng)
        self.readout = nn.Linear(H, len(countries.COUNTRIES), rng=rng)
        if cell is nn.LSTM:
            nn.init.forget_bias_(self.cell, 1.0)

    def forward(self, ids):
        outputs, _ = self.cell(self.embedding(ids))
        return self.readout(outputs[-1])


def train(steps=STEPS, seed=0, cell=nn.LSTM):
    """The network, and for each step the longest gap that it met."""
    model, rng = Memory(cell, rng=seed), np.random.default_rng(seed)
    optimizer = optim.Adam(model.parameters(), lr=1e-2)
    longest, last, gaps = 10, [], []
    for _ in range(steps):
        ids, answers = countries.sentences(N, int(rng.integers(longest // 2, longest + 1)), rng=rng)
        logits = model(ids)
        optimizer.zero_grad()
        functional.cross_entropy(logits, answers).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        gaps.append(longest)
        last = [*last[-9:], np.mean(np.argmax(logits.data, axis=1) == answers)]
        if len(last) == 10 and np.mean(last) > 0.9:
            longest, last = min(FARTHEST, -(-longest * 5 // 4)), []
    return model, gaps


def judge(trained, seed=1):
    """The share of new sentences that it answers rightly, by gap; a guess is right once in eight times."""
    model, gaps = trained
    found = {"longest gap met": gaps[-1]}
    with no_grad():
        for gap in (10, 50, 100, 200):
            ids, answers = countries.sentences(200, gap, rng=[seed, gap])
            found[f"gap {gap}"] = np.mean(np.argmax(model(ids).data, axis=1) == answers)
    return found


if __name__ == "__main__":
    for cell in (nn.LSTM, nn.RNN):
        print(cell.__name__, judge(train(cell=cell)))
