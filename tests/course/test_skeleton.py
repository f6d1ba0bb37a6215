"""A skeleton is its solution without what stands between the marks."""

from minigrad.course.skeleton import make_skeleton

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
