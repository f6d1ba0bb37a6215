"""Losses: what is to become small."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.arguments import (
    broadcasts_to,
    check_range,
    check_reduction,
    check_shape,
    check_unit,
    integers,
    numbers,
    option,
    same_shape,
)
from minigrad.functional.activations import log1p_exp
from minigrad.functional.layers import log_softmax
from minigrad.recording import in_single, plain


def cross_entropy(
    logits: Any,
    targets: Any,
    mask: Any = None,
    *,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """-log softmax(logits)[target] at the positions that count, and their mean.

    With label smoothing ε it is (1 - ε) times that, plus ε times the mean of -log softmax(logits) over all classes.
    (Szegedy et al., Rethinking the Inception architecture for computer vision, 2016, section 7.)

    With weights w of the classes, a position's loss is times w[target], the mean under ε is Σ w_c (-log softmax_c) / C,
    and the mean over positions is their sum over Σ w[target].

    Args:
        logits: (..., C) unnormalised scores of C classes. Where PyTorch has them on the second axis, (N, C, d1, ...),
            np.moveaxis(logits, 1, -1) brings them here.
        targets: (...) integers from 0 to C - 1; of any value where a position doesn't count.
        mask: (...) booleans, False where a position doesn't count (padding); all count by default.
        weight: (C) numbers, 1 for every class by default; no gradient flows to them.
        ignore_index: the target of further positions that don't count.
        reduction: "mean" over the positions that count, 0 if there are none; "sum"; or "none" for each position's
            loss, 0 where it doesn't count.
        label_smoothing: ε, from 0 to 1.

    Raises:
        ValueError: if shapes do not fit, a target is not a class, or an option is out of its range.
        TypeError: if targets are not integers.

    >>> cross_entropy(np.array([[0.0, 0.0]]), np.array([1])) == np.log(2.0)
    np.True_
    """
    who = "cross_entropy"
    check_reduction(who, reduction)
    check_unit(who, "label_smoothing", label_smoothing)
    label_smoothing = option(label_smoothing)
    logits, targets, counts = _classes(who, "logits", logits, targets, mask, ignore_index)
    scores = log_softmax(np.where(counts[..., None], logits, 0.0))  # what does not count may be NaN
    return _of_classes(who, scores, targets, counts, weight, reduction, label_smoothing)


def nll_loss(
    log_probabilities: Any,
    targets: Any,
    mask: Any = None,
    *,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Any:
    """-log_probabilities[target] at the positions that count, and their mean: `cross_entropy` after `log_softmax`.

    Args:
        log_probabilities: (..., C)
        targets, mask, weight, ignore_index, reduction: as for `cross_entropy`.

    Raises:
        ValueError: if shapes do not fit, a target is not a class, or there is no such reduction.
        TypeError: if targets are not integers.

    >>> nll_loss(np.log([[0.25, 0.75], [0.5, 0.5]]), [0, 1], reduction="none").round(4)
    array([1.3863, 0.6931])
    """
    who = "nll_loss"
    check_reduction(who, reduction)
    scores, targets, counts = _classes(who, "log_probabilities", log_probabilities, targets, mask, ignore_index)
    return _of_classes(who, np.where(counts[..., None], scores, 0.0), targets, counts, weight, reduction)


def _classes(who: str, what: str, scores: Any, targets: Any, mask: Any, ignore_index: int) -> tuple[Any, Any, Any]:
    """Scores of classes and targets, looked at, and which positions count."""
    scores, targets = numbers(who, what, scores), numbers(who, "targets", plain(targets))
    if scores.ndim == 0:
        raise ValueError(f"{who}: expected {what} of shape (..., C), got one number.")
    if targets.shape != scores.shape[:-1]:
        hint = ""
        if targets.shape == scores.shape:
            hint = " The loss of probabilities p is -np.sum(p * log_softmax(x)) / len(x)."
        elif targets.shape == (*scores.shape[:1], *scores.shape[2:]):
            hint = " Classes are the last axis: np.moveaxis(x, 1, -1) brings the second there."
        raise ValueError(
            f"{who}: expected targets of shape {scores.shape[:-1]} for {what} of shape {scores.shape}, "
            f"got {targets.shape}.{hint}"
        )
    targets = integers(who, "targets", targets)
    counts = targets != ignore_index
    if mask is not None:
        mask = numbers(who, "mask", plain(mask))
        if mask.shape != targets.shape:
            raise ValueError(f"{who}: expected a mask of the targets' shape {targets.shape}, got {mask.shape}.")
        if mask.dtype != bool and not np.isin(mask, (0, 1)).all():
            raise ValueError(
                f"{who}: expected a mask of booleans, True where a position counts, got numbers of {mask.dtype}. "
                "How much each class counts is given as weight=..."
            )
        counts = counts & mask.astype(bool)
    check_range(who, "targets", targets[counts], scores.shape[-1])
    return scores, targets, counts


def _of_classes(
    who: str, scores: Any, targets: Any, counts: Any, weight: Any, reduction: str, label_smoothing: float = 0.0
) -> Any:
    """The loss of logarithms of probabilities, which `cross_entropy` and `nll_loss` share."""
    places = np.where(counts, targets, 0)
    losses = -np.take_along_axis(scores, places[..., None], -1)[..., 0]
    total = counts.sum()
    if weight is not None:
        weight = numbers(who, "weight", plain(weight)).astype(scores.dtype)
        check_shape(who, "weight", weight, scores.shape[-1:])
        losses, scores = losses * weight[places], scores * weight
        total = weight[places].sum(where=counts, dtype=float)
    if label_smoothing:
        losses = (1 - label_smoothing) * losses - label_smoothing * np.mean(scores, -1)
    return _reduced(np.where(counts, losses, 0.0), reduction, total.item())


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """(input - target)², and its mean over all elements.

    Args:
        input: of any shape.
        target: of the same shape.
        reduction: "mean", 0 if there are no elements; "sum"; or "none" for each element's loss.

    Raises:
        ValueError: if shapes differ, or there is no such reduction.
        TypeError: if an argument is not numbers.

    >>> mse_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(2.0)
    """
    check_reduction("mse_loss", reduction)
    input, target = same_shape("mse_loss", "input", input, "target", target)
    difference = input - target
    return _reduced(difference * difference, reduction, input.size)


def l1_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """|input - target|, and its mean over all elements. Where both are equal the slope is 0.

    Args:
        input, target, reduction: as for `mse_loss`.

    Raises:
        ValueError: if shapes differ, or there is no such reduction.
        TypeError: if an argument is not numbers.

    >>> l1_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(1.0)
    """
    check_reduction("l1_loss", reduction)
    input, target = same_shape("l1_loss", "input", input, "target", target)
    return _reduced(np.abs(input - target), reduction, input.size)


def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Any:
    """With d = |input - target|: d² / 2β where d < β, and d - β/2 elsewhere; and the mean over all elements.

    (Girshick, Fast R-CNN, 2015, equation 3.) β times it is Huber's loss; with β = 0 it is `l1_loss`.

    Args:
        input, target, reduction: as for `mse_loss`.
        beta: β, 0 or more.

    Raises:
        ValueError: if shapes differ, there is no such reduction, or β is negative.
        TypeError: if an argument is not numbers.

    >>> smooth_l1_loss(np.array([1.0, 2.0]), np.array([1.5, 4.0]), "none")
    array([0.125, 1.5  ])
    """
    check_reduction("smooth_l1_loss", reduction)
    if not beta >= 0:
        raise ValueError(f"smooth_l1_loss: expected beta to be 0 or more, got {beta}.")
    input, target = same_shape("smooth_l1_loss", "input", input, "target", target)
    difference, beta = input - target, option(beta)
    near = np.clip(difference, -beta, beta)
    losses = near / beta * (difference - near / 2) if beta else np.abs(difference)
    return _reduced(losses, reduction, input.size)


def binary_cross_entropy_with_logits(
    logits: Any, targets: Any, reduction: str = "mean", *, pos_weight: Any = None
) -> Any:
    """-w t log σ(x) - (1 - t) log σ(-x) of logits x and targets t, and its mean over all elements.

    Both logarithms are computed as log(1 + eˣ), which loses no digits for any x.

    Args:
        logits: x, of any shape.
        targets: t, probabilities of the same shape.
        reduction: "mean", 0 if there are no elements; "sum"; or "none" for each element's loss.
        pos_weight: w, how much more a positive counts, 1 by default; it broadcasts to logits, and gets no gradient.

    Raises:
        ValueError: if shapes differ, or there is no such reduction.
        TypeError: if an argument is not numbers.

    >>> binary_cross_entropy_with_logits(np.array([0.0]), np.array([1.0])) == np.log(2.0)
    np.True_
    """
    who = "binary_cross_entropy_with_logits"
    check_reduction(who, reduction)
    x, t = same_shape(who, "logits", logits, "targets", targets)
    positive = t
    if pos_weight is not None:
        w = numbers(who, "pos_weight", plain(pos_weight)).astype(x.dtype)
        if not broadcasts_to(w.shape, x.shape):
            raise ValueError(f"{who}: expected a pos_weight that broadcasts to {x.shape}, got {w.shape}.")
        positive = w * t
    losses = positive * log1p_exp(-x) + (1 - t) * log1p_exp(x)
    return _reduced(losses, reduction, x.size)


@in_single
def _reduced(losses: Any, reduction: str, total: float) -> Any:
    if reduction == "none":
        return losses
    return np.sum(losses) if reduction == "sum" else np.sum(losses) / (total or 1)
