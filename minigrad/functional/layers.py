"""Functions that layers compute: softmax, embedding, normalisation, dropout, attention.

>>> import numpy as np
>>> softmax(np.array([0.0, 0.0]))
array([0.5, 0.5])
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.arguments import (
    broadcasts_to,
    check_range,
    check_unit,
    floats,
    integers,
    is_integer,
    lengths,
    numbers,
    option,
)
from minigrad.pieces import Piece
from minigrad.recording import apply, in_single, plain, primitive, wants_gradient
from minigrad.rules import derivative, named


@in_single
def logsumexp(x: Any, axis: Any = -1, keepdims: bool = False) -> Any:
    """log Σ eˣ along `axis`, computed as m + log Σ eˣ⁻ᵐ with m = max x, so that nothing overflows.

    Of nothing, or of -∞ only, it is -∞, and flat: all derivatives are 0.

    Args:
        x: floats of any shape.
        axis: an axis, a tuple of axes, or None for all.
        keepdims: keep the summed axes with length 1.

    Raises:
        ValueError: if x has no such axis.
        TypeError: if x is not numbers.

    >>> logsumexp(np.array([1000.0, 1000.0])).round(4)
    np.float64(1000.6931)
    """
    x = floats("logsumexp", "x", x)
    largest = _largest(x, axis)
    powers = np.sum(np.exp(x - largest), axis=axis, keepdims=True)
    total = np.where(powers == 0, -np.inf, np.log(np.where(powers == 0, 1.0, powers)) + largest)
    return total if keepdims else np.squeeze(total, axis)


def _largest(x: Any, axis: Any, where: Any = True) -> Any:
    """The largest numbers along `axis`, for eˣ⁻ᵐ; 0 where they are infinite, since ∞ - ∞ is NaN."""
    largest = np.max(plain(x), axis=axis, keepdims=True, where=where, initial=-np.inf)
    return np.where(np.isfinite(largest), largest, 0.0)


@in_single
@primitive(lambda g, y, x, axis=-1: g - np.exp(y) * np.sum(g, axis=axis, keepdims=True))
def log_softmax(x: Any, axis: int = -1) -> Any:
    """log softmax(x) = x - log Σ eˣ along `axis`; accurate also where the softmax underflows to 0.

    Where all x are -∞ it is -∞ and the softmax 0, as of classes that are impossible. (PyTorch gives NaN.)

    Raises:
        ValueError: if x has no such axis.
        TypeError: if x is not numbers.

    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    x = floats("log_softmax", "x", x)
    x = x - _largest(x, axis)  # beside a large x the logarithm would be lost
    powers = np.sum(np.exp(x), axis=axis, keepdims=True)
    return x - np.log(np.where(powers == 0, 1.0, powers))


@in_single
@primitive(lambda g, y, x, axis=-1: y * (g - np.sum(g * y, axis=axis, keepdims=True)))
def softmax(x: Any, axis: int = -1) -> Any:
    """eˣ / Σ eˣ along `axis`: positive numbers that sum to 1; and 0 where all x are -∞.

    Raises:
        ValueError: if x has no such axis.
        TypeError: if x is not numbers.

    >>> softmax(np.array([0.0, 1000.0]))
    array([0., 1.])
    """
    x = floats("softmax", "x", x)
    powers = np.exp(x - _largest(x, axis))
    total = np.sum(powers, axis=axis, keepdims=True)
    return powers / np.where(total == 0, 1.0, total)


def embedding(ids: Any, W: Any, padding_idx: int | None = None) -> Any:
    """Row ids[...] of W for every id, as if one_hot(ids) @ W; gradients of a repeated id add up.

    Args:
        ids: (...) integers from 0 to V - 1.
        W: (V, D) one row for each word.
        padding_idx: the row that gets no gradient; a negative one counts from the end.

    Returns:
        (..., D)

    Raises:
        ValueError: if an id, or `padding_idx`, is not a row of W.
        TypeError: if ids are not integers, or W is not numbers.

    >>> embedding([1, 1], np.eye(2))
    array([[0., 1.],
           [0., 1.]])
    """
    ids, W = integers("embedding", "ids", ids), numbers("embedding", "W", W)
    if W.ndim == 0:
        raise ValueError("embedding: expected W of shape (V, D), got one number.")
    check_range("embedding", "ids", ids, W.shape[0])
    if padding_idx is None:
        return W[ids]
    if not is_integer(padding_idx) or not -W.shape[0] <= padding_idx < W.shape[0]:
        raise ValueError(f"embedding: expected an integer padding_idx, one of {W.shape[0]} rows, got {padding_idx}.")
    return apply(_rows, (W, ids, padding_idx % W.shape[0]), {}) if wants_gradient(W) else W[ids]


