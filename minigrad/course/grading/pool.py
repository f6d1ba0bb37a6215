"""Grading many files: what has not changed is remembered, and the rest is graded side by side.

Each process here judges, and has a student process of its own for what it judges.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

from minigrad.course.catalogue.course import Exercise
from minigrad.course.grading.grade import grade_file, look_at, without_running
from minigrad.course.grading.remembered import Memory
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import ExerciseResult
from minigrad.course.signals import stops_postponed

FEW = 3  # files that are graded before another process has started
STALLED_SECONDS = 120.0  # without any result: far beyond the deadlines of an exercise


@dataclass(frozen=True)
class Job:
    """One exercise's file in one submission.

    Attributes:
        submission: whose it is, where there are several.
    """

    exercise: Exercise
    path: Path
    submission: str = ""


Graded = tuple[Job, ExerciseResult]


def grade_all(jobs: Sequence[Job], salt: str, memory: Memory | None = None) -> Iterator[Graded]:
    """Each job with its result, in the order in which they come to be known."""
    keys = {}
    for job in jobs:
        seen = look_at(job.exercise, job.path)
        known = seen if isinstance(seen, ExerciseResult) else memory and memory.get(job.exercise, job.path)
        if known:
            yield job, known
        else:
            keys[job] = memory.key(job.exercise, job.path) if memory else ""
    rest = list(keys)
    for job, result in _one_by_one(rest, salt) if len(rest) <= FEW else _side_by_side(rest, salt):
        if memory:
            memory.put(job.exercise, result, keys[job])
        yield job, result


def _one_by_one(jobs: Sequence[Job], salt: str) -> Iterator[Graded]:
    for job in jobs:
        job.exercise.load()
    for job in jobs:
        yield job, grade_file(job.exercise, job.path, salt)


def _side_by_side(jobs: Sequence[Job], salt: str) -> Iterator[Graded]:
    left = set(jobs)
    try:
        for job, result in _in_pool(jobs, salt):
            left.remove(job)
            yield job, result
    except BrokenProcessPool:  # a file has ended or stopped the process that judges it: the others must not suffer
        for job in (job for job in jobs if job in left):
            try:
                yield from _in_pool([job], salt)
            except BrokenProcessPool:
                why = "Your file ended or stopped the process that grades it."
                yield job, without_running(job.exercise, job.path, Status.ERROR, why)


def _in_pool(jobs: Sequence[Job], salt: str) -> Iterator[Graded]:
    """The results as they come.

    Raises:
        BrokenProcessPool: if a process of the pool ended, or gives no answer any more.
    """
    with tempfile.TemporaryDirectory(prefix="minigrad-", ignore_cleanup_errors=True) as folder:
        pool = ProcessPoolExecutor(min(len(jobs), os.cpu_count() or 1), get_context("spawn"), _work_in, (folder,))
        try:
            with stops_postponed():  # Ctrl-C comes to every process of a terminal; this one ends the others
                futures = {pool.submit(_grade, job, salt): job for job in jobs}
            left = set(futures)
            while left:
                done, left = wait(left, STALLED_SECONDS, FIRST_COMPLETED)
                if not done:
                    raise BrokenProcessPool
                for future in done:
                    job = futures[future]
                    yield job, ExerciseResult.from_data(job.exercise.heading, job.path, future.result())
        except BaseException:
            judges = active_children()
            for process in judges:
                process.terminate()
            for process in judges:
                process.join(2.0)
                process.kill()  # one that is stopped does not hear that it should end
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _work_in(folder: str) -> None:
    """Keep what is temporary where it is removed however a process of the pool ends."""
    tempfile.tempdir = folder


def _grade(job: Job, salt: str) -> dict[str, Any]:
    """Grade a file in a process of the pool, which may be told to end."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return grade_file(job.exercise, job.path, salt).as_data()
    except KeyboardInterrupt:  # the student process is closed by now
        os._exit(1)
    finally:
        signal.signal(signal.SIGTERM, before)
