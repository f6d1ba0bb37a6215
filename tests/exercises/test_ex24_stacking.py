"""Networks of networks must read what is below them, or from the end, and nothing of the filler."""

import numpy as np

from minigrad.course.checks import (
    Ask,
    Words,
    chart,
    expect,
    expect_finite,
    expect_pure,
    require,
    size,
    sometimes_zero,
    steps,
)

SIZES = dict(T=steps, N=size, D=size)
turn = Ask("reverse_sequences", takes="x lengths", gives={"turned": "T N D"}, **SIZES)
stack = Ask("stacked_rnn", takes="x h0s layers", gives={"hs": "T N H", "last": "L N H"}, **SIZES, H=size, L=[1, 2, 3])
both = Ask(
    "bidirectional_rnn", takes="x lengths forward backward", gives={"hs": "T N 2H", "summary": "N 2H"}, **SIZES, H=size
)


def weights(rng, D, H):
    return rng.normal(size=(D, H)), rng.normal(size=(H, H)) / np.sqrt(H), rng.normal(size=H)


@turn.example
def a_batch(rng, T, N, D, equal=False):
    """Sequences that end at T or before it; in what is filler stands 0 or anything else."""
    lengths = np.full(N, T) if equal else rng.integers(1, T + 1, N)
    x = sometimes_zero(rng, rng.normal(size=(T, N, D)))
    x[np.arange(T)[:, None] >= lengths] *= rng.integers(2)
    return {"x": x, "lengths": lengths}


@stack.example
def a_stack(rng, T, N, D, H, L):
    layers = [weights(rng, H if k else D, H) for k in range(L)]
    return {"x": rng.normal(size=(T, N, D)), "h0s": rng.uniform(-1, 1, (L, N, H)), "layers": layers}


@both.example
def two_directions(rng, T, N, D, H, equal=False):
    return {**a_batch(rng, T, N, D, equal), "forward": weights(rng, D, H), "backward": weights(rng, D, H)}


@turn.reference
def place_by_place(x, lengths, T):
    sources = [[n - 1 - t if t < n else t for n in lengths] for t in range(T)]
    return np.take_along_axis(x, np.array(sources)[:, :, None], axis=0)


@stack.reference
def step_by_step(x, h0s, layers):
    """All layers at one step, then the next step: from the lowest to the highest."""
    states, top = list(h0s), []
    for signal in x:
        for k, (W_xh, W_hh, b) in enumerate(layers):
            signal = states[k] = np.tanh(np.hstack([signal, states[k]]) @ np.vstack([W_xh, W_hh]) + b)
        top.append(signal)
    return np.stack(top), np.stack(states)


@both.reference
def each_by_itself(x, lengths, forward, backward, T, N, H):
    """Each sequence alone, as long as it is. A step back is a step to a smaller t: nothing is turned round."""
    hs, summary = np.zeros((T, N, 2 * H)), np.zeros((N, 2 * H))
    for n, length in enumerate(lengths):
        for (W_xh, W_hh, b), half, order in (
            (forward, slice(H), range(length)),
            (backward, slice(H, None), range(length - 1, -1, -1)),
        ):
            h = np.zeros(H)
            for t in order:
                h = hs[t, n, half] = np.tanh(x[t, n] @ W_xh + h @ W_hh + b)
            summary[n, half] = h
    return hs, summary


test_turned = turn.check("reverse: each within its length, filler stays", 1)
test_one_layer = stack.check("stacked: a single layer is exercise 10", 1, L=1)
test_stack = stack.check("stacked: the states of the highest layer", 1, "hs")
test_last = stack.check("stacked: the last state of every layer", 1, "last")
test_no_filler = both.check("bidirectional: both directions, no filler", 1, "hs", equal=True)


@both.checks("bidirectional: the last input moves the first output", 1, equal=True, T=[2, 3, 4, 7], examples=24)
def test_last_input(bidirectional_rnn, x, forward, backward, T, N, H):
    """Both directions forget next to nothing, so that what is at the end is still seen at the beginning."""
    ways = {"forward": forward, "backward": backward}
    ways = {name: (0.1 * W_xh, np.eye(H), np.zeros(H)) for name, (W_xh, _, _) in ways.items()}
    first = expect_finite("hs", bidirectional_rnn(**ways)[0], (T, N, 2 * H))[0]
    x[-1] += 1
    moved = expect_finite("hs", bidirectional_rnn(x=x, **ways)[0], (T, N, 2 * H))[0]
    expect("forward half of hs[0] with another x[-1]", moved[:, :H], first[:, :H], "N H")
    apart = np.abs(moved - first)[:, H:].max()
    message = "another last input does not change the backward half of the first output, which should have read it."
    require("hs[0]", apart > 1e-9, message, moved)


test_lengths = both.check("bidirectional: each within its length, then 0", 1, "hs")
test_summary = both.check("bidirectional: the summary of each sequence", 1, "summary")


