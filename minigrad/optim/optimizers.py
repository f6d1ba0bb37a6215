"""Optimisers: what each does with a gradient, element by element.

θ is a parameter, g its gradient, η the learning rate `lr`, λ the `weight_decay`. Names, defaults and numbers are those
of torch.optim. Updates happen in place: what an optimiser allocates is its state, once, and one scratch array.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import numpy as np

from minigrad.arguments import check_numbers, check_unit
from minigrad.elsewhere import absent
from minigrad.memory import Array
from minigrad.messages import WithAdvice, with_advice
from minigrad.tensor import Tensor

State = dict[str, Any]
Group = dict[str, Any]
Parameters = Iterable[Tensor] | Iterable[Group]

NOT_NEGATIVE = ("lr", "momentum", "weight_decay", "eps", "lr_decay", "initial_accumulator_value")
UNIT = ("alpha", "rho")
NUMBERS = (*NOT_NEGATIVE, *UNIT, "dampening")


class Optimizer(WithAdvice):
    """Steps parameters against their gradients; the base of all others.

    Args:
        params: leaves that require a gradient, and frozen ones beside them, which stay as they are until they do; or,
            for groups with options of their own, dictionaries {"params": leaves, option: value, ...}.
        options: what holds for every group that does not say otherwise.

    Attributes:
        param_groups: for each group a dictionary of its options, with its leaves under "params". Schedules set "lr".
        state: what is remembered from step to step, for each parameter.
        stepped: whether it has taken a step. A schedule warns if it steps before.
        resumed: whether it goes on from what `load_state_dict` was given. A schedule that is made then goes on too.

    Raises:
        TypeError: if a parameter is not a leaf of floating-point numbers, or none of them requires a gradient, or an
            option is no number.
        ValueError: if there is none, or one comes twice, or an option is out of its range.

    >>> class SignDescent(Optimizer):
    ...     def update(self, x, g, state, group, s, t):
    ...         x -= np.multiply(np.sign(g, out=s), group["lr"], out=s)
    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> np.sum(w * w).backward()
    >>> SignDescent([w], lr=0.5).step()
    >>> w.data
    array([ 0.5, -1.5])
    """

    decoupled = False
    """True if weight decay shrinks the parameter itself, and not by way of the gradient."""

    def __init__(self, params: Parameters, **options: Any):
        given: list[Any] = self._listed(params)
        groups = given if given and isinstance(given[0], dict) else [{"params": given}]
        if strange := [group for group in groups if "params" not in group]:
            raise ValueError(f'{type(self).__name__}: expected groups with leaves under "params", got {strange[0]!r}.')
        self.param_groups: list[Group] = [
            {**options, **group, "params": self._listed(group["params"])} for group in groups
        ]
        self.state: dict[Tensor, State] = {}
        self.stepped = self.resumed = False
        self._check_leaves()
        for group in self.param_groups:
            self._check_options(group, options)
        leaves = self._leaves()
        largest = max(p.size for p in leaves)
        self._scratch = {dtype: np.empty((3, largest), _computed_in(dtype)) for dtype in {p.dtype for p in leaves}}

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute, if it is none that only optimisers elsewhere read."""
        if name in ("lr", "learning_rate"):
            raise absent("Optimizer", self, name)
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> NoReturn:
        raise absent("Optimizer", self, name)

    def __repr__(self) -> str:
        groups = []
        for group in self.param_groups:
            count = len(group["params"])
            options = [f"{name}={value!r}" for name, value in group.items() if name != "params"]
            groups.append(", ".join([f"{count} parameter{'s' * (count != 1)}", *options]))
        return f"{type(self).__name__}({'; '.join(groups)})"

    def _listed(self, params: Any) -> list[Any]:
        if not isinstance(params, Iterable) or isinstance(params, Tensor | Mapping):
            raise TypeError(
                f"{type(self).__name__}: expected leaves that require a gradient, in a list, such as "
                f"module.parameters(), got {type(params).__name__}."
            )
        return list(params)

    def _leaves(self) -> list[Tensor]:
        """All parameters in order."""
        return [p for p, _ in self._leaves_in_groups()]

    def _leaves_in_groups(self) -> list[tuple[Tensor, Group]]:
        """Each parameter with its group."""
        return [(p, group) for group in self.param_groups for p in group["params"]]

    def _check_leaves(self) -> None:
        who, leaves = type(self).__name__, self._leaves()
        for p in leaves:
            if not (isinstance(p, Tensor) and p.origin is None and p.dtype.kind in "fc"):
                raise TypeError(
                    f"{who}: expected leaves that require a gradient, such as module.parameters(), got {p!r}."
                )
        if not leaves:
            raise ValueError(f"{who}: expected parameters, got none.")
        if not any(p.requires_grad for p in leaves):
            raise TypeError(
                f"{who}: expected some leaf that requires a gradient, got only frozen ones. requires_grad_() lets them "
                "learn; they may be frozen again once the optimiser is made."
            )
        if len(set(leaves)) < len(leaves):
            raise ValueError(f"{who}: a parameter came twice.")

    def _check_options(self, group: Group, known: Iterable[str]) -> None:
        who = type(self).__name__
        for name, value in group.items():
            if name != "params" and name not in known:
                raise ValueError(f"{who}: a group has the unknown option {name!r}; there are {', '.join(known)}.")
            if name in NUMBERS:
                check_numbers(who, **{name: value})
            if name in NOT_NEGATIVE and not value >= 0:
                raise ValueError(f"{who}: expected {name} to be 0 or more, got {value}.")
            if name in UNIT:
                check_unit(who, name, value)
            if name == "betas":
                if not isinstance(value, tuple | list) or len(value) != 2:
                    raise TypeError(f"{who}: expected betas to be two numbers, got {value!r}.")
                for beta in value:
                    check_numbers(who, betas=beta)
                if not all(0 <= beta < 1 for beta in value):
                    raise ValueError(f"{who}: expected betas from 0 to below 1, got {value}.")

    @with_advice({"": "Call loss.backward() before, which leaves the gradients that a step needs."})
    def step(self) -> None:
        """Update every parameter that has a gradient and is not frozen.

        Raises:
            RuntimeError: if a parameter has another precision than when the optimiser was made.
            ValueError: if a gradient, which may have been assigned, has not the shape of its parameter.
            TypeError: if it is a Tensor.
        """
        self.stepped = True
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None and p.requires_grad:
                    self._step(p, p.grad, group)

    def _step(self, p: Tensor, g: Array, group: Group) -> None:
        x = p.data
        if isinstance(g, Tensor):
            raise TypeError(
                f"{type(self).__name__}: expected p.grad, which was assigned, to be an array, got a Tensor, for the "
                f"parameter p of shape {x.shape}. Write p.grad = t.data."
            )
        if np.shape(g) != x.shape:
            raise ValueError(
                f"{type(self).__name__}: expected a gradient of the parameter's shape {x.shape}, got {np.shape(g)}."
            )
        if x.dtype not in self._scratch:
            raise RuntimeError(
                f"{type(self).__name__}: a parameter of shape {x.shape} became {x.dtype} after the optimiser was made. "
                "Make it after module.astype."
            )
        own, scratch = x, self._scratch[x.dtype]
        if x.dtype == np.float16:
            x, g = x.astype(np.float32), np.asarray(g, np.float32)
        if p not in self.state:
            self.state[p] = {"step": 0, **self.begin(x, group)}
        self.state[p]["step"] += 1
        decayed, s, t = (row[: x.size].reshape(x.shape) for row in scratch)
        if decay := group.get("weight_decay"):
            if self.decoupled:
                x *= 1 - group["lr"] * decay
            else:
                np.multiply(x, decay, out=decayed)
                g = np.add(decayed, g, out=decayed)
        self.update(x, g, self.state[p], group, s, t)
        if own is not x:
            own[...] = x

    def begin(self, x: Array, group: Group) -> State:
        """The state of a parameter before its first step, less that of options which may be turned on later."""
        return {}

    def update(self, x: Array, g: Any, state: State, group: Group, s: Array, t: Array) -> None:
        """Change x in place. g, which includes the weight decay, is left alone; s and t of its shape are free.

        Of a parameter in half precision all of them are in single.
        """
        raise NotImplementedError

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients; with set_to_none=False let those that there are be 0."""
        for p in self._leaves():
            p.grad = None if set_to_none or p.grad is None else np.zeros_like(p.grad)

    def state_dict(self) -> dict[str, Any]:
        """Options and state, with the number of each parameter in its place; arrays are copies."""
        number = {p: i for i, p in enumerate(self._leaves())}
        return {
            "state": {number[p]: _copied(state) for p, state in self.state.items()},
            "param_groups": [{**group, "params": [number[p] for p in group["params"]]} for group in self.param_groups],
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave; `minigrad.optim` says in which order everything is loaded.

        Raises:
            ValueError: if it is no such state, or of other groups or parameters.
            TypeError: if an option is no number.
        """
        who, named = f"{type(self).__name__}.load_state_dict", isinstance(state_dict, Mapping)
        if not named or not {"state", "param_groups"} <= state_dict.keys():
            got = (", ".join(map(str, state_dict)) if named else repr(state_dict)) or "nothing"
            raise ValueError(f"{who}: expected what state_dict() gives, state and param_groups, got {got}.")
        states, groups = state_dict["state"], state_dict["param_groups"]
        several = isinstance(states, Mapping) and isinstance(groups, list | tuple)
        if not several or not all(isinstance(x, Mapping) for x in (*states.values(), *groups)):
            raise ValueError(
                f"{who}: expected dictionaries of state, by the number of each parameter, and of options, in a list."
            )
        for loaded, group in zip(groups, self.param_groups, strict=False):
            self._check_options(loaded, [*(name for name in group if name != "params"), "initial_lr", "epoch"])
        sizes, expected = ([len(group.get("params", ())) for group in each] for each in (groups, self.param_groups))
        if sizes != expected:
            raise ValueError(f"{who}: expected groups of {expected} parameters, got {sizes}.")
        parameters = [(str(i), p, group) for i, (p, group) in enumerate(self._leaves_in_groups())]
        given = {str(i): state for i, state in states.items()}
        if strange := sorted(given.keys() - {i for i, _, _ in parameters}):
            raise ValueError(
                f"{who}: expected state of {len(parameters)} parameters, from 0, got that of {strange[0]}."
            )
        for i, p, group in parameters:
            if i in given:
                self._check_state(who, i, p, group, given[i])
        for group, loaded in zip(self.param_groups, groups, strict=True):
            group.update({name: value for name, value in loaded.items() if name != "params"})
        self.state = {p: _copied(given[i]) for i, p, _ in parameters if i in given}
        self.stepped = self.resumed = True

    def _check_state(self, who: str, i: str, p: Tensor, group: Group, state: Mapping[str, Any]) -> None:
        """Raise ValueError unless a parameter could go on from this state."""
        needed = {"step": 0, **self.begin(p.data, group)}
        if lacking := [name for name in needed if name not in state]:
            raise ValueError(f"{who}: expected {lacking[0]} of parameter {i}, got {', '.join(state) or 'nothing'}.")
        for name, value in state.items():
            got, expected = np.shape(value), np.shape(needed[name]) if name in needed else p.shape
            if got != expected and (got or name in needed):
                raise ValueError(f"{who}: expected {name} of parameter {i} of shape {expected}, got {got}.")


