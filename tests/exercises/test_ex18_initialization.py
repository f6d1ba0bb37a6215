"""What initial weights must be. Random ones are judged by their statistics.

A limit of DEVIATIONS standard errors fails a right implementation in about 2 of 10⁹ matrices where the statistic is
normal; that of the fourth moment is not, and its wider limit fails about 5 of 10⁶ of the smallest. Every matrix here is
drawn from a fixed seed, so that a verdict never changes from run to run.
"""

import math

import numpy as np

from minigrad.course.checks import (
    Chart,
    as_floats,
    chart,
    check,
    expect,
    expect_error,
    expect_pure,
    require,
    seed,
    size,
    unpack,
)

DEVIATIONS = 6
SIZES = dict(fan_in=size, fan_out=size, seed=seed)
LARGE = dict(fan_in=[25 * n for n in size], fan_out=[25 * n for n in size], seed=seed, examples=20)


def generator(seed):
    return np.random.default_rng([18, seed])


def expect_shape(label, W, shape):
    W = as_floats(label, W, len(shape))
    require(
        label, W.shape == shape, f"{label} has the wrong shape: expected {shape}, got {W.shape}.", W, np.zeros(shape)
    )
    require(label, np.isfinite(W).all(), f"{label} has numbers that are NaN or infinite.", W)
    return W


def expect_spread(label, W, variance, kurtosis):
    """Mean 0 and the given variance, as far as numbers of this kurtosis (E z⁴) allow to tell."""
    mean_error = math.sqrt(variance / W.size)
    require(
        label, abs(W.mean()) < DEVIATIONS * mean_error, f"{label}: the mean should be about 0, it is {W.mean():.3g}.", W
    )
    ratio = np.mean(W**2) / variance
    require(
        label,
        abs(ratio - 1) < DEVIATIONS * math.sqrt((kurtosis - 1) / W.size),
        f"{label}: the variance should be about {variance:.4g}, it is {np.mean(W**2):.4g}, {ratio:.3g} times as much.",
        W,
    )
    different = len(np.unique(W))
    require(
        label, different > 0.99 * W.size, f"{label}: {W.size} random numbers, but only {different} different ones.", W
    )


def expect_xavier_uniform(label, W, fan_in, fan_out):
    W = expect_shape(label, W, (fan_in, fan_out))
    a = math.sqrt(6 / (fan_in + fan_out))
    expect_bounded(label, W, fan_in, fan_out)
    expect_spread(label, W, variance=a**2 / 3, kurtosis=1.8)
    largest = np.abs(W).max()
    # the largest of n uniform numbers is below (1 - 25/n) a with probability e⁻²⁵
    require(
        label, largest > a * (1 - 25 / W.size), f"{label}: numbers should reach ±{a:.4g}, none passes {largest:.4g}.", W
    )


def expect_he_normal(label, W, fan_in, fan_out):
    W = expect_shape(label, W, (fan_in, fan_out))
    expect_spread(label, W, variance=2 / fan_in, kurtosis=3.0)
    kurtosis = np.mean(W**4) / np.mean(W**2) ** 2
    require(
        label,
        abs(kurtosis - 3) < (DEVIATIONS + 2) * math.sqrt(24 / W.size),
        f"{label}: the variance is right but the numbers are not from a normal distribution.",
        W,
    )


def expect_orthogonal(label, W, fan_in, fan_out):
    W = expect_shape(label, W, (fan_in, fan_out))
    name, product = ("WᵀW", W.T @ W) if fan_in >= fan_out else ("WWᵀ", W @ W.T)
    wrong = np.abs(product - np.eye(len(product))).max()
    require(label, wrong < 1e-9, f"{label}: {name} should be the identity matrix, it differs by up to {wrong:.3g}.", W)


def expect_bounded(label, W, fan_in, fan_out):
    """What is true of Xavier uniform numbers however few there are."""
    W = expect_shape(label, W, (fan_in, fan_out))
    a = math.sqrt(6 / (fan_in + fan_out))
    largest = np.abs(W).max()
    require(label, largest <= a * (1 + 1e-9), f"{label}: numbers should lie within ±{a:.4g}, one is {largest:.4g}.", W)


def expect_random(student, function, seed, **arguments):
    """The same generator gives the same numbers, and another gives others."""
    expect_pure(student, function, rng=generator(seed), **arguments)
    results = [student.call(function, {"rng": generator(s), **arguments}).value for s in (seed, seed + 1)]
    a, b = (result[0] if isinstance(result, tuple) else result for result in results)
    message = f"{function}: generators with different seeds gave the same numbers. Draw every number from rng."
    require(function, not np.array_equal(a, b), message)


@check("identity: ones on the diagonal", points=1, **SIZES)
def test_identity(student, fan_in, fan_out, seed):
    expect("W", student.identity(fan_in=fan_in, fan_out=fan_out), np.eye(fan_in, fan_out), "fan_in fan_out")
    expect_pure(student, "identity", fan_in=fan_in, fan_out=fan_out)


