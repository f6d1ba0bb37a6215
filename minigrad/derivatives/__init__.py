"""Every derivative that minigrad knows, one file for each kind of function. Importing it fills the table."""

from minigrad.derivatives import (
    calculus,
    elementwise,
    indexing,
    linear_algebra,
    matrices,
    reductions,
    shapes,
    statistics,
)

__all__ = [
    "calculus",
    "elementwise",
    "indexing",
    "linear_algebra",
    "matrices",
    "reductions",
    "shapes",
    "statistics",
]
