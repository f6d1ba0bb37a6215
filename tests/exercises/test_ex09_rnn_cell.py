"""A recurrent cell must be right whatever the sizes."""

import math

import numpy as np

from minigrad.course.checks import Ask, Chart, Sizes, chart, expect, expect_finite, size, sometimes_zero

cell = Ask("rnn_cell", takes="x h W_xh W_hh b", gives={"h_next": "N H"}, N=size, D=size, H=size)


@cell.example
def one_step(rng, N, D, H, scale=1.0):
    return {
        "x": scale * sometimes_zero(rng, rng.normal(size=(N, D))),
        "h": scale * sometimes_zero(rng, rng.uniform(-1, 1, size=(N, H))),
        "W_xh": rng.normal(size=(D, H)),
        "W_hh": rng.normal(size=(H, H)),
        "b": scale * rng.normal(size=H),
    }


@cell.reference
def one_number_at_a_time(x, h, W_xh, W_hh, b):
    N, D = x.shape
    H = len(b)
    h_next = np.zeros((N, H))
    for n in range(N):
        for j in range(H):
            a = b[j]
            a += sum(x[n, d] * W_xh[d, j] for d in range(D))
            a += sum(h[n, k] * W_hh[k, j] for k in range(H))
            h_next[n, j] = math.tanh(a)
    return h_next


test_new_state = cell.check("the new state", 4)


@cell.checks("with W_hh = 0 nothing is remembered", 1, needs=[test_new_state], examples=24)
def test_forgets(rnn_cell, h, W_hh, N, H):
    one, other = (expect_finite("h_next", rnn_cell(h=state, W_hh=0 * W_hh), (N, H)) for state in (h, h[::-1] + 1))
    expect("h_next of another h", other, one, "N H")


@cell.checks("each row is a sequence of its own", 1, needs=[test_new_state], N=[2, 3, 4], examples=24)
def test_rows(rnn_cell, x, h, N, H):
    rows = [expect_finite("h_next", rnn_cell(x=x[n : n + 1], h=h[n : n + 1]), (1, H)) for n in range(N)]
    expect("h_next", rnn_cell(), np.concatenate(rows), "N H")


LARGE = dict.fromkeys("NDH", Sizes([1, 2, 3, 20], largest=20))
test_large = cell.check("the new state for very large numbers", 2, needs=[test_new_state], scale=1e4, **LARGE)
test_pure = cell.pure(2, needs=[test_new_state])


@chart
def memory(student):
    """One unit hears a 1, then silence."""
    lines = {}
    for weight in (2.0, 1.0, 0.5):
        h, states = np.zeros((1, 1)), []
        for t in range(25):
            x, W_hh = np.array([[float(t == 0)]]), np.array([[weight]])
            h = student.rnn_cell(x=x, h=h, W_xh=np.ones((1, 1)), W_hh=W_hh, b=np.zeros(1))
            states.append(h[0, 0])
        lines[f"W_hh = {weight:g}"] = (range(25), states)
    caption = "A 1 comes in at step 0, and nothing after it. One weight decides how long your cell remembers that."
    return Chart("How long your cell remembers", "step", "state", lines, caption)
