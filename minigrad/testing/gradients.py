"""Holding gradients against derivatives that were computed without the engine.

>>> import numpy as np
>>> def mean_of_squares(x):
...     return np.mean(x * x)
>>> check_gradients(mean_of_squares, np.array([1.0, 2.0]))
('complex step', 'complex step')

The gradients may be minigrad's, or come from a function that somebody wrote by hand:

>>> try:
...     check_gradients(mean_of_squares, np.array([1.0, 2.0]), backward=lambda v, x: v * 2 * x)
... except GradientError as error:
...     error.hint
'everything is 2 times what it should be'
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.containers import flat, leaves_of, rebuilt
from minigrad.graph import history
from minigrad.memory import Array
from minigrad.messages import call_with_advice
from minigrad.recording import apply, check_array, no_grad, plain
from minigrad.rules import Function, name_of
from minigrad.tensor import Tensor
from minigrad.testing.comparison import Comparison, GradientError
from minigrad.testing.hints import product_hint
from minigrad.testing.numerical import (
    CENTRAL_DIFFERENCES,
    COMPLEX_STEP,
    central_difference,
    has_kink,
    is_grainy,
    jumps,
    line,
    scale,
    slopes,
    slopes_at,
)
from minigrad.transforms import quiet_vjp


def check_gradients(
    f: Function,
    *args: Any,
    backward: Function | None = None,
    order: int | None = None,
    fast: bool = False,
    rtol: float = 1e-9,
    atol: float = 1e-12,
    seed: int = 0,
) -> tuple[str, ...]:
    """Raise GradientError unless the gradients of f at `args` are its derivatives.

    The gradient of <v, f(x)>, for a random v, is compared with derivatives that are computed from values of f only:
    by complex step where f is analytic, by extrapolated central differences where it is not. The function
    decides: both are computed along one random direction, and the complex step is used if they agree.

    Further promises are held: the gradient is linear in v, and exactly 0 for v = 0; calling again gives the same
    numbers; neither the arguments nor v are changed; gradients have the shapes of their arguments, and are arrays of
    their own.

    Where minigrad's gradients are wrong, every recorded operation is checked by itself on the numbers it had, and the
    error names the first that is wrong.

    Args:
        f: a function that returns an array of floats, or a container of such. It is called with plain arrays, real
            and complex; and, unless there is `backward`, with Tensors.
        args: its arguments: arrays, floats, and containers of them. Floats are differentiated, all else is passed on.
        backward: gradients to be checked in place of minigrad's: a function (v, *args) that returns one for each
            argument of floats, several in a tuple, that of a container in a container. None stands for one that is not
            to be checked, and numbers that are no arrays may be left out.
        order: 1 checks gradients, 2 also the gradients of the gradients. By default 2, and 1 with `backward`.
        fast: instead of each element compare <gradient, u> with the derivative along u, for 3 random directions u
            whose elements are uniform in ±[½, 3/2]. With τ = rtol/10 ‖gradient‖₂ + atol, an error e in the gradient of
            an argument is missed with a probability of at most (τ / max|e|)³; a single wrong element is never missed
            if it is wrong by more than 3τ. With central differences τ is 10⁻⁷ ‖gradient‖₂ + atol, and more where they
            are uncertain.
            Without it, a warning says that it exists, after a second, if the check will take more than 10.
            Where a direction disagrees, it is halved until one wrong element is found; of at most 2000 elements
            all are looked at.
        rtol: relative tolerance of each element by complex step. Central differences are held to 1e-7 and to their
            own error estimate.
        atol: absolute tolerance, for what rounding leaves of numbers that cancel; a thousandth of it, times the
            largest element, is tolerated too. Set it to 0 for gradients that are tiny as a whole.
        seed: for the random directions; the same seed gives the same verdict.

    Returns:
        For each order the method that was used: "complex step" or "central differences".

    Raises:
        GradientError: at the first argument with a wrong element, or for a broken promise; where f has no derivative,
            is not finite, or computes in less than double precision.
        TypeError: if no argument is floating-point.
        ValueError: if `order` is not 1 or 2, or 2 with `backward`.

    >>> check_gradients(lambda a, b: a @ b, np.ones((2, 3)), np.ones(3))
    ('complex step', 'complex step')
    >>> check_gradients(lambda layer, x: np.maximum(x @ layer["W"], 0), {"W": np.eye(2)}, np.ones(2), order=1)
    ('complex step',)
    >>> check_gradients(lambda x: np.abs(x) * x, np.array([1.0, -2.0]), order=1)
    ('central differences',)
    """
    __tracebackhide__ = True  # pytest shows the line that called it
    order = (1 if backward else 2) if order is None else order
    if order not in (1, 2) or (backward and order == 2):
        raise ValueError(f"check_gradients: expected order 1{' or 2' * (not backward)}, got {order!r}.")
    case = _Case(f, args, backward)
    # Arguments often come from default_rng(seed) themselves, and v may be none of them
    comparison = Comparison(rtol, atol, fast, np.random.default_rng([seed, 1]))
    case.check_finite()
    try:
        return case.check(order, comparison)
    except GradientError as error:
        if (error.index is not None or "linear" in str(error)) and (dtype := case.lower_precision()):
            raise GradientError(
                f"f computes in {dtype}, too coarsely for derivatives from its values, and its gradients are no more "
                "exact. Let it compute in float64 to be checked."
            ) from None
        if backward is None and error.index is not None:
            error.operation = _first_wrong_operation(case, error.order, comparison)
            if error.operation is None:
                error.hint = "every recorded operation is right by itself; "
                error.hint += "is there a kink nearby, or " if error.method == CENTRAL_DIFFERENCES else "is "
                error.hint += "something not recorded (t.data, t.detach())?"
        raise error.with_traceback(None) from None  # how it was found is nobody's business


GradientError.__module__ = "minigrad.testing"  # where people import it from


class _Case:
    """A function of arrays of floats, and what they are in the arguments that the user gave."""

    def __init__(self, f: Function, args: Sequence[Any], backward: Function | None = None):
        self.f, self.args, self.backward = f, tuple(args), backward
        places = [
            (number, f"argument {number}{path}", plain(x)) for number, a in enumerate(args) for path, x in flat(a)
        ]
        for _, where, x in places:
            check_array("check_gradients", x, where)
        self.originals = [x for _, _, x in places]
        self.everywhere = [where for _, where, _ in places]
        self.inputs = [np.array(x, dtype=float) if np.asarray(x).dtype.kind == "f" else x for _, _, x in places]
        self.chosen = [i for i, x in enumerate(self.inputs) if isinstance(x, np.ndarray) and x.dtype.kind == "f"]
        if not self.chosen:
            raise TypeError("check_gradients: expected at least one argument of floats to differentiate, got none.")
        self.values = [self.inputs[i] for i in self.chosen]
        self.numbers = [places[i][0] for i in self.chosen]
        self.names = [places[i][1] for i in self.chosen]

    def arguments(self, floats: Sequence[Any]) -> Any:
        """The user's arguments with other floats in their places."""
        inputs = list(self.inputs)
        for i, x in zip(self.chosen, floats, strict=True):
            inputs[i] = x
        return rebuilt(self.args, inputs)

    def outputs(self, *floats: Any) -> list[Any]:
        """f of them, as a list of arrays."""
        return leaves_of(self.f(*self.arguments(floats)))

    def gradients(self, v: list[Array]) -> list[Any]:
        """∂<v, f>/∂x for each x of floats, by `backward` or by the engine."""
        if self.backward is None:
            with no_grad():  # f may refer to Tensors that require a gradient; nobody differentiates these gradients
                _, pullback = quiet_vjp(self.outputs, *self.values)
                return list(pullback(v))
        y = self.f(*self.arguments(self.values))
        try:
            called = rebuilt(y, v), *self.arguments(self.values)
            given = call_with_advice("check_gradients", self.backward, called, {})
        except Exception as error:
            error.add_note(self.how_called(y))
            raise
        return self.sorted_out(given)

    def how_called(self, y: Any) -> str:
        """What v is, for who wrote backward."""
        if isinstance(y, tuple | list | dict):
            kind = type(y).__name__
            return (
                f"f returns a {kind}, so v is one too. If only the first part counts, check lambda *args: f(*args)[0]."
            )
        return f"backward is called as backward(v, *args), with v of the shape {np.shape(y)} of f's result."

    def sorted_out(self, given: Any) -> list[Any]:
        """For each x of floats the gradient that somebody returned for it, or None.

        Gradients come for all arguments, for those that hold floats, or for those that hold arrays of them; that of a
        container in a container. For a number that is no array there may be none.
        """
        arrays = {n for n, i in zip(self.numbers, self.chosen, strict=True) if not isinstance(self.originals[i], float)}
        wanted = [sorted(set(self.numbers)), sorted(arrays), list(range(len(self.args)))]
        gradients = list(given) if isinstance(given, tuple) else [given]
        fitting = [numbers for numbers in wanted if len(numbers) == len(gradients)]
        if not fitting:
            raise GradientError(
                f"backward: expected {len(wanted[0])} gradients, for arguments {', '.join(map(str, wanted[0]))}; "
                f"got {len(gradients)}. None stands for one that is not to be checked."
            )
        found: dict[str, Any] = {}
        for n, part in zip(fitting[0], gradients, strict=True):
            found |= {f"argument {n}{path}": g for path, g in flat(part, keep_none=True)}
        if all(g is None for g in found.values()):
            raise GradientError("backward returned no gradient at all; did it forget to return?")
        if unknown := {name for name, g in found.items() if g is not None}.difference(self.names):
            raise GradientError(f"backward: there are no floats at {', '.join(sorted(unknown))}.")
        for number, i, name in zip(self.numbers, self.chosen, self.names, strict=True):
            skipped = number not in fitting[0] or found.get(f"argument {number}", 0) is None
            if name not in found and not skipped and not isinstance(self.originals[i], float):
                raise GradientError(f"backward returned no gradient for {name}. None stands for one not to be checked.")
        return [found.get(name) for name in self.names]

    def check(self, order: int, comparison: Comparison) -> tuple[str, ...]:
        """check_gradients, without looking for the operation that is wrong."""
        finite = [np.isfinite(y) for y in self.kept_promises_of_f()]  # -∞ or NaN in an output has no derivative
        v = [np.where(counts, comparison.rng.normal(size=counts.shape), 0.0) for counts in finite]

        def scalar(*xs: Any) -> Any:
            ys = [y if c.all() else np.where(c, y, 0.0) for c, y in zip(finite, self.outputs(*xs), strict=True)]
            return sum(np.sum(vi * y) for vi, y in zip(v, ys, strict=True))

        methods = [self.compare(scalar, self.kept_promises_of_gradients(v, comparison.atol), 1, comparison)]
        if order == 2:
            u = [comparison.rng.normal(size=x.shape) for x in self.values]

            def along_u(*xs: Any) -> Any:
                """<u, gradient>; on complex arrays the backward pass runs in complex numbers, for all of them."""
                if any(np.iscomplexobj(x) for x in xs):
                    xs = tuple(np.asarray(x, complex) for x in xs)
                _, pullback = quiet_vjp(scalar, *xs)
                return sum(np.sum(ui * g) for ui, g in zip(u, pullback(), strict=True))

            with no_grad():
                _, pullback = quiet_vjp(along_u, *self.values)
                gradients = pullback()
            methods.append(self.compare(along_u, gradients, 2, comparison))
        return tuple(methods)

    def check_finite(self) -> None:
        """Raise GradientError where f is not finite, unless it is infinite all around, as what is masked by -∞."""
        y = [np.asarray(plain(x)) for x in self.outputs(*self.values)]
        for i, part in enumerate(y):
            if part.dtype.kind not in "biufc":
                raise TypeError(
                    f"check_gradients: expected f to return arrays of numbers, got {part.dtype} as result {i}. Of "
                    "several results check those that are differentiated, such as lambda *args: f(*args)[0]."
                )
            if np.isnan(part).any():
                raise GradientError(_not_finite("NaN", np.isnan(part), i, len(y)))
        if y and any(part.size for part in y) and not any(np.isfinite(part).any() for part in y):
            raise GradientError("f is nowhere finite, so nothing can be checked. Choose other arguments.")
        if all(np.isfinite(part).all() for part in y):
            return
        for step in (1e-6, -1e-6):
            try:
                with np.errstate(all="ignore"):
                    beside = self.outputs(*(x + step * scale(x) for x in self.values))
            except (ArithmeticError, ValueError):
                continue
            for i, (part, other) in enumerate(zip(y, map(plain, beside), strict=True)):
                if (changed := ~np.isfinite(part) & (other != part)).any():
                    raise GradientError(_not_finite("infinite", changed, i, len(y)))

    def lower_precision(self) -> str:
        """The dtype of less than double precision that f computes in, as its results show, or its graph; or ""."""
        seen = [np.asarray(plain(y)).dtype for y in self.outputs(*self.values)]
        with contextlib.suppress(Exception):  # f may be no function of Tensors
            recorded = self.outputs(*(Tensor(x, requires_grad=True) for x in self.values))
            seen += [t.dtype for t in history(y for y in recorded if isinstance(y, Tensor))]
        return next((str(dtype) for dtype in (np.dtype("f2"), np.dtype("f4")) if dtype in seen), "")

    def kept_promises_of_f(self) -> list[Any]:
        """f's values. It changes no argument, and gives the same twice, and on Tensors."""
        before = _copies(self.inputs)
        y, again = ([plain(x) for x in self.outputs(*self.values)] for _ in range(2))
        if not y:
            raise GradientError("f returns nothing")
        if any(np.iscomplexobj(x) for x in y):
            raise TypeError(
                "check_gradients: expected f to return real numbers, got complex ones; check np.real of them."
            )
        if changed := self.changed([], before):
            raise GradientError(f"f changes {changed} in place")
        if not _same(y, again):
            raise GradientError("f: two calls with the same arguments gave different values; seed its randomness")
        if self.backward is None:
            recorded = [plain(x) for x in self.outputs(*(Tensor(x, requires_grad=True) for x in self.values))]
            if not all(np.allclose(a, b, rtol=1e-9, equal_nan=True) for a, b in zip(y, recorded, strict=True)):
                raise GradientError("f: its value on Tensors is not that on arrays")
        return y

    def kept_promises_of_gradients(self, v: list[Array], atol: float) -> list[Any]:
        """The gradients. They have the right shapes, are arrays of their own, the same twice, and linear in v."""
        before = _copies([*self.inputs, *v])
        gradients = self.gradients(v)
        if changed := self.changed(v, before):
            raise GradientError(f"backward changes {changed} in place")
        again = self.gradients(v)
        taken = (
            [("v", x) for x in v] + [("an argument", x) for x in self.inputs] + [("an earlier one", g) for g in again]
        )
        nothing, more = self.gradients([0 * x for x in v]), self.gradients([-100 * x for x in v])
        for k, (name, x, g) in enumerate(zip(self.names, self.values, gradients, strict=True)):
            if g is None:
                continue
            who = f"gradient with respect to {name}"
            if np.shape(g) != x.shape:
                raise GradientError(f"{who}: expected the shape {x.shape}, got {np.shape(g)}{self.reminder()}")
            for owner, other in taken:
                if isinstance(g, np.ndarray) and isinstance(other, np.ndarray) and np.shares_memory(g, other):
                    raise GradientError(f"{who} shares memory with {owner}. Return a copy, such as v.copy() of v")
            taken.append((f"that with respect to {name}", g))
            if not _same([g], [again[k]]):
                raise GradientError(f"{who}: two calls with the same arguments gave different ones")
            if np.isfinite(g).all() and np.any(np.asarray(nothing[k]) != 0):
                raise GradientError(f"{who} is not 0 for v = 0{self.reminder()}")
            rounding = 100 * atol + 1e-7 * float(np.max(np.abs(g), initial=0.0, where=np.isfinite(g)))
            if not np.allclose(more[k], -100 * np.asarray(g), rtol=1e-6, atol=rounding, equal_nan=True):
                raise GradientError(f"{who} is not linear in v: for -100 v it is not -100 times what it is for v")
        return gradients

    def changed(self, v: list[Array], before: list[Any]) -> str:
        """Which of the arguments, or v, is not what it was before; or ""."""
        names = [*self.everywhere, *["v"] * len(v)]
        pairs = zip(names, [*self.inputs, *v], before, strict=True)
        return next((name for name, x, old in pairs if not _same([x], [old])), "")

    def reminder(self) -> str:
        """How a backward that somebody wrote is called; nothing where it is the engine's."""
        return f". {self.how_called(self.f(*self.arguments(self.values)))}" if self.backward else ""

    def exchanged(self, error: GradientError, gradients: Sequence[Any], k: int) -> str:
        """A hint where the right gradient for k is the one that was returned for another argument; or ""."""
        if error.arrays is None:
            return ""
        right = error.arrays[1]
        for name, g in zip(self.names, gradients, strict=True):
            same_shape = name != self.names[k] and g is not None and np.shape(g) == right.shape
            if same_shape and right.any() and np.allclose(g, right, rtol=1e-6, atol=1e-9 * np.abs(right).max()):
                return f"the one returned for {name} is right here; are they in the order of the arguments?"
        return ""

    def compare(self, scalar: Function, gradients: Sequence[Any], order: int, comparison: Comparison) -> str:
        """Raise at the first gradient that is not the derivative of scalar; otherwise say how they were compared."""
        methods = [COMPLEX_STEP]
        for k, got in enumerate(gradients):
            if got is not None:
                method, error = comparison.of(np.asarray(got), scalar, self.values, k)
                methods.append(method)
                if error:
                    error.argument, error.name, error.order = self.numbers[k], self.names[k], order
                    error = self.explained(error, scalar, k)
                    error.hint = self.exchanged(error, gradients, k) or error.hint
                    raise error
                with np.errstate(all="ignore"):
                    self.look_for_edges(scalar, k, order)
        return max(methods, key=[COMPLEX_STEP, CENTRAL_DIFFERENCES].index)

    def look_for_edges(self, scalar: Function, k: int, order: int) -> None:
        """Raise where scalar has a jump or a kink, in whose middle a gradient may seem right."""
        x = self.values[k]
        direction = scale(x) * np.cos(np.arange(x.size)).reshape(x.shape)
        along = line(scalar, self.values, k, direction)
        if jumps(along):
            raise self.no_derivative(k, order, ": it jumps there")
        if not has_kink(along):
            return
        places = np.arange(x.size)
        while places.size > 1:  # one element with a kink of its own, by halving the direction
            for half in np.array_split(places, 2):
                part = np.zeros(x.shape)
                part.flat[half] = direction.flat[half]
                if has_kink(line(scalar, self.values, k, part)):
                    places = half
                    break
            else:
                raise self.no_derivative(k, order, ": it has a kink there")
        raise self.kink(scalar, k, order, tuple(map(int, np.unravel_index(places[0], x.shape))))

    def kink(self, scalar: Function, k: int, order: int, index: tuple[int, ...]) -> GradientError:
        unit = np.zeros(self.values[k].shape)
        unit[index] = step = float(scale(self.values[k])[index])
        along = line(scalar, self.values, k, unit)
        left, right = (f"{side / step:.6g}" for side in slopes(along) or slopes_at(along, 1e-6))
        return self.no_derivative(
            k, order, f" at index {index}: the slope of <v, f> is {left} on the left and {right} on the right"
        )

    def no_derivative(self, k: int, order: int, why: str) -> GradientError:
        what = "f" if order == 1 else "the gradient of f"
        return _undecided(
            f"{what} has no derivative with respect to {self.names[k]}{why}. Choose arguments away from there."
        )

    def explained(self, error: GradientError, scalar: Function, k: int) -> GradientError:
        """The error, or that of a function which has no derivative there, or cannot be compared."""
        assert error.index is not None
        if self.lower_precision():
            return error
        unit = np.zeros(self.values[k].shape)
        unit[error.index] = scale(self.values[k])[error.index]
        along = line(scalar, self.values, k, unit)
        of_what = "f" if error.order == 1 else "the gradient of f"
        with np.errstate(all="ignore"):
            grainy, jumping, kinked = is_grainy(along), jumps(along), slopes(along) is not None
            uneven = not grainy and error.arrays is not None and not self.adds_up(scalar, k, error.arrays[1])
        if grainy:
            return _undecided(
                f"{of_what} is computed in float32, or as coarsely: tiny steps of {error.name} are lost in it. Let it "
                "compute in float64 to be checked."
            )
        if jumping:
            return self.no_derivative(k, error.order, f" at index {error.index}: it jumps there")
        if kinked:
            return self.kink(scalar, k, error.order, error.index)
        if uneven:
            return self.no_derivative(
                k, error.order, ": where several elements move, it does not change by what each of them changes"
            )
        if not error.hint and error.arrays:
            error.hint = product_hint(*error.arrays, dict(zip(self.names, self.values, strict=True)))
        return error

    def adds_up(self, scalar: Function, k: int, derivatives: Array) -> bool:
        """True if the derivative along a direction is the sum of those along its elements, as where there is one."""
        direction = scale(self.values[k]) * np.cos(np.arange(derivatives.size)).reshape(derivatives.shape)
        derivative, uncertainty = central_difference(line(scalar, self.values, k, direction))
        parts = derivatives * direction
        return bool(abs(derivative - parts.sum()) <= 1e-3 * np.abs(parts).sum() + 10 * uncertainty + 1e-9)


