"""Recording: how a call of a NumPy function on Tensors is computed and remembered.

    >>> import numpy as np
    >>> from minigrad import Tensor
    >>> y = np.tanh(Tensor([0.0, 1.0], requires_grad=True))
    >>> y.origin.function, y.origin.values
    (<ufunc 'tanh'>, [array([0., 1.])])

`dispatch` decides what a call means, by the table of derivatives; `apply` computes and keeps it.
"""

from __future__ import annotations

import functools
import itertools
import operator
import sys
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar

import numpy as np

from minigrad.memory import Array, Memory, View, clock, is_new, lender, read_only
from minigrad.messages import explained
from minigrad.rules import (
    COMPOSITES,
    CONSTANTS,
    RULES,
    Function,
    Keywords,
    NoDerivativeError,
    Rule,
    by_position,
    check_call,
    derivative,
    name_of,
    named,
    no_rule,
)
from minigrad.scope import Scope, open_scopes

NO_ROOT = sys.maxsize
_SEQUENCES = (list, tuple, deque)
_NUMBERS = (int, float, complex, np.generic)


class Call(NamedTuple):
    """A call that was recorded."""

    function: Function
    operands: list[Any]
    """Its arguments: Tensors as they are, and copies of everything else."""
    values: list[Any]
    """The same arguments, with arrays in place of Tensors."""
    keywords: Keywords
    loans: list[Memory] | tuple[()]
    """The memories of leaves that lent it their arrays."""


class Recorded:
    """An array that remembers how it was computed. The graph is made of these; Tensor gives them an array's face."""

    __slots__ = ("__weakref__", "_array", "_call", "_memory", "_view", "grad", "order", "root")

    grad: Array | None
    order: int
    """They are numbered as they are made, so a result always comes after its arguments."""
    root: int
    """The order of the oldest leaf that requires a gradient and that this comes from; NO_ROOT for a constant."""

    _array: Array
    _memory: Memory | None
    """The memory of a leaf, or of a result that is a view of one; None for other results."""
    _view: View | None
    """The view that a leaf has of a memory that it shares; None if it has all of it. Results have none."""
    _call: tuple[Function, Sequence[Any], list[Any], Keywords, list[Memory] | tuple[()]] | None
    """The fields of `origin`, as a bare tuple: a Call would make each operation take 9 % longer."""

    @property
    def origin(self) -> Call | None:
        """The call that made it; None for a leaf."""
        if self._call is None:
            return None
        function, operands, values, keywords, loans = self._call
        return Call(function, [*operands], values, keywords, loans)

    def _begin(self, array: Array, requires_grad: bool) -> None:
        """Become a leaf."""
        self._own(array)
        self._call = None
        self.grad = None
        self.order = next(clock)
        self.root = self.order if requires_grad else NO_ROOT

    def _own(self, array: Array) -> None:
        """As a leaf, have these numbers, in a memory of its own."""
        self._array = array
        self._memory = Memory(array)
        self._view = None

    def _move(self) -> Memory:
        """Leave the memory of a leaf to the graph, for a copy of it, with all leaves that share it."""
        old = self._memory
        assert old is not None  # a leaf has one
        new = Memory(old.array.copy(order="K"))
        new.shared = old.shared
        for t in [self] if old.shared is None else [*old.shared.values()]:
            if t._memory is old:
                t._array, t._memory = new.array if t._view is None else t._view(new.array), new
        return new

    def _become_view(self, t: Recorded, view: View) -> None:
        """As a leaf, be a view of another: what `view` makes of its array."""
        memory, before = t._memory, t._view
        assert memory is not None  # a leaf has one
        if memory.shared is None:
            memory.shared = weakref.WeakValueDictionary({t.order: t})
        memory.shared[self.order] = self
        self._memory = memory
        self._view = view if before is None else lambda array: view(before(array))


T = TypeVar("T", bound=Recorded)

recording: ContextVar[bool] = ContextVar("recording", default=True)
sweeping: ContextVar[bool] = ContextVar("sweeping", default=False)
"""True while the rules of a sweep read Tensors, which they may have as they were before a change in place."""
watch: ContextVar[Callable[[Recorded], None] | None] = ContextVar("watch", default=None)
"""Called with every result that was recorded."""

_new = Recorded.__new__
_result: type[Any] = Recorded


def class_of_results(kind: type[T]) -> type[T]:
    """Make the decorated class the one of all results."""
    global _result
    _result = kind
    return kind


