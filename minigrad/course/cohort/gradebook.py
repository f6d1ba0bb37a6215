"""The gradebook that a teacher sees: a record for each student, with a grade for each exercise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from minigrad.course.cohort.alike import Pair
from minigrad.course.cohort.submissions import Student
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import ExerciseResult, Heading


@dataclass(frozen=True)
class Assigned:
    """An exercise that counts.

    Attributes:
        weight: what its points are multiplied with in a total.
    """

    exercise: Heading
    max_points: int
    weight: float = 1.0


@dataclass
class Grade:
    """The grade of one student's file for one exercise.

    Attributes:
        result: what the checks found, or why the file was not run; None if it has not been graded yet.
        confinement: what the file was run in, such as "bwrap"; "" if it was not run.
        provisional: whether that was too weak to trust the result of a stranger's code.
        refused: why the file was not taken, or "".
    """

    assigned: Assigned
    result: ExerciseResult | None
    confinement: str = ""
    provisional: bool = False
    refused: str = ""

    @property
    def points(self) -> int | None:
        """The points; None where there is no verdict, which is no zero."""
        if self.result is None or self.result.status == Status.INFRA:
            return None
        return self.result.points


@dataclass
class Record:
    """One student's line.

    Attributes:
        place: where the submission was found; "" for a student of the roster of whom none was.
        grades: one for each exercise that counts, in their order.
        refused: why nothing of the submission was taken, or "".
        days_late: how much later than due it was handed in, as far as that counts.
        kept: the share of the points that is left after that.
    """

    student: Student
    place: str
    grades: list[Grade]
    refused: str = ""
    remarks: Sequence[str] = ()
    handed_in: datetime | None = None
    days_late: float = 0.0
    kept: float = 1.0

    @property
    def complete(self) -> bool:
        """True if there is a verdict on every exercise; there is none where nothing was taken, which is no zero."""
        return self.taken and all(grade.points is not None for grade in self.grades)

    @property
    def taken(self) -> bool:
        """True if there was a submission that was looked into."""
        return bool(self.place) and not self.refused

    @property
    def score(self) -> float:
        """The weighted sum of points, less what is lost by being late; of use only if the record is complete."""
        points = sum((exactly(g.assigned.weight) * (g.points or 0) for g in self.grades), Decimal(0))
        return float(exactly(self.kept) * points)

    def kept_of(self, grade: Grade) -> float | None:
        """The points of one of its grades, less what is lost by being late; None where there is no verdict."""
        return None if grade.points is None or not self.taken else float(exactly(self.kept) * grade.points)


@dataclass
class Gradebook:
    """All that was graded.

    Attributes:
        title: of the course or the class.
        assigned: the exercises that count.
        records: one for each student. They may be read anew each time that they are gone through, and be more than
            memory holds.
        course: the version of the course as it is now; a grade may be of an earlier one until `regrade`.
        graded_at: when the last result came.
        columns: what the tables for Canvas and Moodle have a column for, "total" or "exercises".
        alike: pairs of students whose work is to be looked at; None if nobody has compared it.
    """

    title: str
    assigned: list[Assigned]
    records: Sequence[Record] = ()
    course: str = ""
    graded_at: datetime | None = None
    columns: str = "total"
    alike: Sequence[Pair] | None = None

    @property
    def max_score(self) -> float:
        return float(sum((exactly(a.weight) * a.max_points for a in self.assigned), Decimal(0)))


def exactly(number: float) -> Decimal:
    """The decimal number that somebody wrote: sums and products of those have no 0.30000000000000004."""
    return Decimal(str(number))
