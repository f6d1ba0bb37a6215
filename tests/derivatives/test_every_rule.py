"""Every rule in the table is the derivative, at first and second order, for all that its function takes.

And what a function gives on Tensors is what NumPy gives on arrays: values, shapes and dtypes. A function of the table
that no test here names fails `test_every_function_is_held`.
"""

import inspect
import math
import operator

import hypothesis.extra.numpy as shapes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import NoDerivativeError, Tensor, functional, grad, hessian, jacobian, recording
from minigrad.derivatives import elementwise, linear_algebra, matrices
from minigrad.derivatives.shapes import join
from minigrad.graph import history
from minigrad.pieces import Piece, scatter_add, sum_of
from minigrad.recording import plain
from minigrad.rules import COMPOSITES, RULES, accepts, name_of
from minigrad.testing import GradientError, check_gradients

from ..conftest import quick, thorough

pytestmark = pytest.mark.twice

seeds = st.integers(0, 10_000)
any_shape = shapes.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
full_shape = shapes.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=3)
two_shapes = shapes.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0, max_side=3)


def mostly_exhaustive(first, *others):
    """Parameters of which the first is for every run and the others are for a thorough one."""
    return [first, *(pytest.param(other, marks=pytest.mark.exhaustive) for other in others)]


def holds(f, *args):
    """The gradients of f are its derivatives, and on Tensors it gives what it gives on arrays, in either precision.

    Derivatives are compared along random directions, and in a thorough run element by element. The Tensors are views
    that are not contiguous, and may not be written to.
    """
    check_gradients(lambda *xs: as_one(f(*xs)), *args, fast=not thorough())
    for dtype in (np.float64, np.float32):
        arrays = [np.asarray(a, dtype) for a in args]
        leaves = [Tensor(np.flip(a), requires_grad=True) for a in arrays]
        views = [np.flip(leaf) for leaf in leaves]
        for view in views:
            view._array.flags.writeable = False
        got, expected = f(*views), f(*arrays)
        assert isinstance(got, Tensor) or type(got) is type(expected)
        for y, array in zip(parts_of(got), map(np.asarray, parts_of(expected)), strict=True):
            assert y.shape == array.shape
            assert y.dtype == array.dtype
            assert dtype == np.float32 or np.allclose(plain(y), array, rtol=1e-12, atol=1e-12, equal_nan=True)
        total = np.sum(as_one(got))
        if isinstance(total, Tensor) and total.requires_grad:
            total.backward()
        assert all(leaf.grad is None or leaf.grad.dtype == dtype for leaf in leaves)


def parts_of(y):
    return y if isinstance(y, list | tuple) else [y]


def as_one(y):
    """All parts of a result in one array, which is what can be differentiated."""
    return np.concatenate([np.reshape(part, -1) for part in y]) if isinstance(y, list | tuple) else y


def real(rng, shape):
    return rng.normal(size=shape)


def positive(rng, shape):
    return rng.uniform(0.3, 3.0, size=shape)


def within_one(rng, shape):
    return rng.uniform(-0.9, 0.9, size=shape)


def above_one(rng, shape):
    return rng.uniform(1.2, 3.0, size=shape)


def between_fifty_four_and_fifty_five(rng, shape):
    return rng.uniform(54, 55, size=shape)


def around_twenty(rng, shape):
    """Whatever above is divided by these, the quotient is far from an integer."""
    return rng.uniform(19.5, 20.5, size=shape)


# Functions of each element

ONE_ARRAY = {
    **dict.fromkeys([np.negative, np.positive, np.square, np.absolute, np.fabs, np.reciprocal, np.cbrt], real),
    **dict.fromkeys(
        [np.exp, np.exp2, np.expm1, np.sin, np.cos, np.sinh, np.cosh, np.tanh, np.arctan, np.arcsinh], real
    ),
    **dict.fromkeys([np.deg2rad, np.rad2deg, np.radians, np.degrees, np.sinc, np.nan_to_num, np.conjugate], real),
    **dict.fromkeys([np.sqrt, np.log, np.log2, np.log10, np.log1p], positive),
    **dict.fromkeys([np.tan, np.arcsin, np.arccos, np.arctanh], within_one),
    np.arccosh: above_one,
    functional.sigmoid: real,
    functional.relu: real,
    recording.alias: real,
}
TWO_ARRAYS = {
    **dict.fromkeys([np.add, np.subtract, np.multiply, np.maximum, np.minimum, np.fmax, np.fmin], (real, real)),
    **dict.fromkeys([np.logaddexp, np.logaddexp2, np.hypot, np.arctan2, np.copysign, np.heaviside], (real, real)),
    np.divide: (real, positive),
    np.divmod: (between_fifty_four_and_fifty_five, around_twenty),
    **dict.fromkeys([np.remainder, np.fmod], (between_fifty_four_and_fifty_five, around_twenty)),
    **dict.fromkeys([np.power, np.float_power], (positive, real)),
    lambda a, b: np.where(np.arange(2).sum() > 0, a, b): (real, real),
}


@pytest.mark.parametrize("f", ONE_ARRAY, ids=lambda f: f.__name__)
@given(shape=any_shape, seed=seeds)
def test_functions_of_each_element(f, shape, seed):
    holds(f, ONE_ARRAY[f](np.random.default_rng(seed), shape))


@pytest.mark.parametrize("f", TWO_ARRAYS, ids=lambda f: f.__name__)
@given(drawn=two_shapes, seed=seeds)
def test_functions_of_two_arrays_broadcast(f, drawn, seed):
    rng = np.random.default_rng(seed)
    a, b = (draw(rng, shape) for draw, shape in zip(TWO_ARRAYS[f], drawn.input_shapes, strict=True))
    holds(f, a, b)


@pytest.mark.parametrize("f", TWO_ARRAYS, ids=lambda f: f.__name__)
@given(shape=any_shape, seed=seeds)
def test_the_same_array_twice(f, shape, seed):
    x = positive(np.random.default_rng(seed), shape)
    if f not in (np.remainder, np.fmod, np.divmod):  # x mod x jumps
        holds(lambda x: f(x, x), x)


@pytest.mark.parametrize("exponent", [-2, -1, 0, 1, 2, 3, 0.5])
@given(shape=any_shape, seed=seeds)
def test_power_of_a_number(exponent, shape, seed):
    x = positive(np.random.default_rng(seed), shape)
    holds(lambda x: x**exponent, x)
    holds(lambda x: exponent**x if exponent > 0 else x, x)


