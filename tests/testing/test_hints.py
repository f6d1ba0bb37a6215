"""A hint is the simplest relation that holds, and says nothing where none does."""

import numpy as np
import pytest

from minigrad.testing.hints import hint

expected = np.random.default_rng(0).normal(size=(2, 3, 3))


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (-expected, "the sign is wrong"),
        (2 * expected, "everything is 2 times what it should be"),
        (expected / 3, "everything is 0.333333 times what it should be"),
        (0 * expected, "no gradient arrives at all"),
        (np.swapaxes(expected, 1, 2), "the last two axes are exchanged"),
        (expected[:, ::-1], "axis 1 is reversed"),
        (np.broadcast_to(expected.sum(0), (2, 3, 3)), "it is summed over axis 0"),
        (np.broadcast_to(expected.mean(2, keepdims=True), (2, 3, 3)), "it is averaged over axis 2"),
        (expected * np.array([1, 1, 5])[:, None], "it is right but where the index along axis 1 is 2"),
        (np.where(expected > 0, np.nan, expected), "there is a NaN or an infinity in it"),
        (expected + 1, ""),
        (np.where(np.arange(18).reshape(2, 3, 3) == 5, 7.0, expected), ""),
    ],
)
def test_hints(got, words):
    assert hint(got, expected, ~np.isclose(got, expected)) == words


def test_numbers_without_axes():
    assert hint(np.array(-1.0), np.array(1.0), np.array(True)) == "the sign is wrong"
    assert hint(np.array(3.0), np.array(1.0), np.array(True)) == ""
