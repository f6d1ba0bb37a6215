"""The tools an author writes checks with.

A check looks at many examples. It calls the student's functions by name and says what it expects of them:

    cell = Ask("rnn_cell", takes="x h W_xh W_hh b", gives={"h_next": "N H"}, N=size, D=size, H=size)

    @cell.example
    def arguments(rng, N, D, H): ...

    @cell.reference
    def one_number_at_a_time(x, h, W_xh, W_hh, b): ...

    test_new_state = cell.check("the new state", 6)

`student` may be a process that runs a student's file, or a simulated student who made a known mistake: a check
cannot tell. Examples are drawn as sizes and a seed, and all numbers follow from those.

    ask            what is asked of a function: its example, its reference, and its checks in a line each
    expectations   what is expected of a result
    examples       sizes and seeds
    axes           whether the names of axes fit what comes
    students       the student as a check sees them
    purity         what became of the arguments of a call
    check          a check, and how it comes to a verdict
    charts         what a student's function does, drawn
    through_time   the network that the charts of exercises 15 to 18 measure, and the axes of these and of 20
    gates          the LSTM whose gradients exercises 20 to 22 ask for
"""

from minigrad.course.checks.ask import Ask
from minigrad.course.checks.charts import chart
from minigrad.course.checks.check import Check, check
from minigrad.course.checks.examples import Sizes, seed, size, sometimes_zero, steps
from minigrad.course.checks.expectations.arrays import as_floats
from minigrad.course.checks.expectations.calls import (
    expect_error,
    expect_pure,
    expect_random,
    expect_unchanged,
    require,
    unpack,
)
from minigrad.course.checks.expectations.gradients import expect_derivatives
from minigrad.course.checks.expectations.statistics import expect_finite, expect_normal, expect_uniform
from minigrad.course.checks.expectations.values import any_of, expect, in_any_order
from minigrad.course.checks.expectations.words import in_words
from minigrad.course.checks.students import Student
from minigrad.course.results.charts import Bars, Chart, Grid, Words
from minigrad.course.results.outcomes import Mismatch

__all__ = [
    "Ask",
    "Bars",
    "Chart",
    "Check",
    "Grid",
    "Mismatch",
    "Sizes",
    "Student",
    "Words",
    "any_of",
    "as_floats",
    "chart",
    "check",
    "expect",
    "expect_derivatives",
    "expect_error",
    "expect_finite",
    "expect_normal",
    "expect_pure",
    "expect_random",
    "expect_unchanged",
    "expect_uniform",
    "in_any_order",
    "in_words",
    "require",
    "seed",
    "size",
    "sometimes_zero",
    "steps",
    "unpack",
]
