"""The outcome of a call is told in a sentence that says what to do."""

import pytest

from minigrad.course.results.outcomes import Line, StudentError
from minigrad.course.results.wording import describe


def said(error, code, text="invalid syntax", function=""):
    return describe(StudentError(function, error, text, [error], [Line(7, function, code, [])]))


@pytest.mark.parametrize("code", ["%matplotlib inline", "!pip install torch", "%%time", "files = !ls", "np.tanh?"])
def test_a_notebooks_command_is_named(code):
    assert said("SyntaxError", code) == (
        "Python cannot read your file: in line 7 stands a notebook's command, which is no Python. Take it out."
    )


@pytest.mark.parametrize("code", ["return x % y +", "h = (a != b", "def f(x)", "x = a %"])
def test_what_only_looks_like_one_is_not(code):
    assert "notebook" not in said("SyntaxError", code)


def test_a_debugger_that_was_left_in_is_named_with_its_line():
    assert "starts a debugger in line 7" in said("DebuggerLeft", "breakpoint()", "", "rnn_cell")
    assert "starts a debugger before line 7" in said("BdbQuit", "return h", "", "rnn_cell")


def test_a_missing_key_is_said_to_be_one():
    assert "a dictionary has no key 'W'" in said("KeyError", "p['W']", "'W'", "rnn_cell")
