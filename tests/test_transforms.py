"""The transforms compose to any order and leave their arguments alone."""

import contextlib
from collections import namedtuple

import numpy as np
import pytest

from minigrad import (
    Tensor,
    checkpoint,
    functional,
    grad,
    grad_and_aux,
    hessian,
    hvp,
    jacobian,
    jvp,
    nn,
    no_grad,
    value_and_grad,
    vjp,
    vmap,
)
from minigrad.recording import plain
from minigrad.testing import check_gradients


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


FLAT = [
    lambda x: 1.0,
    lambda x: np.allclose(x, 1.0),
    lambda x: np.all(x > 0),
    lambda x: np.sum(np.floor(x)),
    lambda x: np.isclose(x, 1.0)[0],
    lambda x: np.sum(np.sign(x)),
    lambda x: np.sum(np.heaviside(x, 0.5)),
    lambda x: np.sum(np.copysign(1.0, x)),
    lambda x: float(np.argmax(x)),
    lambda x: x[0].item(),
    lambda x: np.sum(x.data**2),
    lambda x: np.sum(x.detach() ** 2),
    no_grad()(lambda x: np.sum(x * x)),
]


TRANSFORMS = {
    "grad": grad,
    "value_and_grad": lambda f: lambda x: value_and_grad(f)(x)[1],
    "grad_and_aux": lambda f: lambda x: grad_and_aux(lambda x: (f(x), x))(x)[0],
    "jacobian": jacobian,
    "hessian": hessian,
    "hvp": lambda f: lambda x: hvp(f, x, np.ones(2)),
    "vjp": lambda f: lambda x: vjp(f, x)[1](1.0)[0],
    "jvp": lambda f: lambda x: jvp(f, x, np.ones(2))[1],
}


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.parametrize("f", FLAT)
def test_a_result_that_nothing_recorded_leads_to_has_derivative_zero_which_is_said_once(f, name):
    with pytest.warns(UserWarning, match=f"^{name}: .* no recorded operation leads to: all derivatives are 0") as said:
        derivative = TRANSFORMS[name](f)(np.ones(2))
    assert not np.any(derivative)
    assert [warning.filename for warning in said] == [__file__]


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.parametrize("outside", [no_grad, contextlib.nullcontext])
def test_so_is_what_only_comes_from_something_else(name, outside):
    w = Tensor(2.0, requires_grad=True)
    with outside(), pytest.warns(UserWarning, match=f"^{name}: no recorded operation leads from the arguments") as said:
        derivative = TRANSFORMS[name](lambda x: w * np.sum(np.round(x)))(np.ones(2))
    assert not np.any(plain(derivative))
    assert len(said) == 1


def test_nothing_is_said_of_second_derivatives_that_vanish():
    assert not hessian(lambda x: np.sum(3 * x))(np.ones(2)).any()
    assert not jacobian(grad(lambda x: np.sum(x)))(np.ones(2)).any()


def test_an_argument_that_is_ignored_has_gradient_zero():
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
    with pytest.warns(UserWarning, match="no recorded operation leads from the arguments to what"):
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
        (
            lambda: grad(lambda x: x, argnums="x")(1.0),
            TypeError,
            "expected argnums to be a number, or several, got 'x'",
        ),
        (lambda: grad(lambda x: x, argnums=None)(1.0), TypeError, "argnums to be a number, or several, got None"),
        (lambda: grad(lambda x: x, argnums=(0, -1))(1.0), TypeError, "names an argument twice"),
        (lambda: vjp(np.tanh, np.ones(2))[1](np.ones(3)), ValueError, r"\(2,\), got \(3,\)"),
    ],
)
def test_wrong_calls_say_what_was_expected(call, error, text):
    with pytest.raises(error, match=text):
        call()


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


# Containers


def test_gradients_come_in_the_containers_of_their_arguments():
    State = namedtuple("State", "h c")
    parameters = {"W": np.eye(2), "layers": [1.0, (2.0, None)], "state": State(np.ones(2), np.zeros(2))}

    def loss(p, x):
        first, (second, _) = p["layers"]
        return np.sum(p["W"] @ x) * first * second + np.sum(p["state"].h * p["state"].c)

    value, gradient = value_and_grad(loss)(parameters, np.array([3.0, 4.0]))
    assert value == 14
    assert gradient["W"].tolist() == [[6, 8], [6, 8]]
    assert gradient["layers"] == [14, (7, None)]
    assert isinstance(gradient["state"], State)
    assert gradient["state"].c.tolist() == [1, 1]
    assert list(gradient) == list(parameters)


