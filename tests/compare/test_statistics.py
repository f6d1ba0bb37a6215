"""Means, spreads and quantiles, against PyTorch."""

import math

import numpy as np

from .oracle import (
    AXES,
    Row,
    assert_same_derivatives,
    assert_same_in_float32,
    drawn,
    each,
    exactly,
    for_keywords,
    over_axes,
    positive,
    real,
    some_nan,
    torch,
)


def without_nans(f):
    """f of each row, from which the NaNs are taken out."""
    return lambda x: torch.stack([f(row[~row.isnan()]) for row in x.reshape(-1, x.shape[-1])]).reshape(x.shape[:-1])


STATISTICS = {
    np.var: lambda x: torch.var(x, -1, correction=0),
    np.std: lambda x: torch.std(x, -1, correction=0),
    np.average: lambda x: torch.mean(x, -1),
    np.median: lambda x: torch.quantile(x, 0.5, -1),
}
WITHOUT_NANS = {
    np.nanmean: lambda x: torch.nanmean(x, -1),
    np.nanvar: without_nans(lambda x: torch.var(x, correction=0)),
    np.nanstd: without_nans(lambda x: torch.std(x, correction=0)),
}

SOME = torch.tensor([[True, False, True, True], [False, True, True, False]])
MASK = SOME.numpy()

SPREADS = [
    Row(np.var, lambda x: np.var(x, ddof=1), torch.var, real(2, 3)),
    Row(np.var, lambda x: np.var(x, 0, ddof=2), lambda x: torch.var(x, 0, correction=2), real(5, 2)),
    Row(np.std, lambda x: np.std(x, correction=1), torch.std, real(2, 3)),
    *for_keywords(np.var, torch.var, real(5, 4), axis=(0, -1), correction=(0, 1, 2), keepdims=(False, True)),
    *for_keywords(np.std, torch.std, real(5, 4), axis=(0, -1), correction=(0, 1, 2), keepdims=(False, True)),
    Row(np.var, lambda x: np.var(x, where=MASK), lambda x: x[SOME].var(correction=0), real(2, 4)),
    Row(np.std, lambda x: np.std(x, where=MASK), lambda x: x[SOME].std(correction=0), real(2, 4)),
    Row(
        np.var,
        lambda x: np.var(x, 1, where=MASK, correction=1, keepdims=True),
        lambda x: torch.stack([row[some].var() for row, some in zip(x, SOME, strict=True)])[:, None],
        real(2, 4),
    ),
    Row(np.nanvar, lambda x: np.nanvar(x, ddof=1), lambda x: x[~x.isnan()].var(), some_nan(2, 4)),
    Row(np.nanstd, lambda x: np.nanstd(x, ddof=1), lambda x: x[~x.isnan()].std(), some_nan(2, 4)),
]

AVERAGES = [
    Row(
        np.average,
        lambda x, w: np.average(x, axis=(1, 0), weights=w),
        lambda x, w: torch.sum(x * w.T[..., None], (0, 1)) / torch.sum(w),
        real(2, 3, 4),
        positive(3, 2),
    ),
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
    Row(
        np.average,
        lambda x, w: np.average(x, axis=(0, -1), weights=w, keepdims=True),
        lambda x, w: torch.einsum("abc,ac->b", x, w)[None, :, None] / torch.sum(w),
        *(real(2, 3, 4), positive(2, 4)),
    ),
    Row(
        np.average,
        lambda x, w: np.average(x, 1, w, returned=True),
        lambda x, w: (torch.sum(x * w, 1) / torch.sum(w, 1), torch.sum(w, 1)),
        *(real(2, 3), positive(2, 3)),
    ),
]

COVARIANCES = [
    # NumPy's are float64 always
    Row(np.cov, np.cov, lambda x: torch.cov(x.double()), real(3, 5)),
    Row(np.cov, np.cov, lambda x: torch.cov(x.double()), real(5)),
    Row(np.cov, np.cov, lambda x, y: torch.cov(torch.vstack([x, y]).double()), real(2, 5), real(5)),
    Row(
        np.cov,
        lambda x, y: np.cov(x, y, rowvar=False),
        lambda x, y: torch.cov(torch.stack([x, y]).double()),
        *(real(5), real(5)),
    ),
    Row(np.cov, lambda x: np.cov(x, rowvar=False), lambda x: torch.cov(x.T.double()), real(5, 3)),
    Row(
        np.cov,
        lambda x, y: np.cov(x, y, rowvar=False),
        lambda x, y: torch.cov(torch.hstack([x, y]).T.double()),
        *(real(5, 1), real(5, 2)),
    ),
    Row(np.cov, lambda x: np.cov(x, bias=True), lambda x: torch.cov(x.double(), correction=0), real(3, 5)),
    Row(np.cov, lambda x: np.cov(x, ddof=2), lambda x: torch.cov(x.double(), correction=2), real(3, 5)),
    Row(np.cov, lambda x: np.cov(x, bias=True, ddof=1), lambda x: torch.cov(x.double()), real(3, 5)),
    Row(
        np.cov,
        lambda x: np.cov(x, fweights=[1, 2, 0, 3, 1]),
        lambda x: torch.cov(x.double(), fweights=torch.tensor([1, 2, 0, 3, 1])),
        real(3, 5),
    ),
    Row(
        np.cov,
        lambda x, w: np.cov(x, aweights=w),
        lambda x, w: torch.cov(x.double(), aweights=w.double()),
        *(real(3, 5), positive(5)),
    ),
    Row(
        np.cov,
        lambda x, w: np.cov(x, ddof=2, fweights=[1, 2, 0, 3, 1], aweights=w),
        lambda x, w: torch.cov(x.double(), correction=2, fweights=torch.tensor([1, 2, 0, 3, 1]), aweights=w.double()),
        *(real(3, 5), positive(5)),
    ),
    Row(np.corrcoef, np.corrcoef, lambda x: torch.corrcoef(x.double()), real(3, 5)),
    Row(np.corrcoef, np.corrcoef, lambda x, y: torch.corrcoef(torch.vstack([x, y]).double()), real(2, 5), real(2, 5)),
    Row(np.corrcoef, lambda x: np.corrcoef(x, rowvar=False), lambda x: torch.corrcoef(x.T.double()), real(5, 3)),
    Row(np.corrcoef, lambda x: x * np.corrcoef(x), lambda x: x.double() * torch.corrcoef(x.double()), real(5)),
]


