"""What a recurrent cell must do, whatever the sizes."""

import math

import numpy as np

from minigrad.course.checks import Chart, chart, check, expect, expect_pure, seed, size, sometimes_zero

SIZES = dict(N=size, D=size, H=size, seed=seed)


def inputs(N, D, H, seed, scale=1.0):
    rng = np.random.default_rng(seed)
    return {
        "x": scale * sometimes_zero(rng, rng.normal(size=(N, D))),
        "h": sometimes_zero(rng, rng.uniform(-1, 1, size=(N, H))),
        "W_xh": rng.normal(size=(D, H)),
        "W_hh": rng.normal(size=(H, H)),
        "b": rng.normal(size=H),
    }


def reference(x, h, W_xh, W_hh, b):
    """The formula, one number at a time."""
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


@check("the new state", points=6, **SIZES)
def test_new_state(student, N, D, H, seed):
    case = inputs(N, D, H, seed)
    expect("h_next", student.rnn_cell(**case), reference(**case), axes="N H")


@check("the new state for very large inputs", points=2, needs=[test_new_state], **SIZES)
def test_saturated_state(student, N, D, H, seed):
    case = inputs(N, D, H, seed, scale=1e4)
    expect("h_next", student.rnn_cell(**case), reference(**case), axes="N H")


@check(
    "no argument is changed, and calling again gives the same", needs=[test_new_state], points=2, examples=24, **SIZES
)
def test_pure(student, N, D, H, seed):
    expect_pure(student, "rnn_cell", **inputs(N, D, H, seed))


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
