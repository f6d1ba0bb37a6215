"""Fixtures that tests of several rooms share."""

import pytest

from minigrad.course.student.start import Nursery


@pytest.fixture
def another_nursery():
    """A nursery that is started anew, and ended again."""
    Nursery.stop()
    yield
    Nursery.stop()
