"""The misconceptions of a class: each diagnosis, and how many students got it."""

from __future__ import annotations

from dataclasses import dataclass, field

from minigrad.course.cohort.gradebook import Gradebook
from minigrad.course.cohort.submissions import Student
from minigrad.course.results.verdicts import Heading
from minigrad.course.results.wording import without_place

EXAMPLES = 3


@dataclass(frozen=True)
class Held:
    """One case of it: the student, and the title of the first check that showed it."""

    student: Student
    exercise: Heading
    check: str


@dataclass
class Misconception:
    """A diagnosis, and who got it.

    Attributes:
        count: how many students.
        examples: the first few of them.
    """

    diagnosis: str
    count: int = 0
    examples: list[Held] = field(default_factory=list)


def misconceptions(gradebook: Gradebook) -> list[Misconception]:
    """Every diagnosis, those that most students hold first; a student counts once for each."""
    found: dict[str, Misconception] = {}
    for record in gradebook.records:
        held: dict[str, Held] = {}
        for grade in record.grades:
            for check in grade.result.checks if grade.result else ():
                if diagnosis := without_place(check.diagnosis):
                    held.setdefault(diagnosis, Held(record.student, grade.assigned.exercise, check.title))
        for diagnosis, example in held.items():
            one = found.setdefault(diagnosis, Misconception(diagnosis))
            one.count += 1
            if len(one.examples) < EXAMPLES:
                one.examples.append(example)
    return sorted(found.values(), key=lambda one: -one.count)
