"""A skeleton is its solution without what stands between the marks."""

import pytest

from minigrad.course.skeleton import is_untouched, make_skeleton

SOLUTION = '''import numpy as np


def f(x):
    """Twice x."""
    # BEGIN SOLUTION
    y = 2 * x

    return y
    # END SOLUTION


class C:
    def g(self):
        # BEGIN SOLUTION
        return 1
        # END SOLUTION
'''


def test_regions_are_cut_out_and_the_rest_stays():
    assert (
        make_skeleton(SOLUTION)
        == '''import numpy as np


def f(x):
    """Twice x."""
    # YOUR CODE HERE
    raise NotImplementedError


class C:
    def g(self):
        # YOUR CODE HERE
        raise NotImplementedError
'''
    )


@pytest.mark.parametrize(
    ("change", "untouched"),
    [
        (lambda s: s, True),
        (lambda s: s + "\n# a thought\n", True),
        (lambda s: s.replace("\n", "\r\n"), True),
        (lambda s: s.replace("raise NotImplementedError", "return 2", 1), False),
        (lambda s: s + "x = 1\n", False),
        (lambda s: s + "(", False),
        (lambda s: "", False),
        (lambda s: "(" * 100_000, False),
    ],
    ids=["same", "comment", "crlf", "written", "more", "syntax", "empty", "deep"],
)
def test_untouched_means_the_same_code(change, untouched):
    skeleton = make_skeleton(SOLUTION)
    assert is_untouched(change(skeleton), skeleton) is untouched
