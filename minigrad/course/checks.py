"""What a check is made of.

A check is a pytest test that hypothesis draws examples for. It calls the student's functions by name and says what
it expects of them:

    @check("the new state", points=6, N=size, D=size, H=size, seed=seed)
    def test_new_state(student, N, D, H, seed):
        case = inputs(seed, N, D, H)
        expect("the new state", student.rnn_cell(**case), reference(**case), axes="N H")

`student` may be a process that runs a student's file, or a simulated student who made a known mistake: a check
cannot tell. Examples are drawn as sizes and a seed, not number by number: that is fast, and hypothesis shrinks them
to the smallest sizes that still fail.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import hypothesis
import numpy as np
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from minigrad.course.frames import Foreign
from minigrad.course.process import Halt, Reply, StudentError

RTOL, ATOL = 1e-7, 1e-9
EXAMPLES = 60
SURVEY = 30
SALT = 0  # what examples are drawn from: the same for every check, so that a test file may cache its references


def _integers_below(power_of_two: int) -> st.SearchStrategy[int]:
    """Uniform, and drawn bit by bit.

    hypothesis mixes constants from the modules that happen to be loaded into the integers it draws, so the same check
    would see other examples when it runs alone; it leaves booleans as they are. Verdicts must not depend on that.
    """
    bits = power_of_two.bit_length() - 1
    return st.tuples(*[st.booleans()] * bits).map(lambda drawn: int("".join("01"[b] for b in drawn), 2))


size = _integers_below(4).map(lambda n: n + 1)
"""The length of an axis: 1 to 4."""

seed = _integers_below(256)
"""What the numbers of an example are drawn from."""


class Mismatch(AssertionError):
    """What a student's function gave is not what was expected.

    Attributes:
        label: what was looked at, in the student's words.
        got, want: both values; None where one of them has no numbers.
        wrong: for arrays of the same shape, where they differ.
    """

    def __init__(self, label: str, message: str, got: Any = None, want: Any = None, wrong: Any = None):
        super().__init__(message)
        self.label, self.message = label, message
        self.got, self.want, self.wrong = got, want, wrong


class Runner(Protocol):
    """Whatever can call a student's function: a StudentProcess, or a Simulation."""

    def call(self, function: str, args: list[Any], return_arguments: bool = False) -> Reply: ...


class Simulation:
    """A student whose file is trusted and runs here: a known mistake, say."""

    def __init__(self, source: str, name: str = "simulation"):
        self.module = types.ModuleType(name)
        exec(compile(source, name, "exec", dont_inherit=True), self.module.__dict__)

    def call(self, function: str, args: list[Any], return_arguments: bool = False) -> Reply:
        args = copy.deepcopy(args)
        try:
            with np.errstate(all="ignore"):
                value = getattr(self.module, function)(*args)
        except Exception as error:
            raise StudentError(function, type(error).__name__, str(error)) from None
        return Reply(value, args, "")


@dataclass
class Call:
    function: str
    arguments: dict[str, Any]


@dataclass
class Example:
    """One drawn example: its sizes and seed, the calls it made, and what came of it."""

    case: dict[str, int]
    calls: list[Call] = field(default_factory=list)
    printed: str = ""
    outcome: Mismatch | StudentError | Halt | None = None


class Student:
    """The student as a check sees it: `student.rnn_cell(x=x, h=h)` is a call of their function.

    Arguments are passed by position; their names are for the screen.
    """

    def __init__(self, runner: Runner):
        self._runner = runner
        self.examples: list[Example] = []

    def __getattr__(self, function: str) -> Callable[..., Any]:
        if function.startswith("_"):
            raise AttributeError(function)
        return lambda **arguments: self.call(function, arguments).value

    def call(self, function: str, arguments: dict[str, Any], return_arguments: bool = False) -> Reply:
        """A call of the student's function, with all that is known of it afterwards.

        Raises:
            StudentError: if it raises.
            Halt: if its process ended.
        """
        example = self.examples[-1]
        example.calls.append(Call(function, arguments))
        try:
            reply = self._runner.call(function, list(arguments.values()), return_arguments)
        except StudentError as error:
            example.printed += error.printed
            raise
        example.printed += reply.printed
        return reply

    @contextlib.contextmanager
    def example(self, case: dict[str, int]) -> Iterator[None]:
        """Note what happens inside as one example."""
        self.examples.append(Example(case))
        try:
            yield
        except (Mismatch, StudentError, Halt) as outcome:
            self.examples[-1].outcome = outcome
            raise


@dataclass
class Check:
    """A check's place in the course.

    Attributes:
        body: the check of one example, `body(student, **case)`.
        survey: `survey(student=student)` looks at a fixed number of examples and goes on when one fails, to see
            where a student is right and where wrong.
    """

    title: str
    points: int
    needs: Sequence[str]
    body: Callable[..., None]
    survey: Callable[..., None]