@pytest.mark.parametrize("a", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("b", [0.0, 1.0, 2.0, 3.0])
def test_power_at_whole_exponents(a, b):
    """∂²(aᵇ)/∂a∂b is the same in both orders, and (1 + b log a) aᵇ⁻¹."""
    if a or b > 1:
        mixed = (1 + b * np.log(a)) * a ** (b - 1) if a else 0.0
        assert np.isclose(grad(lambda b: grad(lambda a: a**b)(a))(b), mixed)
        assert np.isclose(grad(lambda a: grad(lambda b: a**b)(b))(a), mixed)
    if a:
        holds(np.power, np.array([a]), np.array([b]))


@given(drawn=two_shapes, seed=seeds)
def test_where_chooses_element_by_element(drawn, seed):
    rng = np.random.default_rng(seed)
    a, b = (real(rng, shape) for shape in drawn.input_shapes)
    condition = rng.random(drawn.result_shape) < 0.5
    holds(lambda a, b: np.where(condition, a * a, b), a, b)


@given(shape=any_shape, seed=seeds)
def test_clip_moves_its_bounds_too(shape, seed):
    rng = np.random.default_rng(seed)
    x, low, high = real(rng, shape), -positive(rng, shape), positive(rng, shape)
    holds(lambda x, low, high: np.clip(x * x * x, low, high), x, low, high)
    holds(lambda x, low, high: np.clip(x, high, low), x, low, high)
    holds(lambda x, low, high: np.clip(x, min=low, max=high), x, low, high)
    holds(lambda x, high: np.clip(x, max=high), x, high)
    holds(lambda x: np.clip(x, None, 0.5), x)


def test_sinc_around_zero():
    check_gradients(np.sinc, np.array([0.0, 1e-4, 1e-3, 0.0099, 0.0101, 0.5]))


@pytest.mark.parametrize("f", [np.fmax, np.fmin])
def test_what_is_chosen_over_a_nan_gets_the_gradient(f):
    assert grad(f, argnums=(0, 1))(np.nan, 1.0) == (0, 1)
    assert grad(f, argnums=(0, 1))(1.0, np.nan) == (1, 0)


@pytest.mark.parametrize("f", [np.maximum, np.minimum])
def test_a_nan_does_not_hide(f):
    assert grad(f)(np.nan, 1.0) == 1


@pytest.mark.parametrize("f", [np.maximum, np.minimum, np.fmax, np.fmin])
def test_equal_arguments_share_the_gradient(f):
    assert grad(f, argnums=(0, 1))(2.0, 2.0) == (0.5, 0.5)


@pytest.mark.parametrize("f", [np.absolute, np.fabs, lambda x: np.copysign(x, -1.0), functional.relu])
def test_flat_at_zero(f):
    assert grad(f)(0.0) == 0


@pytest.mark.parametrize("f", [np.hypot, np.arctan2])
def test_the_origin_is_flat(f):
    assert grad(f, argnums=(0, 1))(0.0, 0.0) == (0, 0)


@pytest.mark.parametrize("f", [np.logaddexp, np.logaddexp2])
def test_two_impossible_things_have_no_gradient(f):
    """log(0 + 0) stays -inf whatever is done a little."""
    assert grad(f, argnums=(0, 1))(-np.inf, -np.inf) == (0, 0)
    assert grad(f, argnums=(0, 1))(-np.inf, 1.0) == (0, 1)


# Reductions


@st.composite
def axes_of(draw, shape):
    """None, one axis or several, counted from the front or from the back."""
    if not shape:
        return None
    chosen = draw(st.sets(st.integers(0, len(shape) - 1)))
    signed = [axis - len(shape) * draw(st.booleans()) for axis in sorted(chosen)]
    return draw(st.sampled_from([None, tuple(signed), *signed[:1]]))


REDUCTIONS = [np.sum, np.mean, np.max, np.min, np.amax, np.amin, np.ptp, np.var, np.std, np.prod, np.median, np.average]
WITHOUT_NANS = [np.nansum, np.nanprod, np.nanmax, np.nanmin, np.nanmean, np.nanvar, np.nanstd]


@pytest.mark.parametrize("f", [*REDUCTIONS, *WITHOUT_NANS], ids=lambda f: f.__name__)
@given(data=st.data(), shape=full_shape, keepdims=st.booleans(), seed=seeds)
def test_reductions(f, data, shape, keepdims, seed):
    axis = data.draw(axes_of(shape))
    holds(lambda x: f(x, axis=axis, keepdims=keepdims), real(np.random.default_rng(seed), shape))


@pytest.mark.parametrize("f", WITHOUT_NANS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("axis", [None, 0, -1])
def test_nans_are_left_out_and_get_no_gradient(f, axis):
    x = real(np.random.default_rng(0), (3, 4))
    nan = np.arange(12).reshape(3, 4) % 5 == 1
    holds(lambda x: f(np.where(nan, np.nan, x), axis=axis), x)
    assert np.all(grad(lambda x: np.sum(f(x, axis=axis)))(np.where(nan, np.nan, x))[nan] == 0)


@pytest.mark.parametrize("f", [np.max, np.median, lambda x: np.quantile(x, 0.3)])
def test_a_nan_is_where_nan_comes_from(f):
    assert np.isnan(f(Tensor([1.0, np.nan, 3.0])).item())
    assert grad(f)(np.array([1.0, np.nan, 3.0])).tolist() == [0, 1, 0]


@pytest.mark.parametrize("f", [np.sum, np.mean, np.prod, np.var, np.std, np.max, np.min], ids=lambda f: f.__name__)
@pytest.mark.parametrize("keepdims", [False, True])
def test_reductions_of_chosen_elements(f, keepdims):
    x = real(np.random.default_rng(0), (3, 4))
    chosen = np.arange(12).reshape(3, 4) % 3 != 1
    start = {np.max: {"initial": -9.0}, np.min: {"initial": 9.0}}.get(f, {})
    holds(lambda x: f(x, axis=-1, keepdims=keepdims, where=chosen, **start), x)
    holds(lambda x: f(x, where=chosen[0], **start), x)


def test_weights_have_the_order_of_the_axes():
    rng = np.random.default_rng(0)
    for axis, shape in [((1, 0), (3, 2)), ((-1, 0), (4, 2)), ((2, 0, 1), (4, 2, 3))]:
        holds(lambda x, w: np.average(x, axis=axis, weights=w), real(rng, (2, 3, 4)), positive(rng, shape))  # noqa: B023


@given(shape=full_shape, seed=seeds)
def test_weights_and_degrees_of_freedom(shape, seed):
    rng = np.random.default_rng(seed)
    x, weights = real(rng, (*shape, 3)), positive(rng, (*shape, 3))
    holds(lambda x, w: np.average(x, axis=-1, weights=w), x, weights)
    holds(lambda x, w: np.average(x, axis=-1, weights=w, returned=True), x, weights)
    holds(lambda x, w: np.average(x, axis=-1, weights=w), x, weights[(0,) * len(shape)])
    holds(lambda x: np.var(x, axis=-1, ddof=1), x)
    holds(lambda x: np.std(x, axis=-1, correction=1), x)


@pytest.mark.parametrize("q", [0.0, 0.3, 1.0, [0.25, 0.5], np.array([[0.1], [0.9]])], ids=repr)
@pytest.mark.parametrize("keepdims", mostly_exhaustive(False, True))
@pytest.mark.parametrize("axis", [None, *mostly_exhaustive((0, -1), 0, -1)])
def test_quantiles(q, axis, keepdims):
    x = real(np.random.default_rng(0), (3, 2, 2))
    holds(lambda x: np.quantile(x, q, axis=axis, keepdims=keepdims), x)
    holds(lambda x: np.percentile(x, np.multiply(q, 100), axis=axis, keepdims=keepdims), x)


@pytest.mark.parametrize("method", ["lower", "higher", "nearest", "midpoint"])
@pytest.mark.parametrize("q", mostly_exhaustive([0.1, 0.9], 0.0, 0.25, 0.5, 0.3, 0.75), ids=repr)
def test_quantiles_that_choose(method, q):
    x = real(np.random.default_rng(0), (3, 7))
    holds(lambda x: np.quantile(x, q, axis=1, method=method), x)
    holds(lambda x: np.percentile(x, np.multiply(q, 100), method=method), x)


def test_quantiles_may_be_differentiated_by_where_they_are():
    holds(np.quantile, real(np.random.default_rng(0), (7, 3)), np.array([0.13, 0.42]))


@pytest.mark.parametrize("q", [-0.1, 1.5, [0.5, np.nan]])
def test_quantiles_are_from_0_to_1(q):
    with pytest.raises(ValueError, match=r"np.quantile: expected q from 0 to 1"):
        np.quantile(Tensor([1.0, 2.0, 3.0], requires_grad=True), q)


def test_products_of_zeros():
    for x in (np.array([2.0, 0.0, 3.0]), np.array([0.0, 0.0, 3.0]), np.zeros(3)):
        holds(np.prod, x)
        holds(np.cumprod, x)


def test_products_that_come_near_to_0_or_to_infinity():
    huge = np.array([1e300, 1e-200, 1e-200, 1e100])  # of which 1e-200 * 1e-200 is 0
    assert np.cumprod(Tensor(huge, requires_grad=True)).tolist() == np.cumprod(huge).tolist()
    slopes = grad(lambda x: np.cumprod(x)[-1])(huge)
    np.testing.assert_allclose(slopes, [1e-300, 1e200, 1e200, 1e-100], rtol=1e-12)
    np.testing.assert_allclose(grad(np.prod)(huge), slopes, rtol=1e-12)
    for f in (np.prod, lambda x: np.cumprod(x)[-1]):
        tiny = grad(f)(np.array([1e-200, 1e-200, 1e100]))  # the product of the first two is 0
        np.testing.assert_allclose(tiny, [1e-100, 1e-100, 0.0], rtol=1e-12)
        vanished = grad(f)(np.array([1e-200, 1e-300]))  # the product is 0
        assert vanished.tolist() == [1e-300, 1e-200]
        with np.errstate(over="ignore"):
            overflown = grad(f)(np.array([1e200, 1e300]))  # the product is infinite
        assert overflown.tolist() == [1e300, 1e200]


RUNNING = [np.cumsum, np.cumprod, np.nancumsum, np.nancumprod, np.cumulative_sum, np.cumulative_prod]


@pytest.mark.parametrize("f", RUNNING, ids=lambda f: f.__name__)
@given(data=st.data(), shape=full_shape, seed=seeds)
def test_running_sums_and_products(f, data, shape, seed):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    x = real(np.random.default_rng(seed), shape)
    holds(lambda x: f(x, axis=axis), x)
    if f in (np.cumulative_sum, np.cumulative_prod):
        holds(lambda x: f(x, axis=axis, include_initial=True), x)
    else:
        holds(f, x)


@given(data=st.data(), shape=any_shape, seed=seeds)
def test_reductions_over_empty_axes(data, shape, seed):
    axis = data.draw(axes_of(shape))
    x = real(np.random.default_rng(seed), shape)
    holds(lambda x: np.sum(x * x, axis), x)
    holds(lambda x: np.prod(x, axis), x)
    holds(lambda x: np.nansum(x, axis), x)


# Shapes and indexing


@pytest.mark.parametrize("f", [lambda x: np.tile(x, 1), lambda x: np.tile(x, (1, 1)), lambda x: np.repeat(x, 1)])
def test_what_is_repeated_once_is_a_copy(f):
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = f(x)
    y += 1.0
    assert (x.tolist(), np.ravel(y).tolist()) == ([1.0, 2.0], [2.0, 3.0])
    np.sum(x * y).backward()
    assert x.grad.tolist() == [3.0, 5.0]


@given(data=st.data(), shape=full_shape, seed=seeds)
def test_sort_and_diff(data, shape, seed):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    x = real(np.random.default_rng(seed), shape)
    order = np.argsort(x, axis=axis)
    holds(lambda x: np.sort(x, axis=axis, stable=True), x)
    holds(lambda x: np.sort(x, axis=None), x)
    holds(lambda x: np.partition(x, shape[axis] - 1, axis=axis), x)
    holds(lambda x: np.diff(x, n=seed % 3, axis=axis), x)
    holds(lambda x: np.diff(x, axis=axis, prepend=0.0, append=x), x)
    holds(lambda x: np.take_along_axis(x * x, order, axis=axis), x)
    holds(lambda x: np.take_along_axis(x, np.array([0, 0, x.size - 1]), axis=None), x)
    holds(lambda x: np.compress([True] * min(2, shape[axis]), x, axis=axis), x)


@pytest.mark.parametrize("decimals", [1, 16])
def test_a_quantile_is_of_the_element_that_sorting_puts_there(decimals):
    x = np.round(np.random.default_rng(0).normal(size=(3, 1001)), decimals)
    order = np.argsort(x, axis=1, kind="stable")
    for q, place in ((0.5, 500), (0.1, 100), (1.0, 1000)):
        expected = np.zeros(x.shape)
        np.put_along_axis(expected, order[:, [place]], 1.0, axis=1)
        assert np.array_equal(grad(lambda x, q=q: np.sum(np.quantile(x, q, axis=1)))(x), expected)
        assert np.array_equal(np.quantile(Tensor(x), q, axis=1).data, np.quantile(x, q, axis=1))


@given(data=st.data(), shape=full_shape, seed=seeds)
def test_shapes(data, shape, seed):
    x = real(np.random.default_rng(seed), shape)
    order = tuple(axis - len(shape) * (seed % 2) for axis in data.draw(st.permutations(range(len(shape)))))
    first, second = order[0], order[-1]
    holds(lambda x: np.transpose(x * x, order), x)
    holds(lambda x: np.transpose(x * x), x)
    holds(lambda x: np.swapaxes(x * x, first, second), x)
    holds(lambda x: np.reshape(x * x, -1), x)
    holds(lambda x: np.expand_dims(x * x, first), x)
    holds(lambda x: np.squeeze(np.expand_dims(x * x, first), first), x)
    holds(lambda x: np.squeeze(x * x), x)
    holds(lambda x: np.broadcast_to(x * x, (2, *shape)), x)
    holds(lambda x: np.broadcast_arrays(x * x, np.ones((2, *shape), x.dtype)), x)
    holds(lambda x: np.moveaxis(x * x, first, second), x)
    holds(lambda x: np.rollaxis(x * x, first), x)
    holds(lambda x: np.ravel(x * x, order="F"), x)
    holds(lambda x: np.flip(x * x, first), x)
    holds(lambda x: np.flip(x * x), x)
    holds(lambda x: np.roll(x * x, seed, first), x)
    holds(lambda x: np.roll(x * x, 2), x)


@given(data=st.data(), shape=full_shape, seed=seeds)
def test_joining_and_splitting(data, shape, seed):
    rng = np.random.default_rng(seed)
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    longer = list(shape)
    longer[axis] = data.draw(st.integers(0, 3))
    a, b = real(rng, shape), real(rng, longer)
    holds(lambda a, b: np.concatenate([a, b * b, a], axis=axis), a, b)
    holds(lambda a, b: np.concatenate([a, b * b], axis=None), a, b)
    holds(lambda a: np.stack([a, a * a], axis=axis), a)
    holds(lambda a: np.split(a * a, shape[axis], axis=axis), a)
    cut = data.draw(st.integers(0, shape[axis]))
    holds(lambda a: np.split(a * a, [cut], axis=axis), a)
    holds(lambda a: np.array_split(a * a, 2, axis=axis), a)


@pytest.mark.parametrize(
    "index",
    [
        0,
        -1,
        np.int64(1),
        slice(None, None, -1),
        slice(1, 1),
        ...,
        None,
        (0, 1),
        (slice(None), 0),
        (..., None, 1),
        True,
        [0, 0, 2],
        np.array([[0, 1], [1, 1]]),
        ([0, 0, 1], [1, 1, 2]),
        ([0, 0], slice(None), [1, 1]),
        (0, [2, 2]),
        (slice(None), np.array([True, False, True])),
        np.arange(27).reshape(3, 3, 3) % 2 == 0,
        np.zeros(3, bool),
    ],
    ids=repr,
)
def test_indexing(index):
    holds(lambda x: (x * x)[index], real(np.random.default_rng(0), (3, 3, 3)))


@given(data=st.data(), shape=full_shape, seed=seeds)
def test_take(data, shape, seed):
    rng = np.random.default_rng(seed)
    axis = data.draw(st.sampled_from([None, *range(-len(shape), len(shape))]))
    x = real(rng, shape)
    size = x.size if axis is None else shape[axis]
    ids = rng.integers(-size, size, size=data.draw(any_shape))
    holds(lambda x: np.take(x * x, ids, axis), x)
    holds(lambda x: np.take(x, ids * 3, axis, mode=["wrap", "clip"][seed % 2]), x)


def test_scatter_add_is_linear():
    check_gradients(lambda v: sum_of([Piece(v * v, [0, 0, 2], (4,))]), real(np.random.default_rng(0), (3,)))


def test_changing_the_dtype_keeps_the_gradient():
    x = np.array([0.5, 2.0])
    check_gradients(lambda x: recording.cast(x * x, np.result_type(x.dtype, np.float64)), x)
    check_gradients(lambda x: np.astype(x * x, np.result_type(x.dtype, np.float64)), x)
    assert grad(lambda x: np.sum(np.astype(x, np.float64) ** 2))(x.astype(np.float32)).dtype == np.float32
    assert not isinstance(np.astype(Tensor(x, requires_grad=True), int), Tensor)  # integers are constants


# Products


@given(data=st.data(), seed=seeds)
def test_matmul_in_all_its_cases(data, seed):
    drawn = data.draw(
        shapes.mutually_broadcastable_shapes(signature="(n?,k),(k,m?)->(n?,m?)", max_dims=2, min_side=0, max_side=3)
    )
    rng = np.random.default_rng(seed)
    a, b = (real(rng, shape) for shape in drawn.input_shapes)
    holds(lambda a, b: a @ b, a, b)


@pytest.mark.parametrize("shapes", [((2, 3, 0), (0, 4)), ((0, 3, 2), (2, 0)), ((2, 0, 3), (3, 2))])
def test_matmul_of_nothing(shapes):
    holds(lambda a, b: a @ b, *(np.ones(shape) for shape in shapes))


def test_matmul_of_an_array_with_itself():
    holds(lambda x: x @ x @ x, real(np.random.default_rng(0), (3, 3)))


def test_tensordot_of_shapes_that_do_not_match_is_refused():
    with pytest.raises(ValueError, match="do not match"):
        np.tensordot(Tensor(np.ones((2, 3)), requires_grad=True), np.ones((3, 2)), ([0, 1], [0, 1]))


EINSUMS = [
    ("ij,jk->ik", [(2, 3), (3, 4)]),
    ("ij,jk", [(2, 3), (3, 4)]),
    ("ba,cb", [(2, 3), (4, 2)]),
    ("ij->", [(2, 3)]),
    ("ij->ji", [(2, 3)]),
    ("ij->j", [(2, 3)]),
    ("ii", [(3, 3)]),
    ("ii->i", [(3, 3)]),
    ("iij,j->i", [(2, 2, 3), (3,)]),
    ("iii->i", [(2, 2, 2)]),
    ("ij,k->j", [(2, 3), (4,)]),
    ("i,j,k->kij", [(2,), (3,), (4,)]),
    ("tnd,tnh->dh", [(2, 3, 4), (2, 3, 2)]),
    ("...ij,jk->...ik", [(5, 2, 3), (3, 4)]),
    ("...ij,...jk->...ik", [(5, 2, 3), (1, 3, 4)]),
    ("...ij,...jk", [(5, 2, 3), (3, 4)]),
    ("i...,i...->...", [(2, 3), (2, 3)]),
    (" i j , j -> i ", [(2, 3), (3,)]),
    ("ij,jk->ik", [(0, 3), (3, 2)]),
    ("ij,jk->ik", [(2, 0), (0, 2)]),
    ("ij,ij->i", [(1, 3), (2, 3)]),
]


@pytest.mark.parametrize(("subscripts", "operand_shapes"), EINSUMS)
def test_einsum(subscripts, operand_shapes):
    rng = np.random.default_rng(0)
    holds(lambda *operands: np.einsum(subscripts, *operands), *(real(rng, s) for s in operand_shapes))


@pytest.mark.parametrize(("subscripts", "operand_shapes"), EINSUMS)
def test_einsum_with_labels_in_lists(subscripts, operand_shapes):
    def labels(part):
        return [Ellipsis if c == "." else ord(c) - ord("a") for c in part.replace("...", ".")]

    left, arrow, right = subscripts.replace(" ", "").partition("->")
    output = [labels(right)] if arrow else []
    inputs = [labels(part) for part in left.split(",")]

    def f(*operands):
        return np.einsum(*(x for pair in zip(operands, inputs, strict=True) for x in pair), *output)

    rng = np.random.default_rng(0)
    holds(f, *(real(rng, s) for s in operand_shapes))


PAIRS = [
    *EINSUMS,
    ("ij,jk,kl->il", [(2, 3), (3, 4), (4, 2)]),
    ("ij,jk,kl", [(2, 3), (3, 4), (4, 2)]),
    ("i,ij,j->", [(2,), (2, 3), (3,)]),
    ("bi,bij,bj->b", [(2, 3), (2, 3, 4), (2, 4)]),
    ("iij,jk,kkl->il", [(2, 2, 3), (3, 2), (2, 2, 3)]),
    ("ij,ik,jl->i", [(2, 1), (2, 3), (4, 2)]),
    ("...i,i...,ij->...j", [(2, 3), (3, 2), (3, 2)]),
    ("i,j,k,l->li", [(2,), (3,), (2,), (3,)]),
]


@pytest.mark.parametrize("optimize", quick(1, [True, "optimal", (("greedy", 3),)]))
@pytest.mark.parametrize(("subscripts", "operand_shapes"), PAIRS)
def test_einsum_two_at_a_time(subscripts, operand_shapes, optimize, monkeypatch):
    monkeypatch.setattr(linear_algebra, "FEW", 0)
    rng = np.random.default_rng(0)
    holds(
        lambda *operands: np.einsum(subscripts, *operands, optimize=optimize), *(real(rng, s) for s in operand_shapes)
    )


def multiplications(y):
    """The number of multiplications that the recorded einsums and products take."""
    total = 0
    for t in history([y]):
        if t.origin and t.origin.function is np.einsum:
            subscripts, *arrays = t.origin.values
            labels = subscripts.partition("->")[0].split(",")
            lengths = {c: n for part, x in zip(labels, arrays, strict=True) for c, n in zip(part, x.shape, strict=True)}
            total += math.prod(lengths.values())
        elif t.origin and t.origin.function is np.matmul:
            total += t.size * t.origin.values[0].shape[-1]
    return total


@pytest.mark.parametrize("optimize", [False, True, "optimal", ["einsum_path", (0, 1), (0, 1)]])
def test_einsum_of_several_goes_a_short_way(optimize):
    a, b, c = (Tensor(np.ones(shape), requires_grad=True) for shape in ((20, 20), (20, 20), (20, 20)))
    assert multiplications(np.einsum("ij,jk,kl->il", a, b, c, optimize=optimize)) == 2 * 20**3


@pytest.mark.parametrize("subscripts", ["bi,ijk,bj->bk", "bi,bj,ijk->b", "bi,bj,bk->ijk"])
def test_einsum_multiplies_two_at_a_time_although_their_product_is_large(subscripts):
    lengths = dict(b=100, i=10, j=10, k=10)
    shapes = [[lengths[i] for i in labels] for labels in subscripts.partition("->")[0].split(",")]
    y = np.einsum(subscripts, *(Tensor(np.ones(shape), requires_grad=True) for shape in shapes))
    calls = [t.origin for t in history([y]) if t.origin and t.origin.function is np.einsum]
    assert max(len(call.operands) for call in calls) == 3  # the subscripts, and two


def test_einsum_sums_first_what_only_one_has():
    a, b = (Tensor(np.ones((30, 30)), requires_grad=True) for _ in "ab")
    assert multiplications(np.einsum("ij,kl->ik", a, b)) == 3 * 30**2


def test_einsum_goes_the_way_that_somebody_says():
    a, b, c = (Tensor(np.ones(shape), requires_grad=True) for shape in ((2, 3), (3, 4), (4, 5)))
    assert multiplications(np.einsum("ij,jk,kl->il", a, b, c, optimize=["einsum_path", (1, 2), (0, 1)])) == 60 + 30


def test_multi_dot_goes_the_shortest_way():
    shapes = [(10, 1), (1, 10), (10, 1), (1, 10)]
    y = np.linalg.multi_dot([Tensor(np.ones(s), requires_grad=True) for s in shapes])
    assert multiplications(y) == 10 + 10 + 100


def test_einsum_of_an_array_with_itself():
    holds(lambda x: np.einsum("ij,kj,ki->k", x, x, x @ x), real(np.random.default_rng(0), (3, 3)))


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("ord", [None, 1, 2, 3, 0.5, np.inf, -np.inf, -1, 0])
def test_norms_of_vectors(ord, keepdims):
    x = real(np.random.default_rng(0), (2, 3))
    holds(lambda x: np.linalg.norm(x, ord, axis=1, keepdims=keepdims), x)
    holds(lambda x: np.linalg.norm(x[0], ord, keepdims=keepdims), x)
    holds(lambda x: np.linalg.vector_norm(x, ord=2 if ord is None else ord, keepdims=keepdims), x)


@pytest.mark.parametrize("keepdims", mostly_exhaustive(True, False))
@pytest.mark.parametrize("ord", ["fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf])
def test_norms_of_matrices(ord, keepdims):
    x = real(np.random.default_rng(0), (2, 3, 4))
    holds(lambda x: np.linalg.norm(x, ord, axis=(0, 2), keepdims=keepdims), x)
    holds(lambda x: np.linalg.norm(x, ord, axis=(-1, 0), keepdims=keepdims), x)
    holds(lambda x: np.linalg.matrix_norm(x, ord=ord, keepdims=keepdims), x)
    holds(lambda x: np.linalg.norm(x, keepdims=keepdims), x)


@pytest.mark.parametrize("ord", [None, 1, 2, 3, 0.5, np.inf])
def test_a_norm_of_zero_is_flat(ord):
    assert grad(lambda x: np.linalg.norm(x, ord))(np.zeros(3)).tolist() == [0, 0, 0]
    assert np.isfinite(grad(lambda x: np.linalg.norm(x, ord))(np.array([0.0, 1.0, 2.0]))).all()


@pytest.mark.parametrize("ord", [-1, -2, -0.5, -3])
@pytest.mark.parametrize("keepdims", [False, True])
def test_a_norm_of_negative_order_is_0_and_flat_where_an_element_is(ord, keepdims):
    """Σ|x|ᵖ grows without bound there, so its 1/p-th power goes to 0: along all other elements it stays."""
    x = np.array([[0.0, 1.0, -2.0], [0.0, 0.0, 3.0], [1.0, -2.0, 0.5], [np.nan, 0.0, 1.0]])

    def norms(x):
        return np.linalg.vector_norm(x, axis=1, keepdims=keepdims, ord=ord)

    with np.errstate(divide="ignore"):
        expected = norms(x)
    slope = grad(lambda x: np.sum(norms(x)[:3]))(x)
    np.testing.assert_allclose(norms(Tensor(x, requires_grad=True)).data, expected, rtol=1e-14)
    assert not slope[:2].any()
    np.testing.assert_allclose(
        slope[2], (np.abs(x[2]) / np.ravel(expected)[2]) ** (ord - 1) * np.sign(x[2]), rtol=1e-12
    )
    second = grad(lambda x: np.sum(grad(lambda x: np.sum(norms(x)[:2]))(x) ** 2))(x)
    assert not second[:2].any()
    with (
        pytest.raises(GradientError, match="f has no derivative with respect to argument 0"),
        np.errstate(divide="ignore"),
    ):
        check_gradients(norms, x[:1])
    with (
        pytest.raises(GradientError, match="f has no derivative with respect to argument 0"),
        np.errstate(divide="ignore"),
    ):
        check_gradients(norms, x[1:2])


def test_no_spread_is_flat():
    assert grad(np.std)(np.zeros(3)).tolist() == [0, 0, 0]


# Every other function, with what its own arguments can be

R = np.random.default_rng(0).normal


def invertible(*shape):
    return R(size=shape) + 3 * np.eye(shape[-1])


def symmetric(x):
    return x + np.swapaxes(x, -1, -2)


def definite(x):
    return x @ np.swapaxes(x, -1, -2)


X = R(size=(2, 3, 3))
M = invertible(3, 3)
MATRICES = invertible(1, 1), M, invertible(2, 3, 3)
OBLONG = R(size=(3, 3)), R(size=(4, 2)), R(size=(2, 4)), R(size=(2, 3, 2)), R(size=(1, 3))
NOTHING = R(size=(0, 3))
POINTS = np.array([0.5, 1.0, 2.5, 3.0])

CALLS = {
    # elements
    np.real: [(np.real, X)],
    np.imag: [(lambda x: x * np.imag(x), X)],
    np.angle: [(lambda x: x + np.angle(x, deg=True), X)],
    np.real_if_close: [(np.real_if_close, X)],
    np.copy: [(np.copy, X), (lambda x: np.copy(x, order="F"), X)],
    np.astype: [(lambda x: np.astype(x, np.result_type(x)), X)],
    np.ldexp: [(lambda x: np.ldexp(x, np.array([-1, 0, 3])), X)],
    np.modf: [(np.modf, X)],
    np.select: [
        (lambda x: np.select([x > 1, x > 0], [x * x, 2 * x], -x), X),
        (lambda x: np.select([x[0] > 1, x > 0], [x, 0.5]), X),
    ],
    # shapes
    np.fliplr: [(np.fliplr, X)],
    np.flipud: [(np.flipud, X)],
    np.rot90: [(lambda x: np.rot90(x, 3, (0, 2)), X), (lambda x: np.rot90(m=x), X)],
    np.tile: [(lambda x: np.tile(x, (2, 1, 2)), X), (lambda x: np.tile(reps=0, A=x), X)],
    np.repeat: [(lambda x: np.repeat(x, [1, 0, 2], axis=1), X), (lambda x: np.repeat(x, 2), X)],
    np.resize: [(lambda x: np.resize(x, (5, 7)), X)],
    np.delete: [(lambda x: np.delete(x, 1, axis=1), X), (lambda x: np.delete(x, [0, -1]), X)],
    np.diag: [(lambda x: np.diag(np.diag(x[0], 1)), X), (lambda x: np.diag(x[0], -1), X)],
    np.diagonal: [(lambda x: np.diagonal(x, 1, 1, 2), X), (lambda x: np.diagonal(x, axis1=-1, axis2=0), X)],
    np.linalg.diagonal: [(lambda x: np.linalg.diagonal(x, offset=-1), X)],
    np.diagflat: [(lambda x: np.diagflat(x[0], 1), X)],
    np.tril: [(lambda x: np.tril(x, -1), X), (np.tril, NOTHING)],
    np.triu: [(lambda x: np.triu(x, 1), X), (np.triu, R(size=(1, 1)))],
    np.array_split: [(lambda x: np.array_split(x, 2, axis=-1), X), (lambda x: np.array_split(x, [1, 1]), X)],
    np.hsplit: [(lambda x: np.hsplit(x, 3), X)],
    np.vsplit: [(lambda x: np.vsplit(x, 2), X)],
    np.dsplit: [(lambda x: np.dsplit(x, [1]), X)],
    np.unstack: [(lambda x: np.unstack(x, axis=1), X)],
    np.atleast_1d: [(lambda x: np.atleast_1d(np.sum(x), x), X)],
    np.atleast_2d: [(lambda x: np.atleast_2d(x[0, 0]), X), (lambda x: np.atleast_2d(x, x[0, 0, 0]), X)],
    np.atleast_3d: [(lambda x: np.atleast_3d(x[0]), X)],
    np.matrix_transpose: [(np.matrix_transpose, X)],
    np.linalg.matrix_transpose: [(np.linalg.matrix_transpose, X)],
    np.pad: [
        (lambda x: np.pad(x, ((0, 0), (1, 2), (2, 0))), X),
        (lambda x: np.pad(x, 1, constant_values=3.0) ** 2, X),
        (lambda x: np.pad(x[0], ((1, 2), (0, 1)), constant_values=((1, 2), (3, 4))), X),
        *((lambda x, mode=mode: np.pad(x, 2, mode=mode), X) for mode in ("edge", "reflect", "symmetric", "wrap")),
    ],
    np.vstack: [(lambda x: np.vstack([x, x * x]), X), (np.vstack, X)],
    np.hstack: [(lambda x: np.hstack((x, x[:, :1])), X)],
    np.dstack: [(lambda x: np.dstack([x[..., 0], np.sum(x, -1)]), X)],
    np.column_stack: [(lambda x: np.column_stack([x[0, 0], x[0]]), X)],
    np.block: [(lambda x: np.block([[x[0], x[1]], [x[0, 0], x[1, 1]]]), X)],
    np.append: [(lambda x: np.append(x, x * x), X), (lambda x: np.append(x, x, axis=-1), X)],
    np.insert: [
        (lambda x, v: np.insert(x, 1, v, axis=1), X, R(size=3)),
        (lambda x, v: np.insert(x, [0, 3], v), X, R(size=2)),
        (lambda x: np.insert(x, 0, 5.0, axis=-1), X),
    ],
    np.choose: [(lambda x: np.choose([0, 1, 0], [x[0], x[1]]), X)],
    np.meshgrid: [
        (lambda a, b: np.meshgrid(a, b), R(size=2), R(size=3)),
        (lambda a, b, c: np.meshgrid(a, b, c, indexing="ij", sparse=True), R(size=2), R(size=3), R(size=1)),
    ],
    np.apply_along_axis: [
        (lambda x: np.apply_along_axis(np.cumsum, 1, x), X),
        (lambda x: np.apply_along_axis(np.sum, -1, x), X),
        (lambda x: np.apply_along_axis(lambda row: np.outer(row, row), 0, x), X),
    ],
    np.full_like: [
        (lambda x: np.full_like(x, np.sum(x)) * x, X),
        (lambda x: np.full_like(x, 5.0) * x, X),
        (lambda x: np.full_like(x, x[0, 0]), X),
    ],
    np.extract: [(lambda x: np.extract(np.arange(18).reshape(2, 3, 3) % 4 == 0, x), X)],
    # statistics
    np.cov: [
        (np.cov, R(size=(3, 4))),
        (np.cov, R(size=4)),
        (lambda x, y: np.cov(x, y, rowvar=False, bias=True), R(size=(4, 2)), R(size=(4, 3))),
        (lambda x, y: np.cov(x, y, ddof=2), R(size=(2, 4)), R(size=4)),
        (lambda x, w: np.cov(x, fweights=[1, 2, 0, 1], aweights=w * w), R(size=(3, 4)), R(size=4)),
    ],
    np.corrcoef: [
        (np.corrcoef, R(size=(3, 4))),
        (lambda x, y: np.corrcoef(x, y, rowvar=False), R(size=(4, 2)), R(size=4)),
        (lambda x: x * np.corrcoef(x), R(size=4)),
    ],
    # calculus
    np.ediff1d: [(np.ediff1d, X), (lambda x: np.ediff1d(x, to_begin=0.5, to_end=x[0, 0]), X)],
    np.gradient: [
        (np.gradient, X),
        (lambda x: np.gradient(x, axis=-1), X),
        (lambda x: np.gradient(x, 0.5, axis=(1, 0)), X),
        (lambda x: np.gradient(x, 0.5, 2.0, axis=(1, -1), edge_order=2), X),
        (lambda x, h: np.gradient(x, np.cumsum(h * h), axis=0, edge_order=2), R(size=(4, 2)), R(size=4)),
        (lambda x, h: np.gradient(x, h), R(size=4), np.array(0.5)),
    ],
    np.trapezoid: [
        (np.trapezoid, X),
        (lambda y: np.trapezoid(y, dx=0.5, axis=0), X),
        (lambda y, x: np.trapezoid(y, x, axis=1), X, R(size=3)),
        (lambda y, x: np.trapezoid(y, x, axis=1), X, R(size=(2, 3, 3))),
    ],
    np.linspace: [
        (np.linspace, R(), R()),
        (lambda a, b: np.linspace(a, b, 4, endpoint=False, axis=-1), R(size=(2, 1)), R(size=3)),
        (lambda a: np.linspace(a, 1.0, 3, retstep=True), R(size=2)),
        (lambda a: np.linspace(0.0, a, 1), R()),
        (lambda a: np.linspace(a, a, 0), R()),
    ],
    np.interp: [
        (lambda x, y: np.interp(x, [0.0, 1.0, 2.5], y), R(size=(2, 3)), R(size=3)),
        (lambda x, p, y: np.interp(x, np.cumsum(p * p), y, left=-1.0, right=2.0), R(size=5), R(size=3), R(size=3)),
    ],
    np.polyval: [(np.polyval, R(size=3), X), (lambda x: np.polyval([1.0, 0.0, 2.0], x), X)],
    np.vander: [(np.vander, R(size=3)), (lambda x: np.vander(x, 4, increasing=True), R(size=3))],
    np.convolve: [
        (lambda a, v, mode=mode: np.convolve(a, v, mode), R(size=n), R(size=m))
        for mode in ("full", "same", "valid")
        for n, m in [(5, 3), (4, 4), (2, 5), (3, 1), (1, 4)]
    ],
    np.correlate: [
        (lambda a, v, mode=mode: np.correlate(a, v, mode), R(size=n), R(size=m))
        for mode in ("full", "same", "valid")
        for n, m in [(5, 3), (4, 4), (2, 5), (3, 6), (3, 1), (1, 4)]
    ],
    # products
    np.dot: [
        (np.dot, R(size=a), R(size=b))
        for a, b in [(3, 3), ((2, 3), 3), ((2, 3), (3, 4)), ((2, 2, 3), (4, 3, 2)), ((), (2, 3)), (2, ()), ((2, 0), 0)]
    ],
    np.inner: [(np.inner, R(size=a), R(size=b)) for a, b in [(3, 3), ((2, 3), (4, 3)), ((), 2)]],
    np.vdot: [(np.vdot, R(size=3), R(size=3)), (np.vdot, R(size=(2, 3)), R(size=(3, 2)))],
    np.vecdot: [(np.vecdot, R(size=a), R(size=b)) for a, b in [(3, 3), ((2, 3), 3), ((2, 1, 3), (4, 3))]],
    np.linalg.vecdot: [(lambda a, b: np.linalg.vecdot(a, b, axis=0), R(size=(2, 3)), R(size=(2, 3)))],
    np.outer: [(np.outer, R(size=3), R(size=2)), (np.outer, X, R(size=(2, 1)))],
    np.linalg.outer: [(np.linalg.outer, R(size=3), R(size=2))],
    np.tensordot: [
        (np.tensordot, R(size=(2, 3, 4)), R(size=(3, 4, 5))),
        (np.tensordot, R(size=(3, 4)), R(size=(3, 4))),
        (lambda a, b: np.tensordot(a, b, ([0, -1], [1, 0])), R(size=(2, 3, 4)), R(size=(4, 2))),
        (lambda a, b: np.tensordot(a, b, 0), R(size=2), R(size=3)),
        (lambda a, b: np.tensordot(a, b, (-1, 0)), R(size=(2, 3)), R(size=3)),
    ],
    np.linalg.tensordot: [(np.linalg.tensordot, R(size=(2, 3, 4)), R(size=(3, 4, 5)))],
    np.kron: [(np.kron, R(size=a), R(size=b)) for a, b in [((2, 3), (3, 2)), (2, (3, 2)), ((2, 1, 2), 2), ((), 2)]],
    np.cross: [
        (np.cross, R(size=3), R(size=3)),
        (np.cross, X, R(size=3)),
        (lambda a, b: np.cross(a, b, axisa=0, axisb=1, axisc=-2), R(size=(3, 2)), R(size=(2, 3))),
        (lambda a, b: np.cross(a, b, axis=0), R(size=(3, 2)), R(size=(3, 2))),
    ],
    np.linalg.cross: [(lambda a, b: np.linalg.cross(a, b, axis=0), R(size=(3, 2)), R(size=(3, 2)))],
    np.linalg.matmul: [(np.linalg.matmul, R(size=(2, 3)), R(size=(3, 2)))],
    np.linalg.multi_dot: [
        (lambda *xs: np.linalg.multi_dot(xs), R(size=2), R(size=(2, 3)), R(size=(3, 2)), R(size=2)),
        (lambda *xs: np.linalg.multi_dot(xs), R(size=(4, 2)), R(size=(2, 3))),
    ],
    np.linalg.matrix_power: [(lambda x, n=n: np.linalg.matrix_power(x, n), invertible(2, 3, 3)) for n in range(-2, 6)],
    np.trace: [(lambda x: np.trace(x, 1, -2, -1), X), (np.trace, R(size=(2, 3)))],
    np.linalg.trace: [(lambda x: np.linalg.trace(x, offset=1), X)],
    # matrices
    np.linalg.inv: [(np.linalg.inv, x) for x in MATRICES],
    np.linalg.det: [(np.linalg.det, x) for x in MATRICES],
    np.linalg.slogdet: [(np.linalg.slogdet, x) for x in (*MATRICES, -M)],
    np.linalg.solve: [
        *((np.linalg.solve, x, R(size=x.shape)) for x in MATRICES),
        (np.linalg.solve, M, R(size=3)),
        (np.linalg.solve, invertible(2, 3, 3), R(size=(3, 1))),
    ],
    np.linalg.tensorinv: [(np.linalg.tensorinv, R(size=(2, 3, 6))), (lambda x: np.linalg.tensorinv(x, ind=1), M)],
    np.linalg.tensorsolve: [
        (np.linalg.tensorsolve, R(size=(2, 3, 6)), R(size=(2, 3))),
        (lambda a, b: np.linalg.tensorsolve(a, b, axes=(0,)), R(size=(6, 2, 3)), R(size=(2, 3))),
    ],
    np.linalg.cholesky: [
        *(
            (lambda x, upper=upper: np.linalg.cholesky(definite(x), upper=upper), x)
            for x in MATRICES
            for upper in (0, 1)
        ),
    ],
    np.linalg.pinv: [
        *((np.linalg.pinv, x) for x in OBLONG),
        (lambda x: np.linalg.pinv(x @ x.T, rtol=1e-5), R(size=(3, 2))),
    ],
    np.linalg.eigh: [
        *((np.linalg.eigh, x) for x in MATRICES),
        (lambda x: np.linalg.eigh(x, "U"), X),
        (lambda x: np.linalg.eigh(symmetric(x)), X),
    ],
    np.linalg.eigvalsh: [(np.linalg.eigvalsh, X), (lambda x: np.linalg.eigvalsh(x, UPLO="U"), X)],
    np.linalg.svd: [
        *((lambda x: np.linalg.svd(x, full_matrices=False), x) for x in OBLONG),
        (np.linalg.svd, X),
        (lambda x: np.linalg.svd(x)[1], R(size=(2, 4))),
        (lambda x: np.linalg.svd(x, compute_uv=False), R(size=(4, 2))),
    ],
    np.linalg.svdvals: [(np.linalg.svdvals, x) for x in OBLONG],
    np.linalg.qr: [
        *((np.linalg.qr, x) for x in OBLONG),
        (lambda x: np.linalg.qr(x, mode="r"), R(size=(4, 2))),
        (lambda x: np.linalg.qr(x, mode="complete"), R(size=(2, 3))),
    ],
}
CALLS[np.matvec] = [(np.matvec, R(size=(2, 3)), R(size=(4, 3)))]
CALLS[np.vecmat] = [(np.vecmat, R(size=(4, 2)), R(size=(2, 3)))]


@pytest.mark.parametrize(
    ("function", "call"),
    [(f, call) for f, calls in CALLS.items() for call in calls],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_calls(function, call):
    f, *args = call
    holds(f, *args)


@pytest.mark.parametrize("shape", [(4, 2), (2, 4)])
def test_vectors_that_complete_a_basis_have_no_derivative(shape):
    x = R(size=shape)
    assert all(map(np.allclose, (part.data for part in np.linalg.svd(Tensor(x))), np.linalg.svd(x)))
    with pytest.raises(NoDerivativeError, match="free to turn"):
        grad(lambda x: sum(np.sum(part**3) for part in np.linalg.svd(x)))(x)


def test_values_that_coincide_have_a_gradient():
    assert np.allclose(grad(lambda x: np.sum(np.linalg.eigvalsh(x)))(np.eye(3)), np.eye(3))
    assert np.allclose(grad(lambda x: np.sum(np.linalg.svdvals(x)))(np.eye(3)), np.eye(3))


def test_the_nuclear_norm_where_a_singular_value_is_zero():
    """The gradient is one of its subgradients: no longer than 1, and along x it is the norm."""
    x = np.outer([3.0, 4.0, 0.0], [0.0, 1.0])
    slope = grad(lambda x: np.linalg.norm(x, "nuc"))(x)
    assert np.linalg.norm(slope, 2) <= 1 + 1e-12
    assert np.isclose(np.sum(slope * x), np.linalg.norm(x, "nuc"))


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.var(a=x),
        lambda x: np.std(a=x, axis=0),
        lambda x: np.median(a=x),
        lambda x: np.quantile(a=x, q=0.3),
        lambda x: np.nansum(a=x),
        lambda x: np.prod(a=x),
        lambda x: np.clip(a=x, min=-0.5, max=0.5),
        lambda x: np.clip(a=x, a_min=-0.5, a_max=x + 1),
        lambda x: np.ravel(a=x),
        lambda x: np.pad(array=x, pad_width=1),
        lambda x: np.tril(m=x),
        lambda x: np.tile(A=x, reps=2),
        lambda x: np.rot90(m=x, k=2),
        lambda x: np.stack(arrays=[x, x]),
        lambda x: np.vstack(tup=[x, x]),
        lambda x: np.split(ary=x, indices_or_sections=3),
        lambda x: np.take(a=x, indices=[0, 2], axis=1),
        lambda x: np.take_along_axis(arr=x, indices=np.array([[0], [1], [0]]), axis=1),
        lambda x: np.sort(a=x),
        lambda x: np.cumprod(a=x, axis=0),
        lambda x: np.trapezoid(y=x, x=x),
        lambda x: np.cov(m=x),
        lambda x: np.dot(a=x, b=x),
        lambda x: np.tensordot(a=x, b=x, axes=1),
        lambda x: np.linalg.norm(x=x, ord="nuc"),
        lambda x: np.linalg.svd(a=x),
    ],
)
def test_arrays_may_come_by_name(call):
    holds(call, M)


@pytest.mark.parametrize("f", [np.prod, np.var, np.std, np.median, np.ptp, np.average, np.nansum, np.cumprod, np.sort])
def test_an_axis_that_is_not_there_is_refused(f):
    with pytest.raises(np.exceptions.AxisError):
        f(Tensor(M), axis=2)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.pad(x, 1, mode="mean"),
        lambda x: np.cross(x[:, :2], x[:, :2]),
        lambda x: np.linalg.qr(x[:, :1], mode="complete"),
        lambda x: np.linalg.qr(x, mode="raw"),
        lambda x: np.quantile(x, 0.5, method="weibull"),
    ],
)
def test_what_would_be_wrong_is_refused(call):
    with pytest.raises(NoDerivativeError):
        call(Tensor(M, requires_grad=True))


def test_counts_are_sums_of_their_weights():
    rng = np.random.default_rng(0)
    holds(lambda w: np.bincount([0, 2, 2, 1], weights=w, minlength=5), real(rng, (4,)))


def cofactors(a):
    """By their definition, through determinants of minors."""
    n = len(a)
    minors = [[np.delete(np.delete(a, i, 0), j, 1) for j in range(n)] for i in range(n)]
    return np.linalg.det(minors) * (-1.0) ** np.add.outer(np.arange(n), np.arange(n))


@given(n=st.integers(1, 4), seed=seeds, data=st.data())
def test_the_gradient_of_a_determinant_is_the_transposed_adjugate_of_any_matrix(n, seed, data):
    rng = np.random.default_rng(seed)
    ranks = data.draw(st.lists(st.integers(0, n), min_size=1, max_size=3))
    a = np.stack([real(rng, (n, rank)) @ real(rng, (rank, n)) for rank in ranks])
    gradients = grad(lambda a: np.sum(np.linalg.det(a)))(a)
    assert np.allclose(gradients, [cofactors(m) for m in a], rtol=1e-9, atol=1e-12)
    check_gradients(np.linalg.det, a)


def test_determinants_that_underflow_and_those_of_nearly_singular_matrices_have_gradients():
    assert np.allclose(grad(np.linalg.det)(1e-120 * np.eye(3)), 1e-240 * np.eye(3), atol=0)
    assert np.allclose(grad(np.linalg.det)(np.array([[1.0, 2.0], [2.0, 4.0 + 1e-15]])), [[4.0, -2.0], [-2.0, 1.0]])
    assert np.allclose(grad(np.linalg.det)(np.ones((2, 2))), [[1, -1], [-1, 1]])
    with np.errstate(invalid="ignore"):
        gradients = grad(lambda a: np.sum(np.linalg.det(a)))(np.stack([np.full((2, 2), np.nan), np.ones((2, 2))]))
    assert np.isnan(gradients[0]).all()
    assert np.allclose(gradients[1], [[1, -1], [-1, 1]])
    third = jacobian(hessian(np.linalg.det))(np.zeros((3, 3)))
    assert (third[0, 0, 1, 1, 2, 2], third[0, 1, 1, 2, 2, 0], third[0, 1, 1, 0, 2, 2]) == (1, 1, -1)


def test_a_singular_matrix_whose_logarithm_is_not_used_does_no_harm():
    a = np.stack([2 * np.eye(2), np.ones((2, 2))])
    gradients = grad(lambda a: np.sum(np.where([True, False], np.linalg.slogdet(a)[1], 0.0)))(a)
    assert np.allclose(gradients, [0.5 * np.eye(2), np.zeros((2, 2))])


# The table as a whole

HELD = {np.where, np.clip, np.sort, np.partition, np.diff, np.take, np.take_along_axis, np.compress, operator.getitem}
HELD |= {np.transpose, np.swapaxes, np.moveaxis, np.reshape, np.ravel, np.expand_dims, np.squeeze, np.rollaxis}
HELD |= {np.flip, np.roll, np.broadcast_to, np.broadcast_arrays, np.concatenate, np.stack, np.split}
HELD |= {np.matmul, np.einsum, np.linalg.norm, np.linalg.vector_norm, np.linalg.matrix_norm}
HELD |= {
    np.sign,
    np.quantile,
    np.percentile,
    np.bincount,
    *REDUCTIONS,
    *WITHOUT_NANS,
    *RUNNING,
    *CALLS,
    *ONE_ARRAY,
    *TWO_ARRAYS,
}
PARTS = {matrices._log_abs_det, matrices._eigh, matrices._svd, matrices._completion, matrices._qr}
PARTS |= {
    matrices._cofactors,
    elementwise._real_part,
    elementwise._imaginary_part,
    functional.sigmoid,
    functional.relu,
    recording.alias,
    recording.cast,
}
OWN = {join, scatter_add, *(f.__wrapped__ for f in PARTS)}


def is_ours(function):
    """True if a function is entered by minigrad itself, and not by a test or an example of it."""
    home, _, name = name_of(function).rpartition(".")
    of_numpy = getattr(np.linalg if home == "np.linalg" else np, name, None) is function
    return of_numpy or function is operator.getitem or function in OWN


def test_every_function_is_held():
    table = {f for f in (*RULES, *COMPOSITES) if is_ours(f)}
    assert table == {f for f in HELD | OWN if f in RULES or f in COMPOSITES}


def test_people_read_no_private_names():
    names = [name_of(function) for function in RULES]
    assert [name for name in names if name.startswith("minigrad") and "._" in name] == []


@pytest.mark.parametrize(
    "function", sorted((f for f in HELD if name_of(f).startswith("np.")), key=name_of), ids=name_of
)
def test_arguments_have_numpys_names(function):
    if isinstance(function, np.ufunc):
        return
    try:
        numpys = inspect.signature(function).parameters
    except ValueError:
        return  # NumPy does not say
    ours = (inspect.signature(COMPOSITES[function]) if function in COMPOSITES else accepts(function)).parameters
    by_position = [p for p in ours.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    for own, numpy in zip(by_position, numpys.values(), strict=False):
        assert own.name == numpy.name or numpy.kind == numpy.POSITIONAL_ONLY
    assert {p.name for p in ours.values() if p.kind == p.KEYWORD_ONLY} <= set(numpys) or "kwargs" in numpys


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 0, 3)])
def test_padding_and_joining_take_no_more_than_slices(shape):
    """Whatever was picked element by element took ten times as long."""
    x = Tensor(np.ones(shape), requires_grad=True)
    calls = [np.pad(x, 2), np.vstack([x, x]), np.hstack([x, x]), np.dstack([x, x]), np.append(x, x)]
    calls += [np.column_stack([x, x])] * (len(shape) < 3)
    for y in calls:
        for t in history([y]):
            index = t.origin.values[-1] if t.origin and t.origin.function is operator.getitem else ()
            assert not any(isinstance(i, np.ndarray) for i in (index if isinstance(index, tuple) else (index,)))
