"""A page for a browser: what a whole class or cohort came to, in one file that needs nothing else.

It asks nothing of the network, and shows everything without JavaScript too; with it, the table of students is searched
and sorted. Its templates, style and script are files of their own in `templates`. The page allows that one style and
that one script, by their digests: nothing else in it can become either, whatever stands in a name or a message.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from minigrad.course.cohort.attention import attention
from minigrad.course.cohort.gradebook import Grade, Gradebook, Record
from minigrad.course.cohort.misconceptions import misconceptions
from minigrad.course.cohort.outputs import said
from minigrad.course.cohort.submissions import Student
from minigrad.course.cohort.summary import Summary, Tally, handed_in
from minigrad.course.reports.formats.texts import plain
from minigrad.course.reports.text import MARKS
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import CheckResult
from minigrad.course.usage import UsageError, install_extra

TEMPLATES = Path(__file__).parent / "templates"
MOST_ROWS = 20_000  # students who have a line
MOST_DETAILS = 20_000  # files whose checks and messages stand in the page: of more, none do
MOST_LISTED = 100  # of anything else that may be many
MOST_TEXT = 600  # of one message
UNGRADED = ("…", "not graded yet")
SIGNS = {status: mark for status, (mark, _) in MARKS.items()} | {Status.TIMEOUT: "∞"}  # phones make a picture of ⏱


@dataclass(frozen=True)
class Part:
    """A piece of a bar.

    Attributes:
        kind: the class that colours it.
        start, width: in percent of the bar.
    """

    kind: str
    words: str
    count: int
    start: float
    width: float


@dataclass(frozen=True)
class Detail:
    """The details of one exercise, for those who open a student's line: of its checks those that did not pass."""

    mark: str
    words: str
    title: str
    points: str
    message: str
    checks: list[tuple[str, str, str, str, str]]


@dataclass(frozen=True)
class Row:
    """A student's line.

    Attributes:
        marks: one sign for each exercise.
        passed: the same in words.
        share: of the points, for sorting; -1 if there is no total.
    """

    student: Student
    score: str
    share: float
    marks: str
    passed: str
    notes: list[str]
    details: list[Detail]


def render(gradebook: Gradebook) -> Iterator[str]:
    """The page in parts, since it may be long.

    Raises:
        UsageError: if Jinja2 is missing.
    """
    jinja2 = require()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: plain(value, MOST_TEXT) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = ((TEMPLATES / name).read_text("utf-8") for name in ("dashboard.css", "dashboard.js"))
    markup = importlib.import_module("markupsafe").Markup
    parts: Iterator[str] = environment.get_template("dashboard.html").generate(
        **_content(gradebook),
        style=markup(style),
        script=markup(script),
        style_digest=markup(_digest(style)),
        script_digest=markup(_digest(script)),
    )
    return parts


def require() -> ModuleType:
    """The package that fills in the templates.

    Raises:
        UsageError: if it is missing.
    """
    try:
        return importlib.import_module("jinja2")
    except ModuleNotFoundError:
        raise UsageError(f"a dashboard needs the package Jinja2: {install_extra('dashboard')}") from None


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"


def _content(gradebook: Gradebook) -> dict[str, Any]:
    """All that the template shows."""
    count = len(gradebook.records)
    rows = count <= MOST_ROWS
    detailed = rows and count * len(gradebook.assigned) <= MOST_DETAILS
    numbers = {record.student.id: number for number, record in enumerate(gradebook.records, 1)} if rows else {}
    found = misconceptions(gradebook)
    alike = gradebook.alike
    return {
        "gradebook": gradebook,
        "max_score": said.number(gradebook.max_score),
        "summary": Summary(gradebook),
        "parts": _parts,
        "percent": lambda share: "–" if share is None else f"{100 * share:.0f} %",
        "looks": {kind: (len(all), all[:MOST_LISTED]) for kind, all in attention(gradebook).items()},
        "misconceptions": found[:MOST_LISTED],
        "misconceptions_in_all": len(found),
        "alike": alike and alike[:MOST_LISTED],
        "compared": alike is not None,
        "alike_in_all": len(alike or ()),
        "names": {assigned.exercise.stem: assigned.exercise.name for assigned in gradebook.assigned},
        "number_of": lambda student: numbers.get(student.id),
        "rows": map(partial(_row, gradebook, detailed), gradebook.records) if rows else None,
        "detailed": detailed,
        "most_rows": f"{MOST_ROWS:,}",
        "most_details": f"{MOST_DETAILS:,}",
        "legend": [(SIGNS[status], said.words(status)) for status in Status] + [UNGRADED],
    }


def _parts(tally: Tally) -> list[Part]:
    """The bar of what became of an exercise or a check; those not graded yet come last."""
    counts = [(status.value, said.words(status), tally.statuses[status]) for status in Status]
    counts.append(("waiting", UNGRADED[1], getattr(tally, "waiting", 0)))
    whole = sum(count for _, _, count in counts)
    parts: list[Part] = []
    before = 0
    for kind, words, count in counts:
        if count:
            parts.append(Part(kind, words, count, 100 * before / whole, 100 * count / whole))
            before += count
    return parts


def _row(gradebook: Gradebook, detailed: bool, record: Record) -> Row:
    whole = gradebook.max_score
    grades = handed_in(record)
    passed = sum(grade.result is not None and grade.result.status == Status.PASSED for grade in grades)
    return Row(
        record.student,
        said.score(record),
        record.score / whole if record.complete and whole else -1.0,
        "".join(SIGNS[grade.result.status] if grade.result else UNGRADED[0] for grade in grades),
        f"{passed} of {len(record.grades)} passed" if grades else "",
        list(_notes(record)),
        [_detail(grade) for grade in grades] if detailed else [],
    )


def _notes(record: Record) -> Iterator[str]:
    said_of: Sequence[Callable[[Record], str]] = (said.no_total, said.late)
    yield from filter(None, (say(record) for say in said_of))
    for name, why in said.refusals(record):
        yield f"Refused: {f'{name}: ' if name else ''}{why}"
    if provisional := said.provisional(record):
        yield f"Provisional: {said.names(provisional)}"
    yield from record.remarks


def _detail(grade: Grade) -> Detail:
    exercise = grade.assigned.exercise
    title = f"{exercise.number} {exercise.name}"
    points = f"{'?' if grade.points is None else grade.points} of {grade.assigned.max_points}"
    if grade.result is None:
        return Detail(*UNGRADED, title, points, "", [])
    status = grade.result.status
    started = status != Status.NOT_STARTED
    checks = [_check(check) for check in grade.result.checks if started and check.status != Status.PASSED]
    return Detail(SIGNS[status], said.words(status), title, points, grade.result.message, checks)


def _check(check: CheckResult) -> tuple[str, str, str, str, str]:
    return SIGNS[check.status], said.words(check.status), check.title, check.diagnosis, check.message
