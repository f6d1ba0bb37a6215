"""Losses follow their formulas over what counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import Tensor, functional, grad, nn
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes

REDUCTIONS = ("mean", "sum", "none")
reductions = st.sampled_from(REDUCTIONS)
epsilons = st.sampled_from([0.0, 0.1, 1.0])


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def reduced(losses, counts, reduction):
    if reduction == "none":
        return np.where(counts, losses, 0.0)
    total = np.sum(losses[counts])
    return total if reduction == "sum" else total / max(counts.sum(), 1)


def labels(shape, C, seed):
    """Targets, and a mask of those that count."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, C, size=shape), rng.random(shape) < 0.7


# Cross entropy


@given(shapes(max_dims=2), st.integers(1, 4), reductions, epsilons, st.integers(0, 99))
def test_cross_entropy_by_its_formula(shape, C, reduction, epsilon, seed):
    logits, (targets, counts) = normal(*shape, C, seed=seed), labels(shape, C, seed)
    logs = np.log(np.exp(logits) / np.exp(logits).sum(-1, keepdims=True))
    truth = (1 - epsilon) * np.eye(C)[targets] + epsilon / C
    expected = reduced(-np.sum(truth * logs, -1), counts, reduction)
    options = {"reduction": reduction, "label_smoothing": epsilon}
    masked = lambda x: nn.CrossEntropyLoss(**options)(x, targets, counts)
    ignored = lambda x: nn.CrossEntropyLoss(ignore_index=-1, **options)(x, np.where(counts, targets, -1))
    for loss in (masked, ignored):
        np.testing.assert_allclose(loss(logits), expected, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(loss(Tensor(logits)).data, expected, rtol=1e-12, atol=1e-14)
    check_gradients(masked, logits, fast=True)


def test_a_mask_and_an_ignored_index_work_together():
    logits, targets = normal(4, 3), np.array([0, 2, 2, 1])
    loss = nn.CrossEntropyLoss(ignore_index=1)
    both = loss(logits, targets, np.array([True, False, True, True]))
    assert np.isclose(both, nn.CrossEntropyLoss()(logits[[0, 2]], targets[[0, 2]]))


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_where_nothing_counts_loss_and_gradient_are_zero(reduction):
    loss = nn.CrossEntropyLoss(reduction=reduction)
    logits = np.array([[np.nan, 1.0], [np.inf, 0.0]])
    assert not loss(logits, [-100, -100]).any()
    assert not grad(lambda x: np.sum(loss(x, [-100, -100])))(logits).any()
    assert loss(np.ones((0, 3)), []).sum() == 0


def test_impossible_classes_cost_nothing():
    assert np.isclose(nn.CrossEntropyLoss()(np.array([[0.0, -np.inf, 0.0]]), [2]), np.log(2))


# Weights of classes, and log probabilities


@given(shapes(max_dims=2), st.integers(1, 4), reductions, epsilons, st.integers(0, 99))
def test_class_weights_by_their_formula(shape, C, reduction, epsilon, seed):
    logits, (targets, counts) = normal(*shape, C, seed=seed), labels(shape, C, seed)
    w = np.random.default_rng(seed).uniform(0.1, 3.0, C)
    logs = np.log(np.exp(logits) / np.exp(logits).sum(-1, keepdims=True))
    truth = (1 - epsilon) * np.eye(C)[targets] + epsilon / C
    losses = np.where(counts, -np.sum(w * truth * logs, -1), 0.0)
    total = np.sum(w[targets][counts])
    expected = {"none": losses, "sum": losses.sum(), "mean": losses.sum() / (total or 1)}[reduction]
    loss = nn.CrossEntropyLoss(w, reduction=reduction, label_smoothing=epsilon)
    np.testing.assert_allclose(loss(logits, targets, counts), expected, rtol=1e-11, atol=1e-13)
    check_gradients(lambda x: loss(x, targets, counts), logits, fast=True)


@given(shapes(max_dims=2), st.integers(1, 4), reductions, st.booleans(), st.integers(0, 99))
def test_cross_entropy_is_nll_loss_after_log_softmax(shape, C, reduction, weighted, seed):
    logits, (targets, counts) = normal(*shape, C, seed=seed), labels(shape, C, seed)
    w = np.arange(1.0, C + 1) if weighted else None
    both = [kind(w, ignore_index=0, reduction=reduction) for kind in (nn.CrossEntropyLoss, nn.NLLLoss)]
    expected, got = both[0](logits, targets, counts), both[1](functional.log_softmax(logits), targets, counts)
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-14)
    check_gradients(lambda x: both[1](x, targets, counts), functional.log_softmax(logits), fast=True)


