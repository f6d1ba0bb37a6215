"""The direct path of an LSTM, and the weights with which it begins."""

import itertools
import math

import numpy as np

import minigrad
from minigrad.course.checks import (
    Ask,
    Sizes,
    chart,
    expect,
    expect_finite,
    expect_random,
    expect_uniform,
    require,
    size,
    steps,
)
from minigrad.course.checks.gates import gradients_of_the_cell_state, lstm_states
from minigrad.course.checks.through_time import DISTANCES, UNITS, length_of_the_gradient, quiet_network, stretches

LIVES = Sizes([1, 2, 3, 5, 10, 20, 100, 1000, 20_000], largest=20_000)
LARGE = Sizes([25, 30, 40, 50], largest=60)  # so many numbers in a block say how they were drawn

path = Ask("cell_gradient", takes="forget_gates", gives={"gradient": "T+1 N H"}, T=steps, N=size, H=size)
bias = Ask("bias_for_half_life", takes="steps", gives="bias", steps=LIVES)
lstm = Ask("init_lstm", takes="rng D H forget_bias", gives={"W_xh": "D 4H", "W_hh": "H 4H", "b": "4H"}, D=size, H=size)


@path.example
def gates(rng, T, N, H, shut=0.0):
    """Each gate is shut with this probability, or so nearly that a product of two is 0; a whole step now and then.

    A few are nearly shut in any case.
    """
    forget_gates = 1 / (1 + np.exp(-1 - 2 * rng.normal(size=(T, N, H))))
    forget_gates[rng.random((T, N, H)) < 0.05] = 1e-20
    forget_gates[rng.random((T, N, H)) < shut] = rng.choice([0.0, 0.0, 0.0, 1e-200])
    if shut and rng.random() < 0.25:
        forget_gates[rng.integers(T)] = 0.0
    return {"forget_gates": forget_gates}


@lstm.example
def sizes_and_a_bias(rng, D, H):
    forget_bias = round(rng.uniform(-2, 5), 2) if rng.random() < 0.8 else 0.0
    return {"rng": rng, "D": D, "H": H, "forget_bias": forget_bias}


@path.reference
def by_minigrad(forget_gates, T, N, H):
    """The derivatives of the last cell state by what was written at each step. The first state was written, too."""

    def last_state(written):
        c = written[0]
        for f, new in zip(forget_gates, written[1:], strict=True):
            c = f * c + new
        return c

    return minigrad.vjp(last_state, np.zeros((T + 1, N, H)))[1](np.ones((N, H)))[0]


@bias.reference
def by_halving(steps):
    """Between a bias that keeps too little and one that keeps too much, halved until they meet."""
    low, high = -40.0, 40.0
    for _ in range(100):
        middle = (low + high) / 2
        if steps * math.log1p(math.exp(-middle)) > math.log(2):
            low = middle
        else:
            high = middle
    return round(high, 12) + 0.0


def blocks(name, W, rows, H):
    """The blocks that stand side by side for i, f, g and o, each with its name."""
    cut = np.split(expect_finite(name, W, (rows, 4 * H), f"{'D' if name == 'W_xh' else 'H'} 4H"), 4, axis=1)
    return [(f"{name}, the block of {gate}", block) for gate, block in zip("ifgo", cut, strict=True)]


test_single_step = path.check("cell_gradient: a single step", 1, T=1)
test_path = path.check("cell_gradient: from every state to the last", 1, examples=64)
test_shut = path.check("cell_gradient: some gates are shut", 1, needs=[test_path], examples=64, shut=0.2)
test_pure = path.pure(1, "cell_gradient: the gates stay as they are", needs=[test_single_step])
test_half_life = bias.check("bias_for_half_life: half is left after so many steps", 2, examples=32)


@lstm.checks("init_lstm: each block of W_xh is Xavier uniform", 1, D=LARGE, H=LARGE, examples=8)
def test_W_xh(init_lstm, D, H):
    a = math.sqrt(6 / (D + H))
    for label, block in blocks("W_xh", init_lstm(forget_bias=1.0)[0], D, H):
        expect_uniform(label, block, (D, H), -a, a)


