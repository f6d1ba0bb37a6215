"""The checker finds what is wrong, passes what is right, and says how it knows."""

import itertools
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import Tensor, functional, grad, nn, primitive
from minigrad.testing import GradientError, check_gradients, numerical

from ..conftest import quick


def broken(rule, function=np.tanh):
    return primitive(rule)(lambda x: function(x))


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def test_one_wrong_element_among_1200_by_one_part_in_a_million_is_found():
    error = np.ones((30, 40))
    error[17, 23] += 1e-6
    f = broken(lambda g, y, x: g * (1 - y * y) * error)
    with pytest.raises(GradientError) as caught:
        check_gradients(f, normal(30, 40), order=1)
    assert caught.value.index == (17, 23)
    assert np.isclose(caught.value.ratio - 1, 1e-6, rtol=1e-3)


def test_the_error_names_argument_index_numbers_and_ratio():
    f = primitive(lambda g, y, a, b: g * b, lambda g, y, a, b: -g * a)(lambda a, b: a * b)
    with pytest.raises(
        GradientError, match=r"argument 1 .* index \(0,\): got .*, expected .* by complex step, ratio -1"
    ) as caught:
        check_gradients(f, np.array([2.0]), np.array([3.0]))
    assert (caught.value.argument, caught.value.index, caught.value.order) == (1, (0,), 1)


def test_a_wrong_second_order_is_found_although_the_first_is_right():
    def rule(g, y, x):
        slope = 1 - np.tanh(x.data if isinstance(x, Tensor) else x) ** 2  # a constant, as far as the graph knows
        return g * slope

    f = broken(rule)
    assert check_gradients(f, normal(3), order=1) == ("complex step",)
    with pytest.raises(GradientError, match="second-order"):
        check_gradients(f, normal(3))


def test_what_is_not_analytic_is_checked_by_central_differences():
    magnitude = primitive(lambda g, y, x: g * np.sign(x))(lambda x: np.abs(x))
    assert check_gradients(magnitude, np.array([1.0, -2.0]), order=1) == ("central differences",)
    wrong = primitive(lambda g, y, x: g)(lambda x: np.abs(x))
    with pytest.raises(GradientError, match=r"index \(1,\).*central differences"):
        check_gradients(wrong, np.array([1.0, -2.0]), order=1)


def test_a_complex_step_that_would_mislead_is_noticed():
    # x |x| takes complex numbers, but its complex step is |x|, half of the derivative
    f = primitive(lambda g, y, x: g * 2 * np.abs(x))(lambda x: x * np.abs(x))
    assert check_gradients(f, np.array([1.0, -2.0]), order=1) == ("central differences",)
    wrong = primitive(lambda g, y, x: g * np.abs(x))(lambda x: x * np.abs(x))
    with pytest.raises(GradientError):
        check_gradients(wrong, np.array([1.0, -2.0]), order=1)


@given(seed=st.integers(0, 1000), error=st.sampled_from([1e-4, -1e-2, 1.0, -2.0]))
def test_any_scaled_gradient_is_found(seed, error):
    f = broken(lambda g, y, x: (1 + error) * g * (1 - y * y))
    with pytest.raises(GradientError):
        check_gradients(f, normal(2, 3, seed=seed), order=1)


def test_a_gradient_of_nan_is_wrong():
    with pytest.raises(GradientError, match="got nan"):
        check_gradients(broken(lambda g, y, x: g * np.nan), normal(2), order=1)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (np.sqrt, 1e-8),
        (np.log, 1e-4),
        (lambda x: 1 / x, 1e-5),
        (lambda x: np.maximum(x, 0.0), 1e-5),
        (lambda x: np.max(np.stack([x, x * 0 + 1.00001])), 1.0),
        (lambda x: np.tanh(1e4 * x), 1e-5),
        (lambda x: x**2, 1e8),
        (np.abs, 1e8),
    ],
)
def test_right_gradients_pass_at_every_magnitude(f, x):
    check_gradients(f, np.array([x]))


def test_a_wrong_element_beside_a_huge_one_is_found():
    f = primitive(lambda g, y, x: g * np.array([1e12, 1.5]))(lambda x: 1e12 * x[0] + x[1])
    with pytest.raises(GradientError, match=r"index \(1,\)"):
        check_gradients(f, np.array([1.0, 2.0]), order=1)


def test_a_part_that_is_not_analytic_does_not_hide_behind_a_large_one():
    half = primitive(lambda g, y, x: g * np.abs(x))(lambda x: x * np.abs(x))
    with pytest.raises(GradientError, match="argument 1"):
        check_gradients(lambda a, b: 1e6 * np.sum(a * a) + np.sum(half(b)), np.ones(3), np.array([1.0, -2.0]), order=1)


