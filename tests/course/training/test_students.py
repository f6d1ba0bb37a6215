"""The student's functions as a training calls them: long lists are sent in parts, large results stay where they are."""

import numpy as np
import pytest

from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.results.learned import Learned
from minigrad.course.student.frames import MAX_ARRAYS, MAX_LENGTH
from minigrad.course.student.process import PART, Kept, StudentProcess
from minigrad.course.training.progress import Progress
from minigrad.course.training.run import run
from minigrad.course.training.students import Failed, Functions

from ..commands import ROOT

SOURCE = """
def count(items):
    return {item: items.count(item) for item in sorted(set(items))}
def times(counts, item):
    return counts[item]
def size(items):
    return len(items)
def numbers(n):
    return set(range(n))
def changed(items):
    items.append("more")
    return items
def total(x, total, factor):
    return total + factor * x
def product(x, total, product, factor):
    return total + factor * x, product * x
"""


@pytest.fixture(scope="module")
def process():
    with StudentProcess("ex01_counts", "ex01_counts.py", SOURCE) as process:
        yield process


@pytest.fixture
def student(process, tmp_path):
    return Functions(Exercise(tmp_path, "ex01_counts"), process)


@pytest.mark.parametrize("length", [0, 3, PART, MAX_LENGTH, MAX_LENGTH + 1, 3 * MAX_LENGTH + 7])
def test_a_list_of_any_length_arrives(student, length):
    assert student.size(items=["word"] * length) == length


def test_its_parts_arrive_in_order(student):
    items = [str(i) for i in range(MAX_LENGTH + 10)]
    kept = student.keep("changed", items=items)
    assert student.size(items=kept) == len(items) + 1
    assert student.times(counts=kept, item=MAX_LENGTH + 5) == str(MAX_LENGTH + 5)


def test_what_cannot_cross_can_stay_and_be_an_argument(student):
    kept = student.keep("numbers", n=5)
    assert isinstance(kept, Kept)
    assert student.size(items=kept) == 5


def test_several_stay_beside_each_other(student):
    first, second = (student.keep("count", items=items) for items in (["a", "b", "a"], ["a"]))
    assert student.times(counts=first, item="a") == 2
    assert student.times(counts=second, item="a") == 1
    assert student.times(counts=first, item="b") == 1


def test_a_call_along_the_rows_hands_on_what_each_returns(student):
    x = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    start = np.ones(2)
    totals = student.along("total", x=x, total=start, factor=10.0)
    assert totals.tolist() == [[11, 21], [41, 61], [91, 121]]
    again, products = student.along("product", x=x, total=start, product=start, factor=10.0)
    assert again.tolist() == totals.tolist()
    assert products.tolist() == [[1, 2], [3, 8], [15, 48]]


def test_what_raises_on_the_way_along_is_told_as_in_any_call(student):
    with pytest.raises(Failed, match="Your times raised IndexError"):
        student.along("times", x=[[1.0], [2.0]], item=2)


def test_what_raises_is_told_with_the_exercise(student):
    with pytest.raises(Failed, match="Your times raised KeyError") as failed:
        student.times(counts={"a": 1}, item="b")
    assert failed.value.exercise.name == "counts"
    with pytest.raises(Failed, match="has no function other"):
        student.other(x=1)


def test_arrays_that_are_too_large_to_cross_are_not_the_students_fault(student):
    half = np.zeros(MAX_ARRAYS // 16)
    assert student.size(items=[half, half]) == 2
    with pytest.raises(ValueError, match=r"counts.size: expected at most 4 MB of arrays in a call, got 6.0 MB"):
        student.size(items=[half, half, half])


def test_a_training_may_take_the_processor_for_as_long_as_it_needs(tmp_path):
    limits = pytest.importorskip("resource")
    source = "import resource\ndef measured(): return list(resource.getrlimit(resource.RLIMIT_CPU))"

    def train(progress, seed, **students):
        found.extend(students[exercise.name].measured())
        return Learned("", [])

    found = []
    exercise = Course(ROOT).exercises[0]
    run(None, train, {exercise: (tmp_path / exercise.file, source)}, Progress())
    assert found == list(limits.getrlimit(limits.RLIMIT_CPU))
