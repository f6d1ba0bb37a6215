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

import reprlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, NoReturn, Self

import numpy as np
from numpy.typing import DTypeLike

from minigrad.arguments import floating
from minigrad.elsewhere import absent
from minigrad.memory import Array
from minigrad.messages import WithAdvice, refusal
from minigrad.recording import check_array, plain, wants_gradient
from minigrad.tensor import Tensor

NUMBERS = Tensor | np.ndarray | np.number | float | int


class Parameter(Tensor):
    """A leaf that requires a gradient; as an attribute of a Module it is one of its parameters.

    Raises:
        TypeError, ValueError: as `Tensor`.

    >>> Parameter([1.0, 2.0])
    Parameter([1., 2.], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True):
        super().__init__(data, requires_grad)


class Buffer(Tensor):
    """A constant that belongs to a Module's state, such as a running mean: it is saved and loaded, and does not learn.

    As an attribute of a Module it is one of its buffers, and numbers that are assigned to it become one too. What need
    not be saved is a plain Tensor or array.

    Raises:
        TypeError, ValueError: as `Tensor`.

    >>> class Counting(Module):
    ...     def __init__(self):
    ...         self.calls = Buffer(0)
    ...
    ...     def forward(self, x):
    ...         self.calls.data += 1
    ...         return x
    >>> counting = Counting()
    >>> counting(1.0), counting.state_dict()
    (1.0, {'calls': array(1)})
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = False):
        super().__init__(data, requires_grad)