def _computed_in(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The precision of what is remembered, and of a step: single for half, whose squares are soon 0 or infinite."""
    return np.dtype(np.float32) if dtype == np.float16 else dtype


def _copied(state: State) -> State:
    return {name: np.array(x, _computed_in(x.dtype)) if isinstance(x, np.ndarray) else x for name, x in state.items()}


def _kept(state: State, name: str, x: Array) -> Array:
    """The array of this name in the state, zeros if there is none yet: its option may have been turned on just now."""
    if state.get(name) is None:
        state[name] = np.zeros_like(x)
    remembered: Array = state[name]
    return remembered


def _average(mean: Array, g: Array, beta: float, scratch: Array) -> None:
    """mean ← β mean + (1 - β) g"""
    np.subtract(g, mean, out=scratch)
    scratch *= 1 - beta
    mean += scratch


def _average_square(mean: Array, g: Array, beta: float, scratch: Array) -> None:
    """mean ← β mean + (1 - β) g²"""
    mean *= beta
    np.multiply(g, g, out=scratch)
    scratch *= 1 - beta
    mean += scratch


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum: m ← μ m + (1 - τ)(g + λθ), θ ← θ - η m.

    The first m is the first gradient. With Nesterov's momentum θ ← θ - η (g + λθ + μ m). (Sutskever and others, On the
    importance of initialization and momentum in deep learning, 2013, section 2.)

    Args:
        params: as for every `Optimizer`.
        lr, momentum, dampening, weight_decay: η, μ, τ, λ.
        nesterov: needs a momentum, and no dampening.

    Raises:
        TypeError, ValueError: as every `Optimizer`; and ValueError if Nesterov's momentum lacks what it needs.

    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = SGD([w], lr=0.25)
    >>> np.sum(w * w).backward()
    >>> optimizer.step()
    >>> w.data
    array([0.5, 1. ])
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ):
        super().__init__(
            params, lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay, nesterov=nesterov
        )

    def _check_options(self, group: Group, known: Iterable[str]) -> None:
        super()._check_options(group, known)
        if group.get("nesterov") and (group.get("momentum") == 0 or group.get("dampening")):
            raise ValueError("SGD: Nesterov's momentum needs a momentum above 0, and no dampening.")

    def update(self, x: Array, g: Any, state: State, group: Group, s: Array, t: Array) -> None:
        if momentum := group["momentum"]:
            if state.get("momentum_buffer") is None:
                state["momentum_buffer"] = np.array(g, x.dtype)
            else:
                state["momentum_buffer"] *= momentum
                state["momentum_buffer"] += np.multiply(g, 1 - group["dampening"], out=s)
            m = state["momentum_buffer"]
            g = np.add(g, np.multiply(m, momentum, out=s), out=s) if group["nesterov"] else m
        x -= np.multiply(g, group["lr"], out=s)


class Adam(Optimizer):
    """m ← β₁m + (1 - β₁)g, v ← β₂v + (1 - β₂)g², θ ← θ - η m̂ / (√v̂ + ε), with m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ).

    Here g includes λθ. (Kingma and Ba, Adam: A method for stochastic optimization, 2015, algorithm 1. AMSGrad: Reddi,
    Kale and Kumar, On the convergence of Adam and beyond, 2018.)

    Args:
        params: as for every `Optimizer`.
        lr, betas, eps, weight_decay: η, (β₁, β₂), ε, λ.
        amsgrad: divide by the largest v so far.

    Raises:
        TypeError, ValueError: as every `Optimizer`.

    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = Adam([w], lr=0.5)
    >>> np.sum(w * w).backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([ 0.5, -1.5])
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
    ):
        super().__init__(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad)

    def begin(self, x: Array, group: Group) -> State:
        return {"exp_avg": np.zeros_like(x), "exp_avg_sq": np.zeros_like(x)}

    def update(self, x: Array, g: Any, state: State, group: Group, s: Array, t: Array) -> None:
        m, v, (beta1, beta2) = state["exp_avg"], state["exp_avg_sq"], group["betas"]
        _average(m, g, beta1, s)
        _average_square(v, g, beta2, s)
        if group["amsgrad"]:
            largest = _kept(state, "max_exp_avg_sq", x)
            v = np.maximum(v, largest, out=largest)
        np.sqrt(v, out=s)
        s /= (1 - beta2 ** state["step"]) ** 0.5
        s += group["eps"]
        np.divide(m, s, out=s)
        s *= group["lr"] / (1 - beta1 ** state["step"])
        x -= s


