"""Workers: on this machine, or on a Dask cluster."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import Executor

from minigrad.course.cohort import worker
from minigrad.course.cohort.engine import Crew
from minigrad.course.cohort.processes import Processes
from minigrad.course.cohort.worker import Found, Task
from minigrad.course.results.status import Status
from minigrad.course.usage import UsageError, install_extra

ANSWERS_SECONDS = 10  # in which a scheduler has to


def local(count: int, trusted: bool) -> Crew:
    """Processes on this machine."""
    return Crew(lambda: Processes(count), worker.grade, count, trusted)


def dask(address: str, trusted: bool) -> Crew:
    """The workers of a Dask cluster, each with processes of its own that grade.

    Raises:
        UsageError: if Dask is not installed, or nothing answers at the address.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(f"--dask needs the extra cluster: {install_extra('cluster')}") from None
    try:
        client = Client(address, timeout=ANSWERS_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {address}: {error}.") from None
    try:
        client.wait_for_workers(1, timeout=ANSWERS_SECONDS)
    except TimeoutError:
        client.close()
        raise UsageError(f"the Dask cluster at {address} has no workers.") from None
    threads = sum(client.nthreads().values())

    @contextlib.contextmanager
    def opened() -> Iterator[Executor]:
        if client.status != "running":
            raise UsageError(f"the Dask scheduler at {address} is gone. The same command goes on with what is left.")
        executor = client.get_executor(pure=False)
        try:
            yield executor
        finally:
            executor.shutdown(wait=False)

    return Crew(opened, grade_apart, threads, trusted)


def grade_apart(task: Task) -> Found:
    """Grade a file in a process that belongs to this thread of a Dask worker.

    Raises:
        Ended: if that process was ended; the next call has another.
        TimeoutError: if it took too long.
    """
    found = _here.do(worker.grade, task)
    if found.status == Status.INFRA:  # it may hold a course that has changed since
        _here.begin_again()
    return found


_here = Processes(1)
