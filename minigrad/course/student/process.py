"""The judge's end of a student process: start it, ask it, and end it when its time is up."""

from __future__ import annotations

import atexit
import contextlib
import operator
import signal
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minigrad.course.results.limits import KEPT
from minigrad.course.results.outcomes import Halt, Line, StudentError
from minigrad.course.results.status import Status
from minigrad.course.results.wording import describe
from minigrad.course.signals import stops_postponed
from minigrad.course.student.channel import Channel, open_channel
from minigrad.course.student.child import USUAL_IMPORTS
from minigrad.course.student.frames import FrameError
from minigrad.course.student.limits import (
    CAGED_ENTRIES,
    LATE_SECONDS,
    MAX_CPU_SECONDS,
    MEMORY_BYTES,
    NO_JUDGE,
    OUT_OF_MEMORY,
    TOO_MANY_FILES,
)
from minigrad.course.student.replies import Late, Reply, read_reply
from minigrad.course.student.start import FORKS, Started, caged, start_process
from minigrad.course.student.survivors import adopt_orphans, close_memory, remove_folder
from minigrad.course.student.syntax import outline

START_SECONDS = 20.0  # for Python and NumPy, before any line of the student's
LOAD_SECONDS = 5.0
CALL_SECONDS = 2.0
BRIEFLY, OTHERS_SECONDS = 0.5, 4.0  # for a call of another source than the student's; for all of these together
EXERCISE_SECONDS = 30.0
PART = 5_000  # items of a list that is sent in parts


@dataclass(frozen=True)
class Kept:
    """A value that stays in the student's process, as an argument for later calls there."""

    number: int


@dataclass
class Sent:
    """A call whose request is on its way before it is made."""

    function: str
    args: list[Any]
    request: dict[str, Any]

    def is_of(self, function: str, args: Sequence[Any]) -> bool:
        """True if it is this one, with these very arguments."""
        return self.function == function and len(self.args) == len(args) and all(map(operator.is_, self.args, args))


