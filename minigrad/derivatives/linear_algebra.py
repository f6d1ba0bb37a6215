"""Derivatives of products and of matrix functions.

Inverse, solution and determinant: Giles, Collected matrix derivative results for forward and reverse mode algorithmic
differentiation, 2008, section 2. Cholesky factor: Murray, Differentiation of the Cholesky decomposition, 2016.
Convention: a norm is flat where it is 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.derivatives.reductions import root
from minigrad.recording import plain, primitive
from minigrad.rules import NoDerivativeError, composite, derivative, derivative_of_each


def _matmul_left(g: Any, y: Any, a: Any, b: Any) -> Any:
    if b.ndim == 1:
        return g[..., None] * b
    if a.ndim == 1:
        return (b @ g[..., None])[..., 0]
    return g @ np.swapaxes(b, -1, -2)


def _matmul_right(g: Any, y: Any, a: Any, b: Any) -> Any:
    if a.ndim == 1:
        return a * g[..., None] if b.ndim == 1 else a[:, None] * g[..., None, :]
    if b.ndim == 1:
        return (np.swapaxes(a, -1, -2) @ g[..., None])[..., 0]
    if b.ndim == 2 and a.ndim > 2:  # one weight for a whole batch: sum over the batch inside the product
        rows = math.prod(a.shape[:-1])
        return np.reshape(a, (rows, a.shape[-1])).T @ np.reshape(g, (rows, g.shape[-1]))
    return np.swapaxes(a, -1, -2) @ g


derivative(np.matmul, _matmul_left, _matmul_right)


# Products that are others in another form


@composite(np.dot)
def dot(a: Any, b: Any) -> Any:
    if not (np.ndim(a) and np.ndim(b)):
        return a * b
    return np.tensordot(a, b, axes=(-1, -2 if np.ndim(b) > 1 else -1))


@composite(np.inner)
def inner(a: Any, b: Any) -> Any:
    return np.tensordot(a, b, axes=(-1, -1)) if np.ndim(a) and np.ndim(b) else a * b


@composite(np.vdot)
def vdot(a: Any, b: Any) -> Any:
    return np.sum(np.reshape(a, -1) * np.reshape(b, -1))


@composite(np.vecdot)
@composite(np.linalg.vecdot)
def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    return np.sum(x1 * x2, axis)


@composite(np.outer)
@composite(np.linalg.outer)
def outer(a: Any, b: Any) -> Any:
    return np.reshape(a, (-1, 1)) * np.reshape(b, -1)


@composite(np.tensordot)
@composite(np.linalg.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    if isinstance(axes, int | np.integer):
        axes = range(-int(axes), 0), range(int(axes))
    of_a, of_b = (
        [k % np.ndim(x) for k in np.atleast_1d(np.asarray(w, int))] for x, w in zip((a, b), axes, strict=True)
    )
    kept_a = [k for k in range(np.ndim(a)) if k not in of_a]
    kept_b = [k for k in range(np.ndim(b)) if k not in of_b]
    size = math.prod(np.shape(a)[k] for k in of_a)
    rows, columns = [np.shape(a)[k] for k in kept_a], [np.shape(b)[k] for k in kept_b]
    left = np.reshape(np.transpose(a, kept_a + of_a), (math.prod(rows), size))
    right = np.reshape(np.transpose(b, of_b + kept_b), (size, math.prod(columns)))
    return np.reshape(left @ right, rows + columns)


@composite(np.kron)
def kron(a: Any, b: Any) -> Any:
    ndim = max(np.ndim(a), np.ndim(b))
    of_a, of_b = ((1,) * (ndim - np.ndim(x)) + np.shape(x) for x in (a, b))
    spread = np.reshape(a, [n for k in of_a for n in (k, 1)]) * np.reshape(b, [n for k in of_b for n in (1, k)])
    return np.reshape(spread, [m * n for m, n in zip(of_a, of_b, strict=True)])


@composite(np.cross)
@composite(np.linalg.cross)
def cross(a: Any, b: Any, *, axis: int = -1) -> Any:
    a, b = np.moveaxis(a, axis, -1), np.moveaxis(b, axis, -1)
    product = np.roll(a, -1, -1) * np.roll(b, 1, -1) - np.roll(a, 1, -1) * np.roll(b, -1, -1)
    return np.moveaxis(product, -1, axis)


@composite(np.linalg.matmul)
def matmul(x1: Any, x2: Any, /) -> Any:
    return x1 @ x2


@composite(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return np.sum(np.diagonal(a, offset, axis1, axis2), -1)


@composite(np.linalg.trace)
def matrix_trace(x: Any, /, *, offset: int = 0) -> Any:
    return np.trace(x, offset, -2, -1)


# Norms


@composite(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if ord is None and axis is None:
        total = root(np.sum(x * x))
        return np.reshape(total, (1,) * x.ndim) if keepdims else total
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if len(axes) == 1:
        return _vector_norm(x, 2 if ord is None else ord, axes[0], keepdims)
    return _matrix_norm(x, "fro" if ord is None else ord, axes, keepdims)


@composite(np.linalg.vector_norm)
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    return _vector_norm(x, ord, axis, keepdims)


@composite(np.linalg.matrix_norm)
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return _matrix_norm(x, ord, (-2, -1), keepdims)


def _vector_norm(x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    """(Σ |x|ᵖ)^(1/p), and its limits for p = ∞, -∞ and 0."""
    if ord == 2:
        return root(np.sum(x * x, axis, keepdims=keepdims))
    size = np.absolute(x)
    if ord in (math.inf, -math.inf):
        return (np.max if ord > 0 else np.min)(size, axis, keepdims=keepdims)
    if ord == 0:
        return np.sum((x != 0) * 1.0, axis=axis, keepdims=keepdims)
    if ord == 1:
        return np.sum(size, axis, keepdims=keepdims)
    return np.sum(size**ord, axis, keepdims=keepdims) ** (1 / ord)


def _matrix_norm(x: Any, ord: Any, axes: Sequence[int], keepdims: bool) -> Any:
    """Frobenius' norm, or the largest or smallest sum of a column (±1) or of a row (±∞)."""
    if ord in ("fro", "f"):
        return root(np.sum(x * x, tuple(axes), keepdims=keepdims))
    if ord not in (1, -1, math.inf, -math.inf):
        raise NoDerivativeError(
            f"np.linalg.norm: the matrix norm {ord!r} has no derivative rule here; 'fro', 1, -1, inf and -inf have one."
        )
    summed, largest = axes if ord in (1, -1) else (axes[1], axes[0])
    sums = np.sum(np.absolute(x), summed, keepdims=True)
    extreme = (np.max if ord > 0 else np.min)(sums, largest, keepdims=True)
    return extreme if keepdims else np.squeeze(extreme, tuple(axes))


