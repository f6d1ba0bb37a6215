"""Heads, each with its own columns, and the codes of places."""

import numpy as np

import minigrad
from minigrad import nn
from minigrad.course.checks import (
    Ask,
    Words,
    chart,
    expect,
    expect_finite,
    expect_pure,
    expect_unchanged,
    require,
    size,
    sometimes_zero,
    steps,
)

SIZES = dict(T=steps, N=size, d=size, heads=[1, 2, 3, 4])
split = Ask("split_heads", takes="x heads", gives={"x of each head": "N heads T d"}, **SIZES)
merge = Ask("merge_heads", takes="x", gives={"x merged": "N T D"}, **SIZES)
many = Ask(
    "multi_head",
    takes="x W_q W_k W_v W_o heads causal",
    gives={"result": "N T D", "weights": "N heads T T"},
    **SIZES,
    scale=1,
)
code = Ask("positions", takes="T D", gives={"code": "T D"}, T=[2, 3, 1, 7, 40, 700], D=[2, 4, 6, 10])


@split.example
def some_words(rng, T, N, d, heads):
    return {"x": rng.normal(size=(N, T, heads * d)), "heads": heads}


@merge.example
def of_heads(rng, T, N, d, heads):
    return {"x": rng.normal(size=(N, heads, T, d))}


@many.example
def a_layer(rng, T, N, d, heads, scale=1):
    D = heads * d
    x, matrices = sometimes_zero(rng, scale * rng.normal(size=(N, T, D))), 1.5 * rng.normal(size=(4, D, D)) / np.sqrt(D)
    names = "W_q", "W_k", "W_v", "W_o"
    return {"x": x, **dict(zip(names, matrices, strict=True)), "heads": heads, "causal": bool(rng.integers(2))}


@split.reference
def blocks_of_columns(x, d, heads):
    return np.stack([x[..., j * d : (j + 1) * d] for j in range(heads)], axis=-3)


@merge.reference
def side_by_side(x, heads):
    return np.concatenate([x[..., j, :, :] for j in range(heads)], axis=-1)


@many.reference
def head_by_head(x, W_q, W_k, W_v, W_o, heads, causal):
    """Each head by itself: its columns of three matrices, and its rows of the last."""
    d, T = x.shape[-1] // heads, x.shape[-2]
    result, weights = 0.0, []
    for j in range(heads):
        own = slice(j * d, (j + 1) * d)
        scores = np.einsum("...td,...sd->...ts", x @ W_q[:, own], x @ W_k[:, own]) / d**0.5
        scores = np.where(np.tri(T, dtype=bool), scores, -np.inf) if causal else scores
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights.append(shares / shares.sum(axis=-1, keepdims=True))
        result = result + weights[-1] @ x @ (W_v[:, own] @ W_o[own])
    return result, np.stack(weights, axis=-3)


