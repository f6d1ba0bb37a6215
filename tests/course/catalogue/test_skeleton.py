"""A skeleton is its solution without what stands between the marks."""

import os

import pytest

from minigrad.course.catalogue.course import Exercise
from minigrad.course.catalogue.skeleton import make_skeleton
from minigrad.course.cli.reset import start_again
from minigrad.course.usage import UsageError

SOLUTION = '''import numpy as np


def f(x):
    """Twice x."""
    # BEGIN SOLUTION
    y = 2 * x

    return y
    # END SOLUTION


class C:
    def g(self):
        # BEGIN SOLUTION
        return 1
        # END SOLUTION
'''


def test_regions_are_cut_out_and_the_rest_stays():
    assert (
        make_skeleton(SOLUTION)
        == '''import numpy as np


def f(x):
    """Twice x."""
    # YOUR CODE HERE
    raise NotImplementedError


class C:
    def g(self):
        # YOUR CODE HERE
        raise NotImplementedError
'''
    )


@pytest.fixture
def exercise(tmp_path):
    exercise = Exercise(tmp_path, "ex01_f")
    exercise.__dict__["skeleton"] = "new\n"
    return exercise


def test_starting_again_keeps_what_was_there(exercise, tmp_path):
    path = tmp_path / "ex.py"
    assert start_again(exercise, path) is None
    path.write_text("mine\n")
    first, second = start_again(exercise, path), start_again(exercise, path)
    assert (first.read_text(), second.read_text(), path.read_text()) == ("mine\n", "new\n", "new\n")


def test_a_solution_is_not_started_again(exercise, tmp_path):
    path = tmp_path / "solutions" / "ex01_f.py"
    path.parent.mkdir()
    path.write_text("the solution\n")
    with pytest.raises(UsageError, match="they are not reset"):
        start_again(exercise, path)
    assert [p.read_text() for p in path.parent.iterdir()] == ["the solution\n"]


def test_a_full_disk_loses_nothing(exercise, tmp_path, monkeypatch):
    path = tmp_path / "ex.py"
    path.write_text("mine\n")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UsageError, match="No space left"):
        start_again(exercise, path)
    assert [p.read_text() for p in tmp_path.rglob("*") if p.is_file()] == ["mine\n"]
