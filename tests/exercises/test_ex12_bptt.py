"""What backpropagation through time must give: the derivatives of the unrolled network."""

import functools

import numpy as np

import minigrad
from minigrad.course.checks import check, expect, expect_pure, seed, size, sometimes_zero, steps, unpack

SIZES = dict(T=steps, N=size, D=size, H=size, seed=seed)
ONE_STEP = dict(N=size, D=size, H=size, seed=seed)


def unroll(x, h0, W_xh, W_hh, b):
    """The states after each step: (T, N, H)."""
    hs = []
    h = h0
    for x_t in x:
        h = np.tanh(x_t @ W_xh + h @ W_hh + b)
        hs.append(h)
    return np.stack(hs)


def network(T, N, D, H, seed):
    rng = np.random.default_rng(seed)
    return {
        "x": rng.normal(size=(T, N, D)),
        "h0": sometimes_zero(rng, rng.uniform(-1, 1, size=(N, H))),
        "W_xh": rng.normal(size=(D, H)),
        "W_hh": rng.normal(size=(H, H)),
        "b": rng.normal(size=H),
    }


@functools.cache
def inputs(T, N, D, H, seed):
    """What bptt is given, with a gradient from above at every step or, as in many-to-one, at some only."""
    net = network(T, N, D, H, seed)
    hs = unroll(**net)
    rng = np.random.default_rng([seed, 1])
    dhs = 10.0 ** rng.integers(0, 3) * sometimes_zero(rng, rng.normal(size=hs.shape))
    return {"dhs": dhs, "x": net["x"], "h0": net["h0"], "hs": hs, "W_xh": net["W_xh"], "W_hh": net["W_hh"]}


@functools.cache
def reference(T, N, D, H, seed):
    """The gradients by automatic differentiation of the unrolled network."""
    net = network(T, N, D, H, seed)
    _, pullback = minigrad.vjp(unroll, *net.values())
    return dict(zip(AXES, pullback(inputs(T, N, D, H, seed)["dhs"]), strict=True))


AXES = {"dx": "T N D", "dh0": "N H", "dW_xh": "D H", "dW_hh": "H H", "db": "H"}


def expect_gradients(student, *names, **sizes):
    """The named ones of the five gradients are right."""
    got = dict(zip(AXES, unpack("bptt", student.bptt(**inputs(**sizes)), *AXES), strict=True))
    for name in names:
        expect(name, got[name], reference(**sizes)[name], AXES[name])


@check("through a single step", points=2, **ONE_STEP)
def test_single_step(student, **sizes):
    expect_gradients(student, *AXES, T=1, **sizes)


@check("dx, the gradient of every input", points=2, **SIZES)
def test_dx(student, **sizes):
    expect_gradients(student, "dx", **sizes)


@check("dh0, the gradient of the first state", points=2, **SIZES)
def test_dh0(student, **sizes):
    expect_gradients(student, "dh0", **sizes)


@check("dW_xh, summed over all steps", points=1, **SIZES)
def test_dW_xh(student, **sizes):
    expect_gradients(student, "dW_xh", **sizes)


@check("dW_hh, summed over all steps", points=1, **SIZES)
def test_dW_hh(student, **sizes):
    expect_gradients(student, "dW_hh", **sizes)


@check("db, summed over all steps and examples", points=1, **SIZES)
def test_db(student, **sizes):
    expect_gradients(student, "db", **sizes)


@check(
    "no argument is changed, and calling again gives the same", needs=[test_single_step], points=1, examples=24, **SIZES
)
def test_pure(student, **sizes):
    expect_pure(student, "bptt", **inputs(**sizes))