@both.checks("bidirectional: filler, even NaN, changes nothing", 1, needs=[test_no_filler])
def test_filler(bidirectional_rnn, x, lengths, forward, backward, T, N, H):
    hs, summary = each_by_itself(x, lengths, forward, backward, T, N, H)
    x[np.arange(T)[:, None] >= lengths] = np.nan
    got = bidirectional_rnn(x=x)
    expect("hs", got[0], hs, "T N 2H")
    expect("summary", got[1], summary, "N 2H")


@stack.checks("no argument is changed, and calling again gives the same", 1, needs=[test_one_layer], examples=16)
def test_pure(student, rng, T, N, D, H, x, h0s, layers):
    expect_pure(student, "reverse_sequences", **a_batch(rng, T, N, D))
    expect_pure(student, "stacked_rnn", x=x, h0s=h0s, layers=layers)
    expect_pure(student, "bidirectional_rnn", **two_directions(rng, T, N, D, H))


@turn.checks("turned twice is as it was", 0)
def test_twice(reverse_sequences, x):
    expect("turned twice", reverse_sequences(x=reverse_sequences()), x, "T N D")


@stack.checks("two halves, the second going on from the first", 0, T=[2, 3, 4, 7])
def test_halves(stacked_rnn, x, T):
    whole, end = stacked_rnn()
    _, middle = stacked_rnn(x=x[: T // 2])
    hs, last = stacked_rnn(x=x[T // 2 :], h0s=middle)
    expect("hs of the second half", hs, whole[T // 2 :], "T N H")
    expect("last", last, end, "L N H")


@both.checks("what is turned round, with the weights exchanged, comes out turned round", 0)
def test_mirror(bidirectional_rnn, x, lengths, forward, backward, H):
    hs, summary = bidirectional_rnn()
    mirrored, ends = bidirectional_rnn(x=place_by_place(x, lengths, len(x)), forward=backward, backward=forward)
    expect("hs", np.roll(place_by_place(mirrored, lengths, len(x)), H, axis=2), hs, "T N 2H")
    expect("summary", np.roll(ends, H, axis=1), summary, "N 2H")


def named(layer, ending):
    W_xh, W_hh, b = layer
    names = "weight_ih", "weight_hh", "bias_ih", "bias_hh"
    return {name + ending: value for name, value in zip(names, (W_xh.T, W_hh.T, b, 0 * b), strict=True)}


@stack.checks("the layers of minigrad.nn.RNN", 0)
def test_layers(stacked_rnn, x, h0s, layers, D, H, L):
    from minigrad import nn

    layer = nn.RNN(D, H, num_layers=L)
    layer.load_state_dict({k: v for n, triple in enumerate(layers) for k, v in named(triple, f"_l{n}").items()})
    for label, got, expected in zip(("hs", "last"), stacked_rnn(), layer(x, h0s), strict=True):
        expect(label, got, expected.data)


@both.checks("the directions of minigrad.nn.RNN", 0)
def test_directions(bidirectional_rnn, x, lengths, forward, backward, D, H):
    from minigrad import nn

    layer = nn.RNN(D, H, bidirectional=True)
    layer.load_state_dict({**named(forward, "_l0"), **named(backward, "_l0_reverse")})
    outputs, ends = layer(x, lengths=lengths)
    hs, summary = bidirectional_rnn()
    expect("hs", hs, outputs.data, "T N 2H")
    expect("summary", summary, np.concatenate(list(ends.data), axis=1), "N 2H")


LETTERS = "GCTATAATG"


@chart
def who_sees_what(student):
    """Each letter is exchanged for another one; whose state is another one then, has seen it."""
    rng, H = np.random.default_rng(24), 4
    code = dict(zip("ACGT", np.eye(4), strict=True))
    x = np.array([[code[letter]] for letter in LETTERS])
    (forward, backward), lengths = ((weights(rng, 4, H) for _ in range(2)), np.array([len(LETTERS)]))

    def states(x):
        return student.bidirectional_rnn(x=x, lengths=lengths, forward=forward, backward=backward)[0][:, 0]

    as_it_is, seen = states(x), []
    for k in range(len(x)):
        other = x.copy()
        other[k, 0] = np.roll(other[k, 0], 1)
        seen.append(states(other) != as_it_is)
    halves = {"forward": slice(H), "backward": slice(H, None), "both": slice(None)}
    lines = [" " * 5 + "   ".join(f"{name:9}" for name in halves), " " * 5 + "   ".join([LETTERS] * 3)]
    for t, letter in enumerate(LETTERS):
        rows = ("".join(".#"[int(changed[t, half].any())] for changed in seen) for half in halves.values())
        lines.append(f"  {letter}  " + "   ".join(rows))
    caption = (
        "Read a row: it is a state of your network, with a column for each letter, # where another letter changes it. "
        "Each direction sees a triangle. Side by side they see the whole string, so that the first T of TATAAT can be "
        "marked as well."
    )
    return Words("Who sees what", lines, caption)
