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
    optim.OneCycleLR: {"max_lr": [1.0, 10.0], "total_steps": 9},
}


def epoch(schedule):
    schedule.optimizer.step()
    schedule.step()


@pytest.mark.parametrize("kind", ALL)
def test_groups_keep_their_proportion(kind):
    optimizer = sgd()
    schedule = kind(optimizer, **ALL[kind])
    for _ in range(6):
        first, second = schedule.get_last_lr()
        assert np.isclose(second, 10 * first)
        epoch(schedule)


@pytest.mark.parametrize("kind", ALL)
def test_the_state_goes_on_where_it_was(kind):
    schedule, other = (kind(sgd(), **ALL[kind]) for _ in range(2))
    for _ in range(3):
        epoch(schedule)
    other.load_state_dict(schedule.state_dict())
    epoch(schedule)
    epoch(other)
    assert schedule.get_last_lr() == other.get_last_lr()


@pytest.mark.parametrize("kind", ALL)
def test_a_schedule_that_is_made_anew_on_a_loaded_optimiser_goes_on_where_it_stood(kind):
    schedule, optimizer = kind(sgd(), **ALL[kind]), sgd()
    for _ in range(3):
        epoch(schedule)
    optimizer.load_state_dict(schedule.optimizer.state_dict())
    other = kind(optimizer, **ALL[kind])
    for _ in range(4):
        assert schedule.get_last_lr() == other.get_last_lr()
        assert schedule.last_epoch == other.last_epoch
        epoch(schedule)
        epoch(other)


@pytest.mark.parametrize("kind", ALL)
def test_a_state_that_is_loaded_without_that_of_the_optimiser_holds_at_once(kind):
    schedule, other = (kind(sgd(), **ALL[kind]) for _ in range(2))
    for _ in range(3):
        epoch(schedule)
    other.load_state_dict(schedule.state_dict())
    for _ in range(3):
        assert schedule.get_last_lr() == other.get_last_lr()
        epoch(schedule)
        epoch(other)


def test_a_rate_that_was_changed_by_hand_goes_on_after_a_restart():
    def begun():
        optimizer = sgd()
        return optimizer, optim.StepLR(optimizer, 5)

    first, second = begun(), begun()
    epoch(first[1])
    first[0].param_groups[0]["lr"] = 0.25
    for one, other in zip(second, first, strict=True):  # first the optimiser, then the schedule
        one.load_state_dict(other.state_dict())
    assert second[1].get_last_lr() == [0.25, 10.0]


def test_a_state_for_other_groups_is_told():
    one = optim.StepLR(optim.SGD([Tensor(1.0, requires_grad=True)], lr=1.0), 2)
    with pytest.raises(ValueError, match=r"StepLR\.load_state_dict: expected base_lrs for 2 groups.*got \[1\.0\]"):
        optim.StepLR(sgd(), 2).load_state_dict(one.state_dict())


@pytest.mark.parametrize("kind", [*ALL, optim.ReduceLROnPlateau])
def test_the_state_of_another_schedule_is_told_and_nothing_of_it_taken_over(kind):
    schedule = kind(sgd(), **ALL.get(kind, {}))
    before = schedule.state_dict()
    first, *others = before
    for wrong in (
        {},
        {name: before[name] for name in others},
        {**before, "milestones": [3]},
        optim.ReduceLROnPlateau(sgd()).state_dict() if kind is optim.StepLR else optim.StepLR(sgd(), 7).state_dict(),
        [1.0],
        None,
    ):
        expected = rf"^{kind.__name__}\.load_state_dict: expected what state_dict\(\) gives, {first}, .*, got "
        with pytest.raises(ValueError, match=expected):
            schedule.load_state_dict(wrong)
        assert schedule.state_dict() == before


LOST = r"this schedule gave the learning rates \[.*\], and found \[.*\]\. What else changes them"


def test_a_rate_that_something_else_changed_is_not_lost_in_silence():
    schedule = optim.StepLR(sgd(), 2, 0.5)
    schedule.optimizer.param_groups[1]["lr"] = 7.0
    with pytest.warns(UserWarning, match=r"StepLR: " + LOST) as seen:
        epoch(schedule)
    assert seen[0].filename == __file__
    schedule.base_lrs[1] = 8.0
    epoch(schedule)  # no warning
    assert schedule.get_last_lr() == [0.5, 4.0]

    schedule = optim.ExponentialLR(sgd(), 0.5)
    plateau = optim.ReduceLROnPlateau(schedule.optimizer, patience=0, factor=0.1)
    for measure in (1.0, 2.0):
        plateau.step(measure)
    with pytest.warns(UserWarning, match=r"ExponentialLR: " + LOST):
        epoch(schedule)


def test_two_schedules_at_once_are_told():
    optimizer = sgd()
    first, second = optim.StepLR(optimizer, 3), optim.ExponentialLR(optimizer, 0.5)
    epoch(first)
    second.step()
    with pytest.warns(UserWarning, match=r"StepLR: " + LOST):
        epoch(first)


@pytest.mark.filterwarnings("ignore:.*this schedule gave")
def test_two_schedules_that_step_side_by_side_each_go_on_from_their_own_state():
    def begun():
        optimizer = sgd()
        return optimizer, optim.LinearLR(optimizer), optim.StepLR(optimizer, 1, 0.5)

    first, second = begun(), begun()
    epoch(first[1])
    for _ in range(3):
        epoch(first[2])
    for one, other in zip(second, first, strict=True):
        one.load_state_dict(other.state_dict())
    for optimizer, linear, steps in (first, second):
        optimizer.step()
        linear.step()
        steps.step()
    assert (second[1].last_epoch, second[2].last_epoch) == (first[1].last_epoch, first[2].last_epoch) == (2, 4)
    assert second[2].get_last_lr() == first[2].get_last_lr()


