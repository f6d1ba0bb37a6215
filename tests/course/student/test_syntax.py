"""A student's source is read once by those who name its lines, and whatever is in it, they go on."""

import ast
import gc
import tracemalloc

import pytest

from minigrad.course.catalogue.own import Own
from minigrad.course.results.outcomes import Line
from minigrad.course.student.process import where
from minigrad.course.student.syntax import Definition, Outline, outline

SOURCE = "def f(x):\n    for _ in x:\n        pass\n"


def test_a_source_is_read_once_however_often_its_lines_are_named(monkeypatch):
    read, parse = [], ast.parse
    monkeypatch.setattr(ast, "parse", lambda source: read.append(source) or parse(source))
    outline.cache_clear()
    lines = [Line(3, "f", "pass", [])]
    for _ in range(3):
        own = Own("", SOURCE)
        assert own.lines(lines) == lines
        assert where(lines, own.name("f"), SOURCE) == "in line 3"
    assert sorted(read) == ["", SOURCE]


@pytest.mark.parametrize("source", ["(", "\0", "x = " + "-" * 100_000 + "1", "x = " + "1 + " * 20_000 + "1"])
def test_of_what_cannot_be_read_there_is_nothing(source):
    assert outline(source) == Outline()


@pytest.mark.exhaustive
def test_of_a_large_source_little_is_kept():
    outline.cache_clear()
    tracemalloc.start()
    try:
        assert len(outline("def f(x):\n" + "    x = x + 1\n" * 5000).definitions) == 1
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        outline.cache_clear()
    assert kept < 1 << 19  # the tree takes 4 MB and more


def test_an_outline_has_what_own_asks_for():
    source = "class A:\n    def f(self):\n        raise NotImplementedError\n\nasync def g(x): return A(x)\n"
    a, g = outline(source).definitions
    assert (a.name, a.lines, a.has_gap, a.methods) == ("A", range(1, 4), True, (Definition("f", range(2, 4)),))
    assert (g.name, g.lines, g.has_gap, g.names) == ("g", range(5, 6), False, {"A", "x"})
