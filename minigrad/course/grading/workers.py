"""Processes that work side by side on what is trusted, for as long as a block of code runs."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import active_children, get_context
from typing import Any

from minigrad.course.signals import stops_postponed
from minigrad.course.student.limits import ONE_THREAD
from minigrad.course.student.survivors import end_with_parent, remove_folder

SELDOM = 20_000, 20, 100  # garbage is looked for after so many new objects: much is kept, and little is ever garbage


@contextlib.contextmanager
def workers() -> Iterator[list[Executor]]:
    """Processes, an executor of one for each core; when the block is left, they have ended; by an exception, at once.

    They end with this process, to which what comes to all of a terminal is left. Signals to stop are to be postponed
    while a call is submitted, which may start a process.
    """
    before = active_children()
    os.environ.update(ONE_THREAD)  # which they inherit
    with stops_postponed():  # multiprocessing starts a process of its own here
        folder = tempfile.mkdtemp(prefix="minigrad-")  # for all that they write, which a process that is ended leaves
        belong = os.getpid(), folder
        spawn, count = get_context("spawn"), os.cpu_count() or 1
        pools = [ProcessPoolExecutor(1, spawn, initializer=_belong, initargs=belong) for _ in range(count)]
    try:
        yield [*pools]
    except BaseException:
        with stops_postponed():
            end([child for child in active_children() if child not in before])
            for pool in pools:
                pool._result_queue._writer.close()  # type: ignore[attr-defined]  # or half a result may be waited for
        raise
    finally:
        with stops_postponed():
            for pool in pools:
                pool.shutdown(cancel_futures=True)
            remove_folder(folder)


def end(children: Sequence[Any]) -> None:
    """End these processes, within a second."""
    for process in children:
        process.terminate()
    until = time.monotonic() + 1.0
    for process in children:
        process.join(max(0.0, until - time.monotonic()))
        process.kill()


def _belong(parent: int, folder: str) -> None:
    """Be a part of the process that started this one: it is told of Ctrl-C, and this one ends when it does.

    Args:
        folder: it is removed however this process ends.
    """
    tempfile.tempdir = folder
    gc.set_threshold(*SELDOM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    if sys.platform == "linux" and os.getppid() != parent:  # it has ended already
        os._exit(1)
