"""The source that an exercise asks for, taken from all the cells that were run.

In a notebook counts what was run, in the order in which it was. The statements that make the names of the exercise are
taken in that order, and those that make what these use in turn. So a plot or an attempt in between is no part of what
is graded.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ANEW = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
RUN_HERE = ("capture", "prun", "time")  # the magics that run the rest of their cell as if they were not there


@dataclass(frozen=True)
class Piece:
    """A statement of a cell.

    Attributes:
        binds: the names that it gives something anew, whatever they were before.
        changes: the names that it may change, such as by `+=`, by `table[0] = 1` or by `table.append(1)`.
        now: the names that have to be there when it is run.
        later: the names that have to be there when what it defines is called.
    """

    text: str
    binds: frozenset[str]
    changes: frozenset[str]
    now: frozenset[str]
    later: frozenset[str]


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
    names = list(names)
    taken: list[Piece] = []
    while (more := _taken(pieces, names, taken)) != taken:
        taken = more
    source = "\n\n\n".join(piece.text for piece in taken)
    made = {name for piece in pieces for name in piece.binds | piece.changes}
    return f"{source}\n", [name for name in names if name not in made]


def _taken(pieces: list[Piece], names: list[str], known: list[Piece]) -> list[Piece]:
    """The pieces that make these names, as far as one knows what is needed from those that are known to be taken.

    It goes backwards from the end, where the names are needed, and what is called then. A name that is given something
    anew is not needed before.
    """
    needed = {*names, *(name for piece in known for name in piece.later)}
    taken = []
    for piece in reversed(pieces):
        if "*" in piece.binds or needed & (piece.binds | piece.changes):  # by * may come any name
            taken.append(piece)
            needed = (needed - piece.binds) | piece.changes | _reached(piece.now, known)
    return taken[::-1]


def _reached(names: Iterable[str], pieces: list[Piece]) -> set[str]:
    """These names, and all that these pieces may use where one of them is called."""
    found: set[str] = set()
    left = {*names}
    while left:
        found |= left
        left = {name for piece in pieces if left & piece.binds for name in piece.now | piece.later} - found
    return found


def _pieces(cell: str) -> Iterator[Piece]:
    """The statements of a cell; none of one that is no Python."""
    try:
        for node in ast.parse(cell).body:
            if (rest := _run_by_magic(node)) is None:
                yield _piece(cell, node)
            else:
                yield from _pieces(rest)
    except (SyntaxError, ValueError):
        return


def _run_by_magic(node: ast.stmt) -> str | None:
    """The rest of a cell that begins with %%time, as IPython has written it down, or None."""
    match node:
        case ast.Expr(
            ast.Call(ast.Attribute(attr="run_cell_magic"), [ast.Constant(magic), _, ast.Constant(str(rest))])
        ) if magic in RUN_HERE:
            return rest
    return None


def _piece(cell: str, node: ast.stmt) -> Piece:
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.decorator_list:
        node.lineno = node.decorator_list[0].lineno
    text = ast.get_source_segment(cell, node) or ""
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        return Piece(text, frozenset("*"), frozenset(), frozenset(), frozenset())
    table = symtable.symtable(text, "cell", "exec")
    bound = frozenset(s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported())
    binds = bound if isinstance(node, ANEW) else frozenset[str]()
    now = frozenset(symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced())
    later = frozenset(name for child in table.get_children() for name in _uses(child))
    if not isinstance(node, FUNCTIONS) or node.decorator_list:  # functions inside may be called at once
        now |= later
    return Piece(text, binds, (bound - binds) | frozenset(_changed(node)), now, later)


def _uses(table: symtable.SymbolTable) -> Iterator[str]:
    """The names that a function or a class takes from outside."""
    for symbol in table.get_symbols():
        if symbol.is_global():
            yield symbol.get_name()
    for child in table.get_children():
        yield from _uses(child)


def _changed(node: ast.AST) -> Iterator[str]:
    """The names whose parts a statement gives something, or on which it calls a method for nothing but its effect."""
    if isinstance(node, FUNCTIONS):
        return
    match node:
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            yield from _root(node)
        case ast.Expr(ast.Call(ast.Attribute() as method)):
            yield from _root(method)
    for child in ast.iter_child_nodes(node):
        yield from _changed(child)


def _root(node: ast.expr) -> Iterator[str]:
    """The name with which such as a.b[0].c begins, if it is one."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
