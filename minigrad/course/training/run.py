"""A training, from the student's files to what was learned.

Each exercise's file runs in a process of its own, as when it is graded, and the training in this one. Its work is
counted in steps and never in seconds: on a slow machine the same is learned, later.
"""

from __future__ import annotations

import contextlib
import dataclasses
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from minigrad.course.catalogue.course import Exercise
from minigrad.course.catalogue.trainings import Training
from minigrad.course.catalogue.trusted import where_raised
from minigrad.course.results.learned import Learned
from minigrad.course.student.process import StudentProcess
from minigrad.course.training.progress import Progress, stopped_by_ctrl_c
from minigrad.course.training.students import Failed, Functions, Last

CALL_SECONDS = 20.0  # that a call has: it gets many more rows than when it is graded


def run(
    training: Training,
    train: Callable[..., Learned],
    files: Mapping[Exercise, tuple[Path, str]],
    progress: Progress,
    seed: int = 0,
) -> Learned:
    """Train with the functions of these files.

    Args:
        train: the training's function, which was loaded before any student's code ran.
        files: for each exercise that it needs, where the student's file is, and what is in it.
        seed: of what it learns from and is judged by; another one draws other data.

    Raises:
        Failed: if a student's function raises, does not come back or returns what is of no use, or the training fails.
    """
    with contextlib.ExitStack() as stack:
        students, last = {}, Last()
        for exercise, (path, source) in files.items():
            process = stack.enter_context(StudentProcess(exercise.stem, str(path), source, exercise.imports))
            process.call_seconds, process.cpu_seconds = CALL_SECONDS, None  # calls have an end, and there are many
            students[exercise.name] = Functions(exercise, process, last)
        stack.enter_context(warnings.catch_warnings(action="ignore"))
        stack.enter_context(np.errstate(all="ignore"))  # of numbers that grow without end the loss tells
        stack.enter_context(stopped_by_ctrl_c(progress))
        try:
            learned = train(progress, **students, seed=seed)
        except Failed:
            raise
        except Exception as error:
            raise last.blamed(where_raised(error, training.path)) from error
    return dataclasses.replace(learned, steps=progress.done, of=progress.of)