def check(
    title: str, points: int, needs: Sequence[Callable[..., Any]] = (), examples: int = EXAMPLES, **strategies: Any
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make the decorated function a graded check.

    Args:
        title: what is checked, in the student's words.
        points: what it is worth.
        needs: checks without which this one can't say anything.
        examples: how many are drawn.
        strategies: what each of the function's parameters is drawn from.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def body(student: Student, **case: int) -> None:
            with student.example(case):
                function(student, **case)

        @functools.wraps(function)
        def look(student: Student, **case: int) -> None:
            with contextlib.suppress(Mismatch, StudentError):
                body(student, **case)

        test: Any = _draw(body, examples, strategies)
        survey = _draw(look, min(examples, SURVEY), strategies)
        test.check = Check(title, points, [needed.check.title for needed in needs], body, survey)  # type: ignore[attr-defined]
        return test  # type: ignore[no-any-return]

    return decorate


def _draw(function: Callable[..., None], examples: int, strategies: dict[str, Any]) -> Callable[..., None]:
    """The function as a hypothesis test that draws the same examples every time."""
    if not strategies:
        return function
    settings = hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    return settings(hypothesis.seed(SALT)(hypothesis.given(**strategies)(function)))


def expect(label: str, got: Any, want: Any, axes: str = "") -> None:
    """Raise Mismatch unless `got` is the array `want`, to rtol 1e-7 and atol 1e-9.

    Args:
        label: what it is, in the student's words.
        axes: the names of want's axes, such as "N H".
    """
    want = np.asarray(want)
    got = as_floats(label, got, want.ndim)
    if got.shape != want.shape:
        shape = f"({', '.join(axes.split())}) = {want.shape}" if axes else f"{want.shape}"
        raise Mismatch(label, f"{label} has the wrong shape: expected {shape}, got {got.shape}.", got, want)
    wrong = ~np.isclose(got, want, rtol=RTOL, atol=ATOL)
    if wrong.any():
        first = tuple(int(i) for i in np.argwhere(wrong)[0])
        where = f" at index [{', '.join(map(str, first))}]" if first else ""
        count = f"{int(wrong.sum())} of {wrong.size} numbers are wrong" if wrong.size > 1 else "the number is wrong"
        raise Mismatch(
            label,
            f"{label}: {count}{', first' if where else ''}{where}: expected {want[first]:.6g}, got {got[first]:.6g}.",
            got,
            want,
            wrong,
        )


def as_floats(label: str, got: Any, ndim: int) -> np.ndarray[Any, Any]:
    """The result as an array of floats, or a Mismatch that says what it is instead."""
    if got is None:
        raise Mismatch(label, f"{label} is None. Did you forget to return it?")
    if isinstance(got, float) or (ndim == 0 and type(got) is int):
        return np.asarray(got, dtype=float)
    if not isinstance(got, np.ndarray):
        what = got if isinstance(got, Foreign) else f"{type(got).__name__} {got!r:.60}"
        raise Mismatch(label, f"{label}: expected a NumPy array, got {what}.")
    if got.dtype != np.float64:
        reason = " Something converts your numbers and loses digits." if got.dtype.kind == "f" else ""
        raise Mismatch(label, f"{label}: expected an array of float64, got an array of {got.dtype}.{reason}", got)
    return got


def unpack(function: str, result: Any, *names: str) -> list[Any]:
    """The parts of a result that should be a tuple of the given names."""
    form = f"({', '.join(names)})"
    if result is None:
        raise Mismatch(function, f"{function} returned None. Did you forget to return {form}?")
    if not isinstance(result, tuple | list):
        shape = f" of shape {result.shape}" if isinstance(result, np.ndarray) else ""
        raise Mismatch(function, f"{function} returns {form}; yours returned one {_type_name(result)}{shape}.", result)
    if len(result) != len(names):
        raise Mismatch(function, f"{function} returns {form}, {len(names)} things; yours returned {len(result)}.")
    return list(result)


def _type_name(value: Any) -> str:
    return "array" if isinstance(value, np.ndarray) else getattr(value, "type_name", type(value).__name__)


def require(label: str, condition: Any, message: str, got: Any = None, want: Any = None) -> None:
    """Raise Mismatch with this message unless the condition holds."""
    if not condition:
        raise Mismatch(label, message, got, want)


def expect_error(student: Student, function: str, error: type[Exception], **arguments: Any) -> None:
    """Raise Mismatch unless the call raises `error`."""
    label = f"what {function} does"
    try:
        value = student.call(function, arguments).value
    except StudentError as raised:
        if raised.error == error.__name__ or raised.error in ("NotImplementedError", "NoSuchFunction"):
            if raised.error == error.__name__:
                return
            raise
        raise Mismatch(label, f"{function} should raise {error.__name__} here; yours raised {raised}.") from None
    got = value if isinstance(value, np.ndarray) else None
    raise Mismatch(label, f"{function} should raise {error.__name__} here; yours returned a result.", got)


def expect_pure(student: Student, function: str, **arguments: Any) -> None:
    """Raise Mismatch if a call changes its arguments, or gives something else the second time."""
    before = copy.deepcopy(arguments)
    reply = student.call(function, arguments, return_arguments=True)
    for name, after in zip(before, reply.arguments, strict=False):
        for part, was, now in _differences(name, before[name], after):
            message = f"{function} changed its argument {part}; the caller still needs it as it was."
            raise Mismatch(f"{part} after the call", message, now, was)
    again = student.call(function, arguments).value
    for part, _, _ in _differences("result", reply.value, again):
        message = f"{function} gave another {part} when it was called again with the same arguments."
        raise Mismatch(f"{function} called a second time", message)


def _differences(name: str, a: Any, b: Any) -> Iterator[tuple[str, Any, Any]]:
    """The parts in which two values differ: their name, and both."""
    if isinstance(a, list | tuple) and isinstance(b, list | tuple) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            yield from _differences(f"{name}[{i}]", x, y)
    elif isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.shape != b.shape or not np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"):
            yield name, a, b
    elif type(a) is not type(b) or (isinstance(a, float | int | str | list | tuple) and a != b and a == a):
        yield name, None, None
