"""Functions that make one number of many, and running sums and products, against PyTorch."""

import numpy as np

from .oracle import (
    Row,
    assert_same_derivatives,
    assert_same_in_float32,
    each,
    exactly,
    for_keywords,
    positive,
    real,
    torch,
)


def over_axes(f):
    """f, a function of the last axis, as one of any axis, of several, or of all of them."""

    def over(x, axis, keepdims):
        axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        axes = sorted(a % x.ndim for a in axes)
        y = f(x.movedim(axes, list(range(-len(axes), 0))).flatten(-len(axes)))
        return y.reshape([1 if i in axes else n for i, n in enumerate(x.shape)]) if keepdims else y

    return over


REDUCTIONS = {
    np.sum: lambda x: torch.sum(x, -1),
    np.mean: lambda x: torch.mean(x, -1),
    np.max: lambda x: torch.amax(x, -1),
    np.min: lambda x: torch.amin(x, -1),
    np.amax: lambda x: torch.amax(x, -1),
    np.amin: lambda x: torch.amin(x, -1),
    np.ptp: lambda x: torch.amax(x, -1) - torch.amin(x, -1),
    np.prod: lambda x: torch.prod(x, -1),
    np.var: lambda x: torch.var(x, -1, correction=0),
    np.std: lambda x: torch.std(x, -1, correction=0),
    np.average: lambda x: torch.mean(x, -1),
    np.median: lambda x: torch.quantile(x, 0.5, -1),
}
AXES = (None, 0, 1, -1, (0, 2), (-1, 0), (0, 1, 2))

RUNNING = {
    np.cumsum: torch.cumsum,
    np.cumprod: torch.cumprod,
    np.cumulative_sum: torch.cumsum,
    np.cumulative_prod: torch.cumprod,
    np.diff: torch.diff,
}

OTHERS = [
    Row(np.sum, np.sum, torch.sum, real()),
    Row(np.mean, np.mean, torch.mean, real()),
    Row(np.sum, np.sum, torch.sum, real(0, 3)),
    Row(np.sum, lambda x: np.sum(x, axis=()), lambda x: x, real(2, 3)),
    Row(np.prod, np.prod, torch.prod, real(0, 3)),
    Row(np.max, np.max, torch.max, real()),
    Row(np.var, lambda x: np.var(x, ddof=1), torch.var, real(2, 3)),
    Row(np.var, lambda x: np.var(x, 0, ddof=2), lambda x: torch.var(x, 0, correction=2), real(5, 2)),
    Row(np.std, lambda x: np.std(x, correction=1), torch.std, real(2, 3)),
    Row(
        np.average,
        lambda x, w: np.average(x, axis=-1, weights=w),
        lambda x, w: torch.sum(x * w, -1) / torch.sum(w, -1),
        *(real(2, 4), positive(2, 4)),
    ),
    Row(
        np.average,
        lambda x, w: np.average(x, axis=0, weights=w),
        lambda x, w: torch.sum(x * w[:, None], 0) / torch.sum(w),
        *(real(4, 2), positive(4)),
    ),
    Row(
        np.average,
        lambda x, w: np.average(x, axis=(0, 1), weights=w),
        lambda x, w: torch.sum(x * w[..., None], (0, 1)) / torch.sum(w),
        *(real(2, 3, 4), positive(2, 3)),
    ),
    Row(np.cumsum, np.cumsum, lambda x: torch.cumsum(x.flatten(), 0), real(2, 3)),
    Row(np.cumprod, np.cumprod, lambda x: torch.cumprod(x.flatten(), 0), real(2, 3)),
    Row(
        np.cumulative_sum,
        lambda x: np.cumulative_sum(x, axis=1, include_initial=True),
        lambda x: torch.cat([torch.zeros_like(x[:, :1]), torch.cumsum(x, 1)], 1),
        real(2, 3),
    ),
    Row(
        np.cumulative_prod,
        lambda x: np.cumulative_prod(x, axis=1, include_initial=True),
        lambda x: torch.cat([torch.ones_like(x[:, :1]), torch.cumprod(x, 1)], 1),
        real(2, 3),
    ),
    Row(np.diff, lambda x: np.diff(x, 2, 0), lambda x: torch.diff(x, 2, 0), real(4, 3)),
    Row(np.diff, lambda x: np.diff(x, 0), lambda x: x, real(4)),
]

TIES_AND_KINKS = [
    Row(np.max, np.max, torch.amax, exactly(1, 3, 3, 2, 3)),
    Row(np.min, np.min, torch.amin, exactly(3, 1, 1, 2)),
    Row(np.max, lambda x: np.max(x, 0), lambda x: torch.amax(x, 0), exactly([1, 2], [1, 3], [0, 3])),
    Row(np.min, lambda x: np.min(x, (0, 1)), lambda x: torch.amin(x, (0, 1)), exactly([1, 2], [1, 3], [0, 0])),
    Row(np.ptp, np.ptp, lambda x: torch.amax(x) - torch.amin(x), exactly(2, 2, 2)),
    Row(np.median, np.median, lambda x: torch.sort(x, stable=True)[0][1:3].mean(), exactly(2, 1, 2, 2)),
    Row(np.prod, np.prod, torch.prod, exactly(2, 0, 3)),
    Row(np.prod, np.prod, torch.prod, exactly(0, 2, 0, 3)),
    Row(np.prod, np.prod, torch.prod, exactly(0, 0, 0)),
    Row(np.cumprod, np.cumprod, lambda x: torch.cumprod(x, 0), exactly(2, 0, 3, 4)),
    Row(np.cumprod, np.cumprod, lambda x: torch.cumprod(x, 0), exactly(0, 2, 0, 3)),
    Row(np.var, np.var, lambda x: torch.var(x, correction=0), exactly(2, 2, 2)),
    Row(np.std, np.std, lambda x: torch.std(x, correction=0), exactly(2, 2, 2), second_order=False),
]

ROWS = [
    *(
        row
        for f, theirs in REDUCTIONS.items()
        for row in for_keywords(f, over_axes(theirs), real(2, 3, 4), axis=AXES, keepdims=(False, True))
    ),
    *(row for f, theirs in RUNNING.items() for row in for_keywords(f, theirs, real(2, 3, 4), axis=(0, 1, -1))),
    *OTHERS,
    *TIES_AND_KINKS,
]


@each(ROWS)
def test_derivatives(row):
    assert_same_derivatives(row)


@each(ROWS)
def test_float32(row):
    assert_same_in_float32(row)
