"""The words that several outputs share when they speak of a record."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from minigrad.course.cohort.gradebook import Grade, Gradebook, Record, exactly
from minigrad.course.reports.text import WORDS
from minigrad.course.results.status import Status


def number(value: float) -> str:
    """A number as somebody would write it: 7, 7.5, and never 7.0 or 1e-05."""
    return format(exactly(value).normalize() + Decimal(0), "f")


def students(count: int) -> str:
    return "1 student" if count == 1 else f"{count} students"


def score(record: Record) -> str:
    """The total; nothing as long as there is none, which is no zero."""
    return number(record.score) if record.complete else ""


def share(record: Record, gradebook: Gradebook, whole: float, places: int) -> str:
    """The total where all that there is to be won makes `whole`; nothing as long as there is none."""
    if not record.complete or not gradebook.max_score:
        return ""
    exact = exactly(whole) * exactly(record.score) / exactly(gradebook.max_score)
    return number(float(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)))


def points(record: Record, grade: Grade) -> str:
    """The points of an exercise, less what is lost by being late; nothing where there is no verdict."""
    kept = record.kept_of(grade)
    return "" if kept is None else number(kept)


def won(record: Record, grade: Grade) -> str:
    """The points of an exercise as they were won; nothing where there is no verdict."""
    return "" if grade.points is None or not record.taken else number(grade.points)


def no_total(record: Record) -> str:
    """The reason why there is no total, or ""."""
    if not record.taken:
        return "Nothing could be taken" if record.refused else "Nothing was handed in"
    whose = {why: names(g for g in record.grades if missing(g) == why) for why in map(missing, record.grades) if why}
    return "; ".join(f"{why}: {exercises}" for why, exercises in whose.items())


def missing(grade: Grade) -> str:
    """The reason why there are no points, or ""."""
    if grade.result is None:
        return "not graded yet"
    return "no verdict" if grade.result.status == Status.INFRA else ""


def late(record: Record) -> str:
    """The sentence on days late and their cost, or ""."""
    if not record.days_late:
        return ""
    days = number(record.days_late)
    kept = number(float(100 * exactly(record.kept)))
    return f"{days} {'day' if days == '1' else 'days'} late: {kept} % of the points are kept"


def names(grades: Iterable[Grade]) -> str:
    """The names of their exercises, as a list for reading."""
    return ", ".join(grade.assigned.exercise.name for grade in grades)


def provisional(record: Record) -> list[Grade]:
    """The grades of files that ran where a stranger's code is not held back enough to trust what came of it."""
    return [grade for grade in record.grades if grade.provisional]


def not_handed_in(record: Record) -> list[Grade]:
    """The grades that are 0 since there was no file."""
    if record.refused:
        return []
    return [grade for grade in record.grades if is_absent(grade)]


def words(status: Status) -> str:
    """A status as people read it."""
    return WORDS.get(status, status.in_words)


def is_absent(grade: Grade) -> bool:
    """True if it is 0 since there was no file."""
    result = grade.result
    return bool(result and result.status == Status.NOT_STARTED and result.message)


def refusals(record: Record) -> list[tuple[str, str]]:
    """The refusals, each with its reason: the exercise's name, or "" for the submission as a whole."""
    whole = [("", record.refused)] if record.refused else []
    return whole + [(grade.assigned.exercise.name, grade.refused) for grade in record.grades if grade.refused]
