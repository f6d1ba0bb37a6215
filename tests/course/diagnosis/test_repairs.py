"""A place in the student's own lines is told where one small change there makes everything right."""

import ast

import pytest

from minigrad.course.diagnosis import slips
from minigrad.course.diagnosis.diagnostician import Diagnostician
from minigrad.course.diagnosis.repairs import MADE, READ, repairs
from minigrad.course.grading.grade import grade_source
from minigrad.course.results.outcomes import Halt
from minigrad.course.student.process import StudentProcess

from .told import COURSE, diagnosis

SKELETON = '''
def given(x):
    return x + 1


def wanted(x):
    """Twice what comes of x."""
    raise NotImplementedError
'''
WRITTEN = '''
def given(x):
    return x + 1


def other(x):
    return x - 1


def doubled(x):
    return x * 3


def wanted(x):
    """Twice what comes of x."""
    return doubled(given(x))
'''


def changed_lines(source):
    before = WRITTEN.splitlines()
    return [k for k, line in enumerate(source.splitlines(), 1) if before[k - 1 : k] != [line]]


def test_the_functions_that_a_call_needs_are_changed_and_neither_others_nor_those_that_came_with_the_file():
    made = list(repairs(WRITTEN, SKELETON, ["wanted"]))
    assert {repair.place.lineno for repair in made} == {11, 16}
    for repair in made:
        ast.parse(repair.source)
        assert changed_lines(repair.source) == [repair.place.lineno]


def test_a_change_is_tried_once_and_names_that_are_exchanged_come_last():
    source = "def f(x, y):\n    total = x + y\n    return total * y\n"
    made = list(repairs(source, "", ["f"]))
    assert len({repair.source for repair in made}) == len(made)
    names = [isinstance(repair.place, ast.Name) for repair in made]
    assert names == sorted(names)
    assert True in names


@pytest.mark.exhaustive
def test_names_are_exchanged_only_when_all_else_was_tried(monkeypatch):
    """A function that reads each of a thousand parameters has a million of them."""
    parameters = ", ".join(f"p{k}" for k in range(1_000))
    source = f"def f({parameters}):\n    return g({parameters})[1]\n"
    made = counted(monkeypatch, "slips._exchanged", slips._exchanged)
    found = repairs(source, "", ["f"])
    assert not isinstance(next(found).place, ast.Name)
    assert not made
    assert any(isinstance(repair.place, ast.Name) for repair in found)
    assert 0 < len(made) <= MADE


def test_changes_that_come_to_the_same_are_made_only_so_often(monkeypatch):
    """Two equal arguments that are exchanged are the same call again."""
    source = f"def f(x):\n    return g({', '.join('x' * 100)})\n"
    assert len(list(repairs(source, "", ["f"]))) == 2
    monkeypatch.setattr("minigrad.course.diagnosis.repairs.MADE", 7)
    made = counted(monkeypatch, "repairs.replaced", slips.replaced)
    assert len(list(repairs(source, "", ["f"]))) == 2
    assert len(made) == 7


def counted(monkeypatch, name, usual):
    calls = []

    def noted(*args):
        calls.append(args)
        return usual(*args)

    monkeypatch.setattr(f"minigrad.course.diagnosis.{name}", noted)
    return calls


@pytest.mark.parametrize("source", ["def f(x:\n", "x = " + "(" * 5_000, "def f(x): return x + 1\n" + "#" * READ])
def test_a_file_that_cannot_be_read_or_is_very_long_has_none(source):
    assert list(repairs(source, "", ["f"])) == []


@pytest.mark.parametrize(
    ("body", "mended"),
    [
        ("y = x\n    y += 1\n    return y", "y = x.copy()"),
        ("y = x\n    y += 1\n    return y", "y = y + 1"),
        ("return x.sum(axis=0)", "x.sum(axis=0, keepdims=True)"),
        ("return np.mean(x)", "np.mean(x, axis=-1)"),
        ("return x.shape[1]", "x.shape[-1]"),
        ("return [t for t in range(n)]", "range(n - 1)"),
        ("return np.tanh(x) * (1 - x)", "1 - np.tanh(x)"),
        ("return np.exp(x / n - m)", "(x - m) / n"),
        ("for t in x:\n        y = 0\n        y += t\n    return y", "y = 0\n    for t in x:"),
        ("for t in x:\n        y = t\n    return y", "y += t"),
        ("return x.data", "return x\n"),
    ],
)
def test_what_hardly_anybody_does_by_mistake_but_forgets_is_among_them(body, mended):
    source = f"def f(x, n, m):\n    {body}\n"
    assert any(mended in ast.unparse(ast.parse(repair.source)) + "\n" for repair in repairs(source, "", ["f"]))


def test_the_line_and_the_code_are_told_and_the_change_is_not():
    source = "def f(x):\n    return x[\n        0\n    ]\n"
    told = {repair.says(source) for repair in repairs(source, "", ["f"])}
    assert "One small change in line 3 makes this right. Look at `0`." in told
    assert "One small change in line 2 makes this right. Look at `x[0]`." in told


def test_a_while_is_not_changed_since_it_may_never_end():
    source = "def f(n):\n    k = 0\n    while k < n:\n        k += 1\n    return k\n"
    assert {repair.place.lineno for repair in repairs(source, "", ["f"])} == {2, 5}


def test_code_that_would_move_a_cursor_is_not_shown():
    source = "def f(x):\n    return x['\x1b[2J'] + 1\n"
    assert "\x1b" not in "".join(repair.says(source) for repair in repairs(source, "", ["f"]))


