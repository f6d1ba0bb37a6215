"""From a student's file to a verdict: run the checks of an exercise and keep what each of them found."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from minigrad.course.catalogue import Exercise
from minigrad.course.checks import Check, Example, Mismatch, Student
from minigrad.course.diagnosis import Diagnostician, Evidence, same_outcome
from minigrad.course.process import EXERCISE_SECONDS, Halt, StudentError, StudentProcess
from minigrad.course.results import BLOCKED, ERROR, FAILED, NOT_STARTED, PASSED, CheckResult, ExerciseResult

MAX_SOURCE = 1_000_000


class Unreadable(Exception):
    """What is in the place of an exercise's file is no Python source."""

    def __init__(self, status: str, why: str):
        super().__init__(why)
        self.status = status


def grade_file(exercise: Exercise, path: Path) -> ExerciseResult:
    """Grade the file at `path`. Whatever is in it, or is not, becomes a result and never an exception."""
    try:
        source = read_source(path)
    except Unreadable as why:
        return _without_running(exercise, path, why.status, str(why))
    return grade_source(exercise, source, path)


def read_source(path: Path) -> str:
    """The text of a student's file, with the line ends of this system.

    Raises:
        Unreadable: if there is none.
    """
    try:
        if not path.is_file():
            raise Unreadable(NOT_STARTED, f"{path.name} {'is not a file' if path.exists() else 'is not there'}.")
        if path.stat().st_size > MAX_SOURCE:
            raise Unreadable(ERROR, f"{path.name} is larger than {MAX_SOURCE // 1_000_000} MB.")
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(ERROR, f"{path.name} cannot be read: {error.strerror}.") from None
    try:
        source = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise Unreadable(ERROR, f"{path.name} is not a text file in UTF-8.") from None
    if "\0" in source:
        raise Unreadable(ERROR, f"{path.name} contains NUL characters, so it is not Python source.")
    if not source.strip():
        raise Unreadable(ERROR, f"{path.name} is empty.")
    return source


def grade_source(exercise: Exercise, source: str, path: Path) -> ExerciseResult:
    """Grade a student's source, which came from `path`, in a process of its own."""
    if source == exercise.skeleton:
        return _without_running(exercise, path, NOT_STARTED, "")  # as running it would find
    exercise.load()
    with StudentProcess(exercise.stem, str(path), source) as process:
        return grade_with(exercise, process)


def grade_with(exercise: Exercise, process: StudentProcess) -> ExerciseResult:
    """Run the checks against a student process."""
    started = time.monotonic()
    process.deadline = started + EXERCISE_SECONDS
    path = Path(process.file)
    try:
        printed = process.load()
    except (StudentError, Halt) as outcome:
        status = outcome.status if isinstance(outcome, Halt) else ERROR
        result = _without_running(exercise, path, status, describe(outcome))
        result.checks[0].example = Example({}, outcome=outcome)
        result.checks[0].output = outcome.printed if isinstance(outcome, StudentError) else ""
        result.seconds = time.monotonic() - started
        return result
    touched = _code(process.source) != _code(exercise.skeleton)
    result = ExerciseResult(exercise, path, touched=touched)
    students: list[Student] = []
    for check in exercise.checks:
        blocking = next((c.name for c in result.checks if c.name in check.needs and c.status != PASSED), None)
        student = Student(process)
        students.append(student)
        result.checks.append(_blocked(check, blocking) if blocking else _run(check, student))
    if printed and result.checks:
        result.checks[0].output = printed + result.checks[0].output
    diagnose(exercise, students, result.checks)
    result.seconds = time.monotonic() - started
    return result


def _run(check: Check, student: Student) -> CheckResult:
    """One check against one student."""
    result = CheckResult(check.title, check.points, PASSED)
    started = time.monotonic()
    try:
        example = check.examine(student)
        outcome = example.outcome if example else None
        again = (
            outcome if example is None or isinstance(outcome, Halt) else student.look(check.body, example.case).outcome
        )
    except Exception as error:  # whatever a student's function returns, the others are graded
        result.example = student.examples[-1]
        result.status = ERROR
        function = result.example.calls[-1].function
        result.message = f"{function} returned something this check cannot use ({type(error).__name__}: {error})."
    else:
        result.example = example
        if example is None or outcome is None:
            result.points = result.max_points
            result.output = student.examples[0].printed
        else:
            result.status, result.message = _status(outcome, student.examples), describe(outcome)
            result.output = example.printed
            result.ranges = "; ".join(_deciding_sizes(student.examples))
            if again is not outcome and not same_outcome(outcome, again):
                result.message = f"{example.calls[-1].function} gives different results for the same arguments."
                result.example = replace(example, outcome=None)
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
        unwritten = (outcome.lines and outcome.lines[-1].function) or outcome.function or "Your file"
        return f"{unwritten} is not written yet{f':{line} it raises NotImplementedError' if line else ''}."
    match outcome.error:
        case "NoSuchFunction":
            return f"Your file has no function {outcome.function}. Did you rename it?"
        case "PrintFlood":
            return f"{who} printed more than a million characters in one call. Is there a loop that never ends?"
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


def _code(source: str) -> list[str]:
    """The lines of a file that are neither empty nor a comment."""
    return [line.strip() for line in source.split("\n") if line.strip() and not line.strip().startswith("#")]


def _without_running(exercise: Exercise, path: Path, status: str, message: str) -> ExerciseResult:
    """The same verdict for every check, of a file that cannot be run."""
    checks = [CheckResult(check.title, check.points, status, message=message) for check in exercise.checks]
    return ExerciseResult(exercise, path, checks, note=message, touched=status != NOT_STARTED)


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


def diagnose(exercise: Exercise, students: Sequence[Student], results: Sequence[CheckResult]) -> None:
    """Say for each check that failed what the student probably did."""
    evidence = [
        Evidence(check, result.example, student.examples)
        for check, student, result in zip(exercise.checks, students, results, strict=True)
    ]
    diagnostician = Diagnostician(exercise, evidence)
    for i, result in enumerate(results):
        if result.status in (FAILED, ERROR) and result.example and result.example.outcome:
            result.diagnosis = diagnostician.diagnose(i)
