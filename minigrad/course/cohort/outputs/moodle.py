"""The CSV that Moodle imports: for the gradebook, or an assignment's grading worksheet, filled in.

The importer of the gradebook (https://github.com/moodle/moodle, grade/import/csv) takes nothing at all if it does not
know a student, and a line in which the column that names them is empty it takes for the student of the line before. An
empty grade can become 0, and "-" is none. A grade above 100 ends the import, so the total is there in percent as well.
Feedback is shown as HTML: nothing that a student wrote stands in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from minigrad.course.cohort.gradebook import Gradebook, Record
from minigrad.course.cohort.outputs import said
from minigrad.course.cohort.outputs.cells import rows, text

NONE = "-"
WORKSHEET = ("Identifier", "Grade")  # its columns; "Maximum grade" and "Feedback comments" may be there as well


def render(gradebook: Gradebook) -> Iterator[str]:
    roster = next((record.student.roster for record in gradebook.records if record.student.roster), {})
    worksheet = all(head in roster for head in WORKSHEET)
    return rows(_worksheet(gradebook, list(roster)) if worksheet else _table(gradebook, bool(roster)))


def _table(gradebook: Gradebook, of_roster: bool) -> Iterator[Sequence[str]]:
    title, percent, feedback = (text(f"{gradebook.title}{what}") for what in ("", " (percent)", " (feedback)"))
    emails = all(record.student.email for record in _known(gradebook, of_roster))
    exercises = gradebook.assigned if gradebook.columns == "exercises" else []
    who = ["ID number", "Email address"] if emails else ["ID number"]
    names = [text(assigned.exercise.name) for assigned in exercises]
    yield [*who, "Full name", title, percent, *names, feedback]
    for record in _known(gradebook, of_roster):
        student = record.student
        grades = [said.score(record), said.share(record, gradebook, 100, 2)]
        grades += [said.points(record, grade) for grade, _ in zip(record.grades, exercises, strict=False)]
        yield [
            *(text(value) for value in [student.id, student.email][: len(who)]),
            text(student.name),
            *(grade or NONE for grade in grades),
            _feedback(record, gradebook),
        ]


def _known(gradebook: Gradebook, of_roster: bool) -> Iterator[Record]:
    """The records of those in the roster, if there is one."""
    return (record for record in gradebook.records if record.student.roster or not of_roster)


def _worksheet(gradebook: Gradebook, heads: Sequence[str]) -> Iterator[Sequence[str]]:
    yield [text(head) for head in heads]
    for record in _known(gradebook, True):
        line = {head: _same(record.student.roster.get(head, "")) for head in heads}
        line["Grade"] = _scaled(record, gradebook)
        if record.complete and "Feedback comments" in line:
            line["Feedback comments"] = _feedback(record, gradebook)
        yield list(line.values())


def _same(value: str) -> str:
    """The text that stood there, made harmless. Moodle's sign for nothing is harmless between other cells."""
    return NONE if value == NONE else text(value)


def _scaled(record: Record, gradebook: Gradebook) -> str:
    """The total, as a share of the grade that Moodle's assignment gives at most. Without one Moodle skips the line."""
    try:
        most = float(record.student.roster.get("Maximum grade", ""))
    except ValueError:
        return said.score(record)
    return said.share(record, gradebook, most, 5) if math.isfinite(most) else said.score(record)


def _feedback(record: Record, gradebook: Gradebook) -> str:
    """The feedback in a line, in the grader's own words."""
    if not record.complete:
        return f"{said.no_total(record)}."
    parts = [f"{said.score(record)} of {said.number(gradebook.max_score)} points."]
    parts += [f"{late}." for late in [said.late(record)] if late]
    each = (f"{g.assigned.exercise.name} {g.points}/{g.assigned.max_points}" for g in record.grades)
    parts += [f"{', '.join(each)}."] if record.grades else []
    parts += ["Provisional."] if said.provisional(record) else []
    return " ".join(parts)
