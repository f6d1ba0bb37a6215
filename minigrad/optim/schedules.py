"""Schedules: how the learning rate changes from epoch to epoch.

η is the learning rate that a group of parameters began with, t the number of epochs since then. Names and numbers are
those of torch.optim.lr_scheduler.

>>> from minigrad import Tensor
>>> from minigrad.optim import SGD
>>> optimizer = SGD([Tensor(1.0, requires_grad=True)], lr=1.0)
>>> schedule = StepLR(optimizer, step_size=2, gamma=0.1)
>>> rates = []
>>> for epoch in range(4):
...     rates += schedule.get_last_lr()
...     optimizer.step()  # for every batch of the epoch
...     schedule.step()
>>> rates
[1.0, 1.0, 0.1, 0.1]

The optimiser's state holds where its schedule stands too. So the schedule of an optimiser whose state was loaded goes
on from there, whether it was made before or after. Any other begins, from the learning rate that it finds.

Every rate follows from η and t alone. So what else changes the rate meanwhile, by hand or as another schedule, is lost
at the next step, which warns. One schedule may follow another that has ended; `LambdaLR` can be two at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from minigrad.arguments import check_numbers, check_unit, length
from minigrad.elsewhere import absent
from minigrad.messages import WithAdvice, require_function, warn, with_advice
from minigrad.optim.optimizers import Optimizer


class _OfOptimizer(WithAdvice):
    """A base for everything that sets the learning rates of an optimiser."""

    def __init__(self, optimizer: Optimizer):
        check_optimizer(type(self).__name__, optimizer)
        self.optimizer = optimizer

    def __getattr__(self, name: str) -> NoReturn:
        raise absent("Schedule", self, name)

    def __repr__(self) -> str:
        own = {"optimizer", "resumed", "given"}
        options = [f"{name}={value!r}" for name, value in vars(self).items() if name not in own]
        return f"{type(self).__name__}({', '.join([*options, f'lr={self.get_last_lr()}'])})"

    def get_last_lr(self) -> list[float]:
        """The learning rate of each group."""
        return [group["lr"] for group in self.optimizer.param_groups]


class Schedule(_OfOptimizer):
    """Sets the learning rate of every group of an optimiser; the base of all others.

    Attributes:
        last_epoch: t.
        base_lrs: η for each group.
        resumed: whether it goes on from what `load_state_dict` was given.
        given: the learning rate that it gave each group last, or None if it has given none yet.

    Raises:
        TypeError: if the first argument is no optimiser, or a rate is no number.
        ValueError: if a rate is negative or NaN.

    >>> from minigrad import Tensor
    >>> from minigrad.optim import SGD
    >>> class Halving(Schedule):
    ...     def rate(self, base, t):
    ...         return base / 2**t
    >>> optimizer = SGD([Tensor(1.0, requires_grad=True)], lr=1.0)
    >>> schedule = Halving(optimizer)
    >>> optimizer.step()
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.5]
    """

    def __init__(self, optimizer: Optimizer):
        super().__init__(optimizer)
        self.resumed = False
        self.given: list[float] | None = None
        self.base_lrs = [float(group["lr"]) for group in optimizer.param_groups]
        self.last_epoch = 0
        self._take_up()
        self._set()

    @with_advice({"": "It counts the epochs itself; load_state_dict lets it go on from another one."})
    def step(self) -> None:
        """Begin the next epoch, after the last step of the optimiser in this one.

        Raises:
            TypeError: if a rate is no number.
            ValueError: if a rate is negative or NaN.

        Warns:
            UserWarning: if the optimiser has taken no step yet: then the first learning rate is never used; or if
                something else changed the learning rate since: then that is lost.
        """
        if not self.optimizer.stepped and not self.last_epoch:
            message = (
                f"{type(self).__name__}: schedule.step() came before the first optimizer.step(), so the first learning "
                "rate was never used. Call optimizer.step() for each batch, and schedule.step() after the last."
            )
            warn(message)
        self._take_up()
        found = self.get_last_lr()
        if self.given not in (None, found):
            warn(
                f"{type(self).__name__}: this schedule gave the learning rates {self.given}, and found {found}. What "
                "else changes them, by hand or as another schedule, is lost at its next step, since it computes them "
                "from schedule.base_lrs. Change those; or write both schedules as one LambdaLR."
            )
        self.optimizer.resumed = False
        self.last_epoch += 1
        self._set()

    def _take_up(self) -> None:
        """Go on where the schedule of the optimiser stood, if its state was loaded."""
        groups = self.optimizer.param_groups
        if self.optimizer.resumed and not self.resumed and all("epoch" in group for group in groups):
            self.base_lrs = [group["initial_lr"] for group in groups]
            self.last_epoch = groups[0]["epoch"]
            self.given = None

    def _set(self) -> None:
        """Give every group what it has in this epoch. It remembers where it stands, for a schedule after a restart."""
        who, t = type(self).__name__, self.last_epoch
        for group, base in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            rate = self.rate(base, t)
            check_numbers(who, **{f"the rate of epoch {t}": rate})
            if not rate >= 0:
                raise ValueError(f"{who}: expected a learning rate of 0 or more in epoch {t}, got {rate}.")
            group.update(lr=float(rate), initial_lr=base, epoch=t)
        self.given = self.get_last_lr()

    def rate(self, base: float, t: int) -> float:
        """The learning rate in epoch t."""
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """The state that `load_state_dict` goes on from; the optimiser has one of its own."""
        own = {"optimizer", "resumed", "given"}
        return {name: value for name, value in vars(self).items() if name not in own and not callable(value)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave, at once if the state of the optimiser is not loaded as well.

        Raises:
            ValueError: if it is the state of another schedule, or of one for another number of groups, or a rate is
                negative or NaN.
            TypeError: if a rate is no number.
        """
        state, groups = _as_saved(self, state_dict), len(self.base_lrs)
        if np.shape(state["base_lrs"]) != (groups,):
            raise ValueError(
                f"{type(self).__name__}.load_state_dict: expected base_lrs for {groups} groups, as the optimiser has, "
                f"got {state['base_lrs']}."
            )
        vars(self).update(state)
        self.resumed, self.given = True, None
        if not self.optimizer.resumed:
            self._set()


