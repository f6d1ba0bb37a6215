"""Errors name what the user did, and not what NumPy did with it."""

import numpy as np
import pytest

from minigrad import Tensor, grad


def leaf(*shape):
    return Tensor(np.ones(shape), requires_grad=True)


def batch(*matrices):
    return Tensor(np.stack(matrices), requires_grad=True)


@pytest.mark.parametrize("make", [leaf, lambda *shape: Tensor(np.ones(shape))], ids=["recorded", "constant"])
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: t(2, 3) @ np.ones((4, 5)), r"np\.matmul, shapes \(2, 3\) and \(4, 5\): expected as many columns"),
        (lambda t: np.ones((2, 3)) @ t(4, 5), r"np\.matmul, shapes \(2, 3\) and \(4, 5\): expected as many columns"),
        (lambda t: t(2, 3) @ np.ones((5, 3)), r"\(2, 3\) and \(5, 3\): .* Is it a @ b\.mT that is meant"),
        (lambda t: t(2, 3) @ np.ones(2), r"\(2, 3\) and \(2,\): expected as many columns"),
        (lambda t: t(2, 3) @ 2.0, r"a number is multiplied with \*"),
        (lambda t: t(5, 2, 3) @ np.ones((4, 3, 2)), r"\(5, 2, 3\) and \(4, 3, 2\): their leading axes"),
        (lambda t: np.linalg.solve(t(2, 2), np.ones((3, 1))), r"np\.linalg\.solve, shapes \(2, 2\) and \(3, 1\)"),
        (lambda t: t(2) + np.ones(3), r"np\.add: operands .* \(2,\) \(3,\)"),
        (lambda t: np.linalg.inv(t(2, 2)), r"np\.linalg\.inv, shapes \(2, 2\): singular matrix"),
        (lambda t: np.linalg.solve(t(2, 2), np.ones(2)), r"np\.linalg\.solve, .*: singular matrix"),
        (lambda t: np.linalg.cholesky(-t(2, 2)), r"np\.linalg\.cholesky, .* not positive definite"),
        (lambda t: np.linalg.det(t(2, 3)), r"np\.linalg\.det, shapes \(2, 3\): .* square"),
    ],
)
def test_shapes_and_matrices_that_do_not_fit(call, message, make):
    with pytest.raises(ValueError, match=message):
        call(make)


def test_the_singular_one_of_a_batch_is_named():
    with pytest.raises(np.linalg.LinAlgError, match=r"np\.linalg\.inv, .* at index \(1,\) of the batch"):
        np.linalg.inv(batch(np.eye(2), np.ones((2, 2))))
    with pytest.raises(np.linalg.LinAlgError, match=r"the derivative of np\.linalg\.slogdet, .* at index \(2,\)"):
        grad(lambda a: np.sum(np.linalg.slogdet(a)[1]))(np.stack([np.eye(2), -np.eye(2), np.ones((2, 2))]))
