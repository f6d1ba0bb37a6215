"""A prediction is an answer that is typed into the file: open, right, or wrong with a sentence of its own."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.course.catalogue import predictions
from minigrad.course.catalogue.course import Course
from minigrad.course.catalogue.skeleton import make_skeleton
from minigrad.course.checks.students import Simulation, Student
from minigrad.course.grading.grade import grade_source
from minigrad.course.results.outcomes import Mismatch, StudentError
from minigrad.course.results.wording import describe
from minigrad.course.student.process import StudentProcess
from minigrad.course.usage import UsageError

COURSE = Course(Path(__file__).parents[3])

SOLUTION = """\
# What is the loss of a guess among 70?
loss = np.log(70)  # PREDICTION: every word has the chance 1/70
moves = "up"  # PREDICTION
shape = (5, 3, 16)  # PREDICTION
products = 16  # PREDICTION
"""
NOTES = tomllib.loads("""
[[predictions]]
name = "loss"
points = 1
wrong = [[0, "that is sure and right."], [70, "that is the perplexity."]]
[[predictions]]
name = "moves"
points = 2
wrong = [["down", "the gradient points uphill."]]
[[predictions]]
name = "shape"
points = 1
wrong = [[[15, 16], "keep who said what when."]]
[[predictions]]
name = "products"
points = 1
wrong = []
""")["predictions"]


def said(source, number, notes=NOTES, solution=SOLUTION):
    """The sentence that the check of this prediction says of a file."""
    check = predictions.checks(notes, predictions.answers(solution), "ex00.toml")[number]
    example = check.examine(Student(Simulation(source)))
    return example and describe(example.outcome)


@pytest.mark.parametrize("answer", ["4.25", "4.248", "np.log(70)", "np.float32(4.2)", "'4.25'"])
def test_a_number_is_right_to_two_digits(answer):
    assert said(f"import numpy as np\nloss = {answer}", 0) is None


@pytest.mark.parametrize("answer", ["'up'", "'Up'", "' up. '"])
def test_a_word_is_right_in_any_case(answer):
    assert said(f"moves = {answer}", 1) is None


@pytest.mark.parametrize(
    "answer", ["(5, 3, 16)", "[5, 3, 16]", "(5., 3., 16.)", "'5x3x16'", "'(5, 3, 16)'", "'5 × 3 × 16'"]
)
def test_a_shape_is_right_however_it_is_written(answer):
    assert said(f"shape = {answer}", 2) is None


WIDTH = {"name": "width", "points": 1, "wrong": [[[6], "six is the number of rows."]]}
AXIS = "the length is right. A shape with one axis has a comma: (4,)."


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        *((right, None) for right in ("(4,)", "[4]", "'(4,)'", "'4,'", "'[4]'", "'(4)'")),
        ("'(6,)'", "six is the number of rows."),
        ("4", AXIS),
        ("5", predictions.ELSE),
    ],
)
def test_a_shape_with_one_axis_is_right_however_it_is_written(answer, why):
    found = said(f"width = {answer}", 0, [WIDTH], "width = (4,)  # PREDICTION\n")
    assert found == (why and f"width: {why}")


@pytest.mark.parametrize("answer", [".1", "'.1'", "'-.1'", "'0.1.'", "' .10 '"])
def test_a_number_may_begin_with_its_point(answer):
    solution = f"step = {'-' * ('-' in answer)}0.1  # PREDICTION\n"
    assert (
        said(f"step = {answer}", 0, [{"name": "step", "points": 1, "wrong": [[1, "that is no step."]]}], solution)
        is None
    )


@pytest.mark.parametrize(
    ("source", "number", "why"),
    [
        ("loss = 0", 0, "loss: that is sure and right."),
        ("loss = 70.0", 0, "loss: that is the perplexity."),
        ("loss = 1", 0, f"loss: {predictions.ELSE}"),
        ("loss = 'four'", 0, f"loss: {predictions.ELSE}"),
        ("moves = 'DOWN'", 1, "moves: the gradient points uphill."),
        ("shape = 15, 16", 2, "shape: keep who said what when."),
        ("products = 16.4", 3, f"products: {predictions.ELSE}"),
        ("products = float('nan')", 3, f"products: {predictions.ELSE}"),
    ],
)
def test_a_wrong_answer_has_a_sentence(source, number, why):
    assert said(source, number) == why


@pytest.mark.parametrize("answer", ["1", "'four'", "'a word x 3'", "'1e999'", "'²'", "'5x3x'", f"'{'9' * 5000},9'"])
def test_what_is_said_of_any_other_answer_speaks_of_nothing_that_a_question_may_lack(answer):
    assert said(f"loss = {answer}", 0) == f"loss: {predictions.ELSE}"
    assert not any(word in predictions.ELSE for word in ("example", "by hand", "above it", "table"))


def test_three_dots_are_an_answer_that_is_still_open():
    check = predictions.checks(NOTES, predictions.answers(SOLUTION), "ex00.toml")[1]
    outcome = check.examine(Student(Simulation(make_skeleton(SOLUTION)))).outcome
    assert isinstance(outcome, StudentError)
    assert "NotImplementedError" in outcome.kinds
    assert describe(outcome) == "moves is still open. Put your answer in place of the three dots."


def test_a_line_that_was_taken_out_is_asked_for():
    check = predictions.checks(NOTES, predictions.answers(SOLUTION), "ex00.toml")[1]
    outcome = check.examine(Student(Simulation(""))).outcome
    assert isinstance(outcome, Mismatch)
    assert outcome.message == "Your file has no moves. Put its line back: moves = ..."


def test_the_skeleton_has_the_questions_and_no_answer():
    assert make_skeleton(SOLUTION) == (
        "# What is the loss of a guess among 70?\nloss = ...\nmoves = ...\nshape = ...\nproducts = ...\n"
    )


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text() | st.lists(st.integers()))
def test_every_answer_is_right_for_itself(answer):
    notes = [{"name": "this", "points": 1, "wrong": []}]
    assert said(f"this = {answer!r}", 0, notes, f"this = {answer!r}  # PREDICTION") is None


@pytest.mark.parametrize(
    ("notes", "solution", "why"),
    [
        (NOTES[1:], SOLUTION, "notes the predictions moves, shape, products; the solution has loss, moves"),
        (NOTES[:1], "loss = 70  # PREDICTION", "calls 70 wrong for loss, and it is the solution's answer"),
        ([], "loss = np.lg(70)  # PREDICTION", r"loss = np.lg\(70\) of a solution cannot be computed"),
    ],
)
def test_notes_and_solution_must_fit(notes, solution, why):
    with pytest.raises(UsageError, match=why):
        predictions.checks(notes, predictions.answers(solution), "ex00.toml")


@pytest.mark.parametrize(
    "answer",
    [
        *("np.array(0.0)", "'\\ud800'", "{1: 2}", "1j", "[[1] * 100]", "[[[[1] * 19] * 19] * 19] * 19"),
        *("np.zeros((4_194_304, 4_194_304, 0))", "np.zeros((2,) * 22, np.int8)"),
    ],
)
def test_whatever_is_answered_it_is_judged(answer):
    assert said(f"import numpy as np\nproducts = {answer}", 3) == f"products: {predictions.ELSE}"


LATE = "class Late:\n    def __repr__(self):\n        while True: pass\n"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("moves = 'x' * 2_000_000", "it is larger than 1 MB beside its arrays. Type a number, a word or a shape."),
        ("import numpy as np\nmoves = np.ones(10**6)", "its arrays are larger than 4 MB. Type a"),
        ("moves = [0] * 20_000", "it has 20000 parts. Type a number, a word or a shape."),
        (LATE + "moves = Late()", "it did not finish within 0.3 s. Type a number, a word or a shape."),
        ("import os\ndef moves(): os._exit(3)", "it ended the whole Python process (exit code 3). Type a number"),
    ],
)
def test_what_cannot_be_looked_at_is_an_answer_and_no_result(source, told):
    check = predictions.checks(NOTES, predictions.answers(SOLUTION), "ex00.toml")[1]
    with StudentProcess("demo", "demo.py", source) as process:
        process.call_seconds = 0.3
        said = describe(check.examine(Student(process)).outcome)
    assert said.startswith(f"Your answer moves cannot be looked at: {told}")


def test_a_function_in_the_place_of_an_answer_is_called_an_answer_too():
    told = "Your answer moves raised ZeroDivisionError: a number is divided by zero."
    assert said("def moves(): return 1 / 0", 1) == told


@pytest.mark.parametrize("answer", ["('no', 'yes')", "('no', None)"])
def test_an_answer_that_is_another_one_each_time_is_named(answer, tmp_path):
    exercise = COURSE.find("rnn_cell")
    source = exercise.solution.replace("can_be_five =", f"can_be_five = lambda *, a=[*{answer}] * 9: a.pop() or a.x  #")
    checks = grade_source(exercise, source, tmp_path / exercise.file).checks
    assert checks[1].message == "can_be_five: your answer is another one each time that it is looked at."


def test_a_number_in_an_array_is_a_number():
    assert said("import numpy as np\nproducts = np.array(16)", 3) is None


def test_the_students_edition_has_digests_of_wrong_answers_and_says_the_same():
    notes = predictions.sealed(NOTES)
    assert "70" not in str([pair[0] for pair in notes[0]["wrong"]])
    checks = predictions.checks(notes, predictions.answers(SOLUTION), "ex00.json")
    outcome = checks[0].examine(Student(Simulation("loss = 70"))).outcome
    assert describe(outcome) == "loss: that is the perplexity."


def test_an_answer_of_very_many_digits_is_judged_at_once():
    """Tried from each digit on anew, it would take many minutes."""
    answer = "1" * 200_000 + "z"
    assert predictions.spellings(answer) == [answer]
