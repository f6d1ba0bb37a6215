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

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.containers import flat, rebuilt
from minigrad.graph import history
from minigrad.memory import Array
from minigrad.recording import apply, plain
from minigrad.rules import name_of
from minigrad.tensor import Tensor
from minigrad.testing.hints import hint
from minigrad.testing.numerical import (
    CENTRAL_DIFFERENCES,
    COMPLEX_STEP,
    Line,
    central_difference,
    complex_step,
    each_element,
    is_analytic,
    line,
    scale,
)
from minigrad.transforms import vjp

Function = Callable[..., Any]
DIRECTIONS = 3


class GradientError(AssertionError):
    """A gradient that is not the derivative, or that breaks another promise of gradients.

    Attributes:
        argument: number of the argument whose gradient is wrong.
        name: the argument in words, such as "argument 0['weight']".
        index: index of the first wrong element in it.
        got, expected: the gradient there, and the derivative by `method`.
        ratio: got / expected.
        wrong, size: how many elements are wrong, of how many.
        order: 1 for the gradient, 2 for the gradient of the gradient.
        method: "complex step" or "central differences".
        operation: the GradientError of the first recorded operation that is wrong by itself, whose `name` says which
            and which argument of it; None where there is none.
        hint: what the wrong numbers look like, if they look like anything.
    """

    argument: int | None = None
    name: str = ""
    index: tuple[int, ...] | None = None
    got: float = float("nan")
    expected: float = float("nan")
    ratio: float = float("nan")
    wrong: int = 0
    size: int = 0
    order: int = 1
    method: str = ""
    operation: GradientError | None = None
    hint: str = ""

    def __str__(self) -> str:
        lines = [*map(str, self.args)]
        if self.index is not None:
            what = "gradient" if self.order == 1 else "second-order gradient"
            lines.append(
                f"{what} with respect to {self.name} is wrong in {self.wrong} of {self.size} elements, first at index "
                f"{self.index}: got {self.got:.12g}, expected {self.expected:.12g} by {self.method}, "
                f"ratio {self.ratio:.9g}"
            )
        if self.operation is not None:
            lines.append(f"the first operation that is wrong by itself: {self.operation}")
        elif self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


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
    by complex step where f is analytic, by extrapolated central differences where it is not. Which of them is not
    asked but measured: both are computed along one random direction and must agree.

    Further promises are held: the gradient for v = 0 is exactly 0; calling again gives the same numbers; neither the
    arguments nor v are changed; gradients have the shapes of their arguments, and are arrays of their own.

    Where minigrad's gradients are wrong, every recorded operation is checked by itself on the numbers it had, and the
    error names the first that is wrong.

    Args:
        f: a function that returns an array of floats, or a container of such. It is called with plain arrays, real
            and complex; and, unless there is `backward`, with Tensors.
        args: its arguments: arrays, floats, and containers of them. Floats are differentiated, all else is passed on.
        backward: gradients to be checked in place of minigrad's: a function (v, *args) that returns one for each
            argument of floats, several in a tuple. None stands for one that is not to be checked.
        order: 1 checks gradients, 2 also the gradients of the gradients. By default 2, and 1 with `backward`.
        fast: instead of each element compare <gradient, u> with the derivative along u, for 3 random directions u
            whose elements are uniform in ±[½, 3/2]. With τ = rtol/10 ‖gradient‖₂, an error e in the gradient of an
            argument is missed with a probability of at most (τ / max|e|)³; a single wrong element is never missed if
            it is wrong by more than 2τ. With central differences τ is 10⁻⁶ ‖gradient‖₂ and their uncertainty.
            Where a direction disagrees, every element is looked at.
        rtol: relative tolerance of each element by complex step. Central differences are held to 1e-6 and to their
            own error estimate.
        atol: absolute tolerance, for what rounding leaves of numbers that cancel; a thousandth of it, times the
            largest element, is tolerated too. Set it to 0 for gradients that are tiny as a whole.
        seed: for the random directions; the same seed gives the same verdict.

    Returns:
        For each order the method that was used: "complex step" or "central differences".

    Raises:
        GradientError: at the first argument with a wrong element, or for a broken promise.
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
    order = order or (1 if backward else 2)
    if order not in (1, 2) or (backward and order == 2):
        raise ValueError(f"check_gradients: expected order 1{' or 2' * (not backward)}, got {order!r}.")
    case = _Case(f, args, backward)
    tolerances = _Tolerances(rtol, atol, fast)
    rng = np.random.default_rng(seed)
    try:
        return case.check(order, tolerances, rng)
    except GradientError as error:
        if backward is None and error.index is not None:
            error.operation = _first_wrong_operation(case, error.order, tolerances)
            if error.operation is None:
                error.hint = (
                    "every recorded operation is right by itself; is something not recorded (t.data, t.detach())?"
                )
        raise error.with_traceback(None) from None  # how it was found is nobody's business


