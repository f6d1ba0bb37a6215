"""How a student process comes to be: on Linux the nursery forks it, elsewhere it is started by itself."""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, ClassVar, Protocol

import numpy as np

from minigrad.course.signals import stops_postponed
from minigrad.course.student.limits import MEMORY_BYTES, ONE_THREAD
from minigrad.course.student.nursery import ENDED, EXITED, KEEPER, WORD
from minigrad.course.student.survivors import SECONDS, end_orphans

FORKS = sys.platform == "linux"
ASKED_SECONDS = 1.0  # after which a nursery that takes no request counts as stopped


class Started(Protocol):
    """A student process as its judge sees it."""

    stdin: IO[bytes] | None
    stdout: IO[bytes] | None

    def code(self, within: float = 0.0) -> int | None:
        """Its exit code, -n for signal n, or None if it does not end within so many seconds."""

    def end(self) -> None:
        """End it, and what it started: on Linux all of it, elsewhere on POSIX its process group."""


def start_process(folder: str, by_itself: bool = not FORKS) -> Started:
    """Start a student process that works in a folder, and do not wait until it is ready."""
    if not by_itself:
        with contextlib.suppress(OSError):  # somebody has ended the nursery
            return Forked(folder)
    return Spawned(folder)


def start_nursery() -> None:
    """See to it that something forks student processes for this process and for those that are forked from it."""
    if not FORKS:
        return
    if not Nursery.lives():
        with contextlib.suppress(OSError):  # then student processes are started by themselves
            Nursery.start()
    elif Nursery.owner == os.getpid():
        Nursery.process.send_signal(signal.SIGCONT)  # a file may have stopped it


class Nursery:
    """The one that this process has started, or the process that it was forked from."""

    process: ClassVar[subprocess.Popen[bytes]]
    requests: ClassVar[socket.socket]
    owner: ClassVar[int] = 0  # the process that started it

    @classmethod
    def lives(cls) -> bool:
        """Whether there is one; only the process that started it can know that it has ended."""
        return bool(cls.owner) and (cls.owner != os.getpid() or cls.process.poll() is None)

    @classmethod
    def start(cls) -> None:
        cls.stop()
        requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        number = theirs.fileno()
        serve = f"from minigrad.course.student.nursery import serve\nserve({number}, lambda: {_MAIN})"
        with theirs, stops_postponed():
            try:
                cls.process = subprocess.Popen(
                    _python(serve),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=_environment(),
                    pass_fds=[number],
                )
            except OSError:
                requests.close()
                raise
            requests.settimeout(ASKED_SECONDS)
            cls.requests, cls.owner = requests, os.getpid()
            atexit.register(cls.stop)

    @classmethod
    def ask(cls, folder: str, ends: list[int]) -> None:
        """Ask for a student process that works in a folder.

        Raises:
            OSError: if there is no nursery.
        """
        start_nursery()
        if not cls.owner:
            raise ProcessLookupError("no nursery")
        socket.send_fds(cls.requests, [os.fsencode(folder)], ends)

    @classmethod
    def stop(cls) -> None:
        if cls.owner == os.getpid():
            cls.requests.close()
            cls.process.kill()
            cls.process.wait()
            cls.owner = 0
            atexit.unregister(cls.stop)


class Forked:
    """A student process that the nursery has forked, as its keeper tells of it."""

    def __init__(self, folder: str):
        asked, stdin = os.pipe()
        stdout, answers = os.pipe()
        self._words, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.stdin: IO[bytes] | None = os.fdopen(stdin, "wb")
        self.stdout: IO[bytes] | None = os.fdopen(stdout, "rb")
        self._known: dict[bytes, int] = {}
        try:
            Nursery.ask(folder, [asked, answers, theirs.fileno()])
        except OSError:
            for end in (self.stdin, self.stdout, self._words):
                end.close()
            raise
        finally:
            os.close(asked)
            os.close(answers)
            theirs.close()

    def code(self, within: float = 0.0) -> int | None:
        return self._said(EXITED, within)

    def end(self) -> None:
        with contextlib.suppress(OSError):  # the keeper has ended
            self._words.shutdown(socket.SHUT_WR)
        if self._said(KEEPER, ASKED_SECONDS) is not None:  # or it will find that nobody wants it
            self._signal(signal.SIGCONT)  # somebody may have stopped it
            if self._said(ENDED, SECONDS + 1) is None:  # or ended it, and what it kept comes to this process
                while self._signal(signal.SIGKILL):
                    time.sleep(0.001)
                end_orphans(Spawned.living)
        self._words.close()

    def _signal(self, number: int) -> bool:
        """Send a signal to the keeper; whether it lives."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._known[KEEPER], number)
            return True
        return False

    def _said(self, about: bytes, within: float) -> int | None:
        """What the keeper says about this, or None if it says nothing within so many seconds."""
        until = time.monotonic() + within
        while about not in self._known and select.select([self._words], [], [], max(0.0, until - time.monotonic()))[0]:
            word = b""
            with contextlib.suppress(ConnectionError):
                word = self._words.recv(WORD.size)
            if not word:
                self._known.setdefault(EXITED, -signal.SIGKILL)  # as far as can be known
                break
            heard, number = WORD.unpack(word)
            self._known[heard] = number
        return self._known.get(about)


class Spawned(subprocess.Popen[bytes]):
    """A student process that was started by itself."""

    living: ClassVar[set[int]] = set()

    def __init__(self, folder: str):
        super().__init__(
            _python(_MAIN),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=_environment(),
            start_new_session=True,
        )
        self.living.add(self.pid)

    def code(self, within: float = 0.0) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(within)
        return None

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended by itself
            if sys.platform == "win32":
                self.kill()
            else:
                os.killpg(self.pid, signal.SIGKILL)
        self.wait()
        self.living.discard(self.pid)
        end_orphans(self.living)


# Only what answers calls is loaded: in the students' process there is no engine to ask for gradients.
_PYTHON = """
import sys, types
for name, folders in {}.items():
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = folders
sys.path.append({!r})
from minigrad.course.student.child import main
{}
"""

_MAIN = f"main({MEMORY_BYTES})"

_HERE = Path(__file__).parent
_PACKAGES = {
    "minigrad": [str(_HERE.parents[1])],
    "minigrad.course": [str(_HERE.parent)],
    "minigrad.course.results": [str(_HERE.parent / "results")],
    "minigrad.course.student": [str(_HERE)],
}

_NUMPY = str(Path(np.__file__).parents[1])  # where the judge's own lies, last among the places that are looked at


def _python(does: str) -> list[str]:
    return [sys.executable, "-P", "-c", _PYTHON.format(_PACKAGES, _NUMPY, does)]


_ENVIRONMENT = {
    **ONE_THREAD,
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1",
}


# What of the judge's environment a student process gets: what Python and NumPy need to start, and no secrets.
_HANDED_ON = {
    *("PATH", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TMP", "TEMP"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"),
    *("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"),
}


def _environment() -> dict[str, str]:
    handed_on = {k: v for k, v in os.environ.items() if k.upper() in _HANDED_ON or k.startswith("LC_")}
    return {**handed_on, **_ENVIRONMENT}
