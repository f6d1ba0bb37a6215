"""A source is run in pieces, and is what it would be as a whole."""

import gc
import types
import weakref

import numpy as np
import pytest

from minigrad.course.checks import students
from minigrad.course.checks.students import Simulation, Student, compiled
from minigrad.course.results.outcomes import Mismatch, StudentError


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


def fails(student, seed):
    drawn = np.arange(seed)
    fails.drawn = weakref.ref(drawn)
    raise Mismatch("the result", f"{student.f()} of {drawn}")


def test_what_was_drawn_for_an_example_that_failed_goes_with_it():
    gc.disable()  # or a circle of objects would go as well, in its time
    try:
        example = Student(Simulation("def f(): return 1\n")).look(fails, {"seed": 3})
        assert str(example.outcome) == "1 of [0 1 2]"
        assert fails.drawn() is None
    finally:
        gc.enable()


def test_the_place_where_an_example_failed_is_there_for_who_asks_for_it():
    outcome = Student(Simulation("def f(): return 1\n")).raised(fails, {"seed": 3})
    assert outcome.__traceback__.tb_next.tb_frame.f_code is fails.__code__
