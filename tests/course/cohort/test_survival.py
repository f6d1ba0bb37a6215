"""A cohort that is ended again and again comes to the same results, and leaves nothing behind."""

import os
import random
import signal
import sys
from pathlib import Path

import pytest

from benchmarks.survival import Trial, children, disturbed, interrupted, killed
from minigrad.course.catalogue.course import Course
from minigrad.course.student.cage import probe

ROOT = Path(__file__).parents[3]
pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of orphaned processes"),
]

PAUSES = 6.0, 10.0  # seconds between kills: an endless loop takes five, and a file that is hit three times is given up


@pytest.fixture
def trial(tmp_path):
    if not (found := probe([ROOT])).strong:
        pytest.skip(f"there is no cage: {found.why}")
    return Trial(tmp_path, [Course(ROOT).find("rnn_cell")], 24, keep=children(os.getpid()))  # of other tests


@pytest.fixture
def rng():
    return random.Random(14)


def test_whenever_it_is_killed_the_same_command_goes_on(trial, rng):
    killed(trial, 5, rng, (0.5, 6.0))
    assert not trial.faults()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_workers_that_are_killed_or_stopped_lose_nothing(trial, rng, number):
    assert disturbed(trial, number, rng, PAUSES)
    assert not trial.faults()


def test_ctrl_c_ends_it_and_says_how_to_go_on(trial):
    _, said = interrupted(trial)
    assert "The same command goes on from there" in said
    assert not trial.faults()
