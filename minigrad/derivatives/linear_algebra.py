"""Derivatives of products and norms.

Convention: a norm is flat where it is 0. Norms of singular values (nuc, 2 and -2 of matrices) are not: there they have
the gradient of one side.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from minigrad.derivatives.elementwise import as_array, conjugated, size_squared
from minigrad.derivatives.statistics import root
from minigrad.recording import apply, in_single, plain
from minigrad.rules import NoDerivativeError, composite, derivative, derivative_of_all


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
    if np.shape(a)[-1] != np.shape(b)[-2 if np.ndim(b) > 1 else -1]:
        shapes = f"{np.shape(a)} and {np.shape(b)}"
        raise ValueError(f"np.dot, shapes {shapes}: expected as many columns on the left as rows on the right.")
    return np.tensordot(a, b, axes=(-1, -2 if np.ndim(b) > 1 else -1))


@composite(np.inner)
def inner(a: Any, b: Any) -> Any:
    return np.tensordot(a, b, axes=(-1, -1)) if np.ndim(a) and np.ndim(b) else a * b


@composite(np.vdot)
def vdot(a: Any, b: Any) -> Any:
    if np.size(a) != np.size(b):
        raise ValueError("expected vectors of one length")
    return np.sum(conjugated(np.reshape(a, -1)) * np.reshape(b, -1))


@composite(np.vecdot)
@composite(np.linalg.vecdot)
def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    x1, x2 = np.moveaxis(x1, axis, -1), np.moveaxis(x2, axis, -1)
    if x1.shape[-1] != x2.shape[-1]:
        raise ValueError("expected vectors of one length")
    return np.sum(conjugated(x1) * x2, -1)


@composite(np.outer)
def outer(a: Any, b: Any) -> Any:
    return np.reshape(a, (-1, 1)) * np.reshape(b, -1)


@composite(np.linalg.outer)
def linalg_outer(x1: Any, x2: Any, /) -> Any:
    if not np.ndim(x1) == np.ndim(x2) == 1:
        raise ValueError("expected vectors")
    return np.outer(x1, x2)


@composite(np.tensordot)
@composite(np.linalg.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    if isinstance(axes, int | np.integer):
        axes = range(-int(axes), 0), range(int(axes))
    of_a, of_b = (
        [normalize_axis_index(int(k), np.ndim(x)) for k in np.atleast_1d(np.asarray(w, int))]
        for x, w in zip((a, b), axes, strict=True)
    )
    if [np.shape(a)[k] for k in of_a] != [np.shape(b)[k] for k in of_b]:
        raise ValueError(
            f"np.tensordot: shapes {np.shape(a)} and {np.shape(b)} do not match along axes {of_a}, {of_b}."
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
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    if not a.shape[-1] == b.shape[-1] == 3:
        raise NoDerivativeError("np.cross has a derivative rule for vectors of 3 elements only.")
    product = np.roll(a, -1, -1) * np.roll(b, 1, -1) - np.roll(a, 1, -1) * np.roll(b, -1, -1)
    return np.moveaxis(product, -1, axisc)


@composite(np.linalg.cross)
def linalg_cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    return np.cross(x1, x2, axis=axis)


@composite(np.linalg.matmul)
def matmul(x1: Any, x2: Any, /) -> Any:
    return np.matmul(x1, x2)


@composite(np.matvec)
def matvec(x1: Any, x2: Any, /) -> Any:
    return np.matmul(_matrices(x1), as_array(x2)[..., None])[..., 0]


@composite(np.vecmat)
def vecmat(x1: Any, x2: Any, /) -> Any:
    return np.matmul(conjugated(as_array(x1))[..., None, :], _matrices(x2))[..., 0, :]


def _matrices(x: Any) -> Any:
    x = as_array(x)
    if x.ndim < 2:
        raise ValueError("expected matrices")
    return x


@composite(np.linalg.multi_dot)
def multi_dot(arrays: Sequence[Any]) -> Any:
    """The product, in the order that takes the fewest multiplications."""
    if len(arrays) < 2:
        raise ValueError("expected two arrays or more")
    lengths = [math.prod(np.shape(arrays[0])[:-1]), *(np.shape(a)[0] for a in arrays[1:])]
    lengths.append(math.prod(np.shape(arrays[-1])[1:]))

    @functools.cache
    def cheapest(start: int, end: int) -> tuple[int, int]:
        """The number of multiplications that arrays[start:end] take, and the place to part them."""
        return min(
            (
                (cheapest(start, k)[0] + cheapest(k, end)[0] + lengths[start] * lengths[k] * lengths[end], k)
                for k in range(start + 1, end)
            ),
            default=(0, end),
        )

    def product(start: int, end: int) -> Any:
        middle = cheapest(start, end)[1]
        return arrays[start] if middle == end else np.dot(product(start, middle), product(middle, end))

    return product(0, len(arrays))


@composite(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    """aⁿ by squaring: aⁿ = (a²)ⁿᐟ², and once more a where n is odd."""
    n = operator.index(n)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ValueError("expected square matrices")
    if n < 0:
        return np.linalg.matrix_power(np.linalg.inv(a), -n)
    if n == 0:
        return np.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape)
    if n == 1:
        return a
    half = matrix_power(a @ a, n // 2)
    return half @ a if n % 2 else half


@composite(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return np.sum(np.diagonal(a, offset, axis1, axis2), -1)


@composite(np.linalg.trace)
def matrix_trace(x: Any, /, *, offset: int = 0) -> Any:
    return np.trace(x, offset, -2, -1)


# Norms


@composite(np.linalg.norm)
@in_single
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if ord is None and axis is None:
        total = root(np.sum(size_squared(x)))
        return np.reshape(total, (1,) * x.ndim) if keepdims else total
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if len(axes) == 1:
        return _vector_norm(x, 2 if ord is None else ord, axes[0], keepdims)
    return _matrix_norm(x, "fro" if ord is None else ord, axes, keepdims)


@composite(np.linalg.vector_norm)
@in_single
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    return _vector_norm(x, ord, axis, keepdims)


@composite(np.linalg.matrix_norm)
@in_single
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return _matrix_norm(x, ord, (-2, -1), keepdims)


def _vector_norm(x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    """(Σ |x|ᵖ)^(1/p), and its limits for p = ∞, -∞ and 0."""
    if ord == 2:
        return root(np.sum(size_squared(x), axis, keepdims=keepdims))
    size = np.absolute(x)
    if ord in (math.inf, -math.inf):
        return (np.max if ord > 0 else np.min)(size, axis, keepdims=keepdims)
    if ord == 0:
        return np.sum((x != 0).astype(x.dtype), axis=axis, keepdims=keepdims)
    if ord == 1:
        return np.sum(size, axis, keepdims=keepdims)
    if ord < 0:  # a single 0 makes it 0
        zero = np.any(plain(size) == 0, axis, keepdims=True)
        total = np.sum(np.where(zero & ~np.isnan(plain(size)), 1.0, size) ** ord, axis, keepdims=True) ** (1 / ord)
        return total * ~zero if keepdims else np.squeeze(total * ~zero, axis)
    total = np.sum(_power_or_flat(size, ord), axis, keepdims=keepdims)
    return _power_or_flat(total, 1 / ord)


def _power_or_flat(x: Any, p: float) -> Any:
    """xᵖ, with derivative 0 at x = 0."""
    return np.where(x == 0, 1.0, x) ** p * (x != 0)


def _matrix_norm(x: Any, ord: Any, axes: Sequence[int], keepdims: bool) -> Any:
    """Frobenius' norm, the sum of the singular values ("nuc"), or the largest or smallest of something.

    That is for ±1 the sums of the columns, for ±∞ those of the rows, for ±2 the singular values.
    """
    if ord in ("fro", "f"):
        return root(np.sum(size_squared(x), tuple(axes), keepdims=keepdims))
    if ord in (1, -1, math.inf, -math.inf):
        summed, largest = axes if abs(ord) == 1 else (axes[1], axes[0])
        sums = np.sum(np.absolute(x), summed, keepdims=True)
        result = (np.max if ord > 0 else np.min)(sums, largest, keepdims=True)
        return result if keepdims else np.squeeze(result, tuple(axes))
    combine: Any = {2: np.max, -2: np.min, "nuc": np.sum}[ord]
    result = combine(np.linalg.svdvals(np.moveaxis(x, axes, (-2, -1))), -1)
    return np.expand_dims(result, tuple(k % x.ndim for k in axes)) if keepdims else result


# Einsum


def _einsum_gradients(
    wanted: list[int], g: Any, y: Any, subscripts: str, *operands: Any, optimize: Any = False
) -> list[Any]:
    of_operand = functools.partial(_einsum, g, y, subscripts, operands, optimize)
    return [None, *(functools.partial(of_operand, i) for i in range(len(operands)))]


def _einsum(g: Any, y: Any, subscripts: str, operands: Sequence[Any], optimize: Any, i: int) -> Any:
    """The gradient of operand i is an einsum of g with the other operands.

    A label that only this operand has was summed away, so its gradient is spread by ones. None is in it twice.
    """
    inputs, output = _explicit(subscripts, tuple([np.ndim(o) for o in operands]))
    others = [(inputs[k], operands[k]) for k in range(len(operands)) if k != i]
    known = dict(zip(output, y.shape, strict=True))  # labels and lengths; an operand of length 1 is repeated
    for labels, operand in others:
        known |= {label: n for label, n in zip(labels, operand.shape, strict=True) if known.get(label, 1) == 1}
    for label, n in zip(inputs[i], operands[i].shape, strict=True):
        if known.get(label) != n:
            others.append((label, np.ones(n, dtype=y.dtype)))
    expression = ",".join([output, *(labels for labels, _ in others)]) + "->" + inputs[i]
    return np.einsum(expression, g, *(operand for _, operand in others), optimize=optimize)


_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


@functools.lru_cache
def _explicit(subscripts: str, ndims: tuple[int, ...]) -> tuple[list[str], str]:
    """Subscripts with every axis labelled by a letter and the output written out."""
    left, arrow, output = subscripts.replace(" ", "").partition("->")
    inputs = left.split(",")
    fresh = sorted(_LETTERS.difference(subscripts))
    widths = [ndim - len(s.replace("...", "")) for s, ndim in zip(inputs, ndims, strict=False)]
    ellipsis = "".join(fresh[: max((w for w, s in zip(widths, inputs, strict=True) if "..." in s), default=0)])
    inputs = [s.replace("...", ellipsis[len(ellipsis) - w :]) for s, w in zip(inputs, widths, strict=True)]
    if arrow:
        return inputs, output.replace("...", ellipsis)
    letters = "".join(inputs)
    once = sorted(c for c in set(letters) - set(ellipsis) if letters.count(c) == 1)
    return inputs, ellipsis + "".join(once)


derivative_of_all(np.einsum, _einsum_gradients)

FEW = 10**4
"""Up to this many multiplications it is not worth looking for a better order."""

LARGE = 10**8
"""The product of two operands may have this many numbers at most. By NumPy's own limit, the largest size of an operand
or of the result, three would be multiplied at once in x W y of a batch, which takes ten times as long."""


@composite(np.einsum)
@in_single
def einsum(*operands: Any, optimize: Any = False) -> Any:
    if isinstance(operands[0], str):
        return _contracted(operands[0], [as_array(x) for x in operands[1:]], optimize)
    # a, [0, 1], b, [1, 2], [0, 2] says the same in numbers
    letters = sorted(_LETTERS)
    written = ["".join("..." if n is Ellipsis else letters[n] for n in labels) for labels in operands[1::2]]
    subscripts = ",".join(written)
    if len(operands) % 2:
        subscripts += "->" + "".join("..." if n is Ellipsis else letters[n] for n in operands[-1])
    return np.einsum(subscripts, *operands[: len(written) * 2 : 2], optimize=optimize)


def _of_diagonal(labels: str, x: Any) -> tuple[str, Any]:
    """An operand where every label stands once: of two that are the same, the diagonal."""
    for label in labels:
        while labels.count(label) > 1:
            i = labels.index(label)
            j = labels.index(label, i + 1)
            if x.shape[i] != x.shape[j]:
                raise ValueError(f"np.einsum: label {label} is of axes of lengths {x.shape[i]} and {x.shape[j]}.")
            x = np.diagonal(x, 0, i, j)
            labels = labels[:i] + labels[i + 1 : j] + labels[j + 1 :] + label
    return labels, x


def _contracted(subscripts: str, operands: list[Any], optimize: Any) -> Any:
    """Einsum, two operands at a time where there is much to multiply; then the derivative goes that way too.

    `optimize` may say which two, as for np.einsum.
    """
    inputs, output = _explicit(subscripts, tuple([x.ndim for x in operands]))
    if any(len(set(labels)) < len(labels) for labels in inputs):
        once = [_of_diagonal(labels, x) for labels, x in zip(inputs, operands, strict=False)]
        subscripts = ",".join(labels for labels, _ in once) + "->" + output
        return _contracted(subscripts, [x for _, x in once], optimize)
    lengths: dict[str, int] = {}
    for labels, x in zip(inputs, operands, strict=False):  # if they do not fit, NumPy says so below
        lengths |= {label: max(n, lengths.get(label, 0)) for label, n in zip(labels, x.shape, strict=False)}
    if isinstance(optimize, bool) and math.prod(lengths.values()) <= FEW:
        return apply(np.einsum, (subscripts, *operands), {})
    way = ("greedy", LARGE) if isinstance(optimize, bool) else optimize
    _, *path = np.einsum_path(subscripts, *map(plain, operands), optimize=way)[0]
    terms = [*zip(inputs, operands, strict=True)]
    for places in [(0,)] * len(terms) + path:  # first, what only one of them has is summed
        chosen = [terms.pop(i) for i in sorted(places, reverse=True)]
        expression = ",".join(labels for labels, _ in chosen)
        needed = set(output).union(*(labels for labels, _ in terms))
        kept = "".join([label for label in dict.fromkeys(expression) if label in needed]) if terms else output
        arrays = [x for _, x in chosen]
        if kept != expression:
            arrays = [apply(np.einsum, (f"{expression}->{kept}", *arrays), {"optimize": True})]
        terms.append((kept, *arrays))
    return terms[0][1]
