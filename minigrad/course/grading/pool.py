"""Grading many files: what has not changed is remembered, and the rest is graded side by side.

All that belongs to the exercises is loaded, and each student's file read, before any student's code runs. After that a
judge for each file is forked from this process: it has everything, reads nothing, and can be ended without the others.
Where a process that has loaded NumPy cannot safely be forked, this one grades the files one after the other.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path

from minigrad.course.catalogue.course import Exercise
from minigrad.course.grading.grade import grade_source, look_at, without_running
from minigrad.course.grading.remembered import Memory
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import ExerciseResult
from minigrad.course.signals import STOPS, stops_postponed
from minigrad.course.student.survivors import adopt_orphans, end_orphans, remove_folder

FORKS = sys.platform == "linux"
JUDGE_SECONDS = 120.0  # for one file: far beyond the deadlines of an exercise


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
    keys, sources = {}, {}
    for job in jobs:
        key = memory.key(job.exercise, job.path) if memory else ""
        seen = look_at(job.exercise, job.path)
        known = seen if isinstance(seen, ExerciseResult) else memory and memory.get(job.exercise, job.path)
        if known:
            yield job, known
        else:
            keys[job], sources[job] = key, str(seen)
    for job in sources:
        job.exercise.load()
    several = FORKS and len(sources) > 1  # a single one is graded sooner in this process
    for job, result in _side_by_side(sources, salt) if several else _one_by_one(sources, salt):
        if memory:
            memory.put(job.exercise, result, keys[job])
        yield job, result


def _one_by_one(sources: Mapping[Job, str], salt: str) -> Iterator[Graded]:
    for job, source in sources.items():
        yield job, grade_source(job.exercise, source, job.path, salt)


def _side_by_side(sources: Mapping[Job, str], salt: str) -> Iterator[Graded]:
    again = []
    for job, result in _judged(sources, salt, os.cpu_count() or 1):
        if result:
            yield job, result
        else:  # its judge was ended or stopped, by it or by another file
            again.append(job)
    for job in again:
        for _, result in _judged({job: sources[job]}, salt, 1):
            why = "Your file ended or stopped the process that grades it."
            yield job, result or without_running(job.exercise, job.path, Status.ERROR, why)


@dataclass
class Judge:
    """A process that grades one file."""

    job: Job
    pid: int
    until: float


def _judged(sources: Mapping[Job, str], salt: str, at_once: int) -> Iterator[tuple[Job, ExerciseResult | None]]:
    """The results as they come; None if the judge ended, or gave no answer in time."""
    adopt_orphans()
    waiting = list(sources)
    judges: dict[Connection, Judge] = {}
    folder = tempfile.mkdtemp(prefix="minigrad-")
    try:
        while waiting or judges:
            while waiting and len(judges) < at_once:
                job = waiting.pop(0)
                reader, pid = _fork(job, sources[job], salt, folder)
                judges[reader] = Judge(job, pid, time.monotonic() + JUDGE_SECONDS)
            left = min(judge.until for judge in judges.values()) - time.monotonic()
            answering = wait(list(judges), max(left, 0))
            for reader in [r for r, judge in judges.items() if r in answering or judge.until <= time.monotonic()]:
                judge = judges.pop(reader)
                result = _answer(reader, judge.job) if reader in answering else None
                _end(judge)
                yield judge.job, result
    finally:
        for judge in judges.values():
            os.kill(judge.pid, signal.SIGTERM)
        for reader, judge in judges.items():
            wait([reader], 2.0)  # it closes its end when the student process is ended
            _end(judge)
        remove_folder(folder)


def _answer(reader: Connection, job: Job) -> ExerciseResult | None:
    with reader:
        try:
            return ExerciseResult.from_data(job.exercise.heading, job.path, reader.recv())
        except EOFError:
            return None


def _end(judge: Judge) -> None:
    """End a judge, also one that is stopped, and whatever its student process has left behind."""
    os.kill(judge.pid, signal.SIGKILL)  # it stays until it is waited for, so the number is its own
    os.waitpid(judge.pid, 0)
    end_orphans()


def _fork(job: Job, source: str, salt: str, folder: str) -> tuple[Connection, int]:
    """Start a judge: where its answer comes from, and its process."""
    reader, writer = Pipe(duplex=False)
    with stops_postponed(), warnings.catch_warnings(action="ignore"):  # of threads, none of which a judge asks
        pid = os.fork()
        if not pid:
            try:
                _judge(job, source, salt, folder, writer)
            finally:
                os._exit(1)
    writer.close()
    return reader, pid


def _judge(job: Job, source: str, salt: str, folder: str, writer: Connection) -> None:
    """Grade a file in a process of its own, which may be told to end. Ctrl-C is for the process that started it."""
    for number in STOPS:
        signal.signal(number, signal.default_int_handler if number == signal.SIGTERM else signal.SIG_IGN)
    tempfile.tempdir = folder  # it is removed however this process ends
    writer.send(grade_source(job.exercise, source, job.path, salt).as_data())
    os._exit(0)