def test_equal_weights_change_no_mean():
    logits, targets = normal(5, 3), np.array([0, 2, 1, 1, 0])
    assert np.isclose(nn.CrossEntropyLoss(np.full(3, 0.25))(logits, targets), nn.CrossEntropyLoss()(logits, targets))


def test_weights_are_a_buffer_and_keep_the_precision_of_the_logits():
    loss = nn.CrossEntropyLoss([1.0, 2.0])
    assert loss.state_dict()["weight"].tolist() == [1.0, 2.0]
    assert not [*loss.parameters()]
    assert loss(normal(2, 2).astype(np.float32), [0, 1]).dtype == np.float32


@pytest.mark.parametrize("loss", [nn.NLLLoss(), nn.NLLLoss(np.ones(2)), nn.CrossEntropyLoss(np.ones(2))])
def test_what_does_not_count_may_hold_anything(loss):
    x = np.array([[-0.5, -1.0], [np.nan, -np.inf]])
    assert np.isfinite(loss(x, [0, 7], [True, False]))
    gradient = grad(lambda x: loss(x, [0, -100]))(x)
    assert np.isfinite(gradient).all()
    assert not gradient[1].any()


# The others


@given(arrays(low=-3, high=3), reductions, st.sampled_from([0.0, 0.5, 2.0]))
def test_distances_by_their_formulas(x, reduction, beta):
    y = np.random.default_rng(0).normal(size=x.shape)
    d = np.abs(x - y)
    whole = np.full(x.shape, True)
    smooth = np.where(d < beta, d**2 / (2 * beta or 1), d - beta / 2)
    for loss, losses in (
        (nn.L1Loss(reduction=reduction), d),
        (nn.SmoothL1Loss(reduction=reduction, beta=beta), smooth),
    ):
        np.testing.assert_allclose(loss(x, y), reduced(losses, whole, reduction), rtol=1e-12)
        check_gradients(loss, x, y, fast=True)


def test_smooth_l1_goes_over_without_a_jump_in_its_slope():
    slope = grad(lambda x: nn.SmoothL1Loss(reduction="sum", beta=2.0)(x, 0.0))
    assert [float(slope(x)) for x in (-5.0, -2.0, -1.0, 0.0, 1.0, 2.0, 5.0)] == [-1, -1, -0.5, 0, 0.5, 1, 1]


@given(shapes(), reductions, st.integers(0, 99))
def test_mean_squared_error_by_its_formula(shape, reduction, seed):
    x, y = normal(*shape, seed=seed), normal(*shape, seed=seed + 1)
    loss = nn.MSELoss(reduction=reduction)
    expected = reduced((x - y) ** 2, np.full(shape, True), reduction)
    np.testing.assert_allclose(loss(x, y), expected, rtol=1e-12)
    check_gradients(loss, x, y, fast=True)


@given(arrays(low=-5, high=5), reductions)
def test_binary_cross_entropy_by_its_formula(x, reduction):
    t = np.random.default_rng(0).random(x.shape)
    p = 1 / (1 + np.exp(-x))
    loss = nn.BCEWithLogitsLoss(reduction=reduction)
    expected = reduced(-t * np.log(p) - (1 - t) * np.log(1 - p), np.full(x.shape, True), reduction)
    np.testing.assert_allclose(loss(x, t), expected, rtol=1e-11)
    check_gradients(loss, x, t, fast=True)


@given(shapes(), reductions, st.integers(0, 99))
def test_positives_may_count_more(shape, reduction, seed):
    x, t = normal(*shape, seed=seed), np.random.default_rng(seed).random(shape)
    w = np.random.default_rng(seed).uniform(0.5, 3.0, shape[-1:])
    loss = nn.BCEWithLogitsLoss(reduction=reduction, pos_weight=w)
    p = 1 / (1 + np.exp(-x))
    expected = reduced(-w * t * np.log(p) - (1 - t) * np.log(1 - p), np.full(shape, True), reduction)
    np.testing.assert_allclose(loss(x, t), expected, rtol=1e-11)
    check_gradients(loss, x, t, fast=True)
    assert list(loss.state_dict()) == ["pos_weight"]
    assert loss(x.astype(np.float32), t.astype(np.float32)).dtype == np.float32


