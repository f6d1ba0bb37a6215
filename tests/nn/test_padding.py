"""Padding may hold anything, in whatever takes lengths, masks or ignored targets: no value and no gradient shows it."""

import numpy as np
import pytest

from minigrad import Tensor, functional, hvp, nn

from ..conftest import quick

LENGTHS = [3, 5, 0]
COUNTS = np.arange(5)[:, None] < LENGTHS
JUNK = [np.nan, np.inf, -np.inf, 1e308]


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def padded(junk, *shape):
    """(T, N, *shape), where what does not count is junk."""
    return np.where(COUNTS.reshape(5, 3, *(1,) * len(shape)), normal(5, 3, *shape), junk)


def results(loss, x, module):
    """The loss and its gradients with respect to x and to all parameters."""
    x = Tensor(x, requires_grad=True)
    module.zero_grad()
    value = loss(x)
    value.backward()
    return [value.data, x.grad, *(p.grad for p in module.parameters())]


def is_unseen(junk, loss, shape, module=None, turn=lambda x: x):
    module = module or nn.Module()
    clean, dirty = (results(loss, turn(padded(filling, *shape)), module) for filling in (0.0, junk))
    for a, b in zip(clean, dirty, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-12, atol=1e-14)
    assert not turn(dirty[1])[~COUNTS].any()


OPTIONS = [{"num_layers": 2, "bidirectional": True}, {}, {"batch_first": True}]


@pytest.mark.parametrize("junk", quick(2, JUNK))
@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_recurrent_layers(kind, junk):
    for options in OPTIONS:
        layer = kind(2, 3, rng=0, **options)

        def turn(x, first=layer.batch_first):
            return np.swapaxes(x, 0, 1) if first else x

        is_unseen(junk, lambda x: np.sum(layer(x, lengths=LENGTHS)[0] ** 2), (2,), layer, turn)  # noqa: B023


@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_the_gradient_of_a_padded_output_may_be_nan(kind):
    layer = kind(2, 3, rng=0)

    def loss(x):
        with np.errstate(all="ignore"):
            return np.sum(np.where(COUNTS[..., None], np.log(layer(x, lengths=LENGTHS)[0] ** 2), 0.0))

    with np.errstate(all="ignore"):
        got = results(loss, padded(np.nan, 2), layer)
    assert all(np.isfinite(g).all() for g in got)


@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_second_derivatives_of_recurrent_layers(kind):
    layer = kind(2, 3, rng=0)
    clean, dirty = (
        hvp(lambda x: np.sum(layer(x, lengths=LENGTHS)[0] ** 2), padded(junk, 2), normal(5, 3, 2)).data
        for junk in (0.0, np.nan)
    )
    np.testing.assert_allclose(dirty, clean, rtol=1e-12)


@pytest.mark.parametrize("junk", quick(2, JUNK))
@pytest.mark.parametrize("form", [lambda mask: mask, lambda mask: np.where(mask, -np.inf, 0.0)], ids=["bool", "float"])
@pytest.mark.parametrize("same", [True, False])
def test_attention_with_padded_keys(same, form, junk):
    attention, other = nn.MultiheadAttention(4, 2, rng=0), Tensor(normal(5, 3, 4, seed=1), requires_grad=True)

    def loss(x):
        y, _ = attention(x if same else other, x, x, form(~COUNTS.T))
        return np.sum(np.where(COUNTS[..., None], y, 0.0) ** 2)

    is_unseen(junk, loss, (4,), attention)


def test_attention_with_padding_in_front_and_a_causal_mask():
    attention, x = nn.MultiheadAttention(4, 2, batch_first=True, rng=0), normal(3, 5, 4)
    before = np.arange(5) < 5 - np.array(LENGTHS)[:, None]

    def loss(x):
        return np.sum(np.where(~before[..., None], attention(x, x, x, before, is_causal=True)[0], 0.0) ** 2)

    clean, dirty = (results(loss, np.where(before[..., None], junk, x), attention) for junk in (0.0, np.nan))
    for a, b in zip(clean, dirty, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("junk", quick(2, JUNK))
@pytest.mark.parametrize(
    "mask",
    [
        np.array([True, True, False, True]),
        np.array([0.0, 1.0, -np.inf, 0.0]),
        np.array([[[True, True, False, True]]] * 2)[:, None],
        np.array([[True, False, False, True]] * 3) & (np.arange(3) != 1)[:, None],
    ],
    ids=["one row", "added", "of each sequence", "no key for one query"],
)
def test_attention_of_arrays(mask, junk):
    free = mask if mask.dtype == bool else mask > -np.inf
    unseen = ~np.atleast_2d(free).any((*range(free.ndim - 2), -2) if free.ndim > 1 else 0)
    q, k, v = normal(2, 2, 3, 5), normal(2, 2, 4, 5, seed=1), normal(2, 2, 4, 5, seed=2)

    def gradients(filling):
        keys = [np.where(unseen.reshape(-1, 1), filling, x) for x in (k, v)]
        leaves = [Tensor(x, requires_grad=True) for x in (q, *keys)]
        y = functional.scaled_dot_product_attention(*leaves, mask)
        np.sum(y**2).backward()
        return [y.data, *(leaf.grad for leaf in leaves)]

    for a, b in zip(gradients(0.0), gradients(junk), strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("junk", quick(2, JUNK))
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_cross_entropy(reduction, junk):
    targets = np.where(COUNTS, 1, -100)
    for options in {"targets": targets}, {"targets": np.where(COUNTS, 1, 999), "mask": COUNTS}:
        for smoothing in 0.0, 0.1:

            def loss(x, options=options, smoothing=smoothing):
                return np.sum(functional.cross_entropy(x, **options, reduction=reduction, label_smoothing=smoothing))

            is_unseen(junk, loss, (4,))


def test_the_row_of_an_embedding_that_is_padding():
    W = np.where(np.arange(3)[:, None] == 0, np.nan, normal(3, 2))
    layer, ids = nn.LSTM(2, 3, rng=0), np.where(COUNTS, 1, 0)

    def loss(W):
        return np.sum(layer(functional.embedding(ids, W, padding_idx=0), lengths=LENGTHS)[0] ** 2)

    clean, dirty = (results(loss, w, layer) for w in (np.nan_to_num(W), W))
    for a, b in zip(clean, dirty, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-12)