def test_an_argument_that_is_not_used_has_gradient_zero():
    check_gradients(lambda x, y: x * x, np.ones(2), np.ones(2))


def test_integers_are_passed_on():
    check_gradients(lambda x, axis: np.sum(x * x, axis=axis), normal(2, 3), 1)


def test_functions_that_refer_to_tensors_of_a_graph():
    w = Tensor(normal(3), requires_grad=True)
    assert check_gradients(lambda x: np.sum(w * x * x), normal(3)) == ("complex step", "complex step")
    assert w.grad is None


def test_arguments_are_left_alone():
    x = normal(3)
    before = x.copy()
    check_gradients(np.tanh, x)
    assert np.array_equal(x, before)


# Gradients that somebody wrote by hand


def layer(x, W, b):
    return np.maximum(x @ W + b, 0.0)


def layer_backward(dout, x, W, b):
    dz = dout * (x @ W + b > 0)
    return dz @ W.T, x.T @ dz, dz.sum(0)


def test_a_gradient_written_by_hand_in_plain_numpy():
    assert check_gradients(layer, normal(4, 3), normal(3, 2), normal(2), backward=layer_backward) == ("complex step",)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (lambda dout, x, W, b: layer_backward(dout, x, W, b)[:2], "expected 3 gradients"),
        (lambda dout, x, W, b: (x, W, b), "gradient with respect to argument 0 shares memory with an argument"),
        (lambda dout, x, W, b: (dout, W * 0, b * 0), r"argument 0: expected the shape \(4, 3\), got \(4, 2\)"),
        (lambda dout, x, W, b: layer_backward(np.ones_like(dout), x, W, b), "not 0 for v = 0"),
        (lambda dout, x, W, b: layer_backward(np.clip(dout, -3, 3), x, W, b), "not linear in v"),
        (lambda dout, x, W, b: (None, None, None), "no gradient at all"),
        (lambda dout, x, W, b: layer_backward(dout / 4, x, W, b), "0.25 times"),
        (lambda dout, x, W, b: layer_backward(np.abs(dout) * dout, x, W, b), "not linear in v"),
        (lambda dout, x, W, b: layer_backward(np.multiply(dout, 2, out=dout) / 2, x, W, b), "changes .* in place"),
        (lambda dout, x, W, b: layer_backward(dout, np.add(x, 1, out=x), W, b), "changes .* in place"),
        (lambda dout, x, W, b: layer_backward(dout + np.random.rand(), x, W, b), "two calls"),  # noqa: NPY002
        (lambda dout, x, W, b: (*layer_backward(dout, x, W, b)[:2], 1e-14 + layer_backward(dout, x, W, b)[2]), "not 0"),
    ],
)
def test_a_broken_promise_is_named(broken, message):
    with pytest.raises(GradientError, match=message):
        check_gradients(layer, normal(4, 3), normal(3, 2), normal(2), backward=broken)


def test_gradients_that_share_memory_with_each_other():
    def backward(dout, a, b):
        return dout * 1, (dout * 1)[:]

    def aliased(dout, a, b):
        both = dout * 1
        return both, both

    check_gradients(np.add, normal(3), normal(3), backward=backward)
    with pytest.raises(GradientError, match="argument 1 shares memory with that with respect to argument 0"):
        check_gradients(np.add, normal(3), normal(3), backward=aliased)


def test_none_is_not_checked():
    check_gradients(
        layer, normal(4, 3), normal(3, 2), normal(2), backward=lambda *a: (None, layer_backward(*a)[1], None)
    )


def test_a_function_that_keeps_no_promise_itself():
    with pytest.raises(GradientError, match="f changes argument 0 in place"):
        check_gradients(lambda x: np.add(x, 1, out=x), normal(3), backward=lambda v, x: v)
    with pytest.raises(GradientError, match="f: two calls"):
        check_gradients(lambda x: x * np.random.rand(), normal(3))  # noqa: NPY002


def test_code_that_knows_only_floats():
    def f(x):
        return np.array([float(x[0]) ** 2, math.exp(x[1])])

    def backward(v, x):
        return v * np.array([2 * x[0], math.exp(x[1])])

    assert check_gradients(f, np.array([3.0, 0.5]), backward=backward) == ("central differences",)
    with pytest.raises(GradientError, match=r"ratio 1\.00001"):
        check_gradients(f, np.array([3.0, 0.5]), backward=lambda v, x: backward(v, x) * 1.00001)


