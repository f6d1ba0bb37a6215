"""The results of a check and of an exercise."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from minigrad.course.results.charts import AnyChart
from minigrad.course.results.outcomes import Line, Warned
from minigrad.course.results.plain import made
from minigrad.course.results.status import Status

PREDICTION = "prediction: "  # so begins the title of a check of an answer that is typed before any code
UNDECIDED = (Status.PASSED, Status.NOT_STARTED, Status.BLOCKED)  # nothing that a check found to be wrong


class Named:
    """The name of an exercise's files, such as ex09_rnn_cell, and what it tells."""

    stem: str

    @property
    def number(self) -> int:
        return int(self.stem[2:4])

    @property
    def name(self) -> str:
        return self.stem[5:]

    @property
    def file(self) -> str:
        return f"{self.stem}.py"


@dataclass(frozen=True)
class Heading(Named):
    """An exercise as a report names it.

    Attributes:
        stem: the name of its files, such as ex09_rnn_cell.
    """

    stem: str
    title: str
    chapter: str


@dataclass
class Counterexample:
    """The smallest example that shows what is wrong.

    Attributes:
        sizes: those it was drawn with, and its seed.
        function, arguments: the last call; none if the file could not even be loaded.
        label: what was looked at, in the student's words; "" after an exception.
        got, expected: both values; None where one of them has no numbers.
        wrong: for arrays of the same shape, where they differ.
        lines: after an exception, the student's own on the way there, the outermost first.
    """

    sizes: dict[str, int]
    function: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    label: str = ""
    got: Any = None
    expected: Any = None
    wrong: Any = None
    lines: list[Line] = field(default_factory=list)


@dataclass
class CheckResult:
    """The result of one check.

    Attributes:
        call: the student's function as it is called, such as "rnn_cell(x, h)"; "" before any call.
        counterexample: for a check that did not pass, unless nothing was tried.
        ranges: for each size that decides alone, the values with which it is right and wrong.
        diagnosis: what the student probably did, or "".
        output, warnings: what the student's code printed, and what NumPy warned of, in that example.
    """

    title: str
    max_points: int
    status: Status
    points: int = 0
    seconds: float = 0.0
    message: str = ""
    diagnosis: str = ""
    output: str = ""
    warnings: list[Warned] = field(default_factory=list)
    counterexample: Counterexample | None = None
    ranges: str = ""
    call: str = ""

    @property
    def is_prediction(self) -> bool:
        return self.title.startswith(PREDICTION)


@dataclass
class ExerciseResult:
    """The results of the checks of one exercise together, for the file at `path`."""

    exercise: Heading
    path: Path
    checks: list[CheckResult] = field(default_factory=list)
    seconds: float = 0.0
    message: str = ""  # of a file that was not run
    touched: bool = True  # whether the file holds other code than the skeleton
    repeatable: bool = True  # or else it was a matter of time or memory, which may suffice in another run
    mistakes_known: bool = True  # or else the students' edition was asked about examples that it knows nothing of
    chart: AnyChart | None = None  # what the student's functions do, once they are right
    no_chart: str = ""  # why there is none, where there should be one
    remembered: bool = False  # whether this is of an earlier run

    def as_data(self) -> dict[str, Any]:
        """Everything but the exercise and the path, as plain data."""
        return {
            "checks": [{**asdict(check), "status": check.status.value} for check in self.checks],
            "seconds": self.seconds,
            "message": self.message,
            "touched": self.touched,
            "repeatable": self.repeatable,
            "mistakes_known": self.mistakes_known,
            "chart": self.chart and asdict(self.chart),
            "no_chart": self.no_chart,
        }

    @classmethod
    def from_data(cls, exercise: Heading, path: Path, data: Any) -> ExerciseResult:
        """The inverse of as_data.

        Raises:
            TypeError, ValueError: if the data have another form.
        """
        return made(cls, data, exercise=exercise, path=path, remembered=False)

    @property
    def points(self) -> int:
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> int:
        return sum(check.max_points for check in self.checks)

    @property
    def status(self) -> Status:
        """PASSED if all checks are, NOT_STARTED if nothing was written, or else the worst that happened to a check."""
        statuses = {check.status for check in self.checks}
        if statuses == {Status.PASSED}:
            return Status.PASSED
        if statuses <= {Status.NOT_STARTED, Status.BLOCKED} and not self.touched:
            return Status.NOT_STARTED
        return Status.worst({Status.FAILED, *statuses})

    @property
    def falls_short(self) -> bool:
        """True if something that was started is not finished."""
        return self.status not in (Status.PASSED, Status.NOT_STARTED)

    @property
    def first_failure(self) -> CheckResult | None:
        """The check to look at first."""
        started = (c for c in self.checks if c.status not in UNDECIDED)
        unfinished = (c for c in self.checks if c.status == Status.NOT_STARTED)
        return next(started, None) or (next(unfinished, None) if self.falls_short else None)

    @property
    def first_failures(self) -> list[CheckResult]:
        """The results to look at first: all wrong predictions, which a glance tells, and the first check of code.

        Of a file that cannot be run every check says the same, and so one of code is enough.
        """
        wrong = [check for check in self.checks if check.status not in UNDECIDED]
        predictions = [check for check in wrong if check.is_prediction and not self.message]
        found = [*predictions, *[check for check in wrong if not check.is_prediction][:1]]
        return found or ([self.first_failure] if self.first_failure else [])


@dataclass
class Report:
    """The results of all that was graded in one run.

    Attributes:
        salt: what examples were drawn from.
    """

    results: list[ExerciseResult]
    salt: str
