"""Workers: on this machine, or on a Dask cluster."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor

from minigrad.course.cohort import worker
from minigrad.course.cohort.engine import Crew
from minigrad.course.cohort.worker import Found, Task
from minigrad.course.grading.workers import Workers, workers
from minigrad.course.usage import UsageError


def local(count: int, trusted: bool) -> Crew:
    """Processes on this machine."""
    return Crew(functools.partial(workers, count), worker.grade, count, trusted)


def dask(address: str, trusted: bool) -> Crew:
    """The workers of a Dask cluster, each with processes of its own that grade.

    Raises:
        UsageError: if Dask is not installed, or nothing answers at the address.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("--dask needs the extra cluster: pip install 'minigrad-course[cluster]'") from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {address}: {error}.") from None
    threads = sum(client.nthreads().values())
    if not threads:
        raise UsageError(f"the Dask cluster at {address} has no workers.")

    @contextlib.contextmanager
    def opened() -> Iterator[Executor]:
        executor = client.get_executor(pure=False)
        try:
            yield executor
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

    return Crew(opened, grade_apart, threads, trusted)


def grade_apart(task: Task) -> Found:
    """Grade a file in a process of this one's: that forks judges, which one with other threads may not.

    Raises:
        BrokenExecutor: if that process was ended; the next call has another.
    """
    try:
        found: Found = _apart().submit(worker.grade, task).result()
    except BrokenExecutor:
        _apart.cache_clear()
        raise
    return found


@functools.cache
def _apart() -> Workers:
    return Workers(1)
