"""What an LSTM cell must do, whatever the sizes."""

import math

import numpy as np

from minigrad.course.checks import Ask, Chart, chart, size, sometimes_zero

lstm = Ask("lstm_cell", takes="x h c W_xh W_hh b", gives={"h_next": "N H", "c_next": "N H"}, N=size, D=size, H=size)


@lstm.example
def one_step(rng, N, D, H, scale=1.0):
    return {
        "x": scale * sometimes_zero(rng, rng.normal(size=(N, D))),
        "h": sometimes_zero(rng, rng.uniform(-1, 1, size=(N, H))),
        "c": 10.0 ** rng.integers(0, 3) * sometimes_zero(rng, rng.normal(size=(N, H))),
        "W_xh": rng.normal(size=(D, 4 * H)),
        "W_hh": rng.normal(size=(H, 4 * H)),
        "b": rng.normal(size=4 * H),
    }


def sigmoid(a):
    return 1 / (1 + math.exp(-a)) if a >= 0 else math.exp(a) / (1 + math.exp(a))


@lstm.reference
def one_number_at_a_time(x, h, c, W_xh, W_hh, b):
    N, H = h.shape
    h_next, c_next = np.zeros((N, H)), np.zeros((N, H))
    for n in range(N):
        for j in range(H):
            a_i, a_f, a_g, a_o = (
                b[k] + math.fsum(x[n] * W_xh[:, k]) + math.fsum(h[n] * W_hh[:, k])
                for k in (j, H + j, 2 * H + j, 3 * H + j)
            )
            c_next[n, j] = sigmoid(a_f) * c[n, j] + sigmoid(a_i) * math.tanh(a_g)
            h_next[n, j] = sigmoid(a_o) * math.tanh(c_next[n, j])
    return h_next, c_next


test_cell_state = lstm.check("c_next, the new cell state", 4, "c_next")
test_hidden_state = lstm.check("h_next, the new hidden state", 3, "h_next")
test_saturated_gates = lstm.check(
    "both states for very large inputs", 2, "c_next", "h_next", needs=[test_cell_state, test_hidden_state], scale=1e4
)
test_pure = lstm.pure(1, needs=[test_cell_state])


def gradient_norms(step, inputs, state, H):
    """The norm of ∂h_T/∂s_k for k = T, T - 1, ..., 0, where s is the whole state and h its first H numbers.

    The Jacobian of a step is taken by central differences, with a row for each of them, so that it is one call.
    """
    jacobians, changes = [], 1e-6 * np.eye(len(state))
    for x in inputs:
        rows = np.concatenate([[state], state + changes, state - changes])
        after = step(np.tile(x, (len(rows), 1)), rows)
        state, (above, below) = after[0], np.split(after[1:], 2)
        jacobians.append((above - below) / 2e-6)
    gradient = np.eye(len(state))[:, :H]
    norms = [np.linalg.norm(gradient, 2)]
    for jacobian in reversed(jacobians):
        gradient = jacobian @ gradient
        norms.append(np.linalg.norm(gradient, 2))
    return norms


@chart
def reach(student):
    D, H, T = 4, 8, 50
    inputs = np.random.default_rng(19).normal(size=(T, D))

    def weights(gates):
        rng = np.random.default_rng(20)
        limit = 1 / np.sqrt(H)
        return rng.uniform(-limit, limit, (D, gates * H)), rng.uniform(-limit, limit, (H, gates * H))

    def lstm(bias):
        W_xh, W_hh = weights(4)
        b = np.zeros(4 * H)
        b[H : 2 * H] = bias

        def step(x, s):
            return np.hstack(student.lstm_cell(x=x, h=s[:, :H], c=s[:, H:], W_xh=W_xh, W_hh=W_hh, b=b))

        return gradient_norms(step, inputs, np.zeros(2 * H), H)

    W_xh, W_hh = weights(1)
    norms = {f"LSTM, b_f = {bias}": lstm(bias) for bias in (3, 1, 0)}
    norms["plain RNN"] = gradient_norms(lambda x, h: np.tanh(x @ W_xh + h @ W_hh), inputs, np.zeros(H), H)
    caption = (
        "Untrained, with a bias b_f of 0 at the forget gate, the gradient fades as in a plain RNN; with 3 it is still "
        "there after 50 steps."
    )
    lines = {name: (range(T + 1), values) for name, values in norms.items()}
    return Chart(
        "How far back gradients reach", "steps back", "norm of the gradient of h_T", lines, caption, log_y=True
    )
