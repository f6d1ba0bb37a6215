"""A longer look finds what the grader's own table cannot show, and says it as grading does."""

from pathlib import Path

import pytest

from minigrad.course.catalogue.course import Course
from minigrad.course.checks.examples import EXAMPLES
from minigrad.course.grading.deep import fresh_salt, largest, look_further
from minigrad.course.grading.grade import grade_file
from minigrad.course.results.status import Status

from ...conftest import quick

ROOT = Path(__file__).parents[3]
COURSE = Course(ROOT)
RNN, BPTT = COURSE.find("rnn_cell"), COURSE.find("bptt")


def looked(tmp_path, exercise, *change, count=64, salt="s"):
    """Look longer at the solution with a change: the numbers of examples seen, and the results."""
    path = tmp_path / exercise.file
    source = exercise.solution.replace(*change) if change else exercise.solution
    path.write_text(source, "utf-8")
    seen, results = zip(*look_further(exercise, path, source, salt, count), strict=True)
    return seen, results


def first_failure(tmp_path, *change, **settings):
    return looked(tmp_path, *change, **settings)[1][-1].first_failure


def test_for_what_is_right_all_are_seen_and_nothing_is_found(tmp_path):
    seen, results = looked(tmp_path, RNN, count=100)
    assert seen == (EXAMPLES, 2 * EXAMPLES, 100)
    assert all(result.status == Status.PASSED for result in results)


@pytest.mark.exhaustive
def test_what_is_wrong_only_for_large_sizes_passes_grading_and_is_found(tmp_path):
    check = first_failure(tmp_path, RNN, "return np.tanh(", "return (1 + (8 < x.shape[1] < 20)) * np.tanh(")
    assert grade_file(RNN, tmp_path / RNN.file).status == Status.PASSED
    assert check.counterexample.sizes["D"] == 9
    assert "D ≤ 8" in check.ranges
    assert "D ≥ 9" in check.ranges
    assert "2 times" in check.diagnosis


@pytest.mark.exhaustive
def test_what_is_wrong_for_one_length_only_is_found(tmp_path):
    check = first_failure(tmp_path, BPTT, "return dx, carry,", "return dx, carry * (1 + (T == 30)),")
    assert check.counterexample.sizes.keys() == {"T", "N", "D", "H", "seed"}
    assert check.counterexample.sizes["T"] == 30


@pytest.mark.exhaustive
def test_numbers_that_were_learnt_by_heart_are_found_out(tmp_path):
    known = "{0.0, *(float(np.random.default_rng(seed).normal()) for seed in range(64))}"
    check = first_failure(tmp_path, RNN, "return np", f"return (x.flat[0] in {known}) * np", count=1)
    assert check.status == Status.FAILED


@pytest.mark.parametrize(
    ("line", "status", "text"),
    quick(
        1,
        [
            ("if len(x) > 8: x += 1", Status.FAILED, "wrong"),
            ("if len(x) > 8: b += 1; b = b - 1", Status.FAILED, "changed its argument b"),
            (
                "if len(x) > 8: b = b * np.random.random()",
                Status.FAILED,
                "gives different results for the same arguments",
            ),
            ("if len(x) > 8: import time; time.sleep(3)", Status.TIMEOUT, "did not finish within 0.5 s"),
            ("if len(x) > 8: x @ x", Status.ERROR, "raised ValueError"),
        ],
    ),
)
def test_what_goes_wrong_for_large_sizes_only_is_told_as_what_it_is(tmp_path, monkeypatch, line, status, text):
    monkeypatch.setattr("minigrad.course.student.process.CALL_SECONDS", 0.5)
    check = first_failure(tmp_path, RNN, "    # BEGIN SOLUTION\n", f"    {line}\n")
    assert check.status == status
    assert text in check.message


@pytest.mark.exhaustive
def test_the_same_salt_sees_the_same_and_another_sees_others(tmp_path):
    def sizes(salt):
        return first_failure(tmp_path, RNN, "h @ W_hh", "h @ W_hh + (len(x) > 8)", salt=salt).counterexample.sizes

    assert sizes("a") == sizes("a")
    assert sizes("a") != sizes("b")
    assert fresh_salt() != fresh_salt()


def test_the_largest_sizes_are_known():
    assert largest(BPTT) == {"N": 20, "D": 12, "H": 12, "T": 50}
