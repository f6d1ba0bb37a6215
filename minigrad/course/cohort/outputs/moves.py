"""The moves of students' points when something is graded again, before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from minigrad.course.cohort.gradebook import Gradebook, Record, exactly
from minigrad.course.cohort.outputs import said
from minigrad.course.cohort.outputs.table import NAME, who
from minigrad.course.cohort.submissions import Student


@dataclass(frozen=True)
class Move:
    """A change for a student: in the points of an exercise, or in the total, of which `exercise` is "".

    Attributes:
        before, after: None where there was no verdict, is none, or where the student or the exercise is not there.
    """

    student: Student
    exercise: str
    before: float | None
    after: float | None


def moves(before: Gradebook, after: Gradebook) -> list[Move]:
    """Every change, by student: of exercises first, and then of the total."""
    earlier, later = ({r.student.id: _points(r) for r in book.records} for book in (before, after))
    students = {record.student.id: record.student for book in (before, after) for record in book.records}
    return [
        Move(student, name, was.get(name), becomes.get(name))
        for id, student in students.items()
        for was, becomes in [(earlier.get(id, {}), later.get(id, {}))]
        for name in {**was, **becomes}
        if was.get(name) != becomes.get(name)
    ]


def _points(record: Record) -> dict[str, float | None]:
    """The points of each exercise, and the total under ""."""
    points: dict[str, float | None] = {grade.assigned.exercise.name: grade.points for grade in record.grades}
    return points | {"": record.score if record.complete else None}


def render(changes: Sequence[Move]) -> RenderableType:
    """All of them as a table, and how many students gain, lose, or change otherwise."""
    if not changes:
        return Text(_summary(changes), "bold")
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("student", max_width=NAME, no_wrap=True, overflow="ellipsis")
    table.add_column("exercise", no_wrap=True, overflow="ellipsis", max_width=24)
    for head in ("before", "after", "by"):
        table.add_column(head, justify="right", no_wrap=True)
    last = ""
    for change in changes:
        name = "" if change.student.id == last else who(change.student)
        cells = name, change.exercise or "total", _number(change.before), _number(change.after), _by(change)
        table.add_row(*map(Text, cells), style="" if change.exercise else "bold")
        last = change.student.id
    return Group(table, Text(), Text(_summary(changes), "bold"))


def _number(points: float | None) -> str:
    return "?" if points is None else said.number(points)


def _by(change: Move) -> str:
    if change.before is None or change.after is None:
        return "?"
    moved = float(exactly(change.after) - exactly(change.before))
    return f"+{said.number(moved)}" if moved > 0 else said.number(moved)


def _summary(changes: Sequence[Move]) -> str:
    """The numbers of students whose totals rise, fall, or were or are not there, in a sentence."""
    if not changes:
        return "Nobody's points move."
    totals = [change for change in changes if not change.exercise]
    known = [c.after - c.before for c in totals if c.before is not None and c.after is not None]
    counts = {
        ("gains", "gain"): sum(by > 0 for by in known),
        ("loses", "lose"): sum(by < 0 for by in known),
        ("gets a total", "get a total"): sum(change.before is None for change in totals),
        ("has none any more", "have none any more"): sum(change.after is None for change in totals),
    }
    students = len({change.student.id for change in changes})
    for (one, many), count in counts.items():
        if count == students:  # all of them
            return f"{said.students(students)} {many if count > 1 else one}."
    parts = [f"{count} {many if count > 1 else one}" for (one, many), count in counts.items() if count]
    return f"{said.students(students)}: {', '.join(parts) or 'no total moves'}."
