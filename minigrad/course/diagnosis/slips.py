"""Slips: what anybody may do wrong in any code, made in the solution one at a time.

A transpose left out, a mean for a sum, `=` for `+=`, an end of a range that is off by one: no author has to foresee
these. Each is a change of one place in a marked body, and says what it is without showing the line that it is in.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeGuard, TypeVar

from minigrad.course.results.spelled import source_lines

_FILLS = "append", "extend", "insert", "add", "update", "setdefault"  # a list in itself would have no end
A_NUMBER, A_VARIABLE = "a whole number in the code", "one variable"  # what is said of these says little
DIVIDED = "something is divided that should be multiplied"
MULTIPLIED = "something is multiplied that should be divided"
Node = TypeVar("Node", bound=ast.AST)
Changes = Iterator[tuple[str, ast.AST]]


class Slip(NamedTuple):
    """A slip: the words for it that follow "what comes out when", its function, and the source with it."""

    what: str
    function: str
    source: str


def slips(source: str) -> Iterator[Slip]:
    """Every slip that can be made in the marked bodies of a solution."""
    lines = source_lines(source)
    tree = ast.parse(source)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            yield from _in(function, lines)


def _in(function: ast.FunctionDef, lines: Sequence[str]) -> Iterator[Slip]:
    for what, node, other in changes_in(function, _marked(function, lines)):
        yield Slip(what, function.name, replaced(lines, node, other))


def changes_in(
    function: ast.FunctionDef, marked: range, kept: Callable[[ast.AST], bool] = lambda node: True
) -> Iterator[tuple[str, ast.expr | ast.stmt, ast.AST]]:
    """The slips of each node in these lines of a function: the words, the node, and what stands in its place.

    Args:
        kept: true of the nodes that are changed.
    """
    parameters = [a.arg for a in function.args.args]
    body = [node for node in ast.walk(function) if getattr(node, "lineno", 0) in marked]
    filled = {n.value.id for n in body if isinstance(n, ast.Attribute) and n.attr in _FILLS and _is_name(n.value)}
    written = dict.fromkeys(n.id for n in body if isinstance(n, ast.Name) and not _is_read(n))
    above = {inner: node for node in body for inner in ast.iter_child_nodes(node)}
    names = [name for name in dict.fromkeys([*parameters, *written]) if name not in filled]
    for node in filter(kept, changeable(function, marked)):
        for what, other in _changes(node, parameters, names, above):
            yield what, node, other


def changeable(function: ast.FunctionDef, lines: range) -> list[ast.expr | ast.stmt]:
    """The nodes in these lines of a function that may be changed.

    An expression in a text has no place of its own, and a `while` that is changed may never end.
    """
    body = [n for n in ast.walk(function) if isinstance(n, ast.expr | ast.stmt) and n.lineno in lines]
    kept = {id(part) for node in body if isinstance(node, ast.JoinedStr | ast.While) for part in ast.walk(node)}
    return [node for node in body if id(node) not in kept]


def _marked(function: ast.FunctionDef, lines: Sequence[str]) -> range:
    """The lines of the function that a student writes."""
    first, last = function.lineno, function.end_lineno or 0
    there = [k for k in range(first, min(last + 1, len(lines)) + 1) if lines[k - 1].strip() == "# BEGIN SOLUTION"]
    return range(there[0], last + 1) if there else range(0)


def _is_name(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name)


def _is_read(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Load)


def replaced(lines: Sequence[str], node: ast.expr | ast.stmt, other: ast.AST) -> str:
    """The source with another node in the place of this one."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    first, last = lines[node.lineno - 1].encode(), lines[node.end_lineno - 1].encode()
    text = ast.unparse(ast.fix_missing_locations(other))
    if isinstance(node, ast.stmt):
        text = text.replace("\n", "\n" + " " * node.col_offset)
    elif not isinstance(other, ast.Name | ast.Constant | ast.Slice):
        text = f"({text})"
    before = [*lines[: node.lineno - 1], first[: node.col_offset].decode()]
    return "".join([*before, text, last[node.end_col_offset :].decode(), *lines[node.end_lineno :]])


