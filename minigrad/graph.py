"""The reverse sweep, and the transforms built on it: grad, value_and_grad, vjp.

    >>> import numpy as np
    >>> from minigrad import grad
    >>> float(grad(np.tanh)(0.0))
    1.0
    >>> cube = lambda x: x**3
    >>> float(grad(grad(cube))(2.0))
    12.0

The sweep visits the recorded Tensors from the newest to the oldest. Tensors are numbered as they are made, so
that order is a topological one; and every Tensor that depends on an argument is younger than it, so a transform
of a function inside a transform of another never looks past its own arguments.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from minigrad.rules import RULES
from minigrad.tensor import Tensor, plain, primitive, recording, require_inexact, wants_gradient, wrap


def sweep(output: Tensor, seed: Any, leaves: Sequence[Tensor] = (), differentiable: bool = False) -> dict[Tensor, Any]:
    """Gradients of <seed, output> with respect to the leaves it was computed from.

    Args:
        output: where to start.
        seed: ∂loss/∂output: an array, or a Tensor if `differentiable`.
        leaves: where to stop; Tensors older than all of them are constants. By default nothing is.
        differentiable: compute with Tensors, so that the gradients have a history of their own.
    """
    oldest = _oldest(leaves)
    stop = set(leaves)
    gradients = {output: seed}
    for t in _history(output, oldest):
        if t.origin is None or t in stop or t not in gradients:
            continue
        g = gradients.pop(t)
        function, args, kwargs = t.origin
        y, values = (t, args) if differentiable else (t.data, [plain(a) for a in args])
        for x, rule in zip(args, RULES[function], strict=False):
            if rule is None:
                continue
            if isinstance(x, Tensor):
                if x.requires_grad and x.order >= oldest:
                    _accumulate(gradients, x, rule(g, y, *values, **kwargs))
            elif wants_gradient(x):  # a list of arrays, as in np.concatenate
                for xi, gi in zip(x, rule(g, y, *values, **kwargs), strict=True):
                    if isinstance(xi, Tensor) and xi.requires_grad and xi.order >= oldest:
                        _accumulate(gradients, xi, gi)
    return gradients


def _oldest(leaves: Sequence[Tensor]) -> int:
    return min((leaf.order for leaf in leaves), default=0)


def _history(output: Tensor, oldest: int) -> list[Tensor]:
    """Everything that `output` was recorded from, itself included, newest first."""
    seen = {output}
    stack = [output]
    while stack:
        for parent in parents(stack.pop()):
            if parent.requires_grad and parent.order >= oldest and parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return sorted(seen, key=attrgetter("order"), reverse=True)


def _reaches_beyond(output: Tensor, leaves: Sequence[Tensor]) -> bool:
    """Whether `output` also depends on a Tensor that requires a gradient and was there before the leaves."""
    oldest, own = _oldest(leaves), set(leaves)
    if output.requires_grad and output.order < oldest:
        return True
    inside = (t for t in _history(output, oldest) if t not in own)
    return any(parent.requires_grad and parent.order < oldest for t in inside for parent in parents(t))


def parents(t: Tensor) -> Iterable[Tensor]:
    """The Tensors among the arguments of the call that made t."""
    if t.origin is not None:
        for a in t.origin[1]:
            if isinstance(a, Tensor):
                yield a
            elif isinstance(a, list | tuple):
                yield from (i for i in a if isinstance(i, Tensor))


def _accumulate(gradients: dict[Tensor, Any], x: Tensor, gradient: Any) -> None:
    gradient = sum_to(gradient, x.data.shape)
    if gradient.dtype != x.data.dtype and gradient.dtype.kind == "f" and x.data.dtype.kind == "f":
        gradient = _astype(gradient, x.data.dtype)
    gradients[x] = gradients[x] + gradient if x in gradients else gradient


def sum_to(g: Any, shape: tuple[int, ...]) -> Any:
    """Undo broadcasting: sum g over the axes along which an array of `shape` was repeated to g's shape."""
    if g.shape == shape:
        return g
    lead = g.ndim - len(shape)
    repeated = tuple(i for i, n in enumerate(shape, lead) if n == 1 and g.shape[i] != 1)
    return np.reshape(np.sum(g, axis=(*range(lead), *repeated)), shape)


@primitive(lambda g, y, x, dtype: _astype(g, x.dtype))
def _astype(x: Any, dtype: Any) -> Any:
    return np.asarray(x, dtype=dtype)


@primitive(lambda g, y, x: g)
def _alias(x: Any) -> Any:
    return x


def backward(output: Tensor, gradient: Any = None) -> None:
    """See `Tensor.backward`."""
    if not output.requires_grad:
        raise RuntimeError(
            f"backward() on a Tensor of shape {output.shape} with no history: make a leaf with "
            "Tensor(data, requires_grad=True) and compute from it outside no_grad()."
        )
    seed = _seed(output, gradient, "backward()")
    for leaf, g in sweep(output, seed).items():
        leaf.grad = np.array(g) if leaf.grad is None else np.asarray(leaf.grad + g)


