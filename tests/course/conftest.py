"""Fixtures that tests of several rooms share."""

import signal

import pytest

from minigrad.course.student.start import Nursery


@pytest.fixture
def another_nursery():
    """A nursery that is started anew, and ended again."""
    Nursery.stop()
    yield
    Nursery.stop()


@pytest.fixture
def impatient():
    """No test that waits for a pipe passes."""
    waited = []

    def too_long(*_):
        waited.append(True)
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, 30, 1)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    assert not waited
