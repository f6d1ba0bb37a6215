"""BPTT through an LSTM must give the derivatives of the unrolled network."""

import numpy as np

import minigrad
from minigrad.course.checks import (
    Ask,
    Words,
    chart,
    expect,
    expect_derivatives,
    expect_finite,
    size,
    sometimes_zero,
    steps,
)
from minigrad.course.checks.gates import lstm_states

bptt = Ask(
    "lstm_bptt",
    takes="dhs dc_T x h0 c0 hs cs gates W_xh W_hh",
    gives={"dx": "T N D", "dh0": "N H", "dc0": "N H", "dW_xh": "D 4H", "dW_hh": "H 4H", "db": "4H"},
    T=steps,
    N=size,
    D=size,
    H=size,
)


@bptt.example
def an_lstm_after_its_forward_pass(rng, T, N, D, H, shown=1):
    """With blame from above at every step or at some, and blame for the last cell state; shown=0 leaves that alone.

    Now and then there is no blame after some step.
    """
    b = rng.normal(size=4 * H)
    b[H : 2 * H] += rng.choice([0.0, 2.0])
    network = {
        "x": rng.normal(size=(T, N, D)),
        "h0": sometimes_zero(rng, rng.uniform(-1, 1, size=(N, H))),
        "c0": rng.choice([1, 1, 1, 5]) * sometimes_zero(rng, rng.normal(size=(N, H))),
        "W_xh": rng.normal(size=(D, 4 * H)),
        "W_hh": rng.normal(size=(H, 4 * H)),
        "b": b,
    }
    dhs = 10.0 ** rng.integers(0, 3) * sometimes_zero(rng, rng.normal(size=(T, N, H)))
    dc_T = 10.0 ** rng.integers(0, 3) * sometimes_zero(rng, rng.normal(size=(N, H)))
    if shown and rng.random() < 0.25:
        dhs[rng.integers(T) + 1 :], dc_T[:] = 0, 0
    hs, cs, gates = lstm_states(**network)
    return {"dhs": shown * dhs + 0.0, "dc_T": dc_T, "hs": hs, "cs": cs, "gates": gates, **network}


def last_states(*network):
    hs, cs, _ = lstm_states(*network)
    return hs, cs[-1]


@bptt.reference
def derivatives_of_the_unrolled_network(dhs, dc_T, x, h0, c0, W_xh, W_hh, b):
    _, pullback = minigrad.vjp(last_states, x, h0, c0, W_xh, W_hh, b)
    return pullback((dhs, dc_T))


test_single_step = bptt.check("a single step, as in exercise 21", 1, T=1, examples=32)
test_direct = bptt.check("dc_T alone gets back to c0", 1, "dc0", shown=0, examples=24)
test_first_states = bptt.check("dh0 and dc0, with blame from above", 1, "dh0", "dc0")
test_dx = bptt.check("dx, the gradient of every input", 1, "dx")
test_dW_xh = bptt.check("dW_xh and db, summed over all steps", 1, "dW_xh", "db")
test_dW_hh = bptt.check("dW_hh, summed over all steps", 1, "dW_hh")


@bptt.checks("no blame reaches what comes later", 1, needs=[test_single_step], T=[2, 3, 4, 7], examples=24)
def test_later(lstm_bptt, dhs, dc_T, rng, T, N, D):
    k = rng.integers(1, T)
    dhs[k:] = 0
    dx = expect_finite("dx", lstm_bptt(dhs=dhs, dc_T=0 * dc_T)[0], (T, N, D))
    expect("dx after the last loss", dx[k:], np.zeros((T - k, N, D)), "T N D")


