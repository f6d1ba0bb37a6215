"""Checks of arguments, for functions and layers, with errors that say what was expected and what came."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad.recording import check_array, plain, wants_gradient
from minigrad.rules import NoDerivativeError
from minigrad.tensor import Tensor


def numbers(who: str, what: str, x: Any) -> Any:
    """x as an array or a Tensor."""
    x = x if isinstance(x, Tensor) else _array(who, what, x)
    if x.dtype.kind not in "biufc":
        raise TypeError(f"{who}: expected {what} to be numbers, got {x.dtype}.")
    return x


def floats(who: str, what: str, x: Any) -> Any:
    """x as an array or a Tensor, with integers and booleans as floats."""
    x = numbers(who, what, x)
    return x if x.dtype.kind in "fc" else x.astype(float)


def _array(who: str, what: str, x: Any) -> Any:
    check_array(who, x, what)
    try:
        return np.asarray(x)
    except (ValueError, NoDerivativeError):  # NumPy's own names neither the function nor the argument
        got = "rows of different lengths"
        if isinstance(x, tuple):
            got = f"a tuple of {len(x)}. A recurrent layer gives (outputs, state), of which outputs go on"
        elif wants_gradient(x):
            got = f"a {type(x).__name__} of Tensors. Put them together with np.stack"
        raise TypeError(f"{who}: expected {what} to be numbers, got {got}.") from None


def option(x: Any) -> Any:
    """A number as Python's: NumPy's would make results float64 where the arrays are of another precision."""
    return x.item() if isinstance(x, np.generic) else x


def integers(who: str, what: str, x: Any) -> Any:
    """x as an array of integers, which nothing at all is as well."""
    x = _array(who, what, plain(x))
    if x.size == 0:
        x = x.astype(int)
    if x.dtype.kind not in "iu":
        raise TypeError(f"{who}: expected integer {what}, got {x.dtype}.")
    return x


def check_range(who: str, what: str, x: Any, size: int) -> None:
    """Raise ValueError unless all integers x are indices into an axis of this size."""
    if x.size and not (x.min() >= 0 and x.max() < size):
        wrong = x.max() if x.max() >= size else x.min()
        raise ValueError(f"{who}: expected {what} from 0 to {size - 1}, got {wrong}.")


def check_numbers(who: str, **options: Any) -> None:
    """Raise TypeError unless each is one real number. What a file or a command line gives may be a string."""
    for name, x in options.items():
        number = plain(x)
        of_numpy = isinstance(number, np.ndarray | np.generic) and number.ndim == 0 and number.dtype.kind in "biuf"
        if not (of_numpy or isinstance(number, int | float)):
            raise TypeError(f"{who}: expected {name} to be a number, got {x!r}.")


def check_unit(who: str, what: str, p: float) -> None:
    """Raise ValueError unless p is from 0 to 1, and TypeError if it is no number."""
    check_numbers(who, **{what: p})
    if not 0 <= p <= 1:
        raise ValueError(f"{who}: expected {what} from 0 to 1, got {p}.")


def same_shape(who: str, what: str, x: Any, other: str, y: Any) -> tuple[Any, Any]:
    """x and y as arrays or Tensors of one shape, of floats. Integers and booleans become those that the other has."""
    x, y = numbers(who, what, x), numbers(who, other, y)
    if x.shape != y.shape:
        raise ValueError(f"{who}: expected {other} of the shape {x.shape} of {what}, got {y.shape}.")
    dtype = next((a.dtype for a in (x, y) if a.dtype.kind in "fc"), np.dtype(float))
    x, y = (a if a.dtype.kind in "fc" else a.astype(dtype) for a in (x, y))
    return x, y


def is_integer(n: Any) -> bool:
    """True if n is one integer. True and False are none."""
    return isinstance(n, int | np.integer) and not isinstance(n, bool)


def length(who: str, what: str, n: Any, least: int = 0) -> int:
    """n as the length of an axis."""
    if not is_integer(n) or n < least:
        raise ValueError(f"{who}: expected {what} to be an integer of {least} or more, got {n!r}.")
    return int(n)


def lengths(who: str, what: str, shape: Any) -> tuple[int, ...]:
    """One length or several as a tuple."""
    several = tuple(shape) if isinstance(shape, tuple | list) else (shape,)
    if not several:
        raise ValueError(f"{who}: expected {what} to be a length or several, got none.")
    return tuple(length(who, what, n) for n in several)


def floating(who: str, dtype: DTypeLike) -> np.dtype[Any]:
    """dtype as one of real floating-point numbers."""
    dtype = np.dtype(dtype)
    if dtype.kind != "f":
        raise TypeError(f"{who}: expected a floating-point dtype such as np.float32, got {dtype}.")
    return dtype


def check_shape(who: str, what: str, x: Any, expected: tuple[Any, ...]) -> None:
    """Raise ValueError unless x has this shape; a name in it stands for any length."""
    shape = np.shape(x)
    fits = len(shape) == len(expected) and all(
        isinstance(n, str) or n == m for n, m in zip(expected, shape, strict=True)
    )
    if not fits:
        written = f"({', '.join(map(str, expected))}{',' * (len(expected) == 1)})"
        raise ValueError(f"{who}: expected {what} of shape {written}, got {shape}.")


def broadcasts_to(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """True if arrays of this shape become ones of the wanted shape by broadcasting."""
    return len(shape) <= len(wanted) and all(n in (1, m) for n, m in zip(shape[::-1], wanted[::-1], strict=False))


def check_reduction(who: str, reduction: str) -> None:
    """Raise ValueError unless it is one of PyTorch's."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{who}: expected reduction 'mean', 'sum' or 'none', got {reduction!r}.")
