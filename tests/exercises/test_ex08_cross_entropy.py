"""Softmax and cross-entropy must be right whatever the logits."""

import math

import numpy as np

import minigrad
from minigrad.course.checks import Ask, Chart, chart, expect, expect_pure, size

SIZES = dict(N=size, V=size)
chances = Ask("softmax", takes="logits", gives={"p": "N V"}, **SIZES)
logs = Ask("log_softmax", takes="logits", gives={"log p": "N V"}, **SIZES)
loss = Ask("cross_entropy", takes="logits targets mask", gives="loss", **SIZES, scale=1)
back = Ask("cross_entropy_backward", takes="dout logits targets mask", gives={"dlogits": "N V"}, **SIZES, scale=1)


@chances.example
@logs.example
@loss.example
@back.example
def guesses(rng, N, V, scale=1.0, apart=0.0, masked=True):
    """Of a network that says `scale` how sure it is, in rows that are `apart`; some of them count."""
    logits = scale * rng.normal(size=(N, V)) + apart * rng.permutation(N)[:, None] - apart * (N // 2)
    mask = rng.random(N) < 0.6 if masked else np.ones(N, bool)
    mask[rng.integers(N)] = True
    dout = float(10.0 ** rng.integers(0, 3) * rng.normal())
    return {"logits": logits, "targets": rng.integers(V, size=N), "mask": mask, "dout": dout}


def from_differences(logits):
    """1 / (the sum over j of e^(z_j - z_k)), for each word k: it does not hang on where the row lies."""
    return np.exp(-np.logaddexp.reduce(logits[:, None, :] - logits[:, :, None], axis=2))


def surprises(logits, targets):
    return [np.logaddexp.reduce(row) - row[target] for row, target in zip(logits, targets, strict=True)]


chances.reference(from_differences)
logs.reference(lambda logits: np.array([[z - np.logaddexp.reduce(row) for z in row] for row in logits]))
loss.reference(lambda logits, targets, mask: float(np.mean(np.array(surprises(logits, targets))[mask])))


@back.reference
def by_imaginary_hairs(dout, logits, targets, mask):
    hairs = 1e-20j * np.eye(logits.shape[1])[:, None, :]
    powers = np.exp(logits - logits.max(axis=1, keepdims=True) + hairs).sum(axis=2)
    surprise = np.log(powers) - hairs[:, 0, targets]
    return dout * (surprise.imag / 1e-20).T * mask[:, None] / np.count_nonzero(mask)


test_softmax = chances.check("softmax: the probabilities of each row", 1)
test_far_softmax = chances.check(
    "softmax: logits of 1000, rows far apart", 1, needs=[test_softmax], scale=600.0, apart=900.0
)
test_log_softmax = logs.check("log_softmax: their logarithms", 1)
test_far_logs = logs.check("log_softmax: hopeless words", 1, needs=[test_log_softmax], scale=300.0, apart=900.0)
test_one = loss.check("the loss of one answer", 1, N=1)
test_mean = loss.check("the loss of several answers", 1, needs=[test_one], masked=False, scale=[1, 1000])
test_mask = loss.check("the loss of the answers that count", 1, needs=[test_mean])
test_one_back = back.check("the gradient of one answer", 1, N=1)
test_back = back.check("the gradient of several, of which some count", 1, needs=[test_one_back], scale=[1, 1000])


@loss.checks("no argument is changed, and calling again gives the same", 1, needs=[test_one], examples=16)
def test_pure(student, logits, targets, mask, dout):
    expect_pure(student, "softmax", logits=logits)
    expect_pure(student, "log_softmax", logits=logits)
    expect_pure(student, "cross_entropy", logits=logits, targets=targets, mask=mask)
    expect_pure(student, "cross_entropy_backward", dout=dout, logits=logits, targets=targets, mask=mask)


@loss.checks("e to the loss is the perplexity of exercise 0", 0, masked=False)
def test_perplexity(student, logits, targets, mask, N):
    p = student.softmax(logits=logits)[np.arange(N), targets]
    perplexity = math.prod(1 / p) ** (1 / N)
    expect("e^loss", math.exp(student.cross_entropy(logits=logits, targets=targets, mask=mask)), perplexity)


@back.checks("the derivatives of minigrad", 0, examples=8)
def test_engine(cross_entropy_backward, dout, logits, targets, mask):
    _, pullback = minigrad.vjp(lambda z: minigrad.functional.cross_entropy(z, targets, mask), logits)
    expect("dlogits", cross_entropy_backward(), pullback(dout)[0])


TEXT = (
    "this morning I took my cat for a walk . this evening I took my dog for a swim . "
    "the food was good , not bad at all . the music was bad , not good at all . "
    "I grew up in France , but I now live in Boston . I speak fluent French ."
)


@chart
def learning_to_write(student):
    """A table of logits for each word, which learns what comes next."""
    words = TEXT.split()
    vocabulary = list(dict.fromkeys(words))
    ids = np.array([vocabulary.index(word) for word in words])
    now, following, mask = ids[:-1], ids[1:], np.ones(len(ids) - 1, bool)
    W, losses = np.zeros((len(vocabulary), len(vocabulary))), []
    for _ in range(60):
        losses.append(student.cross_entropy(logits=W[now], targets=following, mask=mask))
        dlogits = student.cross_entropy_backward(dout=1.0, logits=W[now], targets=following, mask=mask)
        np.add.at(W, now, -20 * dlogits)
    rng, text = np.random.default_rng(8), ["this"]
    while text[-1] != "." and len(text) < 20:
        p = student.softmax(logits=W[[vocabulary.index(text[-1])]])[0]
        text.append(vocabulary[rng.choice(len(p), p=p / p.sum())])
    caption = f"From ln {len(vocabulary)}, knowing nothing, to what one word back can tell. It writes: {' '.join(text)}"
    steps = range(len(losses))
    return Chart(
        "A table of scores learns what follows a word", "update", "your loss", {"loss": (steps, losses)}, caption
    )