class Keys(NamedTuple):
    """Names in which a state and a module differ."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module(WithAdvice):
    """The base of layers and networks.

    Parameters, buffers and modules that are attributes, or stand in lists, tuples and dictionaries that are, belong to
    it; nothing has to be registered. Calling a module calls its `forward`.

    Attributes:
        training: whether it is in training, which Dropout asks. Set by `train` and `eval`.

    Raises:
        NotImplementedError: when called, if it has no `forward`.

    >>> class Twice(Module):
    ...     def forward(self, x):
    ...         return 2 * x
    >>> Twice()(3.0)
    6.0
    """

    training: bool = True

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output from the inputs: each module defines this, and a call of the module calls it."""
        raise NotImplementedError(f"{type(self).__name__} has no forward.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self.forward(*args, **kwargs)
        except TypeError:
            if refused := refusal(type(self).__name__, self.forward, args, kwargs):
                raise refused from None
            raise

    def __getattr__(self, name: str) -> NoReturn:
        raise absent("Module", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Numbers assigned to a buffer become the buffer, or they would be missing in the state without a word.

        Raises:
            TypeError: if they are a Tensor that a gradient flows through; if they would take the place of a parameter,
                which then learned no more.
        """
        before = vars(self).get(name)
        if isinstance(before, Parameter) and isinstance(value, NUMBERS) and not isinstance(value, Parameter):
            raise TypeError(
                f"{type(self).__name__}: expected a Parameter for the parameter {name!r}, got {type(value).__name__}. "
                f"Other numbers for it: self.{name}.data[...] = value, or nn.Parameter(value). To compute with "
                f"something else in its place, del self.{name} first."
            )
        if isinstance(before, Buffer) and isinstance(value, NUMBERS):
            if wants_gradient(value):
                raise TypeError(
                    f"{type(self).__name__}: expected numbers for the buffer {name!r}, got a Tensor that a gradient "
                    f"flows through. A buffer is a constant: write self.{name} = value.detach(), or do it in no_grad()."
                )
            value = value if isinstance(value, Buffer) else Buffer(plain(value))
        super().__setattr__(name, value)

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules that belong to this one directly, by name."""
        return ((name, x) for name, x in _parts(vars(self)) if isinstance(x, Module))

    def children(self) -> Iterator[Module]:
        """The modules that belong to this one directly."""
        return (child for _, child in self.named_children())

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module and all below it, by name, each once; the name of this one is the prefix."""
        return _once(self._named_modules(prefix))

    def _named_modules(self, prefix: str = "", around: tuple[Module, ...] = ()) -> Iterator[tuple[str, Module]]:
        if self in around:  # a part may know what it is a part of
            return
        yield prefix, self
        for name, child in self.named_children():
            yield from child._named_modules(f"{prefix}.{name}" if prefix else name, (*around, self))

    def modules(self) -> Iterator[Module]:
        """This module and all below it."""
        return (module for _, module in self.named_modules())

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """All parameters, here and below, by name; one that has several names comes once."""
        return _once(self._named(Parameter))

    def parameters(self) -> Iterator[Parameter]:
        """All parameters, here and below."""
        return (p for _, p in self.named_parameters())

    def named_buffers(self) -> Iterator[tuple[str, Buffer]]:
        """All buffers, here and below, by name; one that has several names comes once."""
        return _once(self._named(Buffer))

    def buffers(self) -> Iterator[Buffer]:
        """All buffers, here and below."""
        return (x for _, x in self.named_buffers())

    def _named(self, *kinds: type[Tensor]) -> Iterator[tuple[str, Any]]:
        """Everything of these kinds, here and below, by all its names."""
        for prefix, module in self._named_modules():
            for name, x in _parts(vars(module)):
                if isinstance(x, kinds):
                    yield f"{prefix}.{name}" if prefix else name, x

    def apply(self, f: Callable[[Module], Any]) -> Self:
        """Call f with every module below, once each, from the first to the last, and with this one at the end.

        >>> class Affine(Module):
        ...     def __init__(self):
        ...         self.weight = Parameter(np.ones(2))
        >>> def start_at_zero(module):
        ...     module.weight.data[:] = 0
        >>> Affine().apply(start_at_zero).weight.tolist()
        [0.0, 0.0]
        """
        for module in dict.fromkeys(self._from_below()):
            f(module)
        return self

    def _from_below(self) -> Iterator[Module]:
        """All modules below, each after those below it, and this one at the end."""
        for child in self.children():
            yield from child._from_below()
        yield self

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Let all parameters learn, here and below, or with False freeze them: no gradient reaches them then.

        Optimisers take frozen parameters, and leave them as they are.
        """
        for p in self.parameters():
            p.requires_grad = requires_grad
        return self

    def astype(self, dtype: DTypeLike) -> Self:
        """Turn all parameters and buffers of floating-point numbers into another precision, in place, here and below.

        Make the optimiser afterwards: what it remembers has the precision that the parameters had.

        Raises:
            TypeError: if dtype is not floating-point.

        >>> class Affine(Module):
        ...     def __init__(self):
        ...         self.weight = Parameter(np.ones(2))
        >>> Affine().astype(np.float32).weight
        Parameter([1., 1.], dtype=float32, requires_grad=True)
        """
        dtype = floating(f"{type(self).__name__}.astype", dtype)
        for _, x in _once(self._named(Parameter, Buffer)):
            if x.dtype.kind == "f":
                x._own(x._array.astype(dtype))
                x.grad = None if x.grad is None else x.grad.astype(dtype)
        return self

    def train(self, mode: bool = True) -> Self:
        """Begin, or with False end, training, here and below."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """End training, here and below."""
        return self.train(False)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters; with set_to_none=False let those that there are be 0."""
        for p in self.parameters():
            p.grad = None if set_to_none or p.grad is None else np.zeros_like(p.grad)

    def state_dict(self) -> dict[str, Array]:
        """Copies of the arrays of all parameters and buffers; as in PyTorch, one of several names comes under each.

        `np.savez(path, **model.state_dict())` keeps them in a file, and
        `torch_model.load_state_dict({name: torch.tensor(x) for name, x in model.state_dict().items()})` in PyTorch.

        >>> module = Module()
        >>> module.weight = Parameter([1.0, 2.0])
        >>> module.state_dict()
        {'weight': array([1., 2.])}
        """
        return {name: x.numpy() for name, x in self._named(Parameter, Buffer)}

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> Keys:
        """Take over all parameters and buffers, from `state_dict`, from PyTorch's, or from `np.load(path)`.

        The numbers are copied, and become those of the module's own dtypes.

        Args:
            state_dict: for each name an array, a Tensor, or a tensor of PyTorch.
            strict: whether every name must be there, and no other. If not, what is missing stays as it is.

        Returns:
            which names were missing, and which unexpected.

        Raises:
            TypeError: if it is no mapping.
            ValueError: if names are missing or unexpected and it is strict; if something has another shape, or is no
                real numbers where real ones belong. Then nothing is taken over.

        >>> module = Module()
        >>> module.weight = Parameter([1.0, 2.0])
        >>> module.load_state_dict({"wieght": np.zeros(2)})
        Traceback (most recent call last):
        ...
        ValueError: load_state_dict of Module: missing: weight; unexpected: wieght.
        >>> module.load_state_dict({"wieght": np.zeros(2)}, strict=False)
        Keys(missing_keys=['weight'], unexpected_keys=['wieght'])
        """
        who = f"load_state_dict of {type(self).__name__}"
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"{who}: expected arrays by name, as state_dict() gives, got {type(state_dict).__name__}.")
        own = dict(self._named(Parameter, Buffer))
        given = {name: plain(x) for name, x in state_dict.items()}
        for name, x in given.items():
            check_array(who, x, name)
        arrays = {name: np.asarray(x.detach() if hasattr(x, "detach") else x) for name, x in given.items()}
        keys = Keys([name for name in own if name not in arrays], [name for name in arrays if name not in own])
        complaints = []
        if strict and keys.missing_keys:
            complaints.append(f"missing: {', '.join(keys.missing_keys)}")
        if strict and keys.unexpected_keys:
            complaints.append(f"unexpected: {', '.join(keys.unexpected_keys)}")
        common = {name: (x, arrays[name]) for name, x in own.items() if name in arrays}
        for name, (x, array) in common.items():
            if array.shape != x.shape:
                complaints.append(f"{name}: expected shape {x.shape}, got {array.shape}")
            elif not np.can_cast(array.dtype, x.dtype, "same_kind"):
                complaints.append(f"{name}: expected numbers that {x.dtype} can hold, got {array.dtype}")
        if complaints:
            raise ValueError(f"{who}: {'; '.join(complaints)}.")
        for x, array in common.values():
            x.data = array
        return keys

    def extra_repr(self) -> str:
        """The text about the module itself that its representation has between the brackets."""
        return ""

    @reprlib.recursive_repr("...")  # where a part knows what it is a part of
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


_CONTAINERS = (dict, list, tuple)


def _parts(container: Any) -> Iterator[tuple[str, Any]]:
    """The things in nested dictionaries, lists and tuples, with names such as `layers.0`."""
    items = container.items() if isinstance(container, dict) else enumerate(container)
    for name, x in items:
        if isinstance(x, _CONTAINERS):
            yield from ((f"{name}.{rest}", part) for rest, part in _parts(x))
        else:
            yield str(name), x
