"""The numbers that a model learns, and how far a step takes them."""

import numpy as np
import pytest

from minigrad.course.training.weights import Weights


def moves(steps):
    """How far each of four steps takes a weight whose gradient is always the same."""
    w, places = Weights(0.1, steps, W=np.zeros(1)), [0.0]
    for _ in range(4):
        w.learn(W=np.ones(1))
        places.append(float(w.W[0]))
    return -np.diff(places)


def test_the_rate_falls_to_nothing():
    assert moves(2) == pytest.approx([0.1, 0.05, 0, 0])


def test_without_steps_the_rate_stays():
    assert moves(None) == pytest.approx([0.1, 0.1, 0.1, 0.1])