def check_optimizer(who: str, optimizer: Any) -> None:
    """Raise TypeError unless it is one."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{who}: expected an optimiser of minigrad.optim first, got {type(optimizer).__name__}.")


class LambdaLR(Schedule):
    """η f(t), with f = `lr_lambda`.

    Raises:
        TypeError: if the first argument is no optimiser, or `lr_lambda` no function; and where it gives no number.
        ValueError: where it makes the rate negative or NaN.

    >>> from minigrad import Tensor
    >>> from minigrad.optim import SGD
    >>> schedule = LambdaLR(SGD([Tensor(1.0, requires_grad=True)], lr=1.0), lambda t: 1 / (1 + t))
    >>> [schedule.rate(1.0, t) for t in range(4)]
    [1.0, 0.5, 0.3333333333333333, 0.25]
    """

    def __init__(self, optimizer: Optimizer, lr_lambda: Callable[[int], float]):
        require_function("LambdaLR", lr_lambda)
        self.lr_lambda = lr_lambda
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """η f(t).

        Raises:
            TypeError: if `lr_lambda` gives no number.
        """
        factor = self.lr_lambda(t)
        check_numbers("LambdaLR", **{f"what lr_lambda gives for epoch {t}": factor})
        return base * factor


class StepLR(Schedule):
    """η γ^⌊t / step_size⌋, with γ = `gamma`.

    Raises:
        ValueError: if `step_size` is not an integer of 1 or more.
        TypeError: if the first argument is no optimiser, or an option is no number.

    >>> from minigrad import Tensor
    >>> from minigrad.optim import SGD
    >>> schedule = StepLR(SGD([Tensor(1.0, requires_grad=True)], lr=1.0), step_size=2, gamma=0.5)
    >>> [schedule.rate(1.0, t) for t in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1):
        check_numbers("StepLR", gamma=gamma)
        self.step_size, self.gamma = length("StepLR", "step_size", step_size, 1), gamma
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        return base * self.gamma ** (t // self.step_size)


class ExponentialLR(Schedule):
    """η γᵗ, with γ = `gamma`.

    Raises:
        TypeError: if the first argument is no optimiser, or an option is no number.
        ValueError: if a rate is negative or NaN.

    >>> from minigrad import Tensor
    >>> from minigrad.optim import SGD
    >>> schedule = ExponentialLR(SGD([Tensor(1.0, requires_grad=True)], lr=1.0), gamma=0.5)
    >>> [schedule.rate(1.0, t) for t in range(4)]
    [1.0, 0.5, 0.25, 0.125]
    """

    def __init__(self, optimizer: Optimizer, gamma: float):
        check_numbers("ExponentialLR", gamma=gamma)
        self.gamma = gamma
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        return base * self.gamma**t


class CosineAnnealingLR(Schedule):
    """η_min + ½ (η - η_min)(1 + cos πt/T), from η at t = 0 to η_min at t = T.

    (Loshchilov and Hutter, SGDR: Stochastic gradient descent with warm restarts, 2017, equation 5, without restarts.)

    Raises:
        ValueError: if `T_max` is not an integer of 1 or more.
        TypeError: if the first argument is no optimiser, or an option is no number.

    >>> from minigrad import Tensor
    >>> from minigrad.optim import SGD
    >>> schedule = CosineAnnealingLR(SGD([Tensor(1.0, requires_grad=True)], lr=1.0), T_max=2)
    >>> [round(schedule.rate(1.0, t), 6) for t in range(3)]
    [1.0, 0.5, 0.0]
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0):
        check_numbers("CosineAnnealingLR", eta_min=eta_min)
        self.T_max, self.eta_min = length("CosineAnnealingLR", "T_max", T_max, 1), eta_min
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        return self.eta_min + (base - self.eta_min) * (1 + math.cos(math.pi * t / self.T_max)) / 2


class LinearLR(Schedule):
    """η times a factor that goes from start to end in a straight line, in total_iters epochs: a warm-up.

    Raises:
        ValueError: if `total_iters` is not an integer of 1 or more.
        TypeError: if the first argument is no optimiser, or an option is no number.

    >>> from minigrad import Tensor
    >>> from minigrad.optim import SGD
    >>> schedule = LinearLR(SGD([Tensor(1.0, requires_grad=True)], lr=1.0), start_factor=0.5, total_iters=2)
    >>> [schedule.rate(1.0, t) for t in range(4)]
    [0.5, 0.75, 1.0, 1.0]
    """

    def __init__(
        self, optimizer: Optimizer, start_factor: float = 1 / 3, end_factor: float = 1.0, total_iters: int = 5
    ):
        check_numbers("LinearLR", start_factor=start_factor, end_factor=end_factor)
        self.start_factor, self.end_factor = start_factor, end_factor
        self.total_iters = length("LinearLR", "total_iters", total_iters, 1)
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        way = min(t / self.total_iters, 1.0)
        return base * (self.start_factor + (self.end_factor - self.start_factor) * way)


class OneCycleLR(Schedule):
    """Up from max_lr / div_factor to max_lr in the first part of all steps, and down from there to nearly nothing.

    It is stepped after every batch, total_steps times. Momentum, or β₁, goes the other way meanwhile. (Smith and Topin,
    Super-convergence: Very fast training of neural networks using large learning rates, 2018, section 3.)

    Args:
        optimizer: whose learning rates, and momenta, are set.
        max_lr: the largest, for all groups, or a list with one for each.
        total_steps: how many steps there are; epochs · steps_per_epoch by default.
        epochs, steps_per_epoch: see there.
        pct_start: the part of all steps in which it rises, from 0 to 1.
        anneal_strategy: "cos", or "linear" for straight lines.
        cycle_momentum: whether momentum goes from max_momentum to base_momentum and back.
        base_momentum, max_momentum: see there.
        div_factor, final_div_factor: it begins with max_lr / div_factor, and ends with that / final_div_factor.

    Raises:
        ValueError: if an option is out of its range, or the optimiser has no momentum to change; and by `step`, after
            total_steps steps.
        TypeError: if the first argument is no optimiser, or an option is no number.

    >>> from minigrad import Tensor
    >>> from minigrad.optim import SGD
    >>> optimizer = SGD([Tensor(1.0, requires_grad=True)], momentum=0.9)
    >>> schedule = OneCycleLR(optimizer, max_lr=1.0, total_steps=5, pct_start=0.4, anneal_strategy="linear")
    >>> [round(schedule.rate(0.04, t), 2) for t in range(5)]
    [0.04, 1.0, 0.67, 0.33, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
    ):
        who = "OneCycleLR"
        check_optimizer(who, optimizer)
        groups = optimizer.param_groups
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError(f"{who}: expected total_steps, or epochs and steps_per_epoch.")
            total_steps = length(who, "epochs", epochs, 1) * length(who, "steps_per_epoch", steps_per_epoch, 1)
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"{who}: expected anneal_strategy 'cos' or 'linear', got {anneal_strategy!r}.")
        if cycle_momentum and not all("momentum" in group or "betas" in group for group in groups):
            raise ValueError(f"{who}: {type(optimizer).__name__} has no momentum; write cycle_momentum=False.")
        check_unit(who, "pct_start", pct_start)
        check_numbers(who, base_momentum=base_momentum, max_momentum=max_momentum)
        check_numbers(who, div_factor=div_factor, final_div_factor=final_div_factor)
        several = isinstance(max_lr, Sequence | np.ndarray) and np.ndim(max_lr) > 0
        largest: list[Any] = [*max_lr] if several else [max_lr] * len(groups)  # type: ignore[misc]
        for peak in largest:
            check_numbers(who, max_lr=peak)
        if len(largest) != len(groups):
            raise ValueError(f"{who}: expected a max_lr for each of {len(groups)} groups, got {len(largest)}.")
        self.total_steps = length(who, "total_steps", total_steps, 1)
        self.pct_start, self.anneal_strategy = pct_start, anneal_strategy
        self.cycle_momentum, self.base_momentum, self.max_momentum = cycle_momentum, base_momentum, max_momentum
        self.div_factor, self.final_div_factor = div_factor, final_div_factor
        if not optimizer.resumed:
            for group, peak in zip(groups, largest, strict=True):
                group["lr"] = float(peak) / div_factor
        super().__init__(optimizer)

    def _set(self) -> None:
        if self.last_epoch > self.total_steps:
            raise ValueError(f"OneCycleLR: expected at most total_steps={self.total_steps} steps, got one more.")
        super()._set()
        if self.cycle_momentum:
            momentum = self._along(self.last_epoch, self.max_momentum, self.base_momentum, self.max_momentum)
            for group in self.optimizer.param_groups:
                group.update({"betas": (momentum, group["betas"][1])} if "betas" in group else {"momentum": momentum})

    def rate(self, base: float, t: int) -> float:
        return self._along(t, base, base * self.div_factor, base / self.final_div_factor)

    def _along(self, t: int, start: float, middle: float, end: float) -> float:
        """From start to the middle and to the end."""
        turn, last = self.pct_start * self.total_steps - 1, self.total_steps - 1
        if t < turn:
            left, here, there = 1 - t / turn, start, middle
        else:
            left, here, there = max((last - t) / (last - turn), 0.0) if last > turn else 0.0, middle, end
        if self.anneal_strategy == "cos":
            left = (1 - math.cos(math.pi * left)) / 2
        return there + (here - there) * left


