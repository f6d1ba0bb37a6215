"""Compare minigrad with PyTorch.

A row of a table says the same mathematics twice, in NumPy and in PyTorch, and which arrays go in:

    Row(np.tril, lambda x: np.tril(x, -1), lambda x: torch.tril(x, -1), real(3, 4))

Both must come to the same value, gradients and second order.
"""

import functools
import itertools
import warnings

import numpy as np
import pytest

from minigrad import Tensor, grad, vjp
from minigrad.rules import name_of

torch = pytest.importorskip("torch", reason="PyTorch is missing; install the extra: pip install -e '.[compare]'")
torch.set_num_threads(1)


class Row:
    """One comparison.

    Args:
        function: the NumPy function that it is about.
        ours: the mathematics in NumPy. The result may be one array or several.
        theirs: the mathematics in PyTorch.
        draws: how each argument is drawn; all of them are differentiated.
        second_order: False where PyTorch's own is NaN, or that of the other side of a kink.
    """

    def __init__(self, function, ours, theirs, *draws, second_order=True):
        self.function, self.ours, self.theirs, self.second_order = function, ours, theirs, second_order
        rng = np.random.default_rng(0)
        self.arguments = [draw(rng) for draw in draws]

    def __repr__(self):
        keywords = getattr(self.ours, "keywords", {})
        shapes = [str(x.shape).replace(" ", "") for x in self.arguments]
        return " ".join([name_of(self.function), *shapes, *(f"{name}={value}" for name, value in keywords.items())])


def each(rows):
    """Run a test on each row of a table."""
    return pytest.mark.parametrize("row", rows, ids=repr)


def for_shapes(function, theirs, draws, *choices):
    """A row for each choice of shapes, one shape for each argument."""
    return [
        Row(function, function, theirs, *(draw(*shape) for draw, shape in zip(draws, shapes, strict=True)))
        for shapes in choices
    ]


def for_keywords(function, theirs, *draws, **choices):
    """A row for every combination of the keywords' values. PyTorch's functions know the names axis and keepdims too."""
    return [
        Row(function, functools.partial(function, **keywords), functools.partial(theirs, **keywords), *draws)
        for values in itertools.product(*choices.values())
        for keywords in [dict(zip(choices, values, strict=True))]
    ]


AXES = (None, 0, 1, -1, (0, 2), (-1, 0), (0, 1, 2))


def over_axes(f):
    """f, a function of the last axis, as one of any axis, of several, or of all of them."""

    def over(x, axis, keepdims):
        axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        axes = sorted(a % x.ndim for a in axes)
        y = f(x.movedim(axes, list(range(-len(axes), 0))).flatten(-len(axes)))
        return y.reshape([1 if i in axes else n for i, n in enumerate(x.shape)]) if keepdims else y

    return over


# The arguments are drawn


def drawn(numbers):
    """The numbers for a shape, as a way to draw them: `real(2, 3)` draws an array of shape (2, 3)."""
    return lambda *shape: lambda rng: np.asarray(numbers(rng, shape))


real = drawn(lambda rng, shape: rng.normal(size=shape))
positive = drawn(lambda rng, shape: rng.uniform(0.3, 3.0, size=shape))
within_one = drawn(lambda rng, shape: rng.uniform(-0.9, 0.9, size=shape))
above_one = drawn(lambda rng, shape: rng.uniform(1.2, 3.0, size=shape))
invertible = drawn(lambda rng, shape: rng.normal(size=shape) + 3 * np.eye(shape[-1]))
some_nan = drawn(lambda rng, shape: np.where(np.indices(shape).sum(0) % 3, rng.normal(size=shape), np.nan))


def exactly(*numbers):
    """These numbers, where it matters which they are: ties, kinks and borders."""
    return lambda rng: np.array(numbers, dtype=float)


# The comparisons


def assert_same_derivatives(row):
    """Value, gradients and second order agree to the last digits of float64."""
    assert_same(row, np.float64, row.second_order, rtol=1e-10, atol=1e-12)


def assert_same_in_float32(row):
    """Value and gradients are float32 where PyTorch's are, and agree to the digits that float32 has."""
    assert_same(row, np.float32, second_order=False, rtol=1e-4, atol=1e-5)


def assert_same(row, dtype, second_order, rtol, atol):
    rng = np.random.default_rng(1)
    xs = [x.astype(dtype) for x in row.arguments]
    value = np.asarray(side_by_side(np, row.ours(*xs)))
    v = rng.normal(size=value.shape).astype(value.dtype)
    us = [rng.normal(size=x.shape).astype(dtype) for x in xs]
    ours, theirs = (results(row, xs, v, us, second_order) for results in (in_minigrad, in_pytorch))
    for what, y in theirs.items():
        np.testing.assert_allclose(ours[what], y, rtol, atol, equal_nan=False, strict=True, err_msg=what)
    np.testing.assert_allclose(value, theirs["value"], rtol, atol, strict=True, err_msg="value in NumPy itself")


def in_minigrad(row, xs, v, us, second_order):
    """The value y, ∂<v, y>/∂x for each argument x, and the gradient of <u, that> with respect to v and each x."""

    def f(*xs):
        return side_by_side(np, row.ours(*xs))

    def along_u(v, *xs):
        return sum(np.sum(u * g) for u, g in zip(us, vjp(f, *xs)[1](v), strict=True))

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"(vjp|grad): .* all derivatives are 0")  # as PyTorch's are then
        value, pullback = vjp(f, *xs)
        second = grad(along_u, argnums=range(1 + len(xs)))(v, *xs) if second_order else ()
        return {"value of constants": f(*map(Tensor, xs)).data, **named(value, pullback(v), second)}


def in_pytorch(row, xs, v, us, second_order):
    """The same by torch.autograd."""
    v, *xs = (torch.tensor(x, requires_grad=True) for x in (v, *xs))
    value = side_by_side(torch, row.theirs(*xs))
    first = torch.autograd.grad(value, xs, v, create_graph=True, materialize_grads=True)
    along_u = sum((torch.sum(torch.tensor(u) * g) for u, g in zip(us, first, strict=True)), start=torch.sum(0 * v))
    second = torch.autograd.grad(along_u, (v, *xs), materialize_grads=True) if second_order else ()
    results = {"value of constants": value, **named(value, first, second)}
    return {what: y.numpy(force=True) for what, y in results.items()}


def named(value, first, second):
    return {
        "value": value,
        **{f"gradient of argument {i}": g for i, g in enumerate(first)},
        **{f"second order in {f'argument {i - 1}' if i else 'v'}": g for i, g in enumerate(second)},
    }


def side_by_side(library, result):
    """Several results as one."""
    if isinstance(result, list | tuple):
        return library.concatenate([library.reshape(y, (-1,)) for y in result])
    return result
