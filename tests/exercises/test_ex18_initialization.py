"""What initial weights must be. Random ones are judged by their statistics."""

import math

import numpy as np

from minigrad.course.checks import (
    Ask,
    Chart,
    Sizes,
    chart,
    expect,
    expect_error,
    expect_finite,
    expect_normal,
    expect_pure,
    expect_random,
    expect_uniform,
    require,
    size,
)

SIZES = dict(fan_in=size, fan_out=size)
HUNDREDS = Sizes([25 * n for n in size], largest=250)
LARGE = dict(fan_in=HUNDREDS, fan_out=HUNDREDS, examples=20)
SCHEMES = ("identity", "xavier", "he", "orthogonal")

identity = Ask("identity", takes="fan_in fan_out", gives="W", **SIZES)
xavier = Ask("xavier_uniform", takes="rng fan_in fan_out", gives="W", **SIZES)
he = Ask("he_normal", takes="rng fan_in fan_out", gives="W", **SIZES)
orthogonal = Ask("orthogonal", takes="rng fan_in fan_out", gives="W", **SIZES)
cell = Ask(
    "init_rnn",
    takes="rng D H scheme",
    gives={"W_xh": "D H", "W_hh": "H H", "b": "H"},
    D=size,
    H=size,
    scheme="xavier",
)


def expect_xavier(label, W, fan_in, fan_out):
    a = math.sqrt(6 / (fan_in + fan_out))
    expect_uniform(label, W, (fan_in, fan_out), -a, a)


def expect_he(label, W, fan_in, fan_out):
    expect_normal(label, W, (fan_in, fan_out), mean=0, variance=2 / fan_in)


def expect_orthogonal(label, W, fan_in, fan_out):
    W = expect_finite(label, W, (fan_in, fan_out))
    name, product = ("WᵀW", W.T @ W) if fan_in >= fan_out else ("WWᵀ", W @ W.T)
    wrong = np.abs(product - np.eye(len(product))).max()
    require(label, wrong < 1e-9, f"{label}: {name} should be the identity matrix, it differs by up to {wrong:.3g}.", W)


def expect_scheme(scheme, parameters, D, H):
    W_xh, W_hh, b = parameters
    (expect_he if scheme == "he" else expect_xavier)(f'W_xh of "{scheme}"', W_xh, D, H)
    label = f'W_hh of "{scheme}"'
    if scheme == "identity":
        expect(label, W_hh, np.eye(H), "H H")
    else:
        {"xavier": expect_xavier, "he": expect_he, "orthogonal": expect_orthogonal}[scheme](label, W_hh, H, H)
    expect(f'b of "{scheme}"', b, np.zeros(H), "H")


@identity.checks("identity: ones on the diagonal", 1)
def test_identity(student, identity, fan_in, fan_out):
    expect("W", identity(), np.eye(fan_in, fan_out), "fan_in fan_out")
    expect_pure(student, "identity", fan_in=fan_in, fan_out=fan_out)


@xavier.checks("xavier_uniform: range and variance", 2, **LARGE)
def test_xavier_uniform(xavier_uniform, fan_in, fan_out):
    expect_xavier("W", xavier_uniform(), fan_in, fan_out)


@he.checks("he_normal: variance and distribution", 2, **LARGE)
def test_he_normal(he_normal, fan_in, fan_out):
    expect_he("W", he_normal(), fan_in, fan_out)


@orthogonal.checks("orthogonal: square, tall and wide", 2)
def test_orthogonal(orthogonal, fan_in, fan_out):
    expect_orthogonal("W", orthogonal(), fan_in, fan_out)


RANDOM = [test_xavier_uniform, test_he_normal, test_orthogonal]


@xavier.checks("every random number comes from rng", 1, needs=RANDOM, examples=8)
def test_generator_is_honoured(student, rng, fan_in, fan_out):
    arguments = {"rng": rng, "fan_in": fan_in, "fan_out": fan_out}
    expect_xavier("W", student.xavier_uniform(**arguments), fan_in, fan_out)
    expect_he("W", student.he_normal(**arguments), fan_in, fan_out)
    for function in ("xavier_uniform", "he_normal", "orthogonal"):
        if function != "orthogonal" or fan_in * fan_out > 1:  # ±1 is all the choice there is for a (1, 1) matrix
            expect_random(student, function, **arguments)


@cell.checks(
    "init_rnn: the matrices of each scheme, and a zero bias",
    2,
    needs=[test_identity, *RANDOM],
    examples=8,
    D=Sizes([15 * n + 20 for n in size], largest=160),
    H=Sizes([15 * n + 25 for n in size], largest=170),
)
def test_schemes(init_rnn, D, H):
    for scheme in SCHEMES:
        expect_scheme(scheme, init_rnn(scheme=scheme), D, H)


@cell.checks("init_rnn: any size, no number twice, no unknown scheme", 1, needs=[test_schemes], examples=8)
def test_init_rnn_edges(student, init_rnn, rng, D, H):
    for scheme in SCHEMES:
        W_xh, W_hh, b = init_rnn(scheme=scheme)
        expect_scheme(scheme, (W_xh, W_hh, b), D, H)
        expect_random(student, "init_rnn", rng=rng, D=D, H=H, scheme=scheme)
        message = "init_rnn: W_xh and W_hh are the same numbers. Draw each of them anew from rng."
        require("W_hh", not np.array_equal(W_xh, W_hh), message, W_hh)
        if scheme != "identity" and H > 1:  # ±1 is all the choice there is for an orthogonal (1, 1) matrix
            _, another, _ = init_rnn(rng=np.random.default_rng(int(rng.integers(2**63))), scheme=scheme)
            message = f'init_rnn: W_hh of "{scheme}" is the same for all generators. Draw it from rng.'
            require("W_hh", not np.array_equal(another, W_hh), message, W_hh)
    for unknown in ("random", "", "He", "xavier_uniform"):
        expect_error(student, "init_rnn", ValueError, rng=rng, D=D, H=H, scheme=unknown)


@chart
def depth(student):
    N, H, layers = 16, 100, 30
    signal = np.random.default_rng(18).normal(size=(N, H))
    lines = {}
    for name, draw in {
        "He": student.he_normal,
        "Xavier": student.xavier_uniform,
        "orthogonal": student.orthogonal,
    }.items():
        a, sizes = signal, [np.sqrt(np.mean(signal**2))]
        for layer in range(layers):
            a = np.maximum(a @ draw(rng=np.random.default_rng(layer), fan_in=H, fan_out=H), 0)
            sizes.append(np.sqrt(np.mean(a**2)))
        lines[name] = (range(layers + 1), sizes)
    caption = (
        "Layers of ReLU lose half of the signal. He's weights, with twice the variance, make up for it; with the "
        "others it fades."
    )
    return Chart("A signal on its way through your weights", "layer", "root mean square", lines, caption, log_y=True)
