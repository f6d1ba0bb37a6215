"""Attention is a weighted mean of values, head by head, and what is masked has no part in it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import Tensor, nn
from minigrad.functional import scaled_dot_product_attention, softmax
from minigrad.testing import check_gradients

from ..conftest import quick
from .networks import with_parameters


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def attention_of(E, H, **options):
    """Attention whose biases are not zero."""
    attention = nn.MultiheadAttention(E, H, rng=0, **options)
    attention.load_state_dict({name: x + 0.1 * normal(*x.shape) for name, x in attention.state_dict().items()})
    return attention


def by_definition(attention, query, key, value):
    """The result for one sequence, from the paper's equations."""
    E, d = attention.embed_dim, attention.embed_dim // attention.num_heads
    W, b = attention.in_proj_weight.data, attention.in_proj_bias.data
    q, k, v = (x @ W[i : i + E].T + b[i : i + E] for i, x in zip((0, E, 2 * E), (query, key, value), strict=True))
    columns = [slice(h, h + d) for h in range(0, E, d)]
    heads = [softmax(q[:, c] @ k[:, c].T / np.sqrt(d)) @ v[:, c] for c in columns]
    return np.hstack(heads) @ attention.out_proj.weight.data.T + attention.out_proj.bias.data


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.integers(1, 3))
def test_one_sequence_is_as_in_the_paper(L, S, H, d):
    attention = attention_of(H * d, H)
    query, key, value = normal(L, H * d), normal(S, H * d, seed=1), normal(S, H * d, seed=2)
    y, weights = attention(query, key, value)
    assert np.allclose(y.data, by_definition(attention, query, key, value), rtol=1e-12)
    assert weights.shape == (L, S)
    assert np.allclose(np.sum(weights.data, -1), 1)


@pytest.mark.parametrize("batch_first", [False, True])
def test_a_batch_is_every_sequence_by_itself(batch_first):
    attention = attention_of(4, 2, batch_first=batch_first)
    xs = normal(3, 5, 4), normal(3, 6, 4, seed=1), normal(3, 6, 4, seed=2)
    masks = normal(3, 2, 5, 6) > 0.5
    masks[..., 0] = False
    padded = np.arange(6) >= np.array([6, 3, 1])[:, None]
    batch = xs if batch_first else [np.swapaxes(x, 0, 1) for x in xs]
    y, weights = attention(*batch, padded, attn_mask=masks.reshape(6, 5, 6), average_attn_weights=False)
    assert y.shape == batch[0].shape
    for n, y_n in enumerate(y.data if batch_first else np.swapaxes(y.data, 0, 1)):
        alone, weights_alone = attention(*(x[n] for x in xs), padded[n], True, masks[n], False)
        assert np.allclose(y_n, alone.data, rtol=1e-12)
        assert np.allclose(weights.data[n], weights_alone.data, rtol=1e-12)


MASKS = [
    {},
    {"attn_mask": np.array([[False, True, False], [True, True, True]])},
    {"attn_mask": normal(4, 2, 3) > 0, "key_padding_mask": np.array([[False, True, True], [False, False, True]])},
    {"key_padding_mask": np.array([[True, True, True], [False, False, True]])},
    {"attn_mask": normal(2, 3), "key_padding_mask": np.array([[False, True, True], [False, False, True]])},
    {"is_causal": True},
    {"is_causal": True, "attn_mask": normal(2, 3) > 0},
]


@pytest.mark.parametrize("masks", quick(3, MASKS), ids=lambda masks: " ".join(masks) or "free")
@pytest.mark.parametrize("p", quick(1, [0.4, 0.0]))
def test_gradients_are_right(masks, p):
    attention = attention_of(4, 2, batch_first=True, dropout=p)

    def f(parameters, *inputs):
        attention.rng = np.random.default_rng(5)
        return with_parameters(attention, parameters)(*inputs, **masks)

    inputs = normal(2, 2, 4), normal(2, 3, 4, seed=1), normal(2, 3, 4, seed=2)
    check_gradients(f, attention.state_dict(), *inputs, rtol=1e-8, fast=True)


