"""What students' code runs in is started before all else is loaded, if something may be graded."""

import sys

import pytest

from minigrad.course.cli import early
from minigrad.course.cli.main import GRADE
from minigrad.course.cli.options import COMMANDS


@pytest.fixture
def started(monkeypatch):
    """As often as the nursery is started, this has an entry."""
    found = []
    monkeypatch.setattr(early, "start_nursery", lambda: found.append(True))
    return found


def test_each_command_that_grades_nothing_here_is_known():
    assert {word for word, module in COMMANDS.items() if module not in GRADE} == early.NO_GRADING - {
        "help",
        "--help",
        "-h",
    }


@pytest.mark.parametrize("words", [[], ["rnn_cell"], ["watch"], ["train"], ["--salt", "x", "9"]])
def test_it_is_started_where_something_is_graded(started, words):
    early.start_early(words)
    assert started


@pytest.mark.parametrize("words", [["list"], ["check-course", "rnn_cell"], ["--help"], ["help", "watch"]])
def test_it_is_not_started_where_nothing_is(started, words):
    early.start_early(words)
    assert not started


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
def test_no_pipe_is_taken_for_a_standard_stream_that_is_closed(started, monkeypatch, stream):
    monkeypatch.setattr(sys, stream, None)
    early.start_early([])
    assert not started
