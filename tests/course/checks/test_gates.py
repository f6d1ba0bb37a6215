"""The LSTM of exercises 21 and 22 is that of minigrad.nn, and says what its gates were."""

import numpy as np
import pytest

from minigrad.course.checks.gates import lstm_states, lstm_step
from minigrad.nn.cells import lstm_cell

T, N, D, H = 4, 3, 2, 5


@pytest.fixture
def network():
    rng = np.random.default_rng(0)
    shapes = {"x": (T, N, D), "h0": (N, H), "c0": (N, H), "W_xh": (D, 4 * H), "W_hh": (H, 4 * H), "b": (4 * H,)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def test_its_states_are_those_of_the_framework(network):
    hs, cs, _ = lstm_states(**network)
    h, c = network["h0"], network["c0"]
    for t in range(T):
        h, c = lstm_cell(network["x"][t], h, c, network["W_xh"].T, network["W_hh"].T, network["b"])
        np.testing.assert_allclose(hs[t], h)
        np.testing.assert_allclose(cs[t], c)


def test_its_gates_make_its_states(network):
    hs, cs, gates = lstm_states(**network)
    i, f, g, o = np.split(gates, 4, axis=2)
    np.testing.assert_allclose(cs, f * np.concatenate([network["c0"][None], cs[:-1]]) + i * g)
    np.testing.assert_allclose(hs, o * np.tanh(cs))


def test_large_sums_open_and_shut_gates_and_nothing_overflows():
    one = np.ones((1, 1))
    _, c, gates = lstm_step(one, 0 * one, one, np.array([[1000.0, -1000.0, 1000.0, -1000.0]]), np.zeros((1, 4)), 0.0)
    assert gates.tolist() == [[1.0, 0.0, 1.0, 0.0]]
    assert c.tolist() == [[1.0]]
