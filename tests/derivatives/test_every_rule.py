"""Every rule in the table is the derivative, at first and second order, for all shapes that its function takes.

A rule that no test here names fails `test_every_rule_is_held_against_its_derivative`.
"""

import operator

import hypothesis.extra.numpy as shapes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import Tensor, functional, grad, recording
from minigrad.derivatives import linear_algebra
from minigrad.derivatives.indexing import scatter_add
from minigrad.rules import COMPOSITES, RULES, name_of
from minigrad.testing import check_gradients

seeds = st.integers(0, 10_000)
any_shape = shapes.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
full_shape = shapes.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=3)
two_shapes = shapes.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0, max_side=3)


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


def invertible(rng, shape):
    return rng.normal(size=shape) + 3 * np.eye(shape[-1])


ONE_ARRAY = {
    **dict.fromkeys([np.negative, np.positive, np.square, np.absolute, np.fabs, np.reciprocal, np.cbrt], real),
    **dict.fromkeys(
        [np.exp, np.exp2, np.expm1, np.sin, np.cos, np.sinh, np.cosh, np.tanh, np.arctan, np.arcsinh], real
    ),
    **dict.fromkeys([np.deg2rad, np.rad2deg, np.radians, np.degrees, np.sinc, np.nan_to_num], real),
    **dict.fromkeys([np.sqrt, np.log, np.log2, np.log10, np.log1p], positive),
    **dict.fromkeys([np.tan, np.arcsin, np.arccos, np.arctanh], within_one),
    np.arccosh: above_one,
    functional.sigmoid: real,
    functional.relu: real,
    recording.alias: real,
}
TWO_ARRAYS = {
    **dict.fromkeys([np.add, np.subtract, np.multiply, np.maximum, np.minimum, np.fmax, np.fmin], (real, real)),
    **dict.fromkeys([np.logaddexp, np.logaddexp2, np.hypot, np.arctan2, np.copysign], (real, real)),
    np.divide: (real, positive),
    **dict.fromkeys([np.remainder, np.fmod], (between_fifty_four_and_fifty_five, around_twenty)),
    **dict.fromkeys([np.power, np.float_power], (positive, real)),
    lambda a, b: np.where(np.arange(2).sum() > 0, a, b): (real, real),
}


@pytest.mark.parametrize("f", ONE_ARRAY, ids=lambda f: f.__name__)
@given(shape=any_shape, seed=seeds)
def test_functions_of_each_element(f, shape, seed):
    check_gradients(f, ONE_ARRAY[f](np.random.default_rng(seed), shape))


@pytest.mark.parametrize("f", TWO_ARRAYS, ids=lambda f: f.__name__)
@given(drawn=two_shapes, seed=seeds)
def test_functions_of_two_arrays_broadcast(f, drawn, seed):
    rng = np.random.default_rng(seed)
    a, b = (draw(rng, shape) for draw, shape in zip(TWO_ARRAYS[f], drawn.input_shapes, strict=True))
    check_gradients(f, a, b)


@pytest.mark.parametrize("f", TWO_ARRAYS, ids=lambda f: f.__name__)
@given(shape=any_shape, seed=seeds)
def test_the_same_array_twice(f, shape, seed):
    x = positive(np.random.default_rng(seed), shape)
    if f not in (np.remainder, np.fmod):  # x mod x jumps
        check_gradients(lambda x: f(x, x), x)


@pytest.mark.parametrize("exponent", [-2, -1, 0, 1, 2, 3, 0.5])
@given(shape=any_shape, seed=seeds)
def test_power_of_a_number(exponent, shape, seed):
    x = positive(np.random.default_rng(seed), shape)
    check_gradients(lambda x: x**exponent, x)
    check_gradients(lambda x: exponent**x if exponent > 0 else x, x)


