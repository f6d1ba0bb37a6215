"""What a whole cohort came to: the distribution of scores, and what became of each exercise and check."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from minigrad.course.cohort.gradebook import Assigned, Grade, Gradebook, Record
from minigrad.course.cohort.submissions import Student
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import ExerciseResult, Heading

BINS = 20


@dataclass(frozen=True)
class Bin:
    """How many students have a score from `low` to `high` percent: below `high`, except in the last one."""

    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Scores:
    """The distribution of the scores of those who have one.

    Attributes:
        median: in percent; None if nobody has one.
    """

    count: int
    median: float | None
    bins: list[Bin]


@dataclass
class Tally:
    """What became of a check, or of an exercise, over all students who have a verdict.

    Attributes:
        points, of: those that were won, and that there were to win.
        statuses: how many students have each status; also INFRA, which is no verdict.
    """

    title: str
    points: int = 0
    of: int = 0
    statuses: Counter[Status] = field(default_factory=Counter)

    def add(self, status: Status, points: int, of: int) -> None:
        self.statuses[status] += 1
        if status != Status.INFRA:
            self.points += points
            self.of += of

    @property
    def share(self) -> float | None:
        """The part of the points that was won; None where there were none to win."""
        return self.points / self.of if self.of else None


@dataclass
class ExerciseTally(Tally):
    """What became of an exercise.

    Attributes:
        waiting: how many files of it are not graded yet.
    """

    checks: dict[str, Tally] = field(default_factory=dict)
    waiting: int = 0


@dataclass(frozen=True)
class Took:
    """How long one file took to be graded."""

    student: Student
    exercise: Heading
    result: ExerciseResult


def scores(gradebook: Gradebook) -> Scores:
    """The distribution of scores, in percent of the points that there are to be won."""
    whole = gradebook.max_score
    shares = [100 * record.score / whole for record in gradebook.records if record.complete and whole]
    counts = Counter(max(0, min(BINS - 1, int(share * BINS / 100 + 1e-9))) for share in shares)
    bins = [Bin(100 * k / BINS, 100 * (k + 1) / BINS, counts[k]) for k in range(BINS)]
    return Scores(len(shares), statistics.median(shares) if shares else None, bins)


def exercises(gradebook: Gradebook) -> list[ExerciseTally]:
    """What became of each exercise and of its checks, of all who handed anything in."""
    tallies = [ExerciseTally(_title(assigned)) for assigned in gradebook.assigned]
    for record in gradebook.records:
        for tally, grade in zip(tallies, handed_in(record), strict=False):
            _add(tally, grade)
    return tallies


def handed_in(record: Record) -> list[Grade]:
    """The grades of a student of whom a submission was found."""
    return record.grades if record.place else []


def _title(assigned: Assigned) -> str:
    return f"{assigned.exercise.number} {assigned.exercise.name}: {assigned.exercise.title}"


def _add(tally: ExerciseTally, grade: Grade) -> None:
    if grade.result is None:
        tally.waiting += 1
        return
    tally.add(grade.result.status, grade.result.points, grade.assigned.max_points)
    for check in grade.result.checks:
        of_check = tally.checks.setdefault(check.title, Tally(check.title))
        of_check.add(check.status, check.points, check.max_points)


def slowest(gradebook: Gradebook, count: int) -> list[Took]:
    """The files that took longest to be graded, the longest first."""
    return sorted(_times(gradebook.records), key=lambda took: -took.result.seconds)[:count]


def _times(records: Iterable[Record]) -> Iterator[Took]:
    for record in records:
        for grade in record.grades:
            if grade.result and grade.result.seconds > 0:
                yield Took(record.student, grade.assigned.exercise, grade.result)
