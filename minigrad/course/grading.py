"""From a student's file to a verdict: run the checks of an exercise and keep what each of them found."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis.errors import Flaky

from minigrad.course.catalogue import Exercise
from minigrad.course.checks import Check, Example, Mismatch, Student
from minigrad.course.diagnosis import Diagnostician, Evidence
from minigrad.course.process import EXERCISE_SECONDS, Halt, StudentError, StudentProcess
from minigrad.course.results import BLOCKED, ERROR, FAILED, NOT_STARTED, PASSED, CheckResult, ExerciseResult
from minigrad.course.skeleton import make_skeleton

MAX_SOURCE = 1_000_000


def grade_file(exercise: Exercise, path: Path) -> ExerciseResult:
    """Grade the file at `path`. Whatever is in it, or is not, becomes a result and never an exception."""
    name = path.name
    if not path.is_file():
        return _without_running(
            exercise, NOT_STARTED, f"{name} {'is not a file' if path.exists() else 'is not there'}."
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        return _without_running(exercise, ERROR, f"{name} cannot be read: {error.strerror}.")
    if len(data) > MAX_SOURCE:
        return _without_running(exercise, ERROR, f"{name} is larger than {MAX_SOURCE // 1_000_000} MB.")
    try:
        source = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return _without_running(exercise, ERROR, f"{name} is not a text file in UTF-8.")
    if "\0" in source:
        return _without_running(exercise, ERROR, f"{name} contains NUL characters, so it is not Python source.")
    if not source.strip():
        return _without_running(exercise, ERROR, f"{name} is empty.")
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
        result.status, result.message = _status(outcome, student.examples), describe(outcome)
    except Flaky:
        result.example = replace(next(e for e in reversed(student.examples) if e.outcome), outcome=None)
        result.status = FAILED
        result.message = f"{result.example.calls[-1].function} gives different results for the same arguments."
    except Exception as error:  # whatever a student's function returns, the others are graded
        result.example = student.examples[-1]
        result.status, function = ERROR, result.example.calls[-1].function
        result.message = f"{function} returned something this check cannot use ({type(error).__name__}: {error})."
    if result.example:
        result.output = result.example.printed
        if result.status in (FAILED, ERROR) and not isinstance(result.example.outcome, Halt):
            with contextlib.suppress(Exception, Halt):
                test.check.survey(student=student)
            result.ranges = "; ".join(_deciding_sizes(student.examples))
    result.seconds = time.monotonic() - started
    return result


def _status(outcome: Mismatch | StudentError | Halt, examples: Sequence[Example]) -> str:
    if isinstance(outcome, Halt):
        return outcome.status
    if isinstance(outcome, Mismatch):
        return FAILED
    unwritten = "NotImplementedError" in outcome.kinds and all(e.outcome for e in examples)
    return NOT_STARTED if unwritten else ERROR


def describe(outcome: Mismatch | StudentError | Halt) -> str:
    """What came of a call, in a sentence for the student."""
    if not isinstance(outcome, StudentError):
        return outcome.message
    who = f"Your {outcome.function}" if outcome.function else "Your file"
    line = f" in line {outcome.lines[-1].number}" if outcome.lines else ""
    if "NotImplementedError" in outcome.kinds:
        return f"{(outcome.lines and outcome.lines[-1].function) or outcome.function} is not written yet."
    match outcome.error:
        case "NoSuchFunction":
            return f"Your file has no function {outcome.function}. Did you rename it?"
        case "PrintFlood":
            return f"{who} printed more than 100,000 characters in one call. Is there a loop that never ends?"
        case "MemoryError" | "RecursionError" if not (outcome.function or outcome.lines):
            return "Python cannot read your file: it is nested too deeply."
        case "MemoryError":
            return f"{who} asked for more memory than the 2 GB it may have. {outcome.text}".rstrip()
        case "SystemExit" | "KeyboardInterrupt":
            return f"{who} raised {outcome.error}, which would end the program. Return a result instead of exiting."
        case "UnusableResult":
            return f"{who} returned a result that cannot be looked at: {outcome.text}."
        case "EOFError":
            return f"{who} waits for input. Use the arguments instead of input()."
        case "SyntaxError" | "IndentationError" | "TabError":
            return f"Python cannot read your file: {outcome.error}{line}: {outcome.text}."
    return f"{who} raised {outcome.error}: {_in_plain_words(outcome.text)}".removesuffix(": ")


def _in_plain_words(text: str) -> str:
    """NumPy's message for shapes that do not fit in a matrix product, for people who have not met gufuncs."""
    sizes = re.search(r"matmul: Input operand 1 .* \(size (\d+) is different from (\d+)\)", text)
    if not sizes:
        return text
    rows, columns = sizes.groups()
    return f"in a matrix product a @ b, a has {columns} columns and b has {rows} rows; they must be the same number."


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
        if result.status in (FAILED, ERROR) and result.example and result.example.outcome:
            result.diagnosis = diagnostician.diagnose(i)
