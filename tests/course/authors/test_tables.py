"""A mistake is run only on the checks that it concerns; the others come out as the solution's do."""

from pathlib import Path

import pytest

from minigrad.course.authors.tables import Place, unconcerned
from minigrad.course.catalogue.course import Course
from minigrad.course.grading.grade import rehearse

from ...conftest import quick

ROOT = Path(__file__).parents[3]


def found(exercise, mistake, known):
    result = rehearse(exercise, mistake.apply(exercise.solution), known=known).as_data()
    return {**result, "seconds": 0, "checks": [{**check, "seconds": 0} for check in result["checks"]]}


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", quick(1, ["vocabulary", "encodings", "cross_entropy", "gradient_check"]))
def test_what_is_found_is_the_same_as_if_all_checks_were_run(name):
    exercise = Course(ROOT).find(name)
    exercise.load()
    place = Place(exercise.root, exercise.stem, exercise.version)
    known = [(exercise.mistakes[i], unconcerned(place, i)) for i in range(0, len(exercise.mistakes), 15)]
    assert any(some for _, some in known)
    for mistake, some in known:
        assert len(some) < len(exercise.checks)
        assert repr(found(exercise, mistake, some)) == repr(found(exercise, mistake, None))
