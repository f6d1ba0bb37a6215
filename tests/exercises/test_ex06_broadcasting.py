"""The way back from copies must give for each number the sum over its copies."""

import numpy as np

from minigrad.course.checks import Ask, Grid, chart, expect, expect_pure, size

copies = Ask("sum_to_shape", takes="g shape", gives="result", N=size, T=size, D=size, leading=[0, 1, 2], axes=[1, 2, 3])
table = Ask("embedding_backward", takes="dout ids W", gives={"dW": "V D"}, T=size, N=size, V=size, D=size, axes=2)


@copies.example
def stretched(rng, N, T, D, leading, axes, ones=0.5, zeros=0.0):
    """An array of so many axes, some of them of length 1, and what came of it with so many more in front."""
    whole = [N, T, D, 2, 3][: leading + axes]
    whole[0] *= rng.random() >= zeros
    shape = [1 if rng.random() < ones else length for length in whole[leading:]]
    if shape == whole:  # something was copied in any case
        whole.insert(0, 2)
    g = 10.0 ** rng.integers(0, 3) * rng.normal(size=whole)
    return {"g": g, "shape": tuple(shape), "x": rng.normal(size=shape)}


@copies.reference
def where_each_number_went(g, shape):
    """NumPy itself stretches the places of an array, and so says which number each copy came from."""
    places = np.arange(int(np.prod(shape))).reshape(shape)
    came_from = np.broadcast_to(places, g.shape)
    return np.bincount(came_from.ravel(), weights=g.ravel(), minlength=places.size).astype(float).reshape(shape)


@table.example
def a_text_that_was_read(rng, T, N, V, D, axes, repeats=True):
    """With ids in any order, of some rows; or all different ones."""
    read = rng.permutation(V)[: 1 + rng.integers(V)]
    ids = np.asarray(rng.choice(read, size=(T, N, 2)[:axes]) if repeats else rng.permutation(V)[:T])
    return {
        "dout": 10.0 ** rng.integers(0, 3) * rng.normal(size=(*ids.shape, D)),
        "ids": ids,
        "W": rng.normal(size=(V, D)),
    }


@table.reference
def from_one_hot_rows(dout, ids, W):
    V, D = W.shape
    return np.eye(V)[ids].reshape(-1, V).T @ dout.reshape(-1, D)


test_bias = copies.check("one bias for a whole batch", 2, leading=1, axes=1, ones=0.0)
test_ones = copies.check("axes of length 1 that were stretched", 1, leading=0, axes=[1, 2, 3])
test_both = copies.check("arrays of up to five axes", 1, needs=[test_bias, test_ones])
test_number = copies.check("a single number that was stretched", 1, needs=[test_bias], leading=[1, 2, 3], axes=0)
test_empty = copies.check("axes of length 0", 1, needs=[test_both], zeros=1.0)


@copies.checks("copies and sums fit together", 0, needs=[test_both])
def test_adjoint(sum_to_shape, g, x):
    expect("Σ sum(g) x, beside Σ g copy(x)", float((sum_to_shape() * x).sum()), float((g * x).sum()))


test_once = table.check("tokens that stand there once", 1, axes=1, repeats=False)
test_repeats = table.check("tokens that come again", 1, needs=[test_once], axes=1)
test_batch = table.check("a batch of texts: ids of two axes", 1, needs=[test_repeats])
test_shapes = table.check("a single id, and ids of three axes", 1, needs=[test_repeats], axes=[0, 3])


@table.checks("no argument is changed, and calling again gives the same", 1, needs=[test_bias, test_once], examples=16)
def test_pure(student, dout, ids, W):
    expect_pure(student, "sum_to_shape", g=dout, shape=W.shape[1:])
    expect_pure(student, "sum_to_shape", g=dout, shape=dout.shape)  # nothing was stretched
    expect_pure(student, "sum_to_shape", g=dout[None], shape=dout.shape)  # nor copied: one in front
    expect_pure(student, "embedding_backward", dout=dout, ids=ids, W=W)


@chart
def rows_that_light_up(student):
    """After each token the gradient of the table so far, as the size of each row."""
    text = ["Italy", "is", "where", "I", "grew", "up", "but", "I", "now", "live", "in", "Denver"]
    words = [*dict.fromkeys(text), "cat", "walk", "sad"]
    ids = np.array([words.index(word) for word in text])
    dout = np.ones((len(text), 4))
    dW = [student.embedding_backward(dout=dout[:t], ids=ids[:t], W=np.zeros((len(words), 4))) for t in range(1, 13)]
    rows = {word: [float(np.linalg.norm(dW[t][i])) for t in range(12)] for i, word in enumerate(words)}
    caption = 'Your gradient of the table, after each word. "I" is blamed twice. Only what is read learns.'
    return Grid("Rows of the table that learn", rows, text, caption)
