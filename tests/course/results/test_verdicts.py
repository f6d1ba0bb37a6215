"""Results cross between processes as frames, and what has not the form of a result is refused."""

import io
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from minigrad.course.results.charts import Chart
from minigrad.course.results.outcomes import Line, Warned
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import PREDICTION, CheckResult, Counterexample, ExerciseResult, Heading
from minigrad.course.student.frames import read_frame, write_frame

HEADING, PATH = Heading("ex01_words", "Words", "1 Sequences"), Path("ex01_words.py")


def everything():
    """A result in which no field is empty."""
    deep = [[[[[[[{"a": [np.ones(2)]}]]]]]]]
    example = Counterexample(
        {"N": 1, "seed": 3},
        "f",
        {"x": deep, "counts": {("for", "a"): {"walk": 1}}},
        "y",
        np.zeros(2),
        np.ones(2),
        np.ones(2, bool),
        [Line(3, "f", "return x", [("x", "1")])],
    )
    warned = [Warned(3, "np.exp(x)", "overflow")]
    check = CheckResult("a check", 3, Status.FAILED, 0, 0.5, "why", "because", "said", warned, example, "N = 1", "f(x)")
    chart = Chart("title", "x", "y", {"a": [[1.0, 2], [None, 3.0]]}, "caption", log_y=True)
    checks = [check, CheckResult("another", 1, Status.PASSED, 1)]
    return ExerciseResult(HEADING, PATH, checks, 1.5, "message", False, False, False, chart)


def crossed(data):
    stream = io.BytesIO()
    write_frame(stream, data, exact=True)
    stream.seek(0)
    return read_frame(stream, exact=True)


def test_a_result_crosses_unchanged():
    result = everything()
    back = ExerciseResult.from_data(HEADING, PATH, crossed(result.as_data()))
    assert repr(back) == repr(result)  # they hold arrays


@pytest.mark.parametrize(
    ("statuses", "first"),
    [
        ("passed passed failed failed", [2]),
        ("failed failed failed blocked", [0, 1, 2]),
        ("passed failed passed error", [1, 3]),
        ("failed not_started passed passed", [0]),
        ("not_started not_started passed timeout", [3]),
        ("passed passed passed passed", []),
    ],
)
def test_wrong_predictions_come_first_and_hide_no_failure_of_code(statuses, first):
    titles = [f"{PREDICTION}a", f"{PREDICTION}b", "the state", "the next state"]
    checks = [CheckResult(*pair) for pair in zip(titles, [1] * 4, map(Status, statuses.split()), strict=True)]
    result = ExerciseResult(HEADING, PATH, checks)
    assert [checks.index(check) for check in result.first_failures] == first


def test_of_a_file_that_cannot_be_run_one_thing_is_said_once():
    checks = [CheckResult(title, 1, Status.ERROR, message="no Python") for title in (f"{PREDICTION}a", "the state")]
    assert ExerciseResult(HEADING, PATH, checks, message="no Python").first_failures == checks[1:]


PLACES = [
    *((name,) for name in ("checks", "seconds", "message", "touched", "repeatable", "mistakes_known", "chart")),
    *(("checks", 0, field.name) for field in fields(CheckResult)),
    *(("checks", 0, "counterexample", name) for name in ("sizes", "function", "arguments", "label", "lines")),
    *(("checks", 0, "counterexample", "lines", 0, field.name) for field in fields(Line)),
    *(("checks", 0, "warnings", 0, field.name) for field in fields(Warned)),
    *(("chart", field.name) for field in fields(Chart)),
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_a_field_of_another_kind_is_refused(place):
    *way, last = place
    for other in (3j, ["x"]):
        data = crossed(everything().as_data())
        inside = data
        for step in way:
            inside = inside[step]
        inside[last] = other
        with pytest.raises((TypeError, ValueError)):
            ExerciseResult.from_data(HEADING, PATH, data)


def test_a_field_too_many_or_too_few_is_refused():
    data = everything().as_data()
    for wrong in ({**data, "points": 9}, {k: v for k, v in data.items() if k != "seconds"}, [], None):
        with pytest.raises(TypeError):
            ExerciseResult.from_data(HEADING, PATH, wrong)