@bptt.checks("cut in two, the second part hands its blame on", 2, needs=[test_single_step], T=[2, 3, 4, 7], examples=24)
def test_two_parts(lstm_bptt, dhs, dc_T, x, h0, c0, hs, cs, gates, rng, T, N, D, H):
    """The first part gets what the second part sends to its first states, as a user of its last ones."""
    k = rng.integers(1, T)
    steps = {"x": x, "hs": hs, "cs": cs, "gates": gates}
    later = {name: array[k:] for name, array in steps.items()}
    dx, dh, dc, *second = lstm_bptt(dhs=dhs[k:], dc_T=dc_T, h0=hs[k - 1], c0=cs[k - 1], **later)
    above = dhs[:k].copy()
    above[-1] += expect_finite("dh0 of the second part", dh, (N, H))
    dc = expect_finite("dc0 of the second part", dc, (N, H))
    earlier = {name: array[:k] for name, array in steps.items()}
    first_dx, *first = lstm_bptt(dhs=above, dc_T=dc, **earlier)
    whole_dx, *whole = lstm_bptt()
    parts = [expect_finite("dx of a part", part, (n, N, D)) for part, n in ((first_dx, k), (dx, T - k))]
    expect("dx", whole_dx, np.concatenate(parts), "T N D")
    for name, got, one, other in zip(list(bptt.gives)[3:], whole[2:], first[2:], second, strict=True):
        shares = [expect_finite(f"{name} of a part", share, np.shape(got)) for share in (one, other)]
        expect(name, got, sum(shares), bptt.gives[name])


test_pure = bptt.pure(1, needs=[test_single_step])


@bptt.checks("the derivatives of the states", 0, examples=8)
def test_complex_steps(lstm_bptt, x, h0, c0, W_xh, W_hh, b):
    def forward(**network):
        hs, cs, _ = lstm_states(**network)
        return np.concatenate([hs, cs[-1:]])

    def backward(dout, b, **network):
        hs, cs, gates = lstm_states(**network, b=b)
        return lstm_bptt(dhs=dout[:-1], dc_T=dout[-1], hs=hs, cs=cs, gates=gates, **network)

    expect_derivatives(forward, {"x": x, "h0": h0, "c0": c0, "W_xh": W_xh, "W_hh": W_hh, "b": b}, backward)


CARD = "I grew up in France , but I now live in Denver . I speak fluent French"
PLACES = "France", "Denver"


@chart
def blame(student):
    """The blame of each word for the last guess: by the student's lstm_bptt, and by loss.backward() of minigrad.

    The cell is untrained, but for its gates: f begins near 1, and i, near 0, opens at the name of a place.
    """
    rng, D, H = np.random.default_rng(22), 17, 16
    *words, _ = CARD.split()
    of_word = {word: np.append(rng.normal(size=D - 1), word in PLACES) for word in words}
    W_xh, W_hh = 0.5 * rng.normal(size=(D, 4 * H)) / np.sqrt(D), 0.5 * rng.normal(size=(H, 4 * H)) / np.sqrt(H)
    W_xh[-1, :H] = 5
    b = np.repeat([-3.0, 3.0, 0.0, 0.0], H)
    read = {"x": np.array([[of_word[word]] for word in words]), "h0": np.zeros((1, H)), "c0": np.zeros((1, H))}
    x = minigrad.Tensor(read["x"], requires_grad=True)
    hs, cs, gates = lstm_states(**{**read, "x": x}, W_xh=W_xh, W_hh=W_hh, b=b)
    readout = rng.normal(size=H)
    (hs[-1] @ readout).sum().backward()
    dhs = np.zeros(hs.shape)
    dhs[-1] = readout
    made = {name: array.data.copy() for name, array in (("hs", hs), ("cs", cs), ("gates", gates))}
    dx, *_ = student.lstm_bptt(dhs=dhs, dc_T=np.zeros((1, H)), **read, **made, W_xh=W_xh, W_hh=W_hh)
    yours, engine = (np.linalg.norm(blames[:, 0], axis=1) for blames in (dx, x.grad))
    lines = [f"{'':10} {'yours':>8} {'backward()':>12}"]
    for word, one, other in zip(words, yours, engine, strict=True):
        lines.append(f"{word:>10} {one:8.5f} {other:12.5f}  {'#' * round(34 * one / yours.max())}")
    caption = (
        'The blame that your lstm_bptt takes from the guess after "fluent" back to each word, beside what '
        "loss.backward() of minigrad finds: the same numbers. Each is the length of dx[t]. Two gates of this "
        "untrained cell were set by hand: f is about 0.95, so blame gets far, and i opens at the names of places, so "
        "these two words get the most of it."
    )
    return Words("Who is to blame for the last word?", lines, caption)
