"""Statements on a matrix where nothing was expected of its single numbers: on a random one, say."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from minigrad.course.checks.students import Example
from minigrad.course.results.outcomes import Mismatch

Array = np.ndarray
LITTLE = 1e-9
MANY = 100  # numbers
SEVERAL = 3  # of them that are the same by no chance


def of_matrices(examples: Sequence[Example]) -> str:
    """State what holds of the matrices in all failing examples, if some are large enough for that to be no chance."""
    failed = [e.outcome for e in examples if e.outcome]
    matrices = [m.got for m in failed if isinstance(m, Mismatch) and isinstance(m.got, np.ndarray) and m.got.ndim == 2]
    alone = all(isinstance(m, Mismatch) and m.expected is None for m in failed)
    alone = alone and all(W.dtype == np.float64 for W in matrices)  # of others it is said that they should be floats
    alone = alone and all(W.size for W in matrices)
    if not alone or len(matrices) < len(failed) or max((min(W.shape) for W in matrices), default=0) < 3:
        return ""
    for holds, says in _PROPERTIES:
        if all(holds(W) for W in matrices):
            return says
    if told := _of_vectors([W if len(W) >= len(W.T) else W.T for W in matrices], [len(W) < len(W.T) for W in matrices]):
        return told
    if all(_is_of_orthogonal_blocks(W) for W in matrices):
        return ""  # so they should be: something else is wrong
    factors = [_factor_of_orthonormal(W) for W in matrices]
    if min(factors) > 0 and np.ptp(factors) < 1e-6 * max(factors) and abs(factors[0] - 1) > 1e-6:
        length = f"{np.sqrt(factors[0]):.4g} and not 1"
        return (
            f"WᵀW (WWᵀ, if W is wide) is {factors[0]:.4g} times the identity matrix: all vectors have length {length}."
        )
    return ""


def _of_vectors(tall: Sequence[Array], wide: Sequence[bool]) -> str:
    """Name the columns that are of length 1 and at right angles, or the rows of matrices that are wide."""
    which = "rows" if all(wide) else "columns" if not any(wide) else "columns (rows, if W is wide)"
    products = [W.T @ W for W in tall]
    if not all(np.isfinite(product).all() for product in products):
        return ""
    if all(_is_near(p, np.eye(len(p))) for p in products):
        return ""  # so they should be: something else is wrong
    first = {next(k for k in range(len(p), -1, -1) if _is_near(p[:k, :k], np.eye(k))) for p in products}
    if len(first) == 1 and (k := first.pop()) > 1:
        return f"The first {k} {which} have length 1 and are at right angles to each other, and the next is not so."
    if all(_is_near(np.diag(product), 1.0) for product in products):
        return f"All {which} have length 1, but they are not at right angles to each other."
    lengths = [np.sqrt(np.diag(product)) for product in products]
    if all(
        _is_near(p / np.outer(n, n), np.eye(len(p))) and np.ptp(n) > LITTLE
        for p, n in zip(products, lengths, strict=True)
    ):
        return f"The {which} are at right angles to each other, but their lengths are not 1."
    return ""


def _is_near(array: Array, other: Array | float) -> bool:
    return bool(np.allclose(array, other, rtol=0, atol=LITTLE))


def _is_cut_off(W: Array) -> bool:
    """True if the largest number comes several times, and so does the smallest."""
    return bool(
        W.size >= MANY and min(np.sum(W.max() == W), np.sum(W.min() == W)) >= SEVERAL and len(np.unique(W)) > MANY
    )


def _is_zero(array: Array) -> bool:
    return bool(np.abs(array).max(initial=0.0) < 1e-12)


def _is_of_orthogonal_blocks(W: Array) -> bool:
    """True if square orthogonal blocks stand side by side, as for the gates of a cell."""
    blocks, rest = divmod(len(W.T), len(W))
    return blocks > 1 and not rest and all(_is_near(B.T @ B, np.eye(len(W))) for B in np.split(W, blocks, axis=1))


def _factor_of_orthonormal(W: Array) -> float:
    """k, if WᵀW = k I (or WWᵀ, for a matrix that is wider than high), or else 0."""
    product = W.T @ W if len(W) >= len(W.T) else W @ W.T
    k = float(np.diag(product).mean())
    return k if np.allclose(product, k * np.eye(len(product)), rtol=1e-9, atol=1e-9 * abs(k)) else 0.0


# The first that holds is said.
_PROPERTIES: list[tuple[Callable[[Array], bool], str]] = [
    (lambda W: bool(np.isnan(W).any()), "There are NaN among these numbers: look for 0 / 0, ∞ - ∞ or ∞ / ∞."),
    (lambda W: _is_zero(W), "These numbers are all zero."),
    (lambda W: float(np.ptp(W)) == 0.0, "These numbers are all the same."),
    (
        lambda W: _is_zero(W - np.diag(np.diag(W))) if W.shape[0] == W.shape[1] else False,
        "All is zero but the diagonal.",
    ),
    (lambda W: _is_zero(np.tril(W, -1)), "All is zero below the diagonal: this matrix is triangular."),
    (lambda W: _is_zero(np.triu(W, 1)), "All is zero above the diagonal: this matrix is triangular."),
    (lambda W: W.shape[0] == W.shape[1] and _is_zero(W - W.T), "This matrix is symmetric: W equals its transpose."),
    (lambda W: bool((np.abs(W).max(1) < 1e-12).any()), "There are rows of zeros."),
    (lambda W: bool((np.abs(W).max(0) < 1e-12).any()), "There are columns of zeros."),
    (lambda W: len(W) > 1 and _is_zero(W - W[:1]), "All rows are the same."),
    (lambda W: len(W.T) > 1 and _is_zero(W - W[:, :1]), "All columns are the same."),
    (_is_cut_off, "The largest number comes several times, and so does the smallest: the numbers are cut off there."),
    (lambda W: bool((W >= 0).all()), "No number is negative."),
]
