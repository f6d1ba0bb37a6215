"""All that a store holds, compared with each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from minigrad.course.catalogue.course import Exercise
from minigrad.course.cohort.alike import Collection, Pair
from minigrad.course.cohort.store import Store
from minigrad.course.cohort.submissions import Student
from minigrad.course.reports.formats.texts import plain

MOST_SAID = 10


def compared(store: Store, exercises: Iterable[Exercise]) -> list[Pair]:
    """The pairs to look at, of the files for these exercises."""
    collection = Collection({exercise.stem: exercise.skeleton for exercise in exercises})
    for submission in store.submissions():
        files = store.files(submission.student.id)
        submission.sources = {stem: store.source(digest) for stem, (digest, _) in files.items() if digest}
        collection.add(submission)
    return collection.pairs()


def _who(student: Student) -> str:
    """The student's name, and the id too: two may have one name."""
    return f"{student.name} ({student.id})" if student.name not in ("", student.id) else student.id


def in_lines(pairs: Sequence[Pair]) -> Iterator[str]:
    """The lines on these pairs for a terminal."""
    if not pairs:
        yield "No two students' files are more alike than is to be expected."
        return
    yield f"Pairs to look at, since their files are unusually alike, which proves nothing: {len(pairs):,}."
    for pair in pairs[:MOST_SAID]:
        a, b = (" ".join(plain(_who(student), 60).split()) for student in (pair.a, pair.b))
        yield f"  {a} and {b}: {len(pair.likenesses)} of {pair.compared} exercises, score {pair.score:.1f}"
    if len(pairs) > MOST_SAID:
        yield f"  and {len(pairs) - MOST_SAID:,} more, which --dashboard lists."
