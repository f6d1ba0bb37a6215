"""What an exercise asks for, of all the cells that were run.

In a notebook counts what was run, in the order in which it was. The last definition of each name that the exercise has
is taken, and of each that those use in turn. So a plot or an attempt in between is no part of what is graded.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """A statement of a cell.

    Attributes:
        binds: the names that it gives something.
        uses: the names that it takes from others.
    """

    text: str
    binds: frozenset[str]
    uses: frozenset[str]


def asked_for(skeleton: str) -> list[str]:
    """The names that the file of an exercise defines: its predictions, functions and classes.

    >>> asked_for("import numpy as np\\nlength = ...\\ndef double(x):\\n    raise NotImplementedError\\n")
    ['length', 'double']
    """
    names = []
    for node in ast.parse(skeleton).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return names


def gathered(cells: Iterable[str], names: Iterable[str]) -> tuple[str, list[str]]:
    """The source of these names, and those of them that were never defined.

    >>> source, missing = gathered(["def double(x): return two * x", "print(1)", "two = 3", "two = 2"], ["double", "f"])
    >>> print(source)
    def double(x): return two * x
    <BLANKLINE>
    <BLANKLINE>
    two = 2
    <BLANKLINE>
    >>> missing
    ['f']
    """
    pieces = [piece for cell in cells for piece in _pieces(cell)]
    last = {name: i for i, piece in enumerate(pieces) for name in piece.binds}
    names = list(names)
    taken = {i for i, piece in enumerate(pieces) if "*" in piece.binds}  # which may be what any name comes from
    left = list(names)
    while left:
        i = last.get(left.pop())
        if i is not None and i not in taken:
            taken.add(i)
            left += pieces[i].uses
    source = "\n\n\n".join(pieces[i].text for i in sorted(taken))
    return f"{source}\n", [name for name in names if name not in last]


def _pieces(cell: str) -> Iterator[Piece]:
    """The statements of a cell; none of one that is no Python."""
    try:
        for node in ast.parse(cell).body:
            yield _piece(cell, node)
    except (SyntaxError, ValueError):
        return


def _piece(cell: str, node: ast.stmt) -> Piece:
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.decorator_list:
        node.lineno = node.decorator_list[0].lineno
    text = ast.get_source_segment(cell, node) or ""
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        return Piece(text, frozenset("*"), frozenset())
    table = symtable.symtable(text, "cell", "exec")
    binds = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    return Piece(text, frozenset(binds), frozenset(_uses(table)))


def _uses(table: symtable.SymbolTable) -> Iterator[str]:
    inside = table.get_type() != "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or not inside):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _uses(child)
