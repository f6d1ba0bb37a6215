"""The table of derivatives: which rule belongs to which NumPy function.

One row says how the gradient of the output becomes the gradients of the arguments:

    derivative(np.multiply, lambda g, y, a, b: g * b,
                            lambda g, y, a, b: g * a)

A rule gets the gradient `g` of the output, the output `y`, and the arguments of the call. It is written in
NumPy, so with Tensors flowing through it a rule is itself differentiable, and higher orders cost no code.
Rules never un-broadcast: `minigrad.graph` sums a gradient to the shape of its argument, once, at the edge.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import inspect

Function = Callable[..., Any]
Rule = Callable[..., Any]

RULES: dict[Function, Iterable[Rule | None]] = {}
"""For each function one rule per positional argument; None where no gradient flows."""

COMPOSITES: dict[Function, Function] = {}
"""NumPy functions written in terms of others that have rules."""

CONSTANTS: set[Function] = set()
"""Functions whose derivative is zero or has no meaning; they see plain arrays and give plain arrays."""


def derivative(function: Function, *rules: Rule | None) -> None:
    """Enter `rules`, one for each positional argument of `function`, into the table.

    The rules' own signature says which arguments and keywords a call on Tensors may have.
    """
    RULES[function] = rules


def derivative_of_each(function: Function, rule: Rule) -> None:
    """Enter one rule for any number of arguments: `rule(i, g, y, *args)` is the gradient of the i-th."""
    RULES[function] = _EachArgument(rule)


@functools.cache
def accepts(function: Function) -> inspect.Signature:
    """How a function with rules may be called on Tensors: the signature of its rules without g and y."""
    import inspect  # it takes as long as all of minigrad, and only unusual calls need it

    rule = next(rule for rule in RULES[function] if rule)
    parameters = inspect.signature(rule).parameters.values()
    return inspect.Signature([p.replace(annotation=p.empty) for p in parameters][2:])


class _EachArgument:
    def __init__(self, rule: Rule):
        self.rule = rule

    def __iter__(self) -> Iterator[Rule]:
        return (functools.partial(self.rule, i) for i in itertools.count())


def composite(function: Function) -> Callable[[Function], Function]:
    """Enter the decorated function as the way to compute `function` on Tensors."""

    def enter(implementation: Function) -> Function:
        COMPOSITES[function] = implementation
        return implementation

    return enter


def constant(*functions: Function) -> None:
    """Enter functions through which no gradient flows."""
    CONSTANTS.update(functions)


def name_of(function: Function) -> str:
    """The name people write: np.linalg.norm, np.tanh, minigrad.functional.sigmoid."""
    module = getattr(function, "__module__", None) or "numpy"
    name = getattr(function, "__name__", repr(function))
    return f"{module}.{name}".replace("numpy.", "np.", 1)
