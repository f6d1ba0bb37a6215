"""A table of rows, and who is near whom in it."""

import itertools
import math

import numpy as np

from minigrad import functional
from minigrad.course.checks import Ask, Mismatch, Words, chart, expect, expect_pure, size
from minigrad.data import postcards

looking_up = Ask("embedding", takes="ids W", gives="rows", T=size, N=size, V=size, D=size)
neighbours = Ask("nearest", takes="id W k", gives={"neighbours": "k"}, V=[3, 4, 5, 8, 12, 50], D=[3, 4, 5])


@looking_up.example
def ids_of_a_shape(rng, T, N, V, D, axes=None):
    shape = (T, N, 2)[: rng.integers(4) if axes is None else axes]
    return {"ids": np.array(rng.integers(V, size=shape)), "W": rng.normal(size=(V, D))}


@looking_up.reference
def one_hot_codes_times_the_table(ids, W):
    return (ids[..., None] == np.arange(len(W))).astype(float) @ W


@neighbours.example
def a_table(rng, V, D, twin=False):
    """Its rows have other lengths each. With a twin, one more points where that of id does, or away from it.

    In half of the cases all others are asked for, down to the one that is farthest.
    """
    W = rng.normal(size=(V, D)) * 10.0 ** rng.uniform(-1, 1, size=(V, 1))
    id, other = (int(i) for i in rng.choice(V, size=2, replace=False))
    if twin:
        W[id] = rng.permutation([3.0, 4.0, *np.zeros(D - 2)])  # whole numbers, and its length is 5
        W[other] = W[id] * rng.choice([-4.0, -0.25, 0.25, 4.0])
    return {"id": id, "W": W, "k": int(rng.choice([rng.integers(1, V), V - 1]))}


@neighbours.reference
def by_the_distance_of_what_has_length_1(id, W, k):
    ones = [[w / math.hypot(*row) for w in row] for row in W.tolist()]
    return np.array(sorted((v for v in range(len(W)) if v != id), key=lambda v: math.dist(ones[v], ones[id]))[:k])


test_row = looking_up.check("the row of a single id", 1, T=1, axes=1)
test_rows = looking_up.check("the rows of a text", 1, axes=1)
test_shapes = looking_up.check("ids of any shape", 2, needs=[test_rows])
test_nearest = neighbours.check("the nearest, whatever the lengths", 3)


@neighbours.checks(
    "a row that points the same way, or the other way", 1, twin=True, V=[3, 4, 8, 20], needs=[test_nearest]
)
def test_twin(nearest, id, W, k):
    expected, got = by_the_distance_of_what_has_length_1(id, W, k), nearest()
    if isinstance(got, np.ndarray) and got.shape == expected.shape and id in got:
        said = f"neighbours: {id} is among them, and it is the token itself. They came as {got.tolist()}."
        raise Mismatch("neighbours", said, got, expected, got != expected, ["k"])
    expect("neighbours", got, expected, "k")


@looking_up.checks("new names for the tokens change nothing", 1, needs=[test_rows])
def test_renamed(student, embedding, ids, W, rng):
    new = rng.permutation(len(W))  # the id that was v is new[v]
    rows = student.embedding(ids=np.asarray(new[ids]), W=W[np.argsort(new)])
    expect("rows with other ids, in a table in that order", rows, one_hot_codes_times_the_table(ids, W))


@neighbours.checks("no argument is changed, and no memory is shared", 1, needs=[test_rows, test_nearest], examples=16)
def test_pure(student, id, W, k, rng):
    shape = (2, 3)[: rng.integers(3)]
    expect_pure(student, "embedding", ids=np.array(rng.integers(len(W), size=shape)), W=W)
    expect_pure(student, "nearest", id=id, W=W, k=k)


@looking_up.checks("the rows that minigrad looks up", 0, examples=8)
def test_minigrad(embedding, ids, W):
    expect("rows", embedding(), functional.embedding(ids, W))


@chart
def who_keeps_the_same_company(student):
    tokens = [token for card in postcards.cards(0, 200) for token in card.tokens]
    words = sorted(set(tokens))
    W = np.zeros((len(words), 2 * len(words)))
    for before, after in itertools.pairwise(tokens):
        W[words.index(before), words.index(after)] += 1
        W[words.index(after), len(words) + words.index(before)] += 1
    lines = []
    for word in ("cat", "food", "Boston", "Italy", "walk", "morning"):
        near = student.nearest(id=words.index(word), W=W, k=3)
        lines.append(f"{word}: {', '.join(words[id] for id in near)}")
    caption = "Nobody told it what an animal is, or a town. They keep the same company."
    return Words("The nearest in a table of who stands beside whom", lines, caption)
