"""The gradebook of a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from minigrad.course.catalogue.course import Course
from minigrad.course.cohort.gradebook import Assigned, Grade, Record
from minigrad.course.cohort.store import Store
from minigrad.course.cohort.submissions import WHOLE, Submission
from minigrad.course.grading.grade import without_running
from minigrad.course.results.status import Status


def gradebook(store: Store, course: Course, policy: Policy) -> tuple[Gradebook, list[str]]:
    """The gradebook, and what else there is to say of what the policy says."""
    assigned = policy.assigned(course, store.stems())
    for one in assigned:
        next(e for e in course.exercises if e.stem == one.exercise.stem).load()
    records = Records(store, course, assigned, policy.settle)
    known = [submission.student.id for submission in store.submissions()] if policy.extensions else []
    book = Gradebook(
        policy.title or store.path.stem,
        assigned,
        records,
        versions.digest(e.version.encode() for e in course.exercises),
        store.graded_at(),
        policy.columns,
    )
    return book, policy.strangers(known)


class Records(Sequence[Record]):
    """A record for each student, read from the store when it is asked for: all of them may be more than memory holds.

    Args:
        settle: what becomes of each record before it is given, such as what it costs to be late.
    """

    def __init__(self, store: Store, course: Course, assigned: Sequence[Assigned], settle: Callable[[Record], None]):
        self.store, self.assigned, self.settle = store, assigned, settle
        self.exercises = {exercise.stem: exercise for exercise in course.exercises}

    def __len__(self) -> int:
        return len(self.store)

    def __iter__(self) -> Iterator[Record]:
        return map(self._record, self.store.submissions())

    def __getitem__(self, place):  # type: ignore[no-untyped-def]
        return list(self)[place]

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
        self.settle(record)
        return record

    def _grade(self, submission: Submission, assigned: Assigned, digest: str, refused: str) -> Grade:
        exercise = self.exercises[assigned.exercise.stem]
        path = Path(submission.place, exercise.file)
        if not digest:
            status = Status.ERROR if refused else Status.NOT_STARTED
            why = refused or submission.refused.get(WHOLE, "") or f"{exercise.file} was not handed in."
            return Grade(assigned, without_running(exercise, path, status, why))
        kept = self.store.result(exercise, digest, path)
        return Grade(assigned, kept.result, kept.confinement, kept.provisional) if kept else Grade(assigned, None)
