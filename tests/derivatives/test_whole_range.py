"""Derivatives of functions of each element keep their digits, and do not overflow on their way, at numbers of any size.

In half and single precision they are compared with the formula in double precision, at numbers from the smallest to the
largest. pytest makes an error of each warning, so an overflow is one.
"""

import math
from fractions import Fraction

import numpy as np
import pytest

from minigrad import Tensor, functional, grad
from minigrad.recording import plain

UP_TO_ONE = lambda x: abs(x) < 1
SLOPES = {
    np.sqrt: (lambda x: 0.5 / np.sqrt(x), lambda x: x > 0),
    np.square: (lambda x: 2 * x, lambda x: abs(x) < 200),
    np.log: (lambda x: 1 / x, lambda x: x > 0),
    np.log2: (lambda x: 1 / x / math.log(2), lambda x: x > 0),
    np.log10: (lambda x: 1 / x / math.log(10), lambda x: x > 0),
    np.log1p: (lambda x: 1 / (1 + x), lambda x: x > -1),
    np.exp: (np.exp, lambda x: abs(x) < 11),
    np.exp2: (lambda x: math.log(2) * np.exp2(x), lambda x: abs(x) < 15),
    np.expm1: (np.exp, lambda x: x < 11),
    functional.elu: (lambda x: np.exp(np.minimum(x, 0)), lambda x: x != 0),
    functional.softplus: (lambda x: 1 / (1 + np.exp(-x)), lambda x: x > -80),
    np.sinh: (np.cosh, lambda x: abs(x) < 11),
    np.cosh: (np.sinh, lambda x: abs(x) < 11),
    np.arcsin: (lambda x: 1 / np.sqrt((1 - x) * (1 + x)), UP_TO_ONE),
    np.arccos: (lambda x: -1 / np.sqrt((1 - x) * (1 + x)), UP_TO_ONE),
    np.arctanh: (lambda x: 1 / ((1 - x) * (1 + x)), UP_TO_ONE),
    np.arctan: (lambda x: 1 / (1 + x * x), lambda x: x == x),
    np.arcsinh: (lambda x: 1 / np.sqrt(1 + x * x), lambda x: x == x),
    np.arccosh: (lambda x: 1 / (np.sqrt(x - 1) * np.sqrt(x + 1)), lambda x: x > 1),
    np.sinc: (
        lambda x: (np.cos(np.pi * x) - np.sin(np.pi * x) / (np.pi * x)) / x,
        lambda x: (abs(x) > 1e-4) & (abs(x) < 1.3),
    ),
    np.tan: (lambda x: 1 / np.cos(x) ** 2, lambda x: abs(x) < 1.5),
}


def numbers_of_any_size(dtype):
    """From the smallest to the largest, and near 1, of both signs."""
    info = np.finfo(dtype)
    sizes = np.geomspace(float(info.tiny), float(info.max) * 0.999, 500)
    near = 1 - np.geomspace(float(info.eps), 0.5, 50)
    x = np.concatenate([sizes, near, 1 / near]).astype(dtype)
    return np.concatenate([x, -x])


def assert_digits(got, expected, dtype):
    """To 12 units in the last place, and half of the smallest number, of what can be written in that precision."""
    info = np.finfo(dtype)
    assert got.dtype == dtype
    written = np.abs(expected) < info.max
    np.testing.assert_allclose(
        got[written].astype(float), expected[written], rtol=12 * info.eps, atol=1.1 * float(info.smallest_subnormal)
    )


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("f", SLOPES, ids=lambda f: f.__name__)
def test_slopes(f, dtype):
    slope, inside = SLOPES[f]
    x = numbers_of_any_size(dtype)
    x = x[inside(x.astype(float))]
    assert len(x) > 20
    assert_digits(grad(lambda x: np.sum(f(x).astype(float)))(x), slope(x.astype(float)), dtype)


LARGE_AND_SMALL = [1e200, 1e-200]


