"""Which letters belong to the motif TATAAT? One tag for each letter, from what stands before and behind it.

python docs/recipes/tagging.py
"""

import numpy as np

from minigrad import functional, nn, no_grad, optim
from minigrad.data import Vocabulary, pad, tagging

STEPS, N, H = 400, 32, 16
LETTERS = Vocabulary(tagging.LETTERS, special=())


class Tagger(nn.Module):
    def __init__(self, bidirectional, rng):
        rng = np.random.default_rng(rng)  # one generator for all layers
        self.embedding = nn.Embedding(len(LETTERS), len(LETTERS), rng=rng)
        self.lstm = nn.LSTM(len(LETTERS), H, bidirectional=bidirectional, rng=rng)
        self.readout = nn.Linear(H * (1 + bidirectional), 2, rng=rng)

    def forward(self, ids, lengths):
        outputs, _ = self.lstm(self.embedding(ids), lengths=lengths)
        return self.readout(outputs)


def padded(some):
    ids, lengths = pad([LETTERS.encode(each.tokens) for each in some])
    tags, _ = pad([np.array(each.tags) for each in some])
    counts = np.arange(len(ids))[:, None] < lengths
    return ids, lengths, np.where(counts, tags, -100)  # -100 is a target that does not count


def train(steps=STEPS, seed=0, bidirectional=True):
    model = Tagger(bidirectional, rng=seed)
    optimizer = optim.Adam(model.parameters(), lr=1e-2)
    for step in range(steps):
        ids, lengths, tags = padded(tagging.motifs(N, rng=[seed, step]))
        optimizer.zero_grad()
        functional.cross_entropy(model(ids, lengths), tags).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return model


def judge(model, seed=1):
    """F1: of the letters that it tags and those that it should, twice those that are both over the sum."""
    ids, lengths, tags = padded(tagging.motifs(200, rng=[seed, 0]))
    with no_grad():
        tagged = (np.argmax(model(ids, lengths).data, axis=-1) == 1) & (tags >= 0)
    return {"F1": 2 * np.sum(tagged & (tags == 1)) / (np.sum(tagged) + np.sum(tags == 1))}


if __name__ == "__main__":
    print("both ways", judge(train()))
    print("forward  ", judge(train(bidirectional=False)))
