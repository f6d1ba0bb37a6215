"""The start of a student process: on Linux the nursery forks it, elsewhere it is started by itself.

In a cage it is always forked: a process that is started by itself would be outside.
"""

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
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, ClassVar, Protocol

import numpy as np

from minigrad.course.signals import stops_postponed
from minigrad.course.student.limits import MEMORY_BYTES, ONE_THREAD
from minigrad.course.student.nursery import ENDED, EXITED, KEEPER, WORD
from minigrad.course.student.seccomp import Filter
from minigrad.course.student.survivors import SECONDS, end_orphans

FORKS = sys.platform == "linux"
ASKED_SECONDS = 1.0  # after which a nursery that takes no request counts as stopped
NOBODY = 65534  # the number of a user and a group who own nothing
EMPTY_SECONDS = 2.0  # after which a cage that is not as it was before is given up


class Started(Protocol):
    """A student process as its judge sees it."""

    stdin: IO[bytes] | None
    stdout: IO[bytes] | None
    lost: bool  # whether its cage has ended around it, which nobody in there can bring about

    def code(self, within: float = 0.0) -> int | None:
        """The exit code, -n for signal n, or None if the process does not end within so many seconds."""

    def end(self) -> None:
        """End it, and what it started: on Linux all of it, elsewhere on POSIX its process group."""


def start_process(folder: str, by_itself: bool = not FORKS) -> Started:
    """Start a student process that works in a folder, and do not wait until it is ready.

    Args:
        folder: of no account in a cage, which has one.
        by_itself: where nothing that is there already can be relied on. In a cage that means a new cage.
    """
    if Nursery.cage:
        if by_itself:
            Nursery.start_again()
        return Caged(Nursery.cage.folder)
    if not by_itself:
        with contextlib.suppress(OSError):  # somebody has ended the nursery
            return Forked(folder)
    return Spawned(folder)


@dataclass(frozen=True)
class Cage:
    """The cage that a nursery runs in, so that it and the student processes see and reach nothing else.

    Attributes:
        command: what comes before the nursery's own command, and starts it in the cage.
        python: the interpreter in there.
        folder: the only one that can be written to.
        allowed: which calls of the system student processes may make.
        environment: what they get of the judge's environment is this and no more.
    """

    command: tuple[str, ...]
    python: str
    folder: str
    allowed: Filter
    environment: Mapping[str, str]


def caged() -> bool:
    """True if student processes are in a cage."""
    return Nursery.cage is not None


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
    """The nursery that this process has started, or the process that it was forked from."""

    cage: ClassVar[Cage | None] = None  # that it runs in, and those that come after it
    process: ClassVar[subprocess.Popen[bytes]]
    handle: ClassVar[int]  # of that process, also in those that are forked from the one that started it
    requests: ClassVar[socket.socket]
    owner: ClassVar[int] = 0  # the process that started it

    @classmethod
    def lives(cls) -> bool:
        """True if there is one; without a cage only the process that started it can know that it has ended."""
        if cls.cage:
            return bool(cls.owner) and not select.select([cls.handle], [], [], 0)[0]
        return bool(cls.owner) and (cls.owner != os.getpid() or cls.process.poll() is None)

    @classmethod
    def start(cls) -> None:
        cls.stop()
        requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        number = theirs.fileno()
        with theirs, stops_postponed():
            try:
                cls.process = subprocess.Popen(
                    nursery_command(number, cls.cage),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=cls.cage.environment if cls.cage else _environment(),
                    pass_fds=[number],
                    process_group=0 if cls.cage else None,
                )
                cls.handle = os.pidfd_open(cls.process.pid)
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
            cls._kill()
            cls.process.wait()
            os.close(cls.handle)
            cls.owner = 0
            atexit.unregister(cls.stop)

    @classmethod
    def start_again(cls) -> None:
        """Start another cage in place of this one."""
        cls.end_cage()
        with contextlib.suppress(OSError):  # whoever asks for a process will see that there is none
            cls.start()

    @classmethod
    def end_cage(cls) -> None:
        """End the cage with all that is in it, whichever process started it; the next request starts another."""
        if cls.lives():
            cls._kill()
            select.select([cls.handle], [], [], ASKED_SECONDS)

    @classmethod
    def _kill(cls) -> None:
        """End it; in a cage that is just being made, what is inside would not notice the end of what is outside."""
        with contextlib.suppress(ProcessLookupError):  # it has ended
            if cls.cage:
                os.killpg(cls.process.pid, signal.SIGKILL)
            else:
                cls.process.kill()


