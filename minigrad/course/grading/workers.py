"""Processes that work side by side on what is trusted, for as long as a block of code runs."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import active_children, get_context
from typing import Any

from minigrad.course.signals import stops_postponed
from minigrad.course.student.limits import ONE_THREAD
from minigrad.course.student.survivors import end_with_parent


class Workers(ProcessPoolExecutor):
    """A process for each core, which ends with this one. Ctrl-C, which comes to all of a terminal, is left to it."""

    def __init__(self) -> None:
        super().__init__(os.cpu_count() or 1, get_context("spawn"), initializer=_belong, initargs=(os.getpid(),))

    def submit(self, function: Callable[..., Any], /, *args: Any, **keywords: Any) -> Any:
        with stops_postponed():  # this may start a process
            return super().submit(function, *args, **keywords)


@contextlib.contextmanager
def workers() -> Iterator[Executor]:
    """Processes that have ended when the block is left; if it is left by an exception, at once."""
    before = active_children()
    os.environ.update(ONE_THREAD)  # which they inherit
    pool = Workers()
    try:
        yield pool
    except BaseException:
        end([child for child in active_children() if child not in before])
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def end(children: Sequence[Any]) -> None:
    """End these processes."""
    for process in children:
        process.terminate()
    for process in children:
        process.join(2.0)
        process.kill()


def _belong(parent: int) -> None:
    """Be a part of the process that started this one: it is told of Ctrl-C, and this one ends when it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    if sys.platform == "linux" and os.getppid() != parent:  # it has ended already
        os._exit(1)
