"""The reverse sweep: how the gradient of an output becomes the gradients of what it was computed from.

    >>> import numpy as np
    >>> from minigrad import Tensor
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> y = np.exp(x)
    >>> [g.round(3).tolist() for g in sweep({y: np.ones(2)}).values()]
    [[2.718, 7.389]]

The sweep visits the recorded Tensors from the newest to the oldest. Tensors are numbered as they are made, so
that order is a topological one; and every Tensor that depends on a leaf is younger than it, so a sweep inside
another never looks past its own leaves.
"""

from __future__ import annotations

import itertools
import weakref
from collections import deque
from collections.abc import Callable, Collection, Iterable
from contextvars import ContextVar
from heapq import heappop, heappush
from operator import attrgetter
from threading import Lock
from typing import Any

import numpy as np

from minigrad.memory import Array, clock
from minigrad.messages import explained, warn
from minigrad.pieces import HALF, SINGLE, Piece, add_at, is_of_viewed, of_viewed, sum_of, summed_in
from minigrad.recording import NO_ROOT, Recorded, T, alias, cast, plain
from minigrad.rules import RULES, AllArguments, Function, name_of

watch_gradient: ContextVar[Callable[[Recorded, Any, Any], None] | None] = ContextVar("watch_gradient", default=None)
"""Called with each result, its gradient, and the gradient that a rule made of it for an argument."""


retained: dict[int, weakref.ref[Recorded]] = {}
"""The results, by their order, of which `backward` keeps the gradient too."""

_adding = Lock()  # several threads may share a leaf


def sweep(seeds: dict[T, Any], leaves: Collection[T] = (), differentiable: bool = False) -> dict[T, Any]:
    """The gradients of Σ <seed, output> with respect to the leaves, and to results that `retain_grad` marked.

    Args:
        seeds: ∂loss/∂output for each output, of its shape: arrays, or Tensors if `differentiable`.
        leaves: where to stop; Tensors older than all of them are constants. By default nothing is.
        differentiable: compute with Tensors, so that the gradients have a history of their own.

    Raises:
        RuntimeError: if a leaf that lent its array was opened with `.data` after an earlier backward.
    """
    oldest = min((leaf.order for leaf in leaves), default=0)
    stop = {leaf.order for leaf in leaves}
    watcher = watch_gradient.get()
    gradients = {t.order: seed for t, seed in seeds.items()}
    summed = set[int]()  # gradients that are sums of our own, so that more can be added in place
    pieces: dict[int, list[Piece]] = {}  # one that is alone so far; if differentiable, all, to be added at once
    newest: list[tuple[int, Any]] = sorted((-t.order, t) for t in seeds)  # a heap of those that are not complete yet
    found: dict[T, Any] = {}
    last = None
    while newest:
        _, t = heappop(newest)
        g = gradients.pop(made := t.order, None)
        if pieces and made in pieces:
            g = _gathered(g, pieces.pop(made), t, made in stop or made in retained)
        if g.dtype is not t._array.dtype:
            g = _like(g, t)
        if t._call is None or made in stop:
            found[t] = g
            continue
        if made in retained:
            found[t] = g
        function, operands, values, keywords, loans = t._call
        last = t
        for memory in loans:
            if memory.opened > made:
                raise _written(memory.array, function)
        given = (g, t, *map(_as_recorded, operands, values)) if differentiable else (g, t._array, *values)
        rules = RULES[function]
        if type(g) is Piece:
            rules, given, keywords, g = (of_viewed,), (g, function, values, keywords), {}, g.values
        elif type(rules) is AllArguments:
            wanted = [i for i, x in enumerate(operands) if _is_wanted(x, oldest)]
            if not wanted:
                continue
            rules, given, keywords = rules.rule(wanted, *given, **keywords), (), {}
        for x, value, rule in zip(operands, values, rules):  # noqa: B905, the last ones may have no rule
            if not isinstance(x, Recorded) or x.root == NO_ROOT or (order := x.order) < oldest:
                continue
            try:
                gx = rule(*given, **keywords) if keywords else rule(*given)
            except np.linalg.LinAlgError as error:
                raise explained(error, name_of(function), values, "the derivative of ") from None
            if watcher is not None:
                watcher(t, g, gx.values if type(gx) is Piece else gx)
            if type(gx) is Piece:
                if order not in gradients and order not in pieces:
                    heappush(newest, (-order, x))
                (waiting := pieces.setdefault(order, [])).append(gx)
                if not differentiable and (order in gradients or len(waiting) > 1):
                    gradients[order] = _with(pieces.pop(order), gradients.get(order), order in summed)
                    summed.add(order)
                del gx, waiting  # so that its values can go
                continue
            if gx.shape != value.shape:
                gx = sum_to(gx, value.shape, function)
            if order not in gradients:
                gradients[order] = gx
                if order not in pieces:
                    heappush(newest, (-order, x))
            elif order in summed and gx.dtype is gradients[order].dtype:
                gradients[order] += gx
            else:
                total = gradients[order]
                gradients[order] = (cast(total, SINGLE) if total.dtype is HALF else total) + gx
                if not differentiable:
                    summed.add(order)
    if last is not None and not leaves:
        _warn_if_graphs_pile_up(seeds, last.order)
    return found


