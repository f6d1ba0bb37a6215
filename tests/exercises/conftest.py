"""Under pytest, the checks of an exercise are held against its solution."""

from pathlib import Path

import pytest

from minigrad.course.catalogue import Exercise
from minigrad.course.checks import Student
from minigrad.course.process import StudentProcess


@pytest.fixture(scope="module")
def process(request):
    exercise = Exercise(Path(__file__).parents[2], request.path.stem.removeprefix("test_"))
    with StudentProcess(exercise.stem, exercise.file, exercise.solution) as process:
        yield process


@pytest.fixture
def student(process):
    return Student(process)
