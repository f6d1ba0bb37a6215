"""The outline of a student's source, for whoever says in which line something was.

It is read only where the student's process has read it before, so a source that is nested too deeply for Python ends
that one. To read a source of 1 MB takes some 600 MB for a moment; a small part of that is kept.
"""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass

_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Definition:
    """A function or class.

    Attributes:
        lines: the numbers of its lines.
        names: all names in it.
        has_gap: whether it raises NotImplementedError somewhere.
        methods: of a class, what is defined in it; of these, nothing but names and lines is told.
    """

    name: str
    lines: range
    names: frozenset[str] = frozenset()
    has_gap: bool = False
    methods: tuple[Definition, ...] = ()


@dataclass(frozen=True)
class Outline:
    """The functions and classes of a source that are in no other, and the lines of each of its loops."""

    definitions: tuple[Definition, ...] = ()
    loops: tuple[range, ...] = ()


@functools.lru_cache(2)  # a student's and its skeleton: to read a large one takes seconds
def outline(source: str) -> Outline:
    """The outline of a source. It is empty if that cannot be read here, as when it is nested too deeply for Python.

    >>> outline("for i in range(3):\\n    print(i)").loops
    (range(1, 3),)
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Outline()
    loops = (_lines(node) for node in ast.walk(tree) if isinstance(node, ast.For | ast.While))
    return Outline(tuple(_definition(node) for node in tree.body if isinstance(node, _DEFINES)), tuple(loops))


def _definition(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Definition:
    names, has_gap = set(), False
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            names.add(inner.id)
        elif isinstance(inner, ast.Raise) and isinstance(inner.exc, ast.Name):
            has_gap |= inner.exc.id == "NotImplementedError"
    inside = node.body if isinstance(node, ast.ClassDef) else []
    methods = (Definition(part.name, _lines(part)) for part in inside if isinstance(part, _DEFINES))
    return Definition(node.name, _lines(node), frozenset(names), has_gap, tuple(methods))


def _lines(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)