@pytest.mark.parametrize("a", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("b", [0.0, 1.0, 2.0, 3.0])
def test_power_at_whole_exponents(a, b):
    """∂²(aᵇ)/∂a∂b is the same in both orders, and (1 + b log a) aᵇ⁻¹."""
    if a or b > 1:
        mixed = (1 + b * np.log(a)) * a ** (b - 1) if a else 0.0
        assert np.isclose(grad(lambda b: grad(lambda a: a**b)(a))(b), mixed)
        assert np.isclose(grad(lambda a: grad(lambda b: a**b)(b))(a), mixed)
    if a:
        check_gradients(np.power, np.array([a]), np.array([b]))


@given(drawn=two_shapes, seed=seeds)
def test_where_chooses_element_by_element(drawn, seed):
    rng = np.random.default_rng(seed)
    a, b = (real(rng, shape) for shape in drawn.input_shapes)
    condition = rng.random(drawn.result_shape) < 0.5
    check_gradients(lambda a, b: np.where(condition, a * a, b), a, b)


@given(shape=any_shape, seed=seeds)
def test_full_like_spreads_its_value(shape, seed):
    check_gradients(lambda x: np.full_like(x, np.sum(x)) * x, real(np.random.default_rng(seed), shape))


@given(shape=any_shape, seed=seeds)
def test_clip_moves_its_bounds_too(shape, seed):
    rng = np.random.default_rng(seed)
    low, high = -positive(rng, shape), positive(rng, shape)
    check_gradients(lambda x, low, high: np.clip(x * x * x, low, high), real(rng, shape), low, high)
    check_gradients(lambda x: np.clip(x, None, 0.5), real(rng, shape))


def test_sinc_around_zero():
    check_gradients(np.sinc, np.array([0.0, 1e-4, 1e-3, 0.0099, 0.0101, 0.5]))


@st.composite
def axes_of(draw, shape):
    """None, one axis or several, counted from the front or from the back."""
    if not shape:
        return None
    chosen = draw(st.sets(st.integers(0, len(shape) - 1)))
    signed = [axis - len(shape) * draw(st.booleans()) for axis in sorted(chosen)]
    return draw(st.sampled_from([None, tuple(signed), *signed[:1]]))


REDUCTIONS = [np.sum, np.mean, np.max, np.min, np.amax, np.amin, np.ptp, np.var, np.std, np.prod, np.median, np.average]


@pytest.mark.parametrize("f", REDUCTIONS, ids=lambda f: f.__name__)
@given(data=st.data(), shape=full_shape, keepdims=st.booleans(), seed=seeds)
def test_reductions(f, data, shape, keepdims, seed):
    axis = data.draw(axes_of(shape))
    check_gradients(lambda x: f(x, axis=axis, keepdims=keepdims), real(np.random.default_rng(seed), shape))


@given(shape=full_shape, seed=seeds)
def test_weights_and_degrees_of_freedom(shape, seed):
    rng = np.random.default_rng(seed)
    x, weights = real(rng, (*shape, 3)), positive(rng, (*shape, 3))
    check_gradients(lambda x, w: np.average(x, axis=-1, weights=w), x, weights)
    check_gradients(lambda x, w: np.average(x, axis=-1, weights=w), x, weights[(0,) * len(shape)])
    check_gradients(lambda x: np.var(x, axis=-1, ddof=1), x)
    check_gradients(lambda x: np.std(x, axis=-1, correction=1), x)


def test_products_of_zeros():
    for x in (np.array([2.0, 0.0, 3.0]), np.array([0.0, 0.0, 3.0]), np.zeros(3)):
        check_gradients(np.prod, x)
        check_gradients(np.cumprod, x)


@pytest.mark.parametrize("f", [np.cumsum, np.cumprod, np.cumulative_sum, np.cumulative_prod], ids=lambda f: f.__name__)
@given(data=st.data(), shape=full_shape, seed=seeds)
def test_running_sums_and_products(f, data, shape, seed):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    x = real(np.random.default_rng(seed), shape)
    check_gradients(lambda x: f(x, axis=axis), x)
    if f in (np.cumsum, np.cumprod):
        check_gradients(f, x)
    else:
        check_gradients(lambda x: f(x, axis=axis, include_initial=True), x)


@given(data=st.data(), shape=full_shape, seed=seeds)
def test_sort_and_diff(data, shape, seed):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    x = real(np.random.default_rng(seed), shape)
    check_gradients(lambda x: np.sort(x, axis=axis), x)
    check_gradients(lambda x: np.sort(x, axis=None), x)
    check_gradients(lambda x: np.diff(x, n=seed % 3, axis=axis), x)
    order = np.argsort(x, axis=axis)
    check_gradients(lambda x: np.take_along_axis(x * x, order, axis=axis), x)
    check_gradients(lambda x: np.take_along_axis(x, np.array([0, 0, x.size - 1]), axis=None), x)
    check_gradients(lambda x: np.compress([True] * min(2, shape[axis]), x, axis=axis), x)


@given(data=st.data(), shape=any_shape, seed=seeds)
def test_sum_over_empty_axes(data, shape, seed):
    axis = data.draw(axes_of(shape))
    check_gradients(lambda x: np.sum(x * x, axis), real(np.random.default_rng(seed), shape))


@given(data=st.data(), shape=full_shape, seed=seeds)
def test_shapes(data, shape, seed):
    x = real(np.random.default_rng(seed), shape)
    order = tuple(axis - len(shape) * (seed % 2) for axis in data.draw(st.permutations(range(len(shape)))))
    first, second = order[0], order[-1]
    check_gradients(lambda x: np.transpose(x * x, order), x)
    check_gradients(lambda x: np.transpose(x * x), x)
    check_gradients(lambda x: np.swapaxes(x * x, first, second), x)
    check_gradients(lambda x: np.reshape(x * x, -1), x)
    check_gradients(lambda x: np.expand_dims(x * x, first), x)
    check_gradients(lambda x: np.squeeze(np.expand_dims(x * x, first), first), x)
    check_gradients(lambda x: np.squeeze(x * x), x)
    check_gradients(lambda x: np.broadcast_to(x * x, (2, *shape)), x)
    check_gradients(lambda x: np.broadcast_arrays(x * x, np.ones((2, *shape)))[0], x)
    check_gradients(lambda x: np.moveaxis(x * x, first, second), x)
    check_gradients(lambda x: np.rollaxis(x * x, first), x)
    check_gradients(lambda x: np.ravel(x * x, order="F"), x)
    check_gradients(lambda x: np.flip(x * x, first), x)
    check_gradients(lambda x: np.flip(x * x), x)
    check_gradients(lambda x: np.roll(x * x, seed, first), x)
    check_gradients(lambda x: np.roll(x * x, 2), x)


MOVES = {
    np.fliplr: lambda x: np.fliplr(x),
    np.flipud: lambda x: np.flipud(x),
    np.rot90: lambda x: np.rot90(x, 3, (0, 2)),
    np.tile: lambda x: np.tile(x, (2, 1, 2)),
    np.repeat: lambda x: np.repeat(x, [1, 0, 2], axis=1),
    np.resize: lambda x: np.resize(x, (5, 7)),
    np.delete: lambda x: np.delete(x, 1, axis=1),
    np.diag: lambda x: np.diag(np.diag(x[0], 1)),
    np.diagonal: lambda x: np.diagonal(x, 1, 1, 2),
    np.linalg.diagonal: lambda x: np.linalg.diagonal(x, offset=-1),
    np.diagflat: lambda x: np.diagflat(x[0], 1),
    np.tril: lambda x: np.tril(x, -1),
    np.triu: lambda x: np.triu(x, 1),
    np.array_split: lambda x: np.array_split(x, 2, axis=1)[0],
    np.hsplit: lambda x: np.hsplit(x, 3)[2],
    np.vsplit: lambda x: np.vsplit(x, 2)[1],
    np.dsplit: lambda x: np.dsplit(x, [1])[0],
    np.unstack: lambda x: np.unstack(x, axis=1)[2],
    np.atleast_1d: lambda x: np.atleast_1d(np.sum(x)),
    np.atleast_2d: lambda x: np.atleast_2d(x[0, 0]),
    np.atleast_3d: lambda x: np.atleast_3d(x[0]),
    np.matrix_transpose: lambda x: np.matrix_transpose(x),
    np.linalg.matrix_transpose: lambda x: np.linalg.matrix_transpose(x),
    np.pad: lambda x: np.pad(x, ((0, 0), (1, 2), (2, 0))),
    "np.pad with a value": lambda x: np.pad(x, 1, constant_values=3.0) ** 2,
    "np.pad that reflects": lambda x: np.pad(x, 2, mode="wrap"),
    np.vstack: lambda x: np.vstack([x, x * x]),
    np.hstack: lambda x: np.hstack([x, x[:, :1]]),
    np.dstack: lambda x: np.dstack([x[..., 0], np.sum(x, -1)]),
    np.column_stack: lambda x: np.column_stack([x[0, 0], x[0]]),
    np.append: lambda x: np.append(x, x * x),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=lambda f: str(f) if isinstance(f, str) else None)
def test_elements_that_move(move):
    x = real(np.random.default_rng(0), (2, 3, 3))
    y = move(x * x)
    assert np.array_equal(move(Tensor(x) * Tensor(x)).data, y)
    check_gradients(lambda x: move(x * x), x)


PRODUCTS = {
    np.dot: [((3,), (3,)), ((2, 3), (3,)), ((2, 3), (3, 4)), ((2, 2, 3), (4, 3, 2)), ((), (2, 3)), ((2,), ())],
    np.inner: [((3,), (3,)), ((2, 3), (4, 3)), ((), (2,))],
    np.vdot: [((3,), (3,)), ((2, 3), (3, 2))],
    np.vecdot: [((3,), (3,)), ((2, 3), (3,)), ((2, 1, 3), (4, 3))],
    np.linalg.vecdot: [((2, 3), (2, 3))],
    np.outer: [((3,), (2,)), ((2, 2), (3,))],
    np.linalg.outer: [((3,), (2,))],
    np.tensordot: [((2, 3, 4), (3, 4, 5)), ((3, 4), (3, 4))],
    np.linalg.tensordot: [((2, 3, 4), (3, 4, 5))],
    np.kron: [((2, 3), (3, 2)), ((2,), (3, 2)), ((2, 1, 2), (2,))],
    np.cross: [((3,), (3,)), ((2, 3), (3,))],
    np.linalg.cross: [((2, 3), (2, 3))],
    np.linalg.matmul: [((2, 3), (3, 2))],
}


@pytest.mark.parametrize(
    ("f", "operand_shapes"), [(f, s) for f, all_shapes in PRODUCTS.items() for s in all_shapes], ids=str
)
def test_products(f, operand_shapes):
    rng = np.random.default_rng(0)
    a, b = (real(rng, s) for s in operand_shapes)
    assert np.allclose(f(Tensor(a), Tensor(b)).data, f(a, b))
    check_gradients(f, a, b)


def test_tensordot_over_named_axes():
    rng = np.random.default_rng(0)
    check_gradients(lambda a, b: np.tensordot(a, b, ([0, -1], [1, 0])), real(rng, (2, 3, 4)), real(rng, (4, 2)))
    check_gradients(lambda a, b: np.tensordot(a, b, 0), real(rng, (2,)), real(rng, (3,)))


MATRIX_FUNCTIONS = {
    np.linalg.inv: np.linalg.inv,
    np.linalg.det: np.linalg.det,
    np.linalg.slogdet: lambda x: np.linalg.slogdet(x)[1],
    np.linalg.cholesky: lambda x: np.linalg.cholesky(x @ np.swapaxes(x, -1, -2)),
    np.linalg.solve: lambda x: np.linalg.solve(x, x * x),
    np.trace: lambda x: np.trace(x, 1, -2, -1),
    np.linalg.trace: lambda x: np.linalg.trace(x, offset=1),
}


@pytest.mark.parametrize("f", MATRIX_FUNCTIONS.values())
@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 3, 3)])
def test_functions_of_matrices(f, shape):
    check_gradients(f, invertible(np.random.default_rng(0), shape))


