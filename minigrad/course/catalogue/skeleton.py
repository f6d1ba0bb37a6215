"""An exercise is its solution with the marked regions cut out, so that the two never drift apart."""

from __future__ import annotations

import re

from minigrad.course.catalogue.predictions import left_open

BODY = re.compile(r"^( *)# BEGIN SOLUTION\n(.*?)^ *# END SOLUTION\n", re.MULTILINE | re.DOTALL)
"""The region that is cut out: its indentation, and its lines."""


def make_skeleton(solution: str) -> str:
    """The file a student starts from.

    >>> print(make_skeleton('''twice_two = 4  # PREDICTION
    ...
    ... def double(x):
    ...     # BEGIN SOLUTION
    ...     return 2 * x
    ...     # END SOLUTION
    ... '''), end="")
    twice_two = ...
    <BLANKLINE>
    def double(x):
        # YOUR CODE HERE
        raise NotImplementedError
    """
    return BODY.sub(r"\1# YOUR CODE HERE\n\1raise NotImplementedError\n", left_open(solution))