def test_an_added_mask_has_a_gradient():
    attention, x = attention_of(4, 2), normal(3, 4)
    of_constants = with_parameters(attention, attention.state_dict())
    check_gradients(lambda mask: of_constants(x, x, x, attn_mask=mask), normal(3, 3))


def test_a_query_that_may_attend_to_nothing_gets_zero_from_every_head():
    attention = attention_of(4, 2, batch_first=True)
    x = Tensor(normal(2, 3, 4), requires_grad=True)
    y, weights = attention(x, x, x, key_padding_mask=np.array([[True] * 3, [False] * 3]))
    assert np.array_equal(y.data[0], np.tile(attention.out_proj.bias.data, (3, 1)))
    assert not weights.data[0].any()
    np.sum(y * y).backward()
    assert not x.grad[0].any()
    assert x.grad[1].any()
    assert all(np.isfinite(p.grad).all() for p in attention.parameters())


@pytest.mark.parametrize("need_weights", [False, True])
def test_what_is_padded_has_no_part(need_weights):
    attention, padded = attention_of(4, 2), np.array([False, True, False, True])
    x, other = normal(4, 4), normal(4, 4)
    other[padded] = 1e3 * normal(2, 4, seed=1)
    y, weights = attention(normal(2, 4), x, x, padded, need_weights)
    z, _ = attention(normal(2, 4), other, other, padded, need_weights)
    assert np.array_equal(y.data, z.data)
    assert (weights is not None) == need_weights


def test_a_causal_query_does_not_see_what_comes_later():
    attention = attention_of(4, 2)
    x, other = normal(5, 4), normal(5, 4)
    other[3:] = 7.0
    y, z = (attention(x, x, x, is_causal=True)[0].data for x in (x, other))
    assert np.array_equal(y[:3], z[:3])
    assert not np.allclose(y[3:], z[3:])
    later = np.triu(np.ones((5, 5), bool), 1)
    assert np.array_equal(attention(x, x, x, attn_mask=later)[0].data, y)
    first = np.arange(5) == 0
    expected, _ = attention(x, x, x, attn_mask=later | first)
    for mask in (np.tile(first, (5, 1)), np.where(np.tile(first, (5, 1)), -np.inf, 0.0)):
        assert np.array_equal(attention(x, x, x, attn_mask=mask, is_causal=True)[0].data, expected.data)


def test_masks_of_booleans_and_of_floats_are_the_same():
    attention = attention_of(4, 2)
    x, mask, padded = normal(3, 4), np.array([[0, 1, 0], [0, 0, 0], [1, 1, 1]]) > 0, np.array([False, False, True])
    expected, _ = attention(x, x, x, padded, attn_mask=mask)
    for a in (mask, np.where(mask, -np.inf, 0.0)):
        for b in (padded, np.where(padded, -np.inf, 0.0)):
            assert np.array_equal(attention(x, x, x, b, attn_mask=a)[0].data, expected.data)


def test_biases_start_at_zero_or_are_missing():
    attention = nn.MultiheadAttention(4, 2)
    assert not attention.in_proj_bias.data.any()
    assert not attention.out_proj.bias.data.any()
    without = nn.MultiheadAttention(4, 2, bias=False)
    assert [name for name, _ in without.named_parameters()] == ["in_proj_weight", "out_proj.weight"]


def test_weights_are_the_mean_over_the_heads():
    attention, x = attention_of(4, 2), normal(3, 2, 4)
    _, weights = attention(x, x, x)
    _, of_heads = attention(x, x, x, average_attn_weights=False)
    assert of_heads.shape == (2, 2, 3, 3)
    assert np.allclose(weights.data, of_heads.data.mean(1))


