"""With-blocks that decorate as well: functions, and also generators and coroutines.

>>> where = ContextVar("where", default="outside")
>>> @Scope({where: "inside"})
... def steps():
...     yield where.get()
...     yield where.get()
>>> [(x, where.get()) for x in steps()]
[('inside', 'outside'), ('inside', 'outside')]
"""

from __future__ import annotations

import functools
import types
from collections.abc import AsyncGenerator, Callable, Generator
from contextvars import Context, ContextVar
from typing import Any

Function = Callable[..., Any]
Values = dict[ContextVar[Any], Any]


open_scopes: ContextVar[tuple[Scope, ...]] = ContextVar("open_scopes", default=())
"""The scopes that have begun here and not ended, in that order. One that began twice comes twice."""


class Scope:
    """Values that context variables have inside a with-block, or in a function that is decorated.

    A generator or a coroutine runs step by step. It has the values in each step; code that runs in between does not.
    Scopes may end in another order than they began: of those that are open the last has the last word. Threads and
    tasks may share one: it begins and ends in each by itself.
    """

    def __init__(self, values: Values):
        self._values = values

    def __enter__(self) -> None:
        open_scopes.set((*open_scopes.get(), self))
        for variable, value in self._values.items():
            variable.set(value)

    def __exit__(self, *error: Any) -> None:
        scopes = [*open_scopes.get()]
        if self in scopes:
            del scopes[max(i for i, scope in enumerate(scopes) if scope is self)]
            open_scopes.set(tuple(scopes))
        for variable in self._values:
            others = [scope._values[variable] for scope in scopes if variable in scope._values]
            variable.set(others[-1] if others else Context().run(variable.get))  # which has its default there

    def __call__(self, function: Function) -> Function:
        """The function, inside.

        Raises:
            TypeError: if it is no function.
        """
        import inspect  # it takes as long as all of minigrad, and only decorators need it

        if inspect.isclass(function):
            raise TypeError(
                f"expected a function to decorate, got the class {function.__name__}. Decorate its methods, such as "
                "forward or __call__."
            )
        if isinstance(function, staticmethod | classmethod | property):
            raise TypeError(
                f"expected a function to decorate, got a {type(function).__name__}. Write @{type(function).__name__} "
                "above this decorator."
            )
        if not callable(function):
            raise TypeError(f"expected a function to decorate, got {function!r}.")
        values = self._values

        def run(*args: Any, **kwargs: Any) -> Any:
            with Scope(values):
                result = function(*args, **kwargs)
            return _stepwise(values, result) if isinstance(result, types.GeneratorType) else result

        def generate(*args: Any, **kwargs: Any) -> Any:
            return (yield from _stepwise(values, function(*args, **kwargs)))

        async def wait(*args: Any, **kwargs: Any) -> Any:
            return await _awaited(values, function(*args, **kwargs))

        def generate_and_wait(*args: Any, **kwargs: Any) -> Any:
            return _stepwise_async(values, function(*args, **kwargs))

        inside: Function = run
        if inspect.isgeneratorfunction(function):
            inside = generate
        elif inspect.iscoroutinefunction(function):
            inside = wait
        elif inspect.isasyncgenfunction(function):
            inside = generate_and_wait
        return functools.wraps(function)(inside)


def _stepwise(values: Values, steps: Any) -> Generator[Any, Any, Any]:
    """The same generator or coroutine, with each of its steps in a scope of its own."""
    resume, value = steps.send, None
    while True:
        with Scope(values):
            try:
                out = resume(value)
            except StopIteration as end:
                return end.value
        try:
            resume, value = steps.send, (yield out)
        except BaseException as error:  # somebody throws it into the generator, or closes it
            resume, value = steps.throw, error


_awaited = types.coroutine(_stepwise)


async def _stepwise_async(values: Values, steps: Any) -> AsyncGenerator[Any, Any]:
    """The same for an asynchronous generator."""
    resume, value = steps.asend, None
    while True:
        try:
            out = await _awaited(values, resume(value))
        except StopAsyncIteration:
            return
        try:
            resume, value = steps.asend, (yield out)
        except BaseException as error:
            resume, value = steps.athrow, error