class AdamW(Adam):
    """Adam with θ ← (1 - ηλ) θ before each step, in place of λθ in the gradient.

    (Loshchilov and Hutter, Decoupled weight decay regularization, 2019, algorithm 2.)

    Raises:
        TypeError, ValueError: as every `Optimizer`.

    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = AdamW([w], lr=0.5, weight_decay=0.2)
    >>> np.sum(w * w).backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([ 0.4, -1.3])
    """

    decoupled = True

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
    ):
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad)


class RMSprop(Optimizer):
    """v ← αv + (1 - α)g², θ ← θ - η g / (√v + ε).

    If `centered`, v less the square of the mean gradient stands under the root. With momentum m ← μm + g / (√v + ε) and
    θ ← θ - ηm. Here g includes λθ. (Hinton, Neural networks for machine learning, 2012, lecture 6e; Graves, Generating
    sequences with recurrent neural networks, 2013, equations 38 to 45.)

    Args:
        params: as for every `Optimizer`.
        lr, alpha, eps, weight_decay, momentum: η, α, ε, λ, μ.
        centered: divide by the standard deviation of the gradient.

    Raises:
        TypeError, ValueError: as every `Optimizer`.

    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = RMSprop([w], lr=0.1)
    >>> np.sum(w * w).backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([ 0., -1.])
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ):
        super().__init__(
            params, lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum, centered=centered
        )

    def begin(self, x: Array, group: Group) -> State:
        return {"square_avg": np.zeros_like(x)}

    def update(self, x: Array, g: Any, state: State, group: Group, s: Array, t: Array) -> None:
        v = state["square_avg"]
        _average_square(v, g, group["alpha"], s)
        if group["centered"]:
            mean = _kept(state, "grad_avg", x)
            _average(mean, g, group["alpha"], s)
            v = np.subtract(v, np.multiply(mean, mean, out=s), out=s)
        else:
            state.pop("grad_avg", None)  # of other gradients than v, if it were needed again
        np.sqrt(v, out=s)
        s += group["eps"]
        step = np.divide(g, s, out=s)
        if group["momentum"]:
            m = _kept(state, "momentum_buffer", x)
            m *= group["momentum"]
            m += step
            step = m
        x -= np.multiply(step, group["lr"], out=s)


class Adagrad(Optimizer):
    """v ← v + g², θ ← θ - η g / ((1 + (t - 1) γ)(√v + ε)).

    Here g includes λθ. (Duchi, Hazan and Singer, Adaptive subgradient methods for online learning and stochastic
    optimization, 2011.)

    Args:
        params: as for every `Optimizer`.
        lr, lr_decay, weight_decay, eps: η, γ, λ, ε.
        initial_accumulator_value: the first v.

    Raises:
        TypeError, ValueError: as every `Optimizer`.

    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = Adagrad([w], lr=0.5)
    >>> np.sum(w * w).backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([ 0.5, -1.5])
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
    ):
        super().__init__(
            params,
            lr=lr,
            lr_decay=lr_decay,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
        )

    def begin(self, x: Array, group: Group) -> State:
        return {"sum": np.full_like(x, group["initial_accumulator_value"])}

    def update(self, x: Array, g: Any, state: State, group: Group, s: Array, t: Array) -> None:
        state["sum"] += np.multiply(g, g, out=s)
        np.sqrt(state["sum"], out=s)
        s += group["eps"]
        np.divide(g, s, out=s)
        s *= group["lr"] / (1 + (state["step"] - 1) * group["lr_decay"])
        x -= s