def test_a_second_schedule_on_the_same_optimiser_begins():
    """Such as one that follows a warm-up."""
    optimizer = sgd()
    first = optim.LinearLR(optimizer, 0.5, total_iters=2)
    for _ in range(2):
        epoch(first)
    assert optim.StepLR(optimizer, 1, 0.1).get_last_lr() == [1.0, 10.0]
    resumed = sgd()
    resumed.load_state_dict(optimizer.state_dict())
    schedule = optim.StepLR(resumed, 1, 0.1)
    epoch(schedule)
    assert optim.StepLR(resumed, 1, 0.1).last_epoch == 0


def test_a_schedule_that_steps_before_the_optimiser_warns_once():
    schedule = optim.StepLR(sgd(), 2)
    with pytest.warns(UserWarning, match=r"StepLR: schedule\.step\(\) came before the first optimizer\.step") as seen:
        schedule.step()
    schedule.step()
    assert len(seen) == 1
    assert seen[0].filename == __file__
    epoch(optim.StepLR(sgd(), 2))  # no warning


# One cycle


@pytest.mark.parametrize("strategy", ["cos", "linear"])
def test_one_cycle_goes_up_and_down_and_momentum_the_other_way(strategy):
    optimizer = sgd()
    schedule = optim.OneCycleLR(optimizer, 2.0, 10, pct_start=0.3, anneal_strategy=strategy, div_factor=4.0)
    rates, momenta = [], []
    for _ in range(10):
        rates.append(schedule.get_last_lr()[0])
        momenta.append(optimizer.param_groups[0]["momentum"])
        epoch(schedule)
    assert np.isclose(rates[0], 0.5)
    assert np.isclose(rates[-1], 0.5e-4)
    assert np.argmax(rates) == np.argmin(momenta) == 2
    assert np.isclose(max(rates), 2.0)
    assert np.allclose([momenta[0], min(momenta), momenta[-1]], [0.95, 0.85, 0.95])
    assert (np.diff(rates)[2:] < 0).all()
    with pytest.raises(ValueError, match="OneCycleLR: expected at most total_steps=10 steps, got one more"):
        schedule.step()


@pytest.mark.parametrize("pct_start", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("total", [1, 2, 10])
def test_one_cycle_of_any_length_stays_between_its_ends(pct_start, total):
    schedule = optim.OneCycleLR(sgd(), 1.0, epochs=1, steps_per_epoch=total, pct_start=pct_start)
    for _ in range(total):
        assert 0 < schedule.get_last_lr()[0] <= 1
        epoch(schedule)


def test_one_cycle_sets_the_first_beta_and_an_optimiser_may_begin_with_momentum_late():
    w = Tensor([1.0, 2.0], requires_grad=True)
    adam = optim.Adam([w], betas=(0.5, 0.8))
    optim.OneCycleLR(adam, 1.0, 10)
    assert adam.param_groups[0]["betas"] == (0.95, 0.8)
    descent = optim.SGD([w], lr=0.1)
    np.sum(w * w).backward()
    descent.step()
    optim.OneCycleLR(descent, 0.1, 10)
    descent.step()
    assert descent.state[w]["momentum_buffer"].tolist() == [2.0, 4.0]


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
    with pytest.raises(ValueError, match="expected total_steps, or epochs and steps_per_epoch"):
        optim.OneCycleLR(sgd(), 1.0, epochs=3)
    with pytest.raises(ValueError, match="anneal_strategy 'cos' or 'linear', got 'square'"):
        optim.OneCycleLR(sgd(), 1.0, 3, anneal_strategy="square")
    with pytest.raises(ValueError, match="a max_lr for each of 2 groups, got 3"):
        optim.OneCycleLR(sgd(), [1.0, 2.0, 3.0], 3)
    with pytest.raises(ValueError, match="Adagrad has no momentum; write cycle_momentum=False"):
        optim.OneCycleLR(optim.Adagrad([Tensor(1.0, requires_grad=True)]), 1.0, 3)


@pytest.mark.parametrize("factor", [None, "a", [1.0], 1j])
def test_a_factor_that_is_no_number_is_told(factor):
    with pytest.raises(TypeError, match="LambdaLR: expected what lr_lambda gives for epoch 0 to be a number, got"):
        optim.LambdaLR(sgd(), lambda t: factor)


@pytest.mark.parametrize("factor", [-1.0, np.nan])
def test_a_rate_that_is_none_is_told(factor):
    schedule = optim.LambdaLR(sgd(), lambda t: factor if t == 2 else 1.0)
    epoch(schedule)
    with pytest.raises(ValueError, match=r"LambdaLR: expected a learning rate of 0 or more in epoch 2, got"):
        epoch(schedule)


def test_a_schedule_shows_its_options_and_where_it_stands():
    optimizer = optim.SGD([Tensor(1.0, requires_grad=True)], lr=1.0)
    schedule = optim.StepLR(optimizer, 1, gamma=0.5)
    optimizer.step()
    schedule.step()
    assert repr(schedule) == "StepLR(step_size=1, gamma=0.5, base_lrs=[1.0], last_epoch=1, lr=[0.5])"
    assert repr(optim.ReduceLROnPlateau(optimizer, patience=3)).startswith("ReduceLROnPlateau(factor=0.1, patience=3, ")
