"""From a student's file to points: run the checks of an exercise and keep what each of them found."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis.errors import Flaky

from minigrad.course.catalogue import Exercise
from minigrad.course.checks import Check, Example, Mismatch, Student
from minigrad.course.diagnosis import Diagnostician, Evidence
from minigrad.course.process import EXERCISE_SECONDS, Halt, StudentError, StudentProcess
from minigrad.course.skeleton import make_skeleton

MAX_SOURCE = 1_000_000

# What can become of a check, from the best to the worst.
PASSED, NOT_STARTED, BLOCKED, FAILED, ERROR, TIMEOUT = "passed", "not_started", "blocked", "failed", "error", "timeout"
_WORSE = [PASSED, NOT_STARTED, BLOCKED, FAILED, ERROR, TIMEOUT]


@dataclass
class CheckResult:
    """What one check found.

    Attributes:
        example: for a check that did not pass, the smallest example that shows it, with what came of it.
        ranges: for each size that decides alone, the values with which it is right and wrong.
        diagnosis: what the student probably did, or "".
        output: what the student's code printed in that example.
    """

    name: str
    max_points: int
    status: str
    points: int = 0
    seconds: float = 0.0
    message: str = ""
    diagnosis: str = ""
    output: str = ""
    example: Example | None = None
    ranges: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "status": self.status,
            "points": self.points,
            "max_points": self.max_points,
            "seconds": round(self.seconds, 4),
            "message": self.message,
            "counterexample": counterexample(self.example),
            "diagnosis": self.diagnosis,
            "output": self.output,
        }


@dataclass
class ExerciseResult:
    """What the checks of one exercise found together."""

    exercise: Exercise
    checks: list[CheckResult] = field(default_factory=list)
    seconds: float = 0.0
    note: str = ""

    @property
    def points(self) -> int:
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> int:
        return sum(check.max_points for check in self.checks)

    @property
    def status(self) -> str:
        """passed or not_started if that is true of all checks; or else the worst that happened to one."""
        statuses = {check.status for check in self.checks}
        if statuses == {PASSED}:
            return PASSED
        if statuses <= {NOT_STARTED, BLOCKED}:
            return NOT_STARTED
        return max({FAILED, *statuses}, key=_WORSE.index)

    @property
    def falls_short(self) -> bool:
        """Whether something that was started is not finished."""
        return self.status not in (PASSED, NOT_STARTED)

    @property
    def first_failure(self) -> CheckResult | None:
        """The check to look at first."""
        started = (c for c in self.checks if c.status not in (PASSED, NOT_STARTED, BLOCKED))
        unfinished = (c for c in self.checks if c.status == NOT_STARTED)
        return next(started, None) or (next(unfinished, None) if self.falls_short else None)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.exercise.name,
            "title": self.exercise.title,
            "points": self.points,
            "max_points": self.max_points,
            "status": self.status,
            "seconds": round(self.seconds, 4),
            "checks": [check.as_json() for check in self.checks],
        }


def report_as_json(results: Sequence[ExerciseResult]) -> dict[str, Any]:
    """All results in the form that `--json` writes."""
    return {
        "points": sum(r.points for r in results),
        "max_points": sum(r.max_points for r in results),
        "exercises": [r.as_json() for r in results],
    }


def grade_file(exercise: Exercise, path: Path) -> ExerciseResult:
    """Grade the file at `path`. Whatever is in it, or is not, becomes a result and never an exception."""
    if not path.is_file():
        what = "is not a file" if path.exists() else "is not there"
        return _without_running(exercise, NOT_STARTED, f"{path} {what}.")
    data = path.read_bytes()
    if len(data) > MAX_SOURCE:
        return _without_running(exercise, ERROR, f"{path} is larger than {MAX_SOURCE // 1_000_000} MB.")
    try:
        source = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return _without_running(exercise, ERROR, f"{path} is not a text file in UTF-8.")
    if "\0" in source:
        return _without_running(exercise, ERROR, f"{path} contains NUL characters, so it is not Python source.")
    if not source.strip():
        return _without_running(exercise, ERROR, f"{path} is empty.")
    return grade_source(exercise, source, str(path))


def grade_source(exercise: Exercise, source: str, file: str) -> ExerciseResult:
    """Grade a student's source in a process of its own."""
    if source == make_skeleton(exercise.solution):
        return _without_running(exercise, NOT_STARTED, "")  # as running it would find
    process = StudentProcess(exercise.stem, file, source)
    try:
        process.spawn()
        checks = exercise.checks  # importing them takes about as long as the process takes to start
        return grade_with(exercise, process, checks)
    finally:
        process.close()


def grade_with(exercise: Exercise, process: StudentProcess, checks: Sequence[Any]) -> ExerciseResult:
    """Run the checks against a student process."""
    started = time.monotonic()
    process.deadline = started + EXERCISE_SECONDS
    try:
        printed = process.load()
    except (StudentError, Halt) as outcome:
        result = _without_running(exercise, outcome.status if isinstance(outcome, Halt) else ERROR, "")
        first = result.checks[0]
        first.example = Example({}, outcome=outcome, printed=getattr(outcome, "printed", ""))
        for check in result.checks:
            check.message = describe(outcome)
        first.output = first.example.printed
        result.seconds = time.monotonic() - started
        return result
    result = ExerciseResult(exercise)
    students: list[Student] = []
    for test in checks:
        blocking = next((c.name for c in result.checks if c.name in test.check.needs and c.status != PASSED), None)
        student = Student(process)
        students.append(student)
        result.checks.append(_blocked(test.check, blocking) if blocking else _run(test, student))
    if printed and result.checks:
        result.checks[0].output = printed + result.checks[0].output
    diagnose(exercise, checks, students, result.checks)
    result.seconds = time.monotonic() - started
    return result