def _undecided(text: str) -> GradientError:
    error = GradientError(text)
    error.undecided = True
    return error


def _not_finite(what: str, where: Any, number: int, count: int) -> str:
    place = f" {number}" if count > 1 else ""
    index = tuple(map(int, np.argwhere(where)[0]))
    return (
        f"f is {what} at index {index} of its result{place}, where no derivative can be checked. Leave that element "
        "out, or choose other arguments."
    )


def _first_wrong_operation(case: _Case, order: int, comparison: Comparison) -> GradientError | None:
    """The first recorded operation whose gradients are wrong on the numbers it had."""
    leaves = [Tensor(x, requires_grad=True) for x in case.values]
    outputs = [y for y in case.outputs(*leaves) if isinstance(y, Tensor)]
    doubtful = None
    for t in history(outputs):
        if (call := t.origin) is None:
            continue
        places = [i for i, x in enumerate(call.operands) if isinstance(x, Tensor) and x.requires_grad]

        def operation(*xs: Any, call: Any = call, places: Any = places) -> Any:
            inputs = list(call.values)
            for i, x in zip(places, xs, strict=True):
                inputs[i] = x
            return apply(call.function, (*inputs,), call.keywords)

        try:
            _Case(operation, [call.values[i] for i in places]).check(order, comparison)
        except GradientError as error:
            if error.undecided:
                continue
            error.name = f"argument {places[error.argument or 0]} of {name_of(call.function)}"
            if error.method != CENTRAL_DIFFERENCES:
                return error
            doubtful = doubtful or error  # it may lie on a kink: is there one that is wrong beyond doubt?
    return doubtful


def _copies(xs: Sequence[Any]) -> list[Any]:
    return [np.array(x) if isinstance(x, np.ndarray) else x for x in xs]


def _same(xs: Sequence[Any], ys: Sequence[Any]) -> bool:
    """True if arrays are equal bit by bit; other things than arrays are not compared."""
    return all(
        x.shape == y.shape and x.tobytes() == y.tobytes()
        for x, y in zip(xs, ys, strict=True)
        if isinstance(x, np.ndarray | np.generic)
    )
