"""Functions that are recorded as one operation, with a derivative written by hand; and the derivatives of that.

With J the Jacobian of f at its arguments a, the gradient g of a result becomes Jᵀg. For that to be differentiated, take
the gradient u of Jᵀg itself: g gets Ju, and a gets the gradient of <u, Jᵀg> = <Ju, g>. Both are derivatives along u, of
f and, as second derivatives are symmetric, of Jᵀg:

    Ju = Im f(a + iεu) / ε        ∂<Ju, g>/∂a = Im J(a + iεu)ᵀg / ε

So the same two functions give them, of complex numbers. Nothing is subtracted, so ε can be so small that its square is
nothing. (Pearlmutter, Fast exact multiplication by the Hessian, 1994; Squire and Trapp, Using complex variables to
estimate derivatives of real functions, 1998.)
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.containers import packed, unpacked
from minigrad.memory import Array
from minigrad.recording import Recorded, apply
from minigrad.rules import derivative_of_all, named
from minigrad.transforms import quiet_vjp

Gradient = Callable[[], Any]

SMALL = 1e-120
"""The step of the arguments along u. Gradients may grow or fade by some hundred powers of ten on the way."""


class Run:
    """One call of the function, and the arrays in `saved` that it leaves for its derivative."""

    saved: Any = None

    def __repr__(self) -> str:
        return "…"


def by_hand(
    name: str,
    forward: Callable[..., tuple[Array, Any]],
    backward: Callable[..., list[Any]],
    steps: Callable[..., Any],
) -> Callable[..., Any]:
    """A function of arrays or Tensors that is recorded as one operation.

    Args:
        name: what it is called in graphs.
        forward: the arguments ↦ the result, and what `backward` will need.
        backward: the positions of some arguments, the gradient of the result, and what `forward` left ↦ the gradients
            of those arguments. Of complex numbers both have to be the same formulas: transposed and not conjugated,
            compared by real parts.
        steps: the same mathematics in NumPy's functions, for third derivatives.
    """

    @named(f"minigrad.nn.{name}")
    def run(one: Run, *args: Any) -> Array:
        y, one.saved = forward(*args)
        return y

    def first(wanted: list[int], g: Any, y: Any, one: Run, *args: Any) -> list[Any]:
        chosen = [i - 1 for i in wanted]
        if isinstance(g, Recorded):
            parts = unpacked(apply(pull, (one, chosen, g, *args), {}), [args[i].shape for i in chosen])
        else:
            parts = backward(chosen, g, one.saved)
        return _in_places(wanted, parts, 1 + len(args))

    @named(f"minigrad.nn.{name}_backward")
    def pull(one: Run, chosen: list[int], g: Array, *args: Any) -> Any:
        """The gradients of some arguments, in one row."""
        return packed(backward(chosen, g, one.saved))

    def second(wanted: list[int], u: Any, y: Any, one: Run, chosen: list[int], g: Any, *args: Any) -> list[Any]:
        places = [i - 3 for i in wanted if i > 2]
        call = chosen, places, u, g, *args
        row = apply(pull_again, call, {}) if isinstance(u, Recorded) else pull_again(*call)
        parts = unpacked(row, [g.shape, *(args[i].shape for i in places)])
        return _in_places([2, *(i + 3 for i in places)], parts, 3 + len(args))

    @named(f"minigrad.nn.{name}_backward_again")
    def pull_again(chosen: list[int], places: list[int], u: Array, g: Array, *args: Any) -> Any:
        """The gradients of g and of some arguments, in one row."""
        u = u.astype(np.result_type(u, float))
        size = SMALL / (np.max(np.abs(u), initial=0) or 1)
        moved = [_complex(a) for a in args]
        for i, along in zip(chosen, unpacked(u, [args[i].shape for i in chosen]), strict=True):
            moved[i] = moved[i] + 1j * (size * along)
        result, saved = forward(*moved)
        gradients = backward(places, g, saved) if places else []
        return packed([result.imag / size, *(a.imag / size for a in gradients)])

    def third(wanted: list[int], w: Any, y: Any, chosen: list[int], places: list[int], *args: Any) -> list[Any]:
        once = functools.partial(_pulled, steps, chosen)  # of (g, *arguments), and that of (u, g, *arguments)
        twice = functools.partial(_pulled, once, [0, *(i + 1 for i in places)])
        here = [i - 2 for i in wanted]
        parts = unpacked(_pulled(twice, here, w, *args), [args[i].shape for i in here])
        return _in_places(wanted, parts, 2 + len(args))

    derivative_of_all(run, first)
    derivative_of_all(pull, second)
    derivative_of_all(pull_again, third)
    return lambda *args: apply(run, (Run(), *args), {})


def _complex(a: Any) -> Any:
    """Numbers as complex ones; anything else as it is."""
    return a.astype(np.result_type(a, complex)) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a


def _in_places(wanted: Sequence[int], gradients: Sequence[Any], count: int) -> list[Gradient]:
    found = dict(zip(wanted, gradients, strict=True))
    return [functools.partial(found.get, i) for i in range(count)]


def _pulled(f: Callable[..., Any], wanted: Sequence[int], g: Any, *args: Any) -> Any:
    """The gradients of some arguments of f, in one row, by the engine."""

    def of_wanted(*chosen: Any) -> Any:
        full = list(args)
        for i, a in zip(wanted, chosen, strict=True):
            full[i] = a
        return f(*full)

    _, pullback = quiet_vjp(of_wanted, *(args[i] for i in wanted))
    return packed(pullback(g))
