"""The gradebook of a store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import overload

from minigrad.course.catalogue import versions
from minigrad.course.catalogue.course import Course
from minigrad.course.cohort.gradebook import Assigned, Grade, Gradebook, Record
from minigrad.course.cohort.policy import Policy
from minigrad.course.cohort.store import Store, Version
from minigrad.course.cohort.submissions import WHOLE, Submission
from minigrad.course.grading.grade import without_running
from minigrad.course.results.status import Status

UNTIMED = "It is not known when anybody handed in: late are those of [days_late] in the policy, and nobody else."


def gradebook(
    store: Store, course: Course, policy: Policy, now: Mapping[str, Version] = MappingProxyType({})
) -> tuple[Gradebook, list[str]]:
    """The gradebook, and what else there is to say of what the policy says.

    Args:
        now: for each exercise by its stem, a version whose results take the place of grades, as far as there are any.
    """
    assigned = policy.assigned(course, store.stems())
    for one in assigned:
        next(e for e in course.exercises if e.stem == one.exercise.stem).load()
    records = Records(store, course, assigned, policy, now)
    book = Gradebook(
        policy.title or store.path.stem,
        assigned,
        records,
        versions.digest(e.version.encode() for e in course.exercises),
        store.graded_at(),
        policy.columns,
    )
    said = policy.strangers(submission.student.id for submission in store.submissions())
    return book, said if records.timed or not policy.late else [*said, UNTIMED]


class Records(Sequence[Record]):
    """A record for each student, read from the store when it is asked for: all of them may be more than memory holds.

    Attributes:
        timed: whether it is known of anybody when it was handed in; or else that is no remark on each of them.
    """

    def __init__(
        self,
        store: Store,
        course: Course,
        assigned: Sequence[Assigned],
        policy: Policy,
        now: Mapping[str, Version],
    ):
        self.store, self.assigned, self.policy, self.now = store, assigned, policy, now
        self.timed = store.is_timed()
        self.exercises = {exercise.stem: exercise for exercise in course.exercises}

    def __len__(self) -> int:
        return len(self.store)

    def __iter__(self) -> Iterator[Record]:
        return map(self._record, self.store.submissions())

    @overload
    def __getitem__(self, place: int) -> Record: ...

    @overload
    def __getitem__(self, place: slice) -> list[Record]: ...

    def __getitem__(self, place: int | slice) -> Record | list[Record]:
        if isinstance(place, slice):
            return [self[n] for n in range(*place.indices(len(self)))]
        return self._record(self.store.submission(range(len(self))[place]))

    def _record(self, submission: Submission) -> Record:
        files = self.store.files(submission.student.id)
        grades = [self._grade(submission, one, *files.get(one.exercise.stem, ("", ""))) for one in self.assigned]
        record = Record(
            submission.student,
            submission.place,
            grades,
            submission.refused.get(WHOLE, ""),
            submission.remarks,
            submission.handed_in,
        )
        if (unknown := self.policy.settle(record)) and self.timed:
            record.remarks = [*record.remarks, unknown]
        return record

    def _grade(self, submission: Submission, assigned: Assigned, digest: str, refused: str) -> Grade:
        exercise = self.exercises[assigned.exercise.stem]
        path = Path(submission.place, exercise.file)
        if not digest:
            status = Status.ERROR if refused else Status.NOT_STARTED
            why = refused or submission.refused.get(WHOLE, "") or f"{exercise.file} was not handed in."
            return Grade(assigned, without_running(exercise, path, status, why), refused=refused)
        now = self.now.get(exercise.stem)
        kept = (now and self.store.result(exercise, digest, path, now)) or self.store.result(exercise, digest, path)
        return Grade(assigned, kept.result, kept.confinement, kept.provisional) if kept else Grade(assigned, None)
