"""Half precision counts to 65504 only; whatever divides by how many elements there are is right beyond that too."""

import warnings

import numpy as np
import pytest

from minigrad import Tensor, functional, grad, value_and_grad

from ..conftest import quick

N = 70_000
x = np.random.default_rng(0).normal(size=N).astype(np.float16)
some = np.arange(N) % 100 != 0
zeros = np.zeros(N, np.float16)

COUNTING = {
    "mean": np.mean,
    "mean of an axis": lambda x: np.sum(np.mean(np.stack([x, -x]), axis=1, keepdims=True) * [[1], [2]]),
    "mean where": lambda x: np.mean(x, where=some),
    "nanmean": lambda x: np.nanmean(np.where(some, x, np.nan)),
    "var": np.var,
    "var where": lambda x: np.var(x, where=some),
    "std": lambda x: np.std(x, ddof=1),
    "nanvar": lambda x: np.nanvar(np.where(some, x, np.nan)),
    "nanstd": lambda x: np.nanstd(np.where(some, x, np.nan)),
    "average": np.average,
    "weighted average": lambda x: np.average(x, weights=np.ones(N, np.float16)),
    "median": np.median,
    "quantile": lambda x: np.quantile(x, 0.3),
    "mse_loss": lambda x: functional.mse_loss(x, zeros),
    "binary_cross_entropy": lambda x: functional.binary_cross_entropy_with_logits(x, zeros),
    "cross_entropy": lambda x: functional.cross_entropy(np.stack([x, -x], -1), np.zeros(N, int)),
    "logsumexp": functional.logsumexp,
    "norm": np.linalg.norm,
    "norm of an axis": lambda x: np.sum(np.linalg.norm(np.stack([x, -x]), axis=1)),
    "layer_norm": lambda x: functional.layer_norm(x, N)[0],
}


@pytest.mark.parametrize("f", COUNTING.values(), ids=COUNTING)
def test_gradients_of_what_counts(f):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # an overflow, say
        got = grad(f)(x)
    expected = grad(f)(x.astype(float))
    assert got.dtype == np.float16
    step = 2.0**-24  # the smallest number there is
    assert np.allclose(got, expected, rtol=5e-3, atol=3 * step)


MANY = 5000  # 2048 + 1 is 2048 in half precision
ones = np.ones((MANY, 3), np.float16)
SUMS = {
    "added to many rows": lambda x: np.sum(ones + x),
    "times many rows": lambda x: np.sum(ones * x),
    "where": lambda x: np.sum(np.where(ones > 0, x, 0)),
    "broadcast_to": lambda x: np.sum(np.broadcast_to(x, ones.shape)),
    "an element, read often": lambda x: np.sum(x[np.zeros((MANY, 3), int)]),
    "a row, read often": lambda x: np.sum(np.stack([x, x])[np.zeros(MANY, int)]),
    "used often": lambda x: np.sum(sum(x for _ in range(MANY))),
    "repeat": lambda x: np.sum(np.repeat(x, MANY)),
    "pad": lambda x: np.sum(np.pad(x, MANY, mode="edge")),
    "cumsum": lambda x: np.cumsum(ones * x)[-1] + np.cumsum(x * ones, axis=0)[-1, 0],
    "read in a loop": lambda x: sum(np.sum(x[:2]) for _ in range(MANY)),
}


@pytest.mark.parametrize("f", quick(len(SUMS) - 1, SUMS.values()), ids=SUMS)
def test_gradients_are_added_up_in_single(f):
    x = np.array([0.5, 1.0, 2.0]) / 2**10
    for transform in grad, lambda f: grad(lambda x: np.sum(grad(lambda x: f(x * x * 0.5))(x))):
        got = transform(f)(x.astype(np.float16))
        assert got.dtype == np.float16
        np.testing.assert_allclose(got, transform(f)(x), rtol=3e-3)


def test_what_several_calls_give_is_added_in_the_dtype_of_the_leaf_as_in_pytorch():
    x = Tensor(np.ones(2, np.float16), requires_grad=True)
    expected = np.zeros(2, np.float16)
    for _ in range(2100):
        np.sum(x * np.array([1.0, 0.1], np.float16)).backward()
        expected += np.array([1.0, 0.1], np.float16)
    assert x.grad.dtype == np.float16
    assert x.grad.tolist() == expected.tolist()
    assert x.grad[0] == 2048
    x.grad = None
    sum(np.sum(x * np.array([1.0, 0.1], np.float16)).astype(np.float32) for _ in range(2100)).backward()
    assert np.allclose(x.grad, [2100, 210], rtol=1e-3)


def test_layer_norm_does_not_overflow():
    x, w = np.array([[300.0, -300, 300, -200], [1.0, 2, 3, 5]]), np.array([1.0, -2, 3, 4])

    def f(x):
        return np.sum(functional.layer_norm(x, 4) * w.astype(x.dtype))

    value, gradient = value_and_grad(f)(x.astype(np.float16))
    expected, expected_gradient = value_and_grad(f)(x)
    assert value.dtype == gradient.dtype == np.float16
    np.testing.assert_allclose(value, expected, rtol=3e-3)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=1e-2, atol=2e-5)
    assert functional.layer_norm(x.astype(np.float16), 4).dtype == np.float16
