"""A class on the terminal: a line for each student, then what deserves a look, and what was misunderstood most.

It reads at 80 columns and without colour.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from minigrad.course.cohort.attention import Case, attention
from minigrad.course.cohort.gradebook import Grade, Gradebook, Record
from minigrad.course.cohort.misconceptions import Misconception, misconceptions
from minigrad.course.cohort.outputs import said
from minigrad.course.cohort.submissions import Student
from minigrad.course.reports.text import MARKS, clean
from minigrad.course.results.status import Status

MARKED = 44  # exercises and gaps between chapters that 80 columns have room for
NAME = 24  # columns that the name of a student takes at most
SHOWN = 4  # students that are named of each kind
TOLD = 5  # misconceptions
WAITING = "~"  # stands where a mark will be


def render(gradebook: Gradebook) -> RenderableType:
    """The students, what deserves a look, and what was misunderstood most."""
    records = sorted(gradebook.records, key=_by_name)  # which are gone through several times
    gradebook = replace(gradebook, records=records)
    title = Text(" ".join(clean(gradebook.title).split()), "bold")
    parts: list[RenderableType] = [title, Text(), _students(gradebook), Text(), _legend(gradebook)]
    if looks := attention(gradebook):
        parts += [Text(), Text("Deserves a look", "bold"), *(_looks(kind, found) for kind, found in looks.items())]
    if told := misconceptions(gradebook):
        parts += [Text(), Text("Misunderstood most often", "bold"), *map(_misconception, told[:TOLD])]
    return Group(*parts)


def _students(gradebook: Gradebook) -> RenderableType:
    table = Table(box=None, padding=(0, 1, 0, 0))
    marks = _width(gradebook, 1) <= MARKED
    head = _numbers(gradebook, [f"{a.exercise.number:02}" for a in gradebook.assigned])
    table.add_column("student", max_width=NAME, no_wrap=True, overflow="ellipsis", vertical="bottom")
    table.add_column(f"of {said.number(gradebook.max_score)}", justify="right", no_wrap=True, vertical="bottom")
    late = any(record.days_late for record in gradebook.records)
    if late:
        table.add_column("late", justify="right", no_wrap=True, vertical="bottom")
    table.add_column(head if marks else "passed", no_wrap=True, vertical="bottom")
    for record in gradebook.records:
        passed = sum(_mark(grade)[0] == MARKS[Status.PASSED][0] for grade in record.grades)
        shown = _marks(gradebook, record) if marks else Text(f"{passed} of {len(record.grades)}")
        lateness = [_late(record)] if late else []
        table.add_row(Text(who(record.student)), _score(record), *lateness, shown)
    if marks and 1 < len(gradebook.records) < 100:
        empty = ["", ""] if late else [""]
        table.add_row("passed by", *empty, _passed_by(gradebook), style="dim")
    return table


def who(student: Student) -> str:
    """A student as a teacher knows them, in a line."""
    return " ".join(clean(student.name or student.id).split())


def _by_name(record: Record) -> tuple[str, str]:
    """The key that sorts records as lists of a class are: Ö is an O, and capitals do not count."""
    name = unicodedata.normalize("NFKD", who(record.student)).casefold()
    return "".join(sign for sign in name if not unicodedata.combining(sign)), record.student.id


def _score(record: Record) -> Text:
    mark = "*" if said.provisional(record) else " "
    nothing = "?" if record.taken else "-"
    return Text(f"{said.score(record) or nothing}{mark}")


def _late(record: Record) -> Text:
    return Text(f"{said.number(record.days_late)}d" if record.days_late else "")


def _mark(grade: Grade) -> tuple[str, str]:
    return MARKS[grade.result.status] if grade.result else (WAITING, "dim")


def _marks(gradebook: Gradebook, record: Record) -> Text:
    marks = [_mark(grade) for grade in record.grades]
    if _is_wide(gradebook):
        return _in_chapters(gradebook, [Text.assemble(" ", mark) for mark in marks], gap=" ")
    return _in_chapters(gradebook, [Text(*mark) for mark in marks])


def _in_chapters(gradebook: Gradebook, of_each: Sequence[Text], gap: str = "") -> Text:
    """Join the texts of all exercises, with a gap between two of them, and one more space between two chapters."""
    pairs = zip(gradebook.assigned, of_each, strict=True)
    chapters = itertools.groupby(pairs, key=lambda pair: pair[0].exercise.chapter)
    return Text(f"{gap} ").join([Text(gap).join([text for _, text in chapter]) for _, chapter in chapters])


def _width(gradebook: Gradebook, digits: int) -> int:
    """The width of a line with so many digits for each exercise."""
    return len(_in_chapters(gradebook, [Text("0" * digits)] * len(gradebook.assigned), gap=" " * (digits - 1)))


def _is_wide(gradebook: Gradebook) -> bool:
    """True if there is room for the number of each exercise in one line."""
    return _width(gradebook, 2) <= MARKED


def _numbers(gradebook: Gradebook, of_two: Sequence[str]) -> Text:
    """A number of two digits for each exercise: side by side, or, where there is no room, one digit above the other."""
    if _is_wide(gradebook):
        return _in_chapters(gradebook, [Text(number) for number in of_two], gap=" ")
    return Text("\n").join([_in_chapters(gradebook, [Text(number[k]) for number in of_two]) for k in (0, 1)])


def _passed_by(gradebook: Gradebook) -> Text:
    """The number of students who passed each exercise."""
    passed = [0] * len(gradebook.assigned)
    for record in gradebook.records:
        for k, grade in enumerate(record.grades):
            passed[k] += _mark(grade)[0] == MARKS[Status.PASSED][0]
    return _numbers(gradebook, [f"{count:2}" for count in passed])


def _legend(gradebook: Gradebook) -> RenderableType:
    """A legend of the marks that stand in the table."""
    grades = [grade for record in gradebook.records for grade in record.grades]
    there = {grade.result.status for grade in grades if grade.result}
    words = [f"{MARKS[status][0]} {said.words(status)}" for status in Status if status in there]
    if any(grade.result is None for grade in grades):
        words.append(f"{WAITING} not graded yet")
    if any(grade.provisional for grade in grades):
        words.append("* provisional")
    return Text("   ".join(words), "dim")


def _looks(kind: str, cases: Sequence[Case]) -> RenderableType:
    """The number of looks of a kind, and the first few."""
    students = len({case.student.id for case in cases})
    table = Table.grid(padding=(0, 1))
    table.add_column(max_width=NAME, no_wrap=True, overflow="ellipsis")
    table.add_column()
    rows = _together(cases)
    for name, about in rows[:SHOWN]:
        table.add_row(Text(name), Text(" ".join(clean(about).split())[:300]))
    left = len(rows) - SHOWN
    more = [Text(f"and {left} more: --csv FILE has them all", "dim")] if left > 0 else []
    return Group(Text(f"  {said.students(students)}: {kind}"), Padding(Group(table, *more), (0, 0, 0, 4)))


def _together(cases: Sequence[Case]) -> list[tuple[str, str]]:
    """The students' names, each with what there is to say; students with the same sentence are counted."""
    counts = Counter(case.about for case in cases)
    many = {about for about, count in counts.items() if count > SHOWN and about.endswith(".")}
    rows = [(said.students(counts[about]), about) for about in counts if about in many]
    return rows + [(who(case.student), case.about) for case in cases if case.about not in many]


def _misconception(one: Misconception) -> RenderableType:
    held = (f"{who(h.student)} ({h.exercise.name}, {h.check})" for h in one.examples)
    return Group(
        Padding(Text(f"{said.students(one.count)}: {' '.join(clean(one.diagnosis).split())}"), (0, 0, 0, 2)),
        Padding(Text(clean("; ".join(held)), "dim"), (0, 0, 0, 6)),
    )
