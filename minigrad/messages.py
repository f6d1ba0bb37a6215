"""The words of errors and warnings: what came, where NumPy or Python do not say it, and what to do."""

from __future__ import annotations

import contextlib
import functools
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, cast

import numpy as np

from minigrad.elsewhere import KEYWORDS

F = TypeVar("F", bound=Callable[..., Any])


def require_function(who: str, f: object) -> None:
    """Raise TypeError unless f can be called; often it is the result of a call."""
    if not callable(f):
        raise TypeError(f"{who}: expected a function, got {type(f).__name__}. Give the function itself, uncalled.")


def call_with_advice(
    who: str, f: Callable[..., Any], args: Any, kwargs: dict[str, Any], instead: dict[str, str] | None = None
) -> Any:
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
        if refused := refusal(who, f, args, kwargs, instead):
            raise refused from None
        raise


def refusal(
    who: str, f: Callable[..., Any], args: Any, kwargs: dict[str, Any], instead: dict[str, str] | None = None
) -> TypeError | None:
    """The error that `call_with_advice` raises if f takes other arguments; None if it takes these."""
    import inspect  # it takes as long as all of minigrad

    try:
        signature = inspect.signature(f)
    except ValueError:  # as of some of NumPy's functions
        return None
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        parameters = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
        own = len(parameters) > 0 and parameters[0].name == "self"  # that of a method is not what was given
        name = who if own else getattr(f, "__name__", type(f).__name__)
        unknown = [key for key in kwargs if key not in signature.parameters]
        advice = instead_of(unknown, instead) or _likeliest(unknown, signature.parameters)
        called = f"{name}{inspect.Signature(parameters[own:])}"
        return TypeError(f"{who}: expected {called}, got {_said(args[own:], kwargs)}: {error}.{advice}")
    return None


def _likeliest(unknown: Iterable[str], known: Iterable[str]) -> str:
    """A question that names the keyword which the first of these is a slip of; nothing if there is none like it."""
    import difflib

    likely = [name for key in unknown for name in difflib.get_close_matches(key, [*known], 1)]
    return f" Did you mean {likely[0]}=?" if likely else ""


def instead_of(keywords: Iterable[str], instead: dict[str, str] | None = None) -> str:
    """A sentence that says what to do instead of giving one of these keywords, if that is known."""
    instead = instead or {}
    known = {**{name: f"{text[0].upper()}{text[1:]}." for name, text in KEYWORDS.items()}, **instead}
    text = next((known[name] for name in keywords if name in known), instead.get("", ""))
    return text and f" {text}"


def by_name(args: Sequence[Any]) -> str:
    """A sentence for a call of a NumPy function that gives keepdims, say, by position, as is done elsewhere."""
    flags = any(isinstance(a, bool) for a in args[2:])
    return " Give what is True or False by name, such as keepdims=True." if flags else ""


def _said(args: Any, kwargs: Any) -> str:
    """The number of arguments by position, and the names of the others, in words."""
    positional = f"{len(args)} argument{'s' * (len(args) != 1)} by position"
    return f"{positional} and {', '.join(kwargs)} by name" if kwargs else positional


def with_advice(instead: dict[str, str] | None = None) -> Callable[[F], F]:
    """Let a call of the decorated function with other arguments than it takes end in an error that says what to do."""

    def decorate(function: F) -> F:
        who = function.__qualname__.removesuffix(".__init__").rpartition("<locals>.")[2]

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            name = type(args[0]).__name__ if who.startswith("_") else who  # of a private base, who inherits it
            return call_with_advice(name, function, args, kwargs, instead)

        return cast(F, run)

    return decorate


class WithAdvice:
    """Constructors, of all classes below, that say what to do where they are called with arguments they do not take."""

    __slots__ = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__init__" in vars(cls):
            cls.__init__ = with_advice()(cls.__init__)  # type: ignore[method-assign]


def warn(text: str) -> None:
    """Warn, at the line that called minigrad."""
    level, frame = 1, sys._getframe()
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("minigrad."):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, stacklevel=level)


def explained(error: Exception, name: str, values: Sequence[Any], what: str = "") -> Exception:
    """The error of a function of this name, on these arrays, in words that name it where NumPy's own do not."""
    text = str(error).strip()
    if name.startswith("np.") and "read-only" in text:
        return TypeError(f"{name}: expected an array to write into, got a Tensor. That of a leaf is t.data.")
    if isinstance(error, TypeError):
        keyword = text.rpartition("unexpected keyword argument ")[2].strip("'")
        instead = instead_of([keyword]) or by_name(values)
        return TypeError(f"{name}: {text}.{instead}") if instead else error
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
    if name == "np.transpose" and "axes" in text:
        return ValueError(
            f"{name}: {text.rstrip('.')}. It takes all axes, of shape {shapes[0]} here, in their new order; "
            "np.swapaxes(x, i, j) exchanges two, and x.mT the last two."
        )
    if name == "np.matmul":
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
