"""The way back through one step of an LSTM must give the derivatives of the cell."""

import numpy as np

import minigrad
from minigrad.course.checks import Ask, Words, chart, expect, expect_derivatives, expect_finite, size, sometimes_zero
from minigrad.course.checks.gates import lstm_step

GATES = {"o": "the output gate", "f": "the forget gate", "i": "the input gate", "g": "the candidate"}
back = Ask(
    "lstm_cell_backward",
    takes="dh dc x h c gates c_next W_xh W_hh",
    gives={"dx": "N D", "dh_prev": "N H", "dc_prev": "N H", "dW_xh": "D 4H", "dW_hh": "H 4H", "db": "4H"},
    N=size,
    D=size,
    H=size,
)


@back.example
def a_step_after_its_forward_pass(rng, N, D, H, shown=1, scale=1.0, notes=5):
    """With blame that arrives both ways, or only along c (shown=0), and notes that are this large now and then.

    A large scale opens and shuts gates entirely.
    """
    step = {
        "x": sometimes_zero(rng, rng.normal(size=(N, D))),
        "h": sometimes_zero(rng, rng.uniform(-1, 1, size=(N, H))),
        "c": rng.choice([1, 1, 1, notes]) * sometimes_zero(rng, rng.normal(size=(N, H))),
        "W_xh": rng.normal(size=(D, 4 * H)),
        "W_hh": rng.normal(size=(H, 4 * H)),
        "b": scale * rng.normal(size=4 * H),
    }
    dh, dc = (10.0 ** rng.integers(0, 3) * sometimes_zero(rng, rng.normal(size=(N, H))) for _ in range(2))
    _, c_next, gates = lstm_step(**step)
    return {"dh": shown * dh + 0.0, "dc": dc, "c_next": c_next, "gates": gates, **step}


@back.reference
def derivatives_of_the_cell(dh, dc, x, h, c, W_xh, W_hh, b):
    _, pullback = minigrad.vjp(lambda *step: lstm_step(*step)[:2], x, h, c, W_xh, W_hh, b)
    return pullback((dh, dc))


def block(gate):
    """The check of what one gate is blamed for: its block of db, which is its da where there is one example."""
    k = "ifgo".index(gate)

    def look(lstm_cell_backward, dh, dc, x, h, c, W_xh, W_hh, b, H):
        db = expect_finite("db", lstm_cell_backward()[5], (4 * H,))
        expected = derivatives_of_the_cell(dh, dc, x, h, c, W_xh, W_hh, b)[5]
        expect(f"db, the block of {gate}", db[k * H : (k + 1) * H], expected[k * H : (k + 1) * H], "H")

    return look


test_direct = back.check("dc alone: what goes on along the direct path", 1, "dc_prev", shown=0, examples=32)
test_meeting = back.check("dh and dc meet at c_next", 1, "dc_prev")
test_o, test_f, test_i, test_g = (
    back.checks(f"{what}: da_{gate}, which is db of one example", 1, N=1, examples=24)(block(gate))
    for gate, what in GATES.items()
)
test_inputs = back.check(
    "dx and dh_prev, from all four gates", 1, "dx", "dh_prev", needs=[test_o, test_f, test_i, test_g]
)
test_weights = back.check("dW_xh, dW_hh, db: summed over the examples", 1, "dW_xh", "dW_hh", "db", examples=64)
right = [test_direct, test_meeting, test_inputs, test_weights]  # where a gate is shut little of what is wrong shows
test_saturated = back.check("gates wide open or shut: no NaN", 1, needs=right, scale=1e4, notes=1000, examples=24)
test_pure = back.pure(1, needs=[test_direct])


@back.checks("the derivatives of the cell", 0, examples=8)
def test_complex_steps(lstm_cell_backward, x, h, c, W_xh, W_hh, b):
    def forward(**step):
        return np.concatenate(lstm_step(**step)[:2], axis=1)

    def backward(dout, b, **step):
        _, c_next, gates = lstm_step(**step, b=b)
        dh, dc = np.split(dout, 2, axis=1)
        return lstm_cell_backward(dh=dh, dc=dc, gates=gates, c_next=c_next, **step)

    expect_derivatives(forward, {"x": x, "h": h, "c": c, "W_xh": W_xh, "W_hh": W_hh, "b": b}, backward)


@chart
def one_step_beside_exercise_11(student):
    """The places where a blame of 1 arrives: it came along c, or for what was shown, or in the cell of exercise 11."""
    one = np.ones((1, 1))
    read = {"x": one, "h": -0.5 * one, "c": 1.2 * one}
    weights = {"W_xh": np.array([[0.2, 0.5, 0.8, 0.4]]), "W_hh": np.array([[0.6, -0.4, 0.7, 0.9]])}
    _, c_next, gates = lstm_step(**read, **weights, b=np.array([0.0, 3.0, 0.0, 0.0]))
    direct, shown = (
        student.lstm_cell_backward(dh=dh, dc=dc, **read, gates=gates, c_next=c_next, **weights)
        for dh, dc in ((0 * one, one), (one, 0 * one))
    )
    slope = 1 - np.tanh(0.8 - 0.5 * 0.7) ** 2  # of a plain cell, with the weights of the candidate
    lines = [f"{'':9}{'LSTM, dc = 1':>14}{'LSTM, dh = 1':>14}{'exercise 11, dh = 1':>21}"]
    for k, gate in enumerate("ifgo"):
        plain = f"{slope:21.3f}" if gate == "g" else f"{'-':>21}"
        lines.append(f"da_{gate:6}{direct[5][k]:14.3f}{shown[5][k]:14.3f}{plain}")
    lines += [f"dh_prev  {direct[1].item():14.3f}{shown[1].item():14.3f}{slope * 0.7:21.3f}"]
    lines += [f"dc_prev  {direct[2].item():14.3f}{shown[2].item():14.3f}{'-':>21}"]
    caption = (
        f"By your lstm_cell_backward. Blame that comes along c leaves along c, times f = {gates[0, 1]:.3f}: no weight "
        "and no tanh stand in between. The output gate hears of dh alone. The plain cell was given the weights of g: "
        f"there all blame goes through a slope and W_hh, and {slope * 0.7:.3f} of it is left."
    )
    return Words("One step back: where a blame of 1 arrives", lines, caption)
