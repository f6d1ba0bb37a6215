"""What an author writes checks with.

A check looks at many examples. It calls the student's functions by name and says what it expects
of them:

    @check("the new state", points=6, N=size, D=size, H=size, seed=seed)
    def test_new_state(student, N, D, H, seed):
        arguments = inputs(N, D, H, seed)
        expect("h_next", student.rnn_cell(**arguments), reference(**arguments), axes="N H")

`student` may be a process that runs a student's file, or a simulated student who made a known mistake: a check
cannot tell. Examples are drawn as sizes and a seed, and all numbers follow from those.

    examples       sizes and seeds
    students       the student as a check sees them
    expectations   what is expected of a result
    check          a check, and how it comes to a verdict
    charts         what a student's function does, drawn
"""

from minigrad.course.checks.charts import chart
from minigrad.course.checks.check import Check, check
from minigrad.course.checks.examples import Sizes, seed, size, sometimes_zero, steps
from minigrad.course.checks.expectations import (
    as_floats,
    expect,
    expect_error,
    expect_pure,
    in_words,
    require,
    unpack,
)
from minigrad.course.checks.students import Student
from minigrad.course.results.charts import Chart
from minigrad.course.results.outcomes import Mismatch

__all__ = [
    "Chart",
    "Check",
    "Mismatch",
    "Sizes",
    "Student",
    "as_floats",
    "chart",
    "check",
    "expect",
    "expect_error",
    "expect_pure",
    "in_words",
    "require",
    "seed",
    "size",
    "sometimes_zero",
    "steps",
    "unpack",
]
