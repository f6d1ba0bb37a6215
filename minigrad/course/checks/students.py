"""The student as a check sees them: somebody whose functions can be called, and what came of that."""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import linecache
import re
import types
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from minigrad.course.checks import purity
from minigrad.course.checks.purity import Impurity
from minigrad.course.results.limits import KEPT, MAX_WARNINGS
from minigrad.course.results.outcomes import Halt, Mismatch, Outcome, StudentError, Warned
from minigrad.course.results.spelled import source_lines
from minigrad.course.signals import at_most
from minigrad.course.student.child import call as call_in
from minigrad.course.student.frames import crossed
from minigrad.course.student.purity import Purity
from minigrad.course.student.replies import Reply, read_reply

SECONDS = 1.0  # of the processor for a simulated call, which may never end on arguments that are not its own
LARGE = 10_000  # numbers and characters; a result of more is judged and not kept


# The answers of a student's functions, by what their arguments follow from.
Answers = dict[Hashable, "Reply | StudentError"]


class Runner(Protocol):
    """Whatever can call a student's function: a StudentProcess, or a Simulation."""

    def call(self, function: str, args: list[Any]) -> Reply: ...


class Simulation:
    """A student whose file is trusted and runs here, when it is first asked: a known mistake, say."""

    def __init__(self, source: str):
        self.source = source
        self._lines = (len(source), None, source_lines(source), "simulation")
        self._purity = Purity()

    @functools.cached_property
    def module(self) -> types.ModuleType:
        module = types.ModuleType("simulation")
        module.__file__ = "simulation"
        for code in compiled(self.source, "simulation"):
            exec(code, module.__dict__)
        return module

    def rewritten(self, source: str) -> Simulation:
        """The same student with another source."""
        return Simulation(source)

    def at_once(self, function: str, args: list[Any]) -> Any:
        """The result of a function, without all that is noted of a call. The arguments are its own."""
        return getattr(self.module, function)(*args)

    def call(self, function: str, args: list[Any]) -> Reply:
        """As StudentProcess.call: what goes in and what comes out is copied, as on its way to a process and back."""
        linecache.cache["simulation"] = self._lines  # for whoever asks in which line it raised
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), at_most(SECONDS):
            answer = call_in(self.module, {"function": function, "args": crossed(args)}, self._purity)
        if answer.get("error") == "KeyboardInterrupt":
            raise KeyboardInterrupt
        if "value" in answer:
            try:
                value, changed = crossed(answer["value"]), dict(answer["changed"] and crossed(answer["changed"]))
                return Reply(value, printed.getvalue()[:KEPT], [], changed, answer["shared"])
            except Exception as error:  # as in the process: too large, or an object that raises when it is looked at
                text = str(error)[:KEPT]
                answer = {"error": "UnusableResult", "kinds": ["UnusableResult"], "text": text, "lines": []}
        about = {"id": 0, "printed": printed.getvalue()[:KEPT], "warnings": []}
        return read_reply({**answer, **about}, function, 0, len(args))


def compiled(source: str, file: str) -> list[types.CodeType]:
    """A source as code, from one function or class at its top to the next.

    Parts that are the same in another source are compiled once: where one line of a solution is changed, compiling
    takes longer than running.

    Raises:
        SyntaxError: if it is no program.
    """
    starts = [0, *(match.start() for match in re.finditer(r"^(?:def|class) ", source, re.MULTILINE)), len(source)]
    if "__future__" not in source:  # which holds for all of it
        with contextlib.suppress(SyntaxError):  # such a line may stand in a text, or below a decorator
            return [_code(source[a:b], source.count("\n", 0, a), file) for a, b in itertools.pairwise(starts)]
    return [compile(source, file, "exec", dont_inherit=True)]


@functools.cache
def _code(part: str, line: int, file: str) -> types.CodeType:
    return compile("\n" * line + part, file, "exec", dont_inherit=True)


@dataclass
class Call:
    """One call of a student's function: its arguments by name, and what it returned, unless it raised or was large."""

    function: str
    arguments: dict[str, Any]
    value: Any = None


