"""A student's feedback: their total, what was taken off, and what to look at first in each exercise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from minigrad.course.cohort.gradebook import Grade, Gradebook, Record
from minigrad.course.cohort.outputs import page, said
from minigrad.course.reports.formats.markdown import escape, fenced
from minigrad.course.reports.formats.texts import explain, name, plain, printed
from minigrad.course.reports.text import MARKS
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import CheckResult, ExerciseResult


@dataclass(frozen=True)
class Line:
    """An exercise: what became of it, in a sign and in words, and the points."""

    mark: str
    status: str
    exercise: str
    points: str


@dataclass(frozen=True)
class Failure:
    """A check to look at. `diagnosis` and `printed` may be ""."""

    title: str
    diagnosis: str
    explained: str
    printed: str


@dataclass(frozen=True)
class Feedback:
    """Feedback in parts: cleaned text, not yet escaped."""

    title: str
    who: str
    total: str
    notes: list[str]
    lines: list[Line]
    failures: list[Failure]


def render_each(record: Record, gradebook: Gradebook) -> Iterator[tuple[str, str]]:
    feedback = feedback_of(record, gradebook)
    yield ".md", _markdown(feedback)
    yield ".html", page.render(feedback)


def feedback_of(record: Record, gradebook: Gradebook) -> Feedback:
    most = said.number(gradebook.max_score)
    return Feedback(
        title=plain(gradebook.title),
        who=" ".join(plain(record.student.name or record.student.id).split()),
        total=f"{said.score(record) or 'No total yet,'} of {most} points",
        notes=[" ".join(plain(note).split()) for note in _notes(record)],
        lines=[_line(record, grade) for grade in record.grades],
        failures=[
            _failure(grade.result, check)
            for grade in record.grades
            if grade.result and not grade.refused  # or else the notes say why
            for check in grade.result.first_failures
        ],
    )


def _notes(record: Record) -> Iterator[str]:
    if late := said.late(record):
        yield f"{late}."
    for exercise, why in said.refusals(record):
        yield f"Refused: {f'{exercise}: ' if exercise else ''}{why}"
    if failed := [grade for grade in record.grades if said.missing(grade) == "no verdict"]:
        why = "The grader itself failed, which is not your fault and no zero. It will be graded again"
        yield f"{why}: {said.names(failed)}."
    if waiting := [grade for grade in record.grades if said.missing(grade) == "not graded yet"]:
        yield f"Not graded yet: {said.names(waiting)}."
    if absent := said.not_handed_in(record):
        yield f"Not handed in: {said.names(absent)}."
    if provisional := said.provisional(record):
        yield f"These points are provisional, and may change when it is graded again: {said.names(provisional)}."
    yield from record.remarks


def _line(record: Record, grade: Grade) -> Line:
    exercise = f"{grade.assigned.exercise.number} {grade.assigned.exercise.name}: {grade.assigned.exercise.title}"
    points = f"{said.won(record, grade) or '?'}/{grade.assigned.max_points}"
    if grade.assigned.weight != 1:
        points += f" × {said.number(grade.assigned.weight)}"
    if grade.result is None:
        return Line(" ", "not graded yet", plain(exercise), points)
    status = grade.result.status
    if grade.refused or record.refused:
        status, words = Status.ERROR, "refused"
    else:
        words = "not handed in" if said.is_absent(grade) else said.words(status)
    return Line(MARKS[status][0], words, plain(exercise), points)


def _failure(result: ExerciseResult, check: CheckResult) -> Failure:
    diagnosis = " ".join(plain(check.diagnosis).split())
    return Failure(name(result, check), diagnosis, explain(check, diagnosis=False), printed(check))


def _markdown(feedback: Feedback) -> str:
    lines = [f"# {escape(feedback.title)}: {escape(feedback.who)}", "", f"**{escape(feedback.total)}**", ""]
    lines += [f"- {escape(note)}" for note in feedback.notes]
    lines += ["", "| | exercise | points |", "|---|---|---:|"]
    lines += [f"| {line.mark} {line.status} | {escape(line.exercise)} | {line.points} |" for line in feedback.lines]
    for failure in feedback.failures:
        lines += ["", f"## {escape(failure.title)}"]
        lines += ["", f"**{escape(failure.diagnosis)}**"] if failure.diagnosis else []
        lines += ["", *fenced(failure.explained)]
        lines += ["", *fenced(failure.printed)] if failure.printed else []
    return "\n".join(lines) + "\n"
