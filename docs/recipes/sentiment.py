"""Good or bad? A whole review in, one answer out; in half of the reviews only the order of the words decides.

python docs/recipes/sentiment.py
"""

import numpy as np

from minigrad import functional, nn, no_grad, optim
from minigrad.data import Batches, Vocabulary, pad, reviews

STEPS, N, D, H = 300, 64, 16, 32
VOCABULARY = Vocabulary(reviews.WORDS)


class Sentiment(nn.Module):
    def __init__(self, rng):
        rng = np.random.default_rng(rng)  # one generator for all layers
        self.embedding = nn.Embedding(len(VOCABULARY), D, rng=rng)
        self.rnn = nn.RNN(D, H, rng=rng)
        self.readout = nn.Linear(H, 2, rng=rng)

    def forward(self, some):
        ids, lengths = pad([VOCABULARY.encode(review.words) for review in some])
        _, last = self.rnn(self.embedding(ids), lengths=lengths)  # behind the end of a review nothing is read
        return self.readout(last[0])


def train(steps=STEPS, seed=0):
    model = Sentiment(rng=seed)
    optimizer = optim.Adam(model.parameters(), lr=3e-3)
    batches = Batches(reviews.reviews(2000, filler=4, rng=[seed, 0]), N, rng=seed)
    for _, some in zip(range(steps), batches.endless(), strict=False):
        loss = functional.cross_entropy(model(some), np.array([review.good for review in some], int))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return model


def judge(model, seed=1):
    """The share of new reviews that it understands, of the easy ones and of those where the order decides."""
    some = reviews.reviews(400, filler=4, rng=[seed, 0])
    with no_grad():
        right = np.argmax(model(some).data, axis=1) == [review.good for review in some]
    hard = np.array([review.hard for review in some])
    return {"easy": right[~hard].mean(), "order": right[hard].mean()}


if __name__ == "__main__":
    print(judge(train()))