class Adadelta(Optimizer):
    """v ← ρv + (1 - ρ)g², δ = g √(u + ε) / √(v + ε), u ← ρu + (1 - ρ)δ², θ ← θ - ηδ.

    Here g includes λθ. (Zeiler, ADADELTA: An adaptive learning rate method, 2012, algorithm 1.)

    Args:
        params: as for every `Optimizer`.
        lr, rho, eps, weight_decay: η, ρ, ε, λ.

    Raises:
        TypeError, ValueError: as every `Optimizer`.

    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = Adadelta([w])
    >>> np.sum(w * w).backward()
    >>> optimizer.step()
    >>> w.data.round(4)
    array([ 0.9968, -1.9968])
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
    ):
        super().__init__(params, lr=lr, rho=rho, eps=eps, weight_decay=weight_decay)

    def begin(self, x: Array, group: Group) -> State:
        return {"square_avg": np.zeros_like(x), "acc_delta": np.zeros_like(x)}

    def update(self, x: Array, g: Any, state: State, group: Group, s: Array, t: Array) -> None:
        v, u = state["square_avg"], state["acc_delta"]
        _average_square(v, g, group["rho"], s)
        np.add(u, group["eps"], out=s)
        s /= np.add(v, group["eps"], out=t)
        np.sqrt(s, out=s)
        s *= g
        _average_square(u, s, group["rho"], t)
        s *= group["lr"]
        x -= s
