"""The numbers that a model learns, and how far a step takes them."""

import numpy as np
import pytest

from benchmarks.postcards import Here
from minigrad.course.training.weights import OwnWeights, Weights

from ..commands import ROOT

OPTIMIZERS = Here(ROOT / "solutions" / "ex26_optimizers.py")


def moves(steps):
    """The moves of a weight in four steps, when its gradient is always the same."""
    w, places = Weights(0.1, steps, W=np.zeros(1)), [0.0]
    for _ in range(4):
        w.learn(W=np.ones(1))
        places.append(float(w.W[0]))
    return -np.diff(places)


def test_the_rate_falls_to_nothing():
    assert moves(2) == pytest.approx([0.1, 0.05, 0, 0])


def test_without_steps_the_rate_stays():
    assert moves(None) == pytest.approx([0.1, 0.1, 0.1, 0.1])


def test_the_students_adam_moves_them_as_that_of_minigrad_does():
    arrays = {"W": np.ones((2, 3)), "b": np.zeros(3)}
    own, other = OwnWeights(OPTIMIZERS, 0.1, 4, **arrays), Weights(0.1, 4, **arrays)
    rng = np.random.default_rng(0)
    for _ in range(6):
        gradients = {"b": rng.normal(size=3), "W": rng.normal(size=(2, 3))}
        own.learn(**gradients)
        other.learn(**gradients)
    assert pytest.approx(other.W) == own.W
    assert own.b == pytest.approx(other.b)
    assert own.count == other.count == 9


def test_own_weights_go_on_from_their_state():
    def made():
        return OwnWeights(OPTIMIZERS, 0.1, 9, W=np.ones(3))

    once, again = made(), made()
    once.learn(W=np.arange(3.0))
    again.load_state_dict(once.state_dict())
    for w in (once, again):
        w.learn(W=np.ones(3))
    assert np.array_equal(once.W, again.W)