def wrap(array: Any, requires_grad: bool = False) -> Any:
    """A leaf around an array that is not copied; nobody else may write into it."""
    t = _new(_result)
    t._begin(np.asarray(array), requires_grad)
    return t


def apply(function: Function, args: tuple[Any, ...], kwargs: Keywords) -> Any:
    """Compute function(*args, **kwargs) on the arrays and remember the call if a gradient will want it."""
    root = NO_ROOT
    for a in args:
        if isinstance(a, Recorded):
            if a.root < root:
                root = a.root
        elif isinstance(a, _SEQUENCES) and wants_gradient(a):
            raise NoDerivativeError(f"{name_of(function)} of a list of Tensors: join them with np.stack first.")
    if root == NO_ROOT or not recording.get():
        return _unrecorded(function, args, kwargs)
    operands: Any = args
    values: list[Any] = []
    loans: list[Memory] | tuple[()] = ()
    for a in args:
        if isinstance(a, Recorded):
            value, memory = a._array, a._memory
            if memory is not None and (value := memory.lend(value)) is a._array:
                loans = loans or []
                loans.append(memory)
            elif memory is None and Outdated.exist:
                check_views(a)
        else:
            value = _kept(function, a)
            if value is not a:  # the graph holds the copy alone
                operands = [*args] if operands is args else operands
                operands[len(values)] = value
        values.append(value)
    try:
        y = function(*values, **kwargs) if kwargs else function(*values)
    except (ValueError, IndexError) as error:
        raise explained(error, name_of(function), values) from None
    t = _new(_result)
    t._array = y if type(y) is np.ndarray else np.asarray(y)
    t._memory = lender(t._array, values, loans) if loans and type(function) is not np.ufunc else None
    t._call = function, operands, values, kwargs, loans
    t.grad = None
    t.order = next(clock)
    t.root = root
    if (watcher := watch.get()) is not None:
        watcher(t)
    return t


def _unrecorded(function: Function, args: Any, kwargs: Keywords, locked: bool = False) -> Any:
    """The result of a function as constants; `locked` makes sure that it does not write into its arguments."""
    values = [plain(a, locked) for a in args]
    keywords = {name: plain(value) for name, value in kwargs.items()}
    try:
        y = function(*values, **keywords)
    except (ValueError, IndexError, TypeError) as error:
        raise explained(error, name_of(function), values) from None

    return _constant(y, (), function, args, values, keywords)


def _constant(y: Any, path: tuple[int, ...], function: Function, args: Any, values: list[Any], keywords: Any) -> Any:
    """The result y of a call, or its part at a path, as constants. Views of leaves are views of them still."""
    if isinstance(y, _SEQUENCES):
        parts = [_constant(part, (*path, i), function, args, values, keywords) for i, part in enumerate(y)]
        return y._make(parts) if hasattr(y, "_make") else type(y)(parts)
    if type(y) is not np.ndarray:
        check_array(function, y)
        y = np.asarray(y)
    if is_new(y, values):
        return wrap(y)
    for number, a in enumerate(args):
        if isinstance(a, Recorded) and a._call is None and _overlap(y, values[number]):
            t = wrap(y)
            before, after = args[:number], [_kept(function, plain(x)) for x in args[number + 1 :]]
            before = [_kept(function, plain(x)) for x in before] if before else ()
            t._become_view(a, functools.partial(_seen, function, before, after, keywords, path))
            return t
    t = wrap(y.copy())
    t._memory.part = any(np.may_share_memory(y, value) for value in values if isinstance(value, np.ndarray))
    return t


def _overlap(y: Array, a: Array) -> bool:
    return y.base is a or np.shares_memory(y, a)


def _seen(function: Function, before: Any, after: Any, keywords: Any, path: tuple[int, ...], array: Array) -> Array:
    """The result, or its part at a path, of a call with an array between the other arguments."""
    return np.asarray(functools.reduce(operator.getitem, path, function(*before, array, *after, **keywords)))


