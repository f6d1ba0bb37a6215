"""The summary of a cohort: the distribution of scores, the statuses of each exercise and check, what took long."""

from __future__ import annotations

import heapq
import statistics
from collections import Counter
from dataclasses import dataclass, field

from minigrad.course.cohort.gradebook import Assigned, Grade, Gradebook, Record
from minigrad.course.cohort.submissions import Student
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import Heading

BINS = 20
SLOWEST = 10


@dataclass(frozen=True)
class Bin:
    """The number of students with a score from `low` to `high` percent: below `high`, except in the last one."""

    low: float
    high: float
    count: int


@dataclass
class Tally:
    """The statuses and points of a check, or of an exercise, over all students of whom something was taken.

    Attributes:
        points, of: those that were won, and that there were to win, where there is a verdict.
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
    """The tally of an exercise.

    Attributes:
        waiting: how many files of it are not graded yet.
    """

    checks: dict[str, Tally] = field(default_factory=dict)
    waiting: int = 0


@dataclass(frozen=True)
class Took:
    """The time that grading one file took."""

    student: Student
    exercise: Heading
    seconds: float


class Summary:
    """The numbers of a whole cohort, in one reading of the gradebook, which may be long.

    Attributes:
        count: how many students there are.
        shares: the scores of those who have one, in percent of what there is to be won.
        exercises: in the order of the gradebook.
        slowest: the files that took longest, the longest first.
    """

    def __init__(self, gradebook: Gradebook):
        self.count = 0
        self.shares: list[float] = []
        self.exercises = [ExerciseTally(_title(assigned)) for assigned in gradebook.assigned]
        whole = gradebook.max_score
        slowest: list[tuple[float, int, Took]] = []
        for record in gradebook.records:
            self.count += 1
            if record.complete and whole:
                self.shares.append(100 * record.score / whole)
            for place, (tally, grade) in enumerate(zip(self.exercises, handed_in(record), strict=False)):
                _add(tally, grade)
                if grade.result and grade.result.seconds > 0:
                    seconds, order = grade.result.seconds, -(self.count * len(self.exercises) + place)
                    if len(slowest) < SLOWEST or (seconds, order) > slowest[0][:2]:
                        took = Took(record.student, grade.assigned.exercise, seconds)
                        push = heapq.heappush if len(slowest) < SLOWEST else heapq.heapreplace
                        push(slowest, (seconds, order, took))
        self.slowest = [took for _, _, took in sorted(slowest, reverse=True)]

    @property
    def median(self) -> float | None:
        """The median of the scores, in percent; None if nobody has one."""
        return statistics.median(self.shares) if self.shares else None

    @property
    def bins(self) -> list[Bin]:
        """The distribution of scores."""
        counts = Counter(max(0, min(BINS - 1, int(share * BINS / 100 + 1e-9))) for share in self.shares)
        return [Bin(100 * k / BINS, 100 * (k + 1) / BINS, counts[k]) for k in range(BINS)]


def handed_in(record: Record) -> list[Grade]:
    """The grades of a student of whose submission anything could be taken."""
    return record.grades if record.taken else []


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
