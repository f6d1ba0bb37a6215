"""A process that has loaded Python and NumPy and no line of a student's, and forks one for each file to be run.

To start Python and NumPy takes longer than most files take to be graded; to fork a process that has them takes a
hundredth of that. This process is asked by whoever holds the other end of its socket, judges that were forked
among them. Each request brings a folder to work in, and the three ends that belong to the new process: a pipe for what
it is asked, one for what it answers, and a socket on which the *keeper* listens.

The keeper is the parent of the student process. It says when and how that ended, and ends it with all that it started
when the judge says so, or is gone.

In a cage there is one student process at a time, which can start no others, and one folder for all of them. Its keeper
empties that before the next one is forked. If it cannot, there is no next one: the nursery ends, and the cage with it.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import struct
from collections.abc import Callable

import numpy as np
import numpy.random  # which NumPy would otherwise load late, in each student process anew

from minigrad.course.student.limits import CAGED_ENTRIES, TOO_MANY_FILES
from minigrad.course.student.survivors import (
    adopt_orphans,
    close_memory,
    emptied,
    end_orphans,
    end_with_parent,
    open_memory,
)

WORD = struct.Struct("<ci")  # what a keeper says, and a number
KEEPER, EXITED, ENDED = b"k", b"x", b"e"  # its own process; the student's exit code; that all of it has ended
COUNT_SECONDS = 0.05  # so often it is counted how many files there are in a cage


def serve(socket_number: int, student: Callable[[], None], caged: str = "") -> None:
    """Fork a process for each request until nobody is left to ask.

    Args:
        socket_number: of the socket that requests come from.
        student: what a student process does, on its standard input and output.
        caged: in a cage, the folder that student processes work in, whatever a request says.
    """
    requests = socket.socket(fileno=socket_number)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C comes to every process of a terminal
    if not caged:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that keepers need not be waited for
    end_with_parent()
    close_memory()
    gc.freeze()
    while True:
        folder, ends, *_ = socket.recv_fds(requests, 4096, 3)
        if not folder:
            return
        keeper = os.fork()
        if not keeper:
            requests.close()
            if caged:
                _keep_caged(caged, ends, student)
            else:
                _keep(os.fsdecode(folder), ends, student)
        for end in ends:
            os.close(end)
        if caged and os.waitpid(keeper, 0)[1]:
            return


def _keep(folder: str, ends: list[int], student: Callable[[], None]) -> None:
    """Fork the student process, and see to its end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    adopt_orphans()
    pid, control = _start(folder, ends, student)
    with contextlib.suppress(OSError):  # the judge is gone
        control.sendall(WORD.pack(KEEPER, os.getpid()))
        _watch(control, pid)
    end_orphans()
    with contextlib.suppress(OSError):
        control.sendall(WORD.pack(ENDED, 0))
    os._exit(0)


def _keep_caged(folder: str, ends: list[int], student: Callable[[], None]) -> None:
    """Fork the student process, see to its end, and leave the cage as it was before."""
    pid, control = _start(folder, ends, student)
    with contextlib.suppress(OSError):  # the judge is gone
        control.sendall(WORD.pack(KEEPER, 0))  # of numbers in a cage nobody outside can make use
        _watch(control, pid, folder)
    with contextlib.suppress(ProcessLookupError):  # it has ended by itself
        os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)
    if not emptied(folder):
        os._exit(1)
    with contextlib.suppress(OSError):
        control.sendall(WORD.pack(ENDED, 0))
    os._exit(0)


def _start(folder: str, ends: list[int], student: Callable[[], None]) -> tuple[int, socket.socket]:
    """Fork the student process: its number, and the socket to its judge."""
    asked, answers, judge = ends
    pid = os.fork()
    if not pid:
        os.close(judge)
        _become(folder, asked, answers)
        student()
        os._exit(0)
    os.close(asked)
    os.close(answers)
    return pid, socket.socket(fileno=judge)


def _become(folder: str, asked: int, answers: int) -> None:
    """Make this process one that was started for a student."""
    os.setsid()
    os.chdir(folder)
    for standard, end in enumerate((asked, answers)):
        os.dup2(end, standard)
        os.close(end)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    np.random.seed()  # noqa: NPY002  or every process would draw the same numbers
    open_memory()
    gc.unfreeze()


def _watch(control: socket.socket, pid: int, counted: str = "") -> None:
    """Say when the student process has ended, and come back when the judge wants no more of it.

    Args:
        counted: a folder; a process that has too many files there is ended. Of these there is no other limit.
    """
    process = os.pidfd_open(pid)
    code: int | None = None
    ready: list[int] = []
    while not ready:
        ready = select.select([control.fileno(), process], [], [], COUNT_SECONDS if counted else None)[0]
        if counted and code is None and _entries(counted) > CAGED_ENTRIES:
            os.kill(pid, signal.SIGKILL)
            code = TOO_MANY_FILES
    if process in ready:
        status = os.waitpid(pid, 0)[1]
        control.sendall(WORD.pack(EXITED, os.waitstatus_to_exitcode(status) if code is None else code))
        control.recv(1)


def _entries(folder: str) -> int:
    """The number of files and folders in the file system that this folder is the root of."""
    about = os.statvfs(folder)
    return about.f_files - about.f_ffree
