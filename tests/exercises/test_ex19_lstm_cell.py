"""An LSTM cell must be right: each piece by itself, and all of them together."""

import math

import numpy as np

from minigrad.course.checks import Ask, Chart, Sizes, chart, expect, expect_pure, size, sometimes_zero

SIZES = dict(N=size, H=size)
OPEN, SHUT = math.inf, -math.inf
curve = Ask("sigmoid", takes="a", gives={"fractions": "N H"}, **SIZES)
forget = Ask("forget", takes="c a_f", gives={"kept": "N H"}, **SIZES)
store = Ask("store", takes="a_i a_g", gives={"written": "N H"}, **SIZES)
update = Ask("update", takes="c a_f a_i a_g", gives={"c_next": "N H"}, **SIZES)
output = Ask("output", takes="c a_o", gives={"shown": "N H"}, **SIZES)
lstm = Ask("lstm_cell", takes="x h c W_xh W_hh b", gives={"h_next": "N H", "c_next": "N H"}, **SIZES, D=size)


def sums_and_notes(rng, N, H, scale=2.0, large=40.0):
    """Some sums are so large that a gate is open or shut."""
    sums = {name: scale * sometimes_zero(rng, rng.normal(size=(N, H))) for name in ("a", "a_i", "a_f", "a_g", "a_o")}
    for a in sums.values():
        a[rng.random((N, H)) < 0.2] = large * rng.choice([-1, 1])
    return {"c": 10.0 ** rng.integers(0, 4) * sometimes_zero(rng, rng.normal(size=(N, H))), **sums}


@lstm.example
def one_step(rng, N, D, H, large=2):
    """With large=0 few notes are so large that tanh is 1 of the old one and of the new one, and they look alike.

    These few are what a limit on the notes would cut off.
    """
    c = 10.0 ** rng.integers(0, large + 1) * sometimes_zero(rng, rng.normal(size=(N, H)))
    c[rng.random((N, H)) < 0.1 * (large == 0)] *= 30
    return {
        "x": sometimes_zero(rng, rng.normal(size=(N, D))),
        "h": sometimes_zero(rng, rng.normal(size=(N, H))),
        "c": c,
        "W_xh": rng.normal(size=(D, 4 * H)),
        "W_hh": rng.normal(size=(H, 4 * H)),
        "b": rng.normal(size=4 * H),
    }


@np.errstate(over="ignore")
def powers_of_e(c, a_i, a_f, a_g, a_o):
    """Both states of a cell, without a tanh."""
    c_next = c / (1 + np.exp(-a_f)) + (1 - 2 / (1 + np.exp(2 * a_g))) / (1 + np.exp(-a_i))
    return (1 - 2 / (1 + np.exp(2 * c_next))) / (1 + np.exp(-a_o)), c_next


def fractions(a):
    return np.exp(np.minimum(a, 0)) / (1 + np.exp(-np.abs(a)))


for ask in (curve, forget, store, update, output):
    ask.example(sums_and_notes)
curve.reference(fractions)
forget.reference(lambda c, a_f: powers_of_e(c, SHUT, a_f, 0, 0)[1])
store.reference(lambda a_i, a_g: powers_of_e(0, a_i, 0, a_g, 0)[1])
update.reference(lambda c, a_f, a_i, a_g: powers_of_e(c, a_i, a_f, a_g, 0)[1])
output.reference(lambda c, a_o: powers_of_e(c, SHUT, OPEN, 0, a_o)[0])


@lstm.reference
def sums_of_products(x, h, c, W_xh, W_hh, b):
    sums = b + (x[:, :, None] * W_xh).sum(axis=1) + (h[:, :, None] * W_hh).sum(axis=1)
    return powers_of_e(c, *np.split(sums, 4, axis=1))


test_sigmoid = curve.check("sigmoid: every number between 0 and 1", 1, examples=24)


@curve.checks("sigmoid: any shape, numbers as large as 1000", 1, needs=[test_sigmoid], examples=12, scale=1000.0)
def test_large(sigmoid, a):
    """Of one axis the largest comes first: what is made in the type of the first number shows there."""
    expect("fractions", sigmoid(), fractions(a), "N H")
    for name, same in (
        ("of one axis", np.sort(a.ravel())[::-1]),
        ("of three axes", a[:, None]),
        ("without axes", np.array(a[0, 0])),
    ):
        expect(f"the sigmoid of an array {name}", sigmoid(a=same), fractions(same))