@code.reference
def turned_step_by_step(T, D):
    """Hands as complex numbers: a turn is a factor, t of them are its power."""
    turns = np.exp(1j * np.geomspace(1, 1e-4, D // 2 + 1)[:-1]) ** np.arange(T)[:, None]
    return np.stack([turns.imag, turns.real], axis=-1).reshape(T, D)


test_split = split.check("split: each head has its columns of every word", 1)
test_merge = merge.check("merge: the heads side by side again", 1)


@split.checks("split, merge: no batch axis, or two of them", 1, needs=[test_split, test_merge], examples=24)
def test_axes(student, rng, T, N, d, heads):
    for before in (), (N, 2):
        x = rng.normal(size=(*before, T, heads * d))
        apart = blocks_of_columns(x, d, heads)
        expect(f"x of each head, for x of shape {x.shape}", student.split_heads(x=x, heads=heads), apart)
        expect(f"x merged, for x of shape {apart.shape}", student.merge_heads(x=apart), x)


SCORES = dict(scale=[1, 1, 100])  # of 10,000, as in exercise 31
test_one_head = many.check("multi_head: one head is exercise 32, then W_o", 1, heads=1)
test_weights = many.check("multi_head: the weights of each head", 1, "weights", **SCORES)
test_result = many.check("multi_head: the result", 1, "result", **SCORES)


@many.checks("multi_head: no batch axis, or two of them", 1, needs=[test_result], examples=24)
def test_many_axes(multi_head, rng, W_q, W_k, W_v, W_o, T, N, d, heads, causal):
    for before in (), (2, N):
        x = rng.normal(size=(*before, T, heads * d))
        got, right = multi_head(x=x), head_by_head(x, W_q, W_k, W_v, W_o, heads, causal)
        for label, one, other in zip(("result", "weights"), got, right, strict=True):
            expect(f"{label}, for x of shape {x.shape}", one, other)


test_hand = code.check("positions: one hand", 1, D=2)
test_hands = code.check("positions: all hands", 1, needs=[test_hand])


BEFORE = dict(needs=[test_one_head, test_hand], examples=24)


@many.checks("the same words in another order", 1, T=[3, 4, 5, 7], d=[2, 4], **BEFORE)
def test_order(student, multi_head, x, W_q, W_k, T, N, d, heads):
    """Without codes the last word sees a bag, and with them it does not, unless it looks at a single word alone."""
    D, order = heads * d, [*range(1, T - 1), 0, T - 1]
    x = x + np.arange(T)[:, None]  # no two words are alike
    last = [expect_finite("result", multi_head(x=some)[0], (N, T, D))[:, -1] for some in (x, x[:, order])]
    expect("result at the last word, the others in another order", last[1], last[0], "N D")
    codes = expect_finite("code", student.positions(T=T, D=D), (T, D))
    largest = np.abs((x + codes) @ W_q @ np.swapaxes((x + codes) @ W_k, -1, -2)).max()
    calm = {"W_q": W_q / max(largest, 1.0)}  # so that it looks at all of them
    last = [
        expect_finite("result", multi_head(x=some + codes, **calm)[0], (N, T, D))[:, -1] for some in (x, x[:, order])
    ]
    message = "with position codes the result at the last word should depend on the order of the others; it does not."
    require("result", np.abs(last[1] - last[0]).max() > 1e-9, message, last[1])


EVEN = dict(T=[2, 4, 1, 6], heads=[1, 2])


@many.checks("no argument is changed, and calling again gives the same", 1, needs=[test_one_head], examples=16, **EVEN)
def test_pure(student, rng, T, N, d, heads, x, W_q, W_k, W_v, W_o, causal):
    expect_unchanged(student, "split_heads", x=x, heads=heads)
    expect_unchanged(student, "merge_heads", **of_heads(rng, T, N, d, heads))
    expect_pure(student, "multi_head", x=x, W_q=W_q, W_k=W_k, W_v=W_v, W_o=W_o, heads=heads, causal=causal)
    expect_pure(student, "positions", T=T, D=2 * d)


@split.checks("merge undoes split", 0)
def test_undone(student, split_heads, x):
    expect("x merged", student.merge_heads(x=split_heads()), x, "N T D")


@code.checks("k places on are the same turn from every place", 0, T=[5, 8, 12])
def test_turns(positions, T, D):
    codes = positions()
    later = positions(T=T + 3)[3:]
    for hand in range(0, D, 2):
        (sin, cos), own = later[0, hand : hand + 2], codes[:, hand : hand + 2]
        expect("a hand three places on", own @ [[cos, -sin], [sin, cos]], later[:, hand : hand + 2], "T 2")


@many.checks("the heads of minigrad.nn.MultiheadAttention", 0)
def test_minigrad(multi_head, x, W_q, W_k, W_v, W_o, heads, causal):
    layer = nn.MultiheadAttention(x.shape[-1], heads, bias=False, batch_first=True)
    layer.load_state_dict({"in_proj_weight": np.hstack([W_q, W_k, W_v]).T, "out_proj.weight": W_o.T})
    result, weights = layer(x, x, x, is_causal=causal, average_attn_weights=False)
    got = multi_head()
    expect("result", got[0], result.data, "N T D")
    expect("weights", got[1], weights.data, "N heads T T")


@many.checks("Tensors go through: the gradients of a network", 1, needs=[test_result, test_hands], d=[2, 4], examples=8)
def test_gradients(student, rng, T, N, heads, x, W_q, W_k, W_v, W_o):
    V, D = 5, x.shape[-1]
    ids, targets = rng.integers(V, size=(2, N, T))
    counts = np.arange(T) < rng.integers(1, T + 1, size=(N, 1))
    learned = rng.normal(size=(V, D)), W_q, W_k, W_v, W_o, rng.normal(size=(D, V)), rng.normal(size=V)

    def surprise(E, W_q, W_k, W_v, W_o, W_y, b_y):
        x = E[ids] + turned_step_by_step(T, D)
        scores = (x + head_by_head(x, W_q, W_k, W_v, W_o, heads, True)[0]) @ W_y + b_y
        of_targets = np.sum(scores * np.eye(V)[targets], axis=-1)
        return np.sum((np.log(np.sum(np.exp(scores), axis=-1)) - of_targets) * counts) / np.sum(counts)

    given = {"ids": ids, "targets": targets, "counts": counts, "weights": list(learned)}
    loss, got = student.gradients(**given, heads=heads, ordered=True)
    expected, pullback = minigrad.vjp(surprise, *learned)
    expect("loss", loss, float(expected))
    expect("gradients", got, list(pullback(1.0)))


WORDS = ["I", "took", "my", "cat", "for", "a"]


@chart
def two_questions(student):
    """The weights are set by hand. A word is its place in x, in the last columns, where the hands hardly move."""
    T, D, d = len(WORDS), 16, 8
    x = student.positions(T=T, D=D)
    x[WORDS.index("cat"), d] += 1  # this column says: an animal
    W_q, W_k = np.zeros((D, D)), np.zeros((D, D))
    for i in range(0, d, 2):  # head 0: its own code, one place back
        sin, cos = x[1, i : i + 2]
        W_q[i : i + 2, i : i + 2], W_k[i : i + 2, i : i + 2] = [[30 * cos, 30 * sin], [-30 * sin, 30 * cos]], np.eye(2)
    W_q[-1, d], W_k[d, d] = 30, 1  # head 1: what is an animal
    _, weights = student.multi_head(x=x, W_q=W_q, W_k=W_k, W_v=np.eye(D), W_o=np.eye(D), heads=2, causal=True)
    lines = [" " * 6 + "".join(f"{'head ' + str(j):34}" for j in range(2)).rstrip()]
    lines.append(" " * 6 + "    ".join(" ".join(f"{word:4}" for word in WORDS) for _ in range(2)).rstrip())
    for t, word in enumerate(WORDS):
        rows = (" ".join(" .:+#"[int(np.ceil(4 * w - 1e-2))] * 4 for w in head[t]) for head in weights)
        lines.append(f"{word:>4}  " + "    ".join(rows).rstrip())
    caption = (
        "Read a row: how much this word looks at each. A blank is nothing, and . : + # are up to 1/4, 1/2, 3/4 and "
        "all. Head 0 asks: what stands right before me? It turns the hands of its own place back by one step. "
        "Head 1 asks: which animal is it about? One softmax could not ask both."
    )
    return Words("Two heads, two questions", lines, caption)
