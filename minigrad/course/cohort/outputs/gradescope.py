"""A student's results in the form of a Gradescope autograder, with the total that the policy makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from minigrad.course.cohort.gradebook import Gradebook, Record
from minigrad.course.cohort.outputs.feedback import feedback_of
from minigrad.course.reports.formats import gradescope
from minigrad.course.reports.formats.texts import dump
from minigrad.course.results.verdicts import Report


def render_each(record: Record, gradebook: Gradebook) -> Iterator[tuple[str, str]]:
    results = [grade.result for grade in record.grades if grade.result]
    if not results:  # Gradescope takes nothing that has neither tests nor a score
        return
    data = json.loads(gradescope.render(Report(results, ""), ""))
    feedback = feedback_of(record, gradebook)
    data["output"] = "\n".join([feedback.total, *feedback.notes])
    data["output_format"] = "text"
    if not record.taken:
        for test in data["tests"]:  # or Gradescope would sum them up to a zero, which this is not
            test.pop("score", None)
            test.pop("status", None)
    if record.complete:
        data["score"] = record.score  # in place of the sum of the tests
    yield ".json", dump(data, indent=1) + "\n"
