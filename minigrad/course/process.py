"""The judge's end of a student process: start it, ask it, and end it when its time is up."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from minigrad.course.frames import FrameError, read_frame, write_frame
from minigrad.course.student import MAX_PRINTED, OUT_OF_MEMORY

LOAD_SECONDS = 10.0
CALL_SECONDS = 2.0
EXERCISE_SECONDS = 30.0
MEMORY_BYTES = 2 << 30


@dataclass
class Reply:
    """What a call came to."""

    value: Any
    arguments: list[Any]
    printed: str


@dataclass
class Line:
    """A line of the student's that an exception went through, with the values it saw."""

    number: int
    function: str
    code: str
    values: list[tuple[str, str]]


@dataclass
class StudentError(Exception):
    """The student's code raised an exception. `lines` are its own on the way there, the outermost first."""

    function: str
    error: str
    text: str
    lines: list[Line] = field(default_factory=list)
    printed: str = ""

    def __str__(self) -> str:
        return f"{self.error}: {self.text}" if self.text else self.error


class Halt(BaseException):
    """The student process is gone. Not an Exception, so that nothing between here and the grader tries again."""

    def __init__(self, function: str, status: str, message: str):
        super().__init__(message)
        self.function = function
        self.status = status
        self.message = message


class StudentProcess:
    """A process with the student's file loaded, that answers calls of its functions.

    >>> with StudentProcess("demo", "demo.py", "def double(x): return 2 * x") as student:
    ...     student.call("double", [21]).value
    42
    """

    def __init__(self, name: str, file: str, source: str):
        self.name, self.file, self.source = name, file, source
        self.deadline = float("inf")  # of the exercise as a whole
        self._halted: set[str] = set()  # functions that ended the process; they are not tried again
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._requests = 0
        self._loaded = False
        self._answers_due = float("inf")
        self._timed_out = False

    def __enter__(self) -> StudentProcess:
        self.spawn()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def spawn(self) -> None:
        """Start a process, and do not wait until it is ready."""
        self._folder = tempfile.TemporaryDirectory(prefix="minigrad-", ignore_cleanup_errors=True)
        home = str(Path(__file__).parents[2])
        start = (
            f"import sys; sys.path.insert(0, {home!r}); from minigrad.course.student import main; sys.path.pop(0); "
            f"main({MEMORY_BYTES})"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", start],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env={**os.environ, **_ENVIRONMENT},
            start_new_session=True,
        )
        self._timed_out = False
        self._loaded = False
        self._answers_due = float("inf")
        threading.Thread(target=self._watch, args=(self._process,), daemon=True).start()

    def load(self) -> str:
        """Run the student's file and return what it printed.

        Raises:
            StudentError: if it raises.
            Halt: if it takes too long or ends its process.
        """
        if self._process is None:
            self.spawn()
        request = {"name": self.name, "file": self.file, "source": self.source}
        reply = self._ask(request, "", LOAD_SECONDS)
        self._loaded = True
        return reply.printed

    def call(self, function: str, args: list[Any], return_arguments: bool = False) -> Reply:
        """The result of one of the student's functions.

        Raises:
            StudentError: if it raises.
            Halt: if it takes too long or ends its process.
        """
        if function in self._halted:
            raise Halt(function, "blocked", f"Not tried, because your {function} did not come back before.")
        if self._process is None or not self._loaded:
            self.load()
        request = {"function": function, "args": args, "return_arguments": return_arguments}
        try:
            return self._ask(request, function, CALL_SECONDS)
        except Halt:
            self._halted.add(function)
            raise

    def close(self) -> None:
        """End the process and everything it started."""
        if self._process is not None:
            _kill(self._process)
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):  # what was left to write has nobody to read it
                    pipe.close()  # type: ignore[union-attr]
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _ask(self, request: dict[str, Any], function: str, seconds: float) -> Reply:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        self._requests += 1
        now = time.monotonic()
        if now >= self.deadline:
            self.close()
            raise Halt(function, "timeout", _TOO_SLOW)
        self._answers_due = min(now + seconds, self.deadline)
        try:
            write_frame(process.stdin, {**request, "id": self._requests})
            answer = read_frame(process.stdout)
            if answer.get("id") != self._requests:
                raise FrameError("an answer to another question")
        except (EOFError, OSError):
            raise self._gone(function, seconds) from None
        except FrameError:
            self.close()
            raise Halt(
                function, "error", f"{_subject(function)} wrote into the channel on which results are returned."
            ) from None
        finally:
            self._answers_due = float("inf")
        return _reply(answer, function)

    def _gone(self, function: str, seconds: float) -> Halt:
        """Why the process ended."""
        process = self._process
        assert process is not None
        if not self._timed_out:
            with contextlib.suppress(subprocess.TimeoutExpired):  # it closed its channel and lives on
                process.wait(1.0)
        code = process.returncode
        self.close()
        who = _subject(function)
        if self._timed_out and time.monotonic() >= self.deadline:
            return Halt(function, "timeout", _TOO_SLOW)
        if self._timed_out:
            return Halt(
                function, "timeout", f"{who} did not finish within {seconds:g} s. Is there a loop that never ends?"
            )
        if code == OUT_OF_MEMORY:
            return Halt(function, "error", f"{who} used more than {MEMORY_BYTES >> 30} GB of memory.")
        if code is not None and code < 0:
            return Halt(function, "error", f"{who} crashed Python itself (signal {signal.Signals(-code).name}).")
        return Halt(
            function,
            "error",
            f"{who} ended the whole Python process (exit code {code}). Return a result instead of exiting.",
        )

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Kill the process when an answer is overdue; then the judge's read ends."""
        while process.poll() is None:
            if time.monotonic() > self._answers_due and process is self._process:
                self._timed_out = True
                _kill(process)
                return
            time.sleep(0.02)


_TOO_SLOW = f"The checks of this exercise took more than {EXERCISE_SECONDS:g} s together."

_ENVIRONMENT = {
    # Small matrices: a second thread only costs, and results must not depend on the number of cores.
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"),
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1",
}


def _subject(function: str) -> str:
    return f"Your {function}" if function else "Your file"


def _reply(answer: dict[str, Any], function: str) -> Reply:
    printed = str(answer.get("printed", ""))[:MAX_PRINTED]
    if "error" not in answer:
        return Reply(answer.get("value"), answer.get("arguments", []), printed)
    raise StudentError(function, str(answer["error"]), str(answer.get("text", "")), _lines(answer), printed)


def _lines(answer: dict[str, Any]) -> list[Line]:
    """The lines in an answer; what has not their form was not written by our end of the channel."""
    try:
        return [
            Line(int(number), str(function), str(code), [(str(name), str(value)) for name, value in values])
            for number, function, code, values in answer["lines"]
        ]
    except (KeyError, TypeError, ValueError):
        return []


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process, and on POSIX its whole group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended by itself
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
