"""Losses as modules: functions of `minigrad.functional` with their options."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import functional
from minigrad.arguments import check_reduction, check_shape, check_unit, numbers
from minigrad.nn.module import Buffer, Module
from minigrad.recording import plain


class CrossEntropyLoss(Module):
    """-log softmax(logits)[target] at the positions that count, and their mean; see `functional.cross_entropy`.

    Called with logits (..., C), targets (...), and, if there is padding, a mask (...), False where a position doesn't
    count. Where PyTorch has the classes on the second axis, (N, C, d1, ...), np.moveaxis(logits, 1, -1) brings them
    here.

    Args:
        weight: (C) numbers, how much each class counts; a buffer. All count the same by default.
        ignore_index: the target of further positions that don't count.
        reduction: "mean" over the positions that count, 0 if there are none (in PyTorch NaN); "sum"; or "none".
        label_smoothing: ε, from 0 to 1.

    Raises:
        ValueError: if an option is out of its range; and when called, if shapes do not fit or a target is not a class.
        TypeError: when called, if targets are not integers.

    >>> loss = CrossEntropyLoss(ignore_index=0)
    >>> loss(np.zeros((3, 4)), np.array([1, 3, 0])) == np.log(4.0)
    np.True_
    """

    def __init__(
        self,
        weight: Any = None,
        *,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ):
        check_reduction("CrossEntropyLoss", reduction)
        check_unit("CrossEntropyLoss", "label_smoothing", label_smoothing)
        self.weight = _weight("CrossEntropyLoss", weight)
        self.ignore_index, self.reduction, self.label_smoothing = ignore_index, reduction, label_smoothing

    def forward(self, logits: Any, targets: Any, mask: Any = None) -> Any:
        return functional.cross_entropy(
            logits,
            targets,
            mask,
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class NLLLoss(Module):
    """-log_probabilities[target] at the positions that count, and their mean; see `functional.nll_loss`.

    Called with log_probabilities (..., C), as of `functional.log_softmax`, targets (...), and, if there is padding, a
    mask (...), False where a position doesn't count.

    Args:
        weight, ignore_index, reduction: as for `CrossEntropyLoss`.

    Raises:
        ValueError, TypeError: as `CrossEntropyLoss`.

    >>> NLLLoss()(np.log([[0.5, 0.5]]), np.array([1])) == np.log(2.0)
    np.True_
    """

    def __init__(self, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean"):
        check_reduction("NLLLoss", reduction)
        self.weight = _weight("NLLLoss", weight)
        self.ignore_index, self.reduction = ignore_index, reduction

    def forward(self, log_probabilities: Any, targets: Any, mask: Any = None) -> Any:
        return functional.nll_loss(
            log_probabilities,
            targets,
            mask,
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
        )


def _weight(who: str, weight: Any) -> Buffer | None:
    """Weights of classes as a buffer."""
    if weight is None:
        return None
    array: np.ndarray = numbers(who, "weight", plain(weight))
    check_shape(who, "weight", array, ("C",))
    return Buffer(array)


class MSELoss(Module):
    """(input - target)², and its mean over all elements; see `functional.mse_loss`.

    Args:
        reduction: "mean", "sum", or "none" for each element's loss.

    Raises:
        ValueError: if there is no such reduction; and when called, if shapes differ.
        TypeError: when called, if an argument is not numbers.

    >>> MSELoss()(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(2.0)
    """

    def __init__(self, *, reduction: str = "mean"):
        check_reduction("MSELoss", reduction)
        self.reduction = reduction

    def forward(self, input: Any, target: Any) -> Any:
        return functional.mse_loss(input, target, self.reduction)


class L1Loss(Module):
    """|input - target|, and its mean over all elements; see `functional.l1_loss`.

    Args:
        reduction: "mean", "sum", or "none" for each element's loss.

    Raises:
        ValueError: if there is no such reduction; and when called, if shapes differ.
        TypeError: when called, if an argument is not numbers.

    >>> L1Loss()(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(1.0)
    """

    def __init__(self, *, reduction: str = "mean"):
        check_reduction("L1Loss", reduction)
        self.reduction = reduction

    def forward(self, input: Any, target: Any) -> Any:
        return functional.l1_loss(input, target, self.reduction)


class SmoothL1Loss(Module):
    """d² / 2β where d = |input - target| < β, and d - β/2 elsewhere; see `functional.smooth_l1_loss`.

    Args:
        reduction: "mean", "sum", or "none" for each element's loss.
        beta: β, 0 or more.

    Raises:
        ValueError: if an option is out of its range; and when called, if shapes differ.
        TypeError: when called, if an argument is not numbers.

    >>> SmoothL1Loss(reduction="sum")(np.array([1.0, 2.0]), np.array([1.5, 4.0]))
    np.float64(1.625)
    """

    def __init__(self, *, reduction: str = "mean", beta: float = 1.0):
        check_reduction("SmoothL1Loss", reduction)
        if not beta >= 0:
            raise ValueError(f"SmoothL1Loss: expected beta to be 0 or more, got {beta}.")
        self.reduction, self.beta = reduction, beta

    def forward(self, input: Any, target: Any) -> Any:
        return functional.smooth_l1_loss(input, target, self.reduction, self.beta)


class BCEWithLogitsLoss(Module):
    """-w t log σ(x) - (1 - t) log σ(-x); see `functional.binary_cross_entropy_with_logits`.

    Called with logits x and targets t of the same shape.

    Args:
        reduction: "mean", "sum", or "none" for each element's loss.
        pos_weight: w, how much more a positive counts, 1 by default; a buffer.

    Raises:
        ValueError: if there is no such reduction; and when called, if shapes differ.
        TypeError: when called, if an argument is not numbers.

    >>> BCEWithLogitsLoss()(np.zeros(3), np.array([0.0, 1.0, 0.5])) == np.log(2.0)
    np.True_
    """

    def __init__(self, *, reduction: str = "mean", pos_weight: Any = None):
        check_reduction("BCEWithLogitsLoss", reduction)
        self.reduction = reduction
        self.pos_weight = (
            None if pos_weight is None else Buffer(numbers("BCEWithLogitsLoss", "pos_weight", plain(pos_weight)))
        )

    def forward(self, logits: Any, targets: Any) -> Any:
        return functional.binary_cross_entropy_with_logits(logits, targets, self.reduction, pos_weight=self.pos_weight)
