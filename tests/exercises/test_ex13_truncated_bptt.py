"""Truncated backpropagation through time must give the memory of the whole, and blame within each chunk."""

import numpy as np

import minigrad
from minigrad.course.checks import Ask, Chart, Sizes, chart, expect, expect_derivatives, size, sometimes_zero, steps

GRADIENTS = "dW_xh", "dW_hh", "db"
truncated = Ask(
    "truncated_bptt",
    takes="dhs x h0 W_xh W_hh b chunk",
    gives={"hs": "T N H", "dW_xh": "D H", "dW_hh": "H H", "db": "H"},
    T=steps,
    N=size,
    D=size,
    H=size,
    chunk=Sizes([1, 2, 3, 4, 2, 3, 5, 7], largest=12),
)


@truncated.example
def a_text(rng, T, N, D, H, chunk):
    return {
        "dhs": 10.0 ** rng.integers(0, 3) * sometimes_zero(rng, rng.normal(size=(T, N, H))),
        "x": rng.normal(size=(T, N, D)),
        "h0": sometimes_zero(rng, rng.uniform(-1, 1, size=(N, H))),
        "W_xh": rng.normal(size=(D, H)),
        "W_hh": rng.normal(size=(H, H)) / np.sqrt(H),
        "b": rng.normal(size=H),
        "chunk": chunk,
    }


def told(x, h0, chunk, W_xh, W_hh, b, known=None):
    """The states of a network that is told what its state was at each cut, if these are known."""
    hs = [h0]
    for t, x_t in enumerate(x):
        h = known[t - 1] if known is not None and t and t % chunk == 0 else hs[-1]
        hs.append(np.tanh(x_t @ W_xh + h @ W_hh + b))
    return np.stack(hs[1:])


@truncated.reference
def derivatives_of_a_network_that_is_told(dhs, x, h0, W_xh, W_hh, b, chunk):
    hs = told(x, h0, chunk, W_xh, W_hh, b)
    _, pullback = minigrad.vjp(lambda *weights: told(x, h0, chunk, *weights, known=hs), W_xh, W_hh, b)
    return hs, *pullback(dhs)


test_states = truncated.check("hs: the memory crosses every cut", 2, "hs")
test_no_cut = truncated.check("a chunk longer than the text: as in exercise 12", 2, *GRADIENTS, chunk=100)
test_single_steps = truncated.check("chunks of one step: no blame from step to step", 2, *GRADIENTS, chunk=1)
test_chunks = truncated.check("any chunks, and the last may be shorter", 2, *GRADIENTS)


@truncated.checks("what the last step is blamed for stays in its chunk", 1, needs=[test_states])
def test_last_chunk(truncated_bptt, dhs, x, h0, W_xh, W_hh, b, T, chunk):
    start = (T - 1) // chunk * chunk
    before = told(x[:start], h0, chunk, W_xh, W_hh, b)[-1] if start else h0
    dhs[:-1] = 0
    expected = derivatives_of_a_network_that_is_told(dhs[start:], x[start:], before, W_xh, W_hh, b, chunk)
    for name, got, right in zip(GRADIENTS, truncated_bptt(dhs=dhs)[1:], expected[1:], strict=True):
        expect(name, got, right, truncated.gives[name])


test_pure = truncated.pure(1, needs=[test_states])


@truncated.checks("the derivatives of a network that is told its state", 0, examples=8)
def test_complex_steps(truncated_bptt, x, h0, W_xh, W_hh, b, chunk):
    known = told(x, h0, chunk, W_xh, W_hh, b)
    weights = {"W_xh": W_xh, "W_hh": W_hh, "b": b}
    forward = lambda **weights: told(x, h0, chunk, **weights, known=known)
    expect_derivatives(forward, weights, lambda dhs, **weights: truncated_bptt(dhs=dhs, **weights)[1:])


@chart
def saw(student):
    """The blame on each step. Each word comes once, as a one-hot, so its row of dW_xh is the blame on its step."""
    rng = np.random.default_rng(13)
    T, H = 36, 8
    network = {
        "x": np.eye(T)[:, None],
        "h0": np.zeros((1, H)),
        "W_xh": 0.2 * rng.normal(size=(T, H)),
        "W_hh": 0.9 * np.eye(H) + 0.02 * rng.normal(size=(H, H)),
        "b": np.zeros(H),
    }
    lines = {}
    for name, chunk in (("not cut", T), ("chunks of 9", 9)):
        dW_xh = student.truncated_bptt(dhs=np.ones((T, 1, H)), **network, chunk=chunk)[1]
        lines[name] = (range(T), np.linalg.norm(dW_xh, axis=1))
    caption = (
        "The loss looks at every step. A step is blamed for itself and for what comes after it, up to the next cut: at "
        "each cut the saw begins a new tooth."
    )
    return Chart("How much your network blames each step", "step", "length of the blame", lines, caption)
