"""Test that a cohort survives: whatever ends it or its workers, every file gets its result once, and nothing is left.

The files and the moments of the kills come from a seed. The processes are those of `grader.py cohort`.
A process that outlives it becomes a child of this process, which asks Linux for that.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.strangers import hand_in
from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.student.survivors import adopt_orphans

ROOT = Path(__file__).parents[1]
GONE_SECONDS = 10.0  # in which all processes have ended after the one that started them was killed
RUN_SECONDS = 1800.0
DASK_STARTS = 8.0, 16.0  # seconds between kills of Dask workers, which take some to start


@dataclass
class Trial:
    """A folder of what was handed in, and its store.

    Attributes:
        keep: processes of ours that are no part of it.
        left: what processes and files there were after they should have been gone.
    """

    folder: Path
    exercises: Sequence[Exercise]
    count: int
    options: tuple[str, ...] = ()
    keep: tuple[int, ...] = ()
    left: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        adopt_orphans()
        self.expected = hand_in(self.folder / "handed-in", self.exercises, self.count)
        self.store = self.folder / "store.sqlite"
        self.temporary = self.folder / "temporary"
        self.temporary.mkdir()

    @contextlib.contextmanager
    def run(self) -> Iterator[subprocess.Popen[str]]:
        """A run of the cohort; when the block is left, it must be over, and nothing of it may be left."""
        command = [sys.executable, str(ROOT / "grader.py"), "cohort", str(self.folder / "handed-in")]
        process = subprocess.Popen(
            [*command, "--store", str(self.store), *self.options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "TMPDIR": str(self.temporary)},
        )
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        self.said, _ = process.communicate(timeout=RUN_SECONDS)
        assert process.returncode != 2, self.said  # the command was refused
        self.left += [f"process {name}" for name in survivors(self.keep)]
        self.left += [f"file {place.name}" for place in self.temporary.iterdir()]

    def to_the_end(self) -> None:
        with self.run():
            pass

    def graded(self) -> int:
        """The number of results that the store has now."""
        return sum(1 for _ in self._rows("SELECT 1 FROM results")) if self.store.exists() else 0

    def faults(self) -> list[str]:
        """The faults: all that is not as it has to be."""
        files = self.count * len(self.exercises)
        found = list(self._rows("SELECT student, status FROM files JOIN results USING (exercise, source) WHERE counts"))
        faults = [f"{student} is {status}" for student, status in found if status not in self.expected[student]]
        faults += [f"{len(found)} grades of {files} files"] if len(found) != files else []
        rows = self.graded()
        faults += [f"{rows} results of {files} files"] if rows != files else []
        return [*faults, *self.left]

    def tries(self) -> int:
        """The number of times that files were tried again."""
        return int(next(self._rows("SELECT sum(tries - 1) FROM results"))[0])

    def _rows(self, query: str) -> Iterator[tuple]:
        with contextlib.closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)) as db:
            try:
                yield from db.execute(query)
            except sqlite3.OperationalError:  # the run has it open, or it is not made yet
                return


def killed(trial: Trial, kills: int, rng: random.Random, seconds: tuple[float, float]) -> None:
    """`kill -9` on the process of the cohort at random moments; each time the same command goes on."""
    for _ in range(kills):
        with trial.run() as process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(rng.uniform(*seconds))
            process.kill()
    trial.to_the_end()


def disturbed(
    trial: Trial,
    number: int,
    rng: random.Random,
    seconds: tuple[float, float],
    workers_of: Callable[[int], list[int]] = lambda pid: workers(pid),
) -> int:
    """This signal to a random worker when the first begin to grade, and again and again; how often."""
    times = 0
    with trial.run() as process:
        _under_way(process, workers_of)
        while process.poll() is None:
            if found := workers_of(process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(rng.choice(found), number)
                    times += 1
            time.sleep(rng.uniform(*seconds))
    return times


def interrupted(trial: Trial) -> tuple[float, str]:
    """Ctrl-C as the first files are graded: after how many seconds it has ended, and what it said; then it goes on."""
    with trial.run() as process:
        _under_way(process, workers)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        process.wait(60)
        seconds = time.monotonic() - began
    said = trial.said
    trial.to_the_end()
    return seconds, said


def _under_way(process: subprocess.Popen[str], workers_of: Callable[[int], list[int]]) -> None:
    """Wait until a worker has started a student's process: no machine is too fast or too slow for this moment."""
    until = time.monotonic() + RUN_SECONDS
    while process.poll() is None and not any(children(worker) for worker in workers_of(process.pid)):
        assert time.monotonic() < until, "no worker has begun to grade"
        time.sleep(0.01)