def test_arguments_in_containers():
    def f(parameters, x):
        return np.tanh(x @ parameters["W"] + parameters["layers"][0])

    parameters = {"W": normal(3, 2), "layers": [normal(2), None], "name": "plain"}
    check_gradients(f, parameters, normal(4, 3))

    def without_bias(parameters, x):
        (bias, _), tensor = parameters["layers"], parameters["W"]
        constant = Tensor(bias.data) if isinstance(tensor, Tensor) else bias
        return f({**parameters, "layers": [constant]}, x)

    with pytest.raises(GradientError, match=r"argument 0\['layers'\]\[0\] is wrong") as caught:
        check_gradients(without_bias, parameters, normal(4, 3))
    assert caught.value.argument == 0


def test_results_in_containers():
    check_gradients(lambda x: {"twice": 2 * x, "rest": (np.tanh(x), [x[0]])}, normal(3))
    check_gradients(
        lambda h, c: (h * c, c + h),
        normal(3),
        normal(3, seed=1),
        backward=lambda v, h, c: (v[0] * c + v[1], v[0] * h + v[1]),
    )


def test_gradients_of_a_dictionary_are_found_by_their_names():
    p = {"A": normal(2, 2), "B": normal(2, 2, seed=1), "eps": 0.5}

    def backward(v, p):
        return {"B": p["A"].T @ v, "A": v @ p["B"].T}  # in another order, and none for eps

    def exchanged(v, p):
        return {"A": p["A"].T @ v, "B": v @ p["B"].T}

    check_gradients(lambda p: p["A"] @ p["B"], p, backward=backward)
    with pytest.raises(GradientError, match="argument 0\\['A'\\] is wrong"):
        check_gradients(lambda p: p["A"] @ p["B"], p, backward=exchanged)
    with pytest.raises(GradientError, match="no floats at argument 0\\['C'\\]"):
        check_gradients(lambda p: p["A"] @ p["B"], p, backward=lambda v, p: {"C": v})


def test_a_key_that_is_forgotten():
    p = {"A": normal(2, 2), "B": normal(2, 2, seed=1)}
    f = lambda p: p["A"] @ p["B"]
    with pytest.raises(GradientError, match=r"no gradient for argument 0\['A'\]"):
        check_gradients(f, p, backward=lambda v, p: {"B": p["A"].T @ v})
    check_gradients(f, p, backward=lambda v, p: {"B": p["A"].T @ v, "A": None})


def test_outputs_that_are_not_finite():
    mask = np.array([True, False, True])
    check_gradients(lambda x: functional.log_softmax(np.where(mask, x, -np.inf)), normal(3))


@pytest.mark.parametrize("fast", [False, True])
def test_arguments_that_are_not_finite_where_they_are_not_used(fast):
    x = normal(4)
    x[1:3] = np.nan, np.inf
    assert check_gradients(lambda x: x[[0, 3]] ** 2, x, fast=fast) == ("complex step",) * 2
    with pytest.raises(GradientError, match="is wrong"):
        check_gradients(lambda x: x[[0, 3]] ** 2, x, backward=lambda v, x: np.array([v[0], v[1], 0, v[1]]), fast=fast)


def test_it_is_the_plain_backward_pass_that_is_checked():
    """Although f refers to a Tensor that requires a gradient, so that its gradients could be differentiated further."""
    w = Tensor(normal(3), requires_grad=True)
    f = primitive(lambda g, y, x: g if isinstance(g, Tensor) else 1.01 * g)(lambda x: x * 1.0)
    with pytest.raises(GradientError):
        check_gradients(lambda x: np.sum(f(x) * w), normal(3), order=1)


@pytest.mark.exhaustive
@pytest.mark.parametrize("f", quick(1, [lambda x: np.var(np.exp(x), axis=0), lambda x: np.linalg.norm(x)]))
def test_precision_without_the_complex_step(f):
    error = np.ones((6, 20))
    error[3, 4] += 1e-6
    wrong = broken(lambda g, y, x: g * error, lambda x: x * 1.0)
    check_gradients(f, normal(6, 20), order=1)
    with pytest.raises(GradientError) as caught:
        check_gradients(lambda x: f(wrong(x)), normal(6, 20), order=1)
    assert caught.value.operation.index == (3, 4)


def test_numbers_that_are_settings_may_be_left_out():
    check_gradients(lambda x, n, p: p * x**n, normal(3), 2, 0.5, backward=lambda v, x, n, p: v * p * n * x)
    check_gradients(lambda x, n: x**n, normal(3), 2, backward=lambda v, x, n: (v * n * x, None))


