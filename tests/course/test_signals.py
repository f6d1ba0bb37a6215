"""Anything that takes too long is ended, wherever it is; a signal to stop disturbs nothing that must be finished."""

import contextlib
import gc
import os
import signal
import sys
import threading

import pytest

from minigrad.course.signals import STOPS, OutOfTime, at_most, budget, stops_postponed

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


def endless():
    while True:
        pass


def test_a_budget_ends_even_what_takes_every_exception_for_a_failure():
    calls = []

    def stubborn():
        while True:
            calls.append("call")
            with contextlib.suppress(Exception), at_most(0.03):
                endless()

    with pytest.raises(OutOfTime), budget(0.1):
        stubborn()
    assert 1 <= len(calls) <= 5


def test_a_budget_tells_again_where_that_was_swallowed():
    done = []

    def swallowing():
        with contextlib.suppress(OutOfTime):
            endless()
        done.append("swallowed")
        endless()

    with pytest.raises(OutOfTime), budget(0.02):
        swallowing()
    assert done == ["swallowed"]


def test_a_budget_is_not_ended_by_the_signal_alone():
    before = signal.getsignal(signal.SIGPROF)
    with budget(10.0):
        os.kill(os.getpid(), signal.SIGPROF)
    assert signal.getsignal(signal.SIGPROF) is before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


@pytest.fixture
def stopped():
    """Yield the list of what was done, and of the signals to stop that came, in their order."""
    lines = []
    before = {number: signal.signal(number, lambda number, _: lines.append(number)) for number in STOPS}
    yield lines
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", STOPS)
def test_a_stop_comes_after_what_must_not_be_disturbed(stopped, number):
    with stops_postponed():
        os.kill(os.getpid(), number)
        stopped.append("done")
    assert stopped == ["done", number]


@pytest.mark.parametrize("number", STOPS)
def test_it_comes_also_if_that_fails(stopped, number):
    with contextlib.suppress(ZeroDivisionError), stops_postponed():
        os.kill(os.getpid(), number)
        stopped.append(1 / 0)
    assert stopped == [number]


def test_what_is_blocked_stays_so_until_the_outer_block_is_left():
    outside = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    with stops_postponed():
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [])
        with stops_postponed():
            pass
        assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == blocked >= {signal.SIGINT, signal.SIGHUP}
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == outside


def test_beside_the_main_thread_there_is_nothing_to_postpone():
    def work():
        with stops_postponed():
            done.append("done")

    done = []
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["done"]
