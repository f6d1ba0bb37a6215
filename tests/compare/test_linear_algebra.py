"""Products and norms, against PyTorch."""

import math

import numpy as np

from .oracle import (
    Row,
    assert_same_derivatives,
    assert_same_in_float32,
    each,
    exactly,
    for_keywords,
    for_shapes,
    invertible,
    real,
    torch,
)

MATMUL = [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4))]
MATMUL += [((5, 1, 2, 3), (4, 3, 2)), ((5, 2, 3), (3,)), ((3,), (5, 3, 2)), ((2, 0), (0, 3))]

PRODUCTS = {
    np.matmul: (torch.matmul, MATMUL),
    np.linalg.matmul: (torch.matmul, [((2, 3), (3, 4)), ((5, 2, 3), (3, 4))]),
    np.dot: (torch.matmul, [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((5, 2, 3), (3,))]),
    np.inner: (torch.inner, [((3,), (3,)), ((2, 3), (4, 3)), ((2, 5, 3), (4, 3)), ((), (3,))]),
    np.vdot: (lambda a, b: torch.dot(a.ravel(), b.ravel()), [((3,), (3,)), ((2, 3), (3, 2))]),
    np.vecdot: (torch.linalg.vecdot, [((3,), (3,)), ((2, 3), (3,)), ((2, 1, 3), (4, 3))]),
    np.linalg.vecdot: (torch.linalg.vecdot, [((3,), (3,)), ((2, 3), (3,))]),
    np.outer: (lambda a, b: torch.outer(a.ravel(), b.ravel()), [((3,), (2,)), ((2, 2), (3,))]),
    np.linalg.outer: (torch.outer, [((3,), (2,))]),
    np.kron: (torch.kron, [((), (2,)), ((2, 3), (3, 2)), ((2,), (3, 2)), ((2, 1, 2), (2,))]),
    np.cross: (torch.linalg.cross, [((3,), (3,)), ((2, 3), (2, 3)), ((2, 1, 3), (1, 4, 3))]),
    np.linalg.cross: (torch.linalg.cross, [((3,), (3,)), ((2, 3), (2, 3))]),
    np.tensordot: (torch.tensordot, [((2, 3, 4), (3, 4, 5)), ((3, 4), (3, 4))]),
    np.linalg.tensordot: (torch.tensordot, [((2, 3, 4), (3, 4, 5))]),
    np.matvec: (
        lambda a, b: torch.einsum("...ij,...j->...i", a, b),
        [((2, 3), (3,)), ((2, 3), (4, 3)), ((5, 1, 2, 3), (4, 3))],
    ),
    np.vecmat: (
        lambda a, b: torch.einsum("...i,...ij->...j", a, b),
        [((2,), (2, 3)), ((4, 2), (2, 3)), ((4, 2), (5, 1, 2, 3))],
    ),
}

PRODUCTS_OVER_AXES = [
    Row(np.dot, np.dot, lambda a, b: torch.tensordot(a, b, ([-1], [-2])), real(2, 5, 3), real(4, 3, 2)),
    Row(np.dot, np.dot, lambda a, b: torch.tensordot(a, b, ([-1], [-2])), real(3), real(2, 3, 4)),
    Row(np.dot, np.dot, torch.multiply, real(), real(2, 3)),
    Row(np.vecdot, lambda a, b: np.vecdot(a, b, axis=0), lambda a, b: (a * b).sum(0), real(3, 2), real(3, 2)),
    Row(np.cross, lambda a, b: np.cross(a, b, axis=0), lambda a, b: torch.cross(a, b, 0), real(3, 2), real(3, 2)),
    *(
        Row(
            np.tensordot,
            lambda a, b, axes=axes: np.tensordot(a, b, axes),
            lambda a, b, axes=axes: torch.tensordot(a, b, axes),
            *(real(2, 3, 4), real(4, 2)),
        )
        for axes in [([0, -1], [1, 0]), ([2], [0]), 0]
    ),
]

