"""The transforms compose to any order and leave their arguments alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import Tensor, functional, grad, no_grad, value_and_grad, vjp
from minigrad.graph import sum_to


def test_arrays_in_arrays_out():
    value, gradient = value_and_grad(lambda x: np.sum(x * x))(np.array([1.0, 2.0]))
    assert type(value) is type(gradient) is np.ndarray
    assert gradient.tolist() == [2.0, 4.0]


def test_any_order():
    f = lambda x: x**5
    orders = []
    for _ in range(6):
        f = grad(f)
        orders.append(float(f(2.0)))
    assert orders == [80, 160, 240, 240, 120, 0]


def test_several_arguments():
    f = lambda a, b, c: np.sum(a * b) + c
    assert [float(g) for g in grad(f, argnums=(0, 1))(2.0, 3.0, 1)] == [3.0, 2.0]
    assert float(grad(f, argnums=1)(2.0, 3.0, 1)) == 2.0


def test_keywords_are_passed_on():
    assert float(grad(lambda x, *, power: x**power)(3.0, power=2)) == 6.0


def test_an_inner_gradient_does_not_confuse_the_outer_variable():
    assert float(grad(lambda x: x * grad(lambda y: x + y)(1.0))(5.0)) == 1.0
    assert float(grad(lambda x: x * grad(lambda y: x * y * y)(3.0))(2.0)) == 24.0


def test_a_gradient_inside_a_function_that_is_differentiated():
    f = lambda x: np.sum(grad(lambda y: np.sum(np.tanh(y) * x))(x) ** 2)
    x = np.array([0.3, -0.8])
    step = 1e-6
    numerical = [(f(x + step * e) - f(x - step * e)) / (2 * step) for e in np.eye(2)]
    assert np.allclose(grad(f)(x), numerical)


def test_a_gradient_can_be_part_of_a_loss_with_backward():
    w = Tensor([1.0, 2.0], requires_grad=True)
    penalty = np.sum(grad(lambda x: np.sum(w * x**2))(np.array([3.0, 4.0])) ** 2)  # Σ (2 w x)²
    penalty.backward()
    assert w.grad.tolist() == [8 * 1 * 9, 8 * 2 * 16]


def test_second_order_through_vjp_of_a_tensor_cotangent():
    f = lambda v: np.sum(vjp(np.tanh, np.array([0.5, 1.0]))[1](v)[0] ** 2)
    slope = 1 - np.tanh([0.5, 1.0]) ** 2
    assert np.allclose(grad(f)(np.array([1.0, 2.0])), 2 * slope**2 * [1.0, 2.0])


def test_a_function_that_ignores_its_argument_has_gradient_zero():
    assert grad(lambda x: 1.0)(np.ones(2)).tolist() == [0.0, 0.0]
    assert grad(lambda x, y: y, argnums=(0, 1))(1.0, 2.0) == (0.0, 1.0)


def test_the_identity_has_gradient_one():
    assert grad(lambda x: x)(3.0) == 1
    assert grad(grad(lambda x: x))(3.0) == 0


def test_gradients_do_not_share_memory():
    a, b = grad(lambda a, b: np.sum(a + b), argnums=(0, 1))(np.ones(2), np.ones(2))
    a += 1
    assert b.tolist() == [1.0, 1.0]


def test_a_pullback_can_be_called_again():
    _, pullback = vjp(np.tanh, np.zeros(2))
    assert pullback(np.ones(2))[0].tolist() == [1.0, 1.0]
    assert pullback(2 * np.ones(2))[0].tolist() == [2.0, 2.0]


def test_grad_inside_no_grad_is_a_constant():
    w = Tensor(2.0, requires_grad=True)
    with no_grad():
        gradient = grad(lambda x: w * x)(3.0)
    assert type(gradient) is np.ndarray
    assert gradient == 2


def test_an_outer_leaf_that_is_returned_unchanged_stays_connected():
    assert grad(lambda w: value_and_grad(lambda x: w)(1.0)[0])(2.0) == 1


def test_changing_an_argument_afterwards_changes_no_gradient():
    a = np.array([1.0, 2.0])
    _, pullback = vjp(lambda x: x * x, a)
    a[:] = 0
    assert pullback(np.ones(2))[0].tolist() == [2.0, 4.0]


def test_leaves_outside_collect_nothing():
    w = Tensor(2.0, requires_grad=True)
    grad(lambda x: w * x)(3.0)
    assert w.grad is None


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: grad(np.tanh)(3), TypeError, "expected floating-point"),
        (lambda: grad(lambda x: x)(np.ones(2)), ValueError, r"one number, got an array of shape \(2,\)"),
        (lambda: grad(lambda x: None)(1.0), TypeError, "expected a function that returns an array, got None"),
        (lambda: grad(lambda x: (x, x))(1.0), ValueError, "expected a function that returns one number, got tuple"),
        (lambda: grad(lambda x: x, argnums=2)(1.0), TypeError, "argnums"),
        (lambda: grad(lambda x: x, argnums=(0, -1))(1.0), TypeError, "names an argument twice"),
        (lambda: vjp(np.tanh, np.ones(2))[1](np.ones(3)), ValueError, r"\(2,\), got \(3,\)"),
    ],
)
def test_wrong_calls_say_what_was_expected(call, error, text):
    with pytest.raises(error, match=text):
        call()


@given(
    shape=st.lists(st.integers(0, 3), max_size=3).map(tuple), lead=st.lists(st.integers(0, 3), max_size=2).map(tuple)
)
def test_sum_to_undoes_broadcasting(shape, lead):
    repeated = tuple(3 if n == 1 else n for n in shape)
    g = np.ones((*lead, *repeated))
    back = sum_to(g, shape)
    assert back.shape == shape
    assert back.sum() == g.sum()


def test_a_recurrent_network_end_to_end():
    rng = np.random.default_rng(0)
    x, targets = rng.normal(size=(5, 2, 3)), rng.integers(0, 4, size=(5, 2))
    parameters = [rng.normal(size=s) for s in [(3, 4), (4, 4), (4,), (4, 4)]]

    def loss(W_xh, W_hh, b, W_hy):
        h = np.zeros((2, 4))
        hs = []
        for x_t in x:
            h = np.tanh(x_t @ W_xh + h @ W_hh + b)
            hs.append(h)
        return functional.cross_entropy(np.stack(hs) @ W_hy, targets)

    gradients = grad(loss, argnums=(0, 1, 2, 3))(*parameters)
    before = loss(*parameters)
    after = loss(*(p - 0.1 * g for p, g in zip(parameters, gradients, strict=True)))
    assert after < before
