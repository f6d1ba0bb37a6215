"""A student's source is read once by those who name its lines, and whatever is in it, they go on."""

import ast

import pytest

from minigrad.course.catalogue.own import Own
from minigrad.course.results.outcomes import Line
from minigrad.course.student.process import where
from minigrad.course.student.syntax import tree

SOURCE = "def f(x):\n    for _ in x:\n        pass\n"


def test_a_source_is_read_once_however_often_its_lines_are_named(monkeypatch):
    read, parse = [], ast.parse
    monkeypatch.setattr(ast, "parse", lambda source: read.append(source) or parse(source))
    tree.cache_clear()
    lines = [Line(3, "f", "pass", [])]
    for _ in range(3):
        own = Own("", SOURCE)
        assert own.lines(lines) == lines
        assert where(lines, own.name("f"), SOURCE) == "in line 3"
    assert sorted(read) == ["", SOURCE]


@pytest.mark.parametrize("source", ["(", "\0", "x = " + "-" * 100_000 + "1", "x = " + "1 + " * 20_000 + "1"])
def test_of_what_cannot_be_read_there_is_nothing(source):
    assert tree(source).body == []
