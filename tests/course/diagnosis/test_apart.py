"""Two mistakes told apart by calls in which an argument is zero."""

import numpy as np

from minigrad.course.checks.students import Call, Simulation
from minigrad.course.diagnosis.apart import Apart

SOURCE = "def rows(x, y): return [{} * row + y for row in x if row.any()]"


def test_results_of_other_lengths_stand_beside_nothing():
    """With x = 0 no row is left, in the student's result and in the right one."""
    right, twice = (Simulation(SOURCE.format(factor)) for factor in (1, 2))
    value = lambda call: twice.at_once(call.function, [*call.arguments.values()])
    arguments = {"x": np.ones((2, 3)), "y": np.ones(3)}
    call = Call("rows", arguments, twice.call("rows", [*arguments.values()]).value)
    apart = Apart(twice, lambda asked: right.at_once(asked.function, [*asked.arguments.values()]), call, {})
    assert apart.may_be_both([value], [value]).tolist() == [[True]]
