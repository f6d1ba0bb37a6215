"""Two steps of each sequence are marked, and their numbers add up to what is asked for."""

import numpy as np
import pytest

from minigrad.data.adding import BASELINE, adding

X, SUMS = adding(5000, steps=20, rng=0)


def test_a_seed_always_gives_the_same_sequences_and_another_gives_others():
    (one, a), (same, b), (other, _) = (adding(9, 12, rng=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, same)
    np.testing.assert_array_equal(a, b)
    assert np.any(one != other)


@pytest.mark.parametrize("steps", [2, 3, 50])
def test_two_steps_are_marked_and_their_numbers_add_up_to_what_is_asked_for(steps):
    x, sums = adding(100, steps, rng=1)
    numbers, marks = x[..., 0], x[..., 1]
    assert {*np.unique(marks)} <= {0, 1}
    np.testing.assert_array_equal(np.sum(marks, axis=0), 2)
    np.testing.assert_allclose(np.sum(numbers * marks, axis=0), sums)


def test_any_two_steps_are_marked_equally_often():
    pairs = X[..., 1].T @ np.diag(2 ** np.arange(20))  # two powers of 2 in each row
    _, count = np.unique(np.sum(pairs, axis=1), return_counts=True)
    expected = len(SUMS) / 190
    assert len(count) == 190
    assert np.all(abs(count - expected) < 6 * np.sqrt(expected))


def test_numbers_are_drawn_evenly_from_0_to_1():
    count, _ = np.histogram(X[..., 0], bins=10, range=(0, 1))
    assert np.all(abs(count - 10_000) < 5 * np.sqrt(10_000))


def test_who_answers_1_has_the_baseline():
    errors = (SUMS - 1) ** 2
    assert abs(np.mean(errors) - BASELINE) < 5 * np.std(errors) / np.sqrt(len(SUMS))


def test_fewer_than_two_steps_are_refused():
    with pytest.raises(ValueError, match="adding: expected steps to be an integer of 2 or more, got 1"):
        adding(3, 1, rng=0)