class Outdated(Memory):
    """In the place of the memory of a result that was changed in place, or a view of it: it still is as it was.

    Attributes:
        how: what was done, in words.
        changed: the arrays, it or views of it, that NumPy would have changed.
        exist: whether there ever was one. Before that, nobody needs to look at what is viewed.
    """

    __slots__ = ("changed", "how")
    changed: list[Array]
    exist = False

    def __init__(self, t: Recorded, changed: Array, how: str):
        super().__init__(t._array)
        self.how = how
        self.changed = [*t._memory.changed, changed] if isinstance(t._memory, Outdated) else [changed]
        Outdated.exist = True

    def lend(self, part: Array) -> Array:
        """Raise TypeError, except in a sweep, which wants the numbers as they were."""
        if not sweeping.get():
            raise TypeError(
                f"Tensor: a result of shape {part.shape} cannot be used {self.how}: in NumPy it would be changed "
                "too. Where it should not be, write t = t + x for t += x; or put the parts together with np.stack, "
                "np.concatenate or np.where."
            )
        return part


def check_views(t: Recorded) -> None:
    """Raise TypeError if t is a view of a result that was changed there, through another view of it."""
    for source in viewed(t):
        memory = source._memory
        if isinstance(memory, Outdated) and any(np.shares_memory(t._array, part) for part in memory.changed):
            memory.lend(t._array)


def viewed(t: Recorded) -> list[Recorded]:
    """The Tensors that a Tensor is a view of, the nearest first."""
    found: list[Recorded] = []
    while t._call is not None:
        function, operands, values, _, _ = t._call
        if type(function) is np.ufunc or is_new(t._array, values):  # np.squeeze may give its argument itself
            break
        sources = (
            x for x, a in zip(operands, values, strict=True) if isinstance(x, Recorded) and _overlap(t._array, a)
        )
        if (source := next(sources, None)) is None:
            break
        found.append(t := source)
    return found


def check_array(who: str | Function, x: Any, what: str = "") -> None:
    """Raise TypeError for one of NumPy's arrays that compute otherwise: what sets them apart would be lost."""
    if type(x) is np.ndarray or not isinstance(x, np.ndarray):
        return
    called = f"{who if isinstance(who, str) else name_of(who)}{what and ', ' + what}"
    if hasattr(x, "mask"):
        raise TypeError(
            f"{called}: expected a plain array, got a {type(x).__name__}, whose mask would be lost. x.filled(value) is "
            "plain; what does not count is told by lengths, a mask or ignored targets, or left out with np.where."
        )
    if isinstance(x, np.matrix):
        raise TypeError(
            f"{called}: expected a plain array, got an np.matrix, whose * is @. Write np.asarray(x), and @."
        )


def _kept(function: Function, a: Any) -> Any:
    """An argument that is no Tensor, as the graph keeps it, since its owner may change it afterwards."""
    if type(a) is float or type(a) is int or (a is None and type(function) is not np.ufunc):
        return a
    if isinstance(a, np.ndarray):
        if a.dtype.kind not in "biufc":
            raise NoDerivativeError(f"{name_of(function)} of a Tensor and an array of {a.dtype}.")
        check_array(function, a)
        return np.array(a)
    if isinstance(a, slice):
        return slice(*(None if i is None else operator.index(i) for i in (a.start, a.stop, a.step)))
    if isinstance(a, _SEQUENCES) and not isinstance(function, np.ufunc):
        return [_kept(function, i) for i in a] if isinstance(a, list) else tuple([_kept(function, i) for i in a])
    if isinstance(a, dict):
        return {name: _kept(function, value) for name, value in a.items()}
    if not isinstance(function, np.ufunc) or isinstance(a, _NUMBERS):
        return a
    array = np.array(a)
    if array.dtype.kind not in "biufc":
        raise NoDerivativeError(f"{name_of(function)} of a Tensor and of what is no number: {a!r}.")
    return array


_DEFAULTS: Keywords = {"out": None, "dtype": None, "where": True, "casting": "same_kind"}
"""NumPy's own, which wrappers of its functions pass on; a call with them is the call without."""
_NO_VALUE = np._NoValue


def _is_default(name: str, value: Any) -> bool:
    if value is _NO_VALUE or name not in _DEFAULTS:
        return value is _NO_VALUE
    return type(value) is type(_DEFAULTS[name]) and value == _DEFAULTS[name]