def test_a_training_step_over_a_dictionary():
    parameters = {"w": np.array([1.0, -1.0])}
    gradient = grad(lambda p: np.sum(p["w"] ** 2))(parameters)
    assert {k: (p - 0.5 * gradient[k]).tolist() for k, p in parameters.items()} == {"w": [0, 0]}


def test_results_in_containers():
    y, pullback = vjp(lambda x: {"sin": np.sin(x), "rest": [x, 3.0 * x]}, np.array([0.5]))
    assert y["sin"] == np.sin(0.5)
    (g,) = pullback({"sin": np.array([1.0]), "rest": [np.array([10.0]), np.array([100.0])]})
    assert np.isclose(g, np.cos(0.5) + 10 + 300)
    assert np.isclose(pullback({"sin": np.zeros(1), "rest": [np.zeros(1), np.ones(1)]})[0], 3)


def test_a_result_that_is_returned_twice_gets_both_cotangents():
    def twice(x):
        y = x * x
        return y, y

    _, pullback = vjp(twice, 3.0)
    assert pullback((1.0, 10.0))[0] == 66


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: grad(lambda p: p["a"])({"a": 1.0, "n": 3}), TypeError, r"argument 0\['n'\]: expected floating-point"),
        (lambda: grad(lambda x, p: x * p[0], argnums=1)(1.0, [3]), TypeError, r"argument 1\[0\]: expected floating"),
        (lambda: vjp(lambda x: [x, x], 1.0)[1](1.0), ValueError, "in the containers of what they belong to"),
        (lambda: vjp(lambda x: [x, np.argmax(x)], np.ones(2)), TypeError, r"floats, got int64 at result\[1\]"),
        (
            lambda: jvp(np.sin, np.ones(2), np.ones(3)),
            ValueError,
            r"vector of shape \(2,\) at arguments\[0\], got \(3,\)",
        ),
        (lambda: hvp(np.sum, (np.ones(2),), np.ones(2)), ValueError, "in the containers of what they belong to"),
        (lambda: jacobian(np.sin, argnums=1)(1.0), TypeError, "jacobian: argnums 1"),
        (lambda: hessian(np.sin)(np.ones(2)), ValueError, "one number"),
    ],
)
def test_wrong_containers_are_named(call, error, text):
    with pytest.raises(error, match=text):
        call()


# Jacobians and Hessians


def f(x, y):
    return np.stack([np.sum(x * y), np.sum(np.sin(x)) * y[0]])


X, Y = np.array([0.5, -1.0, 2.0]), np.array([1.0, 3.0, -0.5])


def columns(of, x, step=1e-6):
    return np.stack([(of(x + step * e) - of(x - step * e)) / (2 * step) for e in np.eye(x.size)], axis=-1)


def test_jvp_is_the_derivative_along_a_direction():
    u, v = np.array([1.0, 2.0, 3.0]), np.array([-1.0, 0.5, 0.25])
    value, tangent = jvp(f, (X, Y), (u, v))
    assert type(value) is type(tangent) is np.ndarray
    assert np.array_equal(value, f(X, Y))
    assert np.allclose(tangent, columns(lambda x: f(x, Y), X) @ u + columns(lambda y: f(X, y), Y) @ v)


def test_jvp_and_vjp_are_adjoint():
    rng = np.random.default_rng(0)
    u, v = rng.normal(size=3), rng.normal(size=2)
    _, tangent = jvp(lambda x: f(x, Y), X, u)
    _, pullback = vjp(lambda x: f(x, Y), X)
    assert np.isclose(v @ tangent, pullback(v)[0] @ u, rtol=1e-12)


def test_jvp_of_containers():
    value, tangent = jvp(lambda p: {"product": p["a"] * p["b"]}, {"a": 2.0, "b": 3.0}, {"a": 1.0, "b": 10.0})
    assert (value["product"], tangent["product"]) == (6, 23)


def test_jvp_of_an_argument_that_is_not_used():
    assert jvp(lambda x, y: np.sin(y), (1.0, 0.0), (1.0, 0.0))[1] == 0


