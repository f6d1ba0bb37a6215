"""Every rule in the table is the derivative, at first and second order, for all shapes that its function takes.

A rule that no test here names fails `test_every_rule_is_held_against_its_derivative`.
"""

import operator

import hypothesis.extra.numpy as shapes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import functional, graph
from minigrad.derivatives.indexing import scatter_add
from minigrad.rules import COMPOSITES, RULES
from minigrad.testing import check_gradients

seeds = st.integers(0, 10_000)
any_shape = shapes.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
full_shape = shapes.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=3)
two_shapes = shapes.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0, max_side=3)


def real(rng, shape):
    return rng.normal(size=shape)


def positive(rng, shape):
    return rng.uniform(0.3, 3.0, size=shape)


ONE_ARRAY = {
    np.negative: real,
    np.positive: real,
    np.square: real,
    np.sqrt: positive,
    np.exp: real,
    np.log: positive,
    np.tanh: real,
    functional.sigmoid: real,
    functional.relu: real,
    graph._alias: real,
}
TWO_ARRAYS = {
    np.add: (real, real),
    np.subtract: (real, real),
    np.multiply: (real, real),
    np.divide: (real, positive),
    np.power: (positive, real),
    np.maximum: (real, real),
    np.minimum: (real, real),
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
    check_gradients(lambda x: f(x, x), x)


@pytest.mark.parametrize("exponent", [-2, -1, 0, 1, 2, 3, 0.5])
@given(shape=any_shape, seed=seeds)
def test_power_of_a_number(exponent, shape, seed):
    x = positive(np.random.default_rng(seed), shape)
    check_gradients(lambda x: x**exponent, x)
    check_gradients(lambda x: exponent**x if exponent > 0 else x, x)


@given(drawn=two_shapes, seed=seeds)
def test_where_chooses_element_by_element(drawn, seed):
    rng = np.random.default_rng(seed)
    a, b = (real(rng, shape) for shape in drawn.input_shapes)
    condition = rng.random(drawn.result_shape) < 0.5
    check_gradients(lambda a, b: np.where(condition, a * a, b), a, b)


@st.composite
def axes_of(draw, shape):
    """None, one axis or several, counted from the front or from the back."""
    if not shape:
        return None
    chosen = draw(st.sets(st.integers(0, len(shape) - 1)))
    signed = [axis - len(shape) * draw(st.booleans()) for axis in sorted(chosen)]
    return draw(st.sampled_from([None, tuple(signed), *signed[:1]]))


@pytest.mark.parametrize("f", [np.sum, np.mean, np.max, np.min], ids=lambda f: f.__name__)
@given(data=st.data(), shape=full_shape, keepdims=st.booleans(), seed=seeds)
def test_reductions(f, data, shape, keepdims, seed):
    axis = data.draw(axes_of(shape))
    check_gradients(lambda x: f(x, axis=axis, keepdims=keepdims), real(np.random.default_rng(seed), shape))


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
    check_gradients(lambda x: graph._astype(x * x, np.result_type(x.dtype, np.float64)), np.array([0.5, 2.0]))


HERE = {np.where, np.sum, np.mean, np.max, np.min, np.transpose, np.swapaxes, np.reshape, np.expand_dims, np.squeeze}
HERE |= {np.broadcast_to, np.concatenate, np.stack, np.split, np.take, operator.getitem, np.matmul, np.einsum}
HERE |= {f.__wrapped__ for f in (functional.sigmoid, functional.relu, graph._alias, scatter_add, graph._astype)}


def test_every_rule_is_held_against_its_derivative():
    assert set(RULES) | set(COMPOSITES) == HERE | {f for f in (*ONE_ARRAY, *TWO_ARRAYS) if isinstance(f, np.ufunc)}
