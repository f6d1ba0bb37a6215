"""Charts of what a student's function does, from its own numbers.

An exercise's checks may be followed by one. It is computed when the exercise is solved, and no point depends on it:

    @chart
    def fading(student):
        norms = [...]  # of what student.rnn_cell(x=..., h=...) gives
        return Chart("How long it remembers", "step", "|h|", {"your cell": (range(len(norms)), norms)}, "It fades.")
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from minigrad.course.checks.students import Example, Runner, Student
from minigrad.course.results.charts import AnyChart
from minigrad.course.results.outcomes import Halt


def chart(function: Callable[[Student], AnyChart]) -> Callable[[Student], AnyChart]:
    """Make the decorated function of an exercise's test file its chart.

    Each call of the student's functions takes some 0.2 ms; up to 300 of them are not noticed.
    """
    function.chart = True  # type: ignore[attr-defined]
    return function


def compute(function: Callable[[Student], AnyChart], runner: Runner) -> AnyChart | None:
    """The chart of what `runner` calls, or None if it cannot be had, for whatever reason."""
    student = Student(runner)
    student.examples.append(Example({}))
    try:
        with np.errstate(all="ignore"):
            return function(student)
    except (Exception, Halt):
        return None