def dispatch(function: Function, args: tuple[Any, ...], kwargs: Keywords) -> Any:
    """Call a NumPy function on Tensors: recorded if a gradient is wanted, and refused where that would be lost."""
    known = function in RULES or function in COMPOSITES
    if known and kwargs and any(map(_is_default, kwargs, kwargs.values())):
        kwargs = {name: value for name, value in kwargs.items() if not _is_default(name, value)}
    if not (recording.get() and wants_gradient((*args, *kwargs.values()))):
        if known and "out" not in kwargs:
            return _unrecorded(function, args, kwargs, locked=True)
    elif kwargs.get("out") is not None:
        raise NoDerivativeError(f"{name_of(function)}: out= would lose the gradient; write acc = acc + t for acc += t.")
    elif function in COMPOSITES:
        check_call(function, args, kwargs)
        try:
            return COMPOSITES[function](*args, **kwargs)
        except (ValueError, LookupError) as error:
            if (own := _own_error(error, function, args, kwargs)) is None:
                raise
            raise own from None
    elif function in RULES:
        if any(map(wants_gradient, kwargs.values())):
            args, kwargs = by_position(function, args, kwargs)
        check_call(function, args, kwargs)
        rules = itertools.chain(RULES[function], itertools.repeat(None))
        for position, (argument, rule) in enumerate(zip(args, rules)):  # noqa: B905, these rules have no end
            if rule is None and wants_gradient(argument):
                raise NoDerivativeError(f"{name_of(function)} has no derivative with respect to argument {position}.")
        return apply(function, args, {name: _kept(function, plain(value)) for name, value in kwargs.items()})
    elif function not in CONSTANTS:
        raise no_rule(name_of(function))
    out = kwargs.get("out")
    if any(isinstance(x, Recorded) for x in (out if isinstance(out, tuple) else (out,))):
        raise TypeError(f"{name_of(function)}: expected out= to be an array, got a Tensor. That of a leaf is t.data.")
    try:
        return function(*plain(args, locked=True), **{n: plain(value, locked=True) for n, value in kwargs.items()})
    except (ValueError, TypeError) as error:
        raise explained(error, name_of(function), plain(args)) from None


def _own_error(error: Exception, function: Function, args: Any, kwargs: Any) -> Exception | None:
    """NumPy's own error for this call, if a function inside a composite failed."""
    if not str(error).startswith(name_of(function)):
        values = plain(args)
        try:
            function(*values, **{name: plain(value) for name, value in kwargs.items()})
        except (ValueError, IndexError) as own:
            return explained(own, name_of(function), values)
    return None


def primitive(*rules: Rule | None) -> Callable[[Function], Function]:
    """Make the decorated NumPy function one recorded operation with its own derivative rules.

    Args:
        rules: as in `minigrad.rules.derivative`, one for each positional argument.

    Raises:
        TypeError: if there is no rule; in the sweep, if a rule returns no array.
        NoDerivativeError: when the new function is called, if a gradient is wanted of an argument that has no rule.

    >>> from minigrad import Tensor
    >>> @primitive(lambda g, y, x: g * (1 + x) * np.exp(x))
    ... def x_exp_x(x):
    ...     return x * np.exp(x)
    >>> x = Tensor(0.0, requires_grad=True)
    >>> x_exp_x(x).backward()
    >>> x.grad
    array(1.)
    """

    if not any(rules):
        raise TypeError("primitive: expected a derivative rule for at least one argument.")

    def decorate(function: Function) -> Function:
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Array:
            """The function, which may not write into its arguments, in an array that nobody else holds."""
            return np.array(function(*map(read_only, args), **kwargs))

        derivative(run, *(rule and _guarded(rule, run) for rule in rules))

        @functools.wraps(run)
        def call(*args: Any, **kwargs: Any) -> Any:
            if any(isinstance(a, Recorded) for a in (*args, *kwargs.values())):
                return dispatch(run, args, kwargs)
            return function(*args, **kwargs)

        return call

    return decorate


def _guarded(rule: Rule, function: Function) -> Rule:
    """A rule that may not write into its arguments, and has to return an array."""

    @functools.wraps(rule)
    def checked(*args: Any, **kwargs: Any) -> Any:
        gradient = rule(*map(read_only, args), **kwargs)
        if not isinstance(gradient, Recorded | np.ndarray | np.generic):
            raise TypeError(
                f"a derivative rule of {name_of(function)}: expected it to return an array, got {gradient!r}."
            )
        numbers = plain(gradient)
        return gradient if numbers.dtype.kind in "fc" else np.asarray(numbers, float)

    return checked


@primitive(lambda g, y, x: g)
def alias(x: Any) -> Any:
    """x under another name."""
    return x


