"""Padding must do nothing."""

import numpy as np

from minigrad.course.checks import Ask, Chart, chart, expect, expect_pure, size, sometimes_zero, steps

SIZES = dict(T=steps, N=size, D=size)
padded = Ask("pad", takes="sequences", gives={"x": "T N D", "lengths": "N"}, **SIZES)
mask = Ask("sequence_mask", takes="lengths T", gives={"mask": "T N"}, T=steps, N=size)
forward = Ask("masked_rnn_forward", takes="x h0 W_xh W_hh b lengths", gives={"hs": "T N H"}, **SIZES, H=size)
last = Ask("last_states", takes="hs lengths", gives={"last": "N H"}, T=steps, N=size, H=size)


@padded.example
def sequences(rng, T, N, D):
    lengths = rng.integers(1, T + 1, N)
    lengths[rng.integers(N)] = T  # the length of the longest
    return {"sequences": [sometimes_zero(rng, rng.normal(size=(n, D))) for n in lengths]}


@mask.example
def some_lengths(rng, T, N):
    return {"lengths": rng.integers(1, T + 1, N), "T": T}


@forward.example
def a_batch(rng, T, N, D, H, equal=False):
    """Sentences that end at T or before it; in what is filler stands 0 or anything else."""
    lengths = np.full(N, T) if equal else rng.integers(1, T + 1, N)
    x = sometimes_zero(rng, rng.normal(size=(T, N, D)))
    x[np.arange(T)[:, None] >= lengths] *= rng.integers(2)
    h0, b = sometimes_zero(rng, rng.uniform(-1, 1, (N, H))), rng.normal(size=H)
    W_xh, W_hh = rng.normal(size=(D, H)), rng.normal(size=(H, H)) / np.sqrt(H)
    return {"x": x, "h0": h0, "W_xh": W_xh, "W_hh": W_hh, "b": b, "lengths": lengths}


@last.example
def states_of_any_network(rng, T, N, H):
    return {"hs": rng.uniform(-1, 1, (T, N, H)), "lengths": rng.integers(1, T + 1, N)}


@padded.reference
def number_by_number(sequences, D):
    lengths = [len(sequence) for sequence in sequences]
    real = [[s[t] if t < len(s) else np.zeros(D) for s in sequences] for t in range(max(lengths))]
    return np.array(real), np.array(lengths)


mask.reference(lambda lengths, T: np.array([[t < n for n in lengths] for t in range(T)]))
last.reference(lambda hs, lengths: np.array([hs[n - 1, i] for i, n in enumerate(lengths)]))


@forward.reference
def each_by_itself(x, h0, W_xh, W_hh, b, lengths):
    """Each sequence alone, as long as it is; what comes after is its last state."""
    hs = np.zeros((len(x), *h0.shape))
    for n, length in enumerate(lengths):
        for _ in range(length):  # once more, one more step is right
            before = np.concatenate([h0[None, n], hs[: length - 1, n]])
            hs[:length, n] = np.tanh(x[:length, n] @ W_xh + before @ W_hh + b)
        hs[length:, n] = hs[length - 1, n]
    return hs


test_pad = padded.check("pad: side by side, with 0 after the ends", 2)
test_mask = mask.check("sequence_mask: True for the real steps", 1)
test_equal = forward.check("sentences of one length: as in exercise 10", 1, equal=True)
test_frozen = forward.check("a sentence that has ended keeps its state", 2)


@forward.checks("more filler, even NaN, changes nothing", 1, T=[4, 5, 6, 8, 12], examples=24)
def test_filler(masked_rnn_forward, x, lengths, T, h0, W_xh, W_hh, b):
    """Each sequence has ended three steps before x does."""
    lengths = np.minimum(lengths, T - 3)
    expected = each_by_itself(x, h0, W_xh, W_hh, b, lengths)
    x[np.arange(T)[:, None] >= lengths] = np.nan
    expect("hs", masked_rnn_forward(x=x, lengths=lengths), expected, "T N H")


@forward.checks("neither order nor company changes a sentence", 1, needs=[test_frozen], examples=24)
def test_company(masked_rnn_forward, x, lengths, N, rng, h0, W_xh, W_hh, b):
    some = rng.permutation(N)[: rng.integers(1, N + 1)]
    expected = each_by_itself(x, h0, W_xh, W_hh, b, lengths)[:, some]
    expect("hs", masked_rnn_forward(x=x[:, some], h0=h0[some], lengths=lengths[some]), expected, "T N H")


test_last = last.check("last_states: after the last real step", 1)


FEW = dict(T=[2, 3, 7], N=[1, 2])  # so that a wrong place is a place all the same


@forward.checks("no argument is changed, and calling again gives the same", 1, needs=[test_frozen], examples=16, **FEW)
def test_pure(student, rng, T, N, D, H, x, h0, W_xh, W_hh, b, lengths):
    expect_pure(student, "pad", **sequences(rng, T, N, D))
    expect_pure(student, "sequence_mask", lengths=lengths, T=T)
    expect_pure(student, "masked_rnn_forward", x=x, h0=h0, W_xh=W_xh, W_hh=W_hh, b=b, lengths=lengths)
    expect_pure(student, "last_states", hs=np.ones((T, N, H)), lengths=lengths)


@forward.checks("the last states of minigrad.nn.RNN", 0)
def test_layer(student, masked_rnn_forward, x, h0, W_xh, W_hh, b, lengths, D, H):
    from minigrad import nn

    layer = nn.RNN(D, H)
    layer.load_state_dict({"weight_ih_l0": W_xh.T, "weight_hh_l0": W_hh.T, "bias_ih_l0": b, "bias_hh_l0": 0 * b})
    expected = layer(x, h0[None], lengths=lengths)[1].data[0]
    expect("last", student.last_states(hs=masked_rnn_forward(), lengths=lengths), expected, "N H")


@chart
def frozen(student):
    """A unit of the short sentence beside a long one, with its length and without."""
    rng = np.random.default_rng(14)
    x, lengths = student.pad(sequences=[rng.normal(size=(4, 3)), rng.normal(size=(16, 3))])
    turn = 0.95 * np.array([[np.cos(0.7), np.sin(0.7)], [-np.sin(0.7), np.cos(0.7)]])
    network = {"x": x, "h0": np.zeros((2, 2)), "W_xh": rng.normal(size=(3, 2)), "W_hh": turn, "b": np.array([0.2, 0.0])}
    lines = {}
    for name, known in (("reads on through the filler", np.array([16, 16])), ("frozen at its end", lengths)):
        lines[name] = (range(16), student.masked_rnn_forward(**network, lengths=known)[:, 0, 0])
    caption = (
        "A unit while it reads a sentence of four words in company of one of sixteen. The filler is 0, but W_hh and b "
        "go on; only the mask keeps what the sentence has left."
    )
    return Chart("Four words, then filler", "step", "state of a unit", lines, caption)
