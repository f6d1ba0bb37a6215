"""A network on Tensors must give the numbers of exercises 9 to 13, which are written out by hand here."""

import numpy as np

from minigrad.course.checks import (
    Ask,
    Sizes,
    Words,
    chart,
    expect,
    expect_finite,
    expect_normal,
    expect_pure,
    in_any_order,
    require,
    size,
    sometimes_zero,
)

GIVEN = "sentence targets hidden_state W_xh W_hh b W_hy b_y"
WEIGHTS = {"W_xh": "D H", "W_hh": "H H", "b": "H", "W_hy": "H V", "b_y": "V"}
SIZES = dict(T=[1, 2, 3, 5], N=size, D=size, H=size, V=[2, 3, 4, 6])
LARGE = dict(D=Sizes([20, 25], largest=25), H=Sizes([40, 50], largest=60), V=Sizes([20, 25], largest=25))
new = Ask("new_cell", takes="rng D H V", gives="parameters", N=1, **{name: SIZES[name] for name in "DHV"})
step = Ask("one_step", takes="word " + GIVEN[17:], gives={"prediction": "N V", "hidden_state": "N H"}, **SIZES)
reading = Ask("reading", takes=f"{GIVEN} before", gives={"loss": "", "hidden_state": "N H"}, **SIZES)
back = Ask("gradients", takes=GIVEN, gives={f"d{name}": axes for name, axes in WEIGHTS.items()}, **SIZES)
descents = Ask("descents", takes=f"{GIVEN} lr times", gives="weights", **SIZES)
learning = Ask("learning", takes=f"{GIVEN} chunk lr", gives={"losses": "", "weights": ""}, **SIZES, chunk=[2, 3])


@step.example
@reading.example
@back.example
@descents.example
@learning.example
def a_text(rng, T, N, D, H, V, times=1, chunk=2, other=0, steep=1.0):
    """With a steep way from the state to the words, gradients are larger than 1."""
    sentence = rng.normal(size=(T, N, D))
    shapes = {"W_xh": (D, H), "W_hh": (H, H), "b": (H,), "W_hy": (H, V), "b_y": (V,)}
    weights = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    weights["W_hy"] *= steep
    return {
        "word": sentence[0],
        "sentence": sentence,
        "targets": rng.integers(V, size=(T, N)),
        "hidden_state": sometimes_zero(rng, rng.uniform(-1, 1, size=(N, H))),
        "before": rng.normal(size=(other, N, D)),
        "lr": rng.uniform(0.1, 1.0),
        "times": times,
        "chunk": chunk,
    } | weights


@back.reference
def by_hand(sentence, targets, hidden_state, W_xh, W_hh, b, W_hy, b_y):
    return backwards(sentence, targets, hidden_state, W_xh, W_hh, b, W_hy, b_y)[2]


def backwards(sentence, targets, hidden_state, W_xh, W_hh, b, W_hy, b_y):
    """The loss, the last state and all gradients, as in exercises 8 to 12: no engine has a part in it."""
    hs, places = [hidden_state], tuple(np.indices(targets.shape))
    for x in sentence:
        hs.append(np.tanh(x @ W_xh + hs[-1] @ W_hh + b))
    after = np.stack(hs[1:])
    logits = after @ W_hy + b_y
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    loss = -np.log(p[*places, targets]).mean()
    p[*places, targets] -= 1
    blame = p / targets.size
    grads = [np.zeros(W_xh.shape), np.zeros(W_hh.shape), np.zeros(b.shape)]
    carry = np.zeros(hidden_state.shape)
    for t in reversed(range(len(sentence))):
        da = (blame[t] @ W_hy.T + carry) * (1 - hs[t + 1] ** 2)
        carry = da @ W_hh.T
        grads = [g + share for g, share in zip(grads, (sentence[t].T @ da, hs[t].T @ da, da.sum(axis=0)), strict=True)]
    return loss, hs[-1], [*grads, np.einsum("tnh,tnv->hv", after, blame), blame.sum(axis=(0, 1))]


@step.reference
def one_step_of_the_cell(word, hidden_state, W_xh, W_hh, b, W_hy, b_y):
    h = np.tanh(np.einsum("nd,dh->nh", word, W_xh) + np.einsum("nk,kh->nh", hidden_state, W_hh) + b)
    return np.einsum("nh,hv->nv", h, W_hy) + b_y, h


@reading.reference
def loss_and_last_state(before, **given):
    return backwards(**{name: given[name] for name in GIVEN.split()})[:2]


@descents.reference
def steps_by_hand(lr, times, **given):
    return chunks_by_hand(times * [slice(None)], False, lr, given)[1]


