"""Every function that minigrad differentiates is held against PyTorch."""

import operator

from minigrad import functional
from minigrad.rules import COMPOSITES, RULES, name_of

from . import (
    test_elementwise,
    test_functional,
    test_indexing,
    test_linear_algebra,
    test_reductions,
    test_shapes,
)

MODULES = [test_elementwise, test_functional, test_indexing, test_linear_algebra, test_reductions, test_shapes]

WITHOUT_COUNTERPART = {}
"""Functions of which not even a composition in PyTorch is the same mathematics: {np.function: why}."""


def test_every_function_has_a_row():
    of_functional = {f for name, f in vars(functional).items() if name[0] != "_" and callable(f)}
    table = {name_of(f) for f in (*RULES, *COMPOSITES, *of_functional)}
    public = {name for name in table if name.startswith(("np.", functional.__name__, name_of(operator.getitem)))}
    compared = {name_of(row.function) for module in MODULES for row in module.ROWS}
    assert public == compared ^ set(map(name_of, WITHOUT_COUNTERPART))