EINSUM = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)),
    ("ba,cb", (2, 3), (4, 2)),
    ("ij->", (2, 3)),
    ("ij->j", (2, 3)),
    ("ij->ji", (2, 3)),
    ("ii", (3, 3)),
    ("ii->i", (3, 3)),
    ("iij,j->i", (2, 2, 3), (3,)),
    ("iii->i", (2, 2, 2)),
    ("ij,k->j", (2, 3), (4,)),
    ("i,j,k->kij", (2,), (3,), (4,)),
    ("tnd,tnh->dh", (2, 3, 4), (2, 3, 2)),
    ("...ij,jk->...ik", (5, 2, 3), (3, 4)),
    ("...ij,...jk->...ik", (5, 2, 3), (1, 3, 4)),
    ("...ij,...jk", (5, 2, 3), (3, 4)),
    ("i...,i...->...", (2, 3), (2, 3)),
    (" i j , j -> i ", (2, 3), (3,)),
    ("ij,ij->i", (1, 3), (2, 3)),
    ("i...->...", (2, 3)),
    ("ij,jk->ik", (2, 0), (0, 2)),
]

SUBLISTS = [
    Row(
        np.einsum,
        lambda a, b: np.einsum(a, [0, 1], b, [1, 2], [2, 0]),
        lambda a, b: torch.einsum(a, [0, 1], b, [1, 2], [2, 0]),
        *(real(2, 3), real(3, 4)),
    ),
    Row(
        np.einsum,
        lambda a, b: np.einsum(a, [..., 0], b, [..., 0], [...]),
        lambda a, b: torch.einsum(a, [..., 0], b, [..., 0], [...]),
        *(real(2, 3), real(4, 1, 3)),
    ),
    Row(np.einsum, lambda a: np.einsum(a, [3, 3]), torch.trace, real(3, 3)),
    Row(np.einsum, lambda a: np.einsum(a, [3, 3], [3]), torch.diag, real(3, 3)),
    Row(
        np.einsum,
        lambda *xs: np.einsum("ij,jk,kl", *xs, optimize=True),
        lambda *xs: torch.linalg.multi_dot(xs),
        *(real(2, 3), real(3, 4), real(4, 2)),
    ),
]

TRACES_AND_POWERS = [
    *for_shapes(np.linalg.trace, lambda x: x.diagonal(0, -2, -1).sum(-1), (real,), ((3, 3),), ((2, 1, 4, 3),)),
    Row(np.trace, np.trace, torch.trace, real(3, 4)),
    Row(np.trace, lambda x: np.trace(x, 1, -1, 0), lambda x: x.diagonal(1, -1, 0).sum(-1), real(3, 2, 4)),
    Row(np.linalg.trace, lambda x: np.linalg.trace(x, offset=-1), lambda x: x.diagonal(-1).sum(), real(3, 4)),
    *for_keywords(np.linalg.matrix_power, torch.linalg.matrix_power, invertible(3, 3), n=(-3, -2, -1, 1, 2, 3, 4, 7)),
    *for_keywords(np.linalg.matrix_power, torch.linalg.matrix_power, invertible(2, 3, 3), n=(-2, 0, 5)),
    *(
        Row(
            np.linalg.multi_dot,
            lambda *xs: np.linalg.multi_dot(xs),
            lambda *xs: torch.linalg.multi_dot(xs),
            *(real(*shape) for shape in shapes),
        )
        for shapes in [
            [(2, 3), (3, 4)],
            [(2, 3), (3, 4), (4, 2)],
            [(3,), (3, 4), (4, 2)],
            [(2, 3), (3, 4), (4, 5), (5,)],
            [(3,), (3, 4), (4, 2), (2,)],
        ]
    ),
]

VECTOR_ORDERS = (0, 1, 2, 3, 0.5, -1, -2.5, math.inf, -math.inf)
MATRIX_ORDERS = ("fro", 1, -1, math.inf, -math.inf)
SPECTRAL_ORDERS = ("nuc", 2, -2)
KEEPDIMS = (False, True)

