"""The network of exercises 15 to 18, and how much of its gradient is left."""

import numpy as np
import pytest

from minigrad.course.checks.through_time import (
    DISTANCES,
    UNITS,
    gradient_norms,
    length_of_the_gradient,
    quiet_network,
    random_weights,
    states,
)


def relu(a):
    return np.maximum(a, 0)


@pytest.mark.parametrize("radius", [0.5, 1.0, 1.5])
def test_the_largest_eigenvalue_of_W_hh_has_the_size_that_was_asked_for(radius):
    assert np.abs(np.linalg.eigvals(random_weights(radius))).max() == pytest.approx(radius)


def test_whatever_W_hh_is_the_inputs_are_the_same():
    one, other = quiet_network(random_weights(0.5)), quiet_network(np.eye(UNITS))
    np.testing.assert_array_equal(one["x"], other["x"])
    np.testing.assert_array_equal(other["W_hh"], np.eye(UNITS))


@pytest.mark.parametrize(("activation", "slope"), [(np.tanh, lambda h: 1 - h**2), (relu, lambda h: h > 0)])
def test_the_norms_are_those_of_the_products_of_the_steps(activation, slope):
    network = quiet_network(random_weights(1.2))
    hs, product, expected = states(**network, activation=activation)[:, 0], np.eye(UNITS), [1.0]
    for h in hs[:0:-1]:
        product = product @ np.diag(slope(h)) @ network["W_hh"].T
        expected.append(np.linalg.norm(product, 2))
    np.testing.assert_allclose(gradient_norms(network, activation), expected)


def test_a_state_that_is_copied_keeps_its_gradient():
    network = quiet_network(np.eye(UNITS))
    network["x"] = np.abs(network["x"])  # every unit is open
    assert gradient_norms(network, relu) == pytest.approx([1.0] * len(DISTANCES))


def test_the_charts_have_the_same_axes():
    chart = length_of_the_gradient(
        "tanh", {"radius 0.5": gradient_norms(quiet_network(random_weights(0.5)))}, "It fades."
    )
    assert (chart.title, chart.log_y) == ("Gradient by distance: tanh", True)
    assert chart.lines["radius 0.5"][0] == list(DISTANCES)