def _is_wanted(x: Any, oldest: int) -> bool:
    """True if the sweep goes on to this operand: a Tensor that requires a gradient, as old as the leaves at most."""
    return isinstance(x, Recorded) and x.root != NO_ROOT and x.order >= oldest


def _gathered(g: Any, pieces: list[Piece], t: Recorded, whole: bool) -> Any:
    """A gradient of t, or None, and pieces of it. One alone stays one, if t is a view and not all of it is wanted."""
    if g is None and len(pieces) == 1 and not whole and t._call is not None:
        function, _, values, keywords, _ = t._call
        if is_of_viewed(pieces[0], t._array, function, values, keywords):
            return pieces[0]
    return sum_of(pieces) if g is None else g + sum_of(pieces)


def _with(pieces: list[Piece], total: Any, ours: bool) -> Any:
    """A gradient, or None, and pieces of it; in place if it is ours to write into."""
    for values, index, shape, views in pieces:
        dtype = summed_in(values.dtype)
        if total is None:
            total = np.zeros(shape, dtype)
        elif not ours or not total.ndim or total.dtype is not dtype or (views and not total.flags.c_contiguous):
            total = np.array(total, np.result_type(total, dtype), order="C")  # without axes it may be a NumPy scalar
        add_at(total, index, values, views)
        ours = True
    return total


MANY = 20
_swept: deque[int] = deque(maxlen=MANY)
"""The ends of the last calls of backward, by the clock."""


def _warn_if_graphs_pile_up(outputs: Iterable[Recorded], oldest: int) -> None:
    """Warn where backward has come through what was recorded before each of its last calls, down to the oldest.

    A state that is carried on without being detached leads there. What is recorded once and used every time does not.
    """
    if len(_swept) == MANY and oldest < _swept[0]:
        orders, ends = np.array([t.order for t in history(outputs)]), [*_swept]
        if all(((start < orders) & (orders < end)).any() for start, end in itertools.pairwise(ends)):
            warn(
                f"backward walks through the graphs of its last {MANY} calls too, and takes longer each time. If a "
                "state goes from one batch to the next, pass on state.detach()."
            )
        _swept.clear()
    _swept.append(next(clock))


def _like(g: Any, t: Recorded) -> Any:
    """A gradient in the dtype of its Tensor. That of a real one is real: d<g, t> is Re Σ g dt, and dt has no more."""
    if type(g) is Piece:
        return g._replace(values=_like(g.values, t))
    dtype = t._array.dtype
    if g.dtype.kind == "c" and dtype.kind == "f":
        g = np.real(g)
    return cast(g, dtype) if g.dtype != dtype and g.dtype.kind in "fc" and dtype.kind in "fc" else g


def _as_recorded(x: Any, value: Any) -> Any:
    """An operand with the numbers that it had when it was recorded, connected to what it is now."""
    if not isinstance(x, Recorded) or x._array is value:
        return x
    then: Recorded = alias(x)
    then._array = value
    return then


