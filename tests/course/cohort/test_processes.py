"""Processes that grade: each belongs to a thread, and takes nobody with it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from minigrad.course.cohort import processes as module
from minigrad.course.cohort.processes import Ended, Processes

from ..processes import alive

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of stopped and orphaned processes")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder in which processes have their folders."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def processes(folder):
    with Processes(2) as pool:
        yield pool


def test_a_process_is_used_again(processes):
    first, second = (processes.do(os.getpid) for _ in range(2))
    assert first == second != os.getpid()


@pytest.mark.exhaustive
def test_what_is_raised_there_is_raised_here(processes):
    with pytest.raises(RuntimeError, match=r"ValueError: .*'x'"):
        processes.do(int, "x")


@pytest.mark.exhaustive
def test_what_is_printed_there_disturbs_no_answer(processes):
    assert processes.do(print, "out of turn") is None
    assert processes.do(abs, -1) == 1


@pytest.mark.exhaustive
def test_a_process_that_is_ended_loses_one_answer(processes):
    slow = processes.submit(time.sleep, 1.0)
    lost = processes.submit(signal.raise_signal, signal.SIGKILL)
    with pytest.raises(Ended):
        lost.result()
    assert slow.result() is None
    assert processes.submit(abs, -2).result() == 2


@pytest.mark.exhaustive
@linux
def test_a_process_that_is_stopped_is_ended(processes):
    with pytest.raises(Ended):
        processes.do(signal.raise_signal, signal.SIGSTOP)
    assert processes.do(abs, -2) == 2


@pytest.mark.exhaustive
def test_a_process_that_is_late_is_ended(processes, monkeypatch):
    processes.do(abs, 0)
    monkeypatch.setattr(module, "LATE_SECONDS", 0.1)
    with pytest.raises(TimeoutError):
        processes.do(time.sleep, 60)


def test_a_process_that_is_late_to_start_is_ended_too(monkeypatch):
    class Late:
        ended = False

        def ask(self, question):
            raise TimeoutError("it took too long")

        def end(self):
            self.ended = True

        tell_to_end = end

    late = Late()
    monkeypatch.setattr(module, "_Process", lambda: late)
    with Processes(1) as pool:
        with pytest.raises(TimeoutError):
            pool.do(abs, -1)
        assert late.ended
        assert not pool._living


def test_a_process_that_cannot_be_started_leaves_no_folder(folder, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(folder / "nothing"))
    with pytest.raises(OSError, match="nothing"):
        module._Process()
    assert not [*folder.iterdir()]


@pytest.mark.exhaustive
def test_ended_processes_leave_no_folder(folder):
    with Processes(1) as pool:
        assert pool.do(tempfile.mkdtemp).startswith(str(folder))
        busy = pool.submit(time.sleep, 60)
        time.sleep(0.1)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert busy.cancelled() or isinstance(busy.exception(), Ended)
    assert not [*folder.iterdir()]


@pytest.mark.exhaustive
@linux
def test_processes_end_with_the_one_that_asks(folder):
    source = "import os, time; from minigrad.course.cohort.processes import Processes"
    asks = subprocess.Popen(
        [sys.executable, "-c", f"{source}; print(Processes(1).do(os.getpid), flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(Path(module.__file__).parents[3])},
    )
    with asks:
        pid = int(asks.stdout.readline())
        assert [*folder.iterdir()]
        asks.kill()
    until = time.monotonic() + 10
    while (alive(pid) or [*folder.iterdir()]) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(pid)
    assert not [*folder.iterdir()]


SIGNALLED_LATE = """
import os, signal, sys
from minigrad.course.cohort import processes

def sets(number, handler, original=signal.signal):
    if handler is signal.SIG_IGN:
        signal.signal = original
        os.kill(os.getpid(), number)
    return original(number, handler)

signal.signal = sets
processes.main(os.getppid(), sys.argv[1])
"""


@pytest.mark.exhaustive
@pytest.mark.skipif(os.name != "posix", reason="only POSIX has signals")
def test_a_signal_that_comes_after_the_last_question_does_not_keep_a_process_from_its_end(tmp_path):
    folder = tmp_path / "process"
    folder.mkdir()
    root = Path(module.__file__).parents[3]
    ended = subprocess.run(
        [sys.executable, "-c", SIGNALLED_LATE, str(folder)], stdin=subprocess.DEVNULL, cwd=root, timeout=60, check=False
    )
    assert ended.returncode == 0
    assert not folder.exists()
