"""The LSTM of exercises 20 to 22 is that of minigrad.nn, and says what its gates were."""

import numpy as np
import pytest

from minigrad.course.checks.gates import gradients_of_the_cell_state, lstm_states, lstm_step
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


def test_the_gradient_of_its_cell_state_goes_by_both_roads(network):
    """Held against a small change of the state after each step, and of what is shown of it."""
    weights = [network[name] for name in ("W_xh", "W_hh", "b")]
    x, nowhere, small = network["x"][:, :1], np.zeros((1, H)), 1e-6
    _, cs, gates = lstm_states(x, nowhere, nowhere, *weights)
    for back, gradient in enumerate(gradients_of_the_cell_state(x, *weights)):
        t = T - 1 - back
        changed = []
        for c in (cs[t] + small * np.eye(H), cs[t] - small * np.eye(H)):
            h = gates[t, :, 3 * H :] * np.tanh(c)
            for x_t in x[t + 1 :]:
                h, c, _ = lstm_step(x_t, h, c, *weights)
            changed.append(c)
        np.testing.assert_allclose(gradient, (changed[0] - changed[1]).T / (2 * small), atol=1e-8)


def test_large_sums_open_and_shut_gates_and_nothing_overflows():
    one = np.ones((1, 1))
    _, c, gates = lstm_step(one, 0 * one, one, np.array([[1000.0, -1000.0, 1000.0, -1000.0]]), np.zeros((1, 4)), 0.0)
    assert gates.tolist() == [[1.0, 0.0, 1.0, 0.0]]
    assert c.tolist() == [[1.0]]
