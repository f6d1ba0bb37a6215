"""A failed check shows values of every kind in a few short lines."""

import io

import numpy as np
import pytest
from rich.console import Console

from minigrad.course.reports.arguments import show
from minigrad.course.reports.failure import failure
from minigrad.course.reports.fitted import Fitted
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import CheckResult, Counterexample


def shown(got, expected):
    """The report on a wrong array."""
    got, expected = np.array(got), np.array(expected)
    example = Counterexample({}, label="y", got=got, expected=expected, wrong=np.asarray(got != expected))
    console = Console(width=80, no_color=True, file=io.StringIO())
    console.print(
        Fitted(list(failure(CheckResult("a title", 1, Status.FAILED, message="m", counterexample=example))), 40)
    )
    return [line.split() for line in console.file.getvalue().split("\n")]


@pytest.mark.parametrize(
    ("got", "expected", "row"),
    [
        ([1.5, 2.0], [1.5, 3.0], ["1.5", "3", "1.5", "2*"]),
        ([12345678, 2], [12345678, 3], ["12345678", "3", "12345678", "2*"]),
        ([True, False], [True, True], ["True", "True", "True", "False*"]),
        (np.arange(30) > 28, np.arange(30) > 27, ["[28]", "True", "False*"]),
        (np.arange(30) * 10**9, np.arange(30) * 10**9 + (np.arange(30) == 3), ["[3]", "3000000001", "3000000000*"]),
    ],
)
def test_wrong_numbers_stand_beside_the_right_ones_whatever_their_kind(got, expected, row):
    assert row in shown(got, expected)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (["the", "cat"], "['the', 'cat']"),
        ({"a": 1}, "{'a': 1}"),
        (True, "True"),
        (np.array([True, False]), "[True, False]"),
        (np.arange(30) < 3, "array of shape (30,), 3 of 30 True"),
        (np.arange(30), "array of shape (30,), from 0 to 29"),
        ([np.ones(2)], "a list of 1, of these shapes:\n  (2,)  [1, 1]"),
        ((np.array([1.30400005]), np.ones(2)), "([1.304], [1, 1])"),
        ((np.zeros(30), 1.5), "(array (30,), 1.5)"),
        (0.1 + 0.2, "0.3"),
        (1.0, "1"),
        (1 - 2**-53, "0.9999999999999999"),
        ((np.ones(20), np.ones(2)), f"a tuple of 2, of these shapes:\n  (20,)  {[1] * 20}\n  (2,)  [1, 1]"),
    ],
)
def test_an_argument_is_shown_as_what_it_is(value, text):
    assert show(value) == text


BATCH = np.arange(8).reshape(4, 2), np.ones((4, 2), int)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([(np.array([[28]]), np.array([[3]]))], "[([[28]], [[3]])]"),
        ([BATCH, BATCH, (BATCH[0][:1], BATCH[0][:1])], f"[{'(array (4, 2), array (4, 2)), ' * 2}([[0, 1]], [[0, 1]])]"),
        ([BATCH] * 9, f"[{'(array (4, 2), array (4, 2)), ' * 4}...], 9 in all"),
        ([np.ones((5, 5))] * 5, f"[{', '.join(['array (5, 5)'] * 5)}]"),
        ({"losses": [np.float64(0.25)], "t": 3}, "{'losses': [0.25], 't': 3}"),
        (
            {"losses": [1 / 3, 0.5], "grads": [[np.ones((5, 5))] * 2] * 2},
            "a dict of 2:\n  'losses': [0.333333, 0.5]\n"
            f"  'grads': [{', '.join(['[array (5, 5), array (5, 5)]'] * 2)}]",
        ),
    ],
)
def test_of_an_argument_that_holds_arrays_the_numbers_stand_where_there_is_room_and_else_the_shapes(value, text):
    assert show(value) == text


def test_arguments_of_one_line_come_first():
    arguments = {"batches": [np.ones((3, 3))] * 3, "max_norm": 0.5, "answers": np.ones((8, 3)), "patience": 2}
    check = CheckResult("a title", 1, Status.FAILED, message="m", counterexample=Counterexample({}, "f", arguments))
    console = Console(width=80, no_color=True, file=io.StringIO())
    console.print(Fitted(list(failure(check)), 40))
    names = [line.split()[0] for line in console.file.getvalue().split("\n") if " = " in line]
    assert names == ["max_norm", "patience", "batches", "answers"]


def test_a_long_argument_is_cut():
    assert len(show(list(range(10_000)))) < 300
