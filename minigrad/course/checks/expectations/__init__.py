"""What a check expects, and the sentence that says how what came differs.

values      any value: it goes by the kind of the expected one; lists, dicts, any order, any of several
arrays      numbers, and arrays of them
words       strings; and what kind of value something is
calls       what a call gives beside its result: its parts, an exception, unchanged arguments
gradients   derivatives that a student writes by hand
statistics  random numbers
"""

from minigrad.course.checks.expectations.arrays import ATOL, RTOL, as_floats
from minigrad.course.checks.expectations.calls import expect_error, expect_pure, expect_random, require, unpack
from minigrad.course.checks.expectations.gradients import expect_derivatives
from minigrad.course.checks.expectations.statistics import expect_finite, expect_normal, expect_uniform
from minigrad.course.checks.expectations.values import any_of, expect, in_any_order
from minigrad.course.checks.expectations.words import in_words

__all__ = [
    "ATOL",
    "RTOL",
    "any_of",
    "as_floats",
    "expect",
    "expect_derivatives",
    "expect_error",
    "expect_finite",
    "expect_normal",
    "expect_pure",
    "expect_random",
    "expect_uniform",
    "in_any_order",
    "in_words",
    "require",
    "unpack",
]
