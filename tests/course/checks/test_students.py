"""A source is run in pieces, and is what it would be as a whole."""

import types

import pytest

from minigrad.course.checks import students
from minigrad.course.checks.students import Simulation, compiled
from minigrad.course.results.outcomes import StudentError


def ran(source):
    module = types.ModuleType("whole")
    for code in compiled(source, "whole"):
        exec(code, module.__dict__)
    return module


def test_functions_that_did_not_change_are_compiled_once():
    students._code.cache_clear()
    for number in range(5):
        ran(f"import math\n\ndef f(): return {number}\n\ndef g(): return f() + 1\n")
    assert students._code.cache_info().misses == 2 + 5


def test_functions_call_those_that_changed():
    assert ran("def f(): return 1\n\ndef g(): return f() + 1\n").g() == 2
    assert ran("def f(): return 5\n\ndef g(): return f() + 1\n").g() == 6


def test_a_line_that_raises_is_named_by_its_place_in_the_whole():
    with pytest.raises(StudentError) as raised:
        Simulation("import math\n\n\ndef f():\n    return 1\n\n\ndef g():\n    return 1 / 0\n").call("g", [])
    assert [line.number for line in raised.value.lines] == [9]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('TEXT = """\ndef f(): no program\n"""\n\ndef g(): return TEXT.strip()\n', "def f(): no program"),
        ("import functools\n\n@functools.cache\ndef g(): return 3\n", 3),
        ("from __future__ import annotations\n\ndef f(x: Unknown): return x\n\ndef g(): return f(4)\n", 4),
    ],
)
def test_what_cannot_be_taken_apart_is_compiled_as_a_whole(source, value):
    assert ran(source).g() == value


def test_what_is_no_program_is_a_syntax_error():
    with pytest.raises(SyntaxError):
        compiled("def f(:\n", "whole")
