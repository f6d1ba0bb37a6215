"""The sentences on sizes rest on no chance, and are sensible."""

import random

import pytest

from minigrad.course.checks.check import Check
from minigrad.course.checks.examples import SALT, seed, size
from minigrad.course.checks.students import Call, Example, Student
from minigrad.course.grading.ranges import deciding_sizes, in_words
from minigrad.course.results.outcomes import Halt, Mismatch
from minigrad.course.results.status import Status

from ...conftest import quick


def examined(is_wrong, count=64):
    """A check on a student who is wrong for these sizes, and all examples that it looked at."""

    def body(student, **sizes):
        if is_wrong(chance=random.Random(str(sizes)).random(), **sizes):
            raise Mismatch("h", "wrong")

    check = Check("h", 1, [], body, dict(N=size, D=size, H=size, seed=seed), count)
    student = Student(None)
    check.examine(student)
    return check, student.examples


def said(is_wrong, count=64):
    check, examples = examined(is_wrong, count)
    return "; ".join(map(str, deciding_sizes(check, examples, None, SALT)))


@pytest.mark.parametrize(
    ("is_wrong", "text"),
    [
        (lambda N, **_: N > 1, "right for N = 1, wrong for N ≥ 2"),
        (lambda N, **_: N == 1, "right for N ≥ 2, wrong for N = 1"),
        (lambda D, **_: D == 8, "right for D ≤ 5, wrong for D = 8"),
        (lambda H, chance, **_: H > 1 and chance < 0.5, "right for H = 1, sometimes wrong for H ≥ 2"),
        (lambda **_: True, ""),
        (lambda **_: False, ""),
        (lambda N, D, **_: N != D, ""),
        (lambda N, **_: N in (2, 8), ""),
        (lambda seed, **_: seed == 7, ""),
    ],
)
def test_a_size_that_decides_is_named(is_wrong, text):
    assert said(is_wrong) == text


def test_what_is_sometimes_wrong_for_small_sizes_is_not_said_to_be_right_for_the_largest():
    assert said(lambda N, chance, **_: N < 8 and chance < 0.8) == ""


@pytest.mark.parametrize("share", quick(1, [0.05, 0.3, 0.6, 0.9, 0.98]))
def test_failures_that_come_by_chance_never_look_like_sizes(share):
    for k in range(100):
        assert said(lambda seed, N, D, H, k=k, **_: random.Random(f"{k} {seed} {N} {D} {H}").random() < share) == ""


def test_nothing_is_said_of_few_examples():
    assert said(lambda N, **_: N == 8, count=8) == ""


def test_after_a_time_out_nothing_is_said_of_sizes():
    check, examples = examined(lambda N, **_: N > 1)
    examples[-1].outcome = Halt("f", Status.TIMEOUT, "too slow")
    assert deciding_sizes(check, examples, None, SALT) == []


def test_an_example_that_was_made_smaller_can_refute():
    check, examples = examined(lambda N, **_: N > 1)
    examples.append(Example({"N": 1, "D": 1, "H": 1, "seed": 0}, outcome=Mismatch("h", "wrong")))
    assert deciding_sizes(check, examples, None, SALT) == []


def test_what_another_check_refutes_is_not_said():
    """The streams of a text may look right for chunks of one token, as long as there is a single chunk."""

    def wrong(label, **sizes):
        return Example(sizes, [Call("f", {}, None)], outcome=Mismatch(label, "wrong"))

    check, examples = examined(lambda N, **_: N > 1)
    claims = deciding_sizes(check, examples, None, SALT)
    said = "right for N = 1, wrong for N ≥ 2"
    failed = wrong("h[0]", N=2)
    assert in_words(claims, failed, [wrong("h[0]", N=3), wrong("c", N=1), wrong("h", D=1)]) == said
    assert in_words(claims, failed, [wrong("h[3]", N=1)]) == ""
    assert in_words(claims, failed, [Example({"N": 1}, [Call("f", {}, None)])]) == said
