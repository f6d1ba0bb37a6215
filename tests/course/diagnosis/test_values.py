"""Two results are the same where their numbers are, but for rounding, whatever they are made of."""

import numpy as np
import pytest

from minigrad.course.diagnosis.values import all_same, begin_alike, differing, parts, same
from minigrad.course.student.frames import Foreign, crossed

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


ODD = [0.0, -0.0, 1.0, 1 + 1e-12, 1.001, 1e-11, 1e308, -1e308, np.inf, -np.inf, np.nan]


@pytest.mark.parametrize("dtype", [float, complex])
def test_the_first_number_decides_nothing_that_the_others_would_not(dtype):
    """A first number that differs ends the comparison; whatever stands first, all are compared alike."""
    for x in ODD:
        for y in ODD:
            first, last = ([np.array(pair, dtype) for pair in pairs] for pairs in ([(x, 7), (y, 7)], [(7, x), (7, y)]))
            assert same(*first) == same(*last)


def test_what_is_no_number_has_no_first_one():
    ids = np.array([None, 2])
    assert begin_alike(ids, ids)
    assert not begin_alike(ids, np.array([1, 2]))


def test_rounding_makes_no_difference():
    assert same(HALF, HALF * (1 + 1e-12))


def test_what_stands_for_a_value_that_cannot_cross_is_the_same_where_it_looks_the_same():
    """A generator that comes twice is no other result."""
    assert all_same([Foreign("zip", "<zip object>")], [Foreign("zip", "<zip object>")])
    assert not same(Foreign("set", "{1}"), Foreign("set", "{2}"))


def test_generators_are_the_same_that_draw_the_same_numbers():
    """What crosses twice arrives as two generators."""
    rng = np.random.default_rng(5)
    assert all_same([1, crossed([rng])], [1, crossed([rng])])
    before = crossed(rng)
    rng.random()
    assert not same(before, rng)
    assert not same(np.random.default_rng(6), np.random.default_rng(5))


@pytest.mark.parametrize("kind", [float, complex, np.float32, np.complex64])
def test_a_number_that_is_none_is_the_same_as_itself(kind):
    assert same(kind("nan"), kind("nan"))
    assert not same(kind("nan"), kind(1))


def test_of_a_dictionary_keys_and_values_are_parts():
    state = {"t": 3, "m": [HALF, MASK]}
    assert all_same(state, {"m": [HALF.copy(), MASK], "t": 3})
    assert not all_same(state, {"t": 3, "m": [HALF, ~MASK]})
    assert not all_same(state, {"t": 3, "v": [HALF, MASK]})
    assert len(differing((1.0, state), (1.0, {"t": 4, "m": [HALF, MASK]}))) == 1


def test_what_differs_is_told_part_by_part():
    assert differing((HALF, MASK), [HALF, ~MASK]) == {1}
    assert not all_same((HALF, MASK), (HALF, ~MASK))


def test_a_list_that_holds_itself_is_one_part():
    said = [1]
    said.append(said)
    assert parts(said) == [said]
    assert parts([1, [2, (3,)]]) == [1, 2, 3]
