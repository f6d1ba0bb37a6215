"""Of several results a check shows the first that is wrong; what is told explains the others as well."""

import pytest

from minigrad.course.catalogue.course import Course
from minigrad.course.diagnosis.lineup import Lineup
from minigrad.course.grading.grade import rehearse
from minigrad.course.results.status import Status

SOLUTION = '''"""Three gates."""

import numpy as np


def gates(x, W):
    # BEGIN SOLUTION
    i, f, g = np.split(x @ W, 3, axis=1)
    return i, f, g
    # END SOLUTION
'''
CHECKS = """
import numpy as np
from minigrad.course.checks import Ask, size

ask = Ask("gates", takes="x W", gives={"i": "N H", "f": "N H", "g": "N H"}, N=size, D=size, H=size)

@ask.example
def numbers(rng, N, D, H):
    return {"x": rng.normal(size=(N, D)), "W": rng.normal(size=(D, 3 * H))}

@ask.reference
def blocks(x, W):
    return np.split(np.einsum("nd,dk->nk", x, W), 3, axis=1)

test_gates = ask.check("all three", 1)
"""
NOTES = """
chapter = "1 Gates"
title = "Three gates"
hints = ["Cut the product."]

[blocks]
names = ["i", "f", "g"]
of = ["W"]

[[mistakes]]
says = "The gates are shown as they are, with another sign."
replace = [["return i, f, g", "return -i, -f, -g"]]

[[variants]]
name = "the matrix product by its name"
replace = [["x @ W", "np.matmul(x, W)"]]
"""


@pytest.fixture
def exercise(tmp_path):
    for path, text in {
        "solutions/ex01_gates.py": SOLUTION,
        "tests/exercises/test_ex01_gates.py": CHECKS,
        "tests/exercises/ex01_gates.toml": NOTES,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return Course(tmp_path).find("gates")


@pytest.mark.parametrize("order", ["f, i, g", "f, g, i", "g, i, f", "g, f, i", "i, g, f"])
def test_the_order_that_is_told_is_the_one_in_which_all_blocks_were_read(exercise, order):
    [check] = rehearse(exercise, SOLUTION.replace("i, f, g = ", f"{order} = ")).checks
    assert f"in the order {order}; their order is i, f, g" in check.diagnosis


@pytest.mark.parametrize(("returned", "slips_are_tried"), [("i", False), ("i, f", False), ("i, f, np.cos(g)", True)])
def test_slips_are_tried_where_as_many_results_came_as_are_due(exercise, returned, slips_are_tried):
    lineup = Lineup(exercise)
    [check] = rehearse(exercise, SOLUTION.replace("return i, f, g", f"return {returned}"), lineup).checks
    assert check.status == Status.FAILED
    assert ("slips" in vars(lineup)) == slips_are_tried
