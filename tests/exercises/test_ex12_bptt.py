"""What backpropagation through time must give: the derivatives of the unrolled network."""

import numpy as np

import minigrad
from minigrad.course.checks import Ask, expect_derivatives, size, sometimes_zero, steps

bptt = Ask(
    "bptt",
    takes="dhs x h0 hs W_xh W_hh",
    gives={"dx": "T N D", "dh0": "N H", "dW_xh": "D H", "dW_hh": "H H", "db": "H"},
    T=steps,
    N=size,
    D=size,
    H=size,
)


def unroll(x, h0, W_xh, W_hh, b):
    """The states after each step: (T, N, H)."""
    hs = [h0]
    for x_t in x:
        hs.append(np.tanh(x_t @ W_xh + hs[-1] @ W_hh + b))
    return np.stack(hs[1:])


@bptt.example
def a_network_after_its_forward_pass(rng, T, N, D, H):
    """With a gradient from above at every step or, as in many-to-one, at some only."""
    network = {
        "x": rng.normal(size=(T, N, D)),
        "h0": sometimes_zero(rng, rng.uniform(-1, 1, size=(N, H))),
        "W_xh": rng.normal(size=(D, H)),
        "W_hh": rng.normal(size=(H, H)),
        "b": rng.normal(size=H),
    }
    dhs = 10.0 ** rng.integers(0, 3) * sometimes_zero(rng, rng.normal(size=(T, N, H)))
    return {"dhs": dhs, "hs": unroll(**network), **network}


@bptt.reference
def derivatives_of_the_unrolled_network(dhs, x, h0, W_xh, W_hh, b):
    _, pullback = minigrad.vjp(unroll, x, h0, W_xh, W_hh, b)
    return pullback(dhs)


test_single_step = bptt.check("through a single step", 2, T=1)
test_dx = bptt.check("dx, the gradient of every input", 2, "dx")
test_dh0 = bptt.check("dh0, the gradient of the first state", 2, "dh0")
test_dW_xh = bptt.check("dW_xh, summed over all steps", 1, "dW_xh")
test_dW_hh = bptt.check("dW_hh, summed over all steps", 1, "dW_hh")
test_db = bptt.check("db, summed over all steps and examples", 1, "db")
test_pure = bptt.pure(1, needs=[test_single_step])


@bptt.checks("the derivatives of unroll", 0, examples=8)
def test_complex_steps(bptt, x, h0, W_xh, W_hh, b):
    network = {"x": x, "h0": h0, "W_xh": W_xh, "W_hh": W_hh, "b": b}
    expect_derivatives(unroll, network, lambda dhs, b, **net: bptt(dhs=dhs, hs=unroll(**net, b=b), **net))
