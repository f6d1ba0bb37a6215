"""Layers: Linear, Embedding, Dropout, LayerNorm."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad import functional
from minigrad.arguments import check_unit, floating, is_integer, length, lengths, numbers
from minigrad.memory import Array
from minigrad.nn.module import Module, Parameter


def uniform(rng: np.random.Generator, bound: float, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Numbers from -bound to bound."""
    return rng.uniform(-bound, bound, shape).astype(dtype)


class Linear(Module):
    """x Wᵀ + b.

    Args:
        in_features: length of the last axis of x.
        out_features: length of the last axis of the result.
        bias: whether there is b.
        dtype: of the parameters.
        rng: a np.random.Generator, or a seed for one; by default another one every time.

    Attributes:
        weight: (out_features, in_features) W, uniform within ±1/√in_features.
        bias: (out_features) b, from the same interval; or None.

    Raises:
        ValueError: if a size is not one; and when called, if x is not (..., in_features).
        TypeError: if dtype is not floating-point.

    >>> linear = Linear(3, 2, rng=0)
    >>> linear(np.ones((5, 3))).shape
    (5, 2)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: DTypeLike = np.float64,
        rng: np.random.Generator | int | None = None,
    ):
        self.in_features = length("Linear", "in_features", in_features)
        self.out_features = length("Linear", "out_features", out_features)
        dtype, rng = floating("Linear", dtype), np.random.default_rng(rng)
        bound = 1 / math.sqrt(max(self.in_features, 1))
        self.weight = Parameter(uniform(rng, bound, (self.out_features, self.in_features), dtype))
        self.bias = Parameter(uniform(rng, bound, (self.out_features,), dtype)) if bias else None

    def forward(self, x: Any) -> Any:
        x = numbers("Linear", "input", x)
        if x.ndim == 0 or x.shape[-1] != self.in_features:
            raise ValueError(f"Linear: expected input of shape (..., in_features={self.in_features}), got {x.shape}.")
        y = x @ self.weight.T
        return y if self.bias is None else y + self.bias

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Embedding(Module):
    """A vector for each word of a vocabulary, looked up by its number.

    Args:
        num_embeddings: V, the number of words.
        embedding_dim: D, the length of each vector.
        padding_idx: the number of a word, if any, whose vector starts at 0 and gets no gradient; a negative one
            counts from the end.
        dtype: of the parameter.
        rng: a np.random.Generator, or a seed for one; by default another one every time.

    Attributes:
        weight: (V, D), standard normal.

    Raises:
        ValueError: if a size is not one, or `padding_idx` is no word; and when called, if a number is no word.
        TypeError: if dtype is not floating-point; and when called, if the numbers are not integers.

    >>> embedding = Embedding(10, 3, padding_idx=0, rng=0)
    >>> embedding([[4, 7], [5, 0]]).shape
    (2, 2, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        dtype: DTypeLike = np.float64,
        rng: np.random.Generator | int | None = None,
    ):
        self.num_embeddings = length("Embedding", "num_embeddings", num_embeddings)
        self.embedding_dim = length("Embedding", "embedding_dim", embedding_dim)
        shape = self.num_embeddings, self.embedding_dim
        weight = np.random.default_rng(rng).normal(size=shape).astype(floating("Embedding", dtype))
        if padding_idx is not None:
            if not is_integer(padding_idx) or padding_idx not in range(-self.num_embeddings, self.num_embeddings):
                raise ValueError(
                    f"Embedding: expected an integer padding_idx within num_embeddings={self.num_embeddings}, "
                    f"got {padding_idx}."
                )
            padding_idx %= self.num_embeddings
            weight[padding_idx] = 0
        self.padding_idx = padding_idx
        self.weight = Parameter(weight)

    def forward(self, ids: Any) -> Any:
        return functional.embedding(ids, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"


class Dropout(Module):
    """In training, each element becomes 0 with probability p, and x / (1 - p) otherwise; see `functional.dropout`.

    Args:
        p: from 0 to 1.
        rng: a np.random.Generator, or a seed for one; by default another one every time.

    Attributes:
        rng: the generator, which goes on from call to call. A copy of the layer goes on from the same place.

    Raises:
        ValueError: if p is not from 0 to 1.
        TypeError: when called, if x is not numbers.

    >>> dropout = Dropout(0.5, rng=0)
    >>> dropout(np.ones(6))
    array([2., 0., 0., 0., 2., 2.])
    >>> dropout.eval()(np.ones(6))
    array([1., 1., 1., 1., 1., 1.])
    """

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator | int | None = None):
        check_unit("Dropout", "p", p)
        self.p, self.rng = p, np.random.default_rng(rng)

    def forward(self, x: Any) -> Any:
        return functional.dropout(x, self.p, self.training, rng=self.rng)

    def extra_repr(self) -> str:
        return f"p={self.p}"


class LayerNorm(Module):
    """(x - mean) / √(variance + ε) over the last axes, times `weight`, plus `bias`; see `functional.layer_norm`.

    Args:
        normalized_shape: the lengths of the last axes, or of the last axis alone as one number.
        eps: ε.
        elementwise_affine: whether there are `weight` and `bias`.
        bias: whether there is `bias`.
        dtype: of the parameters.

    Attributes:
        weight: (*normalized_shape), ones; or None.
        bias: (*normalized_shape), zeros; or None.

    Raises:
        ValueError: if a size is not one; and when called, if x is not (..., *normalized_shape).
        TypeError: if dtype is not floating-point.

    >>> LayerNorm(2)(np.array([1.0, 3.0])).data.round(4)
    array([-1.,  1.])
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: DTypeLike = np.float64,
    ):
        self.normalized_shape = lengths("LayerNorm", "normalized_shape", normalized_shape)
        self.eps, dtype = eps, floating("LayerNorm", dtype)
        self.weight = Parameter(np.ones(self.normalized_shape, dtype)) if elementwise_affine else None
        self.bias = Parameter(np.zeros(self.normalized_shape, dtype)) if elementwise_affine and bias else None

    def forward(self, x: Any) -> Any:
        return functional.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.weight is not None}"
