"""Messages of Python and NumPy reach the student in plain words. Each error here is raised for real."""

import math
import re

import numpy as np
import pytest

from minigrad.course.results.plain_words import _SENTENCES, in_plain_words

A, B, V = np.ones((2, 3)), np.ones((4, 5)), np.ones(3)
LIST, NONE, TWO = [1, 2], None, 2  # by names, or Python itself would warn of what is done with them
RNG = np.random.default_rng(0)


def f(x, y):
    return x


def put(place, index, value):
    place[index] = value


def add_in_place(array, value):
    array += value


def unpack(value):
    a, b = value
    return a, b


def read_early():
    if LIST is None:
        late = 1
    return late


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: A @ B, "a has 3 columns and b has 4 rows"),
        (lambda: np.dot(A, B), "a has 3 columns and b has 4 rows"),
        (lambda: A[:, :1] @ B, "a has 1 column and b has 4 rows"),
        (lambda: A @ B[:1], "a has 3 columns and b has 1 row;"),
        (lambda: V @ 2.0, "one side is a single number or None"),
        (lambda: np.ones((2, 3, 4)) @ np.ones((5, 4, 2)), "(2,3,4) and (5,4,2) must be alike but for the last two"),
        (lambda: A + B, "shapes (2,3) and (4,5) do not fit together"),
        (lambda: np.where([True, False], V, V[:2]), "shapes (2,) (3,) (2,) do not fit together"),
        (lambda: np.broadcast_to(V, (2, 2)), "an array of shape (3,) cannot be broadcast to the shape (2,2)"),
        (lambda: np.einsum("nd,dh->nh", A, B), "a letter stands for two different lengths"),
        (lambda: put(np.ones((1, 1)), ..., np.ones((2, 2))), "shape (2,2) is put into a place of shape (1,1)"),
        (lambda: np.add(A, V, out=V.copy()), "an array of shape (3,) is changed in place"),
        (lambda: V.reshape(2), "an array of 3 numbers does not fit into the shape (2,)"),
        (lambda: np.split(np.ones(5), 4), "parts of equal size"),
        (lambda: np.concatenate([A, B]), "on axis 1, number 0 has the length 3 and number 1 the length 5"),
        (lambda: np.hstack([A, B]), "on axis 0, number 0 has the length 2 and number 1 the length 4"),
        (lambda: np.concatenate([A, V]), "one has 2 and another 1"),
        (lambda: np.concatenate([1.0, 2.0]), "these are single numbers"),
        (lambda: np.concatenate([]), "nothing to concatenate"),
        (lambda: np.concatenate(A, A), "stand in one list"),
        (lambda: np.stack([A, B]), "arrays of one shape"),
        (lambda: np.stack([]), "nothing to stack"),
        (lambda: np.array([[1.0, 2.0], [3.0]]), "parts of different lengths"),
        (lambda: put(np.ones(3), 0, [1.0, 2.0]), "the place of a single number"),
        (lambda: np.linalg.inv(A), "square"),
        (lambda: np.sum(V, axis=1), "there is no axis 1: the array has 1 axis, counted from 0"),
        (lambda: np.transpose(A, (0, 1, 2)), "each axis of the array once"),
        (lambda: A.transpose(0, 0), "each axis of the array once"),
        (lambda: np.squeeze(A, axis=0), "axes of length 1"),
        (lambda: A[0, 3], "no index 3 on axis 1: its length is 3"),
        (lambda: LIST[2], "no element of this index"),
        (lambda: V[0, 0], "2 indices are given, and the array has 1 axis."),
        (lambda: V[0][0], "a single number is indexed with [...]."),
        (lambda: V[np.ones(4, bool)], "a mask of 4 elements picks from axis 0, which has 3"),
        (lambda: V[1.0], "must be a whole number"),
        (lambda: LIST[1.0], "must be a whole number"),
        (lambda: LIST[0, 1], "a[i][j]"),
        (lambda: bool(A), "np.where"),
        (lambda: math.exp(A), "an array came"),
        (lambda: np.zeros(2, 3), "with two brackets"),
        (lambda: np.eye((2, 2)), "single whole numbers are expected"),
        (lambda: range(2.0), "// divides to whole numbers"),
        (lambda: np.zeros(2.5), "// divides to whole numbers"),
        (lambda: put(np.broadcast_to(V, (2, 3)), 0, 1.0), "a copy"),
        (lambda: add_in_place(np.ones(3, int), 0.5), "an array of int64 is changed in place"),
        (lambda: [1.0] * 2.0, "np.array(...)"),
        (lambda: [1.0] - [2.0], "np.array(...)"),
        (lambda: (1.0,) / 2, "np.array(...)"),
        (lambda: -[1.0], "np.array(...)"),
        (lambda: A ^ 2, "write **"),
        (lambda: 2.0 ^ 2, "write **"),
        (lambda: A & A, "in brackets"),
        (lambda: np.exp("a"), "np.exp is given something that is no array of numbers"),
        (lambda: NONE[0], "None is indexed with [...]."),
        (lambda: NONE + 1, "one side of the operation is None"),
        (lambda: V * None, "one side of the operation is None"),
        (lambda: NONE.shape, "None has no .shape."),
        (lambda: list(None), "None is unpacked or looped over, as if it were a list."),
        (lambda: unpack(None), "None is unpacked or looped over, as if it were a list."),
        (lambda: len(None), "is given None"),
        (lambda: np.tanh(None), "is given None"),
        (lambda: NONE(), "None is called"),
        (lambda: V(1), "Is a * missing"),
        (lambda: V[0](1), "Is a * missing"),
        (lambda: TWO(V), "a value of type int is called"),
        (lambda: f(1), "f is called without 'y'."),
        (lambda: f(1, 2, 3), "f takes 2 arguments, and 3 came"),
        (lambda: np.tanh(), "tanh takes from 1 to 2 arguments, and 0 came"),
        (lambda: f(1, z=2), "f has no argument z"),
        (lambda: f(1, x=2), "f is given its argument x twice"),
        (lambda: np.sigmoid(1.0), "NumPy has no np.sigmoid"),
        (lambda: V.append(1.0), "np.stack"),
        (lambda: V.relu, "an array has no .relu"),
        (lambda: RNG.randn(3), "rng.normal"),
        (lambda: unpack((1, 2, 3)), "2 names stand left of ="),
        (lambda: unpack((1,)), "2 names stand left of ="),
        (lambda: unpack(3.0), "a single number is unpacked or looped over"),
        (lambda: list(3), "a single number is unpacked or looped over"),
        (lambda: read_early(), "late is used before"),
        (lambda: nowhere, "there is no nowhere here"),  # noqa: F821
        (lambda: get_ipython(), "a notebook's command"),  # noqa: F821
        (lambda: 1 / 0, "divided by zero"),
        (lambda: math.exp(1000), "larger than a float"),
        (lambda: math.log(0), "math has no result"),
        (lambda: np.max([]), "is empty"),
        (lambda: max([]), "is empty"),
        (lambda: np.einsum("nd,dh", A), "another number of arrays"),
        (lambda: np.einsum("nd->nh", A), "the letter h stands right of ->"),
        (lambda: np.einsum("ndh->nh", A), "array number 0 has fewer axes than letters"),
        (lambda: np.einsum("n->n", A), "an array has more axes than letters"),
        (lambda: np.einsum("nd>dn", A), "a letter for each axis"),
        (lambda: np.einsum(A, "nd->dn"), "Its text comes first"),
    ],
)
def test_what_numpy_says_is_said_plainly(call, words):
    with pytest.raises(Exception) as raised:  # noqa: PT011
        call()
    assert words in in_plain_words(str(raised.value))


def test_a_name_that_self_has_is_given_with_it():
    text = "name 'W_xh' is not defined. Did you mean: 'self.W_xh'?"
    assert in_plain_words(text) == "there is no W_xh here. Did you mean self.W_xh?"


def test_other_words_stay_as_they_are():
    assert in_plain_words("the loss is NaN at step 3") == "the loss is NaN at step 3"


def test_a_long_text_is_searched_from_the_beginnings_of_its_words_alone():
    assert not [pattern for pattern in _SENTENCES if re.match(r"(\(\?P<\w+>)?\\w\+", pattern)]
