"""A check under pytest is a property: for all sizes in range, beyond those that the grader looks at."""

import hypothesis
import numpy as np
import pytest

from minigrad.course.checks import Mismatch, Sizes, check, expect, seed, size, steps
from minigrad.course.checks.examples import beyond
from minigrad.course.checks.students import Simulation
from minigrad.course.properties.property import property_of

SETTINGS = hypothesis.settings(
    max_examples=100, database=None, phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink]
)


@check("twice as much", points=1, N=size, H=size, seed=seed)
def double(student, N, H, seed):
    x = np.random.default_rng(seed).normal(size=(N, H))
    expect("f(x)", student.f(x=x), 2 * x)


def hold(source):
    property_of("test_double", double, SETTINGS)(runner=Simulation(source))


def test_it_holds_for_what_is_right():
    hold("def f(x): return x + x")


def test_what_is_wrong_only_beyond_the_table_is_found_and_made_small():
    with pytest.raises(Mismatch) as found:
        hold("def f(x): return 2 * x if len(x) < 9 else x")
    assert found.value.sizes == {"N": 9, "H": 1, "seed": 0}


def test_sizes_go_beyond_the_table_and_lists_do_not():
    assert list(beyond("N", size)) == list(range(1, 13))
    assert list(beyond("T", steps)) == list(range(1, 41))
    assert list(beyond("heads", [1, 2, 4])) == [1, 2, 4]
    assert list(beyond("fan_in", Sizes([25 * n for n in size], largest=300))) == list(range(25, 301))
    assert len(beyond("seed", seed)) == 2**32


def test_a_check_that_draws_nothing_is_looked_at_once():
    calls = []

    @check("is called", points=1)
    def called(student):
        calls.append(student)

    property_of("test_called", called, SETTINGS)(runner=Simulation(""))
    assert len(calls) == 1
