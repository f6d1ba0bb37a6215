"""The scoreboard of what was learned so far; its rows are kept in the course's folder .minigrad.

A student's process can write there. So what is read is numbers and text, which are shown and decide nothing.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Set
from pathlib import Path

from minigrad.course.catalogue.course import Course
from minigrad.course.catalogue.trainings import Training, trainings
from minigrad.course.catalogue.versions import FOLDER
from minigrad.course.files import read_whole, write_whole
from minigrad.course.results.learned import Learned
from minigrad.course.student.frames import FrameError, read_frame, write_frame
from minigrad.course.usage import UsageError


def keep(training: Training, learned: Learned) -> None:
    """Keep the result of a training, unless it ended early and that of a complete one is there."""
    before = kept(training)
    if before and before.complete and not learned.complete:
        return
    place, frame = _place(training), io.BytesIO()
    with contextlib.suppress(OSError, FrameError, UsageError):  # then it is not kept
        write_frame(frame, learned.as_data(), exact=True)
        place.parent.mkdir(exist_ok=True)
        write_whole(place, frame.getvalue())


def kept(training: Training) -> Learned | None:
    """The Learned that is kept of a training; None if there is nothing that can be read."""
    with contextlib.suppress(Exception):
        return Learned.from_data(read_frame(io.BytesIO(read_whole(_place(training))), exact=True))
    return None


def _place(training: Training) -> Path:
    return training.course.root / FOLDER / f"training_{training.name}.learned"


def untrained(course: Course) -> list[Training]:
    """The trainings of which nothing is kept."""
    return [training for training in trainings(course) if kept(training) is None]


def waiting(some: Iterable[Training], graded: Set[str], solved: Set[str]) -> dict[str, list[str]]:
    """Of the trainings that need what is graded, the exercises that each waits for, by its name; none if it can begin.

    Of those that cannot begin only these are told whose last exercise is graded and solved.

    Args:
        graded, solved: the names of exercises.
    """
    about = [training for training in some if graded & {*training.needs}]
    lacking = {training: [name for name in training.needs if name not in solved] for training in about}
    return {
        training.name: names
        for training, names in lacking.items()
        if not names or (training.exercises[-1].name in graded & solved and not training.lacks)
    }
