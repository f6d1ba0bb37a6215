"""Schedules set the learning rate of every group, and go on from their state."""

import numpy as np
import pytest

from minigrad import Tensor, optim


def sgd():
    leaves = [Tensor(1.0, requires_grad=True) for _ in range(2)]
    return optim.SGD([{"params": leaves[:1]}, {"params": leaves[1:], "lr": 10.0}], lr=1.0)


ALL = {
    optim.StepLR: {"step_size": 2},
    optim.ExponentialLR: {"gamma": 0.5},
    optim.CosineAnnealingLR: {"T_max": 4},
    optim.LinearLR: {},
    optim.LambdaLR: {"lr_lambda": lambda t: 1 / (1 + t)},
}


@pytest.mark.parametrize("kind", ALL)
def test_groups_keep_their_proportion(kind):
    optimizer = sgd()
    schedule = kind(optimizer, **ALL[kind])
    for _ in range(6):
        first, second = schedule.get_last_lr()
        assert np.isclose(second, 10 * first)
        schedule.step()


@pytest.mark.parametrize("kind", ALL)
def test_the_state_goes_on_where_it_was(kind):
    schedule, other = (kind(sgd(), **ALL[kind]) for _ in range(2))
    for _ in range(3):
        schedule.step()
    other.load_state_dict(schedule.state_dict())
    schedule.step()
    other.step()
    assert schedule.get_last_lr() == other.get_last_lr()


def test_a_warm_up_begins_low():
    assert optim.LinearLR(sgd(), start_factor=0.1).get_last_lr() == [0.1, 1.0]


def test_a_plateau_takes_a_loss_as_it_is():
    optimizer = sgd()
    schedule = optim.ReduceLROnPlateau(optimizer, patience=0)
    for _ in range(2):
        schedule.step(Tensor(1.0, requires_grad=True) * 2)
    assert np.isclose(optimizer.param_groups[0]["lr"], 0.1)


def test_wrong_calls():
    with pytest.raises(ValueError, match="factor from 0 to below 1, got 2"):
        optim.ReduceLROnPlateau(sgd(), factor=2)
    with pytest.raises(ValueError, match="StepLR: expected step_size to be an integer of 1 or more, got 0"):
        optim.StepLR(sgd(), 0)
    with pytest.raises(ValueError, match="mode 'min' or 'max'"):
        optim.ReduceLROnPlateau(sgd(), mode="low")