def test_weights_are_dropped_in_training_only():
    attention, x = attention_of(4, 2, dropout=0.5), normal(6, 4)
    _, weights = attention(x, x, x, average_attn_weights=False)
    attention.eval()
    _, whole = attention(x, x, x, average_attn_weights=False)
    kept = weights.data != 0
    assert 0 < kept.mean() < 1
    assert np.allclose(weights.data[kept], 2 * whole.data[kept])
    assert np.allclose(whole.data.sum(-1), 1)
    attention = attention_of(4, 2, dropout=1.0)
    assert np.array_equal(attention(x, x, x)[0].data, np.tile(attention.out_proj.bias.data, (6, 1)))


def test_the_function_takes_masks_of_what_is_allowed():
    q, k, v = normal(2, 3), normal(4, 3, seed=1), normal(4, 2, seed=2)
    allowed = np.array([True, False, True, True])
    y, weights = scaled_dot_product_attention(q, k, v, allowed, need_weights=True)
    assert np.allclose(y, scaled_dot_product_attention(q, k[allowed], v[allowed]))
    assert not weights[:, 1].any()
    assert not scaled_dot_product_attention(q, k, v, np.zeros((2, 4), bool)).any()


def attend(q, k=None, v=None, batch_first=False, **masks):
    q, k, v = (np.ones(shape) for shape in (q, k or q, v or k or q))
    return nn.MultiheadAttention(4, 2, batch_first=batch_first)(q, k, v, **masks)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: nn.MultiheadAttention(5, 2), ValueError, "num_heads to divide embed_dim=5, got 2"),
        (lambda: nn.MultiheadAttention(4, 0), ValueError, "num_heads to be an integer of 1 or more, got 0"),
        (lambda: nn.MultiheadAttention(4, 2, dropout=2), ValueError, "dropout from 0 to 1, got 2"),
        (lambda: attend((3, 2, 5)), ValueError, r"query of shape \(L, N, 4\), key and value of shape \(S, N, 4\)"),
        (lambda: attend((3, 2, 5), batch_first=True), ValueError, r"\(N, L, 4\).*\(N, S, 4\).*got query \(3, 2, 5\)"),
        (lambda: attend((3, 2, 4), (3, 1, 4)), ValueError, r"got query \(3, 2, 4\), key \(3, 1, 4\)"),
        (lambda: attend((3, 2, 4), (5, 2, 4), (3, 2, 4)), ValueError, r"value \(3, 2, 4\)"),
        (lambda: attend((3, 4), (2, 3, 4)), ValueError, "or all without N"),
        (lambda: attend((4,)), ValueError, r"got query \(4,\)"),
        (lambda: attend((3, 2, 4), key_padding_mask=np.ones((3, 2), bool)), ValueError, r"\(2, 3\), got \(3, 2\)"),
        (lambda: attend((3, 4), key_padding_mask=np.ones((1, 3), bool)), ValueError, r"\(3,\), got \(1, 3\)"),
        (lambda: attend((3, 2, 4), attn_mask=np.ones(3, bool)), ValueError, r"\(3, 3\), or \(4, 3, 3\).*got \(3,\)"),
        (lambda: attend((3, 2, 4), attn_mask=np.ones((3, 3), int)), TypeError, "attn_mask to be booleans.*got int64"),
        (
            lambda: scaled_dot_product_attention(np.ones((2, 3)), np.ones((2, 4)), np.ones((2, 4))),
            ValueError,
            r"key \(\.\.\., S, E\).*got query \(2, 3\), key \(2, 4\)",
        ),
        (
            lambda: scaled_dot_product_attention(np.ones((3, 2, 1)), np.ones((2, 2, 1)), np.ones((2, 1))),
            ValueError,
            "leading axes",
        ),
        (
            lambda: scaled_dot_product_attention(*[np.ones((2, 1))] * 3, np.ones((3, 2, 2), bool)),
            ValueError,
            r"attn_mask that broadcasts to \(2, 2\), got \(3, 2, 2\)",
        ),
        (lambda: scaled_dot_product_attention(*[np.ones((2, 1))] * 3, dropout_p=-1), ValueError, "dropout_p from 0"),
    ],
)
def test_wrong_calls_say_what_was_expected(call, error, text):
    with pytest.raises(error, match=text):
        call()
