"""What takes too long is ended, wherever it is."""

import gc
import sys

import pytest

from minigrad.course.signals import at_most

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no signal tells how much time was taken")


def endless_garbage(running):
    running.append("running")
    try:
        while True:
            ring = []
            ring.append(ring)
    finally:
        running.clear()


def test_no_garbage_is_collected_meanwhile():
    running, met = [], []

    def collecting(phase, info):
        met.extend(running)

    gc.callbacks.append(collecting)
    try:
        with pytest.raises(TimeoutError), at_most(0.05):
            endless_garbage(running)
    finally:
        gc.callbacks.remove(collecting)
    assert met == []


@pytest.mark.parametrize("collects", [True, False])
def test_garbage_is_collected_afterwards_if_it_was_before(collects):
    (gc.enable if collects else gc.disable)()
    try:
        with at_most(1.0):
            assert not gc.isenabled()
        assert gc.isenabled() is collects
    finally:
        gc.enable()
