"""A notebook is graded by what makes each thing that the exercise asks for, and what that uses."""

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


BUILT_UP = {
    "by +=": ["two = 1", "two += 1", "def gate(x): return two * x"],
    "by another function": ["import functools", "def gate(x): return x + 1", "gate = functools.cache(gate)"],
    "by a loop": ["total = 0", "for i in range(4): total += i", "def gate(x): return total * x"],
    "by a class of its own name": [
        "class A:\n    k = 2",
        "class A(A):\n    n = 3",
        "def gate(x): return A.k * A.n * x",
    ],
    "by an item": ["table = {}", "table['a'] = 3", "def gate(x): return table['a'] * x"],
    "by del": ["table = {'a': 3, 'b': 1}", "del table['b']", "def gate(x): return len(table) * x"],
    "by a method": ["table = []", "table.append(3)", "def gate(x): return table[0] * x"],
    "by a block": ["two = 0", "try:\n    two = 2\nfinally:\n    pass", "def gate(x): return two * x"],
    "by an attribute": [
        "class A: pass",
        "def f(self, x): return 3 * x",
        "A.f = f",
        "def gate(x): return A().f(x)",
    ],
    "by a seed": ["import numpy as np", "np.random.seed(1)", "draw = np.random.rand()", "def gate(x): return draw * x"],
    "as a default": ["k = 2", "def gate(x, y=k): return x * y", "k = 3"],
    "as what is called for it": ["two = 2", "def f(): return two", "k = f()", "two = 3", "def gate(x): return k * x"],
    "as an import that came again": [
        "import numpy as np",
        "def gate(x, y=np.pi): return np.tanh(x) * y",
        "import numpy as np",
    ],
    "as a name that was another before": ["f = 1", "def f(): return 2", "def gate(x): return f() * x", "f()"],
    "as what a function changes": [
        "n = 0",
        "def count():\n    global n\n    n += 1\n    return n",
        "def gate(x): return count() * x",
    ],
}


@pytest.mark.parametrize("cells", BUILT_UP.values(), ids=BUILT_UP)
def test_what_is_graded_does_what_the_notebook_does(cells):
    notebook = {}
    for cell in cells:
        exec(cell, notebook)
    graded = defined([*cells, "print = 1 / 0"], "gate")["gate"]
    assert graded(1.5) == notebook["gate"](1.5)


def test_what_an_attempt_used_that_was_given_up_does_not_come_along():
    cells = ["import os", "two = 1 / 0", "def gate(x): return two * os", "def gate(x): return x"]
    assert defined(cells, "gate").keys() == {"gate"}


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_cells_may_be_run_again(exercise):
    cells, names = exercise.solution.split("# %%")[2:-1], asked_for(exercise.skeleton)
    for cell in cells:
        assert defined([*cells, cells[0], cell], *names).keys() >= {*names}


@pytest.mark.parametrize("magic", ["time", "capture"])
def test_what_was_timed_or_captured_counts(magic):
    cell = f"get_ipython().run_cell_magic({magic!r}, '', 'two = 2\\ndef gate(x):\\n    return two * x\\n')\n"
    assert defined(["two = 3", cell], "gate")["gate"](2) == 4


def test_what_a_magic_only_wrote_down_does_not_count():
    assert gathered(["get_ipython().run_cell_magic('writefile', 'a.py', 'gate = 1')"], ["gate"])[1] == ["gate"]


@pytest.mark.parametrize("cell", ["", "%%time\nx = 1", "def gate(x)\n", "await x", "x = \0", "x = (", "\ud800"])
def test_a_cell_that_is_no_python_is_passed_over(cell):
    assert defined([CELL, GATE, cell], "gate").keys() == {"np", "half", "gate"}


def test_what_was_not_run_is_named():
    assert gathered([CELL], ["half", "gate", "length"])[1] == ["gate", "length"]
