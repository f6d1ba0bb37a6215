"""Signals: those that tell the grader to stop, and two that end what takes too long."""

from __future__ import annotations

import contextlib
import functools
import gc
import math
import signal
import sys
import threading
import time
from collections.abc import Iterator

SOON = 1e-6  # seconds; none at all would mean that there is no limit
AGAIN = 0.1  # seconds after which it is told once more that the time is over, if that was swallowed
STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


def stop_on_signals() -> None:
    """End as Ctrl-C does, with no process left behind, when a terminal is closed or the grader is told to end.

    The first signal is enough: those that follow must not disturb the end.
    """

    def stop(*_: object) -> None:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    signals = [number for number in STOPS if signal.getsignal(number) is not signal.SIG_IGN]
    for number in signals:
        signal.signal(number, stop)


@contextlib.contextmanager
def stops_postponed() -> Iterator[None]:
    """A signal to stop that comes meanwhile counts at the end.

    Processes that are started here are deaf to what comes to all of a terminal: Ctrl-C, and that it was closed.

    Beside the main thread, to which no signal comes, there is nothing to postpone.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    came: list[int] = []
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in STOPS}
    if sys.platform != "win32":
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGHUP])
    try:
        yield
    finally:
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


class OutOfTime(BaseException):
    """All the time that there was is used up. Not an Exception, so that nothing takes it for a failure and goes on."""


@contextlib.contextmanager
def budget(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in whatever is done here once it has taken this much of the processor's time.

    There may be any number of calls that have `at_most` some time within. There is no limit if this is infinite, and
    none where no signal can tell.
    """
    if seconds == math.inf or not _is_told():
        yield
        return

    def over(*_: object) -> None:
        if time.process_time() >= until:  # or else somebody sent the signal
            raise OutOfTime

    until = time.process_time() + seconds
    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, max(seconds, SOON), AGAIN)
    try:
        yield
    finally:
        try:
            signal.setitimer(signal.ITIMER_PROF, 0)
        finally:  # it may have come just then
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)


def at_most(seconds: float) -> contextlib.AbstractContextManager[None]:
    """Raise TimeoutError in a call that takes more of the processor's time than this.

    There is no limit where no signal can tell.
    """
    return _Timer(seconds) if _is_told() else contextlib.nullcontext()


def _is_told() -> bool:
    """True if a signal can tell of time that is over: not on Windows, and not beside the main thread."""
    return sys.platform != "win32" and threading.current_thread() is threading.main_thread()


class _Timer(contextlib.AbstractContextManager[None]):
    """See at_most. It is a class because very many short calls are made: a generator would take as long as they do."""

    def __init__(self, seconds: float):
        self.seconds = seconds

    def __enter__(self) -> None:
        _listen()
        self.collects = gc.isenabled()
        gc.disable()  # what is called while garbage is collected would swallow the exception, and warn of that
        signal.setitimer(signal.ITIMER_VIRTUAL, self.seconds, self.seconds)  # and again, if that was swallowed

    def __exit__(self, *_: object) -> None:
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        finally:
            if self.collects:
                gc.enable()


@functools.cache  # to be told of each call anew would take longer than a call
def _listen() -> None:
    def too_long(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGVTALRM, too_long)
