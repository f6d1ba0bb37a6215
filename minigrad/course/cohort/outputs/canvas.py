"""The CSV that Canvas' gradebook imports: lines of its own export, with new columns.

Canvas tells students apart by the columns from Student to Section, which must stand first and in this order, and an
assignment by its number, as in "Homework 1 (1234)"; a name that it does not know becomes a new assignment. It reads
points of an assignment from a line that begins with "Points Possible". This is how its own importer works
(https://github.com/instructure/canvas-lms, lib/gradebook_importer.rb).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from minigrad.course.cohort.gradebook import Gradebook, Record
from minigrad.course.cohort.intake.names import few
from minigrad.course.cohort.outputs import said
from minigrad.course.cohort.outputs.cells import rows, text
from minigrad.course.cohort.submissions import Student
from minigrad.course.usage import UsageError

WHO = ("Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section")
POINTS = "    Points Possible"
NAMED = 5  # of many columns, so many are named

Column = tuple[str, float, Callable[[Record], str]]  # its head, the points that there are, and those of a record


def require_known(students: Iterable[Student]) -> Mapping[str, str]:
    """The first line of Canvas' own roster.

    Raises:
        UsageError: if theirs is none, so that Canvas will not know them.
    """
    roster = next((student.roster for student in students if _is_of_canvas(student)), None)
    if roster is None:
        export = "In Canvas, take Grades, Export, Export Entire Gradebook, and give that file as --roster"
        raise UsageError(f"--canvas needs the numbers by which Canvas tells students apart. {export}.")
    return roster


def render(gradebook: Gradebook) -> Iterator[str]:
    roster = require_known(record.student for record in gradebook.records)
    return rows(_table(gradebook, roster))


def notes(gradebook: Gradebook) -> list[str]:
    """The notes on the columns that a teacher has to read before Canvas reads the file, in sentences."""
    heads = list(require_known(record.student for record in gradebook.records))
    columns = list(_columns(gradebook, heads))
    told = []
    if known := [f"{head!r} {said.number(points)} points" for head, points, _ in columns if head in heads]:
        these = ", ".join(few(known, NAMED))
        told.append(f"Canvas keeps what an assignment is worth there. It should be as here: {these}.")
    if new := [repr(head) for head, _, _ in columns if head not in heads]:
        meant = " To use one that exists, give its name as `title` in a --policy."
        them = "it anew" if len(new) == 1 else "them anew"
        one_of = meant if gradebook.columns == "total" else ""
        these = ", ".join(few(new, NAMED))
        told.append(f"No assignment in Canvas' export is called {these}, so Canvas will make {them}.{one_of}")
    return told


def _table(gradebook: Gradebook, roster: Mapping[str, str]) -> Iterator[Sequence[str]]:
    who = [head for head in WHO if head in roster]
    columns = list(_columns(gradebook, list(roster)))
    yield [*who, *(text(head) for head, _, _ in columns)]
    yield [POINTS, *[""] * (len(who) - 1), *(said.number(points) for _, points, _ in columns)]
    for record in gradebook.records:
        if not _is_of_canvas(record.student):
            continue
        cells = [text(record.student.roster.get(head, "")) for head in who]
        cells[0] = cells[0].replace("Points Possible", "Points possible")  # which would be taken for that line
        yield [*cells, *(of(record) for _, _, of in columns)]


def _is_of_canvas(student: Student) -> bool:
    return all(head in student.roster for head in ("Student", "ID", "Section"))


def _columns(gradebook: Gradebook, heads: Sequence[str]) -> Iterator[Column]:
    if gradebook.columns == "total":
        yield _known(heads, gradebook.title) or gradebook.title, gradebook.max_score, said.score
        return
    for k, assigned in enumerate(gradebook.assigned):
        e = assigned.exercise
        names = (e.name, e.stem, e.title, f"{e.number} {e.name}")
        head = next((known for name in names if (known := _known(heads, name))), e.name)
        yield head, assigned.max_points, partial(_points, k=k)


def _points(record: Record, k: int) -> str:
    return said.points(record, record.grades[k])


def _known(heads: Sequence[str], name: str) -> str:
    """The head of the column that is there for an assignment of this name, or ""."""
    wanted = name.strip().casefold()
    return next((head for head in heads if re.sub(r" \(\d+\)$", "", head).strip().casefold() == wanted), "")
