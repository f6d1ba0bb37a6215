"""TODO: what my_exercise must do, in a line."""

import math

import numpy as np

from minigrad.course.checks import check, expect, expect_pure, seed, size, sometimes_zero

SIZES = dict(N=size, D=size, H=size, seed=seed)


def inputs(N, D, H, seed):
    """TODO: arguments of my_exercise, of all sizes and signs. Everything follows from the sizes and the seed."""
    rng = np.random.default_rng(seed)
    return {
        "x": sometimes_zero(rng, rng.normal(size=(N, D))),
        "W": rng.normal(size=(D, H)),
        "b": rng.normal(size=H),
    }


def reference(x, W, b):
    """TODO: the formula once more, by another way than the solution: one number at a time."""
    N, D = x.shape
    H = len(b)
    return np.array([[math.tanh(b[j] + sum(x[n, d] * W[d, j] for d in range(D))) for j in range(H)] for n in range(N)])


@check("TODO the outputs", points=4, **SIZES)
def test_outputs(student, **sizes):
    case = inputs(**sizes)
    expect("y", student.my_exercise(**case), reference(**case), axes="N H")


@check("no argument is changed, and calling again gives the same", points=1, needs=[test_outputs], **SIZES)
def test_pure(student, **sizes):
    expect_pure(student, "my_exercise", **inputs(**sizes))