def test_jacobians_have_the_shapes_of_output_and_input():
    assert np.allclose(jacobian(f)(X, Y), columns(lambda x: f(x, Y), X))
    of_x, of_y = jacobian(f, argnums=(0, 1))(X, Y)
    assert of_x.shape == of_y.shape == (2, 3)
    assert jacobian(lambda x: np.outer(x, x))(X).shape == (3, 3, 3)
    assert jacobian(np.sum)(X).tolist() == [1, 1, 1]
    assert jacobian(lambda x: x[:0])(X).shape == (0, 3)
    assert jacobian(np.exp)(0.0) == 1


def test_jacobians_of_containers():
    J = jacobian(lambda p: {"a": p["x"] * p["c"], "b": p["c"]})({"x": X, "c": 2.0})
    assert np.array_equal(J["a"]["x"], 2 * np.eye(3))
    assert np.array_equal(J["a"]["c"], X)
    assert (J["b"]["x"].tolist(), J["b"]["c"]) == ([0, 0, 0], 1)


def energy(x, y):
    return np.sum(np.exp(x * y)) + np.prod(x)


def test_hessians():
    H = hessian(energy)(X, Y)
    assert np.allclose(H, H.T)
    assert np.allclose(H, columns(lambda x: grad(energy)(x, Y), X))
    (xx, xy), (yx, yy) = hessian(energy, argnums=(0, 1))(X, Y)
    assert np.array_equal(xx, H)
    assert np.allclose(xy, yx.T)
    assert yy.shape == (3, 3)


def test_hvp_is_the_hessian_times_the_vector():
    u, v = np.array([1.0, 2.0, 3.0]), np.array([-1.0, 0.5, 0.25])
    assert np.allclose(hvp(lambda x: energy(x, Y), X, u), hessian(energy)(X, Y) @ u)
    (xx, xy), (yx, yy) = hessian(energy, argnums=(0, 1))(X, Y)
    of_x, of_y = hvp(energy, (X, Y), (u, v))
    assert np.allclose(of_x, xx @ u + xy @ v)
    assert np.allclose(of_y, yx @ u + yy @ v)
    assert hvp(lambda p: p["a"] ** 3, {"a": 2.0}, {"a": 1.0}) == {"a": 12}


@pytest.mark.parametrize(
    "g",
    [
        lambda x: jvp(np.tanh, x, np.ones(3))[1],
        lambda x: jvp(lambda z: z * x, X, x)[1],
        lambda x: jacobian(lambda z: np.tanh(z) * x[0])(x),
        lambda x: hessian(energy)(x, Y),
        lambda x: hvp(lambda z: energy(z, Y), x, x),
        lambda x: vjp(np.sin, x)[1](x)[0],
        lambda x: grad(lambda z: np.sum(grad(lambda w: np.sum(np.tanh(w) * z))(x) * z))(x),
    ],
)
def test_transforms_can_be_differentiated(g):
    check_gradients(g, X)


def test_transforms_of_tensors_are_part_of_the_graph():
    w = Tensor(2.0, requires_grad=True)
    _, tangent = jvp(lambda x: w * x**2, 3.0, 1.0)
    tangent.backward()
    assert w.grad == 6
    w.grad = None
    hvp(lambda x: w * x**3, 1.0, 1.0).backward()
    assert w.grad == 6


def test_transforms_leave_arrays_alone_and_give_ones_that_may_be_written_to():
    x = X.copy()
    for result in (
        jacobian(np.sin)(x),
        hessian(np.prod)(x),
        hvp(np.prod, x, x),
        *jvp(np.sin, x, x),
        *vjp(np.sin, x)[:1],
    ):
        result += 1
    assert np.array_equal(x, X)


def test_a_step_through_time_with_jvp():
    """∂h_T/∂h_0 by T Jacobians, and by one Jacobian of the whole."""
    W = np.random.default_rng(0).normal(size=(3, 3))

    def step(h):
        return np.tanh(h @ W)

    h, product = X, np.eye(3)
    for _ in range(4):
        product = jacobian(step)(h) @ product
        h = step(h)
    assert np.allclose(jacobian(lambda h: step(step(step(step(h)))))(X), product)


# Something beside the number


def with_states(w, x):
    h = np.tanh(w * x)
    return np.sum(h * h), {"h": h, "steps": len(x), "nothing": None}


