"""Losses as modules: functions of `minigrad.functional` with their options."""

from __future__ import annotations

from typing import Any

from minigrad import functional
from minigrad.arguments import check_reduction, check_unit
from minigrad.nn.module import Module


class CrossEntropyLoss(Module):
    """-log softmax(logits)[target] at the positions that count, and their mean; see `functional.cross_entropy`.

    Called with logits (..., C), targets (...), and, if there is padding, a mask (...), False where a position doesn't
    count. Where PyTorch has the classes on the second axis, (N, C, d1, ...), np.moveaxis(logits, 1, -1) brings them
    here.

    Args:
        ignore_index: the target of further positions that don't count.
        reduction: "mean" over the positions that count, 0 if there are none (in PyTorch NaN); "sum"; or "none".
        label_smoothing: ε, from 0 to 1.

    Raises:
        ValueError: if an option is out of its range; and when called, if shapes do not fit or a target is not a class.
        TypeError: when called, if targets are not integers.

    >>> import numpy as np
    >>> loss = CrossEntropyLoss(ignore_index=0)
    >>> loss(np.zeros((3, 4)), np.array([1, 3, 0])) == np.log(4.0)
    np.True_
    """

    def __init__(self, *, ignore_index: int = -100, reduction: str = "mean", label_smoothing: float = 0.0):
        check_reduction("CrossEntropyLoss", reduction)
        check_unit("CrossEntropyLoss", "label_smoothing", label_smoothing)
        self.ignore_index, self.reduction, self.label_smoothing = ignore_index, reduction, label_smoothing

    def forward(self, logits: Any, targets: Any, mask: Any = None) -> Any:
        return functional.cross_entropy(
            logits,
            targets,
            mask,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class MSELoss(Module):
    """(input - target)², and its mean over all elements; see `functional.mse_loss`.

    Args:
        reduction: "mean", "sum", or "none" for each element's loss.

    Raises:
        ValueError: if there is no such reduction; and when called, if shapes differ.

    >>> import numpy as np
    >>> MSELoss()(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(2.0)
    """

    def __init__(self, *, reduction: str = "mean"):
        check_reduction("MSELoss", reduction)
        self.reduction = reduction

    def forward(self, input: Any, target: Any) -> Any:
        return functional.mse_loss(input, target, self.reduction)


class BCEWithLogitsLoss(Module):
    """-t log σ(x) - (1 - t) log σ(-x); see `functional.binary_cross_entropy_with_logits`.

    Called with logits x and targets t of the same shape.

    Args:
        reduction: "mean", "sum", or "none" for each element's loss.

    Raises:
        ValueError: if there is no such reduction; and when called, if shapes differ.

    >>> import numpy as np
    >>> BCEWithLogitsLoss()(np.zeros(3), np.array([0.0, 1.0, 0.5])) == np.log(2.0)
    np.True_
    """

    def __init__(self, *, reduction: str = "mean"):
        check_reduction("BCEWithLogitsLoss", reduction)
        self.reduction = reduction

    def forward(self, logits: Any, targets: Any) -> Any:
        return functional.binary_cross_entropy_with_logits(logits, targets, self.reduction)