@pytest.mark.parametrize("size", LARGE_AND_SMALL)
def test_slopes_at_two_numbers_of_any_size_in_double(size):
    a, b = 3 * size, 4 * size
    assert np.allclose(grad(np.arctan2, (0, 1))(a, b), (0.16 / size, -0.12 / size), rtol=1e-14, atol=0)
    assert np.allclose(grad(np.hypot, (0, 1))(a, b), (0.6, 0.8), rtol=1e-14, atol=0)
    assert np.allclose(grad(np.angle)(np.array(b + 1j * a)), (-0.12 + -0.16j) / size, rtol=1e-14, atol=0)
    half = math.sqrt(size)
    second = grad(lambda a: grad(np.arctan2)(a, 4 * half))(3 * half)  # -2ab / (a² + b²)²
    assert np.isclose(second, -24 / 625 / size, rtol=1e-13, atol=0)
    of_hypot = grad(lambda a: grad(np.hypot)(a, b))(a)  # b² / (a² + b²)^1.5
    assert np.isclose(of_hypot, 0.128 / size, rtol=1e-13, atol=0)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_the_slope_of_arctan2_in_low_precision(dtype):
    sizes = np.abs(numbers_of_any_size(dtype))
    sizes = sizes[sizes < np.finfo(dtype).max / 8]
    for a, b in ((3, 4), (-4, 3), (1, 0), (0, -1)):
        x, y = (dtype(k) * sizes for k in (a, b))
        exact_x, exact_y = x.astype(float), y.astype(float)
        square = exact_x**2 + exact_y**2
        got = grad(lambda x, y: np.sum(np.arctan2(x, y).astype(float)), (0, 1))(x, y)
        for slope, expected in zip(got, (exact_y / square, -exact_x / square), strict=True):
            with np.errstate(over="ignore"):
                assert_digits(slope, expected, dtype)


def test_large_numbers_in_double():
    assert grad(np.arctan)(1e200) == 0
    assert np.isclose(grad(np.arcsinh)(-1e200), 1e-200, rtol=1e-14, atol=0)
    assert np.isclose(grad(grad(np.arcsinh))(1e100), -1e-200, rtol=1e-14, atol=0)
    assert np.isclose(grad(grad(np.arctan))(1e100), -2e-300, rtol=1e-14, atol=0)
    assert np.isclose(grad(np.log10)(1e308), 1e-308 / math.log(10), rtol=1e-14, atol=0)
    near = 1 - 2.0**-40
    assert np.isclose(grad(np.arcsin)(near), 2.0**20 / math.sqrt(2 - 2.0**-40), rtol=1e-15, atol=0)
    assert np.isclose(grad(np.arctanh)(-near), 2.0**40 / (2 - 2.0**-40), rtol=1e-15, atol=0)


@pytest.mark.parametrize("z", [0.3 + 0.4j, -2 + 0.5j, 3 - 1j, -0.2 - 3j])
def test_slopes_at_complex_numbers(z):
    for f, slope in {
        np.arctan: 1 / (1 + z * z),
        np.arcsinh: 1 / np.sqrt(1 + z * z),
        np.arcsin: 1 / np.sqrt(1 - z * z),
        np.arccos: -1 / np.sqrt(1 - z * z),
        np.arctanh: 1 / (1 - z * z),
        np.expm1: np.exp(z),
        np.log10: 1 / (z * math.log(10)),
    }.items():
        for dtype in np.complex64, np.complex128:
            got = grad(lambda z, f=f: np.real(f(z)))(np.array(z, dtype))
            assert got.dtype == dtype
            assert np.isclose(got, slope, rtol=8 * np.finfo(dtype).eps, atol=0)


@pytest.mark.parametrize("f", [np.arcsinh, np.arcsin])
def test_slopes_at_large_complex_numbers(f):
    got = grad(lambda z: np.real(f(z)))(np.array(1e200 + 1e200j))
    assert np.isclose(abs(got), 1e-200 / math.sqrt(2), rtol=1e-14, atol=0)


@pytest.mark.parametrize("x", [-20.0, -40.0, -700.0])
def test_the_exponential_less_one_far_below_zero(x):
    assert np.isclose(grad(np.expm1)(x), math.exp(x), rtol=1e-15, atol=0)
    assert np.isclose(grad(grad(functional.elu))(x), math.exp(x), rtol=1e-15, atol=0)
    assert grad(np.expm1)(np.array(x + 0j)).real == np.exp(x)


