"""A table for spreadsheets: a line for each student, a column for each exercise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from minigrad.course.cohort.gradebook import Gradebook, Record
from minigrad.course.cohort.outputs import said
from minigrad.course.cohort.outputs.cells import rows, text

BEFORE = ("id", "name", "email", "score", "max_score")
BEHIND = ("days_late", "kept", "no_score", "provisional", "not_handed_in", "refused", "remarks", "handed_in", "place")


def render(gradebook: Gradebook) -> Iterator[str]:
    return rows(_table(gradebook), mark=True)


def _table(gradebook: Gradebook) -> Iterator[Sequence[str]]:
    names = [assigned.exercise.name for assigned in gradebook.assigned]
    yield [*BEFORE, *names, *BEHIND]
    for record in gradebook.records:
        yield _row(record, gradebook)


def _row(record: Record, gradebook: Gradebook) -> list[str]:
    student = record.student
    return [
        *map(text, (student.id, student.name, student.email)),
        said.score(record),
        said.number(gradebook.max_score),
        *(said.won(record, grade) for grade in record.grades),
        said.number(record.days_late),
        said.number(record.kept),
        said.no_total(record),
        said.names(said.provisional(record)),
        said.names(said.not_handed_in(record)),
        text(" ".join(f"{name}: {why}" if name else why for name, why in said.refusals(record))),
        text(" ".join(record.remarks)),
        record.handed_in.isoformat(" ", "seconds") if record.handed_in else "",
        text(record.place),
    ]
