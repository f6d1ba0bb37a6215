"""Functions that solve, invert and decompose matrices, against PyTorch.

Singular vectors and the like have signs that no library promises: only what does not depend on them is compared.
"""

import numpy as np

from .oracle import (
    Row,
    assert_same_derivatives,
    assert_same_in_float32,
    drawn,
    each,
    for_shapes,
    invertible,
    real,
    torch,
)


def covariance(rng, shape):
    a = rng.normal(size=shape)
    return a @ a.swapaxes(-1, -2) + np.eye(shape[-1])


positive_definite = drawn(covariance)

MATRIX_FUNCTIONS = {
    np.linalg.inv: (torch.linalg.inv, invertible),
    np.linalg.det: (torch.linalg.det, invertible),
    np.linalg.slogdet: (torch.linalg.slogdet, invertible),
    np.linalg.cholesky: (torch.linalg.cholesky, positive_definite),
}
SQUARE = [((1, 1),), ((3, 3),), ((2, 3, 3),), ((2, 1, 4, 4),)]

MATRIX_FUNCTIONS_OF_MORE = [
    *for_shapes(np.linalg.solve, torch.linalg.solve, (invertible, real), ((3, 3), (3,)), ((3, 3), (3, 2))),
    *for_shapes(np.linalg.solve, torch.linalg.solve, (invertible, real), ((2, 3, 3), (2, 3, 1)), ((3, 3), (2, 3, 2))),
    *for_shapes(np.linalg.solve, torch.linalg.solve, (invertible, real), ((2, 3, 3), (3, 2)), ((1, 3, 3), (4, 3, 2))),
    Row(np.linalg.tensorinv, np.linalg.tensorinv, torch.linalg.tensorinv, real(2, 3, 6)),
    Row(np.linalg.tensorinv, np.linalg.tensorinv, torch.linalg.tensorinv, real(2, 3, 3, 2)),
    Row(
        np.linalg.tensorinv,
        lambda x: np.linalg.tensorinv(x, ind=1),
        lambda x: torch.linalg.tensorinv(x, ind=1),
        real(6, 2, 3),
    ),
    Row(np.linalg.tensorsolve, np.linalg.tensorsolve, torch.linalg.tensorsolve, invertible(3, 3), real(3)),
    Row(np.linalg.tensorsolve, np.linalg.tensorsolve, torch.linalg.tensorsolve, real(2, 3, 6), real(2, 3)),
    *(
        Row(
            np.linalg.tensorsolve,
            lambda a, b, axes=axes: np.linalg.tensorsolve(a, b, axes),
            lambda a, b, axes=axes: torch.linalg.tensorsolve(a, b, axes),
            *(real(*shape), real(2, 3)),
        )
        for shape, axes in [((6, 2, 3), (0,)), ((2, 2, 3, 3), (0, 3)), ((3, 2, 3, 2), (3, 0))]
    ),
    Row(
        np.linalg.cholesky,
        lambda x: np.linalg.cholesky(x, upper=True),
        lambda x: torch.linalg.cholesky(x, upper=True),
        positive_definite(2, 3, 3),
    ),
    Row(
        np.linalg.cholesky,
        lambda x: np.linalg.cholesky(x @ x.mT),
        lambda x: torch.linalg.cholesky(x @ x.mT),
        invertible(3, 3),
    ),
]


def symmetric(x):
    return x + x.mT


def lower_triangle(x):
    return x.tril() + x.tril(-1).mT


def upper_triangle(x):
    return x.triu() + x.triu(1).mT


def without_signs(parts):
    return [abs(part) for part in parts]


READ = {"L": lower_triangle, "U": upper_triangle}
SYMMETRIC = [(1, 1), (3, 3), (2, 4, 4)]

EIGENVALUES = [
    *(
        Row(
            np.linalg.eigh,
            lambda x, UPLO=UPLO: without_signs(np.linalg.eigh(x, UPLO)),
            lambda x, read=read: without_signs(torch.linalg.eigh(read(x))),
            real(*shape),
        )
        for UPLO, read in READ.items()
        for shape in SYMMETRIC
    ),
    *(
        Row(
            np.linalg.eigvalsh,
            lambda x, UPLO=UPLO: np.linalg.eigvalsh(x, UPLO),
            lambda x, read=read: torch.linalg.eigvalsh(read(x)),
            real(*shape),
        )
        for UPLO, read in READ.items()
        for shape in SYMMETRIC
    ),
    Row(
        np.linalg.eigh,
        lambda x: without_signs(np.linalg.eigh(symmetric(x))),
        lambda x: without_signs(torch.linalg.eigh(symmetric(x))),
        real(3, 3),
    ),
    Row(
        np.linalg.eigvalsh,
        lambda x: np.linalg.eigvalsh(symmetric(x), "U"),
        lambda x: torch.linalg.eigvalsh(symmetric(x)),
        real(3, 3),
    ),
]

