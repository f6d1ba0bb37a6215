"""Every derivative that minigrad knows, one file for each kind of function. Importing it fills the table."""

from minigrad.derivatives import elementwise, indexing, linear_algebra, reductions, shapes

__all__ = ["elementwise", "indexing", "linear_algebra", "reductions", "shapes"]
