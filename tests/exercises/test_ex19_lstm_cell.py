"""What an LSTM cell must do, whatever the sizes."""

import math

import numpy as np

from minigrad.course.checks import check, expect, expect_pure, seed, size, sometimes_zero, unpack

SIZES = dict(N=size, D=size, H=size, seed=seed)


def inputs(N, D, H, seed, scale=1.0):
    rng = np.random.default_rng(seed)
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


def reference(x, h, c, W_xh, W_hh, b):
    """The formula, one number at a time: (h_next, c_next)."""
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


@check("c_next, the new cell state", points=4, **SIZES)
def test_cell_state(student, N, D, H, seed):
    case = inputs(N, D, H, seed)
    _, c_next = unpack("lstm_cell", student.lstm_cell(**case), "h_next", "c_next")
    expect("c_next", c_next, reference(**case)[1], axes="N H")


@check("h_next, the new hidden state", points=3, **SIZES)
def test_hidden_state(student, N, D, H, seed):
    case = inputs(N, D, H, seed)
    h_next, _ = unpack("lstm_cell", student.lstm_cell(**case), "h_next", "c_next")
    expect("h_next", h_next, reference(**case)[0], axes="N H")


@check("both states for very large inputs", points=2, needs=[test_cell_state, test_hidden_state], **SIZES)
def test_saturated_gates(student, N, D, H, seed):
    case = inputs(N, D, H, seed, scale=1e4)
    h_next, c_next = unpack("lstm_cell", student.lstm_cell(**case), "h_next", "c_next")
    want_h, want_c = reference(**case)
    expect("c_next", c_next, want_c, axes="N H")
    expect("h_next", h_next, want_h, axes="N H")


@check("no argument is changed, and calling again gives the same", needs=[test_cell_state], points=1, **SIZES)
def test_pure(student, N, D, H, seed):
    expect_pure(student, "lstm_cell", **inputs(N, D, H, seed))