@lstm.checks("init_lstm: each block of W_hh is orthogonal", 1, examples=24)
def test_W_hh(init_lstm, H):
    for label, block in blocks("W_hh", init_lstm()[1], H, H):
        wrong = np.abs(block.T @ block - np.eye(H)).max()
        message = f"{label}: WᵀW should be the identity matrix, it differs by up to {wrong:.3g}."
        require(label, wrong < 1e-9, message, block)


@lstm.checks("init_lstm: the forget bias, and zeros", 1, examples=24)
def test_b(init_lstm, forget_bias, H):
    expect("b", init_lstm()[2], np.kron([0, 1, 0, 0], np.full(H, forget_bias)), "4H")


@lstm.checks("init_lstm: no block twice, and all of it from rng", 1, needs=[test_W_hh], examples=12, H=[2, 3, 5])
def test_random(student, init_lstm, rng, D, H, forget_bias):
    first, second = init_lstm(), init_lstm(rng=np.random.default_rng(int(rng.integers(2**63))))
    for name, W, again, rows in zip(["W_xh", "W_hh"], first, second, [D, H], strict=False):
        cut = blocks(name, W, rows, H)
        for (label, one), (other_label, other) in itertools.combinations(cut, 2):
            turned = "" if np.array_equal(one, other) else ", but for their signs or their order"
            message = f"{label} has the same numbers as {other_label}{turned}. Draw each of the four anew."
            sizes, others = (np.sort(np.abs(block), axis=None) for block in (one, other))
            require(label, not np.array_equal(sizes, others), message, W)
        for (label, one), (_, other) in zip(cut, blocks(name, again, rows, H), strict=True):
            message = f"{label} is the same for generators with different seeds. Draw all of it from rng."
            require(label, not np.array_equal(one, other), message, one)
    expect_random(student, "init_lstm", rng=rng, D=D, H=H, forget_bias=forget_bias)


@path.checks("minigrad's gradient of an LSTM in which h is not heard", 0, N=1, examples=12)
def test_whole_gradient(cell_gradient, rng, T, H):
    network = {"x": rng.normal(size=(T, 1, 2)), "W_xh": rng.normal(size=(2, 4 * H)), "b": rng.normal(size=4 * H)}
    nowhere = np.zeros((1, H))
    _, _, gates = lstm_states(h0=nowhere, c0=nowhere, W_hh=np.zeros((H, 4 * H)), **network)
    gradients = gradients_of_the_cell_state(W_hh=np.zeros((H, 4 * H)), **network)
    direct = cell_gradient(forget_gates=gates[1:, :, H : 2 * H])
    expect("gradient", direct[::-1, 0, :, None] * np.eye(H), np.stack(gradients), "T H H")


@chart
def direct_path(student):
    """The experiment of exercises 15 to 18 with LSTMs: along the direct path, and for one of them by both roads."""
    x, nowhere, lines, both = quiet_network(np.eye(UNITS))["x"], np.zeros((1, UNITS)), {}, []
    for forget_bias in (0.0, 1.0, 5.0):
        weights = student.init_lstm(rng=np.random.default_rng(18), D=UNITS, H=UNITS, forget_bias=forget_bias)
        W_xh, W_hh, b = map(np.asarray, weights)
        _, _, gates = lstm_states(x, nowhere, nowhere, W_xh, W_hh, b)
        gradient = student.cell_gradient(forget_gates=gates[1:, :, UNITS : 2 * UNITS])
        lines[f"bias {forget_bias:g}"] = gradient[::-1, 0].max(axis=1).tolist()
        both.append(stretches(gradients_of_the_cell_state(x, W_xh, W_hh, b)))
    lines["bias 5, both roads"] = both[-1]
    together = ", ".join(f"{line[-1]:.2g}" for line in both)
    caption = (
        f"{DISTANCES[-1]} steps back, by both roads: {together}. The direct path cannot explode, but the road through "
        "W_hh can. So clipping stays (exercise 16)."
    )
    return length_of_the_gradient("the direct path of an LSTM", lines, caption)
