"""A longer look than grading takes: the same checks on further examples, of larger and odder sizes and fresh seeds.

Grading looks at the same few examples each time, so that a verdict stays as it is. This is for whoever has time: a
teacher before a grade counts, or a student who is curious.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from minigrad.course.catalogue.course import Exercise
from minigrad.course.checks.check import Check
from minigrad.course.checks.examples import EXAMPLES, Sizes
from minigrad.course.grading.grade import grade_with
from minigrad.course.grading.pool import Job, judged
from minigrad.course.results.verdicts import ExerciseResult
from minigrad.course.student.process import StudentProcess

FURTHER = 1000  # examples, unless it is said how many


def fresh_salt() -> str:
    """A salt for examples that nobody has seen."""
    return os.urandom(4).hex()


def look_further(
    exercise: Exercise, path: Path, source: str, salt: str, count: int = FURTHER
) -> Iterator[tuple[int, ExerciseResult]]:
    """Yield how many examples have been looked at, and the result of the last of them; end when something is wrong.

    They come in tables like the grader's, in which every size in range comes as often as any other. Each table has a
    student process and deadlines of its own, and a check that draws fewer examples than others does so here, too.

    Args:
        path, source: a file that is right on the grader's own table, and what was in it then: its code may change it.
        salt: the same one draws the same examples.
    """
    exercise.load()
    for seen in range(0, count, EXAMPLES):
        table, examples = f"{salt} {seen}", min(EXAMPLES, count - seen)
        checks = [check.wider(-(-check.examples * examples // EXAMPLES), table) for check in exercise.checks]
        work = functools.partial(_look, exercise, path, source, table, checks)
        for _, result in judged({Job(exercise, path): work}):
            yield seen + examples, result
            if result.falls_short:
                return


def _look(exercise: Exercise, path: Path, source: str, table: str, checks: Sequence[Check]) -> ExerciseResult:
    """The result of one table of examples."""
    with StudentProcess(exercise.stem, str(path), source, exercise.imports) as process:
        return grade_with(exercise, process, table, checks)


def largest(exercise: Exercise) -> dict[str, int]:
    """The largest of each size that goes beyond the grader's table."""
    drawn = [
        (name, c.largest) for check in exercise.checks for name, c in check.choices.items() if isinstance(c, Sizes)
    ]
    return {name: max(n for other, n in drawn if other == name) for name, _ in drawn}
