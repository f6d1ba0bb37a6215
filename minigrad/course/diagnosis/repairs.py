"""Repairs: a place in the student's own file where one small change makes everything right.

The catalogue and the slips change the solution, and ask which change gives the student's numbers. Where none does, the
student's own lines are changed instead, in one place at a time, until the checks are passed. Then the mistake is found,
however the rest is written:

    One small change in line 14 makes this right. Look at `hs[t]`.

The place is shown and the change is not: that is left to the student.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from minigrad.course.checks.check import Check
from minigrad.course.checks.students import Runner, Student
from minigrad.course.diagnosis.evidence import Evidence
from minigrad.course.diagnosis.slips import changeable, changes_in, replaced
from minigrad.course.results.outcomes import Halt, StudentError
from minigrad.course.results.spelled import source_lines
from minigrad.course.results.wording import small_change

MOST = 600  # that are tried, in a short call
MADE = 20_000  # that are made: one that comes to the same source as another is not tried
READ = 100_000  # characters of a file that is looked into
HALTS = 2  # changes that end the process or take too long; after one more no other is tried

Changes = Iterator[tuple[ast.expr | ast.stmt, ast.AST]]


class Repair(NamedTuple):
    """The student's file with a change in one place."""

    source: str
    place: ast.expr | ast.stmt

    def says(self, source: str) -> str:
        """The sentence, for whoever has the file as it was."""
        code = ast.get_source_segment(source, self.place) or ""
        if "\n" in code:
            code = ast.unparse(self.place).partition("\n")[0]
        return small_change(self.place.lineno, code)


def repaired(
    student: Runner | None, skeleton: str, evidence: Sequence[Evidence], i: int, most: int
) -> tuple[str, bool]:
    """The place in the student's file where one small change makes right what is wrong in check i, and spoils nothing.

    That is held against the checks that are passed, those of the same functions, and those that wait for one.

    Args:
        most: so many changes are tried.

    Returns:
        What is said of it, or "", and whether another run may come to more: some changes took too long.
    """
    one, halts = evidence[i], 0
    source, rewritten = (getattr(student, name, None) for name in ("source", "rewritten"))
    if not source or not rewritten:
        return "", False
    concerned: dict[str, Check] = {}
    for other in evidence:
        passed = other.functions and not other.counterexample
        if passed or other.functions & one.functions or concerned.keys() & set(other.check.needs):
            concerned[other.check.title] = other.check
    for repair in itertools.islice(repairs(source, skeleton, one.functions), most):
        runner = rewritten(repair.source)
        outcome = _first_failure(runner, one)
        halts += isinstance(outcome, Halt)
        if halts > HALTS:
            break
        if outcome is None and all(_is_right(runner, check) for check in concerned.values()):
            return repair.says(source), halts > 0
    return "", halts > 0


def _first_failure(runner: Runner, one: Evidence) -> BaseException | None:
    """The first failure among the examples, if somebody else is asked, or None."""
    student = Student(runner)
    for example in one.examples:
        try:
            outcome = student.look(one.check.body, example.sizes).outcome
        except Exception as error:  # the check cannot use what came
            return error
        if outcome:
            return outcome
    return None


def _is_right(runner: Runner, check: Check) -> bool:
    """True if somebody passes a check, as far as it is written."""
    try:
        example = check.examine(Student(runner))
    except Exception:  # as above
        return False
    return example is None or (isinstance(example.outcome, StudentError) and example.outcome.unwritten)


def repairs(source: str, skeleton: str, called: Collection[str]) -> Iterator[Repair]:
    """The changes of one place in the functions that are called and in those that they need, the likeliest first.

    There are none of a file that cannot be read here, or that is very long.

    Args:
        source: the student's file.
        skeleton: the file that the student was given. A function that still is as it came there is not changed.
    """
    if len(source) > READ:
        return
    try:
        needed = _needed(ast.parse(source), called)
        lines = source_lines(source)
        written = [f for f in needed if "".join(lines[f.lineno - 1 : f.end_lineno]).strip() not in skeleton]
        yield from _repairs(source, written)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return


def _repairs(source: str, functions: Sequence[ast.FunctionDef]) -> Iterator[Repair]:
    lines, seen = source_lines(source), {source}
    for node, other in itertools.islice(_changes_in_all(functions), MADE):
        if (made := replaced(lines, node, other)) not in seen:
            seen.add(made)
            yield Repair(made, _place(node, other))


