"""Initial weights. Random ones are judged by their statistics."""

import math

import numpy as np

from minigrad.course.checks import (
    Ask,
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
from minigrad.course.checks.through_time import (
    UNITS,
    gradient_norms,
    length_of_the_gradient,
    quiet_network,
    random_weights,
)

SIZES = dict(fan_in=size, fan_out=size)
HUNDREDS = Sizes([25 * n for n in size], largest=250)
MOSTLY_FEW = {  # inputs: then the numbers are large, and it shows if large ones are cut off
    "fan_in": Sizes([10, 20, 30, 250], largest=250),
    "fan_out": Sizes([100, 150, 200, 250], largest=250),
}
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
    for which, axis in (("it has", None), ("each column has", 0), ("each row has", 1)):
        exact = np.abs(np.mean(W**2, axis) * fan_in / 2 - 1).max() < 1e-9
        exactly = f"{label}: {which} exactly the mean square {2 / fan_in:.4g}. Numbers that are drawn, and left "
        require(label, not exact, exactly + "as they are, come near it by chance.", W)


def expect_orthogonal(label, W, fan_in, fan_out):
    W = expect_finite(label, W, (fan_in, fan_out))
    name, product = ("WᵀW", W.T @ W) if fan_in >= fan_out else ("WWᵀ", W @ W.T)
    wrong = np.abs(product - np.eye(len(product))).max()
    message = f"{label}: {name} should be the identity matrix, it differs by up to {wrong:.3g}."
    square = product[0, 0]
    if square > 0 and np.abs(product / square - np.eye(len(product))).max() < 1e-9:
        message += f" The {'columns' if fan_in >= fan_out else 'rows'} have the length {np.sqrt(square):.4g}, not 1."
    require(label, wrong < 1e-9, message, W)


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


@he.checks("he_normal: variance and distribution", 2, **LARGE | MOSTLY_FEW)
def test_he_normal(he_normal, fan_in, fan_out):
    expect_he("W", he_normal(), fan_in, fan_out)


@orthogonal.checks("orthogonal: square, tall and wide", 1)
def test_orthogonal(orthogonal, fan_in, fan_out):
    expect_orthogonal("W", orthogonal(), fan_in, fan_out)


@orthogonal.checks("orthogonal: 20 square ones in a row keep lengths", 1, needs=[test_orthogonal], examples=8)
def test_lengths(orthogonal, rng, fan_in):
    x = rng.normal(size=(3, fan_in))
    lengths = np.linalg.norm(x, axis=1)
    for _ in range(20):
        x = x @ expect_finite("W", orthogonal(rng=rng.spawn(1)[0], fan_out=fan_in), (fan_in, fan_in))
    expect("lengths after 20 steps", np.linalg.norm(x, axis=1), lengths)


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
    "init_rnn: the matrices and a zero bias",
    1,
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
        both = [np.ravel(W)[: min(W_xh.size, W_hh.size)] for W in (W_xh, W_hh)]
        if scheme in ("xavier", "he") and len(both[0]) > 2:
            cosine = both[0] @ both[1] / np.linalg.norm(both[0]) / np.linalg.norm(both[1])
            message = (
                f'init_rnn: W_xh and W_hh of "{scheme}" are the same numbers but for a factor. Draw each anew from rng.'
            )
            require("W_hh", cosine < 1 - 1e-12, message, W_hh)
        if scheme != "identity" and H > 1:  # ±1 is all the choice there is for an orthogonal (1, 1) matrix
            _, another, _ = init_rnn(rng=np.random.default_rng(int(rng.integers(2**63))), scheme=scheme)
            message = f'init_rnn: W_hh of "{scheme}" is the same for all generators. Draw it from rng.'
            require("W_hh", not np.array_equal(another, W_hh), message, W_hh)
    for unknown in ("random", "", "He", "xavier_uniform"):
        expect_error(student, "init_rnn", ValueError, rng=rng, D=D, H=H, scheme=unknown)


@he.checks("as spread as the numbers of minigrad.nn.init", 0, fan_in=250, fan_out=200, examples=2)
def test_recipes(student, rng, fan_in, fan_out):
    from minigrad.nn import init

    for function, recipe in (("xavier_uniform", init.xavier_uniform_), ("he_normal", init.kaiming_normal_)):
        ours = getattr(student, function)(rng=rng, fan_in=fan_in, fan_out=fan_out)
        ratio = ours.std() / recipe(np.empty((fan_out, fan_in)), rng=rng).std()
        require(function, abs(ratio - 1) < 0.03, f"{function}: {ratio:.3f} times as spread as {recipe.__name__}.")


@chart
def beginnings(student):
    """The experiment, with the weights that fade and with those of each scheme, W_xh included."""
    lines = {"radius 0.5": gradient_norms(quiet_network(random_weights(0.5)))}
    relu = lambda a: np.maximum(a, 0)
    for scheme, of, activation in (
        ("xavier", "", np.tanh),
        ("orthogonal", "", np.tanh),
        ("identity", ", ReLU", relu),
        ("he", ", ReLU", relu),
    ):
        W_xh, W_hh, b = student.init_rnn(rng=np.random.default_rng(18), D=UNITS, H=UNITS, scheme=scheme)
        lines[scheme + of] = gradient_norms({**quiet_network(W_hh), "W_xh": W_xh, "b": b}, activation)
    caption = (
        "With your beginnings blame arrives from 20 steps back. Orthogonal and identity keep each length, but for what "
        "tanh takes; Xavier and He keep the size on average. Each line is one draw: another would "
        "be a little higher or lower."
    )
    return length_of_the_gradient("where training starts", lines, caption)
