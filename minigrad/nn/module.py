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
        """This module and all below it, by name; the name of this one is the prefix."""
        yield prefix, self
        for name, child in self.named_children():
            yield from child.named_modules(f"{prefix}.{name}" if prefix else name)

    def modules(self) -> Iterator[Module]:
        """This module and all below it."""
        return (module for _, module in self.named_modules())

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """All parameters, here and below, by name; one that has several names comes once."""
        seen: set[Tensor] = set()
        for prefix, module in self.named_modules():
            for name, x in _parts(vars(module)):
                if isinstance(x, Parameter) and x not in seen:
                    seen.add(x)
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
        """Copies of all parameters' arrays by name. `np.savez(path, **model.state_dict())` keeps them in a file."""
        return {name: p.numpy() for name, p in self.named_parameters()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over all parameters, from `state_dict`, from PyTorch's, or from `np.load(path)`.

        Raises:
            ValueError: if parameters are missing, unexpected, or of another shape; then nothing is taken over.

        >>> module = Module()
        >>> module.weight = Parameter([1.0, 2.0])
        >>> module.load_state_dict({"wieght": np.zeros(2)})
        Traceback (most recent call last):
        ...
        ValueError: load_state_dict of Module: missing: weight; unexpected: wieght.
        """
        parameters = dict(self.named_parameters())
        arrays = {name: np.asarray(plain(x)) for name, x in dict(state_dict).items()}
        complaints = []
        if missing := [name for name in parameters if name not in arrays]:
            complaints.append(f"missing: {', '.join(missing)}")
        if unexpected := [name for name in arrays if name not in parameters]:
            complaints.append(f"unexpected: {', '.join(unexpected)}")
        for name, p in parameters.items():
            if name in arrays and arrays[name].shape != p.shape:
                complaints.append(f"{name}: expected shape {p.shape}, got {arrays[name].shape}")
        if complaints:
            raise ValueError(f"load_state_dict of {type(self).__name__}: {'; '.join(complaints)}.")
        for name, p in parameters.items():
            p.data = arrays[name]

    def extra_repr(self) -> str:
        """What the representation says of a module itself, between its brackets."""
        return ""

    def __repr__(self) -> str:
        lines = [f"  ({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()]
        inside = "\n".join(["", *lines, ""]) if lines else ""
        return f"{type(self).__name__}({self.extra_repr()}{inside})"


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

    >>> Sequential(np.tanh, np.abs)(np.array([-100.0]))
    array([1.])
    """

    def __init__(self, *steps: Any):
        vars(self).update({str(i): step for i, step in enumerate(steps)})

    def __len__(self) -> int:
        return len(self._steps())

    def __getitem__(self, i: int) -> Any:
        return self._steps()[i]

    def _steps(self) -> list[Any]:
        return [step for name, step in vars(self).items() if name.isdecimal()]

    def forward(self, x: Any) -> Any:
        for step in self._steps():
            x = step(x)
        return x
