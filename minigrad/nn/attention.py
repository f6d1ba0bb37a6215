"""Attention with several heads."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad import functional
from minigrad.arguments import check_unit, floating, length, numbers
from minigrad.functional.layers import where_used
from minigrad.nn.layers import Linear, uniform
from minigrad.nn.module import Module, Parameter
from minigrad.recording import plain

WHO = "MultiheadAttention"


class MultiheadAttention(Module):
    """out_proj of all heads side by side, where head h is softmax(qₕ kₕᵀ/√d) vₕ, with d = embed_dim / num_heads.

    q, k and v are query, key and value times the three parts of `in_proj_weight`, and each head has d of their
    columns. (Vaswani et al., Attention is all you need, 2017, section 3.2.2.)

    Called with query (L, N, E), key (S, N, E) and value (S, N, E); with batch_first N comes first; and without a
    batch it is left out. The other arguments of a call:

        key_padding_mask: (N, S) what no query of a sequence may attend to.
        need_weights: whether weights are returned.
        attn_mask: (L, S), or (N·num_heads, L, S) for each sequence and head: which query may not attend to which key.
        average_attn_weights: whether weights are the mean over the heads.
        is_causal: query i attends to keys 0 to i only, of those that attn_mask, if there is one, allows.

    A mask is of booleans, True where attention is not allowed, or of floats that are added to the scores. A query
    that may attend to nothing gets 0 from every head, and all gradients stay finite; in PyTorch it gets NaN, or 0
    with need_weights=False. What is masked everywhere may hold anything, NaN as well. If query and key are the same
    object, that is so for padded queries too; their own results mean nothing.

    A call returns the result in the shape of query, and the weights after dropout: (N, L, S); (N, num_heads, L, S) if
    they are not averaged; without N if there is no batch; None if they are not needed.

    Args:
        embed_dim: E, the length of the last axis of query, key and value.
        num_heads: how many parts E is divided into.
        dropout: probability with which a weight is dropped in training.
        bias: whether there are `in_proj_bias` and `out_proj.bias`.
        batch_first: whether N comes first.
        dtype: of the parameters.
        rng: a np.random.Generator, or a seed for one; by default another one every time.

    Attributes:
        in_proj_weight: (3E, E) for q, k and v, uniform within ±√(6 / 4E) (Glorot and Bengio, Understanding the
            difficulty of training deep feedforward neural networks, 2010, equation 16).
        in_proj_bias: (3E), zeros; or None.
        out_proj: Linear(E, E), its bias zeros.

    Raises:
        ValueError: if num_heads does not divide embed_dim, or another option is out of its range; and when called,
            if shapes do not fit.
        TypeError: if dtype is not floating-point; and when called, if a mask is neither booleans nor floats.

    >>> attention = MultiheadAttention(4, num_heads=2, batch_first=True, rng=0)
    >>> x = np.ones((2, 3, 4))
    >>> y, weights = attention(x, x, x, is_causal=True)
    >>> y.shape
    (2, 3, 4)
    >>> weights.data[0].round(2)
    array([[1.  , 0.  , 0.  ],
           [0.5 , 0.5 , 0.  ],
           [0.33, 0.33, 0.33]])
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        *,
        batch_first: bool = False,
        dtype: DTypeLike = np.float64,
        rng: np.random.Generator | int | None = None,
    ):
        self.embed_dim, self.num_heads = length(WHO, "embed_dim", embed_dim, 1), length(WHO, "num_heads", num_heads, 1)
        if self.embed_dim % self.num_heads:
            raise ValueError(f"{WHO}: expected num_heads to divide embed_dim={embed_dim}, got {num_heads}.")
        check_unit(WHO, "dropout", dropout)
        dtype, self.rng = floating(WHO, dtype), np.random.default_rng(rng)
        self.dropout, self.batch_first = dropout, batch_first
        bound, shape = math.sqrt(6 / (4 * embed_dim)), (3 * self.embed_dim, self.embed_dim)
        self.in_proj_weight = Parameter(uniform(self.rng, bound, shape, dtype))
        self.in_proj_bias = Parameter(np.zeros(shape[0], dtype)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, dtype=dtype, rng=self.rng)
        if self.out_proj.bias is not None:
            self.out_proj.bias.data[:] = 0

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:
        inputs = [numbers(WHO, name, x) for name, x in (("query", query), ("key", key), ("value", value))]
        self._check_shapes(inputs)
        turned = inputs[0].ndim == 3 and not self.batch_first
        if turned:
            inputs = [np.swapaxes(x, 0, 1) for x in inputs]
        *batch, L, E = inputs[0].shape
        S = inputs[1].shape[-2]
        allowed = self._allowed(key_padding_mask, attn_mask, tuple(batch), L, S)
        if allowed is not None:
            inputs = self._where_used(allowed, is_causal, inputs, query is key and key_padding_mask is not None)
        q, k, v = (self._projected(i, x) for i, x in enumerate(inputs))
        p = self.dropout if self.training else 0.0
        heads, weights = functional.scaled_dot_product_attention(
            q, k, v, allowed, p, is_causal, need_weights=True, rng=self.rng
        )
        y = self.out_proj(np.reshape(np.swapaxes(heads, -3, -2), (*batch, L, E)))
        if turned:
            y = np.swapaxes(y, 0, 1)
        if not need_weights:
            return y, None
        return y, np.mean(weights, axis=-3) if average_attn_weights else weights

    def _projected(self, i: int, x: Any) -> Any:
        """q, k or v, as i is 0, 1 or 2, of shape (N, num_heads, steps, d)."""
        E, H = self.embed_dim, self.num_heads
        y = x @ self.in_proj_weight[i * E : (i + 1) * E].T
        if self.in_proj_bias is not None:
            y = y + self.in_proj_bias[i * E : (i + 1) * E]
        return np.swapaxes(np.reshape(y, (*x.shape[:-1], H, E // H)), -3, -2)

    def _allowed(self, key_padding_mask: Any, attn_mask: Any, batch: tuple[int, ...], L: int, S: int) -> Any:
        """Both masks as the one that `functional.scaled_dot_product_attention` takes, or None."""
        masks = []
        if key_padding_mask is not None:
            mask = _mask("key_padding_mask", key_padding_mask)
            if mask.shape != (*batch, S):
                raise ValueError(f"{WHO}: expected key_padding_mask of shape {(*batch, S)}, got {mask.shape}.")
            masks.append(mask[..., None, None, :])
        if attn_mask is not None:
            mask, each = _mask("attn_mask", attn_mask), (math.prod(batch) * self.num_heads, L, S)
            if mask.shape not in ((L, S), each):
                raise ValueError(
                    f"{WHO}: expected attn_mask of shape {(L, S)}, or {each} for each sequence and head, "
                    f"got {mask.shape}."
                )
            masks.append(mask if mask.ndim == 2 else np.reshape(mask, (*batch, self.num_heads, L, S)))
        if all(mask.dtype == bool for mask in masks):
            return ~functools.reduce(np.logical_or, masks) if masks else None
        nothing = np.float16(0)  # which leaves the dtype to the mask of floats
        return sum(np.where(mask, -np.inf, nothing) if mask.dtype == bool else mask for mask in masks)

    def _where_used(self, mask: Any, is_causal: bool, inputs: list[Any], same: bool) -> list[Any]:
        """The inputs, with 0 for what is masked everywhere.

        Where the queries are the keys, the padded ones have results, as in PyTorch, that nobody should look at. But if
        one is NaN, all gradients are: so those that no product can hold become 0 too.
        """
        query, key, value = inputs
        allowed: Any = np.atleast_2d(plain(mask) if mask.dtype == bool else plain(mask) != -np.inf)
        if is_causal:
            allowed = allowed & np.tri(query.shape[-2], key.shape[-2], dtype=bool)
        if allowed.ndim > 2:
            allowed = allowed.any(-3)  # by any head
        queries, keys = allowed.any(-1), allowed.any(-2)
        if same:
            largest = np.finfo(np.result_type(query.dtype, np.float16)).max
            queries = queries & (keys | np.all(np.abs(plain(query)) < np.sqrt(largest), -1))
        return [
            where_used(queries, query),
            where_used(keys, key),
            where_used(keys, value),
        ]

    def _check_shapes(self, inputs: list[Any]) -> None:
        query, key, value = (x.shape for x in inputs)
        steps = 1 if self.batch_first and len(query) == 3 else 0
        of_keys = (*query[:steps], *key[steps : steps + 1], *query[steps + 1 :])
        if len(query) not in (2, 3) or query[-1] != self.embed_dim or key != of_keys or value != of_keys:
            batch = "N, {}, {}" if self.batch_first else "{}, N, {}"
            wanted = [f"({batch.format(n, self.embed_dim)})" for n in "LS"]
            raise ValueError(
                f"{WHO}: expected query of shape {wanted[0]}, key and value of shape {wanted[1]}, or all without N, "
                f"with embed_dim={self.embed_dim}, got query {query}, key {key}, value {value}."
            )

    def extra_repr(self) -> str:
        batch = ", batch_first=True" * self.batch_first
        return f"{self.embed_dim}, {self.num_heads}, dropout={self.dropout}{batch}"


def _mask(what: str, mask: Any) -> Any:
    mask = numbers(WHO, what, mask)
    if mask.dtype.kind not in "bf":
        raise TypeError(
            f"{WHO}: expected {what} to be booleans, True where attention is not allowed, or floats to be added to "
            f"the scores, got {mask.dtype}."
        )
    return mask
