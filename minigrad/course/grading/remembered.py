"""Results of earlier runs, so that what has not changed is not graded again.

They lie in the course's folder .minigrad, a file for each exercise, as frames: numbers and text that are read and
never run. Only a student's own files are remembered; those that somebody else handed in are graded each time.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

from minigrad.course.catalogue import versions
from minigrad.course.catalogue.course import Exercise
from minigrad.course.catalogue.versions import FOLDER
from minigrad.course.files import entries, read_whole, write_whole
from minigrad.course.grading.reading import Unreadable, read_bytes
from minigrad.course.results.verdicts import ExerciseResult
from minigrad.course.student.frames import FrameError, read_frame, write_frame
from minigrad.course.usage import UsageError


class Memory:
    """The results that a course remembers.

    Args:
        root: the folder of the course.
        salt: what examples are drawn from.
    """

    def __init__(self, root: Path, salt: str):
        self.root, self.salt = root, salt

    def get(self, exercise: Exercise, path: Path, key: str) -> ExerciseResult | None:
        """The result of an earlier run that has this key."""
        with contextlib.suppress(Exception):  # what cannot be read is found again
            kept = read_frame(io.BytesIO(read_whole(self._place(exercise))), exact=True)
            if kept["key"] == key:
                result = ExerciseResult.from_data(exercise.heading, path, kept["result"])
                result.remembered = True
                return result
        return None

    def put(self, exercise: Exercise, result: ExerciseResult, key: str) -> None:
        """Remember a result, unless the file has changed meanwhile or another run may find something else."""
        if not result.repeatable or key != self.key(exercise, result.path):
            return
        place, frame = self._place(exercise), io.BytesIO()
        with contextlib.suppress(OSError, FrameError, UsageError):  # then it is not remembered
            write_frame(frame, {"key": key, "result": result.as_data()}, exact=True)
            place.parent.mkdir(exist_ok=True)
            write_whole(place, frame.getvalue())

    def key(self, exercise: Exercise, path: Path) -> str:
        """A digest of all that a result depends on, and of this very file; "" if it cannot be read.

        A copy of the file has another key: whoever hands in a folder cannot hand in results with it.
        """
        try:
            student, stat = read_bytes(path), path.lstat()
        except (OSError, Unreadable):
            return ""
        parts = [student, *(file.read_bytes() for file in exercise.sources)]
        place = f"{path} {stat.st_ino} {stat.st_ctime_ns}"
        return versions.digest([*parts, place.encode(), self.salt.encode(), versions.grader()])

    def forget(self) -> None:
        for place in entries(self.root / FOLDER):
            if place.suffix == ".result":
                place.unlink(missing_ok=True)

    def _place(self, exercise: Exercise) -> Path:
        return self.root / FOLDER / f"{exercise.stem}.result"
