"""Functions that make one number of many, and running sums and products, against PyTorch."""

import math

import numpy as np

from .oracle import (
    AXES,
    Row,
    assert_same_derivatives,
    assert_same_in_float32,
    each,
    exactly,
    for_keywords,
    over_axes,
    real,
    some_nan,
    torch,
)

REDUCTIONS = {
    np.sum: lambda x: torch.sum(x, -1),
    np.mean: lambda x: torch.mean(x, -1),
    np.max: lambda x: torch.amax(x, -1),
    np.min: lambda x: torch.amin(x, -1),
    np.amax: lambda x: torch.amax(x, -1),
    np.amin: lambda x: torch.amin(x, -1),
    np.ptp: lambda x: torch.amax(x, -1) - torch.amin(x, -1),
    np.prod: lambda x: torch.prod(x, -1),
}

WITHOUT_NANS = {
    np.nansum: lambda x: torch.nansum(x, -1),
    np.nanprod: lambda x: torch.prod(x.nan_to_num(1.0), -1),
    np.nanmax: lambda x: torch.amax(x.nan_to_num(-torch.inf), -1),
    np.nanmin: lambda x: torch.amin(x.nan_to_num(torch.inf), -1),
}

RUNNING = {
    np.cumsum: torch.cumsum,
    np.cumprod: torch.cumprod,
    np.cumulative_sum: torch.cumsum,
    np.cumulative_prod: torch.cumprod,
}

SOME = torch.tensor([[True, False, True], [False, True, True]])
MASK = SOME.numpy()

OTHERS = [
    Row(np.sum, np.sum, torch.sum, real()),
    Row(np.mean, np.mean, torch.mean, real()),
    Row(np.sum, np.sum, torch.sum, real(0, 3)),
    Row(np.sum, lambda x: np.sum(x, axis=()), lambda x: x, real(2, 3)),
    Row(np.prod, np.prod, torch.prod, real(0, 3)),
    Row(np.max, np.max, torch.max, real()),
    Row(np.sum, lambda x: np.sum(x, 0, dtype=np.float64), lambda x: torch.sum(x, 0, dtype=torch.float64), real(2, 3)),
    Row(np.mean, lambda x: np.mean(x, dtype=np.float64), lambda x: torch.mean(x, dtype=torch.float64), real(2, 3)),
    # where= and initial=
    Row(np.sum, lambda x: np.sum(x, 1, where=MASK), lambda x: torch.sum(x * SOME, 1), real(2, 3)),
    Row(np.sum, lambda x: np.sum(x, initial=2.0, where=MASK), lambda x: x[SOME].sum() + 2, real(2, 3)),
    Row(np.sum, lambda x: np.sum(x, (0, 2), where=MASK), lambda x: (x * SOME).sum((0, 2)), real(4, 2, 3)),
    Row(np.mean, lambda x: np.mean(x, where=MASK), lambda x: x[SOME].mean(), real(2, 3)),
    Row(np.mean, lambda x: np.mean(x, 0, where=MASK), lambda x: (x * SOME).sum(0) / SOME.sum(0), real(2, 3)),
    Row(np.prod, lambda x: np.prod(x, initial=2.0), lambda x: 2 * x.prod(), real(2, 3)),
    Row(np.prod, lambda x: np.prod(x, 1, where=MASK), lambda x: x.where(SOME, 1).prod(1), real(2, 3)),
    Row(np.max, lambda x: np.max(x, 0, initial=0.3), lambda x: x.clamp(min=0.3).amax(0), real(3, 4)),
    Row(np.min, lambda x: np.min(x, 0, initial=-0.3), lambda x: x.clamp(max=-0.3).amin(0), real(3, 4)),
    Row(np.max, lambda x: np.max(x, 1, initial=-9, where=MASK), lambda x: x.where(SOME, -9).amax(1), real(2, 3)),
    Row(np.min, lambda x: np.min(x, 1, initial=9, where=MASK), lambda x: x.where(SOME, 9).amin(1), real(2, 3)),
    Row(np.nansum, lambda x: np.nansum(x, initial=2.0), lambda x: torch.nansum(x) + 2, some_nan(2, 3)),
    Row(np.nanmax, lambda x: np.nanmax(x, initial=9.0), lambda x: 9 + 0 * torch.nansum(x), some_nan(2, 3)),
    # Running
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
    Row(np.nancumsum, np.nancumsum, lambda x: x.nan_to_num(0.0).ravel().cumsum(0), some_nan(2, 3)),
    Row(np.nancumprod, np.nancumprod, lambda x: x.nan_to_num(1.0).ravel().cumprod(0), some_nan(2, 3)),
    *for_keywords(np.nancumsum, lambda x, axis: x.nan_to_num(0.0).cumsum(axis), some_nan(2, 3, 4), axis=(0, 1, -1)),
    *for_keywords(np.nancumprod, lambda x, axis: x.nan_to_num(1.0).cumprod(axis), some_nan(2, 3, 4), axis=(0, 1, -1)),
    Row(np.cumulative_sum, np.cumulative_sum, lambda x: x.cumsum(0), real(4)),
    Row(np.cumulative_prod, np.cumulative_prod, lambda x: x.cumprod(0), real(4)),
]

TIES_AND_KINKS = [
    Row(np.max, np.max, torch.amax, exactly(1, 3, 3, 2, 3)),
    Row(np.min, np.min, torch.amin, exactly(3, 1, 1, 2)),
    Row(np.max, lambda x: np.max(x, 0), lambda x: torch.amax(x, 0), exactly([1, 2], [1, 3], [0, 3])),
    Row(np.min, lambda x: np.min(x, (0, 1)), lambda x: torch.amin(x, (0, 1)), exactly([1, 2], [1, 3], [0, 0])),
    Row(np.ptp, np.ptp, lambda x: torch.amax(x) - torch.amin(x), exactly(2, 2, 2)),
    Row(np.prod, np.prod, torch.prod, exactly(2, 0, 3)),
    Row(np.prod, np.prod, torch.prod, exactly(0, 2, 0, 3)),
    Row(np.prod, np.prod, torch.prod, exactly(0, 0, 0)),
    Row(np.cumprod, np.cumprod, lambda x: torch.cumprod(x, 0), exactly(2, 0, 3, 4)),
    Row(np.cumprod, np.cumprod, lambda x: torch.cumprod(x, 0), exactly(0, 2, 0, 3)),
    Row(np.nanmax, np.nanmax, lambda x: x[1:].amax(), exactly(math.nan, 3, 1, 3)),
    Row(np.nanmin, np.nanmin, lambda x: x[1:].amin(), exactly(math.nan, 3, 1, 1)),
    Row(np.nanprod, np.nanprod, lambda x: x[1:].prod(), exactly(math.nan, 0, 2, 3)),
    Row(np.nancumprod, np.nancumprod, lambda x: x.nan_to_num(1.0).cumprod(0), exactly(2, math.nan, 0, 3)),
    Row(np.nansum, np.nansum, torch.nansum, exactly(math.nan, math.nan)),
]

ROWS = [
    *(
        row
        for table, draw in [(REDUCTIONS, real), (WITHOUT_NANS, some_nan)]
        for f, theirs in table.items()
        for row in for_keywords(f, over_axes(theirs), draw(2, 3, 4), axis=AXES, keepdims=(False, True))
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
