"""The table of derivatives: which rule belongs to which NumPy function.

One row says how the gradient of the output becomes the gradients of the arguments:

    derivative(np.multiply, lambda g, y, a, b: g * b,
                            lambda g, y, a, b: g * a)

A rule gets the gradient `g` of the output, the output `y`, and the arguments of the call. It is written in
NumPy, so with Tensors flowing through it a rule is itself differentiable, and higher orders cost no code.
Rules need not un-broadcast: `minigrad.graph` sums a gradient to the shape of its argument, once, at the edge.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import operator
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from minigrad.elsewhere import KEYWORDS

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
        raise NoDerivativeError(takes + instead_of(kwargs)) from None
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


def require_function(who: str, f: object) -> None:
    """Raise TypeError unless f can be called; often it is the result of a call."""
    if not callable(f):
        raise TypeError(f"{who}: expected a function, got {type(f).__name__}. Give the function itself, uncalled.")


def called(who: str, f: Function, args: Any, kwargs: Keywords, instead: dict[str, str] | None = None) -> Any:
    """f(*args, **kwargs), with an error that names who calls, if f takes other arguments.

    Args:
        who: who calls.
        f, args, kwargs: the call.
        instead: for a keyword that f does not take, what to do; for the name "", what to do otherwise.

    Raises:
        TypeError: if f takes other arguments.
    """
    try:
        return f(*args, **kwargs)
    except TypeError:
        import inspect  # it takes as long as all of minigrad

        try:
            signature = inspect.signature(f)
        except ValueError:  # as of some of NumPy's functions
            signature = inspect.signature(lambda *_, **__: None)
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            parameters = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
            own = len(parameters) > 0 and parameters[0].name == "self"  # that of a method is not what was given
            name = who if own else getattr(f, "__name__", type(f).__name__)
            unknown = instead_of([key for key in kwargs if key not in signature.parameters], instead)
            raise TypeError(
                f"{who}: expected {name}{inspect.Signature(parameters[own:])}, got {_said(args[own:], kwargs)}: "
                f"{error}.{unknown}"
            ) from None
        raise


def instead_of(keywords: Iterable[str], instead: dict[str, str] | None = None) -> str:
    """A sentence that says what to do instead of giving one of these keywords, if that is known."""
    instead = instead or {}
    known = {**{name: f"{text[0].upper()}{text[1:]}." for name, text in KEYWORDS.items()}, **instead}
    text = next((known[name] for name in keywords if name in known), instead.get("", ""))
    return text and f" {text}"


def _said(args: Any, kwargs: Any) -> str:
    """The number of arguments by position, and the names of the others, in words."""
    positional = f"{len(args)} argument{'s' * (len(args) != 1)} by position"
    return f"{positional} and {', '.join(kwargs)} by name" if kwargs else positional


def told(instead: dict[str, str] | None = None) -> Callable[[F], F]:
    """Let a call of the decorated function with other arguments than it takes end in an error that says what to do."""

    def decorate(function: F) -> F:
        who = function.__qualname__.removesuffix(".__init__").rpartition("<locals>.")[2]

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            name = type(args[0]).__name__ if who.startswith("_") else who  # of a private base, who inherits it
            return called(name, function, args, kwargs, instead)

        return cast(F, run)

    return decorate


class Told:
    """Constructors, of all classes below, that say what to do where they are called with arguments they do not take."""

    __slots__ = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__init__" in vars(cls):
            cls.__init__ = told()(cls.__init__)  # type: ignore[method-assign]


def warn(text: str) -> None:
    """Warn, at the line that called minigrad."""
    level, frame = 1, sys._getframe()
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("minigrad."):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, stacklevel=level)


def explained(error: Exception, function: Function, values: Sequence[Any], what: str = "") -> Exception:
    """The error of a call on these arrays in words that name it, where NumPy's own do not."""
    name, text = name_of(function), str(error).strip()
    if isinstance(error, TypeError):
        keyword = text.rpartition("unexpected keyword argument ")[2].strip("'")
        return TypeError(f"{name}: {text}.{instead}") if (instead := instead_of([keyword])) else error
    if type(error) is IndexError and name.startswith(("np.", "x[")):
        return IndexError(f"{name}, x of shape {np.shape(values[0])}: {text.rstrip('.')}.")
    shapes = []
    for x in values:
        if not isinstance(x, str | tuple | None):
            with contextlib.suppress(ValueError):  # a list may hold arrays of several shapes
                shapes.append(np.shape(x))
    called = f"{what}{name}, shapes {' and '.join(map(str, shapes))}"
    if isinstance(error, np.linalg.LinAlgError):
        said = text[0].lower() + text[1:] if text[1:2].islower() else text  # but SVD
        return np.linalg.LinAlgError(f"{called}: {said.rstrip('.')}{_at_fault(text, values[0])}.")
    if function is np.matmul:
        return ValueError(f"{called}: {_not_multiplied(shapes)}")
    if "core dimension" in text or "enough dimensions" in text or "remapped shapes" in text:
        return ValueError(f"{called}: they do not fit together.")
    if name.startswith("np.") and not text.startswith(name) and type(error) in (ValueError, np.exceptions.AxisError):
        return type(error)(f"{name}: {text.rstrip('.')}.")
    return error


def _not_multiplied(shapes: Sequence[Any]) -> str:
    """The reason why arrays of these shapes have no matrix product."""
    left, right = shapes
    if not (left and right):
        return "expected arrays of at least one axis; a number is multiplied with *."
    if left[-1] == right[max(len(right) - 2, 0)]:
        return "their leading axes do not fit together."
    hint = " Is it a @ b.mT that is meant?" if len(right) > 1 and left[-1] == right[-1] else ""
    return f"expected as many columns on the left as rows on the right.{hint}"


def _at_fault(text: str, a: Any) -> str:
    """The index of the matrix of a batch that NumPy's error is about, in words; nothing if it is alone or not found."""
    if "square" in text or "dimension" in text:
        return ""
    wrong = ~np.isfinite(a).all((-2, -1))
    if text == "Singular matrix":
        square = a.shape[-2] == a.shape[-1]
        wrong = np.linalg.slogdet(a)[1] == -np.inf if square else np.linalg.matrix_rank(a) < min(a.shape[-2:])
    elif "positive definite" in text and not wrong.any():
        wrong = np.linalg.eigvalsh(a)[..., 0] <= 0
    if wrong.ndim == 0 or not wrong.any():
        return ""
    return f" at index {tuple(map(int, np.argwhere(wrong)[0]))} of the batch"


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