@pytest.mark.parametrize(("size", "dtype"), [(300, np.float16), (1e20, np.float32), (1e200, float)])
@pytest.mark.parametrize(("f", "far_right"), [("erf", 0), ("erfc", 0), ("gelu", 1), ("gelu_tanh", 1)])
def test_functions_that_are_straight_far_from_zero(f, far_right, size, dtype):
    function = {"gelu_tanh": lambda x: functional.gelu(x, approximate="tanh")}.get(f) or getattr(functional, f)
    for x, slope in ((dtype(size), far_right), (dtype(-size), 0)):
        assert grad(function)(x) == slope
        assert grad(grad(function))(x) == 0


@pytest.mark.parametrize(("f", "base"), [(np.logaddexp, math.e), (np.logaddexp2, 2.0)])
@pytest.mark.parametrize("offset", [0.0, 2.0**20, -(2.0**40)])
def test_the_logarithm_of_a_sum_of_large_powers(f, base, offset):
    share = 1 / (1 + base**-1.5)
    got = grad(f, (0, 1))(offset + 1.5, offset)
    assert np.allclose(got, (share, 1 - share), rtol=1e-15, atol=0)
    second = grad(lambda a: grad(f)(a, offset))(offset + 1.5)
    assert np.isclose(second, math.log(base) * share * (1 - share), rtol=1e-14, atol=0)
    third = grad(grad(lambda a: grad(f)(a, offset)))(offset)
    assert abs(third) < 1e-15


def test_the_slope_of_sinc_next_to_zero_at_every_order():
    """Its Taylor series is 1 - t²/6 + t⁴/120 - ..., with t = πx."""
    for x in (0.0, 1e-150, 1e-3):
        assert np.isclose(grad(np.sinc)(x), -(np.pi**2) * x / 3 * (1 - (np.pi * x) ** 2 / 10), rtol=1e-9, atol=0)
    assert np.isclose(grad(grad(np.sinc))(0.0), -(np.pi**2) / 3)
    assert np.isclose(grad(grad(grad(grad(np.sinc))))(0.0), np.pi**4 / 5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize(("f", "whole"), [(np.fmod, math.trunc), (np.remainder, math.floor)])
def test_how_often_the_divisor_is_taken_off(f, whole, dtype):
    rng = np.random.default_rng(0)
    divisors = rng.choice([0.1, 0.3, 0.7, 1.1, 1e-3], 300).astype(dtype) * rng.choice([-1, 1], 300)
    numbers = (rng.integers(1, 200, 300) * divisors).astype(dtype)
    for a, b in [(dtype(1), dtype("0.1")), *zip(numbers, divisors, strict=True)]:
        for x in (a, np.nextafter(a, dtype(0)), -a):
            exact = whole(Fraction(*x.as_integer_ratio()) / Fraction(*b.as_integer_ratio()))
            assert grad(f, 1)(x, b) == -exact
    assert grad(lambda b: f(np.int64(7), b))(dtype(2)) == -3


def test_fractional_parts_of_infinities():
    x = np.array([np.inf, -np.inf, np.nan, 1.5, -2.5])
    for got, expected in zip(np.modf(Tensor(x, requires_grad=True)), np.modf(x), strict=True):
        assert np.array_equal(plain(got), expected, equal_nan=True)
    assert grad(lambda x: np.sum(np.modf(x)[0][[0, 1, 3, 4]]))(x).tolist() == [0, 0, 0, 1, 1]


@pytest.mark.parametrize("f", [np.log2, np.log10, np.deg2rad, np.rad2deg, np.exp2])
def test_constants_of_slopes_are_as_exact_as_the_numbers(f):
    one = np.longdouble(1)
    expected = {
        np.log2: 1 / np.log(2 * one),
        np.log10: 1 / np.log(10 * one),
        np.deg2rad: np.deg2rad(one),
        np.rad2deg: np.rad2deg(one),
        np.exp2: 2 * np.log(2 * one),
    }[f]
    got = grad(f)(one)
    assert got.dtype == np.longdouble
    assert abs(got - expected) <= 2 * np.finfo(np.longdouble).eps * expected
