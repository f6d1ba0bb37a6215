"""Attention must give shares of each query that belong to it alone, whatever may be looked at."""

import numpy as np

from minigrad import functional
from minigrad.course.checks import Ask, Grid, chart, expect, expect_finite, size

SIZES = dict(Tq=size, Tk=size, d=size, e=size, leading=[0, 1, 2])
look = Ask("attention", takes="q k v mask", gives={"result": "", "weights": ""}, **SIZES)
back = Ask("gradients", takes="dout q k v mask", gives={"dq": "", "dk": "", "dv": ""}, **SIZES, scale=1)


@look.example
@back.example
def questions(rng, Tq, Tk, d, e, leading, masked=True, blind=False, scale=1.0):
    """Each query may look at some keys; if some are blind, there are such as may look at nothing."""
    before = tuple(rng.integers(1, 4, size=leading))
    mask = rng.random((*before, Tq, Tk)) < (0.6 if masked else 1.0)
    np.put_along_axis(mask, rng.integers(Tk, size=(*before, Tq, 1)), True, axis=-1)
    if blind:
        mask &= rng.random((*before, Tq, 1)) < 0.5
    shapes = {"q": (Tq, d), "k": (Tk, d), "v": (Tk, e), "dout": (Tq, e)}
    numbers = {name: rng.normal(size=(*before, *shape)) for name, shape in shapes.items()}
    return {**numbers, "q": scale * numbers["q"], "k": scale * numbers["k"], "mask": mask}


@look.reference
def one_query_at_a_time(q, k, v, mask):
    """As if there were no other query, and no key that it may not look at."""
    result, weights = np.zeros((*q.shape[:-1], v.shape[-1])), np.zeros(mask.shape)
    for place in np.ndindex(*mask.shape[:-1]):
        keys = np.flatnonzero(mask[place])
        if len(keys):
            scores = np.array([np.vdot(q[place], k[place[:-1]][j]) for j in keys]) / q.shape[-1] ** 0.5
            weights[place][keys] = np.exp(scores - np.logaddexp.reduce(scores))
            result[place] = sum(weights[place][j] * v[place[:-1]][j] for j in keys)
    return result, weights


@back.reference
def by_hand(dout, q, k, v, mask):
    _, weights = one_query_at_a_time(q, k, v, mask)
    dweights = np.einsum("...qe,...ke->...qk", dout, v)
    dscores = weights * (dweights - np.sum(weights * dweights, axis=-1, keepdims=True)) / q.shape[-1] ** 0.5
    pairs = (
        ("...qk,...kd->...qd", dscores, k),
        ("...qk,...qd->...kd", dscores, q),
        ("...qk,...qe->...ke", weights, dout),
    )
    return [np.einsum(*pair) for pair in pairs]


alone, both = dict(leading=0, masked=False), ("weights", "result")
test_one = look.check("the weights of one query, for d = 1", 1, "weights", Tq=1, d=1, scale=2.0, examples=24, **alone)
test_weights = look.check("the weights of all queries, whatever d is", 1, "weights", needs=[test_one], **alone)
test_result = look.check("the result", 1, "result", needs=[test_weights], examples=24, **alone)
test_batch = look.check(
    "examples that know nothing of each other", 1, *both, needs=[test_result], masked=False, leading=[0, 1, 2, 3]
)
test_mask = look.check("weights and result where not all may be looked at", 1, *both, needs=[test_result], leading=0)
test_blind = look.check("queries that may look at nothing", 1, *both, needs=[test_mask], blind=True)
test_far = look.check("scores of 10,000, allowed or not", 1, *both, needs=[test_mask, test_batch], scale=100.0)


@look.checks("a key that alone fits well: its value, as in a look-up", 1, needs=[test_result], examples=8, d=[2, 3, 5])
def test_look_up(attention, rng, k, v, Tq, Tk, d):
    """Queries are only as long as they must be: longer ones would make much of how a score was rounded."""
    k = k / np.linalg.norm(k, axis=-1, keepdims=True)
    cosines = np.where(np.eye(Tk, dtype=bool), -1.0, k @ np.swapaxes(k, -1, -2))
    longest = 50 * d**0.5 / (1 - np.max(cosines))
    wanted = rng.integers(Tk, size=Tq)
    result, _ = attention(q=longest * k[..., wanted, :], k=k, mask=np.ones((*k.shape[:-2], Tq, Tk), bool))
    expect("result", result, v[..., wanted, :])


SCORES = dict(blind=True, scale=[1, 1, 100])  # those that do not count may be as large as any
test_gradients = back.check("minigrad finds the way back", 1, needs=[test_far], examples=24, **SCORES)
test_pure = look.pure(1, needs=[test_one], blind=True)


@look.checks("keys in another order, with their values and masks, change nothing", 0)
def test_order(attention, rng, q, k, v, mask, Tk, e):
    order = rng.permutation(Tk)
    result, weights = attention()
    again, moved = attention(k=k[..., order, :], v=v[..., order, :], mask=mask[..., order])
    expect("result", again, expect_finite("result", result, (*mask.shape[:-1], e)))
    expect("weights", moved, expect_finite("weights", weights, mask.shape)[..., order])


@look.checks("the numbers of minigrad.functional", 0, blind=True)
def test_minigrad(attention, q, k, v, mask):
    expected = functional.scaled_dot_product_attention(q, k, v, mask, need_weights=True)
    for label, got, right in zip(("result", "weights"), attention(), expected, strict=True):
        expect(label, got, right)


SOURCE, DATE = "3 march 2021", "2021-03-03"
DAY, MONTH, YEAR, SPACE, *PLACES = np.eye(9)


@chart
def where_it_looks(student):
    """A key says in which word of the source its letter stands, and at which place of it."""
    words = [place for i, word in enumerate(SOURCE.split()) for place in [SPACE, *(np.eye(9)[i] + PLACES[: len(word)])]]
    wanted = [*(YEAR + PLACES[:4]), SPACE, MONTH, MONTH, SPACE, DAY, DAY]
    untrained = np.random.default_rng(31).normal(size=(len(DATE), 9))
    k, mask = np.array(words[1:]), np.ones((len(DATE), len(SOURCE)), bool)
    maps = [student.attention(q=q, k=k, v=k, mask=mask)[1] for q in (untrained, 15 * np.array(wanted))]
    shades = [np.where(shares < 0.02, 0.0, shares / shares.max(axis=1, keepdims=True)) for shares in maps]
    rows = {DATE[: i + 1]: [*left, None, None, *right] for i, (left, right) in enumerate(zip(*shades, strict=True))}
    caption = (
        "A row is a letter that is written, the last one of the row's name. It shows your weights of the twelve "
        "letters of the source, each as a part of the largest in its row. Queries of random numbers look here and "
        "there (left). Those on the right were set by hand: they ask for a place in the year, for the spaces, for the "
        "month, for the day."
    )
    return Grid(f"{SOURCE} becomes {DATE}: who looks where?", rows, [*SOURCE, "", "", *SOURCE], caption)
