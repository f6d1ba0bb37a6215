"""A worker grades one exercise's file and says what came of it.

A worker is a process that holds the course, and neither the store nor other submissions. It runs nothing of a
student's: for each file it forks a judge, which asks a student process, and it ends the judge that takes too long.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.checks.check import Check
from minigrad.course.grading.deep import look_further
from minigrad.course.grading.grade import failed_here, grade_with, without_running
from minigrad.course.grading.pool import Job, judged
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import ExerciseResult
from minigrad.course.student.cage import Confinement, confined, probe
from minigrad.course.student.process import StudentProcess

LARGER = 8  # by less than that the largest size may be larger than the source of the checks says


@dataclass(frozen=True)
class Task:
    """A file to be graded, whoever handed it in.

    Attributes:
        root: the folder of the course.
        version: of the exercise and the grader, which must be the worker's too.
        salt: what examples are drawn from.
        further: how many further examples a file is tried on that wins all points.
        weakly: whether it may run where no cage can be had.
    """

    root: Path
    stem: str
    source: str
    version: str
    salt: str
    further: int = 0
    weakly: bool = False


@dataclass(frozen=True)
class Found:
    """The result of one file, and how it was graded.

    Attributes:
        data: an ExerciseResult, as `as_data` gives it.
        status: of that.
        confinement: what it was run in.
        provisional: whether that is too weak to trust it with a stranger's code.
        seconds: that it took, from the first process to the last.
    """

    data: dict[str, Any]
    status: Status
    confinement: str
    provisional: bool
    seconds: float


def grade(task: Task) -> Found:
    """Grade a file. Trouble of the grader's own is a result as well."""
    started = time.monotonic()
    exercise = _exercise(task.root, task.stem)
    path = Path(exercise.file)
    confinement, provisional = "", False
    if exercise.version != task.version:
        result = failed_here(exercise, path, "this worker has another version of the course")
    elif task.source == exercise.skeleton:
        result = without_running(exercise, path, Status.NOT_STARTED, "")
    else:
        within = _confinement(task.root)
        if within.strong or task.weakly:
            result = _graded(exercise, task)
            confinement, provisional = within.name, not within.strong
        else:
            result = failed_here(exercise, path, f"no cage can be had here: {within.why}")
    return Found(result.as_data(), result.status, confinement, provisional, time.monotonic() - started)


def lost(task: Task, tries: int, why: str) -> Found:
    """The result of a file that no worker came back from."""
    exercise = _exercise(task.root, task.stem)
    why = f"{why}, in {tries} tries" if tries > 1 else why
    return Found(failed_here(exercise, Path(exercise.file), why).as_data(), Status.INFRA, "", False, 0.0)


def _graded(exercise: Exercise, task: Task) -> ExerciseResult:
    path = Path(exercise.file)
    work = functools.partial(_look, exercise, task.source, task.salt, _checks(exercise, task.salt))
    ((_, result),) = judged({Job(exercise, path): work})
    if task.further and result.status == Status.PASSED:
        for _, further in look_further(exercise, path, task.source, f"{task.salt} further", task.further):
            result = further if further.status != Status.PASSED else result
    return result


def _look(exercise: Exercise, source: str, salt: str, checks: Sequence[Check]) -> ExerciseResult:
    with StudentProcess(exercise.stem, exercise.file, source, exercise.imports) as process:
        return grade_with(exercise, process, salt, checks)


_until_the_end = contextlib.ExitStack()


@functools.cache
def _confinement(root: Path) -> Confinement:
    """Confine this worker's student processes from now on; return how."""
    found = probe([root])
    _until_the_end.enter_context(confined(found, [root]))
    return found


@functools.cache
def _exercise(root: Path, stem: str) -> Exercise:
    exercise = next(e for e in Course(root).exercises if e.stem == stem)
    exercise.load()
    return exercise


@functools.cache
def _checks(exercise: Exercise, salt: str) -> list[Check]:
    """The checks on tables in which sizes go beyond the grader's, with what is expected found already.

    Their largest is as secret as the salt: or else code could be right up to there and nowhere else.
    """
    more = random.Random(f"{salt} how far").randrange(LARGER)
    checks = [check.wider(check.examples, salt, more) for check in exercise.checks]
    for check in checks:
        for _ in check.prepared(salt):
            pass
    gc.freeze()  # judges are forked from here, and share it
    return checks
