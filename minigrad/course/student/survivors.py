"""Processes that are not the judge's own: it ends those that a student process leaves behind, and limits their reach.

It also removes the folders that they fill.
"""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import os
import signal
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from pathlib import Path

SECONDS = 5.0  # in which all processes are ended, however fast they start others
PAUSE = 0.0005  # seconds, until it is looked again
REMOVE_SECONDS = 10.0  # in which what they wrote is removed; folders 20,000 deep take a second or several
FREE_TO_ALL = 0o1777  # the mode of a folder in a cage

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 1, 4, 36


def adopt_orphans() -> None:
    """On Linux: let a process whose parent has ended become a child of this one, so that it can be found."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def close_memory() -> None:
    """On Linux: let no other process of the same user look into this one's memory and open files, or change them.

    That holds against all but root. This process writes no core dump either, and no debugger of the same user attaches.
    """
    _prctl(_PR_SET_DUMPABLE, 0)


def open_memory() -> None:
    """Undo close_memory in a process that was forked from one that did it."""
    _prctl(_PR_SET_DUMPABLE, 1)


def end_with_parent(by: int = signal.SIGKILL) -> None:
    """On Linux: end this process when the one that forked it ends, however that is.

    Args:
        by: the signal that ends it.
    """
    _prctl(_PR_SET_PDEATHSIG, by)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def end_orphans(keep: Collection[int] = ()) -> None:
    """End every process that came to be a child of this one, with all that it started.

    A student process leads a session of its own, and nothing that it starts can enter this one's. So whichever child is
    in another session was started there.

    Args:
        keep: the children that this process has started in sessions of their own.
    """
    if sys.platform != "linux":
        return
    until = time.monotonic() + SECONDS
    session = os.getsid(0)
    while time.monotonic() < until and (orphans := [pid for pid in _orphans(session) if pid not in keep]):
        family = [pid for orphan in orphans for pid in (orphan, *_descendants(orphan))]
        for stop_or_end in (signal.SIGSTOP, signal.SIGKILL):  # what is stopped starts no others
            for pid in family:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, stop_or_end)
        gone = [_is_gone(pid) for pid in orphans]  # which looks at each
        if not all(gone):
            time.sleep(PAUSE)


def _is_gone(pid: int) -> bool:
    """True if a child has ended, of which nothing is left then.

    It is not waited for: the first process of a namespace ends only after all others of it were looked at like this.
    """
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _orphans(session: int) -> Iterator[int]:
    for pid in _children(os.getpid()):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) != session:
                yield pid


def _descendants(pid: int) -> Iterator[int]:
    """Children before grandchildren, so that no depth is too deep."""
    generation = _children(pid)
    while generation:
        yield from generation
        generation = [child for parent in generation for child in _children(parent)]


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):  # it has ended
        for thread in os.listdir(f"/proc/{pid}/task"):
            found += map(int, Path(f"/proc/{pid}/task/{thread}/children").read_bytes().split())
    return found


def remove_folder(folder: str) -> None:
    """Remove a folder and all that is in it, as far as that can be done, and done in time.

    Folders may lie in folders 20,000 deep, so that no path leads to the last. Each is moved to the top before it is
    emptied.
    """
    until = time.monotonic() + REMOVE_SECONDS
    with contextlib.suppress(OSError):
        if os.path.islink(folder):  # which somebody put there; what it leads to is not ours
            os.unlink(folder)
        else:
            os.rmdir(folder)  # most are empty
    if not os.path.lexists(folder):
        return
    with contextlib.suppress(OSError):
        top = tempfile.mkdtemp(prefix="minigrad-", dir=os.path.dirname(folder))
        names = (os.path.join(top, str(n)) for n in itertools.count())
        waiting = [_moved(folder, next(names))]
        while waiting and time.monotonic() < until:
            place = waiting.pop()
            with os.scandir(place) as entries:
                for entry in itertools.takewhile(lambda _: time.monotonic() < until, list(entries)):
                    with contextlib.suppress(OSError):
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(_moved(entry.path, next(names)))
                        else:
                            os.unlink(entry.path)
            with contextlib.suppress(OSError):
                os.rmdir(place)
        os.rmdir(top)


def emptied(folder: str) -> bool:
    """Remove all that is in a folder, as far as that can be done in time, and say whether it is empty."""
    with contextlib.suppress(OSError):
        if os.path.islink(folder):  # as above
            return False
        _open(folder)
        with os.scandir(folder) as entries:
            for entry in list(entries):
                if entry.is_dir(follow_symlinks=False):
                    remove_folder(entry.path)
                else:
                    os.unlink(entry.path)
        try:  # the mode and the times could tell the next student process what this one wants it to know
            os.chmod(folder, FREE_TO_ALL)
            os.utime(folder, (0, 0))
        except PermissionError:  # it is root's: whoever may write to it can set its times, but to now alone
            os.utime(folder)
        return not os.listdir(folder)
    return False


def _moved(folder: str, place: str) -> str:
    _open(folder)
    os.rename(folder, place)
    return place


def _open(folder: str) -> None:
    """See to it that what is in a folder of this user can be removed."""
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        os.chmod(folder, 0o700)