class Forked:
    """A student process that the nursery has forked, as its keeper tells of it."""

    def __init__(self, folder: str):
        asked, stdin = os.pipe()
        stdout, answers = os.pipe()
        self._words, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.stdin: IO[bytes] | None = os.fdopen(stdin, "wb")
        self.stdout: IO[bytes] | None = os.fdopen(stdout, "rb")
        self.lost = False
        self._known: dict[bytes, int] = {}
        try:
            self._ask(folder, [asked, answers, theirs.fileno()])
        except OSError:
            for end in (self.stdin, self.stdout, self._words):
                end.close()
            raise
        finally:
            os.close(asked)
            os.close(answers)
            theirs.close()

    def _ask(self, folder: str, ends: list[int]) -> None:
        Nursery.ask(folder, ends)

    def code(self, within: float = 0.0) -> int | None:
        return self._said(EXITED, within)

    def end(self) -> None:
        with contextlib.suppress(OSError):  # the keeper has ended
            self._words.shutdown(socket.SHUT_WR)
        if self._said(KEEPER, ASKED_SECONDS) is not None:  # or it will find that nobody wants it
            self._signal(signal.SIGCONT)  # somebody may have stopped it
            if self._said(ENDED, SECONDS + 1) is None:  # or ended it, and what it kept comes to this process
                until = time.monotonic() + ASKED_SECONDS  # then it has ended, and its parent alone can bury it
                while self._signal(signal.SIGKILL) and time.monotonic() < until:
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
        """The keeper's word about this, or None if it says nothing within so many seconds."""
        until = time.monotonic() + within
        while about not in self._known and select.select([self._words], [], [], max(0.0, until - time.monotonic()))[0]:
            word = b""
            with contextlib.suppress(ConnectionError):
                word = self._words.recv(WORD.size)
            if not word:
                self.lost = caged() and EXITED not in self._known
                self._known.setdefault(EXITED, -signal.SIGKILL)  # as far as can be known
                break
            heard, number = WORD.unpack(word)
            self._known[heard] = number
        return self._known.get(about)


class Caged(Forked):
    """A student process that the nursery has forked in a cage. The judge knows no numbers of processes in there."""

    def _ask(self, folder: str, ends: list[int]) -> None:
        with contextlib.suppress(OSError):  # there is no cage, and so this process will not come up
            super()._ask(folder, ends)

    def end(self) -> None:
        with contextlib.suppress(OSError):  # the keeper has ended
            self._words.shutdown(socket.SHUT_WR)
        if self._said(KEEPER, ASKED_SECONDS) is not None and self._said(ENDED, EMPTY_SECONDS) is None:
            Nursery.end_cage()
        self._words.close()


class Spawned(subprocess.Popen[bytes]):
    """A student process that was started by itself."""

    living: ClassVar[set[int]] = set()
    lost = False

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

# In a cage that root made. It comes first, so that what nobody may read is missing at once, not in a student's file.
_LEAVE_ROOT = f"""
import os
if os.getuid() == 0:
    os.setgroups([])
    os.setresgid({NOBODY}, {NOBODY}, {NOBODY})
    os.setresuid({NOBODY}, {NOBODY}, {NOBODY})
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


def _python(does: str, executable: str = "") -> list[str]:
    return [executable or sys.executable, "-P", "-c", _PYTHON.format(_PACKAGES, _NUMPY, does)]


def nursery_command(number: int, cage: Cage | None) -> list[str]:
    """The command of a nursery that is asked through the socket of this number."""
    begin = "from minigrad.course.student.nursery import serve"
    if not cage:
        return _python(f"{begin}\nserve({number}, lambda: {_MAIN})")
    begin += "\nfrom minigrad.course.student.seccomp import Filter"
    student = f"lambda: main({MEMORY_BYTES}, {cage.allowed})"
    *python, code = _python(f"{begin}\nserve({number}, {student}, {cage.folder!r})", cage.python)
    return [*cage.command, *python, f"{_LEAVE_ROOT}\n{code}"]


_ENVIRONMENT = {
    **ONE_THREAD,
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1",
}


# A student process gets this of the judge's environment: what Python and NumPy need to start, and no secrets.
_HANDED_ON = {
    *("PATH", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TMP", "TEMP"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"),
    *("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"),
}


def caged_environment(folder: str) -> dict[str, str]:
    """The environment of processes in a cage, whose only folder is this."""
    places = {"HOME": folder, "TMPDIR": folder, "PYTHONNOUSERSITE": "1"}
    return {k: v for k, v in _environment().items() if k.upper() not in ("PATH", "TMP", "TEMP")} | places


def _environment() -> dict[str, str]:
    handed_on = {k: v for k, v in os.environ.items() if k.upper() in _HANDED_ON or k.startswith("LC_")}
    return {**handed_on, **_ENVIRONMENT}
