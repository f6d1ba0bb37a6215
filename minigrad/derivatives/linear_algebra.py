"""Derivatives of products: matmul in all its cases, and einsum."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.rules import derivative, derivative_of_each


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
        return np.reshape(a, (-1, a.shape[-1])).T @ np.reshape(g, (-1, g.shape[-1]))
    return np.swapaxes(a, -1, -2) @ g


derivative(np.matmul, _matmul_left, _matmul_right)


def _einsum(i: int, g: Any, y: Any, subscripts: str, *operands: Any, optimize: Any = False) -> Any:
    """The gradient of operand i - 1 is an einsum of g with the other operands.

    Two cases need an operand of their own: a label that only this operand has was summed away, so its gradient
    is spread by ones; a label that it has twice reads a diagonal, so its gradient goes through an identity matrix.
    """
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
