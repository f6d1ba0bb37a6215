"""Changes of one line by two mistakes are put together word by word, and what contradicts itself is refused."""

import itertools

import pytest

from minigrad.course.catalogue.patches import Variant, changes, merged

from ..diagnosis.told import COURSE

LINE = "h = np.tanh(x @ W + b)\n"


def test_two_changes_of_one_line_are_both_made():
    one, other = LINE.replace("tanh", "sin"), LINE.replace(" + b", "")
    assert merged(LINE, changes(LINE, one), changes(LINE, other)) == "h = np.sin(x @ W)\n"


def test_the_same_change_is_made_once():
    one, both = LINE.replace("W", "W.T"), LINE.replace("W", "W.T").replace("x", "2 * x")
    assert merged(LINE, changes(LINE, one), changes(LINE, both)) == both


def test_two_changes_of_one_word_are_refused():
    one, other = LINE.replace("W", "W.T"), LINE.replace("W", "W[0]")
    with pytest.raises(ValueError, match="Both change the same words"):
        merged(LINE, changes(LINE, one), changes(LINE, other))


@pytest.mark.parametrize("name", ["rnn_cell", "clipping"])
def test_the_changes_of_a_mistake_give_what_the_mistake_gives(name):
    exercise = COURSE.find(name)
    for mistake in itertools.islice(exercise.mistakes, 40):
        wrong = mistake.apply(exercise.solution)
        assert merged(exercise.solution, changes(exercise.solution, wrong), []) == wrong


@pytest.mark.parametrize(
    ("replace", "text"),
    [
        ([("dz", "")], "stands 3 times below its first BEGIN SOLUTION, in lines 4, 5, and should stand"),
        ([("+ 1", "")], "stands 2 times below its first BEGIN SOLUTION, in line 5, and should stand"),
        (
            [("dz * y", "")],
            "and should stand there once. The closest is line 4: dz = dout * x",
        ),
        ([("dz - 1\n    return dz", "")], "The closest is line 4: dz = dout * x"),
        ([("nothing like it", "")], "stands 0 times below its first BEGIN SOLUTION and should stand there once."),
        (
            [("dz = dout", "a = 1\n    dz = dout"), ("dz + 1 + 2", "")],
            "The closest is line 6 after the changes before it: return",
        ),
    ],
)
def test_a_text_that_does_not_stand_once_is_told_with_its_lines(replace, text):
    source = "def f(dout, x):\n    dz = 0\n    # BEGIN SOLUTION\n    dz = dout * x\n    return dz + 1, dz + 1\n"
    change = Variant(replace, "other")
    assert not change.fits(source)
    assert text in change.misfit(source)
