"""A student's results as JUnit's XML: the points of each exercise as they were won."""

from __future__ import annotations

from collections.abc import Iterator

from minigrad.course.cohort.gradebook import Gradebook, Record
from minigrad.course.reports.formats import junit
from minigrad.course.results.verdicts import Report


def render_each(record: Record, gradebook: Gradebook) -> Iterator[tuple[str, str]]:
    results = [grade.result for grade in record.grades if grade.result]
    yield ".xml", junit.render(Report(results, ""), "") + "\n"
