"""What Python and NumPy say reaches the student in plain words."""

import math

import numpy as np
import pytest

from minigrad.course.results.wording import in_plain_words

A, B = np.ones((2, 3)), np.ones((4, 5))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: A @ B, "a has 3 columns and b has 4 rows"),
        (lambda: np.dot(A, B), "a has 3 columns and b has 4 rows"),
        (lambda: A[:, :1] @ B, "a has 1 column and b has 4 rows"),
        (lambda: A @ B[:1], "a has 3 columns and b has 1 row;"),
        (lambda: A + B, "shapes (2,3) and (4,5) do not fit together"),
        (lambda: np.add(A, A[0], out=A[0].copy()), "an array of shape (3,) is changed in place"),
        (lambda: A ^ 2, "write **"),
        (lambda: bool(A), "np.where"),
        (lambda: math.exp(A), "an array came"),
    ],
)
def test_what_numpy_says_is_said_plainly(call, words):
    with pytest.raises((ValueError, TypeError)) as raised:
        call()
    assert words in in_plain_words(str(raised.value))


def test_other_words_stay_as_they_are():
    assert in_plain_words("list index out of range") == "list index out of range"
