"""Integers beside Tensors: in their own arithmetic they wrap around, in a derivative they do not."""

import numpy as np
import pytest

from minigrad import functional, grad

BIG, DOWN, LOW = np.array([100, 120, 7], np.int8), np.array([200, 30, 1], np.uint8), np.array([0, 1, 2], np.uint64)
SIDE = np.full((3, 3), 100, np.int8)
BESIDE = {
    "power": lambda x, n: np.sum((10 * x[0]) ** n(LOW)) + np.sum(x ** n(np.array([-128, 127, 1], np.int8))),
    "power of a number": lambda x, n: np.sum(x ** n(np.uint8(0))),
    "float_power": lambda x, n: np.sum(np.float_power(10 * x, n(LOW))),
    "power of integers": lambda x, n: np.sum(n(LOW) ** x),
    "arctan2": lambda x, n: np.sum(np.arctan2(n(BIG), x) * np.arctan2(x, n(DOWN))),
    "hypot": lambda x, n: np.sum(np.hypot(n(DOWN), x)),
    "remainder": lambda x, n: np.sum(np.remainder(n(BIG), x) * np.fmod(n(DOWN), x)),
    "logaddexp": lambda x, n: np.sum(np.logaddexp(n(BIG) - 100 * n(np.ones(3, bool)), x)),
    "interp": lambda x, n: np.sum(np.interp(x, n(LOW), n(DOWN)) + np.interp(n(LOW), x, n(DOWN))),
    "interp between": lambda x, n: np.sum(np.interp(n(DOWN), n(np.array([0, 1, 250], np.uint8)), x)),
    "gradient": lambda x, n: np.sum(np.gradient(n(DOWN), x) ** 2 + np.gradient(x, n(DOWN)) ** 2),
    "average": lambda x, n: np.average(x * x, weights=n(BIG)),
    "cov": lambda x, n: np.cov(x, n(BIG))[0, 1] + np.cov(x, aweights=n(BIG)),
    "products": lambda x, n: np.einsum("ij,j,i->", n(SIDE), n(BIG), x) + np.sum(n(SIDE) @ x * n(BIG)),
    "kron": lambda x, n: np.sum(np.kron(n(BIG), x) ** 2),
    "cross": lambda x, n: np.sum(np.cross(n(BIG), x) ** 2),
    "convolve": lambda x, n: np.sum(np.convolve(n(BIG), x) ** 2),
    "polyval": lambda x, n: np.sum(np.polyval(n(BIG), x)),
    "solve": lambda x, n: np.sum(np.linalg.solve(np.diag(x), n(BIG)) ** 2),
    "linspace": lambda x, n: np.sum(np.linspace(n(BIG), x, 4) ** 2),
    "losses": lambda x, n: functional.mse_loss(x, n(DOWN)) + functional.smooth_l1_loss(x, n(DOWN)),
}


@pytest.mark.parametrize("f", BESIDE.values(), ids=BESIDE)
def test_gradients_are_those_beside_floats(f):
    x = np.array([1.3, 0.7, 2.1])
    got = grad(lambda x: f(x, lambda n: n))(x)
    expected = grad(lambda x: f(x, lambda n: n.astype(float)))(x)
    np.testing.assert_allclose(got, expected, rtol=1e-12)
