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
        (
            lambda: vmap(np.add)(np.ones(3), np.ones(2)),
            r"first axes of one length, 1 or more, .* argument 0 of shape \(3,\), argument 1 of shape \(2,\)",
        ),
        (lambda: vmap(np.tanh)(1.0), r"first axes .* argument 0 of shape \(\)"),
        (lambda: vmap(np.tanh)(np.ones((0, 2))), r"first axes .* argument 0 of shape \(0, 2\)"),
        (lambda: vmap(np.tanh, None)(np.ones(2)), r"an argument by position for which in_axes is 0, got none"),
        (lambda: vmap(np.tanh, 1)(np.ones((2, 2))), r"in_axes to be 0 or None .* got 1\. np\.moveaxis\(x, axis, 0\)"),
        (lambda: vmap(np.add, (0,))(np.ones(2), np.ones(2)), "for each of 2 arguments"),
    ],
)
def test_wrong_calls_say_what_was_expected(call, text):
    with pytest.raises(ValueError, match=f"vmap: expected .*{text}"):
        call()


def add(a, b):
    return a + b


THREE = np.ones(3)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: vmap(add, in_axes=0.0), ValueError, r"in_axes to be 0 or None for each of 2 arguments, got 0\.0"),
        (lambda: vmap(add, in_axes=True), ValueError, "0 or None for each of 2 arguments, got True"),
        (lambda: vmap(add, in_axes={"a": 0}), ValueError, "0 or None for each of 2 arguments, got {'a': 0}"),
        (lambda: vmap(add, in_axes=(0, -1)), ValueError, r"got \(0, -1\)\. np\.moveaxis\(x, axis, 0\)"),
        (lambda: vmap(add, in_axes=(0,)), ValueError, r"each of 2 arguments, got \(0,\)"),
        (lambda: vmap(add, in_axes=None), ValueError, "for which in_axes is 0, got none: nothing says how many calls"),
        (
            lambda: vmap(add, out_axes=1),
            TypeError,
            r"expected vmap\(f, in_axes=0\), got .* out_axes by name.*np\.moveaxis",
        ),
        (lambda: vmap(add, in_dims=0), TypeError, "in_dims by name.* It is called in_axes here"),
        (lambda: vmap(in_axes=0), TypeError, r"missing a required argument: 'f'.*functools\.partial\(vmap"),
        (lambda: lambda a, b: vmap(add)(a), TypeError, r"expected add\(a, b\), got 1 argument by position.* 'b'"),
        (
            lambda: lambda a, b: vmap(add)(a, b, a),
            TypeError,
            r"expected add\(a, b\), got 3 .* too many positional",
        ),
        (lambda: lambda a, b: vmap(add)(a, c=b), TypeError, r"expected add\(a, b\), got 1 .* and c by name"),
        (lambda: lambda a, b: vmap(add)(a=a, b=b), ValueError, "an argument by position for which in_axes is 0"),
        (
            lambda: lambda a, b: vmap(add)(a, None),
            ValueError,
            "expected arrays in argument 1, got none.* in_axes is None",
        ),
        (lambda: lambda a, b: vmap(add)(a, 1.0), ValueError, r"argument 0 of shape \(3,\), argument 1 of shape \(\)\."),
        (lambda: lambda a, b: vmap(add)(a, [1.0]), ValueError, r"argument 1\[0\] of shape \(\).* np\.array\(list\)"),
        (lambda: vmap(lambda a, b: "x"), TypeError, "returns numbers, got <U1 at result"),
        (lambda: vmap(lambda a, b: [a] * round(b)), ValueError, r"got \[0\] from call 0, \[0\], \[1\] from call 1"),
        (
            lambda: vmap(lambda a, b: np.ones(round(b))),
            ValueError,
            r"one shape, got \(1,\) from call 0, \(2,\) from call 1",
        ),
    ],
)
def test_errors_say_what_was_expected(call, error, text):
    with pytest.raises(error, match=f"^vmap: .*{text}"):
        call()(THREE, np.arange(1.0, 4.0))


def test_errors_of_the_function_itself_are_its_own():
    def wrong(a):
        return a + None

    with pytest.raises(TypeError, match="unsupported operand"):
        vmap(wrong)(THREE)
    with pytest.raises(TypeError, match="tanh"):
        vmap(np.tanh)(THREE, THREE, THREE, THREE)


def test_a_number_of_numpy_is_an_axis_too():
    assert vmap(add, in_axes=(np.int64(0), None))(THREE, 1.0).tolist() == [2, 2, 2]
