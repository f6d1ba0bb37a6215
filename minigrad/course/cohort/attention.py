"""Cases that deserve a teacher's look before grades count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from minigrad.course.cohort.gradebook import Grade, Gradebook, Record
from minigrad.course.cohort.submissions import NOT_IN_ROSTER, Student
from minigrad.course.results.status import Status


@dataclass(frozen=True)
class Case:
    """One student, and what is to be looked at: exercises, or a reason."""

    student: Student
    about: str = ""


KINDS = (
    "no verdict, since the grader itself failed",
    "not graded yet",
    "refused",
    "took too long",
    "not in the roster",
    "handed nothing in",
    "provisional, since confinement was weak",
    "remarks",
)


def attention(gradebook: Gradebook) -> dict[str, list[Case]]:
    """The cases of each kind, the most urgent first; kinds without any are left out."""
    found: dict[str, list[Case]] = {kind: [] for kind in KINDS}
    of_roster = False
    for record in gradebook.records:
        of_roster = of_roster or bool(record.student.roster)
        for kind, about in zip(KINDS, _looks(record), strict=True):
            found[kind] += [Case(record.student, text) for text in about]
    if not of_roster:
        found["not in the roster"] = []
    return {kind: cases for kind, cases in found.items() if cases}


def _looks(record: Record) -> Iterator[list[str]]:
    """The sentences on a record for each kind."""
    yield _with(record, lambda grade: _status(grade) == Status.INFRA)
    yield _with(record, lambda grade: grade.result is None)
    whole = [record.refused] if record.refused else []
    yield whole + [f"{grade.assigned.exercise.name}: {grade.refused}" for grade in record.grades if grade.refused]
    yield _with(record, lambda grade: _status(grade) == Status.TIMEOUT)
    yield [] if record.student.roster else ["" if record.place == record.student.id else record.place]
    yield [] if record.place else [""]
    yield _with(record, lambda grade: grade.provisional)
    yield [remark for remark in record.remarks if record.place and remark not in (record.refused, NOT_IN_ROSTER)]


def _status(grade: Grade) -> Status | None:
    return grade.result.status if grade.result else None


def _with(record: Record, holds: Callable[[Grade], bool]) -> list[str]:
    """The exercises of which this holds, in a text; nothing if there are none."""
    grades = [grade for grade in record.grades if holds(grade)]
    return [names(grades, len(record.grades))] if grades else []


def names(grades: list[Grade], of: int) -> str:
    """The names of their exercises; of all and of many, how many."""
    if len(grades) > 3:
        return f"all {of}" if len(grades) == of else f"{len(grades)} exercises"
    return ", ".join(grade.assigned.exercise.name for grade in grades)