def test_solve_for_one_right_hand_side():
    rng = np.random.default_rng(0)
    check_gradients(np.linalg.solve, invertible(rng, (3, 3)), real(rng, (3,)))


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("ord", [None, 1, 2, 3, 0.5, np.inf, -np.inf, 0])
def test_norms_of_vectors(ord, keepdims):
    x = real(np.random.default_rng(0), (2, 3))
    check_gradients(lambda x: np.linalg.norm(x, ord, axis=1, keepdims=keepdims), x)
    check_gradients(lambda x: np.linalg.vector_norm(x, ord=2 if ord is None else ord, keepdims=keepdims), x)


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("ord", ["fro", 1, -1, np.inf, -np.inf])
def test_norms_of_matrices(ord, keepdims):
    x = real(np.random.default_rng(0), (2, 3, 4))
    for f in (
        lambda x: np.linalg.norm(x, ord, axis=(0, 2), keepdims=keepdims),
        lambda x: np.linalg.matrix_norm(x, ord=ord, keepdims=keepdims),
    ):
        assert np.allclose(f(Tensor(x)).data, f(x))
        check_gradients(f, x)
    check_gradients(lambda x: np.linalg.norm(x, keepdims=keepdims), x)


def test_a_norm_of_zero_is_flat():
    for f in (np.linalg.norm, np.std):
        assert grad(f)(np.zeros(3)).tolist() == [0, 0, 0]


