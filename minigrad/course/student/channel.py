"""The judge's ends of the two pipes to a student process: requests go out, answers come in, and nothing waits for ever.

The other end may stop reading or writing at any moment, also in the middle of a frame.
"""

from __future__ import annotations

import contextlib
import io
import os
import queue
import select
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Any, Protocol, cast

from minigrad.course.student.frames import FrameError, read_frame, write_frame

LOOK_SECONDS = 0.1  # so often it is asked whether the process has ended: what it started may keep a pipe open
AT_ONCE = 1 << 16  # bytes that are taken in


class Channel(Protocol):
    """Requests to a student process, and its answers in their order."""

    def send(self, *requests: dict[str, Any]) -> None:
        """Send requests together, and do not wait until they are through.

        Raises:
            FrameError: if one is larger than a frame may be. Then none is sent.
        """

    def receive(self, until: float, ended: Callable[[], bool]) -> Any:
        """The next answer, or an exception if none can come, or None if none has come until then.

        Args:
            until: a time on time.monotonic.
            ended: whether the process has ended.
        """

    def ready(self) -> bool:
        """True if something has come, or nothing ever will."""

    def close(self) -> None:
        """Let both pipes go."""


def open_channel(requests: IO[bytes], answers: IO[bytes]) -> Channel:
    """The channel of these two pipes."""
    return Threaded(requests, answers) if sys.platform == "win32" else Polled(requests, answers)


def _framed(request: dict[str, Any]) -> bytes:
    frame = io.BytesIO()
    write_frame(frame, request)
    return frame.getvalue()


class Polled:
    """A channel for which whoever waits for an answer does the work: to wake a thread takes as long as a call."""

    def __init__(self, requests: IO[bytes], answers: IO[bytes]):
        self._pipes = requests, answers
        self._requests, self._answers = requests.fileno(), answers.fileno()
        self._unsent, self._came = bytearray(), bytearray()
        self._failed: OSError | None = None  # why nothing can be sent any more
        self._until = 0.0
        self._has_ended: Callable[[], bool] = bool
        for end in (self._requests, self._answers):
            os.set_blocking(end, False)

    def send(self, *requests: dict[str, Any]) -> None:
        self._unsent += b"".join(map(_framed, requests))
        self._write()

    def receive(self, until: float, ended: Callable[[], bool]) -> Any:
        self._until, self._has_ended = until, ended
        try:
            return read_frame(cast(IO[bytes], self))
        except TimeoutError:
            return None
        except (EOFError, OSError, FrameError) as error:
            return error

    def ready(self) -> bool:
        return bool(self._came or self._failed or self._poll(0.0)[0])

    def close(self) -> None:
        for pipe in self._pipes:
            with contextlib.suppress(OSError):
                pipe.close()

    def read(self, size: int) -> bytes:
        """Read `size` bytes of the answers; read_frame asks for them.

        Raises:
            TimeoutError: if they have not come in time.
            EOFError, OSError: if they cannot come.
        """
        while len(self._came) < size:
            self._wait()
        data = bytes(self._came[:size])
        del self._came[:size]
        return data

    def _wait(self) -> None:
        """Take in more of the answers, and meanwhile send what is left to be sent."""
        ended = False
        while True:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            readable, writable = self._poll(0.0 if self._failed else min(left, LOOK_SECONDS))
            if writable:
                self._write()
            if readable:
                came = os.read(self._answers, AT_ONCE)
                if not came:
                    raise EOFError
                self._came += came
                return
            if self._failed:
                raise self._failed
            if ended and not writable:  # and something it started keeps the pipe open
                raise EOFError
            ended = self._has_ended()

    def _poll(self, seconds: float) -> tuple[bool, bool]:
        """Poll once: True if there is something to read, and True if what is left to be sent can be."""
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        if self._unsent:
            poll.register(self._requests, select.POLLOUT)
        there = dict(poll.poll(seconds * 1000))
        return self._answers in there, self._requests in there

    def _write(self) -> None:
        """Send as much as there is room for."""
        try:
            while self._unsent and not self._failed:
                del self._unsent[: os.write(self._requests, self._unsent)]
        except BlockingIOError:
            pass
        except OSError as error:
            self._failed = error
            self._unsent.clear()


class Threaded:
    """A channel with a thread of its own, for where nobody can wait for a pipe until a certain time."""

    def __init__(self, requests: IO[bytes], answers: IO[bytes]):
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._carry, args=(requests, answers), daemon=True)
        self._thread.start()

    def send(self, *requests: dict[str, Any]) -> None:
        for request in requests:
            self._outbox.put(_framed(request))

    def receive(self, until: float, ended: Callable[[], bool]) -> Any:
        has_ended = False
        while (left := until - time.monotonic()) > 0:
            try:
                return self._inbox.get(timeout=min(left, LOOK_SECONDS))
            except queue.Empty:
                if has_ended:
                    return EOFError()
                has_ended = ended()
        return None

    def ready(self) -> bool:
        return not self._inbox.empty()

    def close(self) -> None:
        self._outbox.put(None)
        self._thread.join(0.5)  # it takes so long only if something that left the group holds on to the pipe

    def _carry(self, requests: IO[bytes], answers: IO[bytes]) -> None:
        """Carry requests to the process and its answers back, until it ends or is told to."""
        try:
            self._inbox.put(read_frame(answers))  # that it has started
            while frame := self._outbox.get():
                requests.write(frame)
                requests.flush()
                self._inbox.put(read_frame(answers))
        except (EOFError, OSError, FrameError) as error:
            self._inbox.put(error)
        finally:
            for pipe in (requests, answers):
                with contextlib.suppress(OSError):  # what was left to write has nobody to read it
                    pipe.close()
