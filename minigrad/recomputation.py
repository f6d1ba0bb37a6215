"""checkpoint: memory for time. What a function computes on its way is forgotten, and computed again for the gradient.

>>> import numpy as np
>>> from minigrad import Tensor
>>> x = Tensor([1.0, 2.0], requires_grad=True)
>>> y = checkpoint(lambda x: np.exp(np.tanh(x)))(x)
>>> y
Tensor([2.14168768, 2.6222365 ], from minigrad.checkpoint)
>>> np.sum(y).backward()
>>> x.grad.round(4)
array([0.8995, 0.1853])
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.containers import leaves_of, packed, rebuilt, unpacked
from minigrad.graph import parents, sweep
from minigrad.memory import clock
from minigrad.messages import call_with_advice, require_function, with_advice
from minigrad.recording import apply, plain, recording, wants_gradient
from minigrad.rules import Function, derivative_of_all, named
from minigrad.scope import Scope
from minigrad.tensor import Tensor


@with_advice(
    {
        "": "checkpoint(f) gives a function: write checkpoint(f)(x, y) for checkpoint(f, x, y).",
        "use_reentrant": "Leave use_reentrant out: there is one kind. checkpoint(f)(x, y) calls f.",
        "policy": "Leave policy out: nothing is kept. What should be kept stays outside of f.",
    }
)
def checkpoint(f: Function) -> Function:
    """The same function, which keeps nothing for its gradient but what it was called with.

    The backward pass calls f again. (Chen and others, Training deep nets with sublinear memory cost, 2016, section 4.)
    A network of n layers, or a recurrent one of n steps, in √n pieces takes memory for 2√n of them instead of n, and
    the time of one forward pass more. Gradients are the same, to any order, also of Tensors that f refers to, such as
    the parameters of a module.

    Args:
        f: a function that gives the same whenever it is called with the same: Dropout, say, has to draw with a seed
            that is an argument. It may take anything, and return an array, or containers of arrays. Whatever else it
            does, such as counting in a buffer, it does twice.

    Raises:
        TypeError: if f is no function, or there are further arguments.

    Raises (when the new function is called):
        TypeError: if f takes other arguments.

    Raises (in the backward pass):
        RuntimeError: if f computes something else than before.

    >>> from minigrad import grad
    >>> block = checkpoint(lambda x, w: np.tanh(w * x))
    >>> grad(grad(lambda x: block(block(x, 2.0), 3.0)))(0.0)
    array(0.)
    """

    require_function("checkpoint", f)

    @functools.wraps(f)
    def forgetful(*args: Any, **kwargs: Any) -> Any:
        if not recording.get():
            return call_with_advice("checkpoint", f, args, kwargs)
        began = next(clock)
        result = call_with_advice("checkpoint", f, args, kwargs)
        leaves = leaves_of(result)
        places = [i for i, x in enumerate(leaves) if wants_gradient(x) and x.order > began]
        if not places:
            return result
        segment = Segment(functools.partial(f, *args, **kwargs), places, _sources([leaves[i] for i in places], began))
        segment.numbers = _packed(plain([leaves[i] for i in places]))
        y = apply(_again, (segment, *segment.sources), {})
        del segment.numbers
        for i, part in zip(places, _unpacked(y, [leaves[i] for i in places]), strict=True):
            leaves[i] = part
        return rebuilt(result, leaves)

    return forgetful


class Segment:
    """All that is kept of a call: how to make it again, the places of its Tensors in the result, and their sources."""

    numbers: Any

    def __init__(self, call: Callable[[], Any], places: list[int], sources: list[Tensor]):
        self.call, self.places, self.sources = call, places, sources

    def __repr__(self) -> str:
        return "…"

    def again(self) -> list[Any]:
        """The same Tensors, with their history."""
        with Scope({recording: True}):
            leaves = leaves_of(self.call())
        if len(leaves) <= self.places[-1]:
            raise _changed("a result of another form")
        return [leaves[i] for i in self.places]


@named("minigrad.checkpoint")
def _again(segment: Segment, *sources: Any) -> Any:
    return segment.numbers


def _gradients(wanted: list[int], g: Any, y: Any, segment: Segment, *sources: Any) -> list[Any]:
    began = next(clock)
    outputs = segment.again()
    if not _same(_packed(plain(outputs)), plain(y)):
        raise _changed("other numbers")
    seeds: dict[Tensor, Any] = {}
    for output, part in zip(outputs, _unpacked(g, outputs), strict=True):
        if wants_gradient(output):
            seeds[output] = seeds[output] + part if output in seeds else part
    found = sweep(seeds, segment.sources, isinstance(g, Tensor))
    if any(t.order < began for t in found.keys() - {*segment.sources}):
        raise _changed("something from other Tensors")
    return [None, *(functools.partial(_or_zero, found.get(x), x) for x in segment.sources)]


derivative_of_all(_again, _gradients)


def _or_zero(g: Any, x: Tensor) -> Any:
    return np.zeros_like(plain(x)) if g is None else g


def _sources(outputs: list[Tensor], began: int) -> list[Tensor]:
    """The Tensors from before that these were computed from."""
    seen, sources, stack = set(outputs), list[Tensor](), [*outputs]
    while stack:
        for x in parents(stack.pop()):
            if x not in seen:
                seen.add(x)
                (stack if x.order > began else sources).append(x)
    return sources


def _packed(parts: list[Any]) -> Any:
    """One array as it is, or several in a row."""
    return parts[0] if len(parts) == 1 else packed(parts)


def _unpacked(numbers: Any, like: list[Any]) -> list[Any]:
    """The parts, in the shapes and precision of these."""
    if len(like) == 1:
        return [numbers]
    parts = zip(unpacked(numbers, [x.shape for x in like]), like, strict=True)
    return [(part if x.dtype.kind == "c" else np.real(part)).astype(x.dtype) for part, x in parts]


def _same(a: Any, b: Any) -> bool:
    """True if they differ by no more than rounding."""
    if a.shape != b.shape:
        return False
    tolerance = 1000 * np.finfo(b.dtype).eps
    size = np.max(np.abs(b), initial=0.0, where=np.isfinite(b))
    return np.allclose(a, b, tolerance, tolerance * size, equal_nan=True)


def _changed(what: str) -> RuntimeError:
    return RuntimeError(
        f"minigrad.checkpoint: the function computed {what} when it was called again for the gradient. It may draw "
        "random numbers, for which it needs a seed as an argument: functional.dropout(x, p, rng=seed) for nn.Dropout. "
        "Or what it was computed from was changed meanwhile."
    )
