"""Two results are the same where their numbers are, but for rounding, whatever they are made of."""

import numpy as np
import pytest

from minigrad.course.diagnosis.values import all_same, differing, same

HALF = np.array([0.5, 1.0])
MASK = np.array([True, False])


@pytest.mark.parametrize("value", [HALF, 1j * HALF, MASK, np.array([3, 4]), 0.5, "cat", None, True])
def test_everything_is_the_same_as_itself(value):
    assert same(value, value)


@pytest.mark.parametrize(
    ("a", "b"), [(HALF, HALF + 1e-3), (MASK, ~MASK), (HALF, HALF[:1]), (MASK, MASK.astype(float)), (True, 1)]
)
def test_others_are_not(a, b):
    assert not same(a, b)


def test_rounding_makes_no_difference():
    assert same(HALF, HALF * (1 + 1e-12))


def test_what_differs_is_told_part_by_part():
    assert differing((HALF, MASK), [HALF, ~MASK]) == {1}
    assert not all_same((HALF, MASK), (HALF, ~MASK))