def _changes(
    node: ast.AST, parameters: Sequence[str], names: Sequence[str], above: Mapping[ast.AST, ast.AST]
) -> Changes:
    """Yield what one node may become, each with its words.

    Args:
        above: for each node the one that it is a part of.
    """
    match node:
        case ast.Name(id=name, ctx=ast.Load()) if name in names:
            for other in (other for other in names if other != name):
                yield _exchanged(name, other, parameters), ast.Name(other, ast.Load())
        case ast.Constant(value=bool() as value):
            yield f"{not value} stands where {value} should", ast.Constant(not value)
        case ast.Constant(value=int() as value):
            for step in (1, -1):
                yield f"{_what_number(node, above)} is off by one", ast.Constant(value + step)
        case ast.BinOp():
            yield from _of_operation(node, parameters)
        case ast.UnaryOp(op=ast.USub() | ast.Invert() | ast.Not(), operand=operand):
            kind = "minus" if isinstance(node.op, ast.USub) else "negation"
            yield f"one {kind} is left out", operand
        case ast.Compare(ops=[op], left=left, comparators=[right]):
            for says, others in _COMPARISONS.items():
                if type(op) in others:
                    yield says, ast.Compare(left, [others[type(op)]()], [right])
        case ast.Attribute(value=value, attr="T"):
            yield "one transpose is left out", value
        case ast.Call():
            yield from _of_call(node)
        case ast.Subscript(ctx=ast.Load()):
            yield from _of_subscript(node)
        case ast.AugAssign(target=target, op=op, value=value):
            symbol = _SYMBOLS.get(type(op), "")
            yield f"`=` stands where `{symbol}=` is needed", ast.Assign([target], value, lineno=0)
            yield f"a line with `{symbol}=` is left out", ast.Pass()
            if type(op) in _OPPOSITE:
                opposite = _OPPOSITE[type(op)]()
                yield (
                    f"`{_SYMBOLS[type(opposite)]}=` stands where `{symbol}=` is needed",
                    ast.AugAssign(target, opposite, value),
                )
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield (
                "a value is zero where it should begin with something",
                ast.Assign([ast.Name(name, ast.Store())], ast.BinOp(ast.Constant(0), ast.Mult(), value), lineno=0),
            )
        case ast.Assign(targets=[ast.Subscript() as target], value=value):
            yield "an assignment to a part of an array is left out", ast.Pass()
            yield "`+=` stands where `=` is needed", ast.AugAssign(target, ast.Add(), value)
        case ast.If(body=body, orelse=orelse):
            yield "a case that the code should treat apart is not", (ast.Module(orelse, []) if orelse else ast.Pass())
            yield "a condition is left out: what it guards is always done", ast.Module(body, [])
        case ast.For(target=target, iter=iterator, body=body):
            last = body[-1]
            if len(body) > 1 and not any(isinstance(inner, ast.Break | ast.Continue) for inner in ast.walk(last)):
                yield (
                    "the last line of a loop stands behind it",
                    ast.Module([ast.For(target, iterator, body[:-1], [], lineno=0), last], []),
                )
            yield "a loop runs from the other end", ast.For(target, _reversed(iterator), body, [], lineno=0)
            yield "a loop ends one step too early", ast.For(target, _part(iterator, None, -1), body, [], lineno=0)
            yield "a loop begins one step too late", ast.For(target, _part(iterator, 1, None), body, [], lineno=0)
            yield "a loop ends after its first step", ast.For(target, iterator, [*body, ast.Break()], [], lineno=0)
    for field in ("body", "orelse") if isinstance(node, ast.For | ast.If) else ():
        block = getattr(node, field)
        for k in range(len(block) - 1):
            for says, two in _of_two_lines(block[k], block[k + 1]):
                yield says, _with(node, field, [*block[:k], *two, *block[k + 2 :]])


def _what_number(number: ast.AST, above: Mapping[ast.AST, ast.AST]) -> str:
    """The purpose of a whole number in the code."""
    node = number
    while isinstance(above.get(node), ast.UnaryOp | ast.Tuple):
        node = above[node]
    match above.get(node):
        case ast.keyword(arg="axis"):
            return "an axis"
        case ast.Subscript():
            return "an index"
        case ast.Slice():
            return "an end of a part that is cut out"
        case ast.Call(func=ast.Name(id="range")):
            return "an end of a `range`"
    return A_NUMBER


def plainest(told: Iterable[str]) -> list[str]:
    """Of slips that all come to the same, those that say most: two, if there are more.

    >>> plainest(["one `sum` is left out", "a whole number in the code is off by one"])
    ['one `sum` is left out']
    """
    found = list(dict.fromkeys(told))
    if any(what.startswith("brackets") for what in found):
        found = [what for what in found if what not in (DIVIDED, MULTIPLIED)]  # a/(b/c) is a/b*c
    saying_most = [what for what in found if not what.startswith((A_NUMBER, A_VARIABLE))]
    return (saying_most or found)[:2]


def _of_two_lines(first: ast.stmt, second: ast.stmt) -> Iterator[tuple[str, list[ast.stmt]]]:
    """Yield what two lines that follow each other may become."""
    yield "two lines stand in the other order", [second, first]
    match first, second:
        case ast.Assign(value=ast.BinOp(left, ast.Add(), right)), ast.Assign(value=value):
            for term, rest in ((right, left), (left, right)):
                late = _with(second, "value", ast.BinOp(value, ast.Add(), term))
                yield "a term is added one line too late", [_with(first, "value", rest), late]