RNN = "    return np.tanh(x @ W_xh + h @ W_hh + b)\n"
REPEATED = (
    "    N = len(x)\n    biases = np.repeat(b, N).reshape(N, -1)\n    return np.tanh(x @ W_xh + h @ W_hh + biases)\n"
)


def test_a_mistake_that_nobody_foresaw_is_told_by_its_place():
    before, _, _ = COURSE.find("rnn_cell").solution.partition(RNN)
    line = before.count("\n") + REPEATED.count("\n")
    told = diagnosis("rnn_cell", (RNN, REPEATED))
    assert told.endswith(f"One small change in line {line} makes this right. Look at `biases`.")


def test_the_place_of_a_slip_is_told_beside_what_it_is():
    told = diagnosis("rnn_cell", (RNN, RNN.replace("x @ W_xh", "3 * (x @ W_xh)")))
    assert "makes this right. Look at `3 * (x @ W_xh)`." in told


def test_a_line_that_should_stand_outside_of_a_loop_is_the_place_that_is_told():
    """No change of the loop's first line would help."""
    behind = "def f(xs):\n    total = 0\n    for x in xs:\n        total += x\n        return total\n"
    before = "def f(xs):\n    for x in xs:\n        total = 0\n        total += x\n    return total\n"
    for source, moved, line in (behind, "\n    return total", 5), (before, "\n    total = 0", 3):
        places = [repair.place.lineno for repair in repairs(source, "", ["f"]) if moved in repair.source]
        assert places[0] == line


def test_two_mistakes_have_no_such_place():
    twice = REPEATED.replace("h @ W_hh", "np.roll(h, 1, axis=0) @ W_hh")
    assert "One small change" not in diagnosis("rnn_cell", (RNN, twice))


HANDS = (
    "steps = 10_000.0 ** (-np.arange(0, D, 2) / D)\n    angles = np.arange(T)[:, None] * steps\n"
    "    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(T, D)"
)
COLUMNS = (
    "steps = 10_000.0 ** (-np.arange(D) / D)\n    angles = np.arange(T)[:, None] * steps\n"
    "    return np.where(np.arange(D) % 2, np.cos(angles), np.sin(angles))"
)


def test_what_the_checks_that_wait_would_refuse_is_no_repair(monkeypatch):
    """Without the steps one hand is right, and the check of several hands waits for that of one."""
    for known in ("_mistake", "_exactly"):
        monkeypatch.setattr(Diagnostician, known, lambda self, i: "")
    assert "One small change" not in diagnosis("heads_and_order", (HANDS, COLUMNS))
    monkeypatch.setattr("minigrad.course.diagnosis.repairs._is_right", lambda runner, check: True)
    assert "Look at `np.arange(T)[:, None] * steps`." in diagnosis("heads_and_order", (HANDS, COLUMNS))


def test_what_is_right_stays_right(monkeypatch):
    """The temperature is divided by twice, and both places would do for `generate`; `sample` is right as it is."""
    for known in ("_mistake", "_exactly"):
        monkeypatch.setattr(Diagnostician, known, lambda self, i: "")
    told = diagnosis("sampling", ("token = sample(logits,", "token = sample(logits / temperature,"))
    assert told.endswith("Look at `logits / temperature`.")
    before, _, _ = COURSE.find("sampling").solution.partition("token = sample(")
    assert f"in line {before.count(chr(10)) + 1} " in told


def test_a_process_runs_other_sources_beside_its_own():
    source = "def f(x):\n    return x + 1\n"
    with StudentProcess("demo", "demo.py", source) as student:
        assert student.call("f", [1]).value == 2
        less, more = (student.rewritten(source.replace("+", sign)) for sign in "-*")
        for _ in range(2):
            assert less.call("f", [1]).value == 0
            assert more.call("f", [3]).value == 3
            assert student.call("f", [1]).value == 2


SLOW = """
import time

import numpy as np


def rnn_cell(x, h, W_xh, W_hh, b):
    time.sleep(0.005)
    return np.tanh(x @ W_xh + h @ W_hh + np.sort(b))
"""


@pytest.mark.exhaustive
def test_who_waits_for_a_slow_function_does_not_wait_long_and_the_result_is_not_remembered(monkeypatch, tmp_path):
    exercise = COURSE.find("rnn_cell")
    with monkeypatch.context() as briefly:
        briefly.setattr("minigrad.course.student.process.OTHERS_SECONDS", 0.05)
        slow = grade_source(exercise, SLOW, tmp_path / exercise.file)
    assert not any("One small change" in check.diagnosis for check in slow.checks)
    assert not slow.repeatable
    quick = grade_source(exercise, SLOW.replace("time.sleep(0.005)", "pass"), tmp_path / exercise.file)
    said = "One small change in line 9 makes this right. Look at `np.sort(b)`."
    assert any(check.diagnosis.endswith(said) for check in quick.checks)
    assert quick.repeatable


def test_a_source_that_never_ends_takes_nothing_of_the_students_own():
    source = "def f(x):\n    return x + 1\n"
    with StudentProcess("demo", "demo.py", source) as student:
        student.load()
        with pytest.raises(Halt, match=r"did not finish within 0\.5 s"):
            student.rewritten("def f(x):\n    while True:\n        pass\n").call("f", [1])
        assert student.call("f", [1]).value == 2
        assert student.rewritten(source).call("f", [1]).value == 2
