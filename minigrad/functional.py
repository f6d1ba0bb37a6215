"""What networks need and NumPy has no name for. Every function takes arrays or Tensors alike.

>>> import numpy as np
>>> softmax(np.array([0.0, 0.0]))
array([0.5, 0.5])
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.recording import plain, primitive


@primitive(lambda g, y, x: g * (y * (1 - y)))
def sigmoid(x: Any) -> Any:
    """σ(x) = 1 / (1 + e⁻ˣ), without overflow for any x.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    positive = x >= 0
    small = np.exp(np.where(positive, -x, x))
    return np.where(positive, 1.0, small) / (1.0 + small)


@primitive(lambda g, y, x: g * (x > 0))
def relu(x: Any) -> Any:
    """max(x, 0), with derivative 0 at x = 0.

    >>> relu(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    return np.maximum(x, 0.0)


def logsumexp(x: Any, axis: Any = -1, keepdims: bool = False) -> Any:
    """log Σ eˣ along `axis`, computed as m + log Σ eˣ⁻ᵐ with m = max x, so that nothing overflows.

    Args:
        x: floats of any shape.
        axis: an axis, a tuple of axes, or None for all.
        keepdims: keep the summed axes with length 1.

    >>> logsumexp(np.array([1000.0, 1000.0])).round(4)
    np.float64(1000.6931)
    """
    largest = np.max(plain(x), axis=axis, keepdims=True, initial=-np.inf)
    largest = np.where(np.isfinite(largest), largest, 0.0)  # a row of -inf has the sum 0, not NaN
    total = np.log(np.sum(np.exp(x - largest), axis=axis, keepdims=True)) + largest
    return total if keepdims else np.squeeze(total, axis)


def log_softmax(x: Any, axis: int = -1) -> Any:
    """log softmax(x) = x - log Σ eˣ along `axis`; accurate also where the softmax underflows to 0.

    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    return x - logsumexp(x, axis=axis, keepdims=True)


def softmax(x: Any, axis: int = -1) -> Any:
    """eˣ / Σ eˣ along `axis`: positive numbers that sum to 1.

    >>> softmax(np.array([0.0, 1000.0]))
    array([0., 1.])
    """
    return np.exp(log_softmax(x, axis=axis))


def cross_entropy(logits: Any, targets: Any, mask: Any = None) -> Any:
    """Mean of -log softmax(logits)[target] over the positions that count.

    Args:
        logits: (..., C) unnormalised scores of C classes.
        targets: (...) integers from 0 to C - 1; of any value where the mask is False.
        mask: (...) booleans, False where a position doesn't count (padding); all count by default. The mean over
            no position at all is 0.

    Raises:
        ValueError: if shapes do not fit or a target is not a class.
        TypeError: if targets are not integers.

    >>> cross_entropy(np.array([[0.0, 0.0]]), np.array([1])) == np.log(2.0)
    np.True_
    """
    targets = np.asarray(targets)
    if targets.shape != logits.shape[:-1]:
        raise ValueError(
            f"cross_entropy: expected targets of shape {logits.shape[:-1]} for logits of shape {logits.shape}, "
            f"got {targets.shape}."
        )
    mask = np.ones(targets.shape, bool) if mask is None else np.asarray(mask, dtype=bool)
    if mask.shape != targets.shape:
        raise ValueError(f"cross_entropy: expected a mask of the targets' shape {targets.shape}, got {mask.shape}.")
    targets = _indices("cross_entropy", "targets", targets[mask], logits.shape[-1])
    scores = log_softmax(logits[mask])  # what does not count is not even looked at, be it NaN
    return -np.sum(scores[np.arange(targets.size), targets]) / max(targets.size, 1)


def embedding(ids: Any, W: Any) -> Any:
    """Row ids[...] of W for every id, as if one_hot(ids) @ W; gradients of a repeated id add up.

    Args:
        ids: (...) integers from 0 to V - 1.
        W: (V, D) one row for each word.

    Returns:
        (..., D)

    Raises:
        ValueError: if an id is not a row of W.
        TypeError: if ids are not integers.

    >>> embedding([1, 1], np.eye(2))
    array([[0., 1.],
           [0., 1.]])
    """
    return W[_indices("embedding", "ids", ids, W.shape[0])]


def _indices(who: str, what: str, ids: Any, size: int) -> Any:
    ids = np.asarray(ids)
    if ids.size == 0:
        ids = ids.astype(int)
    if ids.dtype.kind not in "iu":
        raise TypeError(f"{who}: expected integer {what}, got {ids.dtype}.")
    if ids.size and not (ids.min() >= 0 and ids.max() < size):
        wrong = ids.max() if ids.max() >= size else ids.min()
        raise ValueError(f"{who}: expected {what} from 0 to {size - 1}, got {wrong}.")
    return ids
