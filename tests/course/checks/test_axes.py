"""The names that an author gives to axes are held against what comes, and no right ones are refused."""

import numpy as np
import pytest

from minigrad.course.checks import Ask, size


def misfits(shape, **gives):
    """The complaints about the axes of one result or several, of these shapes in an example of sizes N and H."""
    ask = Ask("norm", takes="k", gives=gives, N=size, H=size)
    ask.example(lambda rng, N, H: {"k": 2 * N})
    ask.reference(lambda k, N, H: shape(N, H))
    ask.check("norm", 1)
    return ask.misfits()


@pytest.mark.parametrize("axes", ["N H k", "N H 2N", "N H K", ""])
def test_what_fits_is_not_named(axes):
    assert misfits(lambda N, H: np.zeros((N, H, 2 * N)), y=axes) == []


def test_names_of_their_own_fit():
    assert misfits(lambda N, H: np.zeros((N + H, N * H, 7, N + H)), y="K J L K") == []


def test_what_is_made_of_a_size_fits():
    assert misfits(lambda N, H: np.zeros((4 * H, N + 1, H - 1, 3)), y="4H N+1 H-1 3") == []


@pytest.mark.parametrize(
    ("axes", "text"),
    [
        ("N", "(N,), and its reference gives an array of shape (3,), where N = 2, H = 3"),
        ("N H", "(N, H), and its reference gives an array of shape (3,), where N = 2, H = 3"),
        ("2H", "(2H,), and its reference gives an array of shape (3,), where H = 3"),
        ("4", "(4,), and its reference gives an array of shape (3,), where H = 3"),
        ("K", "(K,), and no size is called K; this axis is as long as H"),
    ],
)
def test_what_does_not_fit_is_named_with_the_sizes_of_an_example(axes, text):
    [said] = misfits(lambda N, H: np.zeros(H), y=axes)
    assert said.startswith(f"the Ask of norm gives y as {text}")


def test_one_number_has_no_axes():
    [said] = misfits(lambda N, H: 1.0, y="N")
    assert said.endswith("y as (N,), and its reference gives one number, where N = 2")


def test_a_name_of_its_own_has_one_length_in_an_example():
    both = {"a": "K", "b": "K"}
    assert misfits(lambda N, H: (np.zeros(N + H), np.zeros(N + H)), **both) == []
    [said] = misfits(lambda N, H: (np.zeros(N + H), np.zeros(N * H + 2)), **both)
    assert "gives b as (K,), and its reference gives an array of shape (8,), where K = 5" in said


def test_lists_are_not_looked_at():
    assert misfits(lambda N, H: [1, 2], y="T") == []


def test_what_is_compared_with_no_reference_is_not_looked_at():
    ask = Ask("norm", takes="x", gives={"y": "N"}, N=size)
    ask.pure(1)
    assert ask.misfits() == []
