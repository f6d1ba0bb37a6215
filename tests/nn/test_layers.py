"""Layers follow their formulas, on arrays and on Tensors, and say which shapes they expect."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import Tensor, functional, grad, nn
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes

from .networks import with_parameters

sizes = st.integers(1, 4)
leading = shapes(max_dims=2, max_side=3)


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def check(layer, *inputs, call=lambda layer, *inputs: layer(*inputs)):
    """Gradients of inputs and parameters are right; constants give arrays, the same numbers as Tensors do."""
    parameters = {name: x + 0.1 * normal(*x.shape) for name, x in layer.state_dict().items()}
    f = lambda parameters, *inputs: call(with_parameters(layer, parameters), *inputs)
    check_gradients(f, parameters, *inputs, rtol=1e-8)
    y, of_tensors = f(parameters, *inputs), f({name: Tensor(x) for name, x in parameters.items()}, *inputs)
    assert isinstance(y, np.ndarray | np.generic)
    np.testing.assert_allclose(y, of_tensors.data, rtol=1e-14)


# Linear


@given(leading, sizes, sizes, st.booleans())
def test_linear_has_right_gradients(batch, D, H, bias):
    check(nn.Linear(D, H, bias), normal(*batch, D))


def test_linear_is_a_product_with_the_rows_of_its_weight():
    linear = nn.Linear(3, 2)
    W, b = linear.weight.data, linear.bias.data
    x = normal(3)
    assert np.allclose(linear(x).data, [sum(W[i] * x) + b[i] for i in range(2)], rtol=1e-14)


def test_linear_takes_what_numpy_takes():
    linear = nn.Linear(2, 3)
    expected = linear(np.array([1.0, 0.0])).data
    for x in ([1, 0], [True, False], Tensor([1.0, 0.0]), np.array([1, 0], np.int8)):
        assert np.array_equal(linear(x).data, expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_layers_keep_the_precision(dtype):
    x = normal(2, 4).astype(dtype)
    network = nn.Sequential(nn.Linear(4, 4, dtype=dtype), nn.LayerNorm(4, dtype=dtype), nn.Dropout())
    assert network(x).dtype == dtype
    assert nn.Embedding(3, 4, 0, dtype=dtype)([0, 1]).dtype == dtype
    attention = nn.MultiheadAttention(4, 2, 0.5, dtype=dtype)
    y, weights = attention(x, x, x, np.zeros(2, bool), attn_mask=np.zeros((2, 2), dtype), is_causal=True)
    assert y.dtype == weights.dtype == dtype


# Embedding


@given(shapes(max_dims=2), sizes, sizes, st.booleans())
def test_embedding_has_right_gradients(shape, V, D, padded):
    ids = np.random.default_rng(0).integers(0, V, size=shape)
    embedding = nn.Embedding(V, D, padding_idx=V - 1 if padded else None)
    f = lambda W: with_parameters(embedding, {"weight": W})(ids)
    if padded:
        counts = ids != V - 1
        g = grad(lambda W: np.sum(f(W)))(normal(V, D))
        assert not g[V - 1].any()
        assert g.sum() == D * counts.sum()
    else:
        check_gradients(f, normal(V, D))


def test_padding_starts_at_zero_and_keeps_what_is_loaded():
    embedding = nn.Embedding(4, 2, padding_idx=-1)
    assert embedding.padding_idx == 3
    assert embedding([3]).tolist() == [[0.0, 0.0]]
    W = normal(4, 2)
    embedding.load_state_dict({"weight": W})
    assert np.array_equal(embedding([[3, 1]]).data, [[W[3], W[1]]])
    assert np.array_equal(functional.embedding([3, 1], W, -1), embedding([3, 1]).data)
    gradient = grad(lambda W: np.sum(functional.embedding([3, 1, 3], W, -1)))(W)
    assert gradient.sum(1).tolist() == [0, 2, 0, 0]


# Dropout


def test_dropout_scales_what_it_keeps():
    x = normal(1000)
    y = nn.Dropout(0.25, rng=0)(x)
    kept = y != 0
    assert np.allclose(y[kept], x[kept] / 0.75)
    assert abs(kept.mean() - 0.75) < 0.05


def test_dropout_draws_from_its_generator_only():
    x = np.ones(50)
    rng = np.random.default_rng(3)
    dropout = nn.Dropout(rng=rng)
    first, second = dropout(x), dropout(x)
    assert not np.array_equal(first, second)
    assert np.array_equal(nn.Dropout(rng=3)(x), first)
    assert dropout.rng is rng
    assert not np.array_equal(nn.Dropout()(x), nn.Dropout()(x))


def test_dropout_out_of_training_and_at_its_ends():
    x = np.array([1.0, np.inf])
    assert nn.Dropout(0.0)(x).tolist() == nn.Dropout(0.9).eval()(x).tolist() == [1.0, np.inf]
    assert nn.Dropout(1.0)(x).tolist() == [0.0, 0.0]


@given(arrays(), st.sampled_from([0.0, 0.3, 1.0]))
def test_dropout_has_right_gradients(x, p):
    check_gradients(lambda x: nn.Dropout(p, rng=1)(x), x)


# LayerNorm


@given(leading, shapes(min_dims=1, max_dims=2), st.sampled_from([(True, True), (True, False), (False, True)]))
def test_layer_norm_has_right_gradients(batch, shape, parts):
    check(nn.LayerNorm(shape, 0.1, *parts), normal(*batch, *shape))


def test_layer_norm_leaves_mean_0_and_variance_1():
    y = nn.LayerNorm((3, 4), eps=0.0)(5 + 3 * normal(2, 3, 4)).data
    assert np.allclose(y.mean((1, 2)), 0)
    assert np.allclose(y.var((1, 2)), 1)


def test_layer_norm_by_its_formula():
    x = normal(2, 3)
    norm = nn.LayerNorm(3, eps=0.5, bias=False)
    norm.weight.data[:] = [1.0, 2.0, 3.0]
    centred = x - x.mean(1, keepdims=True)
    expected = centred / np.sqrt((centred**2).mean(1, keepdims=True) + 0.5) * [1, 2, 3]
    assert norm.bias is None
    assert np.allclose(norm(x).data, expected, rtol=1e-14)


# Parameters at first


@pytest.mark.parametrize(
    ("construct", "bound"),
    [
        (lambda rng: nn.Linear(100, 50, rng=rng).weight, 0.1),
        (lambda rng: nn.Linear(100, 5000, rng=rng).bias, 0.1),
        (lambda rng: nn.MultiheadAttention(54, 6, rng=rng).in_proj_weight, 1 / 6),
        (lambda rng: nn.MultiheadAttention(64, 4, rng=rng).out_proj.weight, 1 / 8),
    ],
)
def test_uniform_parameters_reach_their_bounds(construct, bound):
    numbers = construct(0).data
    assert 0.99 * bound < np.abs(numbers).max() <= bound
    assert np.array_equal(construct(np.random.default_rng(0)).data, numbers)
    assert not np.array_equal(construct(None).data, numbers)


# Messages say what was expected


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: nn.Linear(3, 2)(np.ones((3, 4))), ValueError, r"Linear: .* \(\.\.\., in_features=3\), got \(3, 4\)"),
        (lambda: nn.Linear(3, 2)(1.0), ValueError, r"in_features=3\), got \(\)"),
        (lambda: nn.Linear(1, 2)(["a"]), TypeError, "Linear: expected input to be numbers, got <U1"),
        (lambda: nn.Linear(2.5, 2), ValueError, "Linear: expected in_features to be an integer of 0 or more, got 2.5"),
        (lambda: nn.Linear(2, -1), ValueError, "out_features .* got -1"),
        (lambda: nn.Linear(2, 2, dtype=int), TypeError, "Linear: expected a floating-point dtype .* got int64"),
        (lambda: nn.Embedding(3, 2)([3]), ValueError, "embedding: expected ids from 0 to 2, got 3"),
        (lambda: nn.Embedding(3, 2)([0.0]), TypeError, "embedding: expected integer ids, got float64"),
        (lambda: nn.Embedding(3, 2, 3), ValueError, "padding_idx within num_embeddings=3, got 3"),
        (lambda: nn.Embedding(3, 2, 1.5), ValueError, "padding_idx within num_embeddings=3, got 1.5"),
        (lambda: nn.Dropout(1.5), ValueError, "Dropout: expected p from 0 to 1, got 1.5"),
        (lambda: nn.Dropout(float("nan")), ValueError, "p from 0 to 1, got nan"),
        (
            lambda: nn.LayerNorm((3, 4))(np.ones((3, 5))),
            ValueError,
            r"layer_norm: expected x of shape \(\.\.\., 3, 4\) by normalized_shape, got \(3, 5\)",
        ),
        (lambda: nn.LayerNorm((3, 4))(np.ones(4)), ValueError, r"got \(4,\)"),
        (lambda: nn.LayerNorm(()), ValueError, "normalized_shape to be a length or several, got none"),
        (lambda: nn.LayerNorm("3"), ValueError, "LayerNorm: expected normalized_shape to be an integer"),
    ],
)
def test_wrong_calls_say_what_was_expected(call, error, text):
    with pytest.raises(error, match=text):
        call()
