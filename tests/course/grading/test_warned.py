"""A warning of NumPy is told only where it may have to do with what is wrong."""

from minigrad.course.checks.students import Example
from minigrad.course.grading.warned import telling
from minigrad.course.results.outcomes import Mismatch, Warned

OVERFLOW, DIVISION = Warned(7, "1 / (1 + np.exp(a))", "overflow"), Warned(9, "x / norm", "invalid value")
WRONG = Mismatch("h", "wrong")


def example(*warned, outcome=WRONG):
    return Example({}, warnings=list(warned), outcome=outcome)


def test_a_warning_that_comes_with_each_failure_is_told():
    failed = example(DIVISION)
    assert telling(failed, [failed, example(DIVISION), example(outcome=None)], []) == [DIVISION]


def test_a_line_that_warns_where_the_result_is_right_is_not():
    failed = example(OVERFLOW, DIVISION)
    assert telling(failed, [failed], [failed, example(OVERFLOW, outcome=None)]) == [DIVISION]


def test_nor_is_a_warning_without_which_it_goes_wrong_too():
    failed = example(OVERFLOW)
    assert telling(failed, [failed, example()], []) == []
