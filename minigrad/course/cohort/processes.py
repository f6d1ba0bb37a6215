"""Work that is done in processes of its own, one for each thread that asks for it.

A process that grades forks judges, which is safe only where there are no other threads; and whatever ends it must end
nobody else. So each thread has its own, starts another when that one is gone, and says whose file was lost with it.

>>> with Processes(2) as processes:
...     processes.submit(abs, -3).result()
3
"""

from __future__ import annotations

import contextlib
import functools
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, TypeVar

from minigrad.course.student.limits import ONE_THREAD
from minigrad.course.student.survivors import end_with_parent, remove_folder

STARTS = 10  # of a process, before it is said that none starts
LATE_SECONDS = 600.0  # far beyond what a file may take, further examples included
LOOK_SECONDS = 0.5  # so often it is asked whether a process is late, or has been stopped
END_SECONDS = 4.0  # in which a process has ended its judges, and itself

Answer = TypeVar("Answer")


class Ended(Exception):
    """A process was ended before it answered."""


class Processes(ThreadPoolExecutor):
    """Threads of which each has a process."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._living: set[_Process] = set()
        self._over = False

    def submit(self, function: Callable[..., Any], /, *args: Any, **keywords: Any) -> Any:
        return super().submit(self.do, functools.partial(function, **keywords), *args)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """End all of the processes, whatever they do; no others are started."""
        super().shutdown(wait=False, cancel_futures=True)
        with self._lock:
            self._over = True
            processes = list(self._living)
        for process in processes:
            process.tell_to_end()
        until = time.monotonic() + END_SECONDS
        for process in processes:
            process.end(until)
        super().shutdown(wait)

    def do(self, function: Callable[..., Answer], *args: Any) -> Answer:
        """Call the function in this thread's process.

        Raises:
            Ended: if that process was ended; the next call has another.
            TimeoutError: if it took too long.
        """
        process = self._process()
        try:
            good, answer = process.ask((function, args))
        except BaseException:
            self._forget(process)
            raise
        if not good:
            raise answer
        result: Answer = answer
        return result

    def _process(self) -> _Process:
        process: _Process | None = getattr(self._mine, "process", None)
        if process and process.lives():
            return process
        if process:
            self._forget(process)
        for _ in range(STARTS):
            with self._lock:
                if self._over:
                    break
                process = _Process()
                self._living.add(process)
            try:
                process.ask(None)  # it has loaded what it needs
            except Ended:
                self._forget(process)
            except BaseException:
                self._forget(process)
                raise
            else:
                self._mine.process = process
                return process
        raise Ended("no process that grades can be started")

    def _forget(self, process: _Process) -> None:
        self._mine.process = None
        process.end()
        with self._lock:
            self._living.discard(process)

    def begin_again(self) -> None:
        """End this thread's process; the next call has another."""
        if process := getattr(self._mine, "process", None):
            self._forget(process)


class _Process:
    """A process that does what it is told, one thing after the other, and has a folder for what it writes."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="minigrad-")
        self._ending = threading.Lock()
        self._until = float("inf")
        self._late = False
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _MAIN, str(os.getpid()), self.folder],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, **ONE_THREAD, "TMPDIR": self.folder},
                start_new_session=os.name == "posix",  # Ctrl-C comes to whoever asks
            )
        except BaseException:
            remove_folder(self.folder)
            raise
        threading.Thread(target=self._watch, daemon=True).start()

    def lives(self) -> bool:
        return self._process.poll() is None

    def ask(self, question: object) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        self._until = time.monotonic() + LATE_SECONDS
        try:
            pickle.dump(question, stdin)
            stdin.flush()
            return pickle.load(stdout)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
            if self._late:
                raise TimeoutError("it took too long") from error
            raise Ended("the process that graded this file was ended") from error
        finally:
            self._until = float("inf")

    def _watch(self) -> None:
        """End it when it is late, or somebody has stopped it: whoever waits for its answer sees that it has ended."""
        while self.lives():
            self._late = time.monotonic() > self._until
            if self._late or self._stopped():
                self._process.kill()
                return
            time.sleep(LOOK_SECONDS)

    def _stopped(self) -> bool:
        if sys.platform != "linux":
            return False
        try:
            became = os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:  # it has ended
            return False
        return became is not None and became.si_code == os.CLD_STOPPED

    def tell_to_end(self) -> None:
        with contextlib.suppress(OSError):
            self._process.terminate()
            if os.name == "posix":
                self._process.send_signal(signal.SIGCONT)  # if it is stopped

    def end(self, until: float | None = None) -> None:
        """End it, with its judges and what they started: by itself if it does so until then, or else by force."""
        with self._ending:
            self.tell_to_end()
            try:
                self._process.wait(END_SECONDS if until is None else max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError, AttributeError):
                    pipe.close()  # type: ignore[union-attr]
            remove_folder(self.folder)


# minigrad is the one that this process has, wherever that lies; a folder in which students write is not searched.
_MAIN = f"""
import importlib.util, sys
spec = importlib.util.spec_from_file_location("minigrad", {str(Path(__file__).parents[2] / "__init__.py")!r})
sys.modules["minigrad"] = minigrad = importlib.util.module_from_spec(spec)
spec.loader.exec_module(minigrad)
from minigrad.course.cohort.processes import main
main(int(sys.argv[1]), sys.argv[2])
"""


def main(parent: int, folder: str) -> None:
    """Do what comes, until nobody is left who asks; when that process ends, this one ends its judges first."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints does not disturb the answers
    signal.signal(signal.SIGTERM, lambda *_: _leave(folder))
    end_with_parent(signal.SIGTERM)
    from minigrad.course.cohort import worker  # noqa: F401  all of it, before anything is asked

    try:
        with contextlib.suppress(KeyboardInterrupt):
            signal.signal(signal.SIGTERM, _stop)
            try:
                if sys.platform != "linux" or os.getppid() == parent:  # or it has ended already
                    _serve(questions, answers)
            finally:  # questions may end a moment before the signal comes
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
    finally:
        remove_folder(folder)


def _serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            question = pickle.load(questions)
            pickle.dump(_answer(*question) if question else None, answers)
            answers.flush()


def _leave(folder: str) -> None:
    remove_folder(folder)
    os._exit(1)


def _answer(function: Callable[..., object], args: tuple[object, ...]) -> tuple[bool, object]:
    try:
        return True, function(*args)
    except Exception as error:
        return False, RuntimeError(f"{type(error).__name__}: {error}")


def _stop(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt
