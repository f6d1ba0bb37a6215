"""What a check is made of.

A check is a pytest test that looks at many examples. It calls the student's functions by name and says what it expects
of them:

    @check("the new state", points=6, N=size, D=size, H=size, seed=seed)
    def test_new_state(student, N, D, H, seed):
        case = inputs(N, D, H, seed)
        expect("h_next", student.rnn_cell(**case), reference(**case), axes="N H")

`student` may be a process that runs a student's file, or a simulated student who made a known mistake: a check
cannot tell. Examples are drawn as sizes and a seed, and all numbers follow from those.
"""

from __future__ import annotations

import copy
import functools
import inspect
import random
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from minigrad.course.frames import Foreign
from minigrad.course.process import Halt, Reply, StudentError, Warned, read_reply
from minigrad.course.student import call as call_in

RTOL, ATOL = 1e-9, 1e-10  # above the rounding of float64 in any order of operations, below that of float32
EXAMPLES = 64
MANY = 1000  # a wrong result of so many more numbers than expected is not kept
SALT = "0"  # what examples are drawn from unless a teacher chooses another

# What a check's parameters are drawn from, the simplest first.
size: Sequence[int] = (1, 2, 3, 4, 2, 3, 5, 8)  # the length of an axis
steps: Sequence[int] = (1, 2, 3, 4, 2, 3, 7, 25)  # the length of a sequence
seed: Sequence[int] = range(64)  # where the numbers come from


def salted(values: Mapping[str, Sequence[int]], salt: str) -> Mapping[str, Sequence[int]]:
    """The same choices of sizes, with seeds that belong to the salt."""
    if salt == SALT or "seed" not in values:
        return values
    return {**values, "seed": [random.Random(f"{salt} {n}").getrandbits(32) for n in values["seed"]]}


def draw(values: Mapping[str, Sequence[int]], examples: int, salt: str = SALT) -> list[dict[str, int]]:
    """Combinations in which each choice of each parameter comes as often as any other, the smallest first.

    The same salt shuffles alike in every check, so that those of one exercise see the same examples.
    """
    if not values:
        return [{}]
    columns = []
    for name, choices in values.items():
        column = [choices[i % len(choices)] for i in range(examples)]
        random.Random(f"{salt} {name}").shuffle(column)
        columns.append(column)
    cases = [dict(zip(values, row, strict=True)) for row in zip(*columns, strict=True)]
    return sorted(cases, key=lambda case: sum(n for name, n in case.items() if name != "seed"))