@pytest.mark.parametrize("scale", [1e-6, 1e-4, 1e-2])
def test_a_small_part_that_is_not_analytic(scale):
    x = np.array([0.5, -1.0, 2.0])
    f = lambda x: np.sum(x * x) + scale * np.sum(np.abs(x))
    check_gradients(f, x)
    check_gradients(f, x, backward=lambda v, x: v * (2 * x + scale * np.sign(x)))
    if scale > 1e-6:
        with pytest.raises(GradientError):
            check_gradients(f, x, backward=lambda v, x: v * 2 * x)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: float(max(x - 0.9999, 0.0)), 1.0),
        (lambda p: math.log(1 - p), 0.95),
        (lambda x: math.sqrt(1 - x * x), 0.99),
        (lambda x: np.sin(float(x)), 1e4),
    ],
)
def test_code_for_floats_near_kinks_and_edges(f, x):
    h = 1e-7
    slope = {1.0: 1.0, 0.95: -20.0, 0.99: -0.99 / math.sqrt(1 - 0.99**2), 1e4: math.cos(1e4)}[x]
    assert np.isclose((f(x + h) - f(x - h)) / (2 * h), slope, rtol=1e-3)
    check_gradients(f, x, backward=lambda v, x: v * slope)


def test_code_that_asserts_that_it_gets_floats():
    def f(x):
        assert x.dtype == float
        return x**2

    assert check_gradients(f, normal(3), backward=lambda v, x: v * 2 * x) == ("central differences",)


# The wrong operation is named, and how it is wrong


def test_the_first_wrong_operation_is_named():
    sigmoid = primitive(lambda g, y, x: g * y)(lambda x: 1 / (1 + np.exp(-x)))
    later = broken(lambda g, y, x: 2 * g)
    with pytest.raises(GradientError) as caught:
        check_gradients(lambda x, W: later(sigmoid(x @ W)) ** 2, normal(2, 3), normal(3, 4))
    error = caught.value
    assert (error.argument, error.order) == (0, 1)
    assert error.operation.name.startswith("argument 0 of ")
    assert error.operation.size == 8
    assert 1 / error.operation.ratio < 1  # y instead of y (1 - y)
    assert "first operation that is wrong by itself" in str(error)


def test_the_operation_of_a_wrong_second_order_is_named():
    def rule(g, y, x):
        return g * (1 - np.tanh(x.data if isinstance(x, Tensor) else x) ** 2)

    with pytest.raises(GradientError) as caught:
        check_gradients(lambda x: np.sum(broken(rule)(x)) ** 2, normal(3))
    assert caught.value.order == caught.value.operation.order == 2
    assert "no gradient arrives" in caught.value.operation.hint


@pytest.mark.parametrize(
    "network",
    [
        lambda wrong, x: wrong(functional.softmax(np.where(np.array([True, False, True]), x, -np.inf))),
        lambda wrong, x: wrong(functional.relu(x * np.array([1.0, 0.0, 1.0]))),
        lambda wrong, x: wrong(np.max(x * np.array([1.0, 0.0, 0.0]), axis=0)),
        lambda wrong, x: wrong(np.abs(x)),
    ],
)
def test_right_operations_on_kinks_are_not_named(network):
    wrong = broken(lambda g, y, x: 1.5 * g, lambda x: x * 1.0)
    with pytest.raises(GradientError) as caught:
        check_gradients(lambda x: network(wrong, x), normal(3), order=1)
    assert np.isclose(caught.value.operation.ratio, 1.5)


def test_another_value_on_tensors():
    with pytest.raises(GradientError, match="its value on Tensors is not that on arrays"):
        check_gradients(lambda x: x * (2 if isinstance(x, Tensor) else 1) / (2 - isinstance(x, Tensor)), normal(3))


def test_a_path_that_is_not_recorded():
    with pytest.raises(GradientError, match="something not recorded") as caught:
        check_gradients(lambda x: x * (x.detach() if isinstance(x, Tensor) else x), normal(3), order=1)
    assert caught.value.operation is None


# By projections


@pytest.mark.parametrize("seed", quick(2, range(10)))
def test_fast_finds_one_wrong_element_among_1200_too(seed):
    error = np.ones((30, 40))
    error[17, 23 + seed] += 1e-6
    f = broken(lambda g, y, x: g * (1 - y * y) * error)
    with pytest.raises(GradientError) as caught:
        check_gradients(f, normal(30, 40), order=1, fast=True, seed=seed)
    assert caught.value.index == (17, 23 + seed)


@pytest.mark.parametrize("seed", quick(2, range(10)))
def test_fast_finds_errors_that_cancel(seed):
    error = np.zeros((30, 40))
    error[3, 4], error[5, 6] = 1e-5, -1e-5
    f = broken(lambda g, y, x: g * (1 - y * y + error))
    with pytest.raises(GradientError, match="2 of 1200"):
        check_gradients(f, normal(30, 40), order=1, fast=True, seed=seed)