@dataclass
class Example:
    """One drawn example: its sizes and seed, the calls it made, and what came of it.

    Attributes:
        impure: for each function that changed its arguments or shared memory, the first call that did.
        pure: the functions that were asked not to.
    """

    sizes: dict[str, int]
    calls: list[Call] = field(default_factory=list)
    impure: dict[str, tuple[Call, Impurity]] = field(default_factory=dict)
    pure: set[str] = field(default_factory=set)
    printed: str = ""
    warnings: list[Warned] = field(default_factory=list)
    outcome: Outcome | None = None

    def heard(self, answer: Reply | StudentError | Halt) -> None:
        """Keep what a call printed, and the warnings that came in it."""
        self.printed += answer.printed[: KEPT - len(self.printed)]
        self.warnings += [w for w in answer.warnings if w not in self.warnings][: MAX_WARNINGS - len(self.warnings)]


class Student:
    """The student as a check sees it: `student.rnn_cell(x=x, h=h)` is a call of their function.

    Arguments are passed by position; their names are for the screen.

    Attributes:
        examples: what was looked at so far.
        answers: what was answered in examples that several checks look at.
    """

    def __init__(self, runner: Runner, answers: Answers | None = None):
        self.runner = runner
        self.examples: list[Example] = []
        self.answers: Answers = {} if answers is None else answers

    @property
    def hears_ahead(self) -> bool:
        """True if the runner gains by hearing of calls before they are made."""
        return hasattr(self.runner, "soon")

    def __getattr__(self, function: str) -> Callable[..., Any]:
        if function.startswith("_"):
            raise AttributeError(function)
        return lambda **arguments: self.call(function, arguments).value

    def call(self, function: str, arguments: dict[str, Any], key: Hashable = None) -> Reply:
        """A call of the student's function, with all that is known of it afterwards.

        Args:
            key: what these arguments follow from. What was asked with the same one before is not asked again.

        Raises:
            StudentError: if it raises.
            Halt: if its process ended.
        """
        example = self.examples[-1]
        example.calls.append(made := Call(function, arguments))
        try:
            reply = self._reply(function, list(arguments.values()), key)
        except (StudentError, Halt) as outcome:
            example.heard(outcome)
            raise
        example.heard(reply)
        if reply.size <= LARGE:
            made.value = reply.value
        if impurity := purity.changed(function, arguments, reply) or purity.shared(function, reply):
            example.impure.setdefault(function, (made, impurity))
        return reply

    def soon(self, function: str, calls: Sequence[dict[str, Any]]) -> None:
        """Say which calls are made next, in this order. To a process they are sent together, which is quicker."""
        if self.hears_ahead:
            self.runner.soon(function, [list(arguments.values()) for arguments in calls])  # type: ignore[attr-defined]

    def value(self, name: str) -> Any:
        """The value that the student has put under this name.

        Raises:
            StudentError: if that is `...`, or nothing.
            Halt: if the process ended.
        """
        return self.runner.call(name, []).value

    def _reply(self, function: str, args: list[Any], key: Hashable) -> Reply:
        if key is None:
            return self.runner.call(function, args)
        if key not in self.answers:
            try:
                self.answers[key] = self.runner.call(function, args)
            except StudentError as error:
                self.answers[key] = error
        answer = self.answers[key]
        if isinstance(answer, StudentError):
            raise answer.with_traceback(None)
        if answer.size > LARGE:
            del self.answers[key]
        return answer

    def look(self, body: Callable[..., None], sizes: dict[str, int]) -> Example:
        """Run the body of a check on one example, and note what came of it."""
        outcome = self.raised(body, sizes)
        example = self.examples[-1]
        example.outcome = outcome and outcome.with_traceback(None)  # its frames hold all that came, and the example
        return example

    def raised(self, body: Callable[..., None], sizes: dict[str, int]) -> Outcome | None:
        """Run the body of a check on one example. Its outcome keeps the traceback."""
        self.examples.append(Example(sizes))
        try:
            body(self, **sizes)
        except (Mismatch, StudentError, Halt) as outcome:
            return outcome
        return None
