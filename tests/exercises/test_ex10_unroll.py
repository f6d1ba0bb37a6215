"""A cell that reads whole sequences must carry its state on, and look at nothing that is still to come."""

import numpy as np

from minigrad.course.checks import (
    Ask,
    Grid,
    chart,
    expect,
    expect_finite,
    expect_pure,
    require,
    size,
    sometimes_zero,
    steps,
)

SIZES = dict(T=steps, N=size, D=size, H=size)
forward = Ask("rnn_forward", takes="x h0 W_xh W_hh b", gives={"hs": "T N H"}, **SIZES)
many = Ask("rnn_outputs", takes="hs W_hy b_y", gives={"scores": "T N V"}, V=size, **SIZES)
one = Ask("last_output", takes="hs W_hy b_y", gives={"scores": "N V"}, V=size, **SIZES)


@forward.example
def a_network(rng, T, N, D, H):
    return {
        "x": sometimes_zero(rng, rng.normal(size=(T, N, D))),
        "h0": sometimes_zero(rng, rng.uniform(-1, 1, size=(N, H))),
        "W_xh": rng.normal(size=(D, H)),
        "W_hh": rng.normal(size=(H, H)) / np.sqrt(H),
        "b": rng.normal(size=H),
    }


@many.example
@one.example
def states(rng, T, N, D, H, V):
    return {"hs": rng.uniform(-1, 1, (T, N, H)), "W_hy": rng.normal(size=(H, V)), "b_y": rng.normal(size=V)}


@forward.reference
def all_steps_at_once(x, h0, W_xh, W_hh, b):
    """Guessed and put right T times: each time one more step is right, from the first on."""
    hs = np.zeros((len(x), *h0.shape))
    for _ in x:
        hs = np.tanh(x @ W_xh + np.concatenate([h0[None], hs[:-1]]) @ W_hh + b)
    return hs


many.reference(lambda hs, W_hy, b_y: np.einsum("tnh,hv->tnv", hs, W_hy) + b_y)
one.reference(lambda hs, W_hy, b_y: np.array([[w @ h + c for w, c in zip(W_hy.T, b_y, strict=True)] for h in hs[-1]]))

test_single_step = forward.check("a single step is the cell of exercise 9", 1, T=1)
test_states = forward.check("the states after each step", 3)


@forward.checks("two halves, the second going on from the first", 1, needs=[test_single_step], T=[2, 3, 4, 7])
def test_halves(rnn_forward, x, T, N, H):
    whole = expect_finite("hs", rnn_forward(), (T, N, H))
    expect("hs of the second half", rnn_forward(x=x[T // 2 :], h0=whole[T // 2 - 1]), whole[T // 2 :], "T N H")


@forward.checks("another last word changes no state before it", 1, needs=[test_single_step], T=[2, 3, 4, 7])
def test_future(rnn_forward, x, T, N, H):
    hs = expect_finite("hs", rnn_forward(), (T, N, H))
    x[-1] += 1
    changed = expect_finite("hs with another x[-1]", rnn_forward(x=x), (T, N, H))
    expect("hs[:-1] with another x[-1]", changed[:-1], hs[:-1], "T-1 N H")


test_every_output = many.check("rnn_outputs: scores after each step", 1)
test_last_output = one.check("last_output: scores at the end alone", 1)

GOOD, BAD = (f"the food was {a} , not {b} at all".split() for a, b in (("good", "bad"), ("bad", "good")))


def reviews(H, seed):
    """Both reviews in words of random numbers, as (T, 2, H), and a network that is far from forgetting."""
    rng = np.random.default_rng(seed)
    words = {word: 0.3 * rng.normal(size=H) for word in GOOD}
    x = np.array([[words[good], words[bad]] for good, bad in zip(GOOD, BAD, strict=True)])
    orthogonal = np.linalg.qr(rng.normal(size=(H, H)))[0]
    return {"x": x, "h0": np.zeros((2, H)), "W_xh": np.eye(H), "W_hh": orthogonal, "b": np.zeros(H)}


@forward.checks("the two reviews end apart, though their bags do not", 1, needs=[test_states], examples=8)
def test_reviews(rnn_forward, H, seed):
    hs = expect_finite("hs", rnn_forward(**reviews(H, seed)), (len(GOOD), 2, H))
    apart = np.abs(hs[-1, 0] - hs[-1, 1]).max()
    message = "the last states of the two reviews are the same: the order of the words left no trace in them."
    require("hs[-1]", apart > 1e-6, message, hs[-1])


@many.checks("no argument is changed, and calling again gives the same", 1, needs=[test_single_step], examples=16)
def test_pure(student, T, N, D, H, hs, W_hy, b_y, rng):
    expect_pure(student, "rnn_forward", **a_network(rng, T, N, D, H))
    expect_pure(student, "rnn_outputs", hs=hs, W_hy=W_hy, b_y=b_y)
    expect_pure(student, "last_output", hs=hs, W_hy=W_hy, b_y=b_y)


@forward.checks("the states of minigrad.nn.RNN", 0)
def test_layer(rnn_forward, x, h0, W_xh, W_hh, b, D, H):
    from minigrad import nn

    layer = nn.RNN(D, H)
    layer.load_state_dict({"weight_ih_l0": W_xh.T, "weight_hh_l0": W_hh.T, "bias_ih_l0": b, "bias_hh_l0": 0 * b})
    expect("hs", rnn_forward(), layer(x, h0[None])[0].data, "T N H")


@chart
def strip(student):
    """Three units of a network, word by word, over both reviews, and how far the two states are apart."""
    hs = student.rnn_forward(**reviews(8, 10))
    rows = {f"{name} {j + 1}": hs[:, n, j] for n, name in enumerate("AB") for j in range(3)}
    rows["apart"] = np.linalg.norm(hs[:, 0] - hs[:, 1], axis=1)
    columns = [good if good == bad else "*" for good, bad in zip(GOOD, BAD, strict=True)]
    caption = (
        "Three units of your network while it reads A, where * is good and then bad, and B, where it is bad and then "
        "good. Same words, another end: their order is in the state."
    )
    return Grid("One cell reads two reviews", rows, columns, caption)
