"""Derivatives of what solves, inverts and decomposes matrices.

Inverse, solution, determinant and eigenvectors: Giles, Collected matrix derivative results for forward and reverse mode
algorithmic differentiation, 2008, sections 2 and 3.1. Pseudo-inverse: Golub and Pereyra, The differentiation of
pseudo-inverses and nonlinear least squares problems whose variables separate, 1973, section 4. Cholesky factor: Murray,
Differentiation of the Cholesky decomposition, 2016. Singular vectors: Townsend, Differentiating the singular value
decomposition, 2016. QR: Roberts and Roberts, QR and LQ decomposition matrix backpropagation algorithms for square,
wide, and deep matrices, 2020.

Conventions: `cholesky` takes its argument for symmetric, and so is the gradient. `eigh` reads one triangle, and the
gradient lies there. Where eigenvalues or singular values coincide, their vectors do not turn into each other, and where
a singular value is 0, its vectors do not turn out of their span. The gradient of `det` is the transposed adjugate, of
singular matrices too.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.derivatives.elementwise import unless_zero
from minigrad.recording import apply, plain, primitive
from minigrad.rules import NoDerivativeError, composite, constant, derivative, named


def _T(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


def _eye(n: int, x: Any) -> Any:
    return np.eye(n, dtype=x.dtype)


# Inverse, solution, determinant


def _solve_matrix(g: Any, y: Any, a: Any, b: Any) -> Any:
    gb = _solve_right_side(g, y, a, b)
    return -gb[..., None] * y[..., None, :] if np.ndim(b) == 1 else -gb @ _T(y)


def _solve_right_side(g: Any, y: Any, a: Any, b: Any) -> Any:
    """a⁻ᵀ g, for one column or several."""
    return np.linalg.solve(_T(a), g[..., None])[..., 0] if np.ndim(b) == 1 else np.linalg.solve(_T(a), g)


derivative(np.linalg.inv, lambda g, y, a: -(_T(y) @ g @ _T(y)))
derivative(np.linalg.solve, _solve_matrix, _solve_right_side)
derivative(np.linalg.det, lambda g, y, a: g[..., None, None] * _transposed_adjugate(y, a))


def _transposed_adjugate(det: Any, a: Any) -> Any:
    """det a · a⁻ᵀ, or the same by `_cofactors` where a matrix is singular or nearly so."""
    return det[..., None, None] * _T(np.linalg.inv(a)) if _can_be_inverted(plain(a), plain(det)) else _cofactors(a)


def _can_be_inverted(a: Any, det: Any) -> bool:
    """True if the inverses of all matrices are exact to half of the digits, and no determinant underflows."""
    if not (np.isfinite(det) & (np.abs(det) > np.finfo(a.dtype).tiny)).all():
        return False
    with np.errstate(over="ignore", invalid="ignore"):  # a near miss
        conditions = np.linalg.norm(a, axis=(-2, -1)) * np.linalg.norm(np.linalg.inv(a), axis=(-2, -1))
    return bool((conditions < np.finfo(a.dtype).eps ** -0.5).all())


def _minors(g: Any, y: Any, a: Any) -> Any:
    """Each cofactor is the determinant of what is left without its row and its column, with a sign."""
    n = a.shape[-1]
    others = np.array([[k for k in range(n) if k != i] for i in range(n)], int).reshape(n, n - 1)
    left = a[..., others[:, None, :, None], others[None, :, None, :]]
    signs = (-1.0) ** np.add.outer(np.arange(n), np.arange(n))
    gradients = (g * signs)[..., None, None] * _cofactors(left)
    place = np.eye(n)[others].astype(a.dtype)  # (n, n - 1, n), 1 where a row of the rest comes from
    return np.einsum("...ijkl,ikr,jlc->...rc", gradients, place, place)


@primitive(_minors)
@named("np.linalg.det")
def _cofactors(a: Any) -> Any:
    """The transposed adjugate det U det Vᵀ · U diag(∏ of the other singular values) Vᵀ, of any matrix a = U S Vᵀ."""
    n = a.shape[-1]
    if n < 2:
        return np.ones_like(a)
    finite = np.isfinite(a).all((-2, -1), keepdims=True)
    u, s, vh = np.linalg.svd(np.where(finite, a, 0.0))
    others = np.prod(np.where(np.eye(n, dtype=bool), 1.0, s[..., None, :]), -1).astype(s.dtype)
    turn = np.linalg.det(u) * np.linalg.det(vh)
    cofactors = turn[..., None, None] * ((np.conjugate(u) * others[..., None, :]) @ np.conjugate(vh))
    return np.where(finite, cofactors, np.nan)


@composite(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    sign, _ = result = np.linalg.slogdet(plain(a))
    return type(result)(sign, _log_abs_det(_real_only("np.linalg.slogdet", a)))


def _inverse_where_wanted(g: Any, y: Any, a: Any) -> Any:
    """g a⁻ᵀ, and 0 where g is: there the matrix may be singular."""
    unwanted = (plain(y) == -np.inf) & (plain(g) == 0)
    return g[..., None, None] * _T(np.linalg.inv(np.where(unwanted[..., None, None], _eye(a.shape[-1], a), a)))


@primitive(_inverse_where_wanted)
@named("np.linalg.slogdet")
def _log_abs_det(a: Any) -> Any:
    return np.linalg.slogdet(a)[1]


def _real_only(who: str, a: Any) -> Any:
    if np.iscomplexobj(plain(a)):
        raise NoDerivativeError(f"{who}: decompositions of complex matrices have no derivative rule.")
    return a


def _pinv(g: Any, y: Any, a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """The gradient of a from dy = -y da y + y yᵀ daᵀ (1 - a y) + (1 - y a) daᵀ yᵀ y."""
    a = _real_only("np.linalg.pinv", a)
    outside_rows, outside_columns = _eye(a.shape[-2], y) - a @ y, _eye(a.shape[-1], y) - y @ a
    return -(_T(y) @ g @ _T(y)) + outside_rows @ _T(g) @ y @ _T(y) + _T(y) @ y @ _T(g) @ outside_columns


derivative(np.linalg.pinv, _pinv)


@composite(np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    rows, columns = a.shape[:ind], a.shape[ind:]
    return np.reshape(np.linalg.inv(np.reshape(a, (math.prod(rows), -1))), columns + rows)


@composite(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    if axes is not None:
        a = np.moveaxis(a, axes, range(-len(axes), 0))
    unknowns = np.shape(a)[np.ndim(b) :]
    return np.reshape(np.linalg.solve(np.reshape(a, (np.size(b), -1)), np.reshape(b, -1)), unknowns)


# Decompositions. One that has several parts is computed as one array, in which they stand below each other


def _cholesky(g: Any, y: Any, a: Any) -> Any:
    """½ L⁻ᵀ (P + Pᵀ) L⁻¹, where P is the lower half of Lᵀ g with its diagonal halved."""
    half = np.tril(np.ones(y.shape[-2:], y.dtype)) - 0.5 * _eye(y.shape[-1], y)
    P = (_T(y) @ g) * half
    middle = np.linalg.solve(_T(y), P + _T(P))
    return 0.5 * _T(np.linalg.solve(_T(y), _T(middle)))


derivative(np.linalg.cholesky, _cholesky)


@composite(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    a = _real_only("np.linalg.cholesky", a)
    return _T(apply(np.linalg.cholesky, (_T(a),), {})) if upper else apply(np.linalg.cholesky, (a,), {})


def _vstack(*parts: Any) -> Any:
    return np.concatenate(parts, axis=-2)


def _parts(stacked: Any, *heights: int) -> list[Any]:
    return list(np.split(stacked, np.cumsum(heights)[:-1], axis=-2))


def _gaps(squares: Any) -> Any:
    """1 / (λⱼ - λᵢ), and 0 where they are the same."""
    difference = squares[..., None, :] - squares[..., :, None]
    return (difference != 0) / unless_zero(difference)


def _eigh_gradient(g: Any, y: Any, a: Any, UPLO: str) -> Any:
    """V (diag(gw) + (Vᵀ gV) / (λⱼ - λᵢ)) Vᵀ, folded into the triangle that was read."""
    n = a.shape[-1]
    (gw, gv), (w, v) = _parts(g, 1, n), _parts(y, 1, n)
    whole = v @ (_eye(n, y) * gw + _gaps(w[..., 0, :]) * (_T(v) @ gv)) @ _T(v)
    read = np.tril(np.ones((n, n), y.dtype)) if UPLO in "lL" else np.triu(np.ones((n, n), y.dtype))
    return (whole + _T(whole)) * (read - 0.5 * _eye(n, y))


@primitive(_eigh_gradient, None)
@named("np.linalg.eigh")
def _eigh(a: Any, UPLO: Any) -> Any:
    w, v = np.linalg.eigh(a, UPLO)
    return _vstack(w[..., None, :], v)


@composite(np.linalg.eigh)
def eigh(a: Any, UPLO: Any = "L") -> Any:
    w, v = _parts(_eigh(_real_only("np.linalg.eigh", a), UPLO), 1, a.shape[-1])
    return EighResult(w[..., 0, :], v)


@composite(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: Any = "L") -> Any:
    return np.linalg.eigh(a, UPLO)[0]


def _svd_gradient(g: Any, y: Any, a: Any) -> Any:
    """U (((Uᵀ gU - gUᵀ U) F) S + S (F (Vᵀ gV - gVᵀ V)) + diag(gs)) Vᵀ, and what leaves the spans of U and of V.

    F is 1 / (sⱼ² - sᵢ²).
    """
    m, n = a.shape[-2:]
    (gu, gs, gv), (u, s, v) = _parts(g, m, 1, n), _parts(y, m, 1, n)
    F = _gaps(s[..., 0, :] ** 2)
    turn_u, turn_v = _T(u) @ gu, _T(v) @ gv
    inside = F * (turn_u - _T(turn_u)) * s + _T(s) * F * (turn_v - _T(turn_v)) + _eye(s.shape[-1], y) * gs
    gradient = u @ inside @ _T(v)
    if m > n:
        gradient = gradient + (gu - u @ turn_u) / unless_zero(s) @ _T(v)
    if n > m:
        gradient = gradient + u @ _T((gv - v @ turn_v) / unless_zero(s))
    return gradient


@primitive(_svd_gradient)
@named("np.linalg.svd")
def _svd(a: Any) -> Any:
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    return _vstack(u, s[..., None, :], _T(vh))


def _free_to_turn(g: Any, y: Any, a: Any) -> Any:
    if np.any(plain(g)):
        raise NoDerivativeError(
            "np.linalg.svd: the vectors that complete a basis are free to turn, so they have no derivative. "
            "full_matrices=False leaves them away."
        )
    return np.zeros_like(a)


@primitive(_free_to_turn)
@named("np.linalg.svd")
def _completion(a: Any) -> Any:
    """The vectors that full_matrices=True adds to U or V."""
    m, n = a.shape[-2:]
    u, _, vh = np.linalg.svd(a)
    return u[..., n:] if m > n else _T(vh)[..., m:]


@composite(np.linalg.svd)
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    m, n = a.shape[-2:]
    u, s, v = _parts(_svd(_real_only("np.linalg.svd", a)), m, 1, n)
    if not compute_uv:
        return s[..., 0, :]
    if full_matrices and m > n:
        u = np.concatenate([u, _completion(a)], axis=-1)
    if full_matrices and n > m:
        v = np.concatenate([v, _completion(a)], axis=-1)
    return SVDResult(u, s[..., 0, :], _T(v))


@composite(np.linalg.svdvals)
def svdvals(x: Any, /) -> Any:
    return np.linalg.svd(x, compute_uv=False)


def _qr_gradient(g: Any, y: Any, a: Any) -> Any:
    """(gQ + Q copyltu(R gRᵀ - gQᵀ Q)) R⁻ᵀ, where copyltu copies the lower triangle to the upper."""
    m, n = a.shape[-2:]
    (gq, gr), (q, r) = _parts(g, m, n), _parts(y, m, n)
    _check_full_rank(plain(r))
    M = r @ _T(gr) - _T(gq) @ q
    symmetric = np.tril(M) + _T(np.tril(M, -1))
    return _T(np.linalg.solve(r, _T(gq + q @ symmetric)))


def _check_full_rank(r: Any) -> None:
    """Raise LinAlgError where a column lies in the span of those before it, up to rounding: there Q may turn freely."""
    rounding = r.shape[-1] * np.finfo(r.dtype).eps * np.max(np.abs(r), axis=-2, initial=0.0)
    if np.any(np.abs(np.diagonal(r, axis1=-2, axis2=-1)) <= rounding):
        raise np.linalg.LinAlgError("Singular matrix")


@primitive(_qr_gradient)
@named("np.linalg.qr")
def _qr(a: Any) -> Any:
    return _vstack(*np.linalg.qr(a))


@composite(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    m, n = a.shape[-2:]
    if mode not in ("reduced", "r") and not (mode == "complete" and m <= n):
        raise NoDerivativeError(f"np.linalg.qr: mode {mode!r} has no derivative rule; 'reduced' and 'r' have one.")
    k = min(m, n)
    q, r = _parts(_qr(_real_only("np.linalg.qr", a)[..., :k]), m, k)
    if n > m:  # the first columns say what Q is
        r = np.concatenate([r, _T(q) @ a[..., k:]], axis=-1)
    return r if mode == "r" else QRResult(q, r)


EighResult = type(np.linalg.eigh(np.eye(1)))
QRResult = type(np.linalg.qr(np.eye(1)))
SVDResult = type(np.linalg.svd(np.eye(1)))

constant(np.linalg.matrix_rank)
