"""Modules in a row, a list or a dictionary. An ordinary list or dictionary as an attribute of a Module does as well.

>>> import numpy as np
>>> from minigrad.nn.layers import Linear
>>> net = Sequential(Linear(3, 4, rng=0), np.tanh, Linear(4, 2, rng=1))
>>> net(np.ones((5, 3))).shape
(5, 2)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableSequence
from typing import Any, Self

from minigrad.nn.module import Module


class ModuleList(Module, MutableSequence[Any]):
    """Modules, or other functions, as a list: to be indexed, gone through and appended to. It computes nothing itself.

    Args:
        modules: of the list.

    Raises:
        TypeError: if one cannot be called.
        NotImplementedError: when called.

    >>> from minigrad.nn.layers import Linear
    >>> layers = ModuleList(Linear(2, 2, rng=i) for i in range(3))
    >>> layers.append(Linear(2, 1, rng=3))
    >>> len(layers), [name for name, _ in layers.named_parameters()][-2:]
    (4, ['3.weight', '3.bias'])
    """

    def __init__(self, modules: Iterable[Any] = ()):
        self._hold([*modules])

    def _hold(self, steps: list[Any]) -> Self:
        """Let these be the steps: attributes that are named by their numbers."""
        for i, step in enumerate(steps):
            check_callable(type(self).__name__, step, f"step {i}")
        for name in [name for name in vars(self) if name.isdecimal()]:
            delattr(self, name)
        vars(self).update({str(i): step for i, step in enumerate(steps)})
        return self

    def _steps(self) -> list[Any]:
        return [step for name, step in vars(self).items() if name.isdecimal()]

    def __len__(self) -> int:
        return len(self._steps())

    def __getitem__(self, i: Any) -> Any:
        chosen = self._steps()[i]
        return type(self).__new__(type(self))._hold(chosen) if isinstance(i, slice) else chosen

    def __setitem__(self, i: Any, step: Any) -> None:
        steps = self._steps()
        steps[i] = step
        self._hold(steps)

    def __delitem__(self, i: Any) -> None:
        steps = self._steps()
        del steps[i]
        self._hold(steps)

    def __add__(self, steps: Iterable[Any]) -> Self:
        return type(self).__new__(type(self))._hold([*self, *steps])

    def insert(self, i: int, step: Any) -> None:
        """Put a step before number i.

        Raises:
            TypeError: if it cannot be called.
        """
        steps = self._steps()
        steps.insert(i, step)
        self._hold(steps)


class Sequential(ModuleList):
    """Modules, or other functions, one after the other.

    Args:
        steps: as several arguments.

    Raises:
        TypeError: if a step cannot be called.

    >>> import numpy as np
    >>> Sequential(np.tanh, np.abs)(np.array([-100.0]))
    array([1.])
    """

    def __init__(self, *steps: Any):
        super().__init__(steps)

    def forward(self, x: Any) -> Any:
        for i, step in enumerate(self._steps()):
            try:
                x = step(x)
            except Exception as error:
                name = getattr(step, "__name__", type(step).__name__)
                error.add_note(f"This happened in step {i} of {type(self).__name__}, {name}.")
                raise
        return x


class ModuleDict(Module):
    """Modules, or other functions, by name. It computes nothing itself.

    Args:
        modules: a mapping from names.

    Raises:
        TypeError: if one cannot be called.
        ValueError: if a name is not to be had, since it has a dot or every ModuleDict has such an attribute.
        NotImplementedError: when called.

    >>> import numpy as np
    >>> from minigrad.nn.layers import Linear
    >>> heads = ModuleDict({"words": Linear(2, 3, rng=0)})
    >>> heads["tags"] = Linear(2, 1, rng=1)
    >>> [*heads], heads["tags"](np.ones(2)).shape
    (['words', 'tags'], (1,))
    """

    def __init__(self, modules: Mapping[str, Any] | None = None):
        self.update(modules or {})

    def __len__(self) -> int:
        return len(self._named_steps())

    def __iter__(self) -> Iterator[str]:
        return iter(self._named_steps())

    def __contains__(self, name: object) -> bool:
        return name in self._named_steps()

    def __getitem__(self, name: str) -> Any:
        return self._named_steps()[name]

    def __setitem__(self, name: str, step: Any) -> None:
        check_callable(type(self).__name__, step, repr(name))
        if not isinstance(name, str) or "." in name or hasattr(type(self), name):
            raise ValueError(
                f"{type(self).__name__}: expected a name without a dot that no ModuleDict has as an attribute, "
                f"got {name!r}."
            )
        setattr(self, name, step)

    def __delitem__(self, name: str) -> None:
        del vars(self)[name]

    def pop(self, name: str) -> Any:
        """Take a module away, and return it."""
        step = self[name]
        del self[name]
        return step

    def update(self, modules: Mapping[str, Any]) -> None:
        """Take in, or replace, these."""
        for name, step in dict(modules).items():
            self[name] = step

    def keys(self) -> Any:
        """The names."""
        return self._named_steps().keys()

    def values(self) -> Any:
        """The modules."""
        return self._named_steps().values()

    def items(self) -> Any:
        """Names and modules."""
        return self._named_steps().items()

    def _named_steps(self) -> dict[str, Any]:
        return {name: step for name, step in vars(self).items() if name != "training"}


def check_callable(who: str, step: Any, where: str) -> None:
    """Raise TypeError unless it can be called."""
    if not callable(step):
        hint = f"; write {who}(*steps)" if who == "Sequential" and isinstance(step, list | tuple) else ""
        raise TypeError(f"{who}: expected modules or functions, got {step!r} as {where}{hint}.")
    if isinstance(step, type) and issubclass(step, Module):
        name = step.__name__
        raise TypeError(f"{who}: expected modules or functions, got the class {name} as {where}; write {name}(...).")