def test_what_takes_long_says_that_there_is_a_fast_way(monkeypatch):
    monkeypatch.setattr(numerical, "PATIENCE", 0.0)
    with pytest.warns(UserWarning, match=r"the 500 elements .* will take \d+ seconds more. fast=True") as warnings:
        check_gradients(np.sin, normal(500), order=1)
    assert [warning.filename for warning in warnings] == [__file__]
    check_gradients(np.sin, normal(500), order=1, fast=True)


@pytest.mark.exhaustive
def test_it_is_said_once_and_not_of_what_ends_soon(monkeypatch):
    clock = itertools.count()
    monkeypatch.setattr(numerical.time, "process_time", lambda: next(clock) * 0.01)
    check_gradients(np.multiply, normal(400), normal(400), order=1)
    with pytest.warns(UserWarning, match="the 2000 elements of an argument will take 19 seconds more") as warnings:
        check_gradients(lambda a, b: np.sin(a * b), normal(2000), normal(2000))
    assert len(warnings) == 1


def test_fast_needs_few_evaluations():
    calls = []

    def f(x):
        calls.append(1)
        return np.tanh(x)

    check_gradients(f, normal(100, 100), fast=True)
    assert len(calls) < 200


@pytest.mark.parametrize("f", quick(1, [np.tanh, np.abs]), ids=["complex", "central"])
def test_fast_ends_soon_for_large_arrays(f):
    calls = []

    def count(x):
        calls.append(1)
        return f(x)

    x = normal(30_000)
    check_gradients(count, x, order=1, fast=True)
    wrong = grad(lambda x: np.sum(f(x)))(x)
    wrong[12_345] *= 1.01
    with pytest.raises(GradientError, match=r"wrong at index \(12345,\)"):
        check_gradients(count, x, backward=lambda v, x: v * wrong, fast=True)
    assert len(calls) < 1500


def test_fast_passes_what_is_right():
    for f in (np.tanh, np.abs, lambda x: np.sort(x, axis=0), lambda x: x / np.linalg.norm(x)):
        check_gradients(f, normal(30, 40), fast=True)


def test_wrong_calls():
    with pytest.raises(ValueError, match="order 1, got 2"):
        check_gradients(np.tanh, 1.0, backward=lambda v, x: v, order=2)
    with pytest.raises(TypeError, match="floats"):
        check_gradients(np.tanh, 1)
    with pytest.raises(ValueError, match="order 1 or 2"):
        check_gradients(np.tanh, 1.0, order=3)


# Some functions cannot be checked


@pytest.mark.parametrize(
    ("f", "x", "text"),
    [
        (
            lambda x: x * np.nan,
            np.ones(3),
            r"f is NaN at index \(0,\) of its result, where no derivative can be checked",
        ),
        (lambda x: (x, np.sqrt(x - 2)), np.array([3.0, 1.0]), r"f is NaN at index \(1,\) of its result 1"),
        (np.log, np.array([1.0, 0.0]), r"f is infinite at index \(1,\)"),
        (lambda x: 1 / x, np.array([[0.0, 1.0]]), r"f is infinite at index \(0, 0\)"),
        (lambda x: np.log(0 * x), np.ones(3), "f is nowhere finite, so nothing can be checked"),
    ],
)
def test_where_f_is_not_finite_nothing_is_checked_which_is_an_error(f, x, text):
    for options in {}, {"backward": lambda v, x: 77 * x}, {"fast": True}:
        with np.errstate(all="ignore"), pytest.raises(GradientError, match=text):
            check_gradients(f, x, **options)


def squares_in_a_loop(x):
    return np.array([float(np.float32(a) ** 2) for a in x])


@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize(
    ("f", "dtype"),
    [
        (lambda x: x.astype(np.float32) ** 2, "computes in float32"),
        (lambda x: np.square(x.astype(np.float32)).astype(float) * 3, "computes in float32"),
        (lambda x: np.square(x.astype(np.float16)).astype(float), "computes in float16"),
        (squares_in_a_loop, "is computed in float32, or as coarsely"),
    ],
)
def test_lower_precision_inside_is_told(f, dtype):
    def backward(v, x):
        scale = f(np.ones(1)).item()
        return 2 * scale * v * x

    for shape in (3,), (50,):
        with pytest.raises(GradientError, match=f"f {dtype}.* in float64 to be checked"):
            check_gradients(f, normal(*shape), backward=backward)


def test_a_backward_in_lower_precision_is_told():
    with pytest.raises(GradientError, match="right to some 6 digits: is it computed in float32"):
        check_gradients(np.square, normal(4), backward=lambda v, x: (2 * v * x).astype(np.float32))


