"""What deserves a teacher's look before grades count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from minigrad.course.cohort.gradebook import Grade, Gradebook, Record
from minigrad.course.cohort.submissions import Student
from minigrad.course.results.status import Status


@dataclass(frozen=True)
class Look:
    """One student, and what is to be looked at: exercises, or a reason."""

    student: Student
    about: str = ""


def attention(gradebook: Gradebook) -> dict[str, list[Look]]:
    """What there is of each kind, the most urgent first; nothing of kinds that there are none of."""
    rosters = any(record.student.roster for record in gradebook.records)
    records = gradebook.records
    found = {
        "no verdict, since the grader itself failed": _with(records, lambda g: _status(g) == Status.INFRA),
        "not graded yet": _with(records, lambda g: g.result is None),
        "refused": [look for record in records for look in _refused(record)],
        "took too long": _with(records, lambda g: _status(g) == Status.TIMEOUT),
        "not in the roster": [Look(r.student, r.place) for r in records if rosters and not r.student.roster],
        "handed nothing in": [Look(r.student) for r in records if not r.place],
        "provisional, since confinement was weak": _with(records, lambda g: g.provisional),
        "remarks": [Look(record.student, remark) for record in records for remark in record.remarks if record.place],
    }
    return {kind: looks for kind, looks in found.items() if looks}


def _status(grade: Grade) -> Status | None:
    return grade.result.status if grade.result else None


def _with(records: Iterable[Record], holds: Callable[[Grade], bool]) -> list[Look]:
    """The students who have grades of which this holds, with their exercises."""
    found = [(record.student, [g for g in record.grades if holds(g)], len(record.grades)) for record in records]
    return [Look(student, names(grades, of)) for student, grades, of in found if grades]


def names(grades: list[Grade], of: int) -> str:
    """The names of their exercises; of all and of many, how many."""
    if len(grades) > 3:
        return f"all {of}" if len(grades) == of else f"{len(grades)} exercises"
    return ", ".join(grade.assigned.exercise.name for grade in grades)


def _refused(record: Record) -> Iterator[Look]:
    if record.refused:
        yield Look(record.student, record.refused)
    for grade in record.grades:
        if grade.refused:
            yield Look(record.student, f"{grade.assigned.exercise.name}: {grade.refused}")
