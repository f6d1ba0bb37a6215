"""The recurrent network with remedies.

The network of the training rnn with its gradients clipped, from each of the first weights of exercise 18; and how much
of the blame for the language reaches the words before it.
"""

import numpy as np

from minigrad.course.training import Chart, Learned
from minigrad.course.training.postcards import BOARD, COLUMNS, Postcards, given, padded
from minigrad.course.training.weights import Weights
from minigrad.data.postcards import FARTHEST

D, H = 16, 64
STEPS, CARDS, MAX_NORM = 240, 25, 1.0
CLAIMS = {
    "xavier": "Clipped, and still nothing far.",
    "orthogonal": "Keeps lengths at first. tanh does not.",
    "identity": "Copies its state at first. tanh does not.",
}

WORDS = """
Each network made {steps} steps. So many gradients were longer than {max_norm:g} and were
shortened: {clipped}.
None of these remedies brings the country across. Chapter 5 builds another cell."""


def train(
    progress,
    vocabulary,
    embedding,
    unroll,
    bptt,
    local_derivatives,
    broadcasting,
    cross_entropy,
    clipping,
    initialization,
    seed=0,
):
    cards = Postcards(seed, vocabulary=vocabulary)
    size = len(cards.words)

    class Network:
        def __init__(self, scheme):
            rng, first, last = np.random.default_rng(seed).spawn(3)  # who is called gets a copy of a generator
