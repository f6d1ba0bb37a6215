"""What backpropagation through time must give: the derivatives of the unrolled network."""

import numpy as np

import minigrad
from minigrad.course.checks import check, expect, expect_pure, seed, size, unpack

SIZES = dict(T=size, N=size, D=size, H=size, seed=seed)
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
        "h0": rng.uniform(-1, 1, size=(N, H)),
        "W_xh": rng.normal(size=(D, H)),
        "W_hh": rng.normal(size=(H, H)),
        "b": rng.normal(size=H),
    }


def inputs(T, N, D, H, seed):
    """What bptt is given, with a gradient from above at every step."""
    net = network(T, N, D, H, seed)
    hs = unroll(**net)
    dhs = np.random.default_rng([seed, 1]).normal(size=hs.shape)
    return {"dhs": dhs, "x": net["x"], "h0": net["h0"], "hs": hs, "W_xh": net["W_xh"], "W_hh": net["W_hh"]}


def reference(T, N, D, H, seed):
    """The gradients by automatic differentiation of the unrolled network."""
    net = network(T, N, D, H, seed)
    dhs = inputs(T, N, D, H, seed)["dhs"]
    _, pullback = minigrad.vjp(unroll, *net.values())
    return dict(zip(("dx", "dh0", "dW_xh", "dW_hh", "db"), pullback(dhs), strict=True))


def expect_gradient(student, name, axes, T, N, D, H, seed):
    result = unpack("bptt", student.bptt(**inputs(T, N, D, H, seed)), "dx", "dh0", "dW_xh", "dW_hh", "db")
    got = dict(zip(("dx", "dh0", "dW_xh", "dW_hh", "db"), result, strict=True))
    expect(name, got[name], reference(T, N, D, H, seed)[name], axes)


@check("through a single step", points=2, **ONE_STEP)
def test_single_step(student, N, D, H, seed):
    for name, axes in {"dx": "T N D", "dh0": "N H", "dW_xh": "D H", "dW_hh": "H H", "db": "H"}.items():
        expect_gradient(student, name, axes, 1, N, D, H, seed)


@check("dx, the gradient of every input", points=2, **SIZES)
def test_dx(student, **sizes):
    expect_gradient(student, "dx", "T N D", **sizes)


@check("dh0, the gradient of the first state", points=2, **SIZES)
def test_dh0(student, **sizes):
    expect_gradient(student, "dh0", "N H", **sizes)


@check("dW_xh, summed over all steps", points=1, **SIZES)
def test_dW_xh(student, **sizes):
    expect_gradient(student, "dW_xh", "D H", **sizes)


@check("dW_hh, summed over all steps", points=1, **SIZES)
def test_dW_hh(student, **sizes):
    expect_gradient(student, "dW_hh", "H H", **sizes)


@check("db, summed over all steps and examples", points=1, **SIZES)
def test_db(student, **sizes):
    expect_gradient(student, "db", "H", **sizes)


@check("arguments stay as they are, and the same call gives the same gradients", points=1, **SIZES)
def test_pure(student, **sizes):
    expect_pure(student, "bptt", **inputs(**sizes))
