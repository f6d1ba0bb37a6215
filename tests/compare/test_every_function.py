"""Every function that minigrad differentiates is held against PyTorch."""

import operator

import numpy as np

from minigrad import functional
from minigrad.rules import COMPOSITES, CONSTANTS, RULES, name_of

from . import (
    test_calculus,
    test_elementwise,
    test_functional,
    test_indexing,
    test_linear_algebra,
    test_matrices,
    test_reductions,
    test_shapes,
    test_statistics,
)

MODULES = [test_elementwise, test_reductions, test_statistics, test_shapes, test_indexing, test_calculus]
MODULES += [test_linear_algebra, test_matrices, test_functional]


def is_public(name):
    """True if people call it: NumPy's functions, those of minigrad.functional, and x[index]."""
    home, _, last = name.rpartition(".")
    return name == name_of(operator.getitem) or (last[0] != "_" and home.startswith(("np", functional.__name__)))


def is_called_so(function):
    """True if NumPy's name leads to this very function, and not to one that a test has entered under it."""
    home, _, name = name_of(function).rpartition(".")
    return not home.startswith("np") or getattr(np.linalg if home == "np.linalg" else np, name, None) is function


def test_every_function_has_a_row():
    of_numpy = filter(is_called_so, {*RULES, *COMPOSITES} - CONSTANTS)
    differentiated = {*of_numpy, *filter(callable, vars(functional).values())}
    compared = {name_of(row.function) for module in MODULES for row in module.ROWS}
    assert set(filter(is_public, map(name_of, differentiated))) == compared
