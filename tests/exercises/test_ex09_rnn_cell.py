"""What a recurrent cell must do, whatever the sizes."""

import math

import numpy as np

from minigrad.course.checks import Ask, Chart, chart, size, sometimes_zero

cell = Ask("rnn_cell", takes="x h W_xh W_hh b", gives={"h_next": "N H"}, N=size, D=size, H=size)


@cell.example
def one_step(rng, N, D, H, scale=1.0):
    return {
        "x": scale * sometimes_zero(rng, rng.normal(size=(N, D))),
        "h": sometimes_zero(rng, rng.uniform(-1, 1, size=(N, H))),
        "W_xh": rng.normal(size=(D, H)),
        "W_hh": rng.normal(size=(H, H)),
        "b": rng.normal(size=H),
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


test_new_state = cell.check("the new state", 6)
test_saturated_state = cell.check("the new state for very large inputs", 2, needs=[test_new_state], scale=1e4)
test_pure = cell.pure(2, needs=[test_new_state])


@chart
def memory(student):
    """One input, then silence: what is left of it in the state, for orthogonal weights of different scale."""
    rng = np.random.default_rng(9)
    H, T = 16, 40
    W_xh = rng.normal(size=(1, H))
    Q = np.linalg.qr(rng.normal(size=(H, H)))[0]
    lines = {}
    for radius in (1.1, 0.9, 0.5):
        h, distances = np.zeros((2, H)), []
        for t in range(T + 1):
            x = np.array([[0.0], [0.001 * (t == 0)]])
            h = student.rnn_cell(x=x, h=h, W_xh=W_xh, W_hh=radius * Q, b=np.zeros(H))
            distances.append(np.linalg.norm(h[1] - h[0]))
        lines[f"spectral radius {radius}"] = (range(T + 1), distances)
    caption = (
        "Two sequences differ in the first input only. Each step multiplies the difference by about the spectral "
        "radius of W_hh."
    )
    return Chart("How long your cell remembers", "step", "distance of the two states", lines, caption, log_y=True)