def _written(array: Array, function: Function) -> RuntimeError:
    return RuntimeError(
        f"backward comes to {name_of(function)}, which used a leaf of shape {array.shape}, such as a parameter. Its "
        ".data was opened after an earlier backward, as by an optimiser's step, so its numbers may be others now. If a "
        "state of the last batch leads there, pass on state.detach() instead. Otherwise compute the output again; or "
        "look at t.numpy(), which is a copy, instead of t.data."
    )


def retain(t: Recorded) -> None:
    """See `Tensor.retain_grad`."""
    order = t.order
    retained[order] = weakref.ref(t, lambda _: retained.pop(order, None))


def parents(t: Recorded) -> list[Any]:
    """The arguments of the call that made t that require a gradient."""
    return [x for x in t.origin.operands if isinstance(x, Recorded) and x.root != NO_ROOT] if t.origin else []


def history(outputs: Iterable[T]) -> list[T]:
    """Everything that requires a gradient and that the outputs come from, themselves included, oldest first."""
    seen = set(outputs)
    stack = [*seen]
    while stack:
        for parent in parents(stack.pop()):
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return sorted(seen, key=attrgetter("order"))


def sum_to(g: Any, shape: tuple[int, ...], function: Function) -> Any:
    """Undo broadcasting: sum g over the axes along which an array of `shape` was repeated to g's shape.

    Raises:
        ValueError: if it was not; then it is the rule of `function` that is wrong.
    """
    lead = g.ndim - len(shape)
    if lead < 0 or any(n not in (1, m) for n, m in zip(shape, g.shape[lead:], strict=True)):
        raise ValueError(
            f"a derivative rule of {name_of(function)} gave the shape {g.shape} for an argument of {shape}."
        )
    repeated = tuple(i for i, n in enumerate(shape, lead) if n == 1 and g.shape[i] != 1)
    return np.reshape(np.sum(g, axis=(*range(lead), *repeated), dtype=summed_in(g.dtype)), shape)


def backward(output: Recorded, gradient: Any = None) -> None:
    """See `Tensor.backward`."""
    if output.root == NO_ROOT:
        raise RuntimeError(
            f"backward() on a Tensor of shape {output._array.shape} with no history: make a leaf with "
            "Tensor(data, requires_grad=True) and compute from it outside no_grad()."
        )
    found = sweep({output: plain(seed_of(output, gradient, "backward()"))})
    if gradient is None:
        check_real("backward()", output, found.values())
    for leaf, g in found.items():
        with _adding:
            leaf.grad = np.array(g) if leaf.grad is None else _added(leaf.grad, g)
        if leaf._call is None and leaf._memory is not None:  # as every leaf has
            leaf._memory.lent = False  # an optimiser may now write into it; a further sweep looks whether one did


def _added(before: Any, g: Array) -> Array:
    if np.shape(before) != g.shape:
        got = np.shape(before)
        raise ValueError(f"backward(): expected t.grad, which was assigned, of the leaf's shape {g.shape}, got {got}.")
    return np.asarray(before + g)


def check_real(who: str, output: Any, gradients: Iterable[Any]) -> None:
    """Raise TypeError if the gradient of a complex number was asked for with respect to something real."""
    if output.dtype.kind == "c" and any(g.dtype.kind == "f" for g in gradients):
        raise TypeError(
            f"{who}: the output is complex, {output.dtype}, and has no gradient with respect to real numbers. Make it "
            "real first, with np.real, np.imag or np.abs."
        )


def seed_of(output: Any, gradient: Any, who: str) -> Any:
    """∂loss/∂output, checked against the output's shape; by default 1."""
    if gradient is None:
        if output.size != 1:
            raise ValueError(
                f"{who} of an output of shape {output.shape} needs a gradient of that shape; "
                "only for one element is it 1 by default. Or make it a scalar first, with np.sum or np.mean."
            )
        return np.ones(output.shape, output.dtype)
    if not isinstance(gradient, Recorded):
        gradient = np.asarray(gradient, dtype=np.result_type(output.dtype, np.asarray(gradient).dtype))
    if gradient.dtype.kind == "c" and output.dtype.kind == "f":
        raise TypeError(f"{who}: expected a real gradient of a real output, got {gradient.dtype}.")
    if gradient.shape != output.shape:
        raise ValueError(f"{who}: expected a gradient of the output's shape {output.shape}, got {gradient.shape}.")
    return gradient