def sometimes_zero(rng: np.random.Generator, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array, or in one of three cases with some of its entries along the first axis set to zero."""
    zero = rng.random(len(array)) < rng.choice([0.0, 0.0, 0.7])
    array[zero] = 0.0
    return array


class Mismatch(AssertionError):
    """What a student's function gave is not what was expected.

    Attributes:
        label: what was looked at, in the student's words.
        got, want: both values; None where one of them has no numbers.
        wrong: for arrays of the same shape, where they differ.
        axes: the names of want's axes.
        whole: what `got` is a part of, if a part alone could be the work of several mistakes.
    """

    def __init__(
        self, label: str, message: str, got: Any = None, want: Any = None, wrong: Any = None, axes: Sequence[str] = ()
    ):
        super().__init__(message)
        self.label, self.message = label, message
        self.got, self.want, self.wrong, self.axes = got, want, wrong, axes
        self.whole: Any = got


class Runner(Protocol):
    """Whatever can call a student's function: a StudentProcess, or a Simulation."""

    def call(self, function: str, args: list[Any], inspect: bool = False) -> Reply: ...


class Simulation:
    """A student whose file is trusted and runs here: a known mistake, say."""

    def __init__(self, source: str):
        self.module = types.ModuleType("simulation")
        self.module.__file__ = "simulation"
        exec(_compiled(source), self.module.__dict__)

    def call(self, function: str, args: list[Any], inspect: bool = False) -> Reply:
        """As StudentProcess.call; the arguments are copied, as they would be on their way to a process."""
        with np.errstate(all="ignore"):
            answer = call_in(self.module, {"function": function, "args": copy.deepcopy(args), "inspect": inspect})
        if answer.get("error") == "KeyboardInterrupt":
            raise KeyboardInterrupt
        return read_reply(answer, function)


@functools.cache
def _compiled(source: str) -> types.CodeType:
    return compile(source, "simulation", "exec", dont_inherit=True)


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
    warnings: list[Warned] = field(default_factory=list)
    outcome: Mismatch | StudentError | Halt | None = None

    def heard(self, answer: Reply | StudentError) -> None:
        """Keep what a call printed, and what NumPy warned of in it."""
        self.printed += answer.printed
        self.warnings += [w for w in answer.warnings if w not in self.warnings]


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

    def call(self, function: str, arguments: dict[str, Any], inspect: bool = False) -> Reply:
        """A call of the student's function, with all that is known of it afterwards.

        Raises:
            StudentError: if it raises.
            Halt: if its process ended.
        """
        example = self.examples[-1]
        example.calls.append(Call(function, arguments))
        try:
            reply = self._runner.call(function, list(arguments.values()), inspect)
        except StudentError as error:
            example.heard(error)
            raise
        example.heard(reply)
        return reply

    def look(self, body: Callable[..., None], case: dict[str, int]) -> Example:
        """Run the body of a check on one example, and note what came of it."""
        example = Example(case)
        self.examples.append(example)
        try:
            body(self, **case)
        except (Mismatch, StudentError, Halt) as outcome:
            example.outcome = outcome
        return example


@dataclass
class Check:
    """A check's place in the course, and how it is made.

    Attributes:
        body: the check of one example, `body(student, **case)`.
        values: what each of the body's parameters is drawn from.
    """

    title: str
    points: int
    needs: Sequence[str]
    body: Callable[..., None]
    values: Mapping[str, Sequence[int]]
    examples: int

    def examine(self, student: Student, salt: str = SALT) -> Example | None:
        """Look at all examples. None if every one is right, or else the smallest that is not.

        That all are looked at, also after one has failed, shows for which sizes a student is right.
        """
        values = salted(self.values, salt)
        for case in draw(values, self.examples, salt):
            example = student.look(self.body, case)
            if isinstance(example.outcome, Halt):
                return example
        failed = next((example for example in student.examples if example.outcome), None)
        return self._shrink(student, failed, values) if failed else None

    def _shrink(self, student: Student, failed: Example, values: Mapping[str, Sequence[int]]) -> Example:
        """The example with each parameter as simple as it can be and still fail."""
        simpler = (
            {**failed.case, name: value}
            for name, choices in values.items()
            for value in choices[: choices.index(failed.case[name])]
        )
        for case in simpler:
            example = student.look(self.body, case)
            if example.outcome:
                return example if isinstance(example.outcome, Halt) else self._shrink(student, example, values)
        return failed


def check(
    title: str, points: int, needs: Sequence[Callable[..., Any]] = (), examples: int = EXAMPLES, **values: Sequence[int]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make the decorated function a graded check, and a pytest test of the fixture `student`.

    Args:
        title: what is checked, in the student's words.
        points: what it is worth.
        needs: checks without which this one can't say anything.
        examples: how many are drawn.
        values: what each of the function's other parameters is drawn from, the simplest first.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        made = Check(title, points, [needed.check.title for needed in needs], function, values, examples)  # type: ignore[attr-defined]

        @functools.wraps(function)
        def test(student: Student) -> None:
            example = made.examine(student)
            if example and example.outcome:
                raise example.outcome

        test.check = made  # type: ignore[attr-defined]
        test.__signature__ = inspect.Signature([inspect.Parameter("student", inspect.Parameter.POSITIONAL_OR_KEYWORD)])  # type: ignore[attr-defined]
        return test

    return decorate


def expect(label: str, got: Any, want: Any, axes: str = "") -> None:
    """Raise Mismatch unless `got` is the array `want`, to RTOL and ATOL.

    Args:
        label: what it is, in the student's words.
        axes: the names of want's axes, such as "N H".
    """
    want = np.asarray(want)
    got = as_floats(label, got, want.ndim)
    names = tuple(axes.split())
    if got.shape != want.shape:
        shape = f"({', '.join(names)}{',' * (len(names) == 1)}) = {want.shape}" if names else f"{want.shape}"
        message = f"{label} has the wrong shape: expected {shape}, got {got.shape}."
        raise Mismatch(label, message, got if got.size <= want.size + MANY else None, want, None, names)
    with np.errstate(invalid="ignore", over="ignore"):
        wrong = ~((np.abs(got - want) <= ATOL + RTOL * np.abs(want)) | (got == want))
    if wrong.any():
        first = tuple(int(i) for i in np.argwhere(wrong)[0])
        count, where = int(wrong.sum()), f"at index [{', '.join(map(str, first))}]"
        several = (
            f"{count} of {wrong.size} numbers {'are' if count > 1 else 'is'} wrong, {'first ' * (count > 1)}{where}"
        )
        expected, came = in_digits(want[first], got[first])
        what = several if wrong.size > 1 else "the number is wrong"
        raise Mismatch(label, f"{label}: {what}: expected {expected}, got {came}.", got, want, wrong, names)


def in_digits(a: float, b: float) -> tuple[str, str]:
    """Two numbers in as few digits, 6 or more, as show that they differ."""
    return next(
        ((f"{a:.{d}g}", f"{b:.{d}g}") for d in (6, 9, 12) if f"{a:.{d}g}" != f"{b:.{d}g}"), (f"{a:.17g}", f"{b:.17g}")
    )


def as_floats(label: str, got: Any, ndim: int) -> np.ndarray[Any, Any]:
    """The result as an array of floats, or a Mismatch that says what it is instead."""
    if got is None:
        raise Mismatch(label, f"{label} is None. Did you forget to return it?")
    if isinstance(got, float) or (ndim == 0 and type(got) is int):
        return np.asarray(got, dtype=float)
    if not isinstance(got, np.ndarray):
        expected = "a NumPy array of floats" if ndim else "a float"
        raise Mismatch(label, f"{label}: expected {expected}, got {in_words(got)}.")
    if got.dtype != np.float64:
        reason = " Something converts your numbers and loses digits." if got.dtype.kind == "f" else ""
        message = f"{label}: expected an array of float64, got an array of {got.dtype}.{reason}"
        raise Mismatch(label, message, got if got.size <= MANY else None)
    return got


def in_words(value: Any) -> str:
    """What kind of value this is, and how it looks."""
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    return str(value) if isinstance(value, Foreign | None) else f"{type(value).__name__} {value!r:.60}"


def unpack(function: str, result: Any, *names: str) -> list[Any]:
    """The parts of a result that should be a tuple of the given names."""
    form = f"({', '.join(names)})"
    if result is None:
        raise Mismatch(function, f"{function} returned None. Did you forget to return {form}?")
    if isinstance(result, np.ndarray) and result.ndim > 2 and len(result) == len(names):
        return list(result)  # matrices that lie in one array come apart as a tuple does
    if not isinstance(result, tuple | list):
        what = f"array of shape {result.shape}" if isinstance(result, np.ndarray) else in_words(result)
        got = result if isinstance(result, np.ndarray) and result.size <= MANY else None
        raise Mismatch(function, f"{function} returns {form}; yours returned one {what}.", got)
    if len(result) != len(names):
        raise Mismatch(function, f"{function} returns {form}, {len(names)} things; yours returned {len(result)}.")
    return list(result)


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
        if error.__name__ in raised.kinds:
            return
        if raised.unwritten:
            raise
        raise Mismatch(label, f"{function} should raise {error.__name__} here; yours raised {raised}.") from None
    got = value if isinstance(value, np.ndarray) else None
    raise Mismatch(label, f"{function} should raise {error.__name__} here; yours returned a result.", got)


def expect_pure(student: Student, function: str, **arguments: Any) -> None:
    """Raise Mismatch if a call changes its arguments, gives something else the second time, or shares its result."""
    before = copy.deepcopy(arguments)
    reply = student.call(function, arguments, inspect=True)
    require(f"the arguments of {function}", len(reply.arguments) == len(before), f"{function} changed its arguments.")
    for name, after in zip(before, reply.arguments, strict=True):
        for part, now in _differences(name, before[name], after):
            message = f"{function} changed its argument {part}; the caller still needs it as it was."
            raise Mismatch(f"{part} after the call", message, now)
    again = student.call(function, arguments, inspect=True)
    for part, _ in _differences("result", reply.value, again.value):
        message = f"{function} gave another {part} when it was called again with the same arguments."
        raise Mismatch(f"{function} called a second time", message)
    shared = reply.shared or again.shared
    message = f"{function} returned memory of its {shared}, not a new array: changing one would change the other."
    require("the memory of the result", not shared, message)


def _differences(name: str, a: Any, b: Any) -> Iterator[tuple[str, Any]]:
    """The parts in which b differs from a: their name, and what they are in b."""
    if isinstance(a, list | tuple) and isinstance(b, list | tuple) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            yield from _differences(f"{name}[{i}]", x, y)
    elif isinstance(a, dict) and isinstance(b, dict) and list(a) == list(b):
        for key in a:
            yield from _differences(f"{name}[{key!r}]", a[key], b[key])
    elif isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.shape != b.shape or not np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"):
            yield name, b
    elif type(a) is not type(b) or (isinstance(a, float | int | str | list | tuple | dict) and a != b and a == a):
        yield name, None
