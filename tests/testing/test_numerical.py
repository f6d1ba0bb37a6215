"""Derivatives without the engine: exact where they say so, and honest about their uncertainty."""

import math

import numpy as np
import pytest

from minigrad.testing.numerical import central_difference, complex_step, is_analytic

ANALYTIC = [
    (lambda t: np.exp(t), 1.0),
    (lambda t: np.sin(3 * t) / (1 + t), 3.0),
    (lambda t: (2 + t) ** 7, 7 * 2**6),
    (lambda t: np.log(1e-3 + t * 1e-3), 1.0),
]


@pytest.mark.parametrize(("f", "derivative"), ANALYTIC)
def test_the_complex_step_is_exact_to_rounding(f, derivative):
    assert np.isclose(complex_step(f)[0], derivative, rtol=1e-15, atol=0)


@pytest.mark.parametrize(("f", "derivative"), [*ANALYTIC, (lambda t: abs(1 + t), 1.0), (lambda t: max(0.3, t), 0.0)])
def test_central_differences_are_as_uncertain_as_they_say(f, derivative):
    estimate, uncertainty = central_difference(f)
    assert abs(estimate - derivative) <= 10 * uncertainty + 1e-15
    assert uncertainty < 1e-6


NOT_ANALYTIC = [
    lambda t: abs(1 + t),
    lambda t: (1 + t) * abs(1 + t),
    lambda t: np.real(t) * 2,
    lambda t: math.exp(t),
    lambda t: np.maximum(1 + t, 1 - t) * np.conj(1 + t),
]


@pytest.mark.parametrize("f", NOT_ANALYTIC)
def test_what_is_not_analytic_is_noticed(f):
    assert not is_analytic(f)


@pytest.mark.parametrize("f", [f for f, _ in ANALYTIC] + [lambda t: np.where(np.real(t) < 1, t * t, 5.0)])
def test_what_is_analytic_is_noticed(f):
    assert is_analytic(f)