@given(data=st.data(), shape=full_shape, seed=seeds)
def test_joining_and_splitting(data, shape, seed):
    rng = np.random.default_rng(seed)
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    longer = list(shape)
    longer[axis] = data.draw(st.integers(0, 3))
    a, b = real(rng, shape), real(rng, longer)
    check_gradients(lambda a, b: np.concatenate([a, b * b, a], axis=axis), a, b)
    check_gradients(lambda a, b: np.concatenate([a, b * b], axis=None), a, b)
    check_gradients(lambda a: np.stack([a, a * a], axis=axis), a)
    check_gradients(lambda a: np.split(a * a, shape[axis], axis=axis)[-1], a)
    cut = data.draw(st.integers(0, shape[axis]))
    check_gradients(lambda a: np.split(a * a, [cut], axis=axis)[seed % 2], a)


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
    x = real(np.random.default_rng(0), (3, 3, 3))
    check_gradients(lambda x: (x * x)[index], x)


@given(data=st.data(), shape=full_shape, seed=seeds)
def test_take(data, shape, seed):
    rng = np.random.default_rng(seed)
    axis = data.draw(st.sampled_from([None, *range(-len(shape), len(shape))]))
    x = real(rng, shape)
    size = x.size if axis is None else shape[axis]
    ids = rng.integers(-size, size, size=data.draw(any_shape))
    check_gradients(lambda x: np.take(x * x, ids, axis), x)


