"""Where will the ball be in the next frame? One place in, its next place out, at every step.

python docs/recipes/ball.py
"""

import numpy as np

from minigrad import nn, no_grad, optim
from minigrad.data import ball

STEPS, N, H = 4000, 32, 64


class Ball(nn.Module):
    def __init__(self, rng):
        rng = np.random.default_rng(rng)  # one generator for all layers
        self.rnn = nn.RNN(3, H, rng=rng)
        self.readout = nn.Linear(H, 2, rng=rng)

    def forward(self, inputs):
        states, _ = self.rnn(inputs)
        return self.readout(states)  # how far it flies until the next frame


def train(steps=STEPS, seed=0):
    model = Ball(rng=seed)
    optimizer = optim.Adam(model.parameters(), lr=5e-3)
    schedule = optim.LinearLR(optimizer, start_factor=1.0, end_factor=0.1, total_iters=steps)
    for step in range(steps):
        paths = ball.paths(N, rng=[seed, step])
        errors = model(paths.inputs[:-1]) - np.diff(paths.positions, axis=0)
        optimizer.zero_grad()
        np.mean(errors**2).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return model


def judge(model, seed=1):
    """The mean error when a wall comes, in lengths of a step, beside that of the guess that it flies straight on."""
    paths = ball.paths(300, rng=[seed, 0])
    flown, bounces = np.diff(paths.positions, axis=0), paths.hits[2:]
    with no_grad():
        predicted = model(paths.inputs[:-1]).data

    def off(predictions):
        lengths = np.linalg.norm(flown[1:], axis=-1)
        return np.linalg.norm(predictions - flown[1:], axis=-1)[bounces].mean() / lengths.mean()

    return {"network": off(predicted[1:]), "straight on": off(flown[:-1])}


if __name__ == "__main__":
    print(judge(train()))