class StudentProcess:
    """A process with the student's file loaded, that answers calls of its functions.

    >>> with StudentProcess("demo", "demo.py", "def double(x): return 2 * x") as student:
    ...     student.call("double", [21]).value
    42

    Attributes:
        deadline: of all calls together, on time.monotonic.
        call_seconds: that one call has, if it is not CALL_SECONDS.
        cpu_seconds: of the processor that the process may take; None if that has no limit.
    """

    def __init__(self, name: str, file: str, source: str, imports: Sequence[str] = USUAL_IMPORTS):
        self.name, self.file, self.source, self.imports = name, file, source, imports
        self.deadline = float("inf")
        self.call_seconds: float | None = None
        self.cpu_seconds: int | None = MAX_CPU_SECONDS
        self._halted: set[str] = set()  # functions that ended the process; they are not tried again
        self._process: Started | None = None
        self._folder = ""  # where it works; empty before and after
        self._channel: Channel | None = None
        self._requests = 0
        self._ahead: deque[Sent] = deque()
        self._is_up = False
        self._loaded: str | None = None  # the source that was
        self._others_until: float | None = None
        self._much_printed = ""  # by the last call that printed more than is kept

    def __enter__(self) -> StudentProcess:
        if not self.alive:
            self.spawn()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """True if a process is there."""
        return self._process is not None and self._process.code() is None

    @property
    def started(self) -> bool:
        """True if it has come up and waits for its file, or never will."""
        return self._channel is not None and self._channel.ready()

    def spawn(self, by_itself: bool = not FORKS) -> None:
        """Start a process, and do not wait until it is ready."""
        try:
            with stops_postponed():
                self._spawn(by_itself)
        except BaseException:
            self.close()
            raise

    def _spawn(self, by_itself: bool) -> None:
        adopt_orphans()
        close_memory()
        self._folder = "" if caged() else tempfile.mkdtemp(prefix="minigrad-")  # a cage has one of its own
        atexit.register(self._remove_folder)  # a signal that comes in the midst of `close` can keep that from it
        self._process = start_process(self._folder, by_itself)
        self._is_up, self._loaded = False, None
        assert self._process.stdin
        assert self._process.stdout
        self._channel = open_channel(self._process.stdin, self._process.stdout)

    def load(self) -> str:
        """Run the student's file and return what it printed.

        Raises:
            StudentError: if it raises.
            Halt: if it takes too long or ends its process.
        """
        if self._process is None:
            self.spawn()
        if not self._comes_up():  # perhaps somebody has ended or stopped what forks them
            self.close()
            self.spawn(by_itself=True)
            if not self._comes_up():
                self.close()
                raise Halt("", Status.INFRA, _NOT_STARTED)
        about = {"name": self.name, "file": self.file, "imports": self.imports, "cpu_seconds": self.cpu_seconds}
        written = self.source.encode("utf-8", "backslashreplace")  # as bytes: as a text each sign may take six of them
        source = np.ndarray(len(written), np.uint8, written)
        reply = self._ask({**about, "source": source}, "", LOAD_SECONDS)
        self._loaded = self.source
        return reply.printed

    def _comes_up(self) -> bool:
        """Wait until the process says that it has started, which it does once."""
        self._is_up = self._is_up or isinstance(self._wait(time.monotonic() + START_SECONDS), dict)
        return self._is_up

    def hold(self, items: list[Any]) -> Kept:
        """Keep a list in the process, which may be longer than one that crosses at once.

        Raises:
            Halt: if its process ended.
        """
        self._ready()
        number = None
        for start in range(0, len(items), PART):
            request = {"part": items[start : start + PART], "to": number}
            number = _number(self._ask(request, "", self.call_seconds or CALL_SECONDS).value)
        return Kept(_number(number))

    def call(self, function: str, args: list[Any], keep: bool = False, along: bool = False) -> Reply:
        """The result of one of the student's functions.

        Args:
            args: what crosses, or is Kept.
            keep: whether the result stays in the process; then the value is Kept.
            along: whether it is called for each row of the first argument; see `along` in student/child.py.

        Raises:
            StudentError: if it raises.
            Halt: if it takes too long or ends its process.
        """
        if function in self._halted:
            raise Halt(function, Status.BLOCKED, f"Not tried, because your {function} did not come back before.")
        request = self._sent_ahead("" if keep or along else function, args)
        if not request:
            self._ready()
        seconds = self.call_seconds or CALL_SECONDS
        try:
            request = request or self._send([_request(function, args, keep, along)], function, seconds)[0]
            reply = self._hear(request, function, seconds)
        except Halt:
            self._halted.add(function)
            raise
        except StudentError as error:
            if error.error != "PrintFlood":
                raise
            self._halted.add(function)
            raise Halt(function, Status.ERROR, describe(error), error.lines, error.printed) from None
        if len(reply.printed) >= KEPT:
            self._much_printed = reply.printed
        if keep:
            reply.value = Kept(_number(reply.value))
        return reply

    def rewritten(self, source: str) -> Rewritten:
        """The process with another source in the place of this one, whenever it is asked."""
        return Rewritten(self, source)

    @contextlib.contextmanager
    def with_source(self, source: str) -> Iterator[None]:
        """Have another source in the place of this one in the block, and little time for it."""
        if self._others_until is None:
            self._others_until = min(self.deadline, time.monotonic() + OTHERS_SECONDS)
        own = self.source, self.deadline, self.call_seconds, self._halted
        self.source, self.deadline, self.call_seconds, self._halted = source, self._others_until, BRIEFLY, set()
        try:
            yield
        finally:
            self.source, self.deadline, self.call_seconds, self._halted = own

    def soon(self, function: str, calls: Sequence[list[Any]]) -> None:
        """Send calls that are made next, with these very arguments: then the process need not wait between them.

        They come after those that were sent before. Each is answered when it is made. It is no more than a hint: calls
        that are not made do no harm, and nothing is sent where the time that is left may be too short for all of them.
        """
        seconds = self.call_seconds or CALL_SECONDS
        there_is_time = time.monotonic() + seconds * (len(self._ahead) + len(calls)) < self.deadline
        if self._loaded == self.source and there_is_time and function not in self._halted:
            requests = self._send([_request(function, args) for args in calls], function, seconds)
            self._ahead.extend(Sent(function, args, request) for args, request in zip(calls, requests, strict=True))

    def _sent_ahead(self, function: str = "", args: Sequence[Any] = ()) -> dict[str, Any] | None:
        """The request for this call, if it is on its way. The answers to those before it are passed over."""
        while self._ahead:
            sent = self._ahead.popleft()
            if sent.is_of(function, args):
                return sent.request
            with contextlib.suppress(StudentError, Halt):
                self._hear(sent.request, sent.function, sent.request["seconds"])
        return None

    def _ready(self) -> None:
        """Load the student's file, unless that is done."""
        if self._process is None or self._loaded != self.source:
            self.load()

    def close(self) -> None:
        """End the process and what it started: on Linux all of it, elsewhere on POSIX its process group."""
        with stops_postponed():
            self._close()

    def _close(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process, self._loaded = None, None
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        self._ahead.clear()
        self._remove_folder()
        atexit.unregister(self._remove_folder)

    def _remove_folder(self) -> None:
        if self._folder:
            remove_folder(self._folder)
            self._folder = ""

    def _ask(self, request: dict[str, Any], function: str, seconds: float) -> Reply:
        self._sent_ahead()
        [request] = self._send([request], function, seconds)
        return self._hear(request, function, seconds)

    def _send(self, requests: Sequence[dict[str, Any]], function: str, seconds: float) -> list[dict[str, Any]]:
        """Send requests, each with its number and how long it may take."""
        most = min(seconds, self._left(function, seconds))
        sent = [{**request, "id": self._requests + k, "seconds": most} for k, request in enumerate(requests, 1)]
        self._requests += len(sent)
        assert self._channel
        self._channel.send(*sent)
        return sent

    def _left(self, function: str, seconds: float) -> float:
        """The time that all calls together have left.

        Raises:
            Halt: if there is none.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            self.close()
            raise self._late(function, seconds)
        return left

    def _hear(self, request: dict[str, Any], function: str, seconds: float) -> Reply:
        """The answer to a request that was sent; those to earlier ones have been heard."""
        self._left(function, seconds)
        answer = self._wait(time.monotonic() + request["seconds"] + LATE_SECONDS)
        halt = None
        if isinstance(answer, dict):
            try:
                reply = read_reply(answer, function, request["id"], len(request.get("args", ())))
            except Late as late:
                halt = self._late(function, seconds, late.lines, late.printed)
            except FrameError as error:
                answer = error
            else:
                self._left(function, seconds)  # to read what came takes time, too
                return reply
        halt = halt or self._explain(answer, function, seconds)
        self.close()
        raise halt

    def _wait(self, until: float) -> Any:
        """The answer, or an exception if none can come, or None if none has come in time."""
        assert self._channel
        assert self._process
        process = self._process
        return self._channel.receive(until, lambda: process.code() is not None)

    def _late(self, function: str, seconds: float, lines: Sequence[Line] = (), printed: str = "") -> Halt:
        """The Halt for a call, or for all checks together, that have taken too long."""
        printed = printed or self._much_printed
        there = f"; when its time was up it was {where(lines, function, self.source)}" if lines else ""
        flood = f"It prints more than {KEPT:,} characters in one call, and printing takes long: take that out."
        ask = flood if len(printed) >= KEPT else ""
        if time.monotonic() < self.deadline:
            did, ask = f"did not finish within {seconds:g} s{there}", ask or "Is there a loop that never ends?"
            return _ended(function, did, ask, Status.TIMEOUT, lines, printed)
        calls = f"for {self._requests} calls" if self._requests > 1 else "for one call"
        said = f"The checks of this exercise took more than {EXERCISE_SECONDS:g} s together, {calls}{there}"
        ask = ask or "Each should take a few milliseconds. Is there a loop too many?"
        return Halt(function, Status.TIMEOUT, f"{said}. {ask}", lines, printed)

    def _explain(self, answer: Any, function: str, seconds: float) -> Halt:
        """The reason why there is no answer to judge."""
        assert self._process is not None
        if answer is None:
            return self._late(function, seconds)
        code = self._process.code(1.0)  # None if it closed its channel and lives on
        if self._process.lost:
            return Halt(function, Status.INFRA, _LOST)
        if not isinstance(answer, EOFError | OSError):
            return _ended(function, "wrote into the channel on which results are returned")
        if code == OUT_OF_MEMORY:
            return _ended(function, f"used more than {MEMORY_BYTES >> 30} GB of memory")
        if code == TOO_MANY_FILES:
            return _ended(function, f"made more than {CAGED_ENTRIES:,} files and folders")
        if code is not None and (name := _signal_name(code)):
            said, ask = _BY_SIGNAL.get(name, ("crashed Python itself", ""))
            return _ended(function, f"{said} ({name})", ask)
        if code in (None, NO_JUDGE):  # either way it lived on until our end was closed as well
            return _ended(function, "closed the channel on which results are returned")
        exited = f"ended the whole Python process (exit code {code})"
        return _ended(function, exited, "Return a result instead of exiting.")


def _ended(
    function: str,
    did: str,
    ask: str = "",
    status: Status = Status.ERROR,
    lines: Sequence[Line] = (),
    printed: str = "",
) -> Halt:
    """The Halt of a function, or of a file if it has no name, that did this; and what to ask or to advise."""
    who = f"Your {function}" if function else "Your file"
    halt = Halt(function, status, f"{who} {did}. {ask}".rstrip(), lines, printed)
    halt.did = did
    return halt


class Rewritten:
    """A student process that is asked with another source than the student's; see `StudentProcess.rewritten`."""

    def __init__(self, process: StudentProcess, source: str):
        self._process, self._source = process, source

    def call(self, function: str, args: list[Any]) -> Reply:
        """As StudentProcess.call."""
        with self._process.with_source(self._source):
            return self._process.call(function, args)


def _request(function: str, args: list[Any], keep: bool = False, along: bool = False) -> dict[str, Any]:
    request: dict[str, Any] = {"function": function, "args": args}
    if kept := {str(place): arg.number for place, arg in enumerate(args) if isinstance(arg, Kept)}:
        request |= {"args": [None if isinstance(arg, Kept) else arg for arg in args], "kept": kept}
    return request | {name: True for name, wanted in (("keep", keep), ("along", along)) if wanted}


def _number(value: Any) -> int:
    """The number under which something is kept, or -1, under which nothing is."""
    return value if type(value) is int else -1


def where(lines: Sequence[Line], function: str, source: str) -> str:
    """The place of a call whose time was up: the outermost of its lines that is in a loop, or the outermost of all.

    Args:
        lines: the student's own, the outermost first.
        function: the one that was called.
    """
    looping = [line for line in lines if any(line.number in loop for loop in outline(source).loops)]
    outer, inner = (looping or lines)[0], lines[-1]
    said = f"in line {outer.number}"
    if outer.function not in ("", function, "<lambda>"):
        said += f" of {outer.function}"
    if inner.function not in ("", outer.function, "<lambda>"):
        said += f", which calls {inner.function}"
        said += f", and there in line {inner.number}" if inner in looping else ""
    return said


_NOT_STARTED = "Python and NumPy did not start. Your file is not at fault: try again, or run python grader.py doctor."

_LOST = "What your file ran in has ended, which no file can bring about. Your file is not at fault."

_BY_SIGNAL = {
    "SIGALRM": ("was ended by an alarm that it had set", ""),
    "SIGKILL": ("was ended from outside", "Perhaps the computer has no memory left."),
    "SIGXCPU": ("took more time of the processor than it may", "Is there a loop that never ends?"),
}


def _signal_name(code: int) -> str:
    """The signal that an exit code stands for: -n here, 128 + n as shells say it; or ""."""
    number = -code if code < 0 else code - 128
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}" if code < 0 else ""
