"""The table of derivatives: which rule belongs to which NumPy function.

One row says how the gradient of the output becomes the gradients of the arguments:

    derivative(np.multiply, lambda g, y, a, b: g * b,
                            lambda g, y, a, b: g * a)

A rule gets the gradient `g` of the output, the output `y`, and the arguments of the call. It is written in
NumPy, so with Tensors flowing through it a rule is itself differentiable, and higher orders cost no code.
Rules need not un-broadcast: `minigrad.graph` sums a gradient to the shape of its argument, once, at the edge.
"""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from minigrad.messages import by_name, instead_of

if TYPE_CHECKING:
    import inspect

Function = Callable[..., Any]
Keywords = dict[str, Any]
Rule = Callable[..., Any]
F = TypeVar("F", bound=Function)

RULES: dict[Function, Iterable[Any]] = {}
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


class NoDerivativeError(TypeError):
    """A call that would lose a gradient: minigrad has no rule for it."""


def derivative_of_all(function: Function, rule: Rule) -> None:
    """Enter one rule for all arguments together: `rule(wanted, g, y, *args)` gives for each a function of its gradient.

    `wanted` are the positions of those whose functions will be called.

    There may be thousands of arguments, as of np.stack, and a rule for each that gets all of them would take the square
    of their number.
    """
    RULES[function] = AllArguments(rule)


@functools.cache
def accepts(function: Function) -> inspect.Signature:
    """The signature that a function of the table has on Tensors: its composite's, or its rules' without g and y."""
    import inspect  # it takes as long as all of minigrad, and only unusual calls need it

    rule = COMPOSITES.get(function) or next(rule for rule in RULES[function] if rule)
    parameters = [p.replace(annotation=p.empty) for p in inspect.signature(rule).parameters.values()]
    own = 0 if function in COMPOSITES else 3 if isinstance(RULES[function], AllArguments) else 2  # wanted, g and y
    return inspect.Signature(parameters[own:])


_good_calls: set[Any] = set()


def check_call(function: Function, args: Sequence[Any], kwargs: Keywords) -> None:
    """Raise NoDerivativeError for arguments that the rules of `function` do not know (out=, where=, ...)."""
    form = function, len(args), *kwargs
    if form in _good_calls:
        return
    try:
        accepts(function).bind(*args, **kwargs)
    except TypeError as error:
        takes = f"{name_of(function)} on Tensors takes {accepts(function)}: {error}."
        raise NoDerivativeError(takes + (instead_of(kwargs) or by_name(args))) from None
    _good_calls.add(form)


def by_position(function: Function, args: Any, kwargs: Any) -> tuple[tuple[Any, ...], Keywords]:
    """The same call with arguments by position that were given by NumPy's own names."""
    import inspect

    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except (TypeError, ValueError) as error:
        raise NoDerivativeError(f"{name_of(function)}: {error}. Pass arrays by position.") from None
    return bound.args, bound.kwargs


NEAREST = {
    "np.linalg.eig": "np.linalg.eigh",
    "np.linalg.lstsq": "np.linalg.pinv",
    "np.linalg.cond": "np.linalg.svdvals",
    "np.linalg.eigvals": "np.linalg.eigvalsh",
    "np.nanmedian": "np.median",
    "np.nanquantile": "np.quantile",
    "np.nanpercentile": "np.percentile",
    "np.logspace": "np.linspace",
    "np.geomspace": "np.linspace",
    "np.piecewise": "np.select",
    **dict.fromkeys(["np.put", "np.put_along_axis", "np.place", "np.copyto", "np.fill_diagonal"], "np.where"),
    "np.add.reduce": "np.sum",
    "np.multiply.reduce": "np.prod",
    "np.add.accumulate": "np.cumsum",
    "np.maximum.reduce": "np.max",
    "np.minimum.reduce": "np.min",
    "np.multiply.accumulate": "np.cumprod",
    "np.multiply.outer": "np.outer",
    "np.add.at": "np.bincount",
    "np.logaddexp.reduce": "minigrad.functional.logsumexp",
}
"""For functions without a rule, the nearest that has one, if there is any."""


def no_rule(name: str) -> NoDerivativeError:
    """The error for a function that is not in the table."""
    nearest = f" The nearest that has one is {NEAREST[name]}." if name in NEAREST else ""
    return NoDerivativeError(
        f"{name} has no derivative rule, so the gradient would be lost here.{nearest} See docs/operations.md for those "
        "that have one. Or give it t.detach() or t.numpy() where no gradient is wanted."
    )


class AllArguments:
    """The rule of `derivative_of_all`, in the place of one rule for each argument."""

    def __init__(self, rule: Rule):
        self.rule = rule

    def __iter__(self) -> Iterator[Rule]:
        return itertools.repeat(self.rule)


def composite(function: Function) -> Callable[[Function], Function]:
    """Enter the decorated function as the way to compute `function` on Tensors."""

    def enter(implementation: Function) -> Function:
        COMPOSITES[function] = implementation
        return implementation

    return enter


def constant(*functions: Function) -> None:
    """Enter functions through which no gradient flows."""
    CONSTANTS.update(functions)


def named(name: str) -> Callable[[F], F]:
    """Call the decorated function by this name, that of the public one that it is a part of, wherever it is named."""
    module, _, last = name.rpartition(".")

    def name_it(function: F) -> F:
        function.__module__, function.__name__ = module, last
        return function

    return name_it


def name_of(function: Function) -> str:
    """The name people write: np.linalg.norm, np.tanh, minigrad.functional.sigmoid."""
    if function is operator.getitem:
        return "x[index]"
    module = getattr(function, "__module__", None) or "numpy"
    name = str(getattr(function, "__name__", function))
    if module.startswith("minigrad.functional."):
        module = "minigrad.functional"
    return f"{module}.{name}".replace("numpy.", "np.", 1)