class _Tolerances:
    def __init__(self, rtol: float, atol: float, fast: bool):
        self.rtol, self.atol, self.fast = rtol, atol, fast

    def of_elements(self, expected: Array, uncertainty: Array, method: str) -> Any:
        relative = self.rtol if method == COMPLEX_STEP else 1e-6
        largest = np.max(np.abs(expected), initial=0.0)
        return relative * np.abs(expected) + 10 * uncertainty + self.atol * max(1.0, 1e-3 * float(largest))

    def of_a_direction(self, terms: Array, uncertainty: float, method: str) -> float:
        relative = self.rtol / 10 if method == COMPLEX_STEP else 1e-6
        return relative * float(np.linalg.norm(terms)) + 10 * uncertainty + self.atol


class _Case:
    """A function of arrays of floats, and what they are in the arguments that the user gave."""

    def __init__(self, f: Function, args: Sequence[Any], backward: Function | None = None):
        self.f, self.args, self.backward = f, tuple(args), backward
        places = [
            (number, f"argument {number}{path}", plain(x)) for number, a in enumerate(args) for path, x in flat(a)
        ]
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
        return [y for _, y in flat(self.f(*self.arguments(floats)))]

    def gradients(self, v: list[Array]) -> list[Any]:
        """∂<v, f>/∂x for each x of floats, by `backward` or by the engine."""
        if self.backward is None:
            _, pullback = vjp(self.outputs, *self.values)
            return list(pullback(v))
        y = self.f(*self.arguments(self.values))
        gradients = _in_order(self.backward(rebuilt(y, v), *self.arguments(self.values)))
        if len(gradients) != len(self.values):
            raise GradientError(
                f"backward: expected {len(self.values)} gradients, for {', '.join(self.names)}; got {len(gradients)}"
            )
        return gradients

    def check(self, order: int, tolerances: _Tolerances, rng: np.random.Generator) -> tuple[str, ...]:
        """check_gradients, without looking for the operation that is wrong."""
        v = [np.array(rng.normal(size=np.shape(y))) for y in self.kept_promises_of_f()]

        def scalar(*xs: Any) -> Any:
            return sum(np.sum(vi * y) for vi, y in zip(v, self.outputs(*xs), strict=True))

        methods = [self.compare(scalar, self.kept_promises_of_gradients(v), 1, tolerances, rng)]
        for name, g in zip(self.names, self.gradients([np.zeros_like(x) for x in v]), strict=True):
            if g is not None and np.any(np.asarray(g) != 0):
                raise GradientError(f"gradient with respect to {name} is not 0 for v = 0")
        if order == 2:
            u = [rng.normal(size=x.shape) for x in self.values]

            def along_u(*xs: Any) -> Any:
                """<u, gradient>; on complex arrays the backward pass runs in complex numbers."""
                _, pullback = vjp(scalar, *xs)
                return sum(np.sum(ui * g) for ui, g in zip(u, pullback(), strict=True))

            _, pullback = vjp(along_u, *self.values)
            methods.append(self.compare(along_u, pullback(), 2, tolerances, rng))
        return tuple(methods)

    def kept_promises_of_f(self) -> list[Any]:
        """f's values. It changes no argument, and gives the same twice."""
        before = _copies(self.inputs)
        y, again = ([plain(x) for x in self.outputs(*self.values)] for _ in range(2))
        if not _same(self.inputs, before):
            raise GradientError("f changes an argument in place")
        if not _same(y, again):
            raise GradientError(
                "f: two calls with the same arguments gave different values; seed its randomness inside"
            )
        return y

    def kept_promises_of_gradients(self, v: list[Array]) -> list[Any]:
        """The gradients. They have the right shapes, are arrays of their own, and the same twice."""
        before = _copies([*self.inputs, *v])
        gradients = self.gradients(v)
        if not _same([*self.inputs, *v], before):
            raise GradientError("backward changes an argument, or v, in place")
        taken = [("v", x) for x in v] + [("an argument", x) for x in self.inputs]
        for name, x, g in zip(self.names, self.values, gradients, strict=True):
            if g is None:
                continue
            if np.shape(g) != x.shape:
                raise GradientError(f"gradient with respect to {name}: expected the shape {x.shape}, got {np.shape(g)}")
            for owner, other in taken:
                if isinstance(g, np.ndarray) and isinstance(other, np.ndarray) and np.shares_memory(g, other):
                    raise GradientError(f"gradient with respect to {name} shares memory with {owner}")
            taken.append((f"that with respect to {name}", g))
        if not _same(_copies(gradients), self.gradients(v)):
            raise GradientError("backward: two calls with the same arguments gave different gradients")
        return gradients

    def compare(
        self, scalar: Function, gradients: Sequence[Any], order: int, tolerances: _Tolerances, rng: np.random.Generator
    ) -> str:
        """Raise at the first gradient that is not the derivative of scalar; otherwise say how they were compared."""
        methods = [COMPLEX_STEP]
        for k, got in enumerate(gradients):
            if got is None:
                continue
            direction = rng.normal(size=self.values[k].shape) * scale(self.values[k])
            analytic = is_analytic(line(scalar, self.values, k, direction))
            methods.append(COMPLEX_STEP if analytic else CENTRAL_DIFFERENCES)
            if tolerances.fast and self.agrees_along_directions(scalar, k, got, methods[-1], tolerances, rng):
                continue
            expected, uncertainty = each_element(scalar, self.values, k, _derivative(methods[-1]))
            allowed = tolerances.of_elements(expected, uncertainty, methods[-1])
            wrong = ~(np.abs(got - expected) <= allowed)
            if wrong.any():
                error = _wrong(np.asarray(got), expected, wrong, methods[-1])
                error.argument, error.name, error.order = self.numbers[k], self.names[k], order
                raise error
        return max(methods, key=[COMPLEX_STEP, CENTRAL_DIFFERENCES].index)

    def agrees_along_directions(
        self, scalar: Function, k: int, got: Any, method: str, tolerances: _Tolerances, rng: np.random.Generator
    ) -> bool:
        """Whether <gradient, u> is the derivative along u, for a few random u that leave no element out."""
        for _ in range(DIRECTIONS):
            u = rng.uniform(0.5, 1.5, size=np.shape(got)) * rng.choice([-1.0, 1.0], size=np.shape(got))
            terms = got * u
            expected, uncertainty = _derivative(method)(line(scalar, self.values, k, u))
            if not abs(np.sum(terms) - expected) <= tolerances.of_a_direction(terms, uncertainty, method):
                return False
        return True


