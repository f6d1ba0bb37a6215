"""Convolution over sequences."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad import functional
from minigrad.arguments import floating, length
from minigrad.functional.convolution import zeros_around
from minigrad.nn.layers import uniform
from minigrad.nn.module import Module, Parameter


class Conv1d(Module):
    """y[n, o, t] = bias[o] + Σ_c Σ_k weight[o, c, k] · x[n, c, s t + d k - p]; see `functional.conv1d`.

    Called with x (N, in_channels, L), or (in_channels, L) without a batch. np.transpose(x, (1, 2, 0)) makes such an x
    of the steps that recurrent layers take, (T, N, D).

    Args:
        in_channels, out_channels: how many there are before and after.
        kernel_size: K, the steps that an output is computed from.
        stride: s, how many steps an output is after the one before.
        padding: p zeros on both sides; or "same", "valid", or "causal", for which all zeros stand before the first
            step, so that no output depends on later steps.
        dilation: d, how far apart those K steps are.
        groups: the number of groups that channels are divided into; each has outputs of its own.
        bias: whether there is one.
        dtype: of the parameters.
        rng: a np.random.Generator, or a seed for one; by default another one every time.

    Attributes:
        weight: (out_channels, in_channels / groups, K), uniform within ±1/√(in_channels / groups · K).
        bias: (out_channels), from the same interval; or None.

    Raises:
        ValueError: if a size is not one, or groups do not divide the channels; and when called, if shapes do not fit.
        TypeError: if dtype is not floating-point.

    >>> causal = Conv1d(3, 4, kernel_size=2, padding="causal", rng=0)
    >>> causal(np.ones((5, 3, 7))).shape
    (5, 4, 7)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int | str = 0,
        dilation: int = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        dtype: DTypeLike = np.float64,
        rng: np.random.Generator | int | None = None,
    ):
        who = "Conv1d"
        self.in_channels, self.out_channels = (
            length(who, name, n) for name, n in (("in_channels", in_channels), ("out_channels", out_channels))
        )
        self.kernel_size, self.stride, self.dilation, self.groups = (
            length(who, name, n, 1)
            for name, n in (
                ("kernel_size", kernel_size),
                ("stride", stride),
                ("dilation", dilation),
                ("groups", groups),
            )
        )
        if in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{who}: expected groups that divide in_channels={in_channels} and out_channels={out_channels}, "
                f"got {groups}."
            )
        zeros_around(who, padding, 0, stride)  # is it one?
        self.padding = padding
        dtype, rng = floating(who, dtype), np.random.default_rng(rng)
        shape = (self.out_channels, self.in_channels // self.groups, self.kernel_size)
        bound = 1 / math.sqrt(max(shape[1] * shape[2], 1))
        self.weight = Parameter(uniform(rng, bound, shape, dtype))
        self.bias = Parameter(uniform(rng, bound, shape[:1], dtype)) if bias else None

    def forward(self, x: Any) -> Any:
        return functional.conv1d(x, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)

    def extra_repr(self) -> str:
        options = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
        changed = [f"{name}={getattr(self, name)!r}" for name, usual in options.items() if getattr(self, name) != usual]
        sizes = [str(self.in_channels), str(self.out_channels), f"kernel_size={self.kernel_size}"]
        return ", ".join([*sizes, *changed, *["bias=False"] * (self.bias is None)])
