"""A recurrent network of ReLUs must let blame through where it is open, and nowhere else."""

import numpy as np

import minigrad
from minigrad.course.checks import (
    Ask,
    chart,
    expect,
    expect_derivatives,
    expect_finite,
    expect_pure,
    size,
    sometimes_zero,
    steps,
)
from minigrad.course.checks.through_time import (
    DISTANCES,
    UNITS,
    gradient_norms,
    length_of_the_gradient,
    quiet_network,
    random_weights,
)

SIZES = dict(T=steps, N=size, D=size, H=size)
GRADIENTS = {"dx": "T N D", "dh0": "N H", "dW_xh": "D H", "dW_hh": "H H", "db": "H"}
forward = Ask("relu_rnn_forward", takes="x h0 W_xh W_hh b", gives={"hs": "T N H"}, **SIZES)
backward = Ask("relu_rnn_backward", takes="dhs x h0 hs W_xh W_hh", gives=GRADIENTS, **SIZES)


def unroll(x, h0, W_xh, W_hh, b):
    """The states after each step; where a sum is exactly 0, the slope is 0 as well."""
    hs = [h0]
    for x_t in x:
        a = x_t @ W_xh + hs[-1] @ W_hh + b
        hs.append(np.where(np.real(a) > 0, a, 0.0))
    return np.stack(hs[1:])


@forward.example
@backward.example
def a_network_after_its_forward_pass(rng, T, N, D, H):
    """With sums that are exactly 0 now and then, and a gradient from above at every step or at some only."""
    network = {
        "x": sometimes_zero(rng, rng.normal(size=(T, N, D))),
        "h0": sometimes_zero(rng, rng.uniform(-1, 1, (N, H))),
        "W_xh": rng.normal(size=(D, H)),
        "W_hh": rng.normal(size=(H, H)) / np.sqrt(H),
        "b": rng.normal(0.3, 1.0, H) * rng.integers(2),
    }
    dhs = 10.0 ** rng.integers(0, 3) * sometimes_zero(rng, rng.normal(size=(T, N, H)))
    return {"dhs": dhs, "hs": unroll(**network), **network}


@forward.reference
def all_steps_at_once(x, h0, W_xh, W_hh, b):
    """Guessed and put right T times: each time one more step is right. What is below 0 and its size cancel out."""
    hs = np.zeros((len(x), *h0.shape))
    for _ in x:
        a = x @ W_xh + np.concatenate([h0[None], hs[:-1]]) @ W_hh + b
        hs = (a + np.abs(a)) / 2
    return hs


@backward.reference
def derivatives_of_the_unrolled_network(dhs, x, h0, W_xh, W_hh, b):
    return minigrad.vjp(unroll, x, h0, W_xh, W_hh, b)[1](dhs)


test_states = forward.check("forward: the states after each step", 1)
test_one_back = backward.check("backward: through a single step", 1, T=1)
test_dx = backward.check("backward: dx, the gradient of every input", 1, "dx")
test_dh0 = backward.check("backward: dh0, the gradient of the first state", 1, "dh0")
test_dW_xh = backward.check("backward: dW_xh, summed over all steps", 1, "dW_xh")
test_dW_hh = backward.check("backward: dW_hh, summed over all steps", 1, "dW_hh")
test_db = backward.check("backward: db, summed over steps and examples", 1, "db")


@backward.checks("open units that copy hand blame on as it is", 1, needs=[test_one_back], examples=24)
def test_copies(relu_rnn_backward, dhs, T, N, H):
    dx, dh0, *_ = relu_rnn_backward(x=np.ones((T, N, H)), hs=np.ones((T, N, H)), W_xh=np.eye(H), W_hh=np.eye(H))
    expect("dh0", dh0, dhs.sum(axis=0), "N H")
    expect("dx", dx, np.cumsum(dhs[::-1], axis=0)[::-1], "T N H")


@backward.checks("no blame gets past a step that is closed", 1, needs=[test_one_back], T=[2, 3, 4, 7])
def test_closed(relu_rnn_backward, rng, dhs, hs, T, N, D):
    closed = rng.integers(1, T)
    dhs[:closed], hs[closed] = 0, 0
    dx = expect_finite("dx", relu_rnn_backward(dhs=dhs, hs=hs)[0], (T, N, D))
    expect("dx up to the closed step", dx[: closed + 1], np.zeros((closed + 1, N, D)), "T N D")


@backward.checks("no argument is changed, and calling again gives the same", 1, needs=[test_states], examples=16)
def test_pure(student, dhs, x, h0, hs, W_xh, W_hh, b):
    expect_pure(student, "relu_rnn_forward", x=x, h0=h0, W_xh=W_xh, W_hh=W_hh, b=b)
    expect_pure(student, "relu_rnn_backward", dhs=dhs, x=x, h0=h0, hs=hs, W_xh=W_xh, W_hh=W_hh)


@backward.checks("the derivatives of the unrolled network", 0, examples=8)
def test_complex_steps(relu_rnn_backward, rng, x, h0, W_xh, W_hh, H):
    network = {"x": x, "h0": h0, "W_xh": W_xh, "W_hh": W_hh, "b": rng.normal(size=H)}  # so that no sum is exactly 0
    expect_derivatives(unroll, network, lambda dhs, b, **net: relu_rnn_backward(dhs=dhs, hs=unroll(**net, b=b), **net))


@forward.checks("the states of minigrad.nn.RNN", 0)
def test_layer(relu_rnn_forward, x, h0, W_xh, W_hh, b, D, H):
    from minigrad import nn

    layer = nn.RNN(D, H, nonlinearity="relu")
    layer.load_state_dict({"weight_ih_l0": W_xh.T, "weight_hh_l0": W_hh.T, "bias_ih_l0": b, "bias_hh_l0": 0 * b})
    expect("hs", relu_rnn_forward(), layer(x, h0[None])[0].data, "T N H")


def norms_by(student, network):
    """The student's gradients of the last state by those before it: each of N rows looks at one number of it."""
    x, h0 = np.repeat(network["x"], UNITS, axis=1), np.repeat(network["h0"], UNITS, axis=0)
    weights = {"W_xh": network["W_xh"], "W_hh": network["W_hh"]}
    hs = student.relu_rnn_forward(x=x, h0=h0, **weights, b=network["b"])
    dhs = np.zeros(hs.shape)
    dhs[-1] = np.eye(UNITS)
    dx, *_ = student.relu_rnn_backward(dhs=dhs, x=x, h0=h0, hs=hs, **weights)
    before = dx[:0:-1] @ network["W_hh"].T  # W_xh hands dx on as it is
    return [1.0, *np.linalg.norm(before, 2, axis=(1, 2))]


@chart
def doors(student):
    """The network of exercise 15 with tanh, and three with the student's ReLU."""
    usual, copying = random_weights(1), np.eye(UNITS)
    lines = {
        "tanh, radius 1": gradient_norms(quiet_network(usual)),
        "ReLU, the same W_hh": norms_by(student, quiet_network(usual)),
        "ReLU, W_hh that copies": norms_by(student, quiet_network(copying)),
        "ReLU, 1.2 times that": norms_by(student, quiet_network(1.2 * copying)),
    }
    left = ", ".join(f"{norms[-1]:.2g}" for norms in lines.values())
    caption = (
        f"{DISTANCES[-1]} steps back {left} are left. With the same W_hh closed doors take more than tanh does. Where "
        "W_hh copies, what goes through open doors stays exactly 1; a little more than that, and it explodes."
    )
    return length_of_the_gradient("tanh and ReLU", lines, caption)
