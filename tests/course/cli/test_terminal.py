"""Signals to stop."""

import signal
import subprocess
import sys

import pytest

from minigrad.course.signals import STOPS, stops_postponed

ASK = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"


@pytest.mark.parametrize("number", STOPS)
def test_a_signal_to_stop_is_postponed_and_not_lost(number):
    reached = []

    def raise_and_go_on():
        with stops_postponed():
            signal.raise_signal(number)
            reached.append(number)

    before = signal.signal(number, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            raise_and_go_on()
    finally:
        after = signal.signal(number, before)
    assert reached == [number]
    assert after is signal.default_int_handler


@pytest.mark.skipif(sys.platform == "win32", reason="masks of signals are a thing of POSIX")
def test_processes_started_meanwhile_are_deaf_to_ctrl_c():
    with stops_postponed():
        assert subprocess.check_output([sys.executable, "-c", ASK], text=True) == "True\n"
    assert subprocess.check_output([sys.executable, "-c", ASK], text=True) == "False\n"