ANY = [(1, 1), (3, 3), (4, 3), (3, 4), (2, 4, 2), (2, 1, 2, 3), (2, 3, 3)]


def squared(u, s, vh):
    """The same matrix with the squares of its singular values."""
    return u * (s * s)[..., None, :] @ vh


def orthogonal(u, s, vh):
    """The nearest matrix with orthonormal rows or columns."""
    return u @ vh


def projector(u, s, vh):
    """From the first right singular vector to the first left one."""
    return u[..., :1] @ vh[..., :1, :]


def vectors(u, s, vh):
    return abs(u), s, abs(vh)


SINGULAR_VALUES = [
    *for_shapes(np.linalg.svdvals, torch.linalg.svdvals, (real,), *([shape] for shape in ANY)),
    *(
        Row(
            np.linalg.svd,
            lambda x, of=of: of(*np.linalg.svd(x, full_matrices=False)),
            lambda x, of=of: of(*torch.linalg.svd(x, full_matrices=False)),
            real(*shape),
        )
        for of in (squared, orthogonal, projector, vectors)
        for shape in ANY
    ),
    Row(np.linalg.svd, lambda x: vectors(*np.linalg.svd(x)), lambda x: vectors(*torch.linalg.svd(x)), real(3, 3)),
    Row(np.linalg.svd, lambda x: np.linalg.svd(x)[1], torch.linalg.svdvals, real(2, 4)),
    Row(
        np.linalg.svd,
        lambda x: [abs(np.linalg.svd(x)[i]) for i in (1, 2)],
        lambda x: [abs(torch.linalg.svd(x, full_matrices=False)[i]) for i in (1, 2)],
        real(4, 2),
    ),
    Row(np.linalg.svd, lambda x: np.linalg.svd(x, compute_uv=False), torch.linalg.svdvals, real(2, 4, 3)),
    Row(
        np.linalg.svd,
        lambda x: vectors(*np.linalg.svd(symmetric(x), hermitian=True)),
        lambda x: vectors(*torch.linalg.svd(symmetric(x))),
        real(3, 3),
    ),
]

TALL = [(1, 1), (3, 3), (4, 3), (2, 4, 2), (2, 1, 3, 3)]
WIDE = [(3, 4), (2, 2, 4)]

OTHER_DECOMPOSITIONS = [
    *(
        Row(
            np.linalg.qr,
            lambda x: without_signs(np.linalg.qr(x)),
            lambda x: without_signs(torch.linalg.qr(x)),
            real(*shape),
        )
        for shape in TALL + WIDE
    ),
    *(
        Row(np.linalg.qr, lambda x: abs(np.linalg.qr(x, "r")), lambda x: abs(torch.linalg.qr(x)[1]), real(*shape))
        for shape in TALL + WIDE
    ),
    Row(
        np.linalg.qr,
        lambda x: without_signs(np.linalg.qr(x, "complete")),
        lambda x: without_signs(torch.linalg.qr(x)),
        real(2, 3),
    ),
    *for_shapes(np.linalg.pinv, torch.linalg.pinv, (real,), *([shape] for shape in ANY)),
    Row(
        np.linalg.pinv,
        lambda x: np.linalg.pinv(symmetric(x), hermitian=True),
        lambda x: torch.linalg.pinv(symmetric(x), hermitian=True),
        real(3, 3),
    ),
    Row(
        np.linalg.pinv,
        lambda x: np.linalg.pinv(x @ x.mT, rtol=1e-5),
        lambda x: torch.linalg.pinv(x @ x.mT, rtol=1e-5),
        real(3, 2),
    ),
]

ROWS = [
    *(row for f, (theirs, draw) in MATRIX_FUNCTIONS.items() for row in for_shapes(f, theirs, (draw,), *SQUARE)),
    *MATRIX_FUNCTIONS_OF_MORE,
    *EIGENVALUES,
    *SINGULAR_VALUES,
    *OTHER_DECOMPOSITIONS,
]


@each(ROWS)
def test_derivatives(row):
    assert_same_derivatives(row)


@each(ROWS)
def test_float32(row):
    assert_same_in_float32(row)
