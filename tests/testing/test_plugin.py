"""The pytest plugin, as another project meets it."""

import pytest

from ..conftest import quick

HEAD = """
import numpy as np
import pytest
from minigrad import primitive
from minigrad.testing import check_gradients

wrong = primitive(lambda g, y, x: 2 * g)(lambda x: 3 * x)
"""


@pytest.fixture
def run(pytester):
    def run(body, *options):
        pytester.makepyfile(HEAD + body)
        return pytester.runpytest(*options)

    return run


def test_the_fixture_checks_gradients(run):
    run("def test_tanh(gradcheck):\n    assert len(gradcheck(np.tanh, np.ones(3))) == 2").assert_outcomes(passed=1)


def test_the_marker_sets_options_and_the_closest_wins(run):
    run(
        """
pytestmark = pytest.mark.gradcheck(order=1, rtol=1.0)

def test_order(gradcheck):
    assert len(gradcheck(np.tanh, np.ones(3))) == 1

@pytest.mark.gradcheck(order=2)
def test_closest(gradcheck):
    assert len(gradcheck(np.tanh, np.ones(3))) == 2
""",
        "--strict-markers",
    ).assert_outcomes(passed=2)


@pytest.mark.parametrize("given", ["", "@given(st.just(0))\n"])
def test_a_wrong_gradient_is_a_table(run, given):
    result = run(
        f"""
from hypothesis import given, strategies as st

{given}def test_wrong({"_" if given else ""}):
    check_gradients(lambda x: np.sum(wrong(x) ** 2), np.array([1.0, 2.0]))
"""
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*check_gradients(lambda x: np.sum(wrong(x) ?? 2)*",
            "*gradient check*",
            "gradient with respect to*argument 0*lambda*",
            "wrong elements*2 of 2*2 of 2*",
            "the first is at index*(0,)*(0,)*",
            "expected *",
            "by *complex step*complex step*",
            "ratio*0.666666667*0.666666667*",
            "hint*everything is 0.666667*",
        ]
    )
    assert "minigrad/testing/gradients.py" not in result.stdout.str()


def test_a_broken_promise_is_a_sentence(run):
    result = run("def test_alias():\n    check_gradients(lambda x: x + 0, np.ones(2), backward=lambda v, x: v)")
    result.stdout.fnmatch_lines(
        ["E*gradient with respect to argument 0 shares memory with v. Return a copy, such as v.copy() of v"]
    )


@pytest.mark.parametrize("style", quick(1, ["short", "line", "native", "no"]))
def test_every_style_of_traceback(run, style):
    body = "def test_wrong(gradcheck):\n    gradcheck(wrong, np.array([1.0, 2.0]), order=1)"
    run(body, f"--tb={style}").assert_outcomes(failed=1)


def test_tests_that_have_nothing_to_do_with_it(run):
    run("def test_one():\n    assert 1 == 2").assert_outcomes(failed=1)
