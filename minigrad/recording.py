"""Recording: how a call of a NumPy function on Tensors is computed and remembered.

    >>> import numpy as np
    >>> from minigrad import Tensor
    >>> y = np.tanh(Tensor([0.0, 1.0], requires_grad=True))
    >>> function, operands, values, keywords = y.origin
    >>> function, values, keywords
    (<ufunc 'tanh'>, [array([0., 1.])], {})

`dispatch` decides what a call means, by the table of derivatives; `apply` computes and keeps it.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from minigrad.rules import (
    COMPOSITES,
    CONSTANTS,
    RULES,
    Function,
    NoDerivativeError,
    Rule,
    by_position,
    check_call,
    derivative,
    name_of,
    no_rule,
)
from minigrad.tensor import NO_ROOT, Tensor, orders, wrap

recording: ContextVar[bool] = ContextVar("recording", default=True)
watch: ContextVar[Callable[[Tensor], None] | None] = ContextVar("watch", default=None)
"""Called with every result that was recorded."""

_new = Tensor.__new__
_SEQUENCES = (list, tuple)


def apply(function: Function, *args: Any, **kwargs: Any) -> Any:
    """Compute function(*args, **kwargs) on the arrays and remember the call if a gradient will want it."""
    root = NO_ROOT
    for a in args:
        if isinstance(a, Tensor):
            if a.root < root:
                root = a.root
        elif isinstance(a, _SEQUENCES) and wants_gradient(a):
            raise NoDerivativeError(f"{name_of(function)} of a list of Tensors: join them with np.stack first.")
    if root == NO_ROOT or not recording.get():
        return _computed(function, args, kwargs)
    operands, values = [], []
    for a in args:
        if isinstance(a, Tensor):
            value = a._array if a._lent else a._lend()
        else:
            a = value = _kept(function, a)
        operands.append(a)
        values.append(value)
    y = function(*values, **kwargs)
    t = _new(Tensor)
    t._array = y if type(y) is np.ndarray else np.asarray(y)
    t.grad = None
    t._lent = True
    t.origin = function, operands, values, kwargs
    t.order = next(orders)
    t.root = root
    if (look := watch.get()) is not None:
        look(t)
    return t


def _computed(function: Function, args: Any, kwargs: dict[str, Any]) -> Any:
    """function(*args, **kwargs) as constants that share no memory with its arguments."""

    def own(y: Any) -> Any:
        if isinstance(y, _SEQUENCES):
            return y._make(map(own, y)) if hasattr(y, "_make") else type(y)(map(own, y))
        y = np.asarray(y)
        return wrap(y if y.base is None and all(y is not v for v in values) else y.copy())

    values = [plain(a) for a in args]
    return own(function(*values, **{name: plain(value) for name, value in kwargs.items()}))


def _kept(function: Function, a: Any) -> Any:
    """An argument that is no Tensor, as the graph keeps it, since whoever made it may change it afterwards."""
    if type(a) is float:
        return a
    if isinstance(a, np.ndarray):
        return a.copy()
    if isinstance(a, _SEQUENCES):
        if isinstance(function, np.ufunc):
            return np.array(a)  # rules expect arrays, not lists
        return type(a)([_kept(function, i) for i in a])
    return a


def dispatch(function: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a NumPy function does when one of its arguments is a Tensor."""
    if not (recording.get() and wants_gradient((*args, *kwargs.values()))):
        if function in RULES or function in COMPOSITES:
            return _computed(function, args, kwargs)
    elif function in COMPOSITES:
        check_call(function, args, kwargs)
        return COMPOSITES[function](*args, **kwargs)
    elif function in RULES:
        if wants_gradient((*kwargs.values(),)):
            args, kwargs = by_position(function, args, kwargs)
        check_call(function, args, kwargs)
        rules = itertools.chain(RULES[function], itertools.repeat(None))
        for position, (argument, rule) in enumerate(zip(args, rules, strict=False)):
            if rule is None and wants_gradient(argument):
                raise NoDerivativeError(f"{name_of(function)} has no derivative with respect to argument {position}.")
        return apply(function, *args, **{name: _kept(function, plain(value)) for name, value in kwargs.items()})
    elif function not in CONSTANTS:
        raise no_rule(name_of(function))
    return function(*map(plain, args), **{name: plain(value) for name, value in kwargs.items()})


def primitive(*rules: Rule | None) -> Callable[[Function], Function]:
    """Make the decorated NumPy function one recorded operation with its own derivative rules.

    Args:
        rules: as in `minigrad.rules.derivative`, one for each positional argument.

    >>> @primitive(lambda g, y, x: g * (1 + x) * np.exp(x))
    ... def x_exp_x(x):
    ...     return x * np.exp(x)
    >>> x = Tensor(0.0, requires_grad=True)
    >>> x_exp_x(x).backward()
    >>> x.grad
    array(1.)
    """

    def decorate(function: Function) -> Function:
        derivative(function, *rules)

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            if any(isinstance(a, Tensor) for a in (*args, *kwargs.values())):
                return dispatch(function, args, kwargs)
            return function(*args, **kwargs)

        return call

    return decorate


@primitive(lambda g, y, x: g)
def alias(x: Any) -> Any:
    """x under another name."""
    return x.copy()


@primitive(lambda g, y, x, dtype: cast(g, x.dtype))
def cast(x: Any, dtype: Any) -> Any:
    """x as numbers of another floating-point dtype."""
    return np.asarray(x, dtype=dtype)


@contextmanager
def no_grad() -> Iterator[None]:
    """Inside, operations are computed but not recorded. Also a decorator: `@no_grad()`.

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


def plain(x: Any) -> Any:
    """x with every Tensor in it, also in a list or tuple, replaced by its array, which is for reading only."""
    if isinstance(x, Tensor):
        return x._array
    if isinstance(x, _SEQUENCES):
        return [*map(plain, x)] if isinstance(x, list) else tuple(map(plain, x))
    return x


def wants_gradient(x: Any) -> bool:
    """Whether x is, or as a list or tuple holds, a Tensor that requires a gradient."""
    if isinstance(x, Tensor):
        return x.requires_grad
    return isinstance(x, _SEQUENCES) and any(map(wants_gradient, x))
