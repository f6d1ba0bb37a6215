"""Expectations say what is wrong in the student's words, and let nothing wrong through."""

import contextlib

import numpy as np
import pytest

from minigrad.course.checks import (
    Mismatch,
    Simulation,
    Student,
    check,
    expect,
    expect_error,
    expect_pure,
    seed,
    size,
    unpack,
)
from minigrad.course.frames import Foreign

WANT = np.array([[1.0, 2.0], [3.0, 4.0]])


def simulated(source):
    return Student(Simulation("import numpy as np\n" + source))


@pytest.mark.parametrize(
    ("got", "text"),
    [
        (None, r"h is None\. Did you forget to return it\?"),
        ("h", r"h: expected a NumPy array of floats, got str 'h'"),
        ([[1.0, 2.0], [3.0, 4.0]], r"expected a NumPy array of floats, got list"),
        (Foreign("set", "{1}"), r"expected a NumPy array of floats, got set \{1\}"),
        (WANT.astype(int), r"expected an array of float64, got an array of int64"),
        (WANT.astype(complex), r"array of complex128"),
        (WANT.ravel(), r"h has the wrong shape: expected \(N, H\) = \(2, 2\), got \(4,\)"),
        (WANT + np.diag([0, 1]), r"h: 1 of 4 numbers is wrong, at index \[1, 1\]: expected 4, got 5"),
        (WANT * np.nan, r"4 of 4 numbers are wrong"),
        (WANT.astype(np.float32), r"expected an array of float64, got an array of float32\. Something converts"),
        (WANT * (1 + 1e-6), r"4 of 4"),
        (np.broadcast_to(WANT, (1, 2, 2)), r"got \(1, 2, 2\)"),
    ],
)
def test_what_is_not_the_array_is_told(got, text):
    with pytest.raises(Mismatch, match=text):
        expect("h", got, WANT, axes="N H")


def test_rounding_is_no_mistake():
    expect("h", WANT * (1 + 1e-9), WANT)
    expect("h", np.asfortranarray(WANT), WANT)
    expect("norm", 2.0, 2.0)
    expect("norm", np.float64(2.0), 2.0)


def test_an_array_that_lies_about_itself_is_judged_by_its_numbers():
    class Liar(np.ndarray):
        def __eq__(self, other):
            return True

        def __sub__(self, other):
            return np.zeros(self.shape)

    with pytest.raises(Mismatch):
        expect("h", np.asarray(np.zeros((2, 2)).view(Liar)), WANT)


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (None, r"returned None\. Did you forget to return \(h, c\)\?"),
        (WANT, r"returns \(h, c\); yours returned one array of shape \(2, 2\)"),
        ((WANT,), r"2 things; yours returned 1"),
        (3.0, r"one float"),
    ],
)
def test_a_result_of_several_parts_is_unpacked_with_care(result, text):
    with pytest.raises(Mismatch, match=text):
        unpack("lstm_cell", result, "h", "c")


def in_example(student, function, *args, **kwargs):
    with student.example({}):
        return function(student, *args, **kwargs)


def test_a_changed_argument_is_noticed_also_inside_a_list():
    student = simulated("def f(grads):\n    grads[1] *= 2")
    with pytest.raises(Mismatch, match=r"f changed its argument grads\[1\]"):
        in_example(student, expect_pure, "f", grads=[np.ones(1), np.ones(2)])


def test_an_argument_list_that_is_changed_is_noticed():
    student = simulated("def f(grads):\n    grads.pop()")
    with pytest.raises(Mismatch, match="grads"):
        in_example(student, expect_pure, "f", grads=[np.ones(1), np.ones(2)])


def test_another_result_the_second_time_is_noticed():
    student = simulated("calls = []\ndef f(x):\n    calls.append(1)\n    return x * len(calls)")
    with pytest.raises(Mismatch, match="another result"):
        in_example(student, expect_pure, "f", x=np.ones(2))


@pytest.mark.parametrize("body", ["return x", "raise KeyError", "return None"])
def test_an_error_that_should_come_must_come(body):
    with pytest.raises(Mismatch, match="should raise ValueError"):
        in_example(simulated(f"def f(x):\n    {body}"), expect_error, "f", ValueError, x=1.0)


def test_an_error_that_should_come_may_come():
    in_example(simulated("def f(x):\n    raise ValueError"), expect_error, "f", ValueError, x=1.0)


@check("twice as much", points=1, N=size, H=size, seed=seed)
def double(student, N, H, seed):
    x = np.random.default_rng(seed).normal(size=(N, H))
    expect("f(x)", student.f(x=x), 2 * x)


def examples_of(source):
    student = simulated(source)
    with contextlib.suppress(Mismatch):
        double(student=student)
    return student.examples


def test_a_check_draws_the_same_examples_every_time():
    first, second = examples_of("def f(x): return x * 2"), examples_of("def f(x): return x + x")
    assert [e.case for e in first] == [e.case for e in second]
    assert {e.case["N"] for e in first} == {e.case["H"] for e in first} == {1, 2, 3, 4, 5, 8}


def test_a_counterexample_is_shrunk_to_the_smallest_sizes_that_fail():
    last = examples_of("def f(x): return 2 * x if len(x) < 3 or x.shape[1] < 2 else x")[-1]
    assert (last.case["N"], last.case["H"]) == (3, 2)