def _with(node: Node, field: str, value: object) -> Node:
    other = copy.copy(node)
    setattr(other, field, value)
    return other


def _exchanged(name: str, other: str, parameters: Sequence[str]) -> str:
    if name in parameters and other in parameters:
        return f"{other} stands in one place where {name} should"
    if other in parameters:
        return f"{other} stands in one place where it should not"
    if name in parameters:
        return f"something else stands in one place where {name} should"
    return f"{A_VARIABLE} stands in the place of another"


def _listed(iterator: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("list", ast.Load()), [iterator], [])


def _reversed(iterator: ast.expr) -> ast.expr:
    return _part(iterator, None, None, -1)


def _part(iterator: ast.expr, lower: int | None, upper: int | None, step: int | None = None) -> ast.expr:
    lower_, upper_, step_ = (None if n is None else ast.Constant(n) for n in (lower, upper, step))
    return ast.Subscript(_listed(iterator), ast.Slice(lower_, upper_, step_), ast.Load())


_SYMBOLS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.MatMult: "@",
    ast.FloorDiv: "//", ast.Mod: "%", ast.BitAnd: "&", ast.BitOr: "|",
}  # fmt: skip
_OPPOSITE: dict[type, type] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
_COMPARISONS: dict[str, dict[type, type]] = {
    "the case that two things are equal falls on the wrong side of a comparison": {
        ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    },
    "a comparison is turned round": {
        ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
        ast.In: ast.NotIn, ast.NotIn: ast.In,
    },
}  # fmt: skip


def _of_operation(node: ast.BinOp, parameters: Sequence[str]) -> Changes:
    left, op, right = node.left, node.op, node.right

    def named(part: ast.expr, kind: str) -> str:
        return f"{part.id}, {kind}," if isinstance(part, ast.Name) and part.id in parameters else kind

    for called, beside in ((left, right), (right, left)):
        if isinstance(called, ast.Call) and len(called.args) == 1 and not isinstance(called.args[0], ast.Starred):
            inside = ast.BinOp(called.args[0], op, beside)
            yield "something goes into a function that should stand outside of it", _with(called, "args", [inside])
    for other in _regrouped(node):
        more = ast.unparse(other).count("(") - ast.unparse(node).count("(")
        which = "are missing" if more < 0 else "stand where none should" if more else "stand elsewhere"
        yield f"brackets {which}", other
    match op:
        case ast.Add():
            for term, rest in ((left, right), (right, left)):
                if not isinstance(term, ast.BinOp) or not isinstance(term.op, ast.Add):  # that would be two terms
                    yield f"{named(term, 'one term of a sum')} is left out", rest
            yield "a minus stands where a plus should", ast.BinOp(left, ast.Sub(), right)
        case ast.Sub():
            yield f"{named(left, 'what something is subtracted from')} is left out", ast.UnaryOp(ast.USub(), right)
            yield f"{named(right, 'what should be subtracted')} is left out", left
            yield "a plus stands where a minus should", ast.BinOp(left, ast.Add(), right)
            yield "a difference is turned round", ast.BinOp(right, ast.Sub(), left)
        case ast.Mult():
            yield f"{named(left, 'one factor of a product')} is left out", right
            yield f"{named(right, 'one factor of a product')} is left out", left
            yield DIVIDED, ast.BinOp(left, ast.Div(), right)
            yield "`@` stands where `*` should", ast.BinOp(left, ast.MatMult(), right)
            yield "`+` stands where `*` should", ast.BinOp(left, ast.Add(), right)
        case ast.Div():
            yield "a division is left out", left
            yield MULTIPLIED, ast.BinOp(left, ast.Mult(), right)
            yield "a quotient is upside down", ast.BinOp(right, ast.Div(), left)
        case ast.Pow():
            yield "a power, such as a square, is left out", left
            yield "twice a number stands where its square should", ast.BinOp(left, ast.Mult(), right)
        case ast.MatMult():
            yield "one matrix product is left out", left
            yield "one matrix product is left out", right
            yield "`*` stands where `@` should", ast.BinOp(left, ast.Mult(), right)
            turned = "a factor of a matrix product is transposed that should not be"
            straight = [(side, part) for side, part in (("left", left), ("right", right)) if not _is_transpose(part)]
            for which, part in straight:
                yield turned, _with(node, which, ast.Attribute(part, "T", ast.Load()))


