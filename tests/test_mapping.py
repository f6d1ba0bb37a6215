"""vmap does for each what the function does for one."""

import numpy as np
import pytest

from minigrad import Tensor, grad, jacobian, nn, vmap
from minigrad.testing import check_gradients


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def test_it_is_the_batched_function():
    x, y, W = normal(4, 3), normal(4, 3, seed=1), normal(3, 2, seed=2)
    assert np.allclose(vmap(np.dot)(x, y), np.sum(x * y, 1))
    assert np.allclose(vmap(lambda W, x: np.tanh(x @ W), in_axes=(None, 0))(W, x), np.tanh(x @ W))
    assert vmap(lambda x: x.astype(np.float32))(x).dtype == np.float32


def test_gradients_go_through_in_both_orders():
    f = vmap(lambda x, W: np.tanh(x @ W), in_axes=(0, None))
    check_gradients(f, normal(3, 2), normal(2, 2, seed=1))


def test_the_gradient_of_every_example():
    loss = lambda w, x, t: np.sum((np.tanh(x @ w) - t) ** 2)
    w, x, t = normal(3), normal(5, 3, seed=1), normal(5, seed=2)
    each = vmap(grad(loss), in_axes=(None, 0, 0))(w, x, t)
    assert each.shape == (5, 3)
    assert np.allclose(each.sum(0), grad(loss)(w, x, t))
    assert np.allclose(jacobian(lambda w: vmap(loss, (None, 0, 0))(w, x, t))(w), each)


def test_containers_go_in_and_out():
    f = lambda p: {"sum": p["a"] + p["b"][0], "pair": (p["a"], None)}
    out = vmap(f)({"a": np.arange(3.0), "b": [np.ones(3)]})
    assert out["sum"].tolist() == [1, 2, 3]
    assert out["pair"][0].tolist() == [0, 1, 2]
    assert out["pair"][1] is None


def test_nested_and_of_modules():
    x = normal(2, 3, 4)
    assert np.allclose(vmap(vmap(np.sum))(x), x.sum(2))
    linear = nn.Linear(4, 2, rng=0)
    y = vmap(linear)(x)
    assert isinstance(y, Tensor)
    np.sum(y).backward()
    expected = np.sum(x, (0, 1))
    assert np.allclose(linear.weight.grad, [expected, expected])


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: vmap(np.add)(np.ones(3), np.ones(2)), r"first axes of one length, 1 or more, .* \[\(3,\), \(2,\)\]"),
        (lambda: vmap(np.tanh)(1.0), r"first axes .* \[\(\)\]"),
        (lambda: vmap(np.tanh)(np.ones((0, 2))), r"first axes .* \[\(0, 2\)\]"),
        (lambda: vmap(np.tanh, None)(np.ones(2)), r"first axes .* \[\]"),
        (lambda: vmap(np.tanh, 1)(np.ones((2, 2))), r"in_axes to be 0 or None .* got 1\. np\.moveaxis\(x, axis, 0\)"),
        (lambda: vmap(np.add, (0,))(np.ones(2), np.ones(2)), "for each of 2 arguments"),
    ],
)
def test_wrong_calls_say_what_was_expected(call, text):
    with pytest.raises(ValueError, match=f"vmap: expected .*{text}"):
        call()