class ReduceLROnPlateau(_OfOptimizer):
    """Multiplies the learning rate by `factor` when a measure has not improved for more than `patience` epochs.

    Args:
        optimizer: whose groups' learning rates are reduced.
        mode: "min" if smaller is better, "max" if larger is.
        factor, patience: see above.
        threshold: how much better counts; in proportion to the best so far ("rel") or as it is ("abs").
        threshold_mode: "rel" or "abs".
        cooldown: epochs after a reduction in which nothing is counted.
        min_lr: the rate is never lower.
        eps: a smaller change than this is not made.

    Raises:
        ValueError: if factor is not from 0 to below 1, or a mode is unknown.
        TypeError: if the first argument is no optimiser, or an option is no number.

    >>> from minigrad import Tensor
    >>> from minigrad.optim import SGD
    >>> optimizer = SGD([Tensor(1.0, requires_grad=True)], lr=1.0)
    >>> schedule = ReduceLROnPlateau(optimizer, patience=1)
    >>> for loss in [3.0, 2.0, 2.0, 2.0]:
    ...     schedule.step(loss)
    >>> optimizer.param_groups[0]["lr"]
    0.1
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float = 0.0,
        eps: float = 1e-8,
    ):
        super().__init__(optimizer)
        check_numbers("ReduceLROnPlateau", factor=factor, patience=patience, threshold=threshold, cooldown=cooldown)
        check_numbers("ReduceLROnPlateau", min_lr=min_lr, eps=eps)
        if not 0 <= factor < 1:
            raise ValueError(f"ReduceLROnPlateau: expected a factor from 0 to below 1, got {factor}.")
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise ValueError(
                "ReduceLROnPlateau: expected mode 'min' or 'max' and threshold_mode 'rel' or 'abs', "
                f"got {mode!r} and {threshold_mode!r}."
            )
        self.factor, self.patience, self.cooldown = factor, patience, cooldown
        self.threshold, self.relative, self.sign = threshold, threshold_mode == "rel", 1 if mode == "min" else -1
        self.min_lr, self.eps = min_lr, eps
        self.best = math.inf * self.sign
        self.bad_epochs = self.cooling = 0

    @with_advice({"": "A plateau is one of a measure, such as the loss: write schedule.step(loss)."})
    def step(self, metrics: Any) -> None:
        """End an epoch with this measure, a number."""
        value = float(metrics.item() if hasattr(metrics, "item") else metrics)
        margin = abs(self.best) * self.threshold if self.relative and math.isfinite(self.best) else self.threshold
        if self.sign * value < self.sign * self.best - margin:
            self.best, self.bad_epochs = value, 0
        else:
            self.bad_epochs += 1
        if self.cooling:
            self.cooling -= 1
            self.bad_epochs = 0
        if self.bad_epochs > self.patience:
            self.cooling, self.bad_epochs = self.cooldown, 0
            for group in self.optimizer.param_groups:
                reduced = max(group["lr"] * self.factor, self.min_lr)
                if group["lr"] - reduced > self.eps:
                    group["lr"] = reduced

    def state_dict(self) -> dict[str, Any]:
        """The state that `load_state_dict` goes on from; the optimiser has one of its own."""
        return {name: value for name, value in vars(self).items() if name != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave.

        Raises:
            ValueError: if it is the state of another schedule.
        """
        vars(self).update(_as_saved(self, state_dict))


def _as_saved(schedule: Schedule | ReduceLROnPlateau, state_dict: Any) -> dict[str, Any]:
    """A state with numbers again where a file made arrays of them.

    Raises:
        ValueError: if it has other names than that of the schedule.
    """
    own = schedule.state_dict()
    if not isinstance(state_dict, Mapping) or state_dict.keys() != own.keys():
        got = (", ".join(map(str, state_dict)) if isinstance(state_dict, Mapping) else repr(state_dict)) or "nothing"
        raise ValueError(
            f"{type(schedule).__name__}.load_state_dict: expected what state_dict() gives, {', '.join(own)}, got {got}."
        )
    return {name: x.tolist() if isinstance(x, np.ndarray) else x for name, x in state_dict.items()}