test_forget = forget.check("forget: what is kept", 1, needs=[test_sigmoid], examples=24)
test_store = store.check("store: what is written", 1, needs=[test_sigmoid], examples=24)
test_update = update.check("update: the new notes", 1, needs=[test_forget, test_store], examples=24)
test_output = output.check("output: what is shown", 1, needs=[test_sigmoid], examples=24)
test_cell_state = lstm.check("lstm_cell: c_next, the new cell state", 1, "c_next", needs=[test_update])
MANY = dict.fromkeys("NDH", Sizes([1, 2, 3, 4, 2, 3, 5, 20], largest=20))
test_hidden_state = lstm.check(
    "lstm_cell: h_next, the new hidden state", 1, "h_next", needs=[test_output], large=0, **MANY
)


@lstm.checks("lstm_cell: f open, i shut: a note lasts 20 steps", 1, needs=[test_cell_state], examples=4)
def test_lasts(lstm_cell, rng, c, N, D, H):
    gates, notes = rng.choice([-1000.0, 1000.0], 4 * H), c
    gates[:H], gates[H : 2 * H] = -1000, 1000
    for _ in range(20):
        _, notes = lstm_cell(x=rng.normal(size=(N, D)), h=rng.normal(size=(N, H)), c=notes, b=gates)
    expect("c_next after 20 steps", notes, c, "N H")


@lstm.checks("no argument is changed, and calling again gives the same", 1, needs=[test_cell_state], examples=8)
def test_pure(student, rng, x, h, c, W_xh, W_hh, b, N, H):
    sums = sums_and_notes(rng, N, H, large=1000.0)
    expect_pure(student, "sigmoid", a=sums["a"])
    for function, names in (
        ("forget", "c a_f"),
        ("store", "a_i a_g"),
        ("update", "c a_f a_i a_g"),
        ("output", "c a_o"),
    ):
        expect_pure(student, function, **{name: sums[name] for name in names.split()})
    expect_pure(student, "lstm_cell", x=x, h=h, c=c, W_xh=W_xh, W_hh=W_hh, b=b)


@lstm.checks("the states of minigrad.nn.LSTMCell", 0)
def test_layer(lstm_cell, x, h, c, W_xh, W_hh, b, D, H):
    from minigrad import nn

    cell = nn.LSTMCell(D, H)
    cell.load_state_dict({"weight_ih": W_xh.T, "weight_hh": W_hh.T, "bias_ih": b, "bias_hh": 0 * b})
    for name, got, expected in zip(["h_next", "c_next"], lstm_cell(), cell(x, (h, c)), strict=True):
        expect(name, got, expected.data, "N H")


@chart
def a_note(student):
    """A 1 is to be noted, and other words follow. The gates are set: i opens for what is marked, f and o stay open."""
    T = 41
    marked, words = np.arange(T) == 0, np.random.default_rng(19).normal(size=T)
    words[0] = 1.0
    W_xh, b = np.array([[40.0, 0.0, 0.0, 0.0], [0.0, 0.0, 20.0, 0.0]]), np.array([-20.0, 20.0, 0.0, 20.0])
    h, c, noted = np.zeros((1, 1)), np.zeros((1, 1)), []
    for x in np.stack([marked, words], axis=1):
        h, c = student.lstm_cell(x=x[None], h=h, c=c, W_xh=W_xh, W_hh=np.zeros((1, 4)), b=b)
        noted.append(c[0, 0])
    lines = {"your cell state": (range(T), noted)}
    for weight in (1.0, 2.0):
        state, states = 0.0, []
        for word in words:
            states.append(state := np.tanh(word + weight * state))
        lines[f"exercise 9, W_hh = {weight:g}"] = (range(T), states)
    caption = (
        "A 1 comes in at step 0, then 40 other numbers. Your cell notes the 1, and leaves the note alone. The cells of "
        "exercise 9 take it in as tanh(1) = 0.76, and then every other number, too: even the latch, W_hh = 2, is "
        "turned over by some."
    )
    return Chart("How long a note lasts", "step", "what is remembered", lines, caption)