def test_what_is_returned_beside_the_number_is_passed_on():
    w, x = np.array(0.5), np.array([1.0, 2.0])
    alone = lambda w: with_states(w, x)[0]
    for gradient, aux in (grad(with_states, has_aux=True)(w, x), grad_and_aux(with_states)(w, x)):
        assert np.array_equal(gradient, grad(alone)(w))
        assert isinstance(aux["h"], np.ndarray)
        assert np.array_equal(aux["h"], np.tanh(w * x))
        assert (aux["steps"], aux["nothing"]) == (2, None)
    (value, aux), gradients = value_and_grad(with_states, argnums=(0, 1), has_aux=True)(w, x)
    assert value == alone(w)
    assert np.array_equal(gradients[1], grad(with_states, 1, has_aux=True)(w, x)[0])
    assert aux["steps"] == 2


def test_what_is_passed_on_can_be_differentiated_from_outside():
    x = np.array([1.0, 2.0])
    outer = lambda w: np.sum(grad_and_aux(with_states)(w, x)[1]["h"])
    assert np.allclose(grad(outer)(0.5), np.sum(x * (1 - np.tanh(0.5 * x) ** 2)))
    second = lambda w: grad_and_aux(with_states)(w, x)[0]
    assert np.allclose(grad(second)(0.5), grad(grad(lambda w: with_states(w, x)[0]))(0.5))


def test_a_function_that_returns_no_pair_says_so():
    for transform, who in ((grad, "grad"), (value_and_grad, "value_and_grad")):
        with pytest.raises(TypeError, match=rf"{who}: expected a function that returns \(number, aux\), got"):
            transform(np.sum, has_aux=True)(np.ones(2))
    with pytest.raises(ValueError, match="grad_and_aux: expected a function that returns one number"):
        grad_and_aux(lambda x: (x, None))(np.ones(2))


@pytest.mark.parametrize("transform", [grad, value_and_grad, grad_and_aux, jacobian, hessian, vmap, checkpoint])
def test_a_result_in_place_of_a_function_is_told_as_that(transform):
    with pytest.raises(TypeError, match=rf"^{transform.__name__}: expected a function, got Tensor\. Give the function"):
        transform(Tensor(3.0))


@pytest.mark.parametrize("transform", [vjp, jvp, hvp])
def test_so_it_is_where_the_arguments_come_with_it(transform):
    with pytest.raises(TypeError, match=rf"^{transform.__name__}: expected a function, got float64"):
        transform(np.float64(3), np.ones(2), np.ones(2))


def test_an_error_of_a_hessian_names_it():
    with pytest.raises((TypeError, ValueError), match=r"^hessian: argnums 3"):
        hessian(np.prod, argnums=3)(np.ones(2))


@pytest.mark.parametrize("aux", [np.ones(2), "logits", {"h": np.arange(2)}])
def test_a_function_that_returns_a_pair_is_told_has_aux(aux):
    def f(x):
        return np.sum(x * x), aux

    for transform in (grad, value_and_grad):
        with pytest.raises((ValueError, TypeError), match=rf"write {transform.__name__}\(f, has_aux=True\)\.$"):
            transform(f)(np.ones(2))
    assert np.array_equal(grad(f, has_aux=True)(np.ones(2))[0], [2.0, 2.0])
    with pytest.raises((ValueError, TypeError), match=r"give lambda \*args: f\(\*args\)\[0\]\.$"):
        hvp(f, np.ones(2), np.ones(2))
    assert np.array_equal(hvp(lambda *args: f(*args)[0], np.ones(2), np.ones(2)), [2.0, 2.0])


def test_a_module_is_told_what_to_differentiate_in_its_place():
    layer = nn.Linear(3, 2, rng=0)
    for network in (layer, nn.Sequential(layer)):
        with pytest.raises(TypeError, match=rf"got {type(network).__name__}\. Of a module give its numbers by name"):
            grad(lambda m: np.sum(m(np.ones(3))))(network)
    with pytest.raises(TypeError, match=r"expected numbers, arrays, or containers of them, got generator\.$"):
        grad(np.sum)(layer.parameters())
    with pytest.warns(UserWarning, match="with other Tensors than its arguments, such as the parameters"):
        hvp(lambda w: np.sum(layer(np.ones(3)) ** 2), layer.weight, np.ones((2, 3)))
