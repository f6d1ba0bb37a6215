"""Grading many files: what has not changed is remembered, and the rest is graded side by side.

All that belongs to the exercises is loaded, and each student's file read, before any student's code runs. After that a
judge for each file is forked from this process: it has everything, reads nothing, and can be ended without the others.
Its result comes as a frame through a pipe. Where a process that has loaded NumPy cannot safely be forked, this one
grades the files one after the other.
"""

from __future__ import annotations

import functools
import gc
import io
import os
import select
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from minigrad.course.catalogue.course import Exercise
from minigrad.course.grading.grade import failed_here, grade_source, look_at, without_running
from minigrad.course.grading.remembered import Memory
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import ExerciseResult
from minigrad.course.signals import STOPS, stops_postponed
from minigrad.course.student.frames import OWN, FrameError, read_frame, write_frame
from minigrad.course.student.limits import limit_memory
from minigrad.course.student.start import FORKS, caged, start_nursery
from minigrad.course.student.survivors import adopt_orphans, close_memory, end_orphans, end_with_parent, remove_folder

JUDGE_SECONDS = 120.0  # for one file: far beyond the deadlines of an exercise
JUDGE_BYTES = 4 << 30  # of memory, likewise
STOPPED_SECONDS = 0.5  # so often it is asked whether a judge has been stopped
MAX_SAID = OWN * 8 << 20  # bytes of what a judge found: more than a frame has


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
Work = Callable[[], ExerciseResult]  # what a judge does


def grade_all(jobs: Sequence[Job], salt: str, memory: Memory | None = None, charts: bool = True) -> Iterator[Graded]:
    """Each job with its result, in the order in which they come to be known.

    Args:
        charts: whether they are shown; to draw them takes a tenth of the time.
    """
    keys: dict[Job, str] = {}
    works: dict[Job, Work] = {}
    for job in jobs:
        key = memory.key(job.exercise, job.path) if memory else ""
        seen = look_at(job.exercise, job.path)
        known = seen if isinstance(seen, ExerciseResult) else memory and memory.get(job.exercise, job.path, key)
        if known and not (charts and known.no_chart):
            yield job, known
        else:
            keys[job] = key
            works[job] = functools.partial(grade_source, job.exercise, str(seen), job.path, salt, charts)
    for job in works:
        job.exercise.load()
    for job, result in judged(works):
        if memory:
            memory.put(job.exercise, result, keys[job])
        yield job, result


def judged(works: Mapping[Job, Work]) -> Iterator[Graded]:
    """Yield what each judge found, in the order in which they end."""
    return _side_by_side(works) if FORKS else _one_by_one(works)


def _one_by_one(works: Mapping[Job, Work]) -> Iterator[Graded]:
    for job, work in works.items():
        yield job, work()


def _side_by_side(works: Mapping[Job, Work]) -> Iterator[Graded]:
    again = []
    for job, result in _judged(works, 1 if caged() else os.cpu_count() or 1):  # in a cage there is one at a time
        if result:
            yield job, result
        else:  # its judge was ended or stopped, by it or by another file
            again.append(job)
    for job in again:
        for _, result in _judged({job: works[job]}, 1):
            yield job, result or _ended(job)


def _ended(job: Job) -> ExerciseResult:
    """The result of a file whose judge was ended or stopped twice; from within a cage it cannot be."""
    if caged():
        return failed_here(job.exercise, job.path, "the process that grades it was ended, or took too long")
    why = "Your file ended or stopped the process that grades it."
    return without_running(job.exercise, job.path, Status.ERROR, why)


