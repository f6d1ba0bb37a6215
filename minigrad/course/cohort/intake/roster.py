"""The students of a class, from a CSV, and who of them a submission is of.

The columns are known by their names, in any order: those of Canvas's gradebook, of Moodle's grading worksheet, of
Gradescope's and GitHub Classroom's rosters, and of a table that a teacher writes.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from minigrad.course.cohort.submissions import NOT_IN_ROSTER, Student
from minigrad.course.files import legible
from minigrad.course.usage import UsageError

# The kind of a column, by its name without signs and capitals. Of two names the first is the better id.
COLUMNS = {
    "number": "studentid studentnumber sisuserid sisid sid idnumber matriculationnumber matrikelnummer id identifier",
    "user": "sisloginid loginid username login user githubusername netid uniqname",
    "email": "email emailaddress mail",
    "canvas": "canvasid canvasuserid",
    "participant": "participant participantnumber",
    "name": "student name fullname studentname displayname",
    "first": "firstname givenname vorname",
    "last": "lastname surname familyname nachname",
}
OF_CANVAS = ("sisuserid", "sisloginid")  # where these are, the column ID is Canvas's own
MAX_ROSTER = 100 << 20

Handle = Sequence[tuple[str, str]]  # a value by which somebody may be known, with each kind of column it may be in


@dataclass
class Roster:
    """The students, in the order of the file.

    Attributes:
        known: for each kind of column, whose each value is.
    """

    students: list[Student]
    known: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    values: list[dict[str, set[str]]] = field(default_factory=list)

    def find(self, handles: Sequence[Handle]) -> tuple[Student | None, str]:
        """Whom the handles are of, the surest first, or why nobody.

        A name says nothing where something surer is known of both, and differs.
        """
        ambiguous = ""
        for i, handle in enumerate(handles):
            rows = {row for kind, value in handle for row in self.known.get(kind, {}).get(key(kind, value), [])}
            fitting = [row for row in rows if self._fits(row, handles[:i])]
            if len(fitting) == 1:
                return self.students[fitting[0]], ""
            if fitting:
                ambiguous = f"The roster has {len(fitting)} lines that may be meant by {legible(handle[0][1])}."
        return None, ambiguous or NOT_IN_ROSTER

    def _fits(self, row: int, surer: Sequence[Handle]) -> bool:
        values = self.values[row]
        return all(not values.get(kind) or key(kind, value) in values[kind] for [(kind, value)] in surer)


def key(kind: str, value: str) -> str:
    """A value in the form in which it is compared: capitals do not count, and of a name only the letters do."""
    value = unicodedata.normalize("NFKD", value).casefold().strip()
    return re.sub(r"[\W_]+", "", "".join(c for c in value if not unicodedata.combining(c))) if kind == "name" else value


def read(path: Path) -> Roster:
    """The students of a CSV.

    Raises:
        UsageError: if it is none, or does not tell one student from another.
    """
    header, rows = _table(path)
    columns = _columns(header)
    people = [row for row in rows if not _is_no_student(row, columns)]
    values = [_values(row, columns) for row in people]
    ids = _ids(people, columns, path)
    students = []
    known: dict[str, dict[str, list[int]]] = {}
    for i, row in enumerate(people):
        cells = dict(zip(header, row, strict=False))
        students.append(
            Student(legible(ids[i]), legible(_name(row, columns)), legible(_first(row, columns, "email")), cells)
        )
        for kind, texts in values[i].items():
            for text in texts:
                known.setdefault(kind, {}).setdefault(text, []).append(i)
    return Roster(students, known, values)


def _table(path: Path) -> tuple[list[str], list[list[str]]]:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_ROSTER + 1)
    except OSError as error:
        raise UsageError(f"the roster {path} cannot be read: {error.strerror}.") from None
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"the roster {path} is no text in UTF-8. Save it as CSV UTF-8.") from None
    if "\0" in text or len(data) > MAX_ROSTER:
        raise UsageError(f"the roster {path} is no CSV. Save the table as CSV UTF-8.")
    text = re.sub(r"^sep=.\r?\n", "", text)  # a line for Excel
    line = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=line.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UsageError(f"the roster {path} is no CSV that can be read: {error}.") from None
    rows = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise UsageError(
            f"the roster {path} names nobody. It should have a line of headings, and one for each student."
        )
    header, *rest = rows
    for row in rest:
        if any(row[len(header) :]):
            raise UsageError(f"the roster {path} has a line with more cells than headings: {', '.join(row[:3])}, ...")
    return header, [row + [""] * (len(header) - len(row)) for row in rest]


def _columns(header: Sequence[str]) -> dict[str, list[int]]:
    """The columns of each kind, the better first."""
    plain = [re.sub(r"[\W_]+", "", name).casefold() for name in header]
    found = {kind: [plain.index(name) for name in names.split() if name in plain] for kind, names in COLUMNS.items()}
    if any(name in plain for name in OF_CANVAS) and "id" in plain:
        found["number"].remove(plain.index("id"))
        found["canvas"].append(plain.index("id"))
    if not any(found[kind] for kind in ("number", "user", "email", "canvas", "participant", "name", "last")):
        raise UsageError(
            f"the roster has none of the columns by which a student is known. It has {', '.join(header[:6])}. "
            'One of them should be called "id", "username", "email" or "name".'
        )
    return found


def _is_no_student(row: Sequence[str], columns: Mapping[str, list[int]]) -> bool:
    """Canvas has lines of its own below the headings, and a student for trials."""
    name = _name(row, columns)
    if not any(row[i] for kind in columns for i in columns[kind]):
        return True
    return name in ("Points Possible", "Student, Test") or bool(columns["name"] and columns["canvas"] and not name)


def _values(row: Sequence[str], columns: Mapping[str, list[int]]) -> dict[str, set[str]]:
    """The values that may tell this student, by the kind of column."""
    found: dict[str, set[str]] = {}
    for kind in ("number", "user", "email", "canvas", "participant"):
        found[kind] = {key(kind, row[i]) for i in columns[kind] if row[i]}
    for i in columns["number"]:
        if numbered := re.fullmatch(r"Participant (\d+)", row[i]):  # so Moodle's worksheet identifies its lines
            found["participant"].add(numbered[1])
    names = {_name(row, columns), *(row[i] for i in columns["name"])}
    names |= {" ".join(reversed(name.split(",", 1))) for name in names}  # Lovelace, Ada is Ada Lovelace
    found["name"] = {key("name", name) for name in names} - {""}
    return {kind: texts for kind, texts in found.items() if texts}


def _name(row: Sequence[str], columns: Mapping[str, list[int]]) -> str:
    return _first(row, columns, "name") or f"{_first(row, columns, 'first')} {_first(row, columns, 'last')}".strip()


def _first(row: Sequence[str], columns: Mapping[str, list[int]], kind: str) -> str:
    return next((row[i] for i in columns[kind] if row[i]), "")


def _ids(rows: Sequence[Sequence[str]], columns: Mapping[str, list[int]], path: Path) -> list[str]:
    """The column that every student has, and each another value of."""
    for values in _candidates(rows, columns):
        if all(values) and len({key("", value) for value in values}) == len(values):
            return values
    raise UsageError(
        f"no column of the roster {path} tells its students apart: each has a cell that is empty, or a value that "
        "is there twice. Give every student an id of their own."
    )


def _candidates(rows: Sequence[Sequence[str]], columns: Mapping[str, list[int]]) -> Iterator[list[str]]:
    for kind in ("number", "user", "canvas", "email", "participant"):
        for i in columns[kind]:
            yield [row[i] for row in rows]
    yield [_name(row, columns) for row in rows]