@pytest.mark.parametrize(
    ("f", "backward", "index", "left_right"),
    [
        (lambda x: np.maximum(x, 0.0), lambda v, x: v * (x > 0), 1, r"0 on the left and [\d.-]+ on the right"),
        (lambda x: np.minimum(x, 0.0), lambda v, x: v * (x < 0), 1, r"[\d.-]+ on the left and 0 on the right"),
        (np.abs, lambda v, x: np.where(x >= 0, v, -v), 1, r"[\d.-]+ on the left and [\d.-]+ on the right"),
        (
            np.sqrt,
            lambda v, x: np.where(x > 0, v / 2 / np.sqrt(np.where(x > 0, x, 1)), 0),
            1,
            "nan on the left and inf",
        ),
        (lambda x: np.clip(x, 0.0, 1.5), lambda v, x: v * ((x >= 0) & (x <= 1.5)), 1, "0 on the left"),
        (functional.relu, None, 1, "0 on the left"),
    ],
)
def test_where_there_is_no_derivative_that_is_said_and_no_two_numbers(f, backward, index, left_right):
    x = np.array([1.0, 0.0, 2.0])
    with np.errstate(all="ignore"), pytest.raises(GradientError) as caught:
        check_gradients(f, x, backward=backward)
    assert re.search(
        rf"f has no derivative with respect to argument 0 at index \({index},\): .*{left_right}", str(caught.value)
    )
    assert "expected" not in str(caught.value)


KINKS = {
    "maximum": (lambda x: np.maximum(x, 0), [0.0, 1.0], (0,)),
    "of what is minimal": (lambda x: np.minimum(0, x), [1.0, 0.0], (1,)),
    "of two arguments": (lambda x: np.maximum(x, [1.0, 2.0]), [0.5, 2.0], (1,)),
    "a number": (lambda x: np.maximum(x, 0), 0.0, ()),
    "fmax": (lambda x: np.fmax(x, 0), [0.0], (0,)),
    "abs": (np.abs, [2.0, 0.0], (1,)),
    "abs of a number": (np.abs, 0.0, ()),
    "times its sign": (lambda x: x * np.sign(x), [0.0], (0,)),
    "clip": (lambda x: np.clip(x, 0, 1), [0.5, 1.0], (1,)),
    "max": (np.max, [1.0, 3.0, 3.0], (1,)),
    "all equal": (lambda x: np.min(x, axis=0), np.ones((2, 3)), (0, 0)),
    "ptp": (np.ptp, [1.0, 1.0, 0.0, 0.0], (0,)),
    "sort": (np.sort, [2.0, 1.0, 1.0], (1,)),
    "median": (np.median, [1.0, 1.0, 2.0], (0,)),
    "norm": (np.linalg.norm, np.zeros(3), (0,)),
    "norm of ord 1": (lambda x: np.linalg.norm(x, 1), [1.0, 0.0], (1,)),
    "largest element": (lambda x: np.linalg.norm(x, np.inf), [1.0, -1.0], (0,)),
    "hypot": (lambda x: np.hypot(x, 0.0), [1.0, 0.0], (1,)),
    "relu": (functional.relu, [1.0, 0.0], (1,)),
    "module": (nn.ReLU(), np.zeros((2, 2)), (0, 0)),
    "leaky": (nn.LeakyReLU(), [0.0], (0,)),
    "where": (lambda x: np.where(x > 0, x, 0), [1.0, 0.0], (1,)),
    "times a mask": (lambda x: x * (x > 0), [1.0, 0.0], (1,)),
    "l1 loss": (lambda x: functional.l1_loss(x, np.zeros(2)), [1.0, 0.0], (1,)),
    "in a network": (lambda W: np.maximum(W @ np.ones(2), 0), [[1.0, -1.0], [2.0, 1.0]], (0, 0)),
    "one of many": (lambda x: np.sum(np.abs(x)), np.where(np.arange(900) == 500, 0, np.arange(900) - 90.5), (500,)),
}


@pytest.mark.parametrize("how", [{}, {"fast": True}, {"order": 2}])
@pytest.mark.parametrize("name", KINKS)
def test_a_kink_has_no_derivative_also_where_the_gradient_is_between_the_slopes(name, how):
    f, x, index = KINKS[name]
    x = np.array(x) if np.ndim(x) else x
    with pytest.raises(GradientError, match=r"^f has no derivative with respect to argument 0 at index") as caught:
        check_gradients(f, x, **{"order": 1, **how})
    place, slopes = str(caught.value).split(" at index ")[1].split(": the slope of <v, f> is ")
    assert place == str(index)
    left, right = slopes.split(" on the right")[0].split(" on the left and ")
    assert left != right


