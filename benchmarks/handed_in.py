"""Solutions as many students would write them, and as somebody disguises what is not theirs.

Honest students differ in what the exercise leaves open: which of the correct variants they chose (several at once,
where these change different places), and habits such as naming what others write into one line. A copier starts from
somebody's file and changes what does not matter.
"""

import ast
import contextlib
import copy
import functools
import re

from minigrad.course.grading.grade import rehearse
from minigrad.course.results.status import Status

GAP = "raise NotImplementedError"
HABITS = 0.3  # of the places where a habit may show, in how many it does


def honest(exercise, rng, habits=HABITS):
    """One student's own solution: some of the variants, each as it can be applied after those before, and habits."""
    source = exercise.solution
    variants = exercise.variants
    for variant in rng.sample(variants, rng.randint(0, min(3, len(variants)))):
        with contextlib.suppress(ValueError):
            changed = _parsed(variant.apply(source))
            source = changed if _passes(exercise, changed) else source
    return rewritten(exercise, source, rng, habits)


@functools.cache
def _passes(exercise, source):
    """True if this solution is right: two variants together may not be."""
    exercise.load()
    return rehearse(exercise, source).status == Status.PASSED


def _parsed(source):
    try:
        ast.parse(source)
    except SyntaxError:
        raise ValueError(source) from None
    return source


def rewritten(exercise, source, rng, rate):
    """The same with habits of one's own, at this rate: += or +, b + a or a + b, x * x or x ** 2, an extra name."""
    return _each_own_function(exercise, source, lambda node: _Habits(rng, rate).visit(node))


def renamed(exercise, source, rng):
    """With new names for all that is named in its functions."""
    return _each_own_function(exercise, source, lambda node: _Renamed(rng).function(node))


def commented(exercise, source, rng):
    """With other comments and docstrings."""
    source = _each_own_function(exercise, source, _with_another_docstring)
    lines = (
        f"{line}  # {rng.random()}" if rng.random() < 0.5 and _is_code(line) else line for line in source.split("\n")
    )
    return "\n".join(lines)


def _is_code(line):
    return bool(re.match(r" +[\w.\[\], ]+ [-+*/]?= [^\"'\[({\\]+$", line))


def moved(exercise, source, rng):
    """With neighbouring statements exchanged where neither uses what the other sets."""
    return _each_own_function(exercise, source, lambda node: _Moved(rng).visit(node))


def disguised(exercise, source, rng):
    """All three at once."""
    return commented(exercise, renamed(exercise, moved(exercise, source, rng), rng), rng)


def _each_own_function(exercise, source, change):
    """The source with each function and class changed that has a gap in the skeleton."""
    own = _with_gaps(exercise.skeleton)
    lines = source.split("\n")
    for node in reversed([node for node in _definitions(source) if node.name in own]):
        changed = ast.fix_missing_locations(change(copy.deepcopy(node)))
        lines[node.lineno - 1 : node.end_lineno] = ast.unparse(changed).split("\n")
    return "\n".join(lines)


@functools.cache
def _with_gaps(skeleton):
    return {node.name for node in _definitions(skeleton) if GAP in ast.unparse(node)}


def _definitions(source):
    return [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def _names(target):
    return {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}


def _commutes(node):
    """True if this is a sum or product of numbers, as far as can be seen: lists have another sum when turned round."""
    parts = [*ast.walk(node.left), *ast.walk(node.right)]
    lists = any(isinstance(part, ast.List | ast.Tuple | ast.ListComp | ast.JoinedStr) for part in parts)
    numbers = any(isinstance(part, ast.BinOp) and not isinstance(part.op, ast.Add) for part in parts)
    return isinstance(node.op, ast.Mult) or (numbers and not lists)


class _Habits(ast.NodeTransformer):
    def __init__(self, rng, rate):
        self.rng, self.rate, self.named = rng, rate, 0
        self.held = set()  # names of what others may hold too, and `+=` writes into

    def shows(self):
        return self.rng.random() < self.rate

    def visit_For(self, node):
        self.held |= _names(node.target)
        self.generic_visit(node)
        return node

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        if isinstance(node.target, ast.Name) and node.target.id not in self.held and self.shows():
            old = ast.Name(node.target.id, ast.Load())
            return ast.Assign([node.target], ast.BinOp(old, node.op, node.value))
        return node

    def visit_BinOp(self, node):
        self.generic_visit(node)
        match node:
            case ast.BinOp(left, ast.Add() | ast.Mult(), right) if self.shows() and _commutes(node):
                return ast.BinOp(right, node.op, left)
            case ast.BinOp(ast.Name() as base, ast.Pow(), ast.Constant(2)) if self.shows():
                return ast.BinOp(base, ast.Mult(), base)
        return node

    def visit_Return(self, node):
        self.generic_visit(node)
        return self._in_two(node, "result") if node.value and not isinstance(node.value, ast.Name) else node

    def visit_Assign(self, node):
        if isinstance(node.value, ast.Tuple | ast.Subscript | ast.Name):
            self.held |= {name for target in node.targets for name in _names(target)}
        self.generic_visit(node)
        return self._in_two(node, "part")

    def _in_two(self, node, name):
        """The statement with an operand of its value under a name of its own."""
        places = [
            (inner, field)
            for inner in ast.walk(node.value)
            if isinstance(inner, ast.BinOp)
            for field in ("left", "right")
            if isinstance(getattr(inner, field), ast.BinOp | ast.Call)
        ]
        inside = any(isinstance(n, ast.Lambda | ast.comprehension | ast.IfExp) for n in ast.walk(node.value))
        if inside or not places or not self.shows():
            return node
        inner, field = self.rng.choice(places)
        self.named += 1
        part = f"{name}_{self.named}"
        first = ast.Assign([ast.Name(part, ast.Store())], getattr(inner, field))
        setattr(inner, field, ast.Name(part, ast.Load()))
        return [first, node]


class _Renamed(ast.NodeTransformer):
    def __init__(self, rng):
        self.rng, self.names = rng, {}

    def function(self, node):
        for inner in ast.walk(node):
            if isinstance(inner, ast.arg):
                self._new(inner.arg)
            elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                self._new(inner.id)
        return self.visit(node)

    def _new(self, name):
        self.names.setdefault(name, f"v{len(self.names)}_{self.rng.randrange(1000)}")

    def visit_arg(self, node):
        node.arg = self.names[node.arg]
        return node

    def visit_Name(self, node):
        node.id = self.names.get(node.id, node.id)
        return node


class _Moved(ast.NodeTransformer):
    def __init__(self, rng):
        self.rng = rng

    def generic_visit(self, node):
        super().generic_visit(node)
        for field in ("body", "orelse"):
            if isinstance(statements := getattr(node, field, None), list):
                for _ in range(2):
                    self._exchange(statements)
        return node

    def _exchange(self, statements):
        for i in range(len(statements) - 1):
            a, b = statements[i : i + 2]
            plain = all(isinstance(s, ast.Assign | ast.AugAssign) for s in (a, b))
            if plain and self.rng.random() < 0.5 and not (_set(a) & _used(b) or _set(b) & _used(a)):
                statements[i : i + 2] = b, a


def _used(node):
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _set(node):
    """The names that it sets, also those into whose entries it writes."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {name for target in targets for name in _used(target)}


def _with_another_docstring(node):
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef):
            if ast.get_docstring(inner) is not None:
                inner.body = inner.body[1:]
            inner.body.insert(0, ast.Expr(ast.Constant(f"What {inner.name} does, in other words.")))
    return node
