"""An exercise of one function, for tests of what becomes of any exercise."""

SOLUTION = '''"""Double a number."""


def double(x):
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION
'''
CHECKS = """
import numpy as np
from minigrad.course.checks import check, expect, seed

@check("twice as much", points=1, examples=8, seed=seed)
def test_double(student, seed):
    x = np.random.default_rng(seed).normal(size=3)
    expect("the result", student.double(x=x), x + x)
"""
NOTES = 'chapter = "1 Numbers"\ntitle = "Twice"\nhints = ["Add it to itself."]\n'
