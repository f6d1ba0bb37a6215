"""Optimisers and schedules take PyTorch's steps."""

import numpy as np
import pytest

from minigrad import Tensor, optim

from .oracle import torch

OPTIONS = {
    "SGD": [
        {"lr": 0.1},
        {"lr": 0.1, "momentum": 0.9},
        {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.01},
        {"lr": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
    ],
    "RMSprop": [
        {},
        {"alpha": 0.9, "eps": 1e-3, "weight_decay": 0.1},
        {"momentum": 0.9},
        {"centered": True, "momentum": 0.5, "weight_decay": 0.1},
        {"centered": True},
    ],
    "Adagrad": [{}, {"lr": 0.5, "lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.2, "eps": 1e-4}],
    "Adam": [{}, {"lr": 0.1, "betas": (0.5, 0.8), "eps": 1e-4, "weight_decay": 0.1}, {"amsgrad": True, "lr": 0.3}],
    "AdamW": [{}, {"lr": 0.1, "weight_decay": 0.3, "amsgrad": True}],
    "Adadelta": [{}, {"lr": 0.5, "rho": 0.7, "eps": 1e-4, "weight_decay": 0.1}],
}
CASES = [(name, options) for name, several in OPTIONS.items() for options in several]


def losses(w, b, step):
    """A loss that changes from step to step, in the words of either library."""
    return ((w * w * (1 + step % 3) - w).sum() + (w[0] * b).sum()) ** 2 / 10


def trajectory(make, optimizer_class, options, steps=12):
    rng = np.random.default_rng(0)
    w, b = (make(rng.normal(size=shape), requires_grad=True) for shape in [(3, 2), 2])
    optimizer = optimizer_class([w, b], **options)
    for step in range(steps):
        optimizer.zero_grad()
        losses(w, b, step).backward()
        optimizer.step()
        yield np.concatenate([np.ravel(x.detach().numpy()) for x in (w, b)])


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_trajectories(name, options):
    ours = trajectory(Tensor, getattr(optim, name), options)
    theirs = trajectory(torch.tensor, getattr(torch.optim, name), options)
    for x, y in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-10, atol=1e-12)


SCHEDULES = {
    "StepLR": {"step_size": 3, "gamma": 0.5},
    "ExponentialLR": {"gamma": 0.9},
    "CosineAnnealingLR": {"T_max": 5, "eta_min": 0.01},
    "LinearLR": {"start_factor": 0.2, "end_factor": 0.8, "total_iters": 4},
    "LambdaLR": {"lr_lambda": lambda t: 1 / (1 + t)},
    "OneCycleLR": {"max_lr": [0.5, 2.0], "total_steps": 12},
}


def rates(optimizers, schedules, name, leaves, options):
    optimizer = optimizers.SGD([{"params": leaves[:1]}, {"params": leaves[1:], "lr": 0.5}], lr=1.0)
    schedule = getattr(schedules, name)(optimizer, **options)
    for _ in range(12):
        yield [group["lr"] for group in optimizer.param_groups]
        optimizer.step()
        schedule.step()


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(name):
    ours = rates(optim, optim, name, [Tensor(1.0, requires_grad=True) for _ in range(2)], SCHEDULES[name])
    leaves = [torch.ones((), requires_grad=True) for _ in range(2)]
    theirs = rates(torch.optim, torch.optim.lr_scheduler, name, leaves, SCHEDULES[name])
    np.testing.assert_allclose([*ours], [*theirs], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("kind", ["SGD", "Adam"])
@pytest.mark.parametrize(
    "options",
    [
        {"total_steps": 20},
        {"epochs": 4, "steps_per_epoch": 5, "anneal_strategy": "linear", "pct_start": 0.4},
        {"total_steps": 20, "div_factor": 3.0, "final_div_factor": 10.0, "base_momentum": 0.5, "max_momentum": 0.6},
    ],
    ids=str,
)
def test_one_cycle(kind, options):
    ours = getattr(optim, kind)([Tensor(1.0, requires_grad=True)], lr=1.0)
    theirs = getattr(torch.optim, kind)([torch.ones((), requires_grad=True)], lr=1.0)
    schedules = optim.OneCycleLR(ours, 0.7, **options), torch.optim.lr_scheduler.OneCycleLR(theirs, 0.7, **options)
    for _ in range(20):
        for name in ("lr", "betas", "momentum"):
            if name in ours.param_groups[0]:
                np.testing.assert_allclose(
                    ours.param_groups[0][name], theirs.param_groups[0][name], rtol=1e-12, atol=1e-15
                )
        for optimizer, schedule in zip((ours, theirs), schedules, strict=True):
            optimizer.step()
            schedule.step()


@pytest.mark.parametrize(
    "options",
    [
        {"patience": 1},
        {"mode": "max", "patience": 0, "factor": 0.5},
        {"threshold_mode": "abs", "threshold": 0.5, "patience": 1, "cooldown": 2},
        {"min_lr": 0.3, "factor": 0.5, "patience": 0},
    ],
    ids=str,
)
def test_plateau(options):
    measures = np.round(np.random.default_rng(0).normal(size=40).cumsum(), 1)
    ours = optim.SGD([Tensor(1.0, requires_grad=True)], lr=1.0)
    theirs = torch.optim.SGD([torch.ones((), requires_grad=True)], lr=1.0)
    schedules = optim.ReduceLROnPlateau(ours, **options), torch.optim.lr_scheduler.ReduceLROnPlateau(theirs, **options)
    for measure in measures:
        for schedule in schedules:
            schedule.step(measure)
        assert ours.param_groups[0]["lr"] == theirs.param_groups[0]["lr"]
