"""The outcome of a call is told in a sentence that says what to do."""

import pytest

from minigrad.course.results.limits import KEPT
from minigrad.course.results.outcomes import Line, Mismatch, StudentError
from minigrad.course.results.wording import describe


def said(error, code, text="invalid syntax", function=""):
    kinds = [error] if function else ["Unread", error]
    return describe(StudentError(function, error, text, kinds, [Line(7, function, code, [])]))


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


def test_a_key_error_in_their_own_words_is_about_no_dictionary():
    assert said("KeyError", "raise KeyError", "", "encode") == "Your encode raised KeyError"
    told = said("KeyError", "raise KeyError('no such token')", "'no such token'", "encode")
    assert told == "Your encode raised KeyError: 'no such token'"


@pytest.mark.parametrize("code", ["return eval(text)", 'return eval("%s !ls")'])
def test_a_text_that_is_no_program_is_not_the_file(code):
    assert said("SyntaxError", code, function="encode") == "Your encode raised SyntaxError: invalid syntax"


def test_a_message_that_holds_all_that_came_is_cut_off():
    said = Mismatch("order", f"order: it came as {[0] * 1_000_000}.").message
    assert len(said) == KEPT
    assert said.endswith("...")
