"""Lines of a page that stand for code: a link [`minigrad/graph.py: sweep`](../minigrad/graph.py) as a paragraph.

In the repository such a line is a link; in the book the code follows it, as it stands in the source. Names are
functions, classes and variables of that file, `Class.method`, or functions of NumPy, which mean their rows in the table
of derivatives.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"^\[`(?P<path>[\w/]+\.py): (?P<names>[\w., ]+)`\]\([^)\s]+\)$", re.MULTILINE)


def with_code(page: str) -> str:
    """A page in Markdown, with the code after each line that stands for some."""
    return LINE.sub(lambda line: f"{line[0]}\n\n```python\n{code(line['path'], line['names'])}\n```", page)


def code(path: str, names: str) -> str:
    """The code of these names, with commas between them, in a file of the repository."""
    text = (ROOT / path).read_text("utf-8")
    found = [_named(ast.parse(text), name, path) for name in names.split(", ")]
    sources = [_source(text, node) for node in found]
    gap = "\n" if all(isinstance(node, ast.Expr) for node in found) else "\n\n\n"
    return gap.join(sources)


def _named(tree: ast.AST, name: str, path: str) -> ast.stmt:
    """The statement that defines a name."""
    for node in _statements(tree):
        if name in _names(node):
            return node
    first, _, rest = name.partition(".")
    for node in _statements(tree):
        if rest and isinstance(node, ast.ClassDef) and node.name == first:
            return _named(node, rest, path)
    raise LookupError(f"{path} has nothing of the name {name}. A page has a line that stands for it.")


def _statements(tree: ast.AST) -> Iterator[ast.stmt]:
    return (node for node in getattr(tree, "body", []) if isinstance(node, ast.stmt))


def _names(node: ast.stmt) -> list[str]:
    """The names that a statement defines: a row of the table has the name of its function."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [ast.unparse(target) for target in targets]
        case ast.AnnAssign(target=target):
            return [ast.unparse(target)]
        case ast.Expr(value=ast.Call(func=ast.Name(id="derivative"), args=[function, *_])):
            return [ast.unparse(function)]
    return []


def _source(text: str, node: ast.stmt) -> str:
    """The lines of a statement, with its decorators, from the left margin."""
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    lines = text.split("\n")[first - 1 : node.end_lineno]
    return "\n".join(line[node.col_offset :] for line in lines)
