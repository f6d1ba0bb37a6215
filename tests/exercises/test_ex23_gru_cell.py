"""A GRU cell must share the new state out between the old one and a candidate."""

import math

import numpy as np

from minigrad.course.checks import Ask, Bars, chart, expect, expect_finite, require, size, sometimes_zero

gru = Ask("gru_cell", takes="x h W_xh W_hh b_x b_h", gives={"h_next": "N H"}, N=size, D=size, H=size)


@gru.example
def one_step(rng, N, D, H, r=None, z=None, largest=1):
    """A step in which a gate is given as 0 or 1: its bias shuts or opens it. Some old states lie beyond -1 or 1.

    Now and then the candidate has biases that are so many times as large.
    """
    b_x = rng.normal(size=3 * H)
    b_x[2 * H :] *= rng.choice([1, 1, 1, largest])
    for k, gate in enumerate([r, z]):
        if gate is not None:
            b_x[k * H : (k + 1) * H] = 200 * gate - 100
    return {
        "x": sometimes_zero(rng, rng.normal(size=(N, D))),
        "h": rng.choice([1, 1, 1, 3]) * sometimes_zero(rng, rng.uniform(-1, 1, size=(N, H))),
        "W_xh": rng.normal(size=(D, 3 * H)) / np.sqrt(D),
        "W_hh": rng.normal(size=(H, 3 * H)),
        "b_x": b_x,
        "b_h": rng.normal(size=3 * H),
    }


def sigmoid(a):
    return 1 / (1 + math.exp(-a)) if a >= 0 else math.exp(a) / (1 + math.exp(a))


@gru.reference
def one_number_at_a_time(x, h, W_xh, W_hh, b_x, b_h, N, H):
    h_next = np.zeros((N, H))
    for n, j in np.ndindex(N, H):
        (x_r, h_r), (x_z, h_z), (x_n, h_n) = (
            (b_x[k] + math.fsum(x[n] * W_xh[:, k]), b_h[k] + math.fsum(h[n] * W_hh[:, k])) for k in range(j, 3 * H, H)
        )
        new = math.tanh(x_n + sigmoid(x_r + h_r) * h_n)
        h_next[n, j] = new + sigmoid(x_z + h_z) * (h[n, j] - new)
    return h_next


@gru.checks("z = 1: the old state stays as it is", 1, z=1)
def test_kept(gru_cell, h):
    expect("h_next", gru_cell(), h, "N H")


@gru.checks("z = 0 and r = 0: as if nothing had been before", 1, r=0, z=0, largest=1000)
def test_forgotten(gru_cell, x, W_xh, b_x, H):
    expect("h_next", gru_cell(), np.tanh(x @ W_xh[:, 2 * H :] + b_x[2 * H :]), "N H")


test_candidate = gru.check("z = 0: the new state is the candidate", 2, z=0)


@gru.checks("the new state lies between the old one and the candidate", 1, needs=[test_candidate])
def test_between(gru_cell, h, W_xh, W_hh, b_x, N, H):
    h_next = expect_finite("h_next", gru_cell(), (N, H))
    b_x[H : 2 * H] = -100
    n = expect_finite("the candidate", gru_cell(b_x=b_x), (N, H))
    between = (np.minimum(h, n) - 1e-9 <= h_next) & (h_next <= np.maximum(h, n) + 1e-9)
    require("h_next", between.all(), "some numbers lie beyond both the old state and the candidate.", h_next)


test_state = gru.check("the state after one step", 4)
test_pure = gru.pure(1, needs=[test_candidate])


@gru.checks("the state of minigrad.nn.GRU", 0)
def test_layer(gru_cell, x, h, W_xh, W_hh, b_x, b_h, D, H):
    from minigrad import nn

    layer = nn.GRU(D, H)
    layer.load_state_dict({"weight_ih_l0": W_xh.T, "weight_hh_l0": W_hh.T, "bias_ih_l0": b_x, "bias_hh_l0": b_h})
    expect("h_next", gru_cell(), layer(x[None], h[None])[1].data[0], "N H")


REVIEW = "the food was good . the music was bad . I left"


@chart
def kept(student):
    """The share of its old state that a unit which notes verdicts keeps at each word, and what its state is."""
    unit = {  # a verdict shuts z, and is what could be written; at a full stop z is a half
        "W_xh": np.array([[0.0, -6.0, 3.0], [0.0, -6.0, -3.0], [0.0, -3.345, 0.0]]),
        "W_hh": np.zeros((1, 3)),
        "b_x": np.array([0.0, 3.345, 0.0]),  # the half-life of 20 words, as in exercise 20
        "b_h": np.zeros(3),
    }
    h, bars, states = 0.0, {}, {}
    for t, word in enumerate(REVIEW.split()):
        x = np.tile([float(word == seen) for seen in ("good", "bad", ".")], (3, 1))
        from_0, from_1, h = student.gru_cell(x=x, h=np.array([[0.0], [1.0], [h]]), **unit).ravel()
        bars[f"{t + 1:2} {word}"], states[word] = round(from_1 - from_0, 3), f"{h:.2f}"
    caption = (
        "Which share of its old state your GRU keeps at each word, 1 being all of it. The weights are set by hand: it "
        "keeps nearly all at most words, half at a full stop, where a sentence is over, and hardly any where there is "
        f"a verdict to write. Its state is {states['good']} after good, {states['bad']} after bad and "
        f"{states['left']} in the end."
    )
    return Bars("What z keeps", bars, caption)