def _derivative(method: str) -> Callable[[Line], tuple[float, float]]:
    return complex_step if method == COMPLEX_STEP else central_difference


def _wrong(got: Array, expected: Array, wrong: Array, method: str) -> GradientError:
    error = GradientError()
    error.index = tuple(int(i) for i in np.argwhere(wrong)[0]) if got.ndim else ()
    error.got, error.expected = float(got[error.index]), float(expected[error.index])
    error.ratio = error.got / error.expected if error.expected else float("nan") if error.got == 0 else float("inf")
    error.wrong, error.size, error.method = int(wrong.sum()), got.size, method
    error.hint = hint(got, expected, wrong)
    return error


def _first_wrong_operation(case: _Case, order: int, tolerances: _Tolerances) -> GradientError | None:
    """The first recorded operation whose gradients are wrong on the numbers it had."""
    leaves = [Tensor(x, requires_grad=True) for x in case.values]
    outputs = [y for y in case.outputs(*leaves) if isinstance(y, Tensor)]
    for t in history(outputs):
        if t.origin is None:
            continue
        function, operands, values, kwargs, _ = t.origin
        places = [i for i, x in enumerate(operands) if isinstance(x, Tensor) and x.requires_grad]

        def operation(*xs: Any, call: Any = (function, values, kwargs, places)) -> Any:
            function, values, kwargs, places = call
            inputs = list(values)
            for i, x in zip(places, xs, strict=True):
                inputs[i] = x
            return apply(function, *inputs, **kwargs)

        try:
            _Case(operation, [values[i] for i in places]).check(order, tolerances, np.random.default_rng(0))
        except GradientError as error:
            error.name = f"argument {places[error.argument or 0]} of {name_of(function)}"
            return error
    return None


def _in_order(gradients: Any) -> list[Any]:
    """Gradients as somebody returns them, one after the other; None is kept."""
    if isinstance(gradients, dict):
        gradients = list(gradients.values())
    if isinstance(gradients, list | tuple):
        return [g for part in gradients for g in _in_order(part)]
    return [gradients]


def _copies(xs: Sequence[Any]) -> list[Any]:
    return [np.array(x) if isinstance(x, np.ndarray) else x for x in xs]


def _same(xs: Sequence[Any], ys: Sequence[Any]) -> bool:
    """Whether arrays are equal bit by bit; what is no array is not compared."""
    return all(
        x.shape == y.shape and x.tobytes() == y.tobytes()
        for x, y in zip(xs, ys, strict=True)
        if isinstance(x, np.ndarray | np.generic)
    )
