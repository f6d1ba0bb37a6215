"""For which arrays a student's function raises."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minigrad.course.checks.students import Example
from minigrad.course.results.outcomes import StudentError

SOME = 4  # examples that are no chance
ANY = "An array may have any number of axes."
NUMBERS = "no", "one axis", "two axes", "three axes", "four axes"


def raising(examples: Sequence[Example]) -> str:
    """What the lists of arrays have in common with which the student's function raises, and only with those; or ""."""
    seen = [
        ({np.ndim(array) for given in e.calls[-1].arguments.values() if isinstance(given, list) for array in given}, e)
        for e in examples
        if e.calls
    ]
    for axes in range(1, len(NUMBERS)):
        raised = [isinstance(e.outcome, StudentError) for dimensions, e in seen if axes in dimensions]
        others = [isinstance(e.outcome, StudentError) for dimensions, e in seen if axes not in dimensions]
        if len(raised) >= SOME and len(others) >= SOME and all(raised) and not any(others):
            return f"It raises whenever there is an array with {NUMBERS[axes]}, and only then. {ANY}"
        alone = [isinstance(e.outcome, StudentError) for dimensions, e in seen if dimensions == {axes}]
        beside = [isinstance(e.outcome, StudentError) for dimensions, e in seen if dimensions != {axes}]
        if len(alone) >= SOME and not any(alone) and 2 * sum(beside) > len(beside):
            return f"It never raises where all arrays have {NUMBERS[axes]}, but mostly where others come. {ANY}"
    return ""
