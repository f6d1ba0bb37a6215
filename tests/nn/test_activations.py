"""Activations are what they are called, have right gradients, and keep the precision; as modules they do the same."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import Tensor, functional, nn
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays

SMOOTH = {
    nn.Identity: {},
    nn.Softplus: {"beta": 1.5},
    nn.SiLU: {},
    nn.GELU: {"approximate": "tanh"},
    nn.Sigmoid: {},
    nn.Tanh: {},
}
KINKED = {nn.ReLU: {}, nn.LeakyReLU: {"negative_slope": 0.2}, nn.ELU: {"alpha": 0.7}}
ALONG_AXES = {nn.Softmax: {"axis": 0}, nn.LogSoftmax: {"axis": 0}}
ALL = {**SMOOTH, **KINKED, **ALONG_AXES}
FUNCTIONS = [functional.erf, functional.erfc, functional.gelu, functional.silu, functional.softplus]
FUNCTIONS += [functional.leaky_relu, functional.elu]


@pytest.mark.parametrize("f", FUNCTIONS)
@given(x=arrays(away_from=[0.0]))
def test_functions_have_right_gradients_of_both_orders(f, x):
    check_gradients(f, x)


@pytest.mark.parametrize("kind", ALL)
@given(seed=st.integers(0, 99))
def test_modules_have_right_gradients_with_any_options(kind, seed):
    x = np.random.default_rng(seed).uniform(0.1, 2.0, (3, 2)) * [-1, 1]
    check_gradients(kind(), x)
    check_gradients(kind(**ALL[kind]), x)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "f", [*FUNCTIONS, *(kind(**ALL[kind]) for kind in ALL)], ids=lambda f: getattr(f, "__name__", str(f))
)
def test_the_precision_is_kept(f, dtype):
    x = Tensor(np.linspace(-2, 2, 6).reshape(3, 2).astype(dtype), requires_grad=True)
    y = f(x)
    assert y.dtype == dtype
    np.sum(y * y).backward()
    assert x.grad.dtype == dtype
    assert np.asarray(f(x.data)).dtype == dtype


@pytest.mark.parametrize("f", FUNCTIONS)
def test_numbers_lists_and_integers_are_taken_as_numpy_takes_them(f):
    assert np.shape(f(1.0)) == ()
    assert np.array_equal(f([1, -2]), f(np.array([1.0, -2.0])))


@pytest.mark.parametrize("f", FUNCTIONS)
def test_no_number_overflows(f):
    with np.errstate(over="raise", invalid="raise"):
        assert np.isfinite(f(np.array([-1e5, 1e5]))).all()


@given(arrays(low=-6.0, high=6.0))
def test_erf_and_erfc_have_the_digits_that_they_say(x):
    numbers = x.ravel().tolist()
    np.testing.assert_allclose(functional.erf(x).ravel(), [math.erf(t) for t in numbers], rtol=2e-15)
    np.testing.assert_allclose(functional.erfc(x).ravel(), [math.erfc(t) for t in numbers], rtol=4e-15)


def test_gelu_keeps_its_digits_far_below_zero():
    """There 1 + erf(x/√2) would be a difference of nearly equal numbers."""
    expected = -10 * math.erfc(10 / math.sqrt(2)) / 2
    assert math.isclose(functional.gelu(-10.0), expected, rel_tol=1e-13)


@given(arrays(low=-6.0, high=6.0))
def test_gelu_is_that_of_the_c_library(x):
    expected = [t * math.erfc(-t / math.sqrt(2)) / 2 for t in x.ravel()]
    np.testing.assert_allclose(functional.gelu(x).ravel(), expected, rtol=1e-14)
    single = functional.gelu(x.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, functional.gelu(x.astype(np.float32).astype(float)), rtol=1e-6)


@pytest.mark.parametrize(
    ("z", "tail"),
    [
        (1, 0.15865525393145705),
        (10, 7.619853024160526e-24),
        (20, 2.7536241186062337e-89),
        (30, 4.906713927148187e-198),
        (37, 5.725571222524577e-300),
        (100, 0.0),
    ],
)
def test_the_tail_of_the_normal_distribution(z, tail):
    assert math.isclose(functional.gelu(-float(z)), -z * tail, rel_tol=1e-14)
    assert math.isclose(functional.gelu(float(z)), z * (1 - tail), rel_tol=1e-15)


def test_gelu_of_many_numbers_is_gelu_of_each():
    x = np.random.default_rng(0).normal(size=(3, 7000))
    np.testing.assert_allclose(functional.gelu(x)[2, 6990:], functional.gelu(x[2, 6990:]), rtol=1e-14)
    assert np.isnan(functional.gelu(np.array([np.nan]))).all()


@given(arrays(low=-5.0, high=5.0))
def test_gelu_by_tanh_is_near(x):
    np.testing.assert_allclose(functional.gelu(x, "tanh"), functional.gelu(x), atol=5e-4)
    formula = 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    np.testing.assert_allclose(functional.gelu(x, "tanh"), formula, rtol=1e-12, atol=1e-15)


@given(arrays(low=-30.0, high=30.0))
def test_softplus_is_between_relu_and_relu_and_a_bit(x):
    y = functional.softplus(x, beta=2.0)
    assert (y >= functional.relu(x)).all()
    assert (y <= functional.relu(x) + math.log(2) / 2 + 1e-15).all()


def test_slopes_at_the_kink_are_those_from_below():
    for f, slope in ((functional.leaky_relu, 0.01), (functional.elu, 1.0), (functional.relu, 0.0)):
        x = Tensor(0.0, requires_grad=True)
        f(x).backward()
        assert x.grad == slope


def test_a_network_of_activations_learns_and_shows_its_options():
    net = nn.Sequential(nn.Linear(2, 3, rng=0), nn.GELU(), nn.Linear(3, 2, rng=1), nn.LogSoftmax())
    loss = nn.NLLLoss()(net(np.eye(2)), [0, 1])
    loss.backward()
    assert all(np.any(p.grad) for p in net.parameters())
    assert repr(nn.LeakyReLU(0.2)) == "LeakyReLU(negative_slope=0.2)"
    assert list(nn.Sequential(nn.ReLU(), nn.Softplus()).state_dict()) == []


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: functional.gelu(1.0, "tan"),
            ValueError,
            "approximate to be 'none' or 'tanh', got 'tan'",
        ),
        (lambda: functional.erf("a"), TypeError, "erf: expected x to be numbers, got <U1"),
        (lambda: functional.erf(1j), TypeError, "erf: expected real numbers, got complex128"),
        (lambda: nn.Softmax(dim=1), TypeError, r"Softmax: expected the options \['axis'\] at most, got dim=1"),
        (lambda: nn.ReLU(True), TypeError, r"ReLU: expected the options \[\] at most, got True"),
        (
            lambda: nn.ELU(1.0, alpha=2.0),
            TypeError,
            r"options \['alpha'\] at most, got 1.0, alpha=2.0",
        ),
    ],
)
def test_wrong_calls_say_what_was_expected(call, error, text):
    with pytest.raises(error, match=text):
        call()
