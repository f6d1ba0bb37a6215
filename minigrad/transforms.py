"""Transforms, which make derivatives of functions: grad, vjp, jvp, jacobian, hessian, hvp.

    >>> import numpy as np
    >>> from minigrad import grad, hessian
    >>> float(grad(np.tanh)(0.0))
    1.0
    >>> cube = lambda x: np.sum(x**3)
    >>> hessian(cube)(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])

Arguments and results are floats, arrays, Tensors, or containers of them: lists, tuples and dictionaries, nested as one
likes. A derivative comes in the container of what it is the derivative with respect to. Arrays in, arrays out; where an
argument, or something that the function refers to, is itself being differentiated, the results are Tensors, so that
transforms compose to any order. A function that refers to Tensors that require a gradient, such as the parameters of a
module, is one of those; inside `no_grad()` its derivatives are arrays, which take a fraction of the time.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any

import numpy as np

from minigrad.containers import flat, leaves_of, rebuilt
from minigrad.graph import check_real, seed_of, sweep
from minigrad.messages import require_function, warn, with_advice
from minigrad.recording import alias, check_array, plain, recording, sweeping, wants_gradient, wrap
from minigrad.rules import Function, NoDerivativeError
from minigrad.scope import Scope
from minigrad.tensor import Tensor, require_inexact

_inner: ContextVar[list[str] | None] = ContextVar("_inner", default=None)
"""Transforms called inside the current one; a derivative of their results may well be 0."""


def vjp(f: Function, *args: Any) -> tuple[Any, Function]:
    """The value of f(*args) and its vector-Jacobian product.

    For y = f(x₁, …, xₖ) returns (y, pullback) with pullback(v) = (vᵀ ∂y/∂x₁, …, vᵀ ∂y/∂xₖ).

    Args:
        f: a function written in NumPy that returns an array of floats, or a container of such.
        args: arrays, Tensors or floats, or containers of them; every one is differentiated.

    Returns:
        y, and a function of v, which has the containers and shapes of y (and is 1 by default where y is one number).

    Raises:
        TypeError: if f is no function, or an argument or a result is not floating-point.
        ValueError: by pullback, if v does not look like y.
        UserWarning: as for `value_and_grad`.

    >>> y, pullback = vjp(np.multiply, 2.0, 5.0)
    >>> [float(g) for g in pullback(1.0)]
    [5.0, 2.0]
    """
    return _vjp(f, args, range(len(args)), "vjp")


def quiet_vjp(f: Function, *args: Any) -> tuple[Any, Function]:
    """vjp for minigrad's own use, to which a function may well be flat."""
    return _vjp(f, args, range(len(args)), "vjp", quiet=True)


def _vjp(
    f: Function, args: tuple[Any, ...], numbers: Sequence[int], who: str, quiet: bool = False
) -> tuple[Any, Function]:
    """vjp of a function whose arguments have these numbers for the user; it warns if f is flat, unless quiet."""
    require_function(who, f)
    leaves = [
        _leaf(x, f"argument {number}{path}") for number, a in zip(numbers, args, strict=True) for path, x in flat(a)
    ]
    args = rebuilt(args, leaves)  # in containers of our own, as they are now
    if (around := _inner.get()) is not None:
        around.append(who)
    inner: list[str] = []
    with Scope({recording: True, _inner: inner}):
        try:
            y = f(*rebuilt(args, leaves))
        except ValueError as error:
            if isinstance(error.__cause__, NoDerivativeError):  # NumPy hides it where a Tensor is put into an array
                raise error.__cause__.with_traceback(error.__traceback__) from None
            raise
    outputs = [_output(result, path, who, y) for path, result in flat(y)]
    if not outputs:
        raise TypeError(f"{who}: expected a function that returns an array, got {y!r}.")
    if not quiet and not any(isinstance(result, Tensor) and (result.requires_grad or inner) for result in leaves_of(y)):
        quiet = True
        warn(_flat(who, f"the function returned {type(y).__name__} that no recorded operation leads to"))
    y = rebuilt(y, outputs)
    oldest = min((leaf.order for leaf in leaves), default=0)
    nested = recording.get() and any(output.root < oldest for output in outputs)

    def pullback(v: Any = None) -> tuple[Any, ...]:
        given = [None] * len(outputs) if v is None else _in_containers_of(y, v, f"{who}: the pullback")
        seeds = [seed_of(output, x, f"{who}: the pullback") for output, x in zip(outputs, given, strict=True)]
        differentiable = recording.get() and (nested or wants_gradient(seeds))
        total: dict[Tensor, Any] = {}
        for output, seed in zip(outputs, seeds, strict=True):
            seed = plain(seed) if not differentiable else seed if isinstance(seed, Tensor) else wrap(np.array(seed))
            total[output] = total[output] + seed if output in total else seed
        with Scope({sweeping: differentiable}):
            gradients = sweep(total, leaves, differentiable)
        nonlocal quiet
        if not (quiet or inner or gradients.keys() & {*leaves}):
            quiet = True
            warn(_flat(who, "no recorded operation leads from the arguments to what the function returned"))
        results = [_gradient(gradients.get(leaf), leaf, differentiable) for leaf in leaves]
        return tuple(rebuilt(args, results))

    return rebuilt(y, outputs if nested else [output.numpy() for output in outputs]), pullback


