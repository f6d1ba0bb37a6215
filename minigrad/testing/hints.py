"""Hints: the relation between a wrong gradient and the right one, in a few words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from minigrad.memory import Array


def hint(got: Array, expected: Array, wrong: Array, rtol: float = 1e-9) -> str:
    """The simplest relation that holds between all elements of a wrong gradient and the right one; or "".

    >>> expected = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> hint(-expected, expected, expected > 0)
    'the sign is wrong'
    >>> hint(expected.T, expected, expected.T != expected)
    'the last two axes are exchanged'
    """

    def is_got(candidate: Array) -> bool:
        return bool(np.allclose(got, candidate, rtol=rtol, atol=rtol * 1e-3 * np.abs(expected).max()))

    if not np.isfinite(got).all():
        return "there is a NaN or an infinity in it"
    if not np.isfinite(expected).all():
        return ""
    if not got.any():
        return "no gradient arrives at all"
    everywhere = bool(wrong[expected != 0].all())
    if everywhere and is_got(-expected):
        return "the sign is wrong"
    if got.size > 1 and everywhere:
        largest = np.unravel_index(np.abs(expected).argmax(), expected.shape)
        ratio = got[largest] / expected[largest] if expected[largest] else 0.0
        if ratio and abs(ratio - 1) > 1e-5 and is_got(ratio * expected):
            return f"everything is {ratio:.6g} times what it should be"
    if got.ndim > 1 and got.shape[-1] == got.shape[-2] and is_got(np.swapaxes(expected, -1, -2)):
        return "the last two axes are exchanged"
    for axis, length in enumerate(got.shape):
        if length > 1 and got.size > 4:  # of few numbers much is true by chance
            if is_got(np.flip(expected, axis)):
                return f"axis {axis} is reversed"
            if is_got(np.broadcast_to(np.sum(expected, axis, keepdims=True), got.shape)):
                return f"it is summed over axis {axis}"
            if is_got(np.broadcast_to(np.mean(expected, axis, keepdims=True), got.shape)):
                return f"it is averaged over axis {axis}"
    if rtol <= 1e-9 and np.allclose(got, expected, rtol=1e-5, atol=1e-6 * np.abs(expected).max()):
        return "it is right to some 6 digits: is it computed in float32?"
    for axis, length in enumerate(got.shape):
        places = np.unique(np.argwhere(wrong)[:, axis])
        if length > 1 and len(places) == 1 and wrong.sum() > 1:
            return f"it is right but where the index along axis {axis} is {places[0]}"
    return ""


def product_hint(got: Array, expected: Array, matrices: dict[str, Array]) -> str:
    """Of which product with a square matrix, or with a batch of them, the wrong side is transposed; or "".

    >>> W, d = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, -1.0], [0.5, 2.0]])
    >>> product_hint(d @ W, d @ W.T, {"argument 1": W})
    'it is d @ W where d @ W.T belongs, W being argument 1'
    """
    for name, W in matrices.items():
        square = W.ndim > 1 and W.shape[-1] == W.shape[-2] > 1
        if not (square and np.isfinite(W).all() and np.all(np.linalg.cond(W) < 1e6)):
            continue
        for right, (as_right, undone) in _PRODUCTS.items():
            for wrong, (as_wrong, _) in _PRODUCTS.items():
                for turned in (False, True):
                    try:
                        d = undone(expected, np.linalg.inv(W))
                        candidate = as_wrong(d.mT if turned else d, W)
                    except ValueError:  # these shapes do not fit
                        continue
                    if candidate.shape == got.shape and _close(candidate, got) and _close(as_right(d, W), expected):
                        form = wrong.replace("d", "d.T") if turned else wrong
                        return f"it is {form} where {right} belongs, W being {name}"
    return ""


_PRODUCTS: dict[str, tuple[Callable[[Array, Array], Array], Callable[[Array, Array], Array]]] = {
    "d @ W.T": (lambda d, W: d @ W.mT, lambda y, inverse: y @ inverse.mT),
    "d @ W": (lambda d, W: d @ W, lambda y, inverse: y @ inverse),
    "W.T @ d": (lambda d, W: W.mT @ d, lambda y, inverse: inverse.mT @ y),
    "W @ d": (lambda d, W: W @ d, lambda y, inverse: inverse @ y),
}
"""Products of a matrix with something, and from which factor they come, by the inverse."""


def _close(a: Array, b: Array) -> bool:
    return bool(np.allclose(a, b, rtol=1e-6, atol=1e-6 * np.abs(b).max()))
