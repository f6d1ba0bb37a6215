"""What is graded of a notebook: the last of each thing that the exercise asks for, and what that uses."""

from pathlib import Path

import pytest

from minigrad.course.catalogue.course import Course
from minigrad.course.notebooks.cells import asked_for, gathered

ROOT = Path(__file__).parents[3]
EXERCISES = Course(ROOT).exercises

CELL = """
import numpy as np

def half(x):
    return x / 2
"""

GATE = """
def gate(x):
    return np.tanh(half(x))
"""


def defined(cells, *names):
    """The names that the source of these names defines when it is run, with what they are."""
    source, missing = gathered(cells, names)
    assert not missing
    found = {}
    exec(source, found)
    return {name: value for name, value in found.items() if not name.startswith("__")}


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_of_every_solution_all_is_gathered(exercise):
    names = asked_for(exercise.skeleton)
    assert names
    assert defined(exercise.solution.split("# %%")[2:], *names).keys() >= {*names}


def test_what_is_used_comes_along_and_nothing_else():
    cells = [CELL, "import os", GATE, "other = 3", "print(gate(1.0))"]
    assert defined(cells, "gate").keys() == {"np", "half", "gate"}


def test_the_last_definition_counts():
    assert defined(["a = 1", "a = 2"], "a") == {"a": 2}
    assert defined([CELL, GATE, CELL.replace("x / 2", "0 * x")], "gate")["gate"](1.0) == 0


def test_names_inside_a_function_are_its_own():
    assert defined(["x = y = missing = 1", "def double(x):\n    y = 2\n    return y * x"], "double").keys() == {
        "double"
    }


def test_names_that_are_used_deep_inside_come_along():
    cells = ["two = 2", "def double(x):\n    return [(lambda a: two * a)(b) for b in x]"]
    assert defined(cells, "double")["double"]([1, 2]) == [2, 4]


def test_decorators_and_imports_of_everything_come_along():
    cells = ["from functools import *", "@cache\ndef one():\n    return 1"]
    assert defined(cells, "one")["one"]() == 1


@pytest.mark.parametrize("cell", ["", "%%time\nx = 1", "def gate(x)\n", "await x", "x = \0", "x = (", "\ud800"])
def test_a_cell_that_is_no_python_is_passed_over(cell):
    assert defined([CELL, GATE, cell], "gate").keys() == {"np", "half", "gate"}


def test_what_was_not_run_is_named():
    assert gathered([CELL], ["half", "gate", "length"])[1] == ["gate", "length"]
