"""The sweep: sums over what was broadcast, in the precision of each Tensor, deep and wide graphs alike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import Tensor, checkpoint, grad
from minigrad.graph import history, parents, sum_to, sweep


def leaf(*data, dtype=float):
    return Tensor(np.array(data, dtype), requires_grad=True)


@given(
    shape=st.lists(st.integers(0, 3), max_size=3).map(tuple), lead=st.lists(st.integers(0, 3), max_size=2).map(tuple)
)
def test_sum_to_undoes_broadcasting(shape, lead):
    repeated = tuple(3 if n == 1 else n for n in shape)
    g = np.ones((*lead, *repeated))
    back = sum_to(g, shape, np.add)
    assert back.shape == shape
    assert back.sum() == g.sum()


def test_history_is_in_the_order_of_computation():
    x, w = leaf(1.0), leaf(2.0)
    product = x * w
    y = np.tanh(product) + product
    assert history([y]) == [x, w, product, parents(y)[0], y]


def test_a_sweep_stops_at_its_leaves():
    x = leaf(1.0)
    y = np.exp(x)
    z = y * y
    assert [*sweep({z: np.ones(1)}, leaves=[y])] == [y]


def test_several_outputs_at_once():
    x = leaf(2.0)
    y, z = x * 3.0, x * x
    assert sweep({y: np.array([1.0]), z: np.array([10.0])})[x] == 43


def test_a_leaf_that_is_used_often_gets_one_sum():
    x = leaf(1.0, 2.0)
    y = x * 1.0
    for _ in range(1000):
        y = y + x
    y.backward(np.ones(2))
    assert x.grad.tolist() == [1001, 1001]


def test_precisions_are_not_mixed():
    x, w = leaf(1.0, 2.0, dtype=np.float32), leaf(3.0, 4.0)
    h = x * np.float32(2)
    np.sum(h * w + h * h + h).backward()
    assert (x.grad.dtype, w.grad.dtype) == (np.float32, np.float64)


def test_sums_of_real_and_complex_gradients():
    x = leaf(1.0, 2.0, dtype=complex)
    y = x * 1.0 + x * 2.0 + x * 1j
    assert sweep({y: np.ones(2, complex)})[x].tolist() == [3 + 1j] * 2


@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (1, 1)])
def test_arrays_without_elements_or_axes(shape):
    x = Tensor(np.ones(shape), requires_grad=True)
    np.sum(np.tanh(x * 2) + x).backward()
    assert x.grad.shape == shape


def test_what_comes_from_older_tensors_only_is_not_differentiated():
    w, calls = Tensor(2.0, requires_grad=True), []

    @checkpoint
    def of_w():
        calls.append(w)
        return np.exp(w)

    assert grad(lambda x: x * of_w() + of_w())(3.0).item() == np.exp(2.0)
    assert len(calls) == 2
