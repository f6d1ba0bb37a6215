"""The way back through one step must give the derivatives of the cell."""

import numpy as np

import minigrad
from minigrad.course.checks import Ask, Bars, chart, expect, expect_derivatives, expect_finite, size, sometimes_zero

back = Ask(
    "rnn_cell_backward",
    takes="dh x h_prev h W_xh W_hh",
    gives={"dx": "N D", "dh_prev": "N H", "dW_xh": "D H", "dW_hh": "H H", "db": "H"},
    N=size,
    D=size,
    H=size,
)


def cell(x, h_prev, W_xh, W_hh, b):
    return np.tanh(x @ W_xh + h_prev @ W_hh + b)


@back.example
def a_step_after_its_forward_pass(rng, N, D, H):
    step = {
        "x": sometimes_zero(rng, rng.normal(size=(N, D))),
        "h_prev": sometimes_zero(rng, rng.uniform(-1, 1, size=(N, H))),
        "W_xh": rng.normal(size=(D, H)),
        "W_hh": rng.normal(size=(H, H)),
        "b": rng.normal(size=H),
    }
    dh = 10.0 ** rng.integers(0, 3) * sometimes_zero(rng, rng.normal(size=(N, H)))
    return {"dh": dh, "h": cell(**step), **step}


@back.reference
def derivatives_of_the_cell(dh, x, h_prev, W_xh, W_hh, b):
    _, pullback = minigrad.vjp(cell, x, h_prev, W_xh, W_hh, b)
    return pullback(dh)


test_tanh = back.check("through tanh: with a single example db is da", 2, "db", N=1)
test_dx = back.check("dx, the blame of the input", 1, "dx")
test_dh_prev = back.check("dh_prev, the blame of the state before", 2, "dh_prev")
test_dW_xh = back.check("dW_xh, summed over all examples", 1, "dW_xh")
test_dW_hh = back.check("dW_hh, summed over all examples", 1, "dW_hh")
test_db = back.check("db, summed over all examples", 1, "db")


@back.checks("what single examples give adds up to what all give", 1, needs=[test_tanh], N=[2, 3, 4], examples=24)
def test_examples_add_up(rnn_cell_backward, dh, x, h_prev, h, N, D, H):
    shapes = {"dW_xh": (D, H), "dW_hh": (H, H), "db": (H,)}
    total = {name: np.zeros(shape) for name, shape in shapes.items()}
    for n in range(N):
        parts = rnn_cell_backward(dh=dh[n : n + 1], x=x[n : n + 1], h_prev=h_prev[n : n + 1], h=h[n : n + 1])
        for (name, shape), part in zip(shapes.items(), parts[2:], strict=True):
            total[name] += expect_finite(f"{name} of one example", part, shape)
    for name, got in zip(shapes, rnn_cell_backward()[2:], strict=True):
        expect(name, got, total[name], back.gives[name])


test_pure = back.pure(1, needs=[test_tanh])


@back.checks("the derivatives of the cell", 0, examples=8)
def test_complex_steps(rnn_cell_backward, x, h_prev, W_xh, W_hh, b):
    step = {"x": x, "h_prev": h_prev, "W_xh": W_xh, "W_hh": W_hh, "b": b}
    expect_derivatives(cell, step, lambda dh, b, **rest: rnn_cell_backward(dh=dh, h=cell(**rest, b=b), **rest))


@chart
def blame(student):
    """The blame that the student's function finds for a wrong guess where a ball will be."""
    rng = np.random.default_rng(11)
    W_xh, W_hh = rng.normal(size=(4, 5)), rng.normal(size=(5, 5)) / 2
    W_xh[3] = 0.0
    x, h_prev = np.array([[0.6, -0.4, 0.2, 1.0]]), rng.uniform(-1, 1, (1, 5))
    step = {"x": x, "h_prev": h_prev, "h": cell(x, h_prev, W_xh, W_hh, np.zeros(5)), "W_xh": W_xh, "W_hh": W_hh}
    dx, dh_prev, *_ = student.rnn_cell_backward(dh=np.ones((1, 5)), **step)
    names = ["height", "speed", "wind", "colour", *(f"memory {j + 1}" for j in range(5))]
    bars = dict(zip(names, np.abs([*dx[0], *dh_prev[0]]), strict=True))
    caption = (
        "A cell was asked where a ball will be, and was wrong. The colour of the ball has weights of 0: no way in, no "
        "way back. What the memory is blamed for goes on to the step before."
    )
    return Bars("Who is to blame, and how much", bars, caption)