def test_binary_cross_entropy_of_large_logits():
    """It loses no digits where a target is certain, and has its slope at 0."""
    loss = nn.BCEWithLogitsLoss(reduction="none")
    x, t = np.array([1000.0, -1000.0, 40.0, -40.0, 40.0]), np.array([0.0, 1.0, 1.0, 0.0, 0.0])
    np.testing.assert_allclose(loss(x, t), [1000, 1000, np.exp(-40), np.exp(-40), 40], rtol=1e-15)
    assert grad(lambda x: loss(x, 0.25))(0.0) == 0.25


def test_integer_targets_are_numbers_too():
    assert nn.BCEWithLogitsLoss()(np.zeros(2), [True, False]) == np.log(2)
    assert nn.MSELoss()([1, 2], np.array([1.0, 4.0])) == 2
    assert nn.MSELoss()(np.array([1, 2], np.uint8), np.array([2, 22], np.uint8)) == 200.5
    assert nn.CrossEntropyLoss()(np.zeros((2, 4)), np.array([0, 3], np.uint8)) == np.log(4)


@pytest.mark.parametrize("loss", [nn.MSELoss(), nn.BCEWithLogitsLoss(), nn.L1Loss(), nn.SmoothL1Loss()])
def test_the_mean_over_nothing_is_zero(loss):
    assert loss(np.ones((0, 2)), np.ones((0, 2))) == 0


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: nn.MSELoss()(np.ones(3), np.ones((3, 1))), ValueError, r"target of the shape \(3,\) of input"),
        (lambda: nn.BCEWithLogitsLoss()(np.ones(3), 1.0), ValueError, r"targets of the shape \(3,\) of logits, got \("),
        (lambda: nn.MSELoss()(["a"], ["b"]), TypeError, "input to be numbers"),
        (lambda: nn.MSELoss(reduction="average"), ValueError, "MSELoss: expected reduction 'mean', 'sum' or 'none'"),
        (
            lambda: nn.CrossEntropyLoss([[1.0]]),
            ValueError,
            r"expected weight of shape \(C,\), got \(1, 1",
        ),
        (lambda: nn.NLLLoss([1.0])(np.ones((2, 3)), [0, 1]), ValueError, r"nll_loss: expected weight of shape \(3,\)"),
        (
            lambda: functional.cross_entropy(np.ones((2, 2)), [0, 1], [0.5, 2.0]),
            ValueError,
            r"a mask of booleans, .* got numbers of float64\. .* weight=\.\.\.$",
        ),
        (
            lambda: nn.BCEWithLogitsLoss(pos_weight=[1.0, 2.0])(np.ones((2, 1)), np.ones((2, 1))),
            ValueError,
            r"pos_weight that broadcasts to \(2, 1\), got \(2,\)",
        ),
        (lambda: nn.NLLLoss()(np.ones((2, 3)), [0, 3]), ValueError, "nll_loss: expected targets from 0 to 2, got 3"),
        (lambda: nn.L1Loss()(np.ones(3), np.ones((3, 1))), ValueError, r"l1_loss: expected target of the shape \(3,\)"),
        (lambda: nn.SmoothL1Loss(beta=-1.0), ValueError, "SmoothL1Loss: expected beta to be 0 or more, got -1.0"),
        (lambda: nn.CrossEntropyLoss(reduction=None), ValueError, "CrossEntropyLoss: expected reduction"),
        (lambda: nn.CrossEntropyLoss(label_smoothing=1.1), ValueError, "label_smoothing from 0 to 1, got 1.1"),
        (lambda: nn.CrossEntropyLoss()(np.ones((2, 3)), [[0, 1]]), ValueError, r"shape \(2,\) .*got \(1, 2\)"),
        (lambda: nn.CrossEntropyLoss()(np.ones((2, 3)), [0, 3]), ValueError, "targets from 0 to 2, got 3"),
        (lambda: nn.CrossEntropyLoss()(np.ones((2, 3)), [0.0, 1.0]), TypeError, "integer targets, got float64"),
        (lambda: nn.CrossEntropyLoss()(1.0, 0), ValueError, r"logits of shape \(\.\.\., C\)"),
        (lambda: nn.CrossEntropyLoss()(np.ones((2, 3)), [0, 1], [True]), ValueError, r"mask .*\(2,\), got \(1,\)"),
    ],
)
def test_wrong_calls_say_what_was_expected(call, error, text):
    with pytest.raises(error, match=text):
        call()