def _flat(who: str, how: str) -> str:
    return (
        f"{who}: {how}: all derivatives are 0. Comparisons, np.allclose, np.sign, np.floor and the like are flat; "
        "x.data, x.item(), x.detach() and no_grad() lose the gradient. So does a function that computes with other "
        "Tensors than its arguments, such as the parameters that a module has."
    )


@with_advice()
def value_and_grad(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """A function that returns the value of f and its gradient.

    Args:
        f: a function written in NumPy that returns one number.
        argnums: which positional argument to differentiate; for several, the gradient is a tuple.
        has_aux: whether f returns that number and something else, such as predictions or states, which is passed on:
            the new function returns ((value, aux), gradient). Tensors in it are arrays then, as values are.

    Raises:
        TypeError: if f is no function.

    Raises (when the new function is called):
        TypeError: if a differentiated argument is not floating-point, or missing; or with has_aux, if f returns no
            pair.
        ValueError: if f returns more than one number.
        UserWarning: if what f returns was not computed from those arguments by recorded operations; then all gradients
            are 0.

    >>> value_and_grad(lambda p: np.sum(p["w"] * p["w"]))({"w": np.array([1.0, 3.0])})
    (array(10.), {'w': array([2., 6.])})
    >>> value_and_grad(lambda x: (x * x, "squared"), has_aux=True)(3.0)
    ((array(9.), 'squared'), array(6.))
    """

    return _value_and_grad(f, argnums, has_aux, "value_and_grad")


def _value_and_grad(f: Function, argnums: int | Sequence[int], has_aux: bool, who: str) -> Function:
    require_function(who, f)
    _numbers_of(argnums, who)
    if has_aux:
        return _with_aux(f, argnums, who)

    @functools.wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        value, pullback = _vjp_of_chosen(f, argnums, args, kwargs, who)
        if not isinstance(value, np.ndarray | Tensor) or value.size != 1:
            what = f"an array of shape {value.shape}" if hasattr(value, "shape") else type(value).__name__
            advice = "Sum it, or use minigrad.jacobian, or minigrad.vjp, which takes the gradient of each output."
            raise ValueError(
                f"{who}: expected a function that returns one number, got {what}. {_of_several(value, who) or advice}"
            )
        gradients = pullback(None)
        check_real(who, value, leaves_of(gradients))
        return value, _for(argnums, gradients)

    return transformed


def _with_aux(f: Function, argnums: int | Sequence[int], who: str) -> Function:
    """`_value_and_grad` for an f that returns a pair, of which the second part is not differentiated."""

    @functools.wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> tuple[tuple[Any, Any], Any]:
        others: list[Any] = []

        def first(*args: Any, **kwargs: Any) -> Any:
            pair = f(*args, **kwargs)
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise TypeError(f"{who}: expected a function that returns (number, aux), got {type(pair).__name__}.")
            others.append(pair[1])
            return pair[0]

        value, gradient = _value_and_grad(functools.wraps(f)(first), argnums, False, who)(*args, **kwargs)
        aux = others[-1]
        if not isinstance(value, Tensor):  # nobody differentiates it further
            leaves = [x.numpy() if isinstance(x, Tensor) else x for x in leaves_of(aux)]
            aux = rebuilt(aux, leaves)
        return (value, aux), gradient

    return transformed


@with_advice()
def grad(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """A function that returns the gradient of f, or with has_aux (gradient, aux); see `value_and_grad`.

    Raises (when the new function is called):
        TypeError, ValueError, UserWarning: as for `value_and_grad`.

    >>> grad(np.exp)(0.0)
    array(1.)
    """
    return _grad_and_aux(f, argnums, "grad") if has_aux else _grad(f, argnums, "grad")


@with_advice()
def grad_and_aux(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """For an f that returns a number and something else: a function that returns the gradient, and that.

    Raises (when the new function is called):
        TypeError, ValueError, UserWarning: as for `value_and_grad` with has_aux.

    >>> def loss(w, x):
    ...     h = np.tanh(w * x)
    ...     return np.sum(h), h
    >>> grad_and_aux(loss)(0.0, np.array([1.0, 2.0]))
    (array(3.), array([0., 0.]))
    """
    return _grad_and_aux(f, argnums, "grad_and_aux")


def _grad_and_aux(f: Function, argnums: int | Sequence[int], who: str) -> Function:
    with_value = _value_and_grad(f, argnums, True, who)

    @functools.wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        (_, aux), gradient = with_value(*args, **kwargs)
        return gradient, aux

    return transformed


def _grad(f: Function, argnums: int | Sequence[int], who: str) -> Function:
    with_value = _value_and_grad(f, argnums, False, who)

    @functools.wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> Any:
        return with_value(*args, **kwargs)[1]

    return transformed


def jvp(f: Function, args: Any, tangents: Any) -> tuple[Any, Any]:
    """The value of f at `args` and its Jacobian-vector product Σ ∂y/∂xᵢ vᵢ, the derivative along `tangents`.

    The pullback u ↦ uᵀJ is linear, so its own pullback is v ↦ Jv, whatever u. (Townsend, A new trick for calculating
    Jacobian vector products, 2017.)

    Args:
        f: a function written in NumPy that returns an array of floats, or a container of such.
        args: its argument, or a tuple of its arguments.
        tangents: vᵢ, in the containers and shapes of `args`.

    Returns:
        y, and the derivative, in the containers of y.

    Raises:
        TypeError: if f is no function, or an argument or a result is not floating-point.
        ValueError: if `tangents` do not look like `args`.
        UserWarning: as for `value_and_grad`.

    >>> value, tangent = jvp(np.multiply, (2.0, 5.0), (1.0, 0.5))
    >>> float(value), float(tangent)
    (10.0, 6.0)
    """
    args, tangents = _several(args, tangents, "jvp")
    y, pullback = _vjp(f, args, range(len(args)), "jvp")
    zeros = rebuilt(y, [np.zeros(np.shape(x), x.dtype) for x in leaves_of(y)])
    _, pushforward = _vjp(pullback, (zeros,), [0], "jvp", quiet=True)  # that f is flat is said already
    (tangent,) = pushforward(tangents)
    if not wants_gradient(leaves_of((y, tangents))):
        tangent = rebuilt(tangent, [np.array(plain(x)) for x in leaves_of(tangent)])  # nobody differentiates it further
    return y, tangent


@with_advice()
def jacobian(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """A function that returns ∂y/∂x: an array of shape y.shape + x.shape, by one sweep for each element of y.

    Args:
        f: a function written in NumPy that returns an array of floats, or a container of such.
        argnums: which positional argument to differentiate; for several, the Jacobian is a tuple.

    Returns (by the new function):
        an array for each output and each input; inputs' containers inside outputs' containers.

    Raises:
        TypeError: if f is no function.

    Raises (when the new function is called):
        TypeError: if a differentiated argument or a result is not floating-point, or an argument is missing.
        UserWarning: as for `value_and_grad`.

    >>> jacobian(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """

    return _jacobian(f, argnums, "jacobian")


def _jacobian(f: Function, argnums: int | Sequence[int], who: str, quiet: bool = False) -> Function:
    require_function(who, f)
    _numbers_of(argnums, who)

    @functools.wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> Any:
        y, pullback = _vjp_of_chosen(f, argnums, args, kwargs, who, quiet)
        outputs = leaves_of(y)
        zeros = [np.zeros(x.shape, x.dtype) for x in outputs]

        def rows_of(k: int) -> Iterator[Any]:
            """The gradients of each element of output k."""
            for i in range(outputs[k].size):
                one = zeros[k].copy()
                one.flat[i] = 1
                row = leaves_of(pullback(rebuilt(y, [*zeros[:k], one, *zeros[k + 1 :]])))
                if one.dtype.kind == "c":  # of something real the sweep gives the real part
                    turned = leaves_of(pullback(rebuilt(y, [*zeros[:k], -1j * one, *zeros[k + 1 :]])))
                    row = [r if r.dtype.kind == "c" else r + 1j * im for r, im in zip(row, turned, strict=True)]
                yield row

        inputs = pullback(rebuilt(y, zeros))  # zeros of the right shapes, where there is no row
        jacobians = []
        for k, output in enumerate(outputs):
            rows = [*rows_of(k)]
            parts = [
                np.reshape(np.stack([row[j] for row in rows] or [x])[: output.size], output.shape + x.shape)
                for j, (_, x) in enumerate(flat(inputs))
            ]
            jacobians.append(_for(argnums, tuple(rebuilt(inputs, parts))))
        return rebuilt(y, jacobians)

    return transformed


@with_advice()
def hessian(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """A function that returns ∂²y/∂x∂x, the Jacobian of the gradient.

    Args:
        f: a function written in NumPy that returns one number.
        argnums: which positional argument to differentiate; for several, a tuple of tuples.

    Raises (when the new function is called):
        TypeError, ValueError, UserWarning: as for `value_and_grad`.

    >>> hessian(np.prod)(np.array([2.0, 3.0]))
    array([[0., 1.],
           [1., 0.]])
    """
    return _jacobian(_grad(f, argnums, "hessian"), argnums, "hessian", quiet=True)  # _grad says that f is flat


def hvp(f: Function, args: Any, vectors: Any) -> Any:
    """The Hessian-vector product ∂²y/∂x∂x v, without the Hessian, in the time of a few gradients.

    (Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 6(1), 1994; here as the pullback of the
    gradient, since the Hessian is symmetric.)

    Args:
        f: a function written in NumPy that returns one number.
        args: its argument, or a tuple of its arguments.
        vectors: v, in the containers and shapes of `args`.

    Returns:
        the product, in the containers of `args`.

    Raises:
        TypeError: if f is no function, or an argument is not floating-point.
        ValueError: if f returns more than one number, or `vectors` do not look like `args`.
        UserWarning: as for `value_and_grad`.

    >>> hvp(np.prod, np.array([2.0, 3.0]), np.array([1.0, 10.0]))
    array([10.,  1.])
    """
    several, vectors = _several(args, vectors, "hvp")
    gradient = _grad(f, range(len(several)), "hvp")
    _, pullback = _vjp(gradient, several, range(len(several)), "hvp", quiet=True)  # _grad says that f is flat
    products = pullback(vectors)
    return products if isinstance(args, tuple) else products[0]


def _vjp_of_chosen(
    f: Function, argnums: Any, args: Any, kwargs: Any, who: str, quiet: bool = False
) -> tuple[Any, Function]:
    """vjp of f as a function of the arguments that `argnums` names."""
    numbers = _numbers_of(argnums, who)
    if not all(-len(args) <= i < len(args) for i in numbers):
        raise TypeError(f"{who}: argnums {argnums} expects more positional arguments than the {len(args)} that came.")
    if len({i % len(args) for i in numbers}) < len(numbers):
        raise TypeError(f"{who}: argnums {argnums} names an argument twice.")

    def of_chosen(*chosen: Any) -> Any:
        full = list(args)
        for i, x in zip(numbers, chosen, strict=True):
            full[i] = x
        return f(*full, **kwargs)

    return _vjp(of_chosen, tuple(args[i] for i in numbers), numbers, who, quiet)


def _numbers_of(argnums: Any, who: str) -> list[Any]:
    numbers: list[Any] = [*argnums] if isinstance(argnums, Iterable) and np.ndim(plain(argnums)) == 1 else [argnums]
    if not all(isinstance(i, int | np.integer) for i in numbers):
        raise TypeError(
            f"{who}: expected argnums to be a number, or several, got {plain(argnums)!r}. {who}(f) gives a function: "
            f"write {who}(f)(x) for {who}(f, x)."
        )
    return numbers


def _for(argnums: Any, gradients: tuple[Any, ...]) -> Any:
    return gradients[0] if isinstance(argnums, int | np.integer) else gradients


def _several(args: Any, vectors: Any, who: str) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    if not isinstance(args, tuple):
        args, vectors = (args,), (vectors,)
    parts = _in_containers_of(args, vectors, who)
    for (path, x), v in zip(flat(args), parts, strict=True):
        if np.shape(v) != np.shape(x):
            raise ValueError(f"{who}: expected a vector of shape {np.shape(x)} at arguments{path}, got {np.shape(v)}.")
    return args, rebuilt(args, parts)


def _in_containers_of(tree: Any, vectors: Any, who: str) -> list[Any]:
    """The leaves of `vectors`, which has the same places as `tree`, in the order of the tree."""
    given, places = dict(flat(vectors)), [path for path, _ in flat(tree)]
    if given.keys() != set(places):
        expected, got = (", ".join(paths) or "one array" for paths in (places, given))
        raise ValueError(f"{who}: expected vectors in the containers of what they belong to, {expected}; got {got}.")
    return [given[path] for path in places]


def _leaf(x: Any, where: str) -> Any:
    """A fresh leaf with the numbers of x, connected to x if x is itself being differentiated."""
    if recording.get() and isinstance(x, Tensor) and x.requires_grad:
        return alias(x)
    check_array(f"differentiating with respect to {where}", x)
    array = None if callable(x) else np.array(plain(x))
    if array is None or array.dtype.kind not in "biufc":
        advice = (
            " Of a module give its numbers by name, module.state_dict(), and compute with them: docs/nn.md shows how."
        )
        raise TypeError(
            f"differentiating with respect to {where}: expected numbers, arrays, or containers of them, got "
            f"{type(x).__name__}.{advice * callable(x)}"
        )
    require_inexact(array.dtype, f"differentiating with respect to {where}")
    return wrap(array, requires_grad=True)


def _of_several(y: Any, who: str) -> str:
    """What to do where a function returns a tuple of which only the first part is to be differentiated."""
    if not isinstance(y, tuple):
        return ""
    if who in ("grad", "value_and_grad"):
        return f"For a function that returns (number, aux) write {who}(f, has_aux=True)."
    return "If only its first part is to be differentiated, give lambda *args: f(*args)[0]."


def _output(y: Any, path: str, who: str, result: Any) -> Any:
    if not isinstance(y, Tensor):
        y = wrap(np.array(y))
    if y.dtype.kind == "b":  # a comparison is flat wherever it has a derivative
        y = wrap(np.array(plain(y), dtype=float))
    if y.dtype.kind not in "fc":
        got = f"got {y.dtype} at result{path}. {_of_several(result, who)}"
        raise TypeError(f"{who}: expected a function that returns floats, {got.rstrip()}")
    return y


def _gradient(g: Any, leaf: Tensor, differentiable: bool) -> Any:
    """A gradient as the caller gets it: never missing, never sharing memory with another."""
    if g is None:
        g = np.zeros_like(plain(leaf))
    if differentiable:
        return g if isinstance(g, Tensor) else wrap(g)
    return np.array(g)