@dataclass
class Judge:
    """A process that grades one file, and what it has said so far."""

    job: Job
    pid: int
    until: float
    said: bytearray = field(default_factory=bytearray)
    ended: bool = False

    def hear(self, reader: int) -> None:
        """Take in what there is; it is not waited for, as a judge may be stopped in the middle of what it says."""
        said = os.read(reader, 1 << 16)
        self.said += said
        self.ended = not said or len(self.said) > MAX_SAID

    @property
    def stopped(self) -> bool:
        """True if it goes on no more: somebody has stopped it, or its time is up."""
        became = os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return (became is not None and became.si_code == os.CLD_STOPPED) or time.monotonic() > self.until

    def found(self) -> ExerciseResult | None:
        try:
            data = read_frame(io.BytesIO(self.said), exact=True)
        except (EOFError, FrameError):  # it was ended
            return None
        try:
            return ExerciseResult.from_data(self.job.exercise.heading, self.job.path, data)
        except (TypeError, ValueError) as error:  # said in whole, so it is ours
            return failed_here(self.job.exercise, self.job.path, f"a result has another form: {error}")

    def end(self) -> None:
        """End it, also if it is stopped, and whatever its student process has left behind."""
        os.kill(self.pid, signal.SIGKILL)  # it stays until it is waited for, so the number is its own
        os.waitpid(self.pid, 0)
        end_orphans()


def _judged(works: Mapping[Job, Work], at_once: int) -> Iterator[tuple[Job, ExerciseResult | None]]:
    """The results as they come; None if the judge was ended or stopped, or gave no answer in time."""
    adopt_orphans()
    close_memory()
    waiting = list(works)
    judges: dict[int, Judge] = {}  # by where their answers come from
    folder = tempfile.mkdtemp(prefix="minigrad-")
    try:
        while waiting or judges:
            start_nursery()  # for all of the judges; and again, if a file has ended or stopped it
            while waiting and len(judges) < at_once:
                job = waiting.pop(0)
                reader, pid = _fork(job, works[job], folder)
                judges[reader] = Judge(job, pid, time.monotonic() + JUDGE_SECONDS)
            for reader in select.select(list(judges), [], [], STOPPED_SECONDS)[0]:
                judges[reader].hear(reader)
            for reader in [r for r, judge in judges.items() if judge.ended or judge.stopped]:
                judge = judges.pop(reader)
                os.close(reader)
                judge.end()
                yield judge.job, judge.found()
    finally:
        with stops_postponed():
            for judge in judges.values():
                os.kill(judge.pid, signal.SIGTERM)
            until = time.monotonic() + 2.0
            for reader, judge in judges.items():
                while not judge.ended and select.select([reader], [], [], max(until - time.monotonic(), 0))[0]:
                    judge.hear(reader)  # it closes its end when the student process is ended
                os.close(reader)
                judge.end()
            remove_folder(folder)


def _fork(job: Job, work: Work, folder: str) -> tuple[int, int]:
    """Start a judge: where its answer comes from, and its process."""
    reader, writer = os.pipe()
    with stops_postponed(), warnings.catch_warnings(action="ignore"):  # of threads, none of which a judge asks
        pid = os.fork()
        if not pid:
            try:
                _judge(job, work, folder, writer)
            finally:
                os._exit(1)
    os.close(writer)
    return reader, pid


def _judge(job: Job, work: Work, folder: str, writer: int) -> None:
    """Grade a file in a process of its own, which may be told to end. Ctrl-C is for the process that started it."""
    for number in STOPS:
        signal.signal(number, signal.default_int_handler if number == signal.SIGTERM else signal.SIG_IGN)
    end_with_parent()
    limit_memory(JUDGE_BYTES)
    gc.freeze()  # what the grader has loaded is no garbage; to look through it took up to a quarter of a judge's time
    tempfile.tempdir = folder  # it is removed however this process ends
    frame = io.BytesIO()
    try:
        write_frame(frame, work().as_data(), exact=True)
    except Exception as error:  # the judge's own
        write_frame(
            frame, failed_here(job.exercise, job.path, f"{type(error).__name__}: {error}").as_data(), exact=True
        )
    with open(writer, "wb") as answer:
        answer.write(frame.getbuffer())
    os._exit(0)