def children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(n) for task in Path(f"/proc/{pid}/task").iterdir() for n in (task / "children").read_text().split()]
    return []


def workers(pid: int, word: bytes = b"cohort.processes") -> list[int]:
    """The children of a process that grade, which have this word in their command."""
    found = []
    for child in children(pid):
        with contextlib.suppress(OSError):
            if word in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return found


def survivors(keep: Collection[int] = ()) -> list[str]:
    """The processes that are still there, after they had time to end; they are ended."""
    until = time.monotonic() + GONE_SECONDS
    while (found := [pid for pid in children(os.getpid()) if pid not in keep]) and time.monotonic() < until:
        for pid in found:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.05)
    names = []
    for pid in found:
        names.append(Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")[:60] or str(pid))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return names


def main(count: int = 600, kills: int = 30, names: Sequence[str] = ("rnn_cell",), seed: int = 0) -> None:
    """Print what each trial came to."""
    course, rng = Course(ROOT), random.Random(seed)
    exercises = [course.find(name) for name in names]
    worker, often = {signal.SIGKILL: "killed", signal.SIGSTOP: "stopped"}, (1.0, 3.0)
    with tempfile.TemporaryDirectory() as folder:
        trial = _trial(folder, "cohort", exercises, count)
        killed(trial, kills, rng, (0.3, 8.0))
        _say(trial, f"the cohort killed {kills} times")
        for number, what in worker.items():
            trial = _trial(folder, what, exercises, count)
            times = disturbed(trial, number, rng, often)
            _say(trial, f"workers {what} {times} times, {trial.tries()} files graded again")
        trial = _trial(folder, "interrupted", exercises, count // 6)
        _say(trial, f"Ctrl-C, ended after {interrupted(trial)[0]:.1f} s, and gone on")
        if importlib.util.find_spec("distributed"):
            main_on_dask(count, kills, exercises, rng, folder)
        else:
            print("Dask is not installed (the extra cluster), and was not tried.")


def _trial(folder: str, name: str, exercises: Sequence[Exercise], count: int, *more: Any) -> Trial:
    place = Path(folder, name)
    place.mkdir()
    return Trial(place, exercises, count, *more)


_CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@contextlib.contextmanager
def cluster() -> Iterator[tuple[int, str]]:
    """A Dask cluster of two workers: its process, and its address."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "cluster.py")
        script.write_text(_CLUSTER)
        with subprocess.Popen(
            [sys.executable, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ) as process:
            yield process.pid, process.stdout.readline().strip()
            process.stdin.close()


def main_on_dask(count: int, kills: int, exercises: Sequence[Exercise], rng: random.Random, folder: str) -> None:
    """The same where a Dask cluster grades."""
    with cluster() as (pid, address):
        more = ("--dask", address), (pid,)
        trial = _trial(folder, "dask-workers", exercises, count, *more)
        times = disturbed(trial, signal.SIGKILL, rng, DASK_STARTS, lambda _: workers(pid, b"spawn_main"))
        _say(trial, f"Dask workers killed {times} times, {trial.tries()} files graded again")
        trial = _trial(folder, "dask-cohort", exercises, count, *more)
        killed(trial, kills, rng, (1.0, 12.0))
        _say(trial, f"the cohort killed {kills} times while Dask workers graded")


def _say(trial: Trial, what: str) -> None:
    faults = trial.faults()
    verdict = "all right, and nothing left behind" if not faults else f"WRONG: {json.dumps(faults[:10])}"
    print(f"{trial.count} submissions, {what}: {verdict}", flush=True)
