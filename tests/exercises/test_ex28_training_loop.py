"""The loop: its steps in each turn, the state that it carries on and how far, and its end."""

import math

import numpy as np

from minigrad import Tensor, functional
from minigrad.course.checks import Ask, Chart, chart, expect, expect_pure, size
from minigrad.data import postcards

READ = [f"{name} for the network" for name in ("x", "y", "h", "parameters")]
STEP, RETURNED = ["grads for the optimizer", "state for the optimizer"], ["parameters", "state", "losses"]
EPOCHS = ["parameters for the epoch", "state for the epoch"]
TEXT = dict(count=[1, 2, 3, 2, 3, 4, 6], T=[2, 3, 1, 4], N=size, H=size)
named = lambda *names: dict.fromkeys(names, "")
epoch = Ask(
    "train_epoch_on",
    takes="batches answers parameters state h0 max_norm",
    gives=named(*READ, *STEP, *RETURNED),
    **TEXT,
)
reading = Ask("evaluate_on", takes="batches answers parameters h0", gives=named(*READ, "perplexity"), **TEXT)
training = Ask(
    "train_on",
    takes="perplexities after parameters state patience",
    gives=named(*EPOCHS, "best", "perplexities"),
    epochs=[1, 2, 3, 5, 6, 8, 12],
    patience=[1, 2, 3],
    D=size,
)


@epoch.example
def a_text(rng, count, T, N, H):
    """Batches of different lengths, and what a network and an optimizer answer; some gradients are long enough."""
    shapes = [(H,), (2, H), (H, H), (3,)][: rng.integers(1, 5)]
    some = lambda scale=1.0: [scale * rng.normal(size=shape) for shape in shapes]
    batches = [tuple(rng.integers(30, size=(2, t, N))) for t in rng.integers(1, T + 1, size=count)]
    first, *states = remembered(rng, count, H)
    answers = {
        "losses": rng.uniform(0.1, 3.0, size=count).tolist(),
        "grads": [some(10.0 ** rng.uniform(-1, 1)) for _ in batches],
        "hs": [rng.uniform(-1, 1, size=(N, H)) for _ in batches],
        "states": states,
    }
    max_norm = float(rng.choice([norm_of(grads) for grads in answers["grads"]] or [1.0]) * rng.uniform(0.3, 1.2))
    given = {"parameters": some(), "state": first, "h0": rng.uniform(-1, 1, size=(N, H)), "max_norm": max_norm}
    return {"batches": batches, "answers": answers} | given


def remembered(rng, steps, size):
    """The memory of an optimizer, before the first step and after each of them: a count, averages, or both."""
    form, counts = rng.integers(3), rng.permutation(100)[: steps + 1].tolist()
    some = lambda t: [{"t": t}, [rng.normal(size=size)], {"t": t, "m": [rng.normal(size=size)]}][form]
    return [some(t) for t in counts]


@reading.example
def a_text_that_is_only_read(rng, **sizes):
    """The same, without what only an optimizer would be told."""
    given = a_text(rng, **sizes)
    del given["answers"]["states"], given["max_norm"], given["state"]
    return given


def norm_of(grads):
    return math.sqrt(sum(float(g) ** 2 for array in grads for g in array.ravel()))


@epoch.reference
def what_was_written_down(batches, answers, parameters, state, h0, max_norm):
    """All of it is known before: the k-th place has what came of the k batches before."""
    grads = [[g / norm_of(all) * min(norm_of(all), max_norm) for g in all] for all in answers["grads"]]
    after = [
        [p - sum(shares) for p, *shares in zip(parameters, *grads[:k], strict=True)] for k in range(len(grads) + 1)
    ]
    hs, states = [h0, *answers["hs"]], [state, *answers["states"]]
    read = [x for x, _ in batches], [y for _, y in batches], hs[:-1], after[:-1]
    return *read, grads, states[:-1], after[-1], states[-1], answers["losses"]


@reading.reference
def token_by_token(batches, answers, parameters, h0):
    surprises = [loss for loss, (x, _) in zip(answers["losses"], batches, strict=True) for _ in x.ravel()]
    hs = [h0, *answers["hs"][:-1]]
    read = [x for x, _ in batches], [y for _, y in batches], hs, [parameters] * len(hs)
    return *read, math.prod(math.exp(s / len(surprises)) for s in surprises)


SOME = dict(examples=40)
test_read = epoch.check("one epoch: each batch once, and h goes on", 1, *READ[:3], **SOME)
test_clipped = epoch.check("one epoch: the optimizer gets clipped gradients", 1, STEP[0], **SOME)
test_onward = epoch.check("one epoch: parameters and state go on", 1, READ[3], STEP[1], **SOME)
test_returned = epoch.check("one epoch: what is returned", 1, *RETURNED, count=[1, 0, 2, 3, 4, 6], **SOME)
test_validation = reading.check("validation: each batch once, and nothing learned", 1, *READ, **SOME)
LENGTHS = dict(T=[2, 3, 1, 4, 2, 3, 1, 500], **SOME)  # of so many tokens the product of perplexities is no float
test_perplexity = reading.check("validation: the perplexity of all tokens", 1, "perplexity", **LENGTHS)


def just_in_time(rng, epochs, patience):
    """Each new best comes when patience is about to end, or has just ended; what lies between may be as good as it."""
    perplexities, best, waits = [], 9.0, rng.integers(patience - 1, patience + 1)
    while len(perplexities) < epochs:
        best -= rng.choice([0.5, 0.01, 1e-3, 1e-6])
        perplexities += [best, *best + rng.choice([0, 0.5, 1, 3], size=waits)]
    return np.array(perplexities[:epochs])


