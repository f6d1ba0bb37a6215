"""Backpropagation through time must give the derivatives of the unrolled network."""

import numpy as np

import minigrad
from minigrad.course.checks import (
    Ask,
    Sizes,
    Words,
    chart,
    expect,
    expect_derivatives,
    expect_finite,
    size,
    sometimes_zero,
)
from minigrad.course.checks.through_time import states

SHAPES = {"dx": "T N D", "dh0": "N H", "dW_xh": "D H", "dW_hh": "H H", "db": "H"}
STEPS, MANY = Sizes([1, 2, 3, 4, 2, 3, 4, 2, 3, 5, 25, 50], largest=50), Sizes([1, 2, 3, 4, 2, 3, 5, 20], largest=20)
bptt = Ask("bptt", takes="dhs x h0 hs W_xh W_hh", gives=SHAPES, T=STEPS, N=MANY, D=size, H=size)


@bptt.example
def a_network_after_its_forward_pass(rng, T, N, D, H):
    """With a gradient from above at every step or, as in many-to-one, at some only."""
    network = {
        "x": rng.normal(size=(T, N, D)),
        "h0": sometimes_zero(rng, rng.normal(size=(N, H))),
        "W_xh": rng.normal(size=(D, H)),
        "W_hh": rng.normal(size=(H, H)),
        "b": rng.normal(size=H),
    }
    dhs = 10.0 ** rng.integers(0, 3) * sometimes_zero(rng, rng.normal(size=(T, N, H)))
    return {"dhs": dhs, "hs": states(**network), **network}


@bptt.reference
def derivatives_of_the_unrolled_network(dhs, x, h0, W_xh, W_hh, b):
    _, pullback = minigrad.vjp(states, x, h0, W_xh, W_hh, b)
    return pullback(dhs)


test_single_step = bptt.check("through a single step", 2, T=1, examples=24)
test_dx = bptt.check("dx, the gradient of every input", 1, "dx")
test_dh0 = bptt.check("dh0, the gradient of the first state", 1, "dh0")
test_dW_xh = bptt.check("dW_xh, summed over all steps", 1, "dW_xh")
test_dW_hh = bptt.check("dW_hh, summed over all steps", 1, "dW_hh")
test_db = bptt.check("db, summed over all steps and examples", 1, "db")


@bptt.checks("no blame reaches what comes later", 1, needs=[test_single_step], T=[2, 3, 4, 7], examples=24)
def test_later(bptt, dhs, rng, T, N, D):
    k = rng.integers(1, T)
    dhs[k:] = 0
    dx = expect_finite("dx", bptt(dhs=dhs)[0], (T, N, D))
    expect("dx after the last loss", dx[k:], np.zeros((T - k, N, D)), "T N D")


@bptt.checks("with W_hh = 0 each step is by itself", 1, needs=[test_single_step], T=[2, 3, 4], examples=12)
def test_no_memory(bptt, dhs, x, h0, hs, W_hh, T, N, D, H):
    dhs[1 : T - 1] = 0  # then no blame at all comes to the steps between
    dx, _, _, dW_hh, _ = bptt(dhs=dhs, W_hh=0 * W_hh)
    before, shares, alone = [h0, *hs], np.zeros((H, H)), np.zeros((T, N, D))
    for t in range(T):
        step = {"dhs": dhs[t : t + 1], "x": x[t : t + 1], "h0": before[t], "hs": hs[t : t + 1], "W_hh": 0 * W_hh}
        dx_t, _, _, share, _ = bptt(**step)
        alone[t], shares = expect_finite("dx", dx_t, (1, N, D))[0], shares + expect_finite("dW_hh", share, (H, H))
    expect("dx", dx, alone, "T N D")
    expect("dW_hh", dW_hh, shares, "H H")


test_pure = bptt.pure(1, needs=[test_single_step])


@bptt.checks("the derivatives of the states", 0, examples=8)
def test_complex_steps(bptt, x, h0, W_xh, W_hh, b):
    network = {"x": x, "h0": h0, "W_xh": W_xh, "W_hh": W_hh, "b": b}
    expect_derivatives(states, network, lambda dhs, b, **net: bptt(dhs=dhs, hs=states(**net, b=b), **net))


CARD = "Italy is where I grew up , but I now live in Denver . I speak fluent Italian"


@chart
def blame(student):
    """The blame of each word for the last guess: by the student's bptt, and by loss.backward() of minigrad."""
    rng, H = np.random.default_rng(12), 16
    *words, _ = CARD.split()
    of_word, readout = {word: rng.normal(size=H) for word in words}, rng.normal(size=H)
    network = {
        "x": np.array([[of_word[word]] for word in words]),
        "h0": np.zeros((1, H)),
        "W_xh": 0.4 * rng.normal(size=(H, H)) / np.sqrt(H),
        "W_hh": 0.8 * np.linalg.qr(rng.normal(size=(H, H)))[0],
    }
    x = minigrad.Tensor(network["x"], requires_grad=True)
    hs = states(**{**network, "x": x}, b=np.zeros(H))
    (hs[-1] @ readout).sum().backward()
    dhs = np.zeros(hs.shape)
    dhs[-1] = readout
    dx, *_ = student.bptt(
        dhs=dhs, x=network["x"], h0=network["h0"], hs=hs.data.copy(), W_xh=network["W_xh"], W_hh=network["W_hh"]
    )
    yours, engine = (np.linalg.norm(blames[:, 0], axis=1) for blames in (dx, x.grad))
    lines = [f"{'':10} {'yours':>8} {'backward()':>12}"]
    for word, one, other in zip(words, yours, engine, strict=True):
        lines.append(f"{word:>10} {one:8.5f} {other:12.5f}  {'#' * round(34 * one / yours.max())}")
    caption = (
        'The blame that your bptt takes from the guess after "fluent" back to each word, beside what loss.backward() '
        "of minigrad finds: the same numbers. Hardly any of it reaches Italy."
    )
    return Words("Who is to blame for the last word?", lines, caption)