def _is_transpose(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "T"


def _regrouped(node: ast.BinOp) -> Iterator[ast.BinOp]:
    """The same terms in the same order, with other brackets."""
    if isinstance(node.right, ast.BinOp):
        inner = node.right
        yield ast.BinOp(ast.BinOp(node.left, node.op, inner.left), inner.op, inner.right)
    if isinstance(node.left, ast.BinOp):
        inner = node.left
        yield ast.BinOp(inner.left, inner.op, ast.BinOp(inner.right, node.op, node.right))


_FUNCTIONS: dict[str, dict[str, str]] = {  # what stands there, and what may stand in its place
    "a mean stands where a sum should": {"sum": "mean"},
    "a sum stands where a mean should": {"mean": "sum"},
    "a largest number stands where a sum should": {"sum": "max"},
    "the smallest stands where the largest should": {
        "max": "min", "maximum": "minimum", "argmax": "argmin", "fmax": "fmin",
    },
    "the largest stands where the smallest should": {
        "min": "max", "minimum": "maximum", "argmin": "argmax", "fmin": "fmax",
    },
    "ones stand where zeros should": {"zeros": "ones", "zeros_like": "ones_like"},
    "zeros stand where ones should": {"ones": "zeros", "ones_like": "zeros_like"},
    "`any` stands where `all` should": {"all": "any"},
    "`all` stands where `any` should": {"any": "all"},
    "a sine stands where a cosine should": {"cos": "sin"},
    "a cosine stands where a sine should": {"sin": "cos"},
    "a logarithm has the base 2": {"log": "log2"},
    "a logarithm has the base 10": {"log": "log10"},
    "stacked arrays lie along another axis": {"stack": "concatenate", "concatenate": "stack", "vstack": "hstack"},
    "numbers are rounded up where they should be rounded down": {"floor": "ceil"},
    "numbers are rounded down where they should be rounded up": {"ceil": "floor"},
}  # fmt: skip
_SHAPES = ("reshape", "zeros", "ones", "empty", "arange", "range", "len", "enumerate", "zip", "append", "list", "tuple")


def _of_call(node: ast.Call) -> Changes:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    for says, others in _FUNCTIONS.items():
        if name in others:
            other = others[name]
            function = (
                ast.Attribute(node.func.value, other, ast.Load())
                if isinstance(node.func, ast.Attribute)
                else ast.Name(other, ast.Load())
            )
            yield says, ast.Call(function, node.args, node.keywords)
    if len(node.args) >= 1 and name not in _SHAPES and not isinstance(node.args[0], ast.Starred):
        yield f"one `{name}` is left out", node.args[0]
    if node.args and isinstance(node.args[0], ast.BinOp) and name not in _SHAPES:
        inside = node.args[0]
        for within, outside in ((inside.left, inside.right), (inside.right, inside.left)):
            called = ast.Call(node.func, [within, *node.args[1:]], node.keywords)
            yield f"something stands outside of `{name}` that should go into it", ast.BinOp(called, inside.op, outside)
    if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") not in ("np", "math", "numpy"):
        yield f"one `{name}` is left out", node.func.value
    for k, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            rest = [*node.keywords[:k], *node.keywords[k + 1 :]]
            yield f"one `{keyword.arg}=` is left out", ast.Call(node.func, node.args, rest)
    for k in range(len(node.args) - 1):
        args = [*node.args[:k], node.args[k + 1], node.args[k], *node.args[k + 2 :]]
        yield f"two arguments of `{name}` are exchanged", ast.Call(node.func, args, node.keywords)


def _of_subscript(node: ast.Subscript) -> Changes:
    match node.slice:
        case ast.Slice(lower, upper, step):
            yield "a part is not cut out: all of something is used", node.value
            if lower is not None:
                yield "a part is not cut off at its beginning", _with(node, "slice", ast.Slice(None, upper, step))
            if upper is not None:
                yield "a part is not cut off at its end", _with(node, "slice", ast.Slice(lower, None, step))
            for which, end in (("ends", upper), ("begins", lower)) if step is None else ():
                if end is None or ast.unparse(end) in ("0", "-1"):  # beside these is the array's other end
                    continue
                for when, sign in (("late", ast.Add()), ("early", ast.Sub())):
                    other = ast.BinOp(end, sign, ast.Constant(1))
                    part = ast.Slice(lower, other) if which == "ends" else ast.Slice(other, upper)
                    yield f"a part {which} one place too {when}", _with(node, "slice", part)
        case ast.Tuple(elts=places) if len(places) == 2:
            yield "two indices are exchanged", _with(node, "slice", ast.Tuple(places[::-1], ast.Load()))
            for k, place in enumerate(places):
                if not isinstance(place, ast.Slice | ast.Constant):
                    all_of = [*places[:k], ast.Slice(), *places[k + 1 :]]
                    yield (
                        "an index takes all where it should take one for each row",
                        _with(node, "slice", ast.Tuple(all_of, ast.Load())),
                    )
        case ast.expr() if not isinstance(node.slice, ast.Tuple):
            for sign in (ast.Add(), ast.Sub()):
                other = ast.BinOp(node.slice, sign, ast.Constant(1))
                yield "an index is off by one", _with(node, "slice", other)