@training.example
def some_epochs(rng, epochs, patience, D):
    """The best epoch may come again, and the perplexity falls and rises on the way."""
    some = np.round(rng.uniform(2, 9, size=rng.choice([3, 20])) * 2) / 2  # of three many epochs have the same
    perplexities = rng.choice(some, size=epochs)
    perplexities += rng.choice([0, 5]) * np.arange(epochs)[::-1] / 5
    perplexities += rng.choice([0.01, 1e-3, 1e-6]) * rng.integers(3, size=epochs)  # a new best may be one by little
    if rng.integers(3):
        perplexities = just_in_time(rng, epochs, min(patience, 4))
    state, *states = remembered(rng, epochs, D)
    after = [([rng.normal(size=D)], state) for state in states]
    given = {"parameters": [rng.normal(size=D)], "state": state, "patience": patience}
    perplexities *= rng.choice([1, 1, 1e4])  # before anything is learned it may be as large as the vocabulary
    return {"perplexities": np.round(perplexities, 6).tolist(), "after": after} | given


@training.reference
def with_hindsight(perplexities, after, parameters, state, patience):
    """It stops where the best so far lies `patience` epochs back."""
    best = [int(np.argmin(perplexities[: n + 1])) for n in range(len(after))]
    stops = [n for n, b in enumerate(best) if n - b >= patience] + [len(after) - 1]
    before = [(parameters, state), *after][: stops[0] + 1]
    return [p for p, _ in before], [s for _, s in before], after[best[stops[0]]][0], perplexities[: stops[0] + 1]


BEST = dict(patience=[100, 1, 2, 100, 3])
test_epochs = training.check("training: epochs go on where the last ended", 1, *EPOCHS, patience=100)
test_stop = training.check("training: it stops when patience ends", 1, "perplexities")
test_best = training.check("training: the best parameters are kept", 1, "best", needs=[test_epochs], **BEST)


@epoch.checks("no argument is changed, and calling again gives the same", 1, needs=[test_read], examples=16)
def test_pure(student, batches, answers, parameters, state, h0, max_norm):
    text = {"batches": batches, "answers": answers, "parameters": parameters}
    expect_pure(student, "train_epoch_on", **text, state=state, h0=h0, max_norm=max_norm)
    expect_pure(student, "evaluate_on", **text, h0=h0)


def task(cards, N, T, H, seed=0):
    """Postcards as streams of letters, others that are held back, a network that has learned nothing, and its V."""
    texts = [" ".join(" ".join(c.tokens[:-1]) for c in postcards.cards(some, n)) for some, n in ((28, cards), (29, 4))]
    alphabet, streams = sorted({*"".join(texts)}), []
    for text in texts:
        ids = np.array([alphabet.index(letter) for letter in text])
        length = (len(ids) - 1) // N
        x, y = (ids[first : first + N * length].reshape(N, length).T for first in (0, 1))
        streams.append([(x[t : t + T], y[t : t + T]) for t in range(0, length, T)])
    rng, V = np.random.default_rng(seed), len(alphabet)
    shapes = {(V, H): 0.5 / np.sqrt(H), (H, H): 0.8 / np.sqrt(H), (H,): 0.0, (H, V): 0.1, (V,): 0.0}
    parameters = [scale * rng.normal(size=shape) for shape, scale in shapes.items()]
    return {"batches": streams[0], "held_back": streams[1], "parameters": parameters, "h0": np.zeros((N, H))}, V


@epoch.checks("the network of letters: loss, gradients and state of minigrad", 0, examples=4)
def test_letters(student, batches, h0, N, H):
    given, V = task(1, N, 8, H)
    x, y = batches[0][0] % V, batches[0][1] % V
    W_xh, W_hh, b, W_hy, b_y = weights = [Tensor(p, requires_grad=True) for p in given["parameters"]]
    h, predictions = h0, []
    for x_t in x:
        h = np.tanh(W_xh[x_t] + h @ W_hh + b)
        predictions.append(h @ W_hy + b_y)
    loss = functional.cross_entropy(np.stack(predictions), y)
    loss.backward()
    expected = loss.item(), [w.grad for w in weights], h.data
    got = student.letters(parameters=given["parameters"], x=x, y=y, h=h0)
    for label, one, other in zip(("loss", "gradients", "h"), got, expected, strict=True):
        expect(label, one, other)


@chart
def by_heart(student):
    """Two postcards, read again and again."""
    given, V = task(2, N=4, T=16, H=32)
    _, losses, perplexities = student.learn(**given, lr=0.02, max_norm=1.0, epochs=60, patience=20)
    turns, epochs, k = len(given["batches"]), len(perplexities), int(np.argmin(perplexities))
    lines = {
        "the two cards": (np.arange(1, len(losses) + 1) / turns, losses),
        "held back": (range(1, epochs + 1), np.log(perplexities)),
        "a blind guess": (np.linspace(0, epochs, 60), [np.log(V)] * 60),
    }
    own = np.exp(np.mean(losses[-turns:]))
    caption = (
        f"A blind guess among {V} letters has the loss ln {V} = {np.log(V):.2f}. After epoch {k + 1} your network was "
        f"best at the cards that are held back, with a perplexity of {perplexities[k]:.1f}, and its parameters are "
        f"kept. After epoch {epochs} it is {perplexities[-1]:.1f} there, and {own:.2f} on its own two cards: it knows "
        "them by heart."
    )
    return Chart("The loss of your training", "epoch", "loss", lines, caption)