@check("xavier_uniform: range and variance", points=2, **LARGE)
def test_xavier_uniform(student, fan_in, fan_out, seed):
    W = student.xavier_uniform(rng=generator(seed), fan_in=fan_in, fan_out=fan_out)
    expect_xavier_uniform("W", W, fan_in, fan_out)


@check("he_normal: variance and distribution", points=2, **LARGE)
def test_he_normal(student, fan_in, fan_out, seed):
    expect_he_normal("W", student.he_normal(rng=generator(seed), fan_in=fan_in, fan_out=fan_out), fan_in, fan_out)


@check("orthogonal: square, tall and wide", points=2, **SIZES)
def test_orthogonal(student, fan_in, fan_out, seed):
    expect_orthogonal("W", student.orthogonal(rng=generator(seed), fan_in=fan_in, fan_out=fan_out), fan_in, fan_out)


@check(
    "every random number comes from rng",
    points=1,
    needs=[test_xavier_uniform, test_he_normal, test_orthogonal],
    examples=8,
    **SIZES,
)
def test_generator_is_honoured(student, fan_in, fan_out, seed):
    arguments = {"fan_in": fan_in, "fan_out": fan_out}
    expect_bounded("W", student.xavier_uniform(rng=generator(seed), **arguments), **arguments)
    expect_shape("W", student.he_normal(rng=generator(seed), **arguments), (fan_in, fan_out))
    for function in ("xavier_uniform", "he_normal", "orthogonal"):
        if function != "orthogonal" or fan_in * fan_out > 1:  # ±1 is all the choice there is for a (1, 1) matrix
            expect_random(student, function, seed, **arguments)


@check(
    "init_rnn: the matrices of each scheme, and a zero bias",
    points=2,
    needs=[test_identity, test_xavier_uniform, test_he_normal, test_orthogonal],
    D=[15 * n + 20 for n in size],
    H=[15 * n + 25 for n in size],
    seed=seed,
    examples=8,
)
def test_schemes(student, D, H, seed):
    for scheme in ("identity", "xavier", "he", "orthogonal"):
        result = student.init_rnn(rng=generator(seed), D=D, H=H, scheme=scheme)
        W_xh, W_hh, b = unpack("init_rnn", result, "W_xh", "W_hh", "b")
        of_xh = expect_he_normal if scheme == "he" else expect_xavier_uniform
        of_xh(f'W_xh of "{scheme}"', W_xh, D, H)
        label = f'W_hh of "{scheme}"'
        if scheme == "identity":
            expect(label, W_hh, np.eye(H), "H H")
        elif scheme == "xavier":
            expect_xavier_uniform(label, W_hh, H, H)
        elif scheme == "he":
            expect_he_normal(label, W_hh, H, H)
        else:
            expect_orthogonal(label, W_hh, H, H)
        expect(f'b of "{scheme}"', b, np.zeros(H), "H")


@check(
    "init_rnn: any size, no number twice, no unknown scheme",
    points=1,
    needs=[test_schemes],
    examples=8,
    D=size,
    H=size,
    seed=seed,
)
def test_init_rnn_edges(student, D, H, seed):
    for scheme in ("identity", "xavier", "he", "orthogonal"):
        result = student.init_rnn(rng=generator(seed), D=D, H=H, scheme=scheme)
        W_xh, W_hh, b = unpack("init_rnn", result, "W_xh", "W_hh", "b")
        W_xh = expect_shape("W_xh", W_xh, (D, H))
        W_hh = expect_shape("W_hh", W_hh, (H, H))
        expect("b", b, np.zeros(H), "H")
        if scheme != "he":
            expect_bounded(f'W_xh of "{scheme}"', W_xh, D, H)
        if scheme == "identity":
            expect('W_hh of "identity"', W_hh, np.eye(H), "H H")
        if scheme == "orthogonal":
            expect_orthogonal('W_hh of "orthogonal"', W_hh, H, H)
        expect_random(student, "init_rnn", seed, D=D, H=H, scheme=scheme)
        message = "init_rnn: W_xh and W_hh are the same numbers. Draw each of them anew from rng."
        require("W_hh", D != H or not np.allclose(W_xh, W_hh), message, W_hh)
    for unknown in ("random", "", "He", "xavier_uniform"):
        expect_error(student, "init_rnn", ValueError, rng=generator(seed), D=D, H=H, scheme=unknown)


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
            a = np.maximum(a @ draw(rng=generator(layer), fan_in=H, fan_out=H), 0)
            sizes.append(np.sqrt(np.mean(a**2)))
        lines[name] = (range(layers + 1), sizes)
    caption = (
        "Layers of ReLU lose half of the signal. He's weights, with twice the variance, make up for it; with the "
        "others it fades."
    )
    return Chart("A signal on its way through your weights", "layer", "root mean square", lines, caption, log_y=True)