def quantile(x, q, axis, keepdims, method):
    """PyTorch's, with NumPy's names."""
    return over_axes(lambda x: torch.quantile(x, q, -1, interpolation=method))(x, axis, keepdims)


share = drawn(lambda rng, shape: rng.uniform(0.05, 0.95, size=shape))
METHODS = ("linear", "lower", "higher", "nearest", "midpoint")

QUANTILES = [
    *for_keywords(
        np.quantile,
        quantile,
        real(2, 3, 4),
        q=(0.3,),
        axis=(None, 1, -1, (-1, 0)),
        keepdims=(False, True),
        method=METHODS,
    ),
    Row(np.quantile, np.quantile, torch.quantile, real(2, 3), share()),
    Row(np.quantile, np.quantile, torch.quantile, real(2, 3), share(3)),
    Row(
        np.quantile,
        lambda x, q: np.quantile(x, q, 1),
        lambda x, q: torch.quantile(x, q.ravel(), 1).reshape(2, 3, 4),
        *(real(4, 5), share(2, 3)),
    ),
    Row(
        np.quantile,
        lambda x, q: np.quantile(x, q, (0, 2), keepdims=True),
        lambda x, q: torch.quantile(x.movedim(1, 2).reshape(-1, 3), q, 0)[:, None, :, None],
        *(real(2, 3, 4), share(2)),
    ),
    Row(np.percentile, lambda x: np.percentile(x, 30, -1), lambda x: x.quantile(0.3, -1), real(2, 5)),
    Row(np.percentile, lambda x, q: np.percentile(x, 100 * q), torch.quantile, real(2, 5), share(3)),
    *for_keywords(
        np.percentile,
        lambda x, q, **kwargs: quantile(x, q / 100, **kwargs),
        real(2, 3, 4),
        q=(30,),
        axis=(None, 1),
        keepdims=(False, True),
        method=METHODS,
    ),
]

TIES_AND_KINKS = [
    Row(np.median, np.median, lambda x: torch.sort(x, stable=True)[0][1:3].mean(), exactly(2, 1, 2, 2)),
    Row(np.median, np.median, lambda x: torch.sort(x, stable=True)[0][2], exactly(2, 1, 2, 2, 3)),
    Row(np.quantile, lambda x: np.quantile(x, 0.5), lambda x: torch.sort(x, stable=True)[0][1], exactly(1, 1, 1)),
    Row(
        np.quantile,
        lambda x: np.quantile(x, [0, 0.5, 1.0], 0),
        lambda x: torch.sort(x.double(), dim=0, stable=True)[0],
        exactly([1, 2], [1, 1], [0, 2]),
    ),
    Row(np.var, np.var, lambda x: torch.var(x, correction=0), exactly(2, 2, 2)),
    Row(np.std, np.std, lambda x: torch.std(x, correction=0), exactly(2, 2, 2), second_order=False),
    Row(np.std, lambda x: np.std(x, 0), lambda x: torch.std(x, 0, correction=0), real(1, 3), second_order=False),
    Row(np.nanmean, np.nanmean, lambda x: x[0], exactly(2, math.nan)),
    Row(np.nanstd, np.nanstd, lambda x: 0 * x[0], exactly(2, math.nan)),
]

ROWS = [
    *(
        row
        for table, draw in [(STATISTICS, real), (WITHOUT_NANS, some_nan)]
        for f, theirs in table.items()
        for row in for_keywords(f, over_axes(theirs), draw(3, 3, 4), axis=AXES, keepdims=(False, True))
    ),
    *SPREADS,
    *AVERAGES,
    *COVARIANCES,
    *QUANTILES,
    *TIES_AND_KINKS,
]


@each(ROWS)
def test_derivatives(row):
    assert_same_derivatives(row)


@each(ROWS)
def test_float32(row):
    assert_same_in_float32(row)