@given(data=st.data(), seed=seeds)
def test_matmul_in_all_its_cases(data, seed):
    drawn = data.draw(
        shapes.mutually_broadcastable_shapes(signature="(n?,k),(k,m?)->(n?,m?)", max_dims=2, min_side=0, max_side=3)
    )
    rng = np.random.default_rng(seed)
    a, b = (real(rng, shape) for shape in drawn.input_shapes)
    check_gradients(lambda a, b: a @ b, a, b)


@pytest.mark.parametrize("shapes", [((2, 3, 0), (0, 4)), ((0, 3, 2), (2, 0)), ((2, 0, 3), (3, 2))])
def test_matmul_of_nothing(shapes):
    check_gradients(lambda a, b: a @ b, *(np.ones(shape) for shape in shapes))


def test_matmul_of_an_array_with_itself():
    check_gradients(lambda x: x @ x @ x, real(np.random.default_rng(0), (3, 3)))


@pytest.mark.parametrize(
    ("subscripts", "operand_shapes"),
    [
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
    ],
)
def test_einsum(subscripts, operand_shapes):
    rng = np.random.default_rng(0)
    check_gradients(lambda *operands: np.einsum(subscripts, *operands), *(real(rng, s) for s in operand_shapes))


def test_einsum_of_an_array_with_itself():
    check_gradients(lambda x: np.einsum("ij,kj,ki->k", x, x, x @ x), real(np.random.default_rng(0), (3, 3)))


def test_scatter_add_is_linear():
    check_gradients(lambda v: scatter_add(v * v, [0, 0, 2], (4,)), real(np.random.default_rng(0), (3,)))


def test_changing_the_dtype_keeps_the_gradient():
    check_gradients(lambda x: recording.cast(x * x, np.result_type(x.dtype, np.float64)), np.array([0.5, 2.0]))


HERE = {np.where, np.clip, np.transpose, np.swapaxes, np.moveaxis, np.reshape, np.ravel, np.expand_dims, np.squeeze}
HERE |= {np.rollaxis, np.flip, np.roll, np.broadcast_to, np.broadcast_arrays, np.concatenate, np.stack, np.split}
HERE |= {
    np.full_like,
    np.take,
    np.take_along_axis,
    np.compress,
    np.sort,
    np.diff,
    operator.getitem,
    np.matmul,
    np.einsum,
}
HERE |= {np.cumsum, np.cumprod, np.cumulative_sum, np.cumulative_prod, *REDUCTIONS, *MATRIX_FUNCTIONS, *PRODUCTS}
HERE |= {np.linalg.norm, np.linalg.vector_norm, np.linalg.matrix_norm, np.sinc, np.nan_to_num}
HERE |= {f for f in (*ONE_ARRAY, *TWO_ARRAYS, *MOVES) if getattr(f, "__module__", "numpy").startswith("numpy") and f}
HERE |= {f.__wrapped__ for f in (functional.sigmoid, functional.relu, recording.alias, scatter_add, recording.cast)}
HERE |= {linear_algebra._log_abs_det.__wrapped__}


def test_every_rule_is_held_against_its_derivative():
    table = {f for f in (*RULES, *COMPOSITES) if name_of(f).startswith(("np.", "minigrad.", "_operator."))}
    assert table == {f for f in HERE if callable(f)}
