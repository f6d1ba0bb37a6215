"""Complex numbers on the way from real numbers to a real one: values are NumPy's, and gradients are derivatives."""

import numpy as np
import pytest

from minigrad import NoDerivativeError, Tensor, functional, grad, jacobian, jvp, vjp
from minigrad.testing import check_gradients

from ..conftest import thorough

pytestmark = pytest.mark.twice

z = 1.2 * np.exp(0.3j)
x = np.array([0.7, 1.3, 0.4])


def matrix(x):
    return np.outer(x, x) * z + 1j * np.eye(3)


REAL = {
    "|.|²": lambda x: np.abs(x * (1 + 0.5j)) ** 2,
    "|.|": lambda x: np.abs(np.exp(1j * x) + 1),
    "real": lambda x: np.real(np.exp(z * x)),
    "imag": lambda x: np.imag(np.exp(z * x)),
    "angle": lambda x: np.angle(np.exp(z * x) + 0.2),
    "degrees": lambda x: np.angle(np.exp(z * x) + 0.2, deg=True),
    "real_if_close": lambda x: np.abs(np.real_if_close(x * z)) + np.real_if_close(x * (1 + 0j)),
    "sign": lambda x: np.real(np.sign(x * z + 1j) * (2 + 1j)),
    "conjugate": lambda x: np.imag(np.conj(x * z) ** 2),
    "vdot": lambda x: np.abs(np.vdot(x * z + 1j, x * x * (1 + 1j))),
    "vecdot": lambda x: np.abs(np.vecdot(x * z, x + 1j)),
    "vecmat": lambda x: np.abs(np.vecmat(x * z, np.outer(x, x) + 1j)),
    "norm": lambda x: np.linalg.norm(x * z + 1j),
    "norms": lambda x: np.stack([np.linalg.norm(x * z + 1j, p) for p in (1, 2, 3, np.inf)]),
    "matrix norms": lambda x: np.stack([np.linalg.norm(matrix(x), p) for p in (1, "fro", np.inf)]),
    "var": lambda x: np.var(x * z + 1j * x**2),
    "std": lambda x: np.std(x * z + 1j * x**2, ddof=1),
    "nanvar": lambda x: np.nanvar(np.where([True, False, True], x * z, np.nan)),
    "cov": lambda x: np.abs(np.cov(x * z, 1j * x**2)),
    "corrcoef": lambda x: np.abs(np.corrcoef(x * z, 1j * x**3)),
    "correlate": lambda x: np.abs(np.correlate(x * z, 1j * x**2 + 1, "full")),
    "det": lambda x: np.abs(np.linalg.det(matrix(x))),
    "inv": lambda x: np.abs(np.linalg.inv(matrix(x))),
    "solve": lambda x: np.abs(np.linalg.solve(matrix(x), x)),
    "powers": lambda x: np.abs(z**x) + np.real((x + 1j) ** z),
    "products": lambda x: np.abs(np.mean(x * z**2) + np.prod(x * z)) + np.abs(np.cumprod(x * z)),
    "einsum": lambda x: np.abs(np.einsum("i,j,i->j", x * z, x, x * 1j)),
    "sigmoid": lambda x: np.abs(functional.sigmoid(x * z)),
    "where": lambda x: np.abs(np.where(x > 0.5, x * z, x)),
    "astype": lambda x: np.abs(x.astype(complex) * z),
    "elementwise": lambda x: np.abs(np.sqrt(x * z) + np.log(x * z) + np.arctan(x * z) + np.tanh(x * z)),
    "logsumexp": lambda x: np.real(functional.logsumexp(x * z)),
    "polar": lambda x: np.abs(x[0] * np.exp(1j * x[1]) - x[2]),
}


@pytest.mark.parametrize("f", REAL.values(), ids=REAL)
def test_real_functions(f):
    got = f(Tensor(x, requires_grad=True))
    assert got.dtype == float
    assert np.allclose(got.data, f(x), rtol=1e-12)
    check_gradients(f, x, fast=not thorough())


def test_the_gradient_of_something_real_is_real():
    assert grad(lambda x: np.abs(x * (1 + 0.5j)) ** 2)(2.0) == 5
    w = Tensor([1.0, 2.0], requires_grad=True)
    np.sum(np.abs(w * 1j) ** 2).backward()
    assert w.grad.dtype == float
    assert w.grad.tolist() == [2, 4]
    w = Tensor(np.ones(2, np.float32), requires_grad=True)
    np.sum(np.abs(w * np.complex64(1j)) ** 2).backward()
    assert w.grad.dtype == np.float32


def test_functions_of_complex_numbers():
    """As in JAX: dL = Re(g dz)."""
    assert grad(lambda z: np.abs(z) ** 2)(1 + 2j) == 2 - 4j
    assert np.allclose(grad(np.exp)(1 + 2j), np.exp(1 + 2j))
    a = Tensor([1 + 2j], requires_grad=True)
    np.sum(np.real(a)).backward()
    assert (a.grad.dtype, a.grad.tolist()) == (complex, [1])


def test_complex_functions_of_real_numbers():
    def f(x):
        return np.exp(1j * x)

    derivative = 1j * np.exp(1j * x)
    assert np.allclose(jacobian(f)(x), np.diag(derivative))
    assert np.allclose(jvp(f, x, x)[1], derivative * x)
    assert np.allclose(vjp(f, x)[1](np.full(3, 1 + 1j))[0], np.real((1 + 1j) * derivative))
    with pytest.raises(TypeError, match=r"grad: the output is complex.*np\.real, np\.imag or np\.abs"):
        grad(f)(0.5)
    with pytest.raises(TypeError, match=r"backward\(\): the output is complex"):
        f(Tensor(0.5, requires_grad=True)).backward()
    with pytest.raises(TypeError, match="expected a real gradient of a real output, got complex128"):
        vjp(np.sin, x)[1](1j * x)


@pytest.mark.parametrize(
    "f",
    [
        np.linalg.svd,
        np.linalg.svdvals,
        np.linalg.eigh,
        np.linalg.qr,
        np.linalg.cholesky,
        np.linalg.slogdet,
        lambda a: np.abs(np.linalg.pinv(a)),
    ],
)
def test_decompositions_are_refused(f):
    with pytest.raises(NoDerivativeError, match=r"^np\.linalg\.\w+: decompositions of complex matrices"):
        np.sum(f(Tensor(np.eye(2), requires_grad=True) * (1 + 0j))).backward()


def test_what_is_checked_is_real():
    with pytest.raises(TypeError, match="expected f to return real numbers"):
        check_gradients(lambda x: np.exp(1j * x), x)
