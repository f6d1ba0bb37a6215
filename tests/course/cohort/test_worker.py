"""A worker looks at sizes that nobody knows beforehand, and what is right is right there too."""

from pathlib import Path

import pytest

from minigrad.course.catalogue.course import Course
from minigrad.course.checks.examples import Sizes
from minigrad.course.cohort import worker
from minigrad.course.cohort.worker import LARGER
from minigrad.course.grading.grade import grade_with
from minigrad.course.grading.rehearsal import Rehearsal
from minigrad.course.results.status import Status

COURSE = Course(Path(__file__).parents[3])


@pytest.mark.exhaustive
@pytest.mark.parametrize("exercise", COURSE.exercises, ids=lambda exercise: exercise.name)
def test_a_solution_is_right_for_all_sizes_that_a_cohort_may_see(exercise):
    exercise.load()
    checks = [check.wider(check.examples, "cohort", LARGER - 1) for check in exercise.checks]
    result = grade_with(exercise, Rehearsal(exercise, exercise.solution), "cohort", checks)
    assert result.status == Status.PASSED, [(c.title, c.message) for c in result.checks if c.status != Status.PASSED]


def test_how_far_sizes_go_is_a_secret_of_the_salt():
    exercise = COURSE.find("rnn_cell")
    exercise.load()
    usual = max(v.largest for check in exercise.checks for v in check.choices.values() if isinstance(v, Sizes))

    def largest(salt):
        checks = worker._checks.__wrapped__(exercise, salt)
        return max(n for check in checks for name, values in check.choices.items() if name != "seed" for n in values)

    found = {largest(f"salt {n}") - usual for n in range(8)}
    assert len(found) > 2
    assert found <= set(range(LARGER))