@learning.reference
def chunks(lr, chunk, T, **given):
    return chunks_by_hand([slice(t, t + chunk) for t in range(0, T, chunk)], True, lr, given)


def chunks_by_hand(pieces, goes_on, lr, given):
    weights, state, losses = {name: given[name] for name in WEIGHTS}, given["hidden_state"], []
    for piece in pieces:
        loss, last, grads = backwards(given["sentence"][piece], given["targets"][piece], state, **weights)
        state = last if goes_on else state
        losses.append(loss)
        weights = {name: w - lr * g for (name, w), g in zip(weights.items(), grads, strict=True)}
    return losses, weights


def named(parameters):
    """The Parameters, if they have the five names."""
    expect("the names of the Parameters", list(parameters), in_any_order(list(WEIGHTS)))
    return parameters


@new.checks("the class has five Parameters", 1, examples=6)
def test_parameters(new_cell, D, H, V):
    got, sizes = named(new_cell()), {"D": D, "H": H, "V": V}
    for name, axes in WEIGHTS.items():
        shape = tuple(sizes[axis] for axis in axes.split())
        if name in ("b", "b_y"):
            expect(name, got[name], np.zeros(shape), axes)
        else:
            expect_finite(name, got[name], shape, axes)


@new.checks("the matrices are drawn, and of the right size", 1, needs=[test_parameters], examples=6, **LARGE)
def test_matrices(student, new_cell, rng, D, H, V):
    other, got = named(new_cell(rng=np.random.default_rng(int(rng.integers(2**63))))), named(new_cell())
    for name, shape in {"W_xh": (D, H), "W_hh": (H, H), "W_hy": (H, V)}.items():
        expect_normal(name, got[name], shape, 0.0, 1 / H)
        require(name, np.any(got[name] != other[name]), f"{name} is the same whatever rng is. Draw it from rng.")
    numbers = np.concatenate([got[name].ravel() for name in ("W_xh", "W_hh", "W_hy")])
    require(
        "W_hh", len(np.unique(numbers)) == len(numbers), "Some numbers of the matrices come twice. Draw each of them."
    )
    expect_pure(student, "new_cell", rng=rng, D=D, H=H, V=V)


test_step = step.check("one step: prediction and hidden_state", 1, T=1, needs=[test_matrices], examples=24)
test_loss = reading.check("read: the loss, and the last state", 1, needs=[test_step], examples=24)
test_gradients = back.check("backward() gives what your hands gave", 1, needs=[test_loss], examples=24)
test_two = reading.check(
    "two sentences know nothing of each other", 1, needs=[test_loss], other=2, T=[1, 2, 3], examples=8
)
test_descent = descents.check("descend: one step", 1, needs=[test_gradients], T=[1, 2, 3], examples=12, steep=10.0)
test_descents = descents.check("descend: three steps", 1, needs=[test_descent], times=3, T=[1, 2, 3], examples=8)
test_learning = learning.check("learn: chunk by chunk", 2, needs=[test_descent], T=[1, 2, 3, 4, 5, 7, 4], examples=24)


WORDS = ["I", "love", "recurrent", "neural", "networks", "."]


@chart
def one_sentence(student):
    """The guesses of the student's network after each word, before it learned the sentence and after."""
    weights = student.new_cell(rng=np.random.default_rng(25), D=6, H=16, V=6)
    given = {"sentence": np.eye(6)[:5, None], "targets": np.arange(1, 6)[:, None], "hidden_state": np.zeros((1, 16))}
    columns, losses = [], []
    for _ in range(4):
        h, guesses = given["hidden_state"], []
        losses.append(f"{student.reading(**given, **weights, before=np.zeros((0, 1, 6)))[0]:.3f}")
        for word in given["sentence"]:
            prediction, h = student.one_step(word=word, hidden_state=h, **weights)
            guesses.append(WORDS[prediction.argmax()])
        columns.append(guesses)
        weights = student.descents(**given, **weights, lr=0.5, times=50)
    line = lambda first, rest: f"{first:>10}" + "".join(f"  {one:<10}" for one in rest)
    lines = [line("readings", ["0", "50", "100", "150"])]
    lines += [line(word, guesses) for word, guesses in zip(WORDS, zip(*columns, strict=True), strict=False)]
    caption = (
        "Your own class, in the lectures' loop. All that you wrote is the way forward; backward() did the rest. The "
        f"first loss is not the {np.log(6):.2f} of knowing nothing, ln 6: weights of this size are not very small, so "
        "the network guesses at once, and has no reason yet to guess right."
    )
    return Words("What comes next?", [*lines, line("loss", losses)], caption)