@named("minigrad.functional.embedding")
def _rows(W: Any, ids: Any, padding_idx: int) -> Any:
    return W[ids]


def _rows_slope(g: Any, y: Any, W: Any, ids: Any, padding_idx: int) -> Any:
    others = ids != padding_idx
    return Piece(g[others], ids[others], W.shape)


derivative(_rows, _rows_slope)


def _standardised_slope(g: Any, y: Any, x: Any, axes: tuple[int, ...], eps: float) -> Any:
    straight = g - np.mean(g, axis=axes, keepdims=True) - y * np.mean(g * y, axis=axes, keepdims=True)
    return straight / np.sqrt(np.var(x, axis=axes, keepdims=True) + eps)


@in_single
@primitive(_standardised_slope)
@named("minigrad.functional.layer_norm")
def _standardised(x: Any, axes: tuple[int, ...], eps: float) -> Any:
    centred = x - np.mean(x, axis=axes, keepdims=True)
    return centred / np.sqrt(np.mean(centred * centred, axis=axes, keepdims=True) + eps)


def layer_norm(x: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """(x - mean) / √(variance + ε) over the last axes, times `weight`, plus `bias`.

    (Ba, Kiros and Hinton, Layer normalization, 2016, equations 3 and 4.)

    Args:
        x: (..., *normalized_shape)
        normalized_shape: the lengths of the last axes, or of the last axis alone as one number.
        weight, bias: (*normalized_shape), or None.
        eps: ε.

    Raises:
        ValueError: if shapes do not fit.
        TypeError: if an argument is not numbers.

    >>> layer_norm(np.array([1.0, 3.0]), 2).round(4)
    array([-1.,  1.])
    """
    shape = lengths("layer_norm", "normalized_shape", normalized_shape)
    x = numbers("layer_norm", "x", x)
    if x.shape[max(x.ndim - len(shape), 0) :] != shape:
        wanted = ", ".join(["...", *map(str, shape)])
        raise ValueError(f"layer_norm: expected x of shape ({wanted}) by normalized_shape, got {x.shape}.")
    weight, bias = (
        None if parameter is None else numbers("layer_norm", name, parameter)
        for name, parameter in (("weight", weight), ("bias", bias))
    )
    for name, parameter in (("weight", weight), ("bias", bias)):
        if parameter is not None and parameter.shape != shape:
            raise ValueError(f"layer_norm: expected {name} of normalized_shape {shape}, got {parameter.shape}.")
    y = _standardised(x, tuple(range(-len(shape), 0)), option(eps))
    if weight is not None:
        y = y * weight
    return y if bias is None else y + bias


def dropout(x: Any, p: float = 0.5, training: bool = True, *, rng: Any = None) -> Any:
    """In training, each element becomes 0 with probability p, and x / (1 - p) otherwise; else x as it is.

    (Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, 2014; scaled in training
    and not afterwards, so that the expectation is x in both.)

    Args:
        x: numbers of any shape.
        p: from 0 to 1.
        training: whether anything is dropped.
        rng: a np.random.Generator, or a seed for one; by default another one every time.

    Raises:
        ValueError: if p is not from 0 to 1.
        TypeError: if x is not numbers.

    >>> dropout(np.ones(6), rng=0)
    array([2., 0., 0., 0., 2., 2.])
    """
    check_unit("dropout", "p", p)
    x, p = numbers("dropout", "x", x), option(p)
    if not training or p == 0:
        return x
    kept = np.random.default_rng(rng).random(x.shape) >= p
    return np.where(kept, x / (1 - p) if p < 1 else x, 0.0)


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    *,
    need_weights: bool = False,
    rng: Any = None,
) -> Any:
    """softmax(scale · query keyᵀ + attn_mask) value: for each query a mean of the values, weighted by its keys.

    (Vaswani et al., Attention is all you need, 2017, equation 1.) A query that may attend to nothing gets 0. Keys and
    values that no query may attend to may hold anything, NaN as well.

    Args:
        query: (..., L, E)
        key: (..., S, E)
        value: (..., S, Ev); the leading axes of all three broadcast.
        attn_mask: broadcasts to (..., L, S): booleans, True where a query may attend to a key; or numbers that are
            added to the scores, -inf where it may not. (`nn.MultiheadAttention` has PyTorch's opposite booleans.)
        dropout_p: probability with which a weight is dropped, as by `dropout`.
        is_causal: query i attends to keys 0 to i only, of those that attn_mask allows.
        scale: 1/√E by default.
        need_weights: return the weights too.
        rng: for `dropout`.

    Returns:
        (..., L, Ev); with need_weights a tuple of that and the weights (..., L, S), after dropout.

    Raises:
        ValueError: if shapes do not fit.
        TypeError: if an argument is not numbers.

    >>> one = np.ones((1, 2))
    >>> scaled_dot_product_attention(one, np.ones((2, 2)), np.array([[0.0], [1.0]]))
    array([[0.5]])
    """
    who = "scaled_dot_product_attention"
    check_unit(who, "dropout_p", dropout_p)
    query, key, value = (numbers(who, n, x) for n, x in (("query", query), ("key", key), ("value", value)))
    shapes = f"got query {query.shape}, key {key.shape}, value {value.shape}."
    flat = min(query.ndim, key.ndim, value.ndim) < 2
    if flat or query.shape[-1] != key.shape[-1] or key.shape[-2] != value.shape[-2]:
        raise ValueError(f"{who}: expected query (..., L, E), key (..., S, E) and value (..., S, Ev), {shapes}")
    try:
        leading = np.broadcast_shapes(query.shape[:-2], key.shape[:-2], value.shape[:-2])
    except ValueError:
        raise ValueError(f"{who}: expected leading axes of query, key and value that broadcast, {shapes}") from None
    L, S = query.shape[-2], key.shape[-2]
    allowed = np.tri(L, S, dtype=bool) if is_causal else None
    if attn_mask is not None:
        attn_mask = numbers(who, "attn_mask", attn_mask)
        if not broadcasts_to(attn_mask.shape, (*leading, L, S)):
            wanted = (*leading, L, S)
            raise ValueError(f"{who}: expected attn_mask that broadcasts to {wanted}, got {attn_mask.shape}; {shapes}")
        free = plain(attn_mask) if attn_mask.dtype == bool else plain(attn_mask) != -np.inf
        allowed = free if allowed is None else allowed & free
    if allowed is not None:
        queries, keys = np.atleast_2d(allowed).any(-1), np.atleast_2d(allowed).any(-2)
        query, key, value = where_used(queries, query), where_used(keys, key), where_used(keys, value)
    scores = (query * (query.shape[-1] ** -0.5 if scale is None else option(scale))) @ key.mT
    if attn_mask is not None and attn_mask.dtype != bool:
        scores = scores + attn_mask
    weights = softmax(scores) if allowed is None else _softmax_where(allowed, scores)
    weights = dropout(weights, dropout_p, rng=rng)
    return (weights @ value, weights) if need_weights else weights @ value


def where_used(used: Any, x: Any) -> Any:
    """The rows of x that are used, and 0 in place of the others, which may hold anything: 0 · NaN would be NaN."""
    return x if used.all() else np.where(used[..., None], x, np.zeros((), x.dtype))


@in_single
def _softmax_where(allowed: Any, x: Any) -> Any:
    """The softmax of those x that are allowed, and 0 for all others; unlike that of -inf, also where none is."""
    powers = np.where(allowed, np.exp(np.where(allowed, x - _largest(x, -1, allowed), 0.0)), 0.0)
    nothing = ~np.any(allowed, axis=-1, keepdims=True)  # instead of dividing 0 by 0
    return powers / (np.sum(powers, axis=-1, keepdims=True) + nothing)