def _run(test: Any, student: Student) -> CheckResult:
    """One check against one student."""
    result = CheckResult(test.check.title, test.check.points, PASSED)
    started = time.monotonic()
    try:
        test(student=student)
        result.points = result.max_points
        result.output = student.examples[0].printed
    except (Mismatch, StudentError, Halt) as outcome:
        result.example = student.examples[-1]
        result.status, result.message = _status(outcome), describe(outcome)
    except Flaky:
        result.example = next(e for e in reversed(student.examples) if e.outcome)
        function = result.example.calls[-1].function
        result.status, result.message = FAILED, f"{function} gives different results for the same arguments."
    if result.example:
        result.output = result.example.printed
        if result.status in (FAILED, ERROR) and not isinstance(result.example.outcome, Halt):
            with contextlib.suppress(Halt, Flaky):
                test.check.survey(student=student)
            result.ranges = "; ".join(_deciding_sizes(student.examples))
    result.seconds = time.monotonic() - started
    return result


def _status(outcome: Mismatch | StudentError | Halt) -> str:
    if isinstance(outcome, Halt):
        return outcome.status
    if isinstance(outcome, StudentError):
        return NOT_STARTED if outcome.error == "NotImplementedError" else ERROR
    return FAILED


def describe(outcome: BaseException) -> str:
    """What came of a call, in a sentence for the student."""
    if not isinstance(outcome, StudentError):
        return outcome.message  # type: ignore[attr-defined, no-any-return]
    who = f"Your {outcome.function}" if outcome.function else "Your file"
    match outcome.error:
        case "NotImplementedError":
            return f"{outcome.lines[-1].function if outcome.lines else outcome.function} is not written yet."
        case "NoSuchFunction":
            return f"Your file has no function {outcome.function}. Did you rename it?"
        case "PrintFlood":
            return f"{who} printed more than 100,000 characters in one call. Is there a loop that never ends?"
        case "MemoryError":
            return f"{who} asked for more memory than the 2 GB it may have. {outcome.text}".rstrip()
        case "SystemExit" | "KeyboardInterrupt":
            return f"{who} raised {outcome.error}, which would end the program. Return a result instead of exiting."
        case "ResultTooLarge":
            return f"{who} returned a result too large to look at: {outcome.text}."
        case "EOFError":
            return f"{who} waits for input. Use the arguments instead of input()."
        case "SyntaxError" | "IndentationError" | "TabError":
            line = f" in line {outcome.lines[-1].number}" if outcome.lines else ""
            return f"Python cannot read your file: {outcome.error}{line}: {outcome.text}."
    return f"{who} raised {outcome}"


def _without_running(exercise: Exercise, status: str, message: str) -> ExerciseResult:
    """The same verdict for every check, of a file that cannot be run."""
    checks = [CheckResult(t.check.title, t.check.points, status, message=message) for t in exercise.checks]
    return ExerciseResult(exercise, checks, note=message)


def _blocked(check: Check, by: str) -> CheckResult:
    return CheckResult(check.title, check.points, BLOCKED, message=f'Waits for the check "{by}".')


def _deciding_sizes(examples: Sequence[Example]) -> Iterator[str]:
    """For each size: with which values the student is right and with which wrong, if it depends on that alone."""
    judged = [e for e in examples if not isinstance(e.outcome, Halt)]
    for name in judged[0].case if judged else ():
        if name == "seed":
            continue
        right = {e.case[name] for e in judged if not e.outcome}
        wrong = {e.case[name] for e in judged if e.outcome}
        if right and wrong and (max(right) < min(wrong) or max(wrong) < min(right)):
            yield f"right for {_range(name, right, wrong)}, wrong for {_range(name, wrong, right)}"


def _range(name: str, values: set[int], others: set[int]) -> str:
    if len(values) == 1:
        return f"{name} = {min(values)}"
    return f"{name} ≥ {min(values)}" if min(values) > max(others) else f"{name} ≤ {max(values)}"


def diagnose(
    exercise: Exercise, checks: Sequence[Any], students: Sequence[Student], results: Sequence[CheckResult]
) -> None:
    """Say for each check that failed what the student probably did."""
    evidence = [
        Evidence(test.check, result.example, student.examples)
        for test, student, result in zip(checks, students, results, strict=True)
    ]
    diagnostician = Diagnostician(exercise, evidence)
    for i, result in enumerate(results):
        if result.status in (FAILED, ERROR):
            result.diagnosis = diagnostician.diagnose(i)


def counterexample(example: Example | None) -> dict[str, Any] | None:
    """An example as plain data: sizes, the last call's arguments, expected and got."""
    if example is None or not example.calls:
        return None
    call = example.calls[-1]
    outcome = example.outcome
    data = {
        "sizes": example.case,
        "function": call.function,
        "arguments": {name: _jsonable(value) for name, value in call.arguments.items()},
    }
    if isinstance(outcome, Mismatch):
        data |= {"compared": outcome.label, "expected": _jsonable(outcome.want), "got": _jsonable(outcome.got)}
    return data


def _jsonable(value: Any) -> Any:
    """Numbers as numbers; NaN and infinities, which JSON does not have, as strings."""
    if isinstance(value, np.ndarray | np.generic):
        return _jsonable(value.tolist())
    if isinstance(value, list | tuple):
        return [_jsonable(v) for v in value]
    if isinstance(value, float):
        return value if np.isfinite(value) else str(value)
    return value if value is None or isinstance(value, int | str) else repr(value)
