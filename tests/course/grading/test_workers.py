"""Processes that work side by side end when they are no longer needed, whatever they are doing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ..commands import copy_course
from ..processes import alive, family

ROOT = Path(__file__).parents[3]
MOMENTS = 0.0, 0.1, 0.3, 0.6, 1.0, 1.5
HALF = """
import os, struct
from minigrad.course.grading.workers import workers

with workers() as [pool, *_]:
    pool.submit(int).result()
    os.write(pool._result_queue._writer.fileno(), struct.pack("!i", 100))  # so many bytes, which do not come
    raise SystemExit(3)
"""


def test_half_a_result_of_a_process_that_was_ended_is_not_waited_for():
    command = [sys.executable, "-c", HALF]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert (done.returncode, done.stderr) == (3, "")


@pytest.mark.exhaustive
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at Linux's /proc")
@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP", "SIGINT", "SIGHUP to all", "SIGINT to all"])
@pytest.mark.parametrize("command", ["bundle course.zip", "check-course"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_stop_leaves_no_process_and_no_folder_whenever_it_comes(tmp_path, command, how, moment):
    course, scratch = tmp_path / "course", tmp_path / "scratch"
    copy_course(ROOT, course, ["counts", "rnn_cell"])
    scratch.mkdir()
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    words = [sys.executable, "-m", "minigrad.course", *command.split()]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)}
    with subprocess.Popen(words, cwd=course, env=environment, start_new_session=True, **pipes) as process:
        while len(started := family(process.pid)) < 2:
            time.sleep(0.01)
        time.sleep(moment)
        send = os.killpg if how.endswith("to all") else os.kill
        started |= family(process.pid)
        for _ in range(2):  # the second must not disturb the end
            send(process.pid, getattr(signal, how.split()[0]))
            time.sleep(0.01)
        _, errors = process.communicate(timeout=5)
    assert (process.returncode, errors) == (130, "")
    deadline = time.monotonic() + 2
    while any(map(alive, started)):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert list(scratch.iterdir()) == []
