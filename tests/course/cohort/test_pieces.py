"""The pieces of a source are those of what it does, whoever wrote it, and however hostile it is."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import handed_in
from minigrad.course.cohort.pieces import LENGTH, all_pieces, pieces

from ...conftest import quick
from .books import COURSE

EXERCISES = COURSE.exercises


@pytest.mark.parametrize("change", [handed_in.renamed, handed_in.commented])
@pytest.mark.parametrize("exercise", quick(4, EXERCISES[::-4] + [e for e in EXERCISES if e not in EXERCISES[::-4]]))
def test_other_names_comments_and_docstrings_leave_the_pieces_as_they_are(exercise, change):
    """But for the layout, which ast.unparse gives to what was not written so."""
    rng = random.Random(0)
    source = handed_in.rewritten(exercise, exercise.solution, rng, 0)
    changed = change(exercise, source, rng)
    assert changed != source
    own, others = (pieces(text).keys() for text in (source, changed))
    if change is handed_in.commented:
        assert own == others
    assert len(own & others) > 0.7 * len(own)


def test_moved_lines_leave_the_pieces_as_they_are():
    first, second = "a = np.zeros((n, 3))\n", "b = [x * x for x in rows if x > 0]\n"
    assert pieces(first + second).keys() == pieces(second + first).keys()


def test_names_of_the_language_and_of_attributes_are_kept():
    assert pieces("a = np.tanh(x @ w + b)\n").keys() != pieces("a = np.exp(x @ w + b)\n").keys()
    assert (
        pieces("for k in range(len(x)): y.append(k)\n").keys() != pieces("for k in range(sum(x)): y.append(k)\n").keys()
    )


def test_which_names_are_the_same_is_kept():
    assert pieces("a = b + b\n").keys() == pieces("x = y + y\n").keys() != pieces("x = y + z\n").keys()


def test_a_piece_has_the_line_where_it_begins():
    lines = set(pieces('"""Text.\n\nMore."""\n\na = 1\nb = [\n    a,\n    2,\n]\n').values())
    assert lines == {5, 6}


@given(st.text(max_size=60), st.text(max_size=60))
def test_one_that_is_kept_is_among_all(before, after):
    source = f"{before}\nx = np.tanh(a @ b + c) * 2 - np.exp(a @ b)\n{after}"
    assert pieces(source).keys() <= all_pieces(source)


@given(st.text(alphabet="ab1.=+()[]\"'\\\n #\x00\ud800", max_size=80))
def test_any_text_has_pieces(text):
    for number, line in pieces(text).items():
        assert 0 <= number < 2**56
        assert 1 <= line <= text.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200_000,
        '\\"""\n' * 20_000 + "\\",
        '\\"""x\n' * 40_000,
        "\\'''\n" * 40_000,
        "'" * 200_000,
        '"""' + "\\" * 200_000,
        "1" * 200_000,
    ],
    ids=["brackets", "quotes without end", "triple quotes", "other triple quotes", "quotes", "backslashes", "digits"],
)
def test_a_hostile_text_takes_a_moment(text):
    started = time.process_time()
    pieces(text)
    assert time.process_time() - started < 2


def test_a_long_statement_has_some_pieces_less_than_signs():
    source = f"x = {' + '.join('abcdefghijklmnopqrstuvwxyz')}\n"
    assert LENGTH < len(pieces(source)) + LENGTH < 54