@primitive(lambda g, y, x, dtype: g)
@named("np.astype")
def cast(x: Any, dtype: Any) -> Any:
    """x as numbers of another floating-point dtype."""
    return np.asarray(x, dtype=dtype)


def in_single(function: Function) -> Function:
    """The function, with half precision computed in single, as by np.mean: half precision counts to 65504 only."""

    @functools.wraps(function)
    def wider(*args: Any, **kwargs: Any) -> Any:
        given = [x for x in (*args, *kwargs.values()) if not isinstance(x, type)]  # np.float32 is no number
        dtypes = [x.dtype for x in given if getattr(x, "dtype", np.dtype(int)).kind in "fc"]
        if not dtypes or np.result_type(*dtypes) != np.float16:
            return function(*args, **kwargs)
        y = function(*map(_single, args), **{name: _single(x) for name, x in kwargs.items()})
        return tuple(cast(part, np.float16) for part in y) if isinstance(y, tuple) else cast(y, np.float16)

    return wider


def _single(x: Any) -> Any:
    return cast(x, np.float32) if getattr(x, "dtype", None) == np.float16 else x


def no_grad(function: Function | None = None) -> Any:
    """Inside, operations are computed but not recorded. Also a decorator, `@no_grad()` or `@no_grad`.

    A generator or a coroutine should be decorated: code that runs while it waits inside the block is in the block too.

    Raises:
        TypeError: if what it decorates is no function: a class, say, whose methods are meant.

    >>> from minigrad import Tensor
    >>> w = Tensor(3.0, requires_grad=True)
    >>> with no_grad():
    ...     y = w * w
    >>> y.requires_grad
    False
    """
    return _switch(False, function)


def enable_grad(function: Function | None = None) -> Any:
    """Inside, operations are recorded, as they are outside of `no_grad()`. Also a decorator.

    Raises:
        TypeError: if what it decorates is no function.

    >>> from minigrad import Tensor
    >>> w = Tensor(3.0, requires_grad=True)
    >>> with no_grad():
    ...     with enable_grad():
    ...         y = w * w
    >>> y.requires_grad
    True
    """
    return _switch(True, function)


def _switch(mode: bool, function: Function | None) -> Any:
    scope = Scope({recording: mode})
    return scope if function is None else scope(function)


class set_grad_enabled(Scope):  # noqa: N801, it is called like a function
    """Inside, operations are recorded if `mode` is True; without a with-block, from here on. Also a decorator.

    Raises:
        TypeError: if `mode` is neither True nor False.

    >>> from minigrad import Tensor
    >>> w, training = Tensor(3.0, requires_grad=True), False
    >>> with set_grad_enabled(training):
    ...     y = w * w
    >>> y.requires_grad, is_grad_enabled()
    (False, True)
    """

    def __init__(self, mode: bool):
        if not isinstance(mode, bool | np.bool_):
            raise TypeError(f"set_grad_enabled: expected True or False, got {type(mode).__name__}.")
        super().__init__({recording: bool(mode)})
        super().__enter__()
        self._begun = True

    def _is_begun(self) -> bool:
        """True, once, if its call has begun it here, for a with-block or a decorator to go on from."""
        begun, self._begun = self._begun, False
        return begun and self in open_scopes.get()

    def __enter__(self) -> None:
        if not self._is_begun():
            super().__enter__()

    def __call__(self, function: Function) -> Function:
        if self._is_begun():
            self.__exit__()
        return super().__call__(function)


def is_grad_enabled() -> bool:
    """True if operations are recorded here.

    >>> with no_grad():
    ...     is_grad_enabled()
    False
    """
    return recording.get()


def plain(x: Any, locked: bool = False) -> Any:
    """x with every Tensor in it, also in a list or tuple, replaced by its array.

    The array is for reading only; `locked` makes sure of it.
    """
    if isinstance(x, Recorded):
        if type(x._memory) is Outdated:
            x._memory.lend(x._array)
        elif Outdated.exist and x._memory is None:
            check_views(x)
        return read_only(x._array) if locked else x._array
    if isinstance(x, _SEQUENCES):
        parts = [plain(part, locked) for part in x]
        return parts if isinstance(x, list) else tuple(parts)
    return x


def wants_gradient(x: Any) -> bool:
    """True if x is a Tensor that requires a gradient, or a list or tuple that holds one."""
    if isinstance(x, Recorded):
        return x.root != NO_ROOT
    return isinstance(x, _SEQUENCES) and any(map(wants_gradient, x))