# Matrix functions


def _T(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


def _solve_matrix(g: Any, y: Any, a: Any, b: Any) -> Any:
    gb = np.linalg.solve(_T(a), g)
    return -gb[..., None] * y[..., None, :] if np.ndim(b) == 1 else -gb @ _T(y)


def _cholesky(g: Any, y: Any, a: Any) -> Any:
    """½ L⁻ᵀ (P + Pᵀ) L⁻¹, where P is the lower half of Lᵀ g with its diagonal halved."""
    half = np.tril(np.ones(y.shape[-2:], y.dtype)) - 0.5 * np.eye(y.shape[-1], dtype=y.dtype)
    P = (_T(y) @ g) * half
    middle = np.linalg.solve(_T(y), P + _T(P))
    return 0.5 * _T(np.linalg.solve(_T(y), _T(middle)))


derivative(np.linalg.inv, lambda g, y, a: -(_T(y) @ g @ _T(y)))
derivative(np.linalg.solve, _solve_matrix, lambda g, y, a, b: np.linalg.solve(_T(a), g))
derivative(np.linalg.det, lambda g, y, a: (g * y)[..., None, None] * _T(np.linalg.inv(a)))
derivative(np.linalg.cholesky, _cholesky)


@composite(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    sign, _ = result = np.linalg.slogdet(plain(a))
    return type(result)(sign, _log_abs_det(a))


@primitive(lambda g, y, a: g[..., None, None] * _T(np.linalg.inv(a)))
def _log_abs_det(a: Any) -> Any:
    return np.linalg.slogdet(a)[1]


# Einsum


def _einsum(i: int, g: Any, y: Any, subscripts: str, *operands: Any, optimize: Any = False) -> Any:
    """The gradient of operand i - 1 is an einsum of g with the other operands.

    Two cases need an operand of their own: a label that only this operand has was summed away, so its gradient
    is spread by ones; a label that it has twice reads a diagonal, so its gradient goes through an identity matrix.
    """
    if not isinstance(subscripts, str):
        raise NoDerivativeError("np.einsum on Tensors takes its subscripts as a string, such as 'ij,jk->ik'.")
    i -= 1  # args are (subscripts, *operands)
    inputs, output = _explicit(subscripts, [np.ndim(o) for o in operands])
    others = [(inputs[k], operands[k]) for k in range(len(operands)) if k != i]
    known = set(output).union(*(labels for labels, _ in others))
    fresh = iter(_LETTERS.difference(output, *inputs))
    target = ""
    for label, n in zip(inputs[i], operands[i].shape, strict=True):
        if label in target:
            twin = next(fresh)
            others.append((label + twin, np.eye(n, dtype=y.dtype)))
            target += twin
        else:
            if label not in known:
                others.append((label, np.ones(n, dtype=y.dtype)))
            target += label
    expression = ",".join([output, *(labels for labels, _ in others)]) + "->" + target
    return np.einsum(expression, g, *(operand for _, operand in others), optimize=optimize)


_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _explicit(subscripts: str, ndims: list[int]) -> tuple[list[str], str]:
    """Subscripts with every axis labelled by a letter and the output written out."""
    left, arrow, output = subscripts.replace(" ", "").partition("->")
    inputs = left.split(",")
    fresh = sorted(_LETTERS.difference(subscripts))
    widths = [ndim - len(s.replace("...", "")) for s, ndim in zip(inputs, ndims, strict=True)]
    ellipsis = "".join(fresh[: max((w for w, s in zip(widths, inputs, strict=True) if "..." in s), default=0)])
    inputs = [s.replace("...", ellipsis[len(ellipsis) - w :]) for s, w in zip(inputs, widths, strict=True)]
    if arrow:
        return inputs, output.replace("...", ellipsis)
    letters = "".join(inputs)
    once = sorted(c for c in set(letters) - set(ellipsis) if letters.count(c) == 1)
    return inputs, ellipsis + "".join(once)


derivative_of_each(np.einsum, _einsum)
