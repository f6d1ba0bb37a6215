"""What students' code runs in is started before all else is loaded, if something may be graded."""

import sys

import pytest

from minigrad.course.cli import early


@pytest.fixture
def started(monkeypatch):
    """As often as the nursery is started, this has an entry."""
    found = []
    monkeypatch.setattr(early, "start_nursery", lambda: found.append(True))
    return found


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
