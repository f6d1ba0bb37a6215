"""Grading many files: what has not changed is remembered, and the rest is graded side by side.

Each process here judges, and has a student process of its own for what it judges.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

from minigrad.course.cache import Cache
from minigrad.course.catalogue import Exercise
from minigrad.course.grading import grade_file, look_at, without_running
from minigrad.course.results import ERROR, ExerciseResult
from minigrad.course.terminal import stops_postponed

FEW = 3  # files that are graded before another process has started
STALLED_SECONDS = 120.0  # without any result: far beyond the deadlines of an exercise


def grade_all(files: Mapping[Exercise, Path], salt: str, cache: Cache | None = None) -> Iterator[ExerciseResult]:
    """The result of each file, in the order in which they come to be known."""
    for result in _found(files, salt, cache):
        result.salt = salt
        yield result


def _found(files: Mapping[Exercise, Path], salt: str, cache: Cache | None) -> Iterator[ExerciseResult]:
    keys = {}
    for exercise, path in files.items():
        seen = look_at(exercise, path)
        known = seen if isinstance(seen, ExerciseResult) else cache and cache.get(exercise, path)
        if known:
            yield known
        else:
            keys[exercise] = cache.key(exercise, path) if cache else ""
    rest = {exercise: files[exercise] for exercise in keys}
    for result in _one_by_one(rest, salt) if len(rest) <= FEW else _side_by_side(rest, salt):
        if cache:
            cache.put(result, keys[result.exercise])
        yield result


def _one_by_one(files: Mapping[Exercise, Path], salt: str) -> Iterator[ExerciseResult]:
    for exercise in files:
        exercise.load()
    for exercise, path in files.items():
        yield grade_file(exercise, path, salt)


def _side_by_side(files: Mapping[Exercise, Path], salt: str) -> Iterator[ExerciseResult]:
    left = dict(files)
    try:
        for result in _in_pool(files, salt):
            del left[result.exercise]
            yield result
    except BrokenProcessPool:  # a file has ended or stopped the process that judges it: the others must not suffer
        for exercise, path in left.items():
            try:
                yield from _in_pool({exercise: path}, salt)
            except BrokenProcessPool:
                yield without_running(exercise, path, ERROR, "Your file ended or stopped the process that grades it.")


def _in_pool(files: Mapping[Exercise, Path], salt: str) -> Iterator[ExerciseResult]:
    """The results as they come.

    Raises:
        BrokenProcessPool: if a process of the pool ended, or gives no answer any more.
    """
    with tempfile.TemporaryDirectory(prefix="minigrad-", ignore_cleanup_errors=True) as folder:
        pool = ProcessPoolExecutor(min(len(files), os.cpu_count() or 1), get_context("spawn"), _work_in, (folder,))
        try:
            with stops_postponed():  # Ctrl-C comes to every process of a terminal; this one ends the others
                jobs = {pool.submit(_grade, e.root, e.stem, path, salt): (e, path) for e, path in files.items()}
            left = set(jobs)
            while left:
                done, left = wait(left, STALLED_SECONDS, FIRST_COMPLETED)
                if not done:
                    raise BrokenProcessPool
                for job in done:
                    yield ExerciseResult.from_data(*jobs[job], job.result())
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


def _grade(root: Path, stem: str, path: Path, salt: str) -> dict[str, Any]:
    """Grade a file in a process of the pool, which may be told to end."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return grade_file(Exercise(root, stem), path, salt).as_data()
    except KeyboardInterrupt:  # the student process is closed by now
        os._exit(1)
    finally:
        signal.signal(signal.SIGTERM, before)
