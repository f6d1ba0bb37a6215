"""The checker finds what is wrong, passes what is right, and says how it knows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import Tensor, primitive
from minigrad.testing import GradientError, check_gradients


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


def test_arguments_are_left_alone():
    x = normal(3)
    before = x.copy()
    check_gradients(np.tanh, x)
    assert np.array_equal(x, before)


def test_wrong_calls():
    with pytest.raises(TypeError, match="floats"):
        check_gradients(np.tanh, 1)
    with pytest.raises(ValueError, match="order 1 or 2"):
        check_gradients(np.tanh, 1.0, order=3)
