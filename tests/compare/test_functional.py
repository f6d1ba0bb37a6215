"""What networks need and NumPy has no name for, against PyTorch."""

import numpy as np

from minigrad import functional

from .oracle import (
    Row,
    assert_same_derivatives,
    assert_same_in_float32,
    each,
    exactly,
    for_keywords,
    for_shapes,
    real,
    torch,
)

theirs = torch.nn.functional

SHAPES = [((),), ((5,),), ((2, 3),), ((2, 0, 3),)]
CLASSES = np.array([[0, 3, 1], [2, 2, 0]])
COUNTS = np.array([[True, False, True], [True, True, False]])
MASKED = torch.tensor(np.where(COUNTS, CLASSES, -100))
WORDS = np.array([[0, 4, 4], [1, 0, 4]])

ROWS = [
    *for_shapes(functional.sigmoid, torch.sigmoid, (real,), *SHAPES),
    *for_shapes(functional.relu, torch.relu, (real,), *SHAPES),
    *for_keywords(functional.logsumexp, torch.logsumexp, real(2, 3, 4), axis=(0, -1, (0, -1)), keepdims=(False, True)),
    Row(functional.logsumexp, lambda x: functional.logsumexp(x, None), lambda x: x.ravel().logsumexp(0), real(2, 3)),
    *for_keywords(functional.softmax, torch.softmax, real(2, 3, 4), axis=(0, 1, -1)),
    *for_keywords(functional.log_softmax, torch.log_softmax, real(2, 3, 4), axis=(0, 1, -1)),
    Row(
        functional.cross_entropy,
        lambda x: functional.cross_entropy(x, CLASSES),
        lambda x: theirs.cross_entropy(x.flatten(0, 1), torch.tensor(CLASSES).ravel()),
        real(2, 3, 4),
    ),
    Row(
        functional.cross_entropy,
        lambda x: functional.cross_entropy(x, CLASSES, COUNTS),
        lambda x: theirs.cross_entropy(x.flatten(0, 1), MASKED.ravel()),
        real(2, 3, 4),
    ),
    Row(
        functional.embedding,
        lambda W: functional.embedding(WORDS, W),
        lambda W: theirs.embedding(torch.tensor(WORDS), W),
        real(5, 2),
    ),
    *for_shapes(functional.softmax, lambda x: x.softmax(-1), (real,), ((0, 3),), ((5, 0, 0),)),
    *for_shapes(functional.log_softmax, lambda x: x.log_softmax(-1), (real,), ((0, 3),), ((5, 0, 0),)),
    # Ties, kinks and large numbers
    Row(functional.relu, functional.relu, torch.relu, exactly(0, -0.0, 1, -1)),
    Row(functional.sigmoid, functional.sigmoid, torch.sigmoid, exactly(0, 40, -40, 1000, -1000)),
    Row(functional.logsumexp, functional.logsumexp, lambda x: x.logsumexp(-1), exactly(1000, 1000, -1000)),
    Row(functional.softmax, functional.softmax, lambda x: x.softmax(-1), exactly(1000, 999, -1000)),
    Row(functional.log_softmax, functional.log_softmax, lambda x: x.log_softmax(-1), exactly(1000, 999, -1000)),
]


@each(ROWS)
def test_derivatives(row):
    assert_same_derivatives(row)


@each(ROWS)
def test_float32(row):
    assert_same_in_float32(row)
