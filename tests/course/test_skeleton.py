"""A skeleton is its solution without what stands between the marks."""

from pathlib import Path

import pytest

from minigrad.course.catalogue import UsageError
from minigrad.course.files import start_again
from minigrad.course.skeleton import make_skeleton

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


def test_starting_again_keeps_what_was_there(tmp_path):
    path = tmp_path / "ex.py"
    assert start_again(path, "new\n") is None
    path.write_text("mine\n")
    first, second = start_again(path, "new\n"), start_again(path, "newer\n")
    assert (first.read_text(), second.read_text(), path.read_text()) == ("mine\n", "new\n", "newer\n")


def test_a_full_disk_loses_nothing(tmp_path, monkeypatch):
    path = tmp_path / "ex.py"
    path.write_text("mine\n")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UsageError, match="No space left"):
        start_again(path, "new\n")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["mine\n"]
