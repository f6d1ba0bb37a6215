"""Whatever came, in whatever place something else was due, the diagnosis comes to its end."""

import contextlib
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minigrad.course.checks.students import Call, Example, Simulation
from minigrad.course.diagnosis import relations
from minigrad.course.diagnosis.matrices import of_matrices
from minigrad.course.diagnosis.sizes import raising
from minigrad.course.diagnosis.substitutions import substituted
from minigrad.course.diagnosis.transformed import transformed
from minigrad.course.results.outcomes import Mismatch, StudentError

from .told import COURSE

NUMBERS = [1.0, 1.0, 1.0, 0.0, -0.0, -2.5, 1e-300, 1e308, np.inf, -np.inf, np.nan]
DTYPES = [float, np.float32, np.float16, np.longdouble, int, np.uint8, bool, complex, object, str]
OF_MISMATCHES = [
    relations.relation,
    relations.moved,
    relations.lost,
    relations.part,
    relations.nearly_right,
    relations.cut_off,
    relations.multiple,
]
OF_EXAMPLES = [relations.a_little_off, relations.roughly_right, of_matrices]


@contextlib.contextmanager
def quiet():
    """As the grader is, whatever numbers come."""
    with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
        yield


@st.composite
def odd(draw, shapes):
    """An array that is odd in its shape, its dtype or its numbers, or no array at all."""
    shape = draw(st.sampled_from(shapes))
    dtype = draw(st.sampled_from(DTYPES))
    factor = draw(st.sampled_from(NUMBERS))
    with quiet():
        array = np.array(factor * (np.arange(np.prod(shape, dtype=int)).reshape(shape) + 0.25), dtype)
    return draw(st.sampled_from([array, array, array.tolist(), None]))


SHAPES = [(), (0,), (1,), (3,), (0, 3), (3, 0), (1, 3), (3, 1), (3, 4), (4, 3), (2, 0, 3), (2, 3, 4), (12, 12)]


@st.composite
def mismatches(draw):
    shapes = draw(st.sampled_from([SHAPES, *([shape] for shape in SHAPES)]))
    got, expected = draw(odd(shapes)), draw(odd(shapes))
    wrong = None
    if (
        all(isinstance(a, np.ndarray) and a.dtype.kind in "iufbc" for a in (got, expected))
        and got.shape == expected.shape
    ):
        with quiet():
            wrong = ~np.isclose(got, expected)
    return Mismatch("y", "y is wrong", got, expected, wrong)


@pytest.mark.exhaustive
@given(st.lists(mismatches(), min_size=1, max_size=3))
@settings(max_examples=500, deadline=None)
def test_every_relation_is_looked_for_and_none_raises(found):
    examples = [Example({"N": 2, "seed": k}, outcome=mismatch) for k, mismatch in enumerate(found)]
    with quiet():
        telling = relations.telling(examples)
        told = [look(telling) for look in OF_MISMATCHES]
        told += [look(examples) for look in OF_EXAMPLES]
        told += [transformed(examples)] if telling else []
    assert all(isinstance(says, str | bool) for says in told)


@pytest.mark.parametrize("look", [relations.relation, relations.part])
def test_where_nothing_is_due_numbers_are_related_to_nothing(look):
    some, none = np.arange(3.0), np.zeros(0)
    examples = [Example({}, outcome=Mismatch("y", "", some, due)) for due in (some + 1.5**some, none)]
    assert look(relations.telling(examples)) == ""
    assert transformed(examples) == ""


def test_numbers_without_a_sign_fall_where_the_expected_ones_grow():
    falls = Mismatch("y", "", np.arange(9, 0, -1).astype(np.uint8), np.arange(9) ** 2.0)
    assert relations.part([falls]).startswith("Your numbers fall where the expected ones grow.")


def test_lists_of_weights_in_tuples_are_looked_through():
    layers = [(np.ones((2, 3)), np.ones(3)), (np.ones((3, 3)), np.ones(3))]
    error = StudentError("f", "ValueError", "shapes")
    raised, right = (Example({}, [Call("f", {"layers": layers[:n]})], outcome=e) for n, e in ((2, error), (1, None)))
    assert raising([raised, right, raised, right, raised]) == ""


def test_what_cannot_become_of_an_empty_argument_leaves_it_as_it_is():
    exercise = COURSE.find("rnn_cell")
    args = [np.zeros((0, 3)), np.zeros((0, 2)), np.zeros((3, 2)), np.zeros((2, 2)), np.zeros(2)]
    right = Simulation(exercise.solution).call("rnn_cell", args).value
    for suspect in substituted(exercise):
        if "entry" in suspect.says:
            assert np.array_equal(suspect.runner.call("rnn_cell", args).value, right), suspect.says