def test_no_derivative_is_said_where_those_along_elements_do_not_add_up():
    with pytest.raises(GradientError, match="where several elements move"):
        check_gradients(lambda x: np.quantile(x, 0.5), np.ones(3), order=1)


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: np.maximum(x, 0) + np.minimum(x, 0), [0.0, 1.0]),
        (lambda x: np.maximum(x, x), [1.0]),
        (lambda x: np.maximum(x, 0), [1e-3, -1e-9, 1e-12]),
        (lambda x: np.abs(x) * x, [0.0, 1.0]),
        (lambda x: np.sum(np.sort(x)), np.ones(3)),
        (lambda x: np.sin(1e4 * x), [0.3, 1.0]),
        (lambda x: (x - 1e6) ** 2 * 1e-3, [1e6 + 1, 1e6 + 2]),
        (lambda x: np.exp(30 * x), [1.0, 0.0]),
        (lambda x: np.var(x + 1e5), [1.0, 2.0, 4.0]),
        (lambda x: np.sum(x) - 1e6, np.cos(np.arange(2000.0))),
    ],
)
def test_what_is_smooth_has_no_kink(f, x, fast):
    check_gradients(f, np.array(x), order=1, fast=fast, rtol=1e-6)


def test_second_derivatives_that_jump_are_none():
    for f in (
        lambda x: x * functional.relu(x),
        lambda x: np.maximum(x, 0.0) * x,
        lambda x: np.maximum(x, 0.0) ** 2,
    ):
        with pytest.raises(GradientError, match=r"the gradient of f has no derivative .* at index \(0,\)"):
            check_gradients(f, np.array([0.0, 1.0]))


def test_steep_and_curved_functions_have_derivatives():
    for f, slope in ((lambda x: np.sin(1e4 * x), lambda x: 1e4 * np.cos(1e4 * x)), (lambda x: x**2, lambda x: 2 * x)):
        for x in (np.array([0.3, 1e-3]), np.array([0.0, 1.0])):
            with pytest.raises(GradientError, match="got"):
                check_gradients(f, x, backward=lambda v, x: v * (1.1 * slope(x) + 1))  # noqa: B023


@pytest.mark.parametrize(
    ("backward", "hint"),
    [
        (lambda d, x, W: (d @ W, x.T @ d), "it is d @ W where d @ W.T belongs, W being argument 1"),
        (lambda d, x, W: (d @ W.T, x @ d), "it is W @ d where W.T @ d belongs, W being argument 0"),
        (lambda d, x, W: (d @ W.T, x @ d.T), "it is W @ d.T where W.T @ d belongs, W being argument 0"),
        (lambda d, x, W: (W.T @ d, x.T @ d), "it is W.T @ d where d @ W.T belongs, W being argument 1"),
        (lambda d, x, W: (d @ W.T, d.T @ x), "the last two axes are exchanged"),
    ],
)
def test_a_square_product_with_the_wrong_side_transposed_is_told(backward, hint):
    def layer(x, W):
        return np.tanh(x @ W)

    x, W = normal(3, 3), normal(3, 3, seed=1)
    with pytest.raises(GradientError) as caught:
        check_gradients(layer, x, W, backward=lambda v, x, W: backward(v * (1 - layer(x, W) ** 2), x, W))
    assert caught.value.hint == hint


def test_arguments_from_the_same_seed_hide_nothing():
    """If v were W, then Wᵀ v and vᵀ W would be the same."""
    W = np.random.default_rng(0).normal(size=(4, 4))
    with pytest.raises(GradientError, match="last two axes"):
        check_gradients(lambda x: W @ x, np.ones((4, 4)), backward=lambda v, x: v.T @ W)


def test_products_of_a_batch_are_told_too():
    """As Q Kᵀ of every head of an attention."""
    Q, K = normal(2, 3, 3, seed=1), normal(2, 3, 3, seed=2)
    with pytest.raises(GradientError, match=r"it is d @ W\.T where d @ W belongs, W being argument 1"):
        check_gradients(lambda Q, K: Q @ K.mT, Q, K, backward=lambda v, Q, K: (v @ K.mT, v.mT @ Q))
    with pytest.raises(GradientError, match=r"it is W @ d where W\.T @ d belongs, W being argument 0"):
        check_gradients(lambda Q, K: Q @ K, Q, K, backward=lambda v, Q, K: (v @ K.mT, Q @ v))


def test_a_product_of_few_rows_with_a_square_matrix_is_told_too():
    with pytest.raises(GradientError, match=r"it is d @ W where d @ W\.T belongs, W being argument 0\['W'\]"):
        check_gradients(
            lambda p, x: x @ p["W"], {"W": normal(4, 4)}, normal(2, 4), backward=lambda v, p, x: (None, v @ p["W"])
        )


