"""What grading found, as data: the results of checks and exercises, and their JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from minigrad.course.catalogue import Exercise
from minigrad.course.checks import SALT
from minigrad.course.pictures import Chart
from minigrad.course.process import Line, Warned

MAX_NUMBERS, MAX_TEXT = 1000, 5000  # larger arrays and longer prints are cut in the JSON

# What can become of a check, from the best to the worst.
PASSED, NOT_STARTED, BLOCKED, FAILED, ERROR, TIMEOUT = "passed", "not_started", "blocked", "failed", "error", "timeout"
_WORSE = [PASSED, NOT_STARTED, BLOCKED, FAILED, ERROR, TIMEOUT]


@dataclass
class Counterexample:
    """The smallest example that shows what is wrong.

    Attributes:
        sizes: those it was drawn with, and its seed.
        function, arguments: the last call; none if the file could not even be loaded.
        compared: what was looked at, in the student's words; "" after an exception.
        got, want: both values; None where one of them has no numbers.
        wrong: for arrays of the same shape, where they differ.
        lines: after an exception, the student's own on the way there, the outermost first.
    """

    sizes: dict[str, int]
    function: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    compared: str = ""
    got: Any = None
    want: Any = None
    wrong: Any = None
    lines: list[Line] = field(default_factory=list)

    def as_json(self) -> dict[str, Any] | None:
        """As plain data, or None if there was no call."""
        if not self.function:
            return None
        arguments = {name: _jsonable(value) for name, value in self.arguments.items()}
        data = {"sizes": self.sizes, "function": self.function, "arguments": arguments}
        if self.compared:
            data |= {"compared": self.compared, "expected": _jsonable(self.want), "got": _jsonable(self.got)}
        return data


@dataclass
class CheckResult:
    """What one check found.

    Attributes:
        counterexample: for a check that did not pass, unless nothing was tried.
        ranges: for each size that decides alone, the values with which it is right and wrong.
        diagnosis: what the student probably did, or "".
        output, warnings: what the student's code printed, and what NumPy warned of, in that example.
    """

    name: str
    max_points: int
    status: str
    points: int = 0
    seconds: float = 0.0
    message: str = ""
    diagnosis: str = ""
    output: str = ""
    warnings: list[Warned] = field(default_factory=list)
    counterexample: Counterexample | None = None
    ranges: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "status": self.status,
            "points": self.points,
            "max_points": self.max_points,
            "seconds": round(self.seconds, 4),
            "message": self.message,
            "counterexample": self.counterexample.as_json() if self.counterexample else None,
            "diagnosis": self.diagnosis,
            "output": _cut(self.output),
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> CheckResult:
        """The inverse of dataclasses.asdict."""
        example = data["counterexample"]
        if example:
            example = Counterexample(**{**example, "lines": [Line(**line) for line in example["lines"]]})
        return cls(**{**data, "warnings": [Warned(**w) for w in data["warnings"]], "counterexample": example})


@dataclass
class ExerciseResult:
    """What the checks of one exercise found together."""

    exercise: Exercise
    path: Path
    checks: list[CheckResult] = field(default_factory=list)
    seconds: float = 0.0
    note: str = ""
    touched: bool = True  # whether the file holds other code than the skeleton
    repeatable: bool = True  # or else it was a matter of time or memory, which may suffice in another run
    mistakes_known: bool = True  # or else the students' edition was asked about examples that it knows nothing of
    salt: str = SALT  # what its examples were drawn from
    chart: Chart | None = None  # what the student's functions do, once they are right
    remembered: bool = False  # whether this is of an earlier run

    def as_data(self) -> dict[str, Any]:
        """Everything but the exercise and the path, as plain data."""
        return {
            "checks": [asdict(check) for check in self.checks],
            "seconds": self.seconds,
            "note": self.note,
            "touched": self.touched,
            "repeatable": self.repeatable,
            "mistakes_known": self.mistakes_known,
            "chart": self.chart and asdict(self.chart),
        }

    @classmethod
    def from_data(cls, exercise: Exercise, path: Path, data: dict[str, Any]) -> ExerciseResult:
        """The inverse of as_data."""
        checks = [CheckResult.from_data(check) for check in data["checks"]]
        chart = data["chart"] and Chart(**data["chart"])
        return cls(exercise, path, **{**data, "checks": checks, "chart": chart})

    @property
    def points(self) -> int:
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> int:
        return sum(check.max_points for check in self.checks)

    @property
    def status(self) -> str:
        """passed if all checks are, not_started if nothing was written, or else the worst that happened to a check."""
        statuses = {check.status for check in self.checks}
        if statuses == {PASSED}:
            return PASSED
        if statuses <= {NOT_STARTED, BLOCKED} and not self.touched:
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
        "salt": results[0].salt,
        "points": sum(r.points for r in results),
        "max_points": sum(r.max_points for r in results),
        "exercises": [r.as_json() for r in results],
    }


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}... ({len(text) - MAX_TEXT} more characters)"


def _jsonable(value: Any) -> Any:
    """Numbers as numbers; NaN and infinities, which JSON does not have, as strings."""
    if isinstance(value, np.ndarray) and value.size > MAX_NUMBERS:
        return f"array of shape {value.shape}"
    if isinstance(value, np.ndarray | np.generic):
        return _jsonable(value.tolist())
    if isinstance(value, list | tuple):
        return [_jsonable(v) for v in value]
    if isinstance(value, float):
        return value if np.isfinite(value) else str(value)
    if isinstance(value, np.random.Generator):
        return "np.random.Generator"
    return value if value is None or isinstance(value, int | str) else repr(value)
