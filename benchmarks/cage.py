"""The cost of a cage for a submission: the same honest file is graded with and without one, in turns.

Each way has a process of its own that holds the course, as a worker of a cohort does, and forks a judge for each file.
Time of the processor is that of all processes that belong to it, where the system counts that in a group (for root).
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import time
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.groups import group, leave, used
from minigrad.course.catalogue.course import Course
from minigrad.course.grading.pool import Job, grade_all
from minigrad.course.results.status import Status
from minigrad.course.student.cage import BWRAP, LIMITS, Confinement, confined, probe

ROOT = Path(__file__).parents[1]
FILES = 100
LIMIT_SECONDS = 0.020


def main() -> None:
    """Print what a file takes either way, and what the cage adds."""
    found = probe([ROOT])
    if not found.strong:
        sys.exit(f"there is no cage here to be measured: {found.why}")
    with contextlib.ExitStack() as stack:
        ways = {name: stack.enter_context(_Way(name)) for name in (LIMITS, BWRAP)}
        for n in range(FILES):
            for name in (LIMITS, BWRAP) if n % 2 else (BWRAP, LIMITS):
                ways[name].grade()
        pairs = zip(ways[BWRAP].times, ways[LIMITS].times, strict=True)
        wall = {name: statistics.median(way.times) for name, way in ways.items()}
        wall["the cage adds"] = statistics.median(caged - free for caged, free in pairs)  # of two that ran side by side
        used = {name: way.used() for name, way in ways.items()}
        used["the cage adds"] = used[BWRAP] - used[LIMITS]
    table = Table("", "wall, median", "processor, mean", title=f"{FILES} files, in turns; milliseconds")
    for name in wall:
        table.add_row(name, f"{1000 * wall[name]:.1f}", f"{1000 * used[name]:.1f}")
    Console().print(table, f"It may add {1000 * LIMIT_SECONDS:.0f} ms.")


class _Way:
    """A process that grades one file after the other when it is told to."""

    def __init__(self, name: str):
        self.times: list[float] = []
        self.group = group(name)
        self.before = 0.0
        self.ours, theirs = Pipe()
        self.process = Process(target=_work, args=(theirs, Confinement(name)))

    def __enter__(self) -> _Way:
        self.process.start()
        if self.group:
            (self.group / "cgroup.procs").write_text(str(self.process.pid))
        self.ours.send(True)
        self.ours.recv()
        self.before = used(self.group)
        return self

    def __exit__(self, *_: object) -> None:
        self.ours.send(False)
        self.process.join()
        leave(self.group)

    def grade(self) -> None:
        self.ours.send(True)
        self.times.append(self.ours.recv())

    def used(self) -> float:
        """Seconds of the processor for each file."""
        return (used(self.group) - self.before) / len(self.times)


def _work(ask: Connection, confinement: Confinement) -> None:
    ask.recv()
    course = Course(ROOT)
    exercise = next(e for e in course.exercises if e.name == "rnn_cell")
    job = Job(exercise, ROOT / "solutions" / exercise.file)
    with confined(confinement, [ROOT]):
        _graded(job)
        ask.send(0.0)
        while ask.recv():
            started = time.monotonic()
            _graded(job)
            ask.send(time.monotonic() - started)


def _graded(job: Job) -> None:
    ((_, result),) = grade_all([job], "cage")
    assert result.status == Status.PASSED, result.message