vector_norm, matrix_norm = torch.linalg.vector_norm, torch.linalg.matrix_norm

NORMS = [
    Row(np.linalg.norm, np.linalg.norm, torch.linalg.norm, real(4)),
    Row(np.linalg.norm, np.linalg.norm, torch.linalg.norm, real(2, 3, 4)),
    Row(np.linalg.norm, lambda x: np.linalg.norm(x, keepdims=True), lambda x: x.norm().reshape(1, 1), real(2, 3)),
    Row(np.linalg.norm, lambda x: np.linalg.norm(x, 1), lambda x: matrix_norm(x, 1), real(2, 3)),
    Row(np.linalg.vector_norm, np.linalg.vector_norm, vector_norm, real(2, 3)),
    Row(np.linalg.matrix_norm, np.linalg.matrix_norm, matrix_norm, real(2, 3, 4)),
    *for_keywords(np.linalg.norm, vector_norm, real(2, 3), ord=VECTOR_ORDERS, axis=(0, -1), keepdims=KEEPDIMS),
    *for_keywords(
        np.linalg.norm, matrix_norm, real(2, 3, 4), ord=MATRIX_ORDERS, axis=((0, 2), (-1, 0)), keepdims=KEEPDIMS
    ),
    *for_keywords(
        np.linalg.vector_norm, vector_norm, real(2, 3, 4), ord=VECTOR_ORDERS, axis=(None, 1, (0, -1)), keepdims=KEEPDIMS
    ),
    *for_keywords(
        np.linalg.matrix_norm, matrix_norm, real(2, 3, 4), ord=MATRIX_ORDERS + SPECTRAL_ORDERS, keepdims=KEEPDIMS
    ),
    *for_keywords(
        np.linalg.norm, matrix_norm, real(2, 3, 4), ord=SPECTRAL_ORDERS, axis=((0, 2), (-1, 0)), keepdims=KEEPDIMS
    ),
    *for_keywords(np.linalg.norm, matrix_norm, real(4, 3), ord=SPECTRAL_ORDERS),
]


def flat_at_zero(x, ord):
    return 0 * torch.sum(x)


TIES_AND_KINKS = [
    *for_keywords(np.linalg.norm, vector_norm, exactly(0, 0, 0), ord=(0, 1, math.inf, -math.inf)),
    *for_keywords(np.linalg.norm, flat_at_zero, exactly(0, 0, 0), ord=(3, 0.5, 1.5)),
    *for_keywords(np.linalg.vector_norm, flat_at_zero, exactly(0, 0, 0), ord=(3, 0.5, 1.5)),
    *for_keywords(np.linalg.norm, vector_norm, exactly(2, 0, -2), ord=(0, 1, 2, 3, math.inf, -math.inf)),
    *for_keywords(np.linalg.norm, matrix_norm, exactly([1, 2], [-2, 1]), ord=MATRIX_ORDERS),
    Row(np.linalg.norm, np.linalg.norm, torch.linalg.norm, exactly(0, 0, 0), second_order=False),
    Row(np.linalg.norm, np.linalg.norm, torch.linalg.norm, exactly([0, 0], [0, 0]), second_order=False),
]

ROWS = [
    *(row for f, (theirs, shapes) in PRODUCTS.items() for row in for_shapes(f, theirs, (real, real), *shapes)),
    *PRODUCTS_OVER_AXES,
    *(
        Row(
            np.einsum,
            lambda *xs, subscripts=subscripts: np.einsum(subscripts, *xs),
            lambda *xs, subscripts=subscripts: torch.einsum(subscripts, *xs),
            *(real(*shape) for shape in shapes),
        )
        for subscripts, *shapes in EINSUM
    ),
    *SUBLISTS,
    *TRACES_AND_POWERS,
    *NORMS,
    *TIES_AND_KINKS,
]


@each(ROWS)
def test_derivatives(row):
    assert_same_derivatives(row)


@each(ROWS)
def test_float32(row):
    assert_same_in_float32(row)