@pytest.mark.parametrize(
    ("f", "x", "text"),
    [
        (lambda x: (x > 0) * 1.0 + x, [1.0, 0.0], "f has no derivative with respect to argument 0: it jumps there"),
        (lambda x: x * np.round(x), [0.5, 1.2], "f has no derivative with respect to argument 0: it jumps there"),
        (np.floor, [1.0, 2.5], "f has no derivative with respect to argument 0: it jumps there"),
        (lambda x: np.where(x == 0, 1.0, x), [1.0, 0.0], r"f has no derivative .* at index \(1,\): it jumps there"),
        (
            lambda x: np.where(x > 0, x**2 / 2 + x, 0.5 * x),
            [1.0, 0.0],
            r"f has no derivative .* at index \(1,\): the slope",
        ),
        (lambda x: x * np.maximum(x, 0.0), [1.0, 0.0], r"the gradient of f has no derivative .* at index \(1,\)"),
        (lambda x: np.abs(x) * x, [1.0, 0.0], r"the gradient of f has no derivative .* at index \(1,\): the slope of"),
    ],
)
@pytest.mark.parametrize("fast", [False, True])
def test_where_f_jumps_there_is_no_derivative(f, x, text, fast):
    with pytest.raises(GradientError, match=text):
        check_gradients(f, np.array(x), fast=fast)
    check_gradients(f, np.add(x, [0.01, 0.02]), fast=fast)


def dense(x, gamma, beta):
    return x * gamma + beta


def dense_backward(v, x, gamma, beta):
    return v * gamma, (v * x).sum(0), v.sum(0)


DENSE = normal(5, 3), normal(3), normal(3)


def test_a_forward_that_returns_a_cache_is_told_to_be_checked_without():
    with_cache = lambda x: (x * x, (x, np.ones((2, 2))))
    with pytest.raises(ValueError) as caught:  # noqa: PT011  NumPy's own words
        check_gradients(with_cache, normal(3), backward=lambda v, x: 2 * x * v)
    assert "f returns a tuple, so v is one too" in caught.value.__notes__[0]
    assert "check lambda *args: f(*args)[0]" in caught.value.__notes__[0]
    check_gradients(lambda *args: with_cache(*args)[0], normal(3), backward=lambda v, x: 2 * x * v)
    with pytest.raises(TypeError, match=r"numbers, got <U5 as result 1\. Of several .*f\(\*args\)\[0\]"):
        check_gradients(lambda x: (x, "cache"), normal(3), backward=lambda v, x: v)
    with pytest.raises(GradientError, match=r"expected the shape .* f returns a list, so v is one too"):
        check_gradients(lambda x: [x, x], normal(3), backward=lambda v, x: np.multiply(v, x))


def test_a_backward_with_other_arguments_is_told_how_it_is_called():
    called = r"backward is called as backward\(v, \*args\), with v of the shape \(3,\) of f's result"
    with pytest.raises(GradientError, match=rf"is not 0 for v = 0\. {called}"):
        check_gradients(lambda x: x * x, normal(3), backward=lambda v, x: 2 * x)
    with pytest.raises(TypeError, match=r"<lambda>\(x\), got 2 arguments by position") as caught:
        check_gradients(lambda x: x * x, normal(3), backward=lambda x: 2 * x)
    assert "backward is called as backward(v, *args)" in caught.value.__notes__[0]
    with pytest.raises(ValueError) as caught:  # noqa: PT011  NumPy's own words
        check_gradients(lambda x, W: x @ W, normal(5, 3), normal(3, 2), backward=lambda x, W, v: (v @ W.T, x.T @ v))
    assert "with v of the shape (5, 2)" in caught.value.__notes__[0]


@pytest.mark.parametrize("changed", ["v", "argument 0", "argument 2"])
def test_what_a_backward_changes_in_place_is_named(changed):
    def backward(v, x, gamma, beta):
        gradients = dense_backward(v, x, gamma, beta)
        {"v": v, "argument 0": x, "argument 2": beta}[changed][0] += 1.0
        return gradients

    with pytest.raises(GradientError, match=f"^backward changes {changed} in place$"):
        check_gradients(dense, *DENSE, backward=backward)


def test_gradients_in_another_order_are_told():
    def exchanged(*args):
        dx, dgamma, dbeta = dense_backward(*args)
        return dx, dbeta, dgamma

    check_gradients(dense, *DENSE, backward=dense_backward)
    with pytest.raises(GradientError, match="the one returned for argument 2 is right here; are they in the order"):
        check_gradients(dense, *DENSE, backward=exchanged)
    with pytest.raises(GradientError, match=r"shares memory with v\. Return a copy, such as v\.copy\(\)"):
        check_gradients(lambda x: x + 1, normal(3), backward=lambda v, x: v)
