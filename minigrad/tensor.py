"""Tensor: a NumPy array that remembers how it was computed.

    >>> import numpy as np
    >>> from minigrad import Tensor
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> loss = np.sum(w * w)
    >>> loss.backward()
    >>> w.grad
    array([2., 4.])

There is no second set of functions to learn: a Tensor takes part in NumPy's own protocols, so `np.tanh(t)`,
`a @ t` and `np.concatenate([t, a])` work on it. What each of them does to gradients stands in the table of
derivatives (`minigrad.rules`, `minigrad.derivatives`); the sweep that uses it is in `minigrad.graph`.
"""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NoReturn

import numpy as np
from numpy.typing import DTypeLike, NDArray

from minigrad.rules import COMPOSITES, CONSTANTS, RULES, Function, Rule, accepts, derivative, name_of

Array = NDArray[Any]

recording: ContextVar[bool] = ContextVar("recording", default=True)
_orders = itertools.count()


class NoDerivativeError(TypeError):
    """A call that would lose a gradient: minigrad has no rule for it."""


class Tensor:
    """An array with a history.

    Args:
        data: anything that `np.array` takes; it is copied. Python numbers and lists become float64 where they
            are floats; float32 arrays stay float32.
        requires_grad: whether operations on this Tensor are recorded, so that `backward` reaches it.

    Attributes:
        data: the plain array.
        grad: the gradient as a plain array of the same shape and dtype, or None before the first `backward`.
        requires_grad: True for a leaf that asked for it and for everything recorded from it.

    Raises:
        TypeError: if integers or booleans ask for gradients, or `data` holds Tensors that require one.
    """

    __slots__ = ("__weakref__", "data", "grad", "order", "origin", "requires_grad")
    __hash__ = object.__hash__

    data: Array
    grad: Array | None
    requires_grad: bool
    origin: tuple[Function, tuple[Any, ...], dict[str, Any]] | None  # the call that made it; None for a leaf
    order: int  # Tensors are numbered as they are made, so a result always comes after its arguments

    def __init__(self, data: Any, requires_grad: bool = False):
        array = np.array(data)
        if requires_grad:
            require_inexact(array.dtype, "Tensor")
        _fill(self, array, requires_grad, None)

    # What it looks like from outside

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    @property
    def ndim(self) -> int:
        return self.data.ndim

    @property
    def size(self) -> int:
        return self.data.size

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.data.dtype

    def __repr__(self) -> str:
        text = np.array2string(self.data, separator=", ", prefix="Tensor(")
        dtype = "" if self.dtype in (np.float64, np.int64, np.bool_) else f", dtype={self.dtype}"
        how = f", from {name_of(self.origin[0])}" if self.origin else ", requires_grad=True" * self.requires_grad
        return f"Tensor({text}{dtype}{how})"

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self.data)

    def __format__(self, spec: str) -> str:
        return format(self.data[()], spec) if spec else repr(self)

    def __reduce__(self) -> Any:
        """Pickles and copies hold the numbers, not the history."""
        return Tensor, (self.data, self.requires_grad and self.origin is None)

    def item(self) -> Any:
        """The only element as a Python number, without its history."""
        return self.data.item()

    def detach(self) -> Tensor:
        """The same numbers as a constant: no gradient flows back from here."""
        return wrap(self.data)

    # Doors through which a gradient must not leave unseen

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        self._refuse_to_drop_gradient("np.array or np.asarray", "np.stack or np.concatenate to join Tensors")
        return np.array(self.data, dtype=dtype, copy=copy)

    def __float__(self) -> float:
        self._refuse_to_drop_gradient("float", "t.item() for the number")
        return float(self.data)

    def __int__(self) -> int:
        self._refuse_to_drop_gradient("int", "t.item() for the number")
        return int(self.data)

    def __complex__(self) -> complex:
        self._refuse_to_drop_gradient("complex", "t.item() for the number")
        return complex(self.data)

    def __index__(self) -> int:
        return operator.index(self.data)

    def _refuse_to_drop_gradient(self, what: str, instead: str) -> None:
        if self.requires_grad and recording.get():
            raise NoDerivativeError(
                f"{what} of a Tensor t of shape {self.shape} would drop the gradient that it requires. "
                f"Use {instead}, or t.detach() or t.data where no gradient is wanted."
            )

    def __setitem__(self, index: Any, value: Any) -> NoReturn:
        raise TypeError(
            "Tensor: t[index] = value would change numbers that recorded operations still need. Build a new Tensor "
            "with np.where, np.concatenate or np.stack; or fill a plain array first and make a Tensor of it."
        )

    # NumPy's protocols: np.tanh(t) and np.sum(t) come in here

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        if method != "__call__":
            raise NoDerivativeError(
                f"{name_of(ufunc)}.{method} does not work on Tensors. Use np.sum, np.max or t[index], "
                "or give it t.data where no gradient is wanted."
            )
        return _dispatch(ufunc, args, kwargs)

    def __array_function__(self, function: Function, types: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        return _dispatch(function, args, kwargs)

    # Operators: written out, because they are what a network spends its time in

    def __add__(self, other: Any) -> Tensor:
        return apply(np.add, self, other)

    def __radd__(self, other: Any) -> Tensor:
        return apply(np.add, other, self)

    def __sub__(self, other: Any) -> Tensor:
        return apply(np.subtract, self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return apply(np.subtract, other, self)

    def __mul__(self, other: Any) -> Tensor:
        return apply(np.multiply, self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return apply(np.multiply, other, self)

    def __truediv__(self, other: Any) -> Tensor:
        return apply(np.divide, self, other)

    def __rtruediv__(self, other: Any) -> Tensor:
        return apply(np.divide, other, self)

    def __pow__(self, other: Any) -> Tensor:
        return apply(np.power, self, other)

    def __rpow__(self, other: Any) -> Tensor:
        return apply(np.power, other, self)

    def __matmul__(self, other: Any) -> Tensor:
        return apply(np.matmul, self, other)

    def __rmatmul__(self, other: Any) -> Tensor:
        return apply(np.matmul, other, self)

    def __mod__(self, other: Any) -> Tensor:
        return apply(np.remainder, self, other)

    def __rmod__(self, other: Any) -> Tensor:
        return apply(np.remainder, other, self)

    def __abs__(self) -> Tensor:
        return apply(np.absolute, self)

    def __neg__(self) -> Tensor:
        return apply(np.negative, self)

    def __pos__(self) -> Tensor:
        return apply(np.positive, self)

    def __getitem__(self, index: Any) -> Tensor:
        return apply(operator.getitem, self, plain(index))

    # Comparisons have no derivative: plain boolean arrays

    def __eq__(self, other: object) -> Any:
        return self.data == plain(other)

    def __ne__(self, other: object) -> Any:
        return self.data != plain(other)

    def __lt__(self, other: Any) -> Any:
        return self.data < plain(other)

    def __le__(self, other: Any) -> Any:
        return self.data <= plain(other)

    def __gt__(self, other: Any) -> Any:
        return self.data > plain(other)

    def __ge__(self, other: Any) -> Any:
        return self.data >= plain(other)

    # Methods that arrays have too, so that x.sum() reads the same for both

    def sum(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        return apply(np.sum, self, axis, keepdims=keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        return apply(np.mean, self, axis, keepdims=keepdims)

    def max(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        return apply(np.max, self, axis, keepdims=keepdims)

    def min(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        return apply(np.min, self, axis, keepdims=keepdims)

    def reshape(self, *shape: Any) -> Tensor:
        return apply(np.reshape, self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Tensor:
        return apply(np.transpose, self, axes[0] if len(axes) == 1 else axes or None)

    @property
    def T(self) -> Tensor:
        return apply(np.transpose, self)

    def swapaxes(self, axis1: int, axis2: int) -> Tensor:
        return apply(np.swapaxes, self, axis1, axis2)

    def squeeze(self, axis: Any = None) -> Tensor:
        return apply(np.squeeze, self, axis)

    def backward(self, gradient: Any = None) -> None:
        """Add ∂self/∂leaf to the `grad` of every leaf that requires one.

        The graph is kept, so a second call adds the same gradients again. `grad` holds plain arrays; for
        gradients that can be differentiated further use `minigrad.grad` or `minigrad.vjp`.

        Args:
            gradient: ∂loss/∂self, of the same shape as self; 1 by default, for an output of one element.

        Raises:
            RuntimeError: if nothing was recorded on the way to this Tensor.
            ValueError: if `gradient` is missing for several elements or has another shape.
        """
        from minigrad.graph import backward

        backward(self, gradient)


def _fill(t: Tensor, data: Array, requires_grad: bool, origin: Any) -> None:
    t.data = data
    t.grad = None
    t.requires_grad = requires_grad
    t.origin = origin
    t.order = next(_orders)


def wrap(data: Any, requires_grad: bool = False, origin: Any = None) -> Tensor:
    """A Tensor around an array that is not copied."""
    t = Tensor.__new__(Tensor)
    _fill(t, data if type(data) is np.ndarray else np.asarray(data), requires_grad, origin)
    return t


def plain(x: Any) -> Any:
    """x with every Tensor in it, also in a list or tuple, replaced by its array."""
    if isinstance(x, Tensor):
        return x.data
    if isinstance(x, list | tuple):
        parts = map(plain, x) if any(isinstance(i, Tensor | list | tuple) for i in x) else x
        return list(parts) if isinstance(x, list) else tuple(parts)
    return x


def wants_gradient(x: Any) -> bool:
    """Whether x is, or as a list or tuple holds, a Tensor that requires a gradient."""
    if isinstance(x, Tensor):
        return x.requires_grad
    return isinstance(x, list | tuple) and any(map(wants_gradient, x))


def apply(function: Function, *args: Any, **kwargs: Any) -> Tensor:
    """Compute function(*args, **kwargs) on the arrays and remember the call if a gradient will want it."""
    y = function(*[a.data if isinstance(a, Tensor) else plain(a) for a in args], **kwargs)
    if recording.get():
        for a in args:
            if wants_gradient(a):
                return wrap(y, True, (function, _operands(function, args), kwargs))
    return wrap(y)


def _operands(function: Function, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments as rules expect them: no lists for arrays, and Tensors in lists only where arrays are joined."""
    for a in args:
        if isinstance(a, list | tuple) and wants_gradient(a):
            deeper = any(wants_gradient(i) for i in a if not isinstance(i, Tensor))
            if function is not np.concatenate or deeper:
                raise NoDerivativeError(f"{name_of(function)} of a list of Tensors: join them with np.stack first.")
    if isinstance(function, np.ufunc):
        return tuple([np.asarray(a) if isinstance(a, list | tuple) else a for a in args])
    return args


def _dispatch(function: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a NumPy function does when one of its arguments is a Tensor."""
    if function in COMPOSITES:
        return COMPOSITES[function](*args, **kwargs)
    records = recording.get() and any(map(wants_gradient, [*args, *kwargs.values()]))
    if function in RULES and records:
        if function is np.concatenate and isinstance(args[0], Tensor):
            args = (list(args[0]), *args[1:])
        _check_call(function, args, kwargs)
        return apply(function, *args, **kwargs)
    if function not in CONSTANTS and records:
        raise NoDerivativeError(
            f"{name_of(function)} has no derivative rule, so the gradient would be lost here. Write it with functions "
            "that have one, or give it t.detach() or t.data where no gradient is wanted."
        )
    y = function(*map(plain, args), **{name: plain(value) for name, value in kwargs.items()})
    return wrap(y) if function in RULES else y


def _check_call(function: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Refuse keywords that the rules of `function` do not know (out=, where=, ...) and Tensors where no rule is."""
    try:
        accepts(function).bind(*args, **kwargs)
    except TypeError as error:
        raise NoDerivativeError(
            f"{name_of(function)} on Tensors takes {accepts(function)}: {error}. Pass arrays by position."
        ) from None
    rules = itertools.chain(RULES[function], itertools.repeat(None))
    for position, (argument, rule) in enumerate(zip(args, rules, strict=False)):
        if rule is None and wants_gradient(argument):
            raise NoDerivativeError(f"{name_of(function)} has no derivative with respect to argument {position}.")
    for name, argument in kwargs.items():
        if wants_gradient(argument):
            raise NoDerivativeError(f"{name_of(function)} has no derivative with respect to its keyword {name}.")


def primitive(*rules: Rule | None) -> Callable[[Function], Function]:
    """Make the decorated NumPy function one recorded operation with its own derivative rules.

    Args:
        rules: as in `minigrad.rules.derivative`, one for each positional argument.
    """

    def decorate(function: Function) -> Function:
        derivative(function, *rules)

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            if any(isinstance(a, Tensor) for a in (*args, *kwargs.values())):
                return _dispatch(function, args, kwargs)
            return function(*args, **kwargs)

        return call

    return decorate


@contextmanager
def no_grad() -> Iterator[None]:
    """Inside, operations are computed but not recorded.

    >>> w = Tensor(3.0, requires_grad=True)
    >>> with no_grad():
    ...     y = w * w
    >>> y.requires_grad
    False
    """
    token = recording.set(False)
    try:
        yield
    finally:
        recording.reset(token)


def require_inexact(dtype: np.dtype[Any], who: str) -> None:
    """Raise TypeError unless gradients make sense for numbers of this dtype."""
    if not np.issubdtype(dtype, np.inexact):
        raise TypeError(
            f"{who}: expected floating-point numbers to differentiate, got {dtype}. "
            "Write 3.0 instead of 3, or convert with np.asarray(x, dtype=float)."
        )