def _seed(output: Any, gradient: Any, who: str) -> Any:
    """∂loss/∂output, checked against the output's shape."""
    if gradient is None:
        if output.size != 1:
            raise ValueError(
                f"{who} of an output of shape {output.shape} needs a gradient of that shape; "
                "only for one element is it 1 by default. Or make it a scalar first, with np.sum or np.mean."
            )
        return np.ones(output.shape, output.dtype)
    if not isinstance(gradient, Tensor):
        gradient = np.asarray(gradient, dtype=np.result_type(output.dtype, np.asarray(gradient).dtype))
    if gradient.shape != output.shape:
        raise ValueError(f"{who}: expected a gradient of the output's shape {output.shape}, got {gradient.shape}.")
    return gradient


def vjp(f: Callable[..., Any], *args: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """The value of f(*args) and its vector-Jacobian product.

    For y = f(x₁, …, xₖ) returns (y, pullback) with pullback(v) = (vᵀ ∂y/∂x₁, …, vᵀ ∂y/∂xₖ). Arrays in, arrays
    out; where an argument, v, or something that f refers to is itself being differentiated, the results are
    Tensors and can be differentiated again, to any order.

    Args:
        f: a function of arrays, written in NumPy, that returns one array.
        args: arrays, Tensors or floats; every one is differentiated.

    Raises:
        TypeError: if an argument is not floating-point.
        ValueError: by pullback, if v has not the shape of y.

    >>> y, pullback = vjp(np.multiply, 2.0, 5.0)
    >>> [float(g) for g in pullback(1.0)]
    [5.0, 2.0]
    """
    leaves = [_leaf(a, i) for i, a in enumerate(args)]
    nested = any(leaf.origin for leaf in leaves)
    token = recording.set(True)
    try:
        output = f(*leaves)
    finally:
        recording.reset(token)
    if not isinstance(output, Tensor):
        if output is None or isinstance(output, list | tuple | dict):
            raise TypeError(f"vjp: expected a function that returns one array, got {type(output).__name__}.")
        output = wrap(output)
        if output.dtype.kind not in "fc":
            raise TypeError(f"vjp: expected a function that returns an array of floats, got {output.data!r}.")
    nested = recording.get() and (nested or _reaches_beyond(output, leaves))

    def pullback(v: Any) -> tuple[Any, ...]:
        seed = _seed(output, v, "vjp's pullback")
        differentiable = recording.get() and (nested or wants_gradient(seed))
        seed = (seed if isinstance(seed, Tensor) else wrap(seed)) if differentiable else plain(seed)
        gradients = sweep(output, seed, leaves, differentiable)
        return tuple(_result(gradients.get(leaf), leaf, differentiable) for leaf in leaves)

    return output if nested else output.data, pullback


def _leaf(x: Any, position: int) -> Tensor:
    """A fresh leaf with the numbers of x, connected to x if x is itself being differentiated."""
    if recording.get() and isinstance(x, Tensor) and x.requires_grad:
        leaf: Tensor = _alias(x)
        return leaf
    leaf = wrap(np.array(x.data if isinstance(x, Tensor) else x), requires_grad=True)
    require_inexact(leaf.dtype, f"differentiating with respect to argument {position}")
    return leaf


def _result(gradient: Any, leaf: Tensor, differentiable: bool) -> Any:
    """A gradient as the caller gets it: never missing, never sharing memory with another."""
    if gradient is None:
        gradient = np.zeros_like(leaf.data)
    if differentiable:
        return gradient if isinstance(gradient, Tensor) else wrap(gradient)
    return np.array(gradient)


def value_and_grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., tuple[Any, Any]]:
    """A function that returns the value of f and its gradient.

    Args:
        f: a function, written in NumPy, that returns one number.
        argnums: which positional argument to differentiate; for several, the gradient is a tuple.

    Raises (when the new function is called):
        TypeError: if a differentiated argument is not floating-point.
        ValueError: if f returns more than one number.

    >>> square = lambda x: np.sum(x * x)
    >>> value_and_grad(square)(np.array([1.0, 3.0]))
    (array(10.), array([2., 6.]))
    """
    single = isinstance(argnums, int | np.integer)
    positions: tuple[int, ...] = (argnums,) if single else tuple(argnums)  # type: ignore[arg-type, assignment]

    @functools.wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        def of_chosen(*chosen: Any) -> Any:
            full = list(args)
            for i, x in zip(positions, chosen, strict=True):
                full[i] = x
            return f(*full, **kwargs)

        if not all(-len(args) <= i < len(args) for i in positions):
            raise TypeError(
                f"grad: argnums {argnums} expects more positional arguments than the {len(args)} that came."
            )
        if len({i % len(args) for i in positions}) < len(positions):
            raise TypeError(f"grad: argnums {argnums} names an argument twice.")
        value, pullback = vjp(of_chosen, *(args[i] for i in positions))
        if value.size != 1:
            raise ValueError(
                f"grad: expected a function that returns one number, got an array of shape {value.shape}. "
                "Sum it, or use minigrad.vjp, which takes the gradient of each output."
            )
        gradients = pullback(None)
        return value, gradients[0] if single else gradients

    return transformed


def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """A function that returns the gradient of f; see `value_and_grad`.

    >>> grad(np.exp)(0.0)
    array(1.)
    """
    with_value = value_and_grad(f, argnums)

    @functools.wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> Any:
        return with_value(*args, **kwargs)[1]

    return transformed
