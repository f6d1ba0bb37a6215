"""Convolution over sequences."""

from __future__ import annotations

import functools
import operator
from typing import Any

import numpy as np

from minigrad.arguments import check_shape, length, numbers


def conv1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: int = 1,
    padding: int | str = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Any:
    """y[n, o, t] = bias[o] + Σ_c Σ_k weight[o, c, k] · input[n, c, s t + d k - p], for stride s and dilation d.

    The p zeros of the padding stand before the first step. (LeCun and others, Gradient-based learning applied to
    document recognition, 1998, section II; dilation: van den Oord and others, WaveNet, 2016, section 2.1.)

    Args:
        input: (N, C, L), or (C, L) for a single sequence; as in PyTorch, channels come before steps.
        weight: (O, C / groups, K)
        bias: (O), or None.
        stride, dilation: 1 or more.
        padding: p zeros on both sides; "same" for d (K - 1) in all, which leaves L steps and needs stride 1; "causal"
            for all of those before the first step, so that no output depends on later steps; "valid" for none.
        groups: the number of groups that channels are divided into; each has outputs of its own.

    Returns:
        (N, O, L'), or (O, L').

    Raises:
        ValueError: if shapes do not fit, or an option is out of its range.
        TypeError: if `input`, `weight` or `bias` is not numbers.

    >>> conv1d(np.array([[1.0, 2.0, 3.0]]), np.ones((1, 1, 2)), padding="causal")
    array([[1., 3., 5.]])
    """
    who = "conv1d"
    input, weight = numbers(who, "input", input), numbers(who, "weight", weight)
    stride, dilation, groups = (
        length(who, name, n, 1) for name, n in (("stride", stride), ("dilation", dilation), ("groups", groups))
    )
    check_shape(who, "weight", weight, ("O", "C / groups", "K"))
    outputs, C, K = weight.shape[0], weight.shape[1] * groups, length(who, "the kernel's length", weight.shape[2], 1)
    if bias is not None:
        bias = numbers(who, "bias", bias)
        check_shape(who, "bias", bias, (outputs,))
    if outputs % groups:
        raise ValueError(f"{who}: expected weight of shape (O, C / groups, K), {groups} dividing O, got O = {outputs}.")
    if input.ndim == 2:
        check_shape(who, "an input without a batch", input, (C, "L"))
        return conv1d(input[None], weight, bias, stride, padding, dilation, groups)[0]
    check_shape(who, "input", input, ("N", C, "L"))
    before, after = zeros_around(who, padding, dilation * (K - 1), stride)
    if before or after:
        input = np.pad(input, ((0, 0), (0, 0), (before, after)))
    steps = (input.shape[2] - dilation * (K - 1) - 1) // stride + 1
    if steps < 1:
        raise ValueError(
            f"{who}: expected at least the {dilation * (K - 1) + 1} steps that the kernel spans, got {input.shape[2]} "
            "with the padding."
        )
    N, reach = input.shape[0], stride * (steps - 1) + 1
    x = np.reshape(input, (N, groups, C // groups, input.shape[2]))
    W = np.reshape(weight, (groups, outputs // groups, C // groups, K))
    parts = (W[..., k] @ x[..., dilation * k : dilation * k + reach : stride] for k in range(K))
    y = functools.reduce(operator.add, parts)  # sum would record 0 + the first one too
    y = np.reshape(y, (N, outputs, steps))
    if bias is None:
        return y
    return y + bias[:, None]


def zeros_around(who: str, padding: int | str, span: int, stride: int) -> tuple[int, int]:
    """The numbers of zeros before the first step and after the last."""
    if not isinstance(padding, str):
        return (length(who, "padding", padding),) * 2
    known = {"same": (span // 2, span - span // 2), "causal": (span, 0), "valid": (0, 0)}
    if padding not in known:
        raise ValueError(f"{who}: expected padding to be a number, 'same', 'causal' or 'valid', got {padding!r}.")
    if padding == "same" and stride > 1:
        raise ValueError(f"{who}: expected stride 1 with padding 'same', got {stride}.")
    return known[padding]
