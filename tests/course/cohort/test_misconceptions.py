"""A diagnosis is counted once for each student who got it."""

from hypothesis import given

from minigrad.course.cohort.misconceptions import EXAMPLES, misconceptions
from minigrad.course.results.status import Status
from minigrad.course.results.wording import small_change

from .books import HEADINGS, book, gradebooks, result_of

FAILED = [Status.FAILED] * 3


def told(*diagnoses):
    """A class in which each student got these diagnoses, one for each of two exercises."""
    gradebook = book(*[[FAILED, FAILED]] * len(diagnoses))
    for record, said in zip(gradebook.records, diagnoses, strict=True):
        for grade, diagnosis in zip(record.grades, said, strict=True):
            grade.result = result_of(grade.assigned.exercise, FAILED, diagnosis=diagnosis)
    return gradebook


def test_students_are_counted_and_not_checks():
    found = misconceptions(told(["b is missing", "b is missing"], ["b is missing", "x is h"], ["", ""]))
    assert [(one.diagnosis, one.count) for one in found] == [("b is missing", 2), ("x is h", 1)]


def test_whose_line_it_is_makes_no_other_misconception():
    places = [small_change(12, "b[0]"), small_change(30, "x" * 99)]
    said = [[f"b is missing. {place}", ""] for place in places]
    found = misconceptions(told(*said, [places[0], f"{places[1]} x is h"]))
    assert [(one.diagnosis, one.count) for one in found] == [("b is missing.", 2), ("x is h", 1)]


def test_examples_are_a_student_an_exercise_and_a_check():
    [one] = misconceptions(told(["", "x is h"]))
    [held] = one.examples
    assert (held.student.id, held.exercise, held.check) == ("s0", HEADINGS[1], "check 0")


def test_a_few_examples_are_given():
    [one] = misconceptions(told(*[["x is h", ""]] * 9))
    assert one.count == 9
    assert len({held.student.id for held in one.examples}) == EXAMPLES


@given(gradebooks())
def test_what_most_hold_comes_first(gradebook):
    counts = [one.count for one in misconceptions(gradebook)]
    assert counts == sorted(counts, reverse=True)
    assert all(1 <= count <= len(gradebook.records) for count in counts)
