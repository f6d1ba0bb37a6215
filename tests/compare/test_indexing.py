"""`x[index]` and functions that pick elements, against PyTorch."""

import operator

import numpy as np

from .oracle import Row, assert_same_derivatives, assert_same_in_float32, each, exactly, real, torch

INDICES = [
    0,
    -1,
    slice(1, None),
    slice(1, 1),
    slice(None, None, 2),
    ...,
    None,
    (0, 1),
    (slice(None), -1),
    (..., None, 1),
    True,
    [0, 0, 2],
    np.array([[0, 1], [1, 1]]),
    ([0, 0, 1], [1, 1, 2]),
    ([0, 0], slice(None), [1, 1]),
    (slice(None), [2, 2], 0),
    (0, [[2], [2]], [0, 1]),
    (slice(None), [True, False, True]),
    (..., [0, 0]),
    np.arange(27).reshape(3, 3, 3) % 2 == 0,
    np.zeros(3, bool),
]

FOUND = torch.tensor([2, 0, 0, -1])
ORDER = torch.tensor([[2, 0], [1, 1]])
SHORT = torch.tensor([[1, 0, 2]])
CHOSEN = torch.tensor([True, False, True])

ROWS = [
    *(Row(operator.getitem, lambda x, i=i: x[i], lambda x, i=i: x[i], real(3, 3, 3)) for i in INDICES),
    Row(operator.getitem, lambda x: x[::-1], lambda x: x.flip(0), real(4)),
    Row(operator.getitem, lambda x: x[:, ::-2], lambda x: x.flip(1)[:, ::2], real(2, 4)),
    Row(np.take, lambda x: np.take(x, [2, 0, 0, 5]), lambda x: x.take(torch.tensor([2, 0, 0, 5])), real(2, 3)),
    Row(np.take, lambda x: np.take(x, FOUND.numpy(), 0), lambda x: x[FOUND], real(3, 2)),
    Row(np.take, lambda x: np.take(x, ORDER.numpy(), -1), lambda x: x[:, ORDER], real(2, 3)),
    Row(np.take, lambda x: np.take(x, 1, 1), lambda x: x[:, 1], real(2, 3)),
    Row(np.take, lambda x: np.take(x, [-1, 7], mode="wrap"), lambda x: x.ravel()[[5, 1]], real(2, 3)),
    Row(np.take, lambda x: np.take(x, [[-1, 7]], 1, mode="wrap"), lambda x: x[:, [[2, 1]]], real(2, 3)),
    Row(np.take, lambda x: np.take(x, [-1, 1, 7], 1, mode="clip"), lambda x: x[:, [0, 1, 2]], real(2, 3)),
    Row(
        np.take_along_axis,
        lambda x: np.take_along_axis(x, ORDER.numpy(), axis=1),
        lambda x: x.take_along_dim(ORDER, 1),
        real(2, 3),
    ),
    Row(
        np.take_along_axis,
        lambda x: np.take_along_axis(x, SHORT.numpy(), axis=0),
        lambda x: x.take_along_dim(SHORT, 0),
        real(3, 3),
    ),
    Row(
        np.take_along_axis,
        lambda x: np.take_along_axis(x, SHORT[0].numpy(), axis=None),
        lambda x: x.take_along_dim(SHORT[0]),
        real(3, 3),
    ),
    Row(
        np.bincount,
        lambda w: np.bincount([0, 2, 2, 1], w),
        lambda w: torch.zeros(3, dtype=torch.float64).index_add(0, torch.tensor([0, 2, 2, 1]), w.double()),
        real(4),
    ),
    Row(np.compress, lambda x: np.compress(CHOSEN.numpy(), x, 1), lambda x: x[:, CHOSEN], real(2, 3)),
    Row(np.compress, lambda x: np.compress(CHOSEN.numpy(), x), lambda x: x.ravel()[:3][CHOSEN], real(2, 3)),
    Row(np.extract, lambda x: np.extract(CHOSEN.numpy(), x), lambda x: x[CHOSEN], real(3)),
    Row(np.extract, lambda x: np.extract(x > 0, x), lambda x: x[x > 0], real(3, 4)),
    Row(np.sort, np.sort, lambda x: x.sort()[0], real(3, 4)),
    Row(np.sort, lambda x: np.sort(x, 0), lambda x: x.sort(0)[0], real(3, 4)),
    Row(np.sort, lambda x: np.sort(x, None), lambda x: x.ravel().sort()[0], real(3, 4)),
    # What np.partition leaves in any order is sorted
    Row(np.partition, lambda x: np.partition(x, 2)[:, 2], lambda x: x.sort()[0][:, 2], real(3, 5)),
    Row(np.partition, lambda x: np.sort(np.partition(x, 2)[:, :2]), lambda x: x.sort()[0][:, :2], real(3, 5)),
    Row(np.partition, lambda x: np.partition(x, [1, -1], 0)[[1, 4]], lambda x: x.sort(0)[0][[1, 4]], real(5, 3)),
    Row(np.partition, lambda x: np.partition(x, 7, None)[7], lambda x: x.ravel().sort()[0][7], real(3, 4)),
    # Ties
    Row(np.sort, np.sort, lambda x: torch.sort(x, stable=True)[0], exactly(2, 1, 2, 1, 2, 0)),
    Row(
        np.sort,
        lambda x: np.sort(x, 0),
        lambda x: torch.sort(x, dim=0, stable=True)[0],
        exactly([1, 2], [1, 1], [0, 2]),
    ),
]


@each(ROWS)
def test_derivatives(row):
    assert_same_derivatives(row)


@each(ROWS)
def test_float32(row):
    assert_same_in_float32(row)