def _changes_in_all(functions: Sequence[ast.FunctionDef]) -> Changes:
    """The changes of one place. One name in the place of another comes last: there are most of these."""
    for names in (False, True):
        for function in functions:
            below = range(function.body[0].lineno, (function.end_lineno or 0) + 1)
            yield from _changes(function, below, names)


def _needed(tree: ast.Module, called: Collection[str]) -> list[ast.FunctionDef]:
    """The functions that are called and all that they need, with those inside of them: the called ones first."""
    top = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    needed = [name for name in top if name in called]
    for name in needed:  # which grows
        used = {node.id for node in ast.walk(top[name]) if isinstance(node, ast.Name)}
        needed += [other for other in top if other in used and other not in needed]
    inside = (node for name in needed for node in ast.walk(top[name]))
    return [node for node in inside if isinstance(node, ast.FunctionDef)]


def _changes(function: ast.FunctionDef, lines: range, names: bool) -> Changes:
    """Slips, which may lead back as well as astray, and changes that only mend.

    Args:
        names: if it is names that are changed, or all else.
    """

    def kept(node: ast.AST) -> bool:
        return isinstance(node, ast.Name) == names

    for _, node, other in changes_in(function, lines, kept):
        yield node, other
    written = changeable(function, lines)
    called = [n.func for n in written if isinstance(n, ast.Call) and len(n.args) == 1 and not n.keywords]
    plain = [f for f in called if isinstance(f, ast.Name) or (isinstance(f, ast.Attribute) and _is_module(f.value))]
    single = {ast.unparse(f): f for f in plain}
    for inner in filter(kept, written):
        yield from ((inner, other) for other in _mended(inner, single))


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "numpy", "math")


def _mended(node: ast.AST, single: Mapping[str, ast.expr]) -> Iterator[ast.AST]:
    """The changes that only mend: hardly anybody does their opposite by mistake, but many forget these.

    Args:
        single: the functions that are called with a single argument, by their source.
    """
    match node:
        case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
            if isinstance(value, ast.Name | ast.Subscript):
                copied = ast.Call(ast.Attribute(value, "copy", ast.Load()), [], [])
                yield ast.Assign([target], copied, lineno=0)
            yield ast.AugAssign(target, ast.Add(), value)
        case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
            yield ast.Assign([target], ast.BinOp(ast.Name(name, ast.Load()), op, value), lineno=0)
        case ast.Constant(value=int() as value) if value > 0 and not isinstance(value, bool):
            yield ast.Constant(-value)
        case ast.Attribute(value=value, ctx=ast.Load()) if not _is_module(value):
            yield value
        case ast.BinOp(left=ast.BinOp(left=first, op=inner, right=second), op=outer, right=third):
            yield ast.BinOp(ast.BinOp(first, outer, third), inner, second)
        case ast.For(target=target, iter=iterator, body=[first, *rest]) if rest:
            yield ast.Module([first, ast.For(target, iterator, rest, [], lineno=0)], [])
        case ast.Call(func=ast.Attribute(attr="sum" | "mean" | "prod" | "max" | "min"), keywords=keywords):
            given = {keyword.arg for keyword in keywords}
            for name, value in ("keepdims", True), ("axis", 0), ("axis", -1), ("axis", 1):
                if name not in given:
                    yield ast.Call(node.func, node.args, [*keywords, ast.keyword(name, ast.Constant(value))])
        case ast.Call(func=ast.Name(id="range"), args=args):
            for k, end in enumerate(args):
                for sign in (ast.Add(), ast.Sub()) if not isinstance(end, ast.Constant) else ():
                    moved = ast.BinOp(end, sign, ast.Constant(1))
                    yield ast.Call(node.func, [*args[:k], moved, *args[k + 1 :]], [])
        case ast.Call(func=function, args=[argument], keywords=[]):
            here = ast.unparse(function)
            for name, other in single.items():
                if name != here:
                    yield ast.Call(other, [argument], [])
        case ast.Name(ctx=ast.Load()):
            for function in single.values():
                yield ast.Call(function, [node], [])


def _place(node: ast.expr | ast.stmt, other: ast.AST) -> ast.expr | ast.stmt:
    """The place of a change: of a block, the line that is another, or the one that goes out of it."""
    before, after = getattr(node, "body", None), getattr(other, "body", None)
    if not isinstance(before, list) or not isinstance(after, list):
        return node
    if type(node) is type(other):
        changed = [one for one, now in zip(before, after, strict=False) if one is not now]
    else:
        changed = [one for one in before if one in after] if isinstance(node, ast.For) else []
    return changed[0] if changed else node
