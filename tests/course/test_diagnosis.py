"""A diagnosis is true, or there is none. (That each known mistake gets its own sentence is check-course's to prove.)"""

from pathlib import Path

import pytest

from minigrad.course.catalogue import Course
from minigrad.course.grading import grade_source

COURSE = Course(Path(__file__).parents[2])


def diagnosis(name, *replace):
    exercise = COURSE.find(name)
    source = exercise.solution
    for old, new in replace:
        assert old in source
        source = source.replace(old, new)
    result = grade_source(exercise, source, Path(exercise.file))
    assert result.points < result.max_points
    return result.first_failure.diagnosis


def test_another_way_to_make_a_known_mistake_is_recognised():
    bias_lost = (
        "return np.tanh(x @ W_xh + h @ W_hh + b)",
        "b = b * 0\n    return np.tanh(W_xh.T @ x.T + W_hh.T @ h.T).T",
    )
    assert diagnosis("rnn_cell", bias_lost).startswith("The bias is missing")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("-np.tanh(x @ W_xh + h @ W_hh + b)", "wrong sign"),
        ("3 * np.tanh(x @ W_xh + h @ W_hh + b)", "3 times what they should be"),
        ("np.tanh(x @ W_xh + h @ W_hh + b).T", "transpose of"),
        ("np.tanh(x @ W_xh + h @ W_hh + b)[::-1]", "reverse order"),
        ("np.tanh(x @ W_xh + h @ W_hh + b)[None]", "another shape"),
        ("np.tanh(x @ W_xh + h @ W_hh + b) * np.nan", "NaN"),
        ("np.tanh(x @ W_xh + h @ W_hh + b) * 0", "all zero"),
    ],
)
def test_general_relations_come_after_the_catalogue(change, says):
    assert says in diagnosis("rnn_cell", ("np.tanh(x @ W_xh + h @ W_hh + b)\n", change + "\n"))


@pytest.mark.parametrize(
    "change",
    [
        "np.tanh(x @ W_xh + h @ W_hh + b) ** 3",
        "np.tanh(x @ W_xh * 1.1 + h @ W_hh + b)",
        "np.tanh(x @ W_xh + h @ W_hh * 0.5 + 2 * b)",
        "np.sin(x @ W_xh + h @ W_hh + b)",
    ],
)
def test_an_unknown_mistake_gets_no_diagnosis(change):
    assert diagnosis("rnn_cell", ("np.tanh(x @ W_xh + h @ W_hh + b)\n", change + "\n")) == ""


def test_one_result_of_two_is_told_only_by_its_numbers():
    assert diagnosis("lstm_cell", ("return h_next, c_next", "return h_next")).startswith("Only h_next is returned")
    assert diagnosis("lstm_cell", ("return h_next, c_next", "return np.tanh(h)")) == ""


def test_two_mistakes_in_different_gradients_are_told_apart():
    two = [("dW_hh += h_prev.T @ da", "dW_hh += da.T @ h_prev"), ("db += da.sum(axis=0)", "db += da[0]")]
    exercise = COURSE.find("bptt")
    source = exercise.solution
    for old, new in two:
        source = source.replace(old, new)
    told = {c.name: c.diagnosis for c in grade_source(exercise, source, Path(exercise.file)).checks}
    assert told["dW_hh, summed over all steps"].startswith("dW_hh is transposed")
    assert told["db, summed over all steps and examples"].startswith("db takes only the first example")
