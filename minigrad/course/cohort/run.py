"""A run: what waits in a store is graded, and each result written before it counts as done."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.cohort.engine import Crew, grade_all
from minigrad.course.cohort.store import File, Store, Version
from minigrad.course.cohort.worker import Found, Task


@dataclass(frozen=True)
class Run:
    """The settings under which files are graded.

    Attributes:
        further: how many further examples a file is tried on that wins all points; or as many as its grade was.
        weakly: whether confinement may be weak.
    """

    store: Store
    course: Course
    crew: Crew
    further: int = 0
    weakly: bool = False

    def waiting(self, exercises: Sequence[Exercise]) -> Iterator[File]:
        """The files that are not graded yet, exercise by exercise."""
        for exercise in exercises:
            yield from self.store.waiting(exercise.stem, self.further, self.crew.trusted)

    def ungraded(self, files: Iterable[File]) -> Iterator[File]:
        """The files among these that this version has not graded."""
        exercises = {exercise.stem: exercise for exercise in self.course.exercises}
        versions = {file.stem: Version.of(exercises[file.stem]) for file in files}
        return (file for file in files if not self.store.has(file, versions[file.stem]))

    def outdated(self, exercises: Sequence[Exercise]) -> Iterator[File]:
        """The files whose grade is of another version of the course or the grader."""
        for exercise in exercises:
            yield from self.store.outdated(exercise.stem, Version.of(exercise))

    def grade(self, files: Iterable[File], counts: bool = True) -> Iterator[tuple[File, Found]]:
        """Grade files, and give each when what it came to is on the disk.

        Args:
            counts: whether that becomes the grade at once.
        """
        exercises = {exercise.stem: exercise for exercise in self.course.exercises}
        versions: dict[str, Version] = {}

        def tasks() -> Iterator[tuple[tuple[File, int], Task]]:
            for file in files:
                version = versions.setdefault(file.stem, Version.of(exercises[file.stem]))
                source, salt = self.store.source(file.digest), self.store.salt
                further = max(self.further, self.store.further(file))
                task = Task(self.course.root, file.stem, source, version.whole, salt, further, self.weakly)
                yield (file, further), task

        with contextlib.closing(grade_all(tasks(), self.crew)) as results:  # and the workers, whatever happens here
            for (file, further), found, tries in results:
                with self.store.writing():
                    self.store.keep(file, versions[file.stem], further, found, tries, counts)
                yield file, found
