"""Module: what layers and networks have in common. Names are those of torch.nn.

>>> import numpy as np
>>> class Affine(Module):
...     def __init__(self, size):
...         self.weight = Parameter(np.ones(size))
...         self.bias = Parameter(0.0)
...
...     def forward(self, x):
...         return x @ self.weight + self.bias
>>> affine = Affine(3)
>>> affine(np.array([1.0, 2.0, 3.0])).item()
6.0
>>> [name for name, _ in affine.named_parameters()]
['weight', 'bias']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from minigrad.memory import Array
from minigrad.recording import plain
from minigrad.tensor import Tensor


class Parameter(Tensor):
    """A leaf that requires a gradient; as an attribute of a Module it is one of its parameters.

    >>> Parameter([1.0, 2.0])
    Parameter([1., 2.], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True):
        super().__init__(data, requires_grad)


class Module:
    """The base of layers and networks.

    Parameters and modules that are attributes, or stand in lists, tuples and dictionaries that are, belong to it;
    nothing has to be registered. Calling a module calls its `forward`.

    Attributes:
        training: whether it is in training, which Dropout asks. Set by `train` and `eval`.

    >>> class Twice(Module):
    ...     def forward(self, x):
    ...         return 2 * x
    >>> Twice()(3.0)
    6.0
    """

    training: bool = True

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes."""
        raise NotImplementedError(f"{type(self).__name__} has no forward.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.forward(*args, **kwargs)

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules that belong to this one directly, by name."""
        return ((name, x) for name, x in _parts(vars(self)) if isinstance(x, Module))

    def children(self) -> Iterator[Module]:
        """The modules that belong to this one directly."""
        return (child for _, child in self.named_children())

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module and all below it, by name, each once; the name of this one is the prefix."""
        return _once(self._named_modules(prefix))

    def _named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        yield prefix, self
        for name, child in self.named_children():
            yield from child._named_modules(f"{prefix}.{name}" if prefix else name)

    def modules(self) -> Iterator[Module]:
        """This module and all below it."""
        return (module for _, module in self.named_modules())

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """All parameters, here and below, by name; one that has several names comes once."""
        return _once(self._named_parameters())

    def _named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        for prefix, module in self._named_modules():
            for name, x in _parts(vars(module)):
                if isinstance(x, Parameter):
                    yield f"{prefix}.{name}" if prefix else name, x

    def parameters(self) -> Iterator[Parameter]:
        """All parameters, here and below."""
        return (p for _, p in self.named_parameters())

    def train(self, mode: bool = True) -> Module:
        """Begin, or with False end, training, here and below."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Module:
        """End training, here and below."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for p in self.parameters():
            p.grad = None

    def state_dict(self) -> dict[str, Array]:
        """Copies of all parameters' arrays by name; as in PyTorch, a parameter of several names comes under each.

        `np.savez(path, **model.state_dict())` keeps them in a file, and
        `torch_model.load_state_dict({name: torch.tensor(x) for name, x in model.state_dict().items()})` in PyTorch.

        >>> module = Module()
        >>> module.weight = Parameter([1.0, 2.0])
        >>> module.state_dict()
        {'weight': array([1., 2.])}
        """
        return {name: p.numpy() for name, p in self._named_parameters()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over all parameters, from `state_dict`, from PyTorch's, or from `np.load(path)`.

        The numbers are copied, and become those of the parameters' own dtypes.

        Args:
            state_dict: for each name an array, a Tensor, or a tensor of PyTorch.

        Raises:
            TypeError: if it is no mapping.
            ValueError: if parameters are missing, unexpected, of another shape, or no real numbers where real ones
                belong; then nothing is taken over.

        >>> module = Module()
        >>> module.weight = Parameter([1.0, 2.0])
        >>> module.load_state_dict({"wieght": np.zeros(2)})
        Traceback (most recent call last):
        ...
        ValueError: load_state_dict of Module: missing: weight; unexpected: wieght.
        """
        who = f"load_state_dict of {type(self).__name__}"
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"{who}: expected arrays by name, as state_dict() gives, got {type(state_dict).__name__}.")
        parameters = dict(self._named_parameters())
        given = {name: plain(x) for name, x in state_dict.items()}
        arrays = {name: np.asarray(x.detach() if hasattr(x, "detach") else x) for name, x in given.items()}
        complaints = []
        if missing := [name for name in parameters if name not in arrays]:
            complaints.append(f"missing: {', '.join(missing)}")
        if unexpected := [name for name in arrays if name not in parameters]:
            complaints.append(f"unexpected: {', '.join(unexpected)}")
        for name, p in parameters.items():
            if name in arrays and arrays[name].shape != p.shape:
                complaints.append(f"{name}: expected shape {p.shape}, got {arrays[name].shape}")
            elif name in arrays and not np.can_cast(arrays[name].dtype, p.dtype, "same_kind"):
                complaints.append(f"{name}: expected numbers that {p.dtype} can hold, got {arrays[name].dtype}")
        if complaints:
            raise ValueError(f"{who}: {'; '.join(complaints)}.")
        for name, p in parameters.items():
            p.data = arrays[name]

    def extra_repr(self) -> str:
        """What the representation says of a module itself, between its brackets."""
        return ""

    def __repr__(self) -> str:
        lines = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()]
        itself = self.extra_repr()
        if not lines:
            return f"{type(self).__name__}({itself})"
        return "\n  ".join([f"{type(self).__name__}(", *([itself] if itself else []), *lines]) + "\n)"


def _once(named: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Each thing by its first name only."""
    seen: set[int] = set()
    for name, x in named:
        if id(x) not in seen:
            seen.add(id(x))
            yield name, x


def _parts(container: Any) -> Iterator[tuple[str, Any]]:
    """What stands in nested dictionaries, lists and tuples, with names such as `layers.0`."""
    items = container.items() if isinstance(container, dict) else enumerate(container)
    for name, x in items:
        if isinstance(x, dict | list | tuple):
            yield from ((f"{name}.{rest}", part) for rest, part in _parts(x))
        else:
            yield str(name), x


class Sequential(Module):
    """Modules, or other functions, one after the other.

    Args:
        steps: as several arguments.

    Raises:
        TypeError: if a step cannot be called.

    >>> Sequential(np.tanh, np.abs)(np.array([-100.0]))
    array([1.])
    """

    def __init__(self, *steps: Any):
        for i, step in enumerate(steps):
            if not callable(step):
                hint = "; write Sequential(*steps)" if isinstance(step, list | tuple) else ""
                raise TypeError(f"Sequential: expected modules or functions, got {step!r} as step {i}{hint}.")
        vars(self).update({str(i): step for i, step in enumerate(steps)})

    def __len__(self) -> int:
        return len(self._steps())

    def __getitem__(self, i: int | slice) -> Any:
        chosen = self._steps()[i]
        return Sequential(*chosen) if isinstance(i, slice) else chosen

    def _steps(self) -> list[Any]:
        return [step for name, step in vars(self).items() if name.isdecimal()]

    def forward(self, x: Any) -> Any:
        for step in self._steps():
            x = step(x)
        return x
