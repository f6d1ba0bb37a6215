"""A verdict that is remembered is the same as a fresh one, character for character as it is shown."""

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.grading.grade import grade_file, grade_with
from minigrad.course.grading.remembered import Memory
from minigrad.course.reports import screen
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import CheckResult, Counterexample, ExerciseResult
from minigrad.course.student.frames import Foreign

from ...conftest import quick
from ..commands import copy_course
from ..exercises import without_predictions
from ..processes import SharedProcess

ROOT = Path(__file__).parents[3]
RIGHT = (ROOT / "solutions" / "ex09_rnn_cell.py").read_text("utf-8")
NAIVE = "a = x @ W_xh + h @ W_hh + b; return (np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a))"


def body(code):
    return f"import numpy as np\ndef rnn_cell(x, h, W_xh, W_hh, b):\n    {code}\n"


@pytest.fixture(scope="module")
def exercise(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    copy_course(ROOT, root, ["rnn_cell"])
    return without_predictions(Course(root).find("rnn_cell"))


@pytest.fixture(scope="module")
def grade(exercise):
    """The verdict on a file, in a process that the tests share, and without a diagnosis."""
    with SharedProcess() as shared:

        def grade(source):
            path = exercise.root / "exercises" / exercise.file
            path.write_text(source, "utf-8", "surrogatepass")
            shared.given(source, exercise).file = str(path)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("minigrad.course.grading.grade.diagnose", lambda *_: False)
                return grade_with(exercise, shared)

        yield grade


def shown(exercise, result):
    file = io.StringIO()
    result.remembered = False  # that it is said to be remembered is the one difference
    command = screen.Commands("python grader.py", None)
    console = Console(file=file, width=80, force_terminal=True, highlight=False)
    console.print(screen.report([exercise.heading], [result], command), crop=False)
    return file.getvalue()


def remembered(exercise, result):
    memory = Memory(exercise.root, "0")
    memory.forget()
    key = memory.key(exercise, result.path)
    memory.put(exercise, result, key)
    return memory.get(exercise, result.path, key)


@pytest.mark.parametrize(
    "source",
    quick(
        6,
        [
            RIGHT,
            body("print('step', x.shape); return np.tanh(x @ W_xh + h @ W_hh)"),
            body("parts = [x, [h, {'b': b}]]; return parts[7]"),
            body("return {1: {2: {3: {4: {5: {6: {7: {8: {9: 10}}}}}}}}}"),
            body("return {1}"),
            body("return [x, h, 'text', None, 2j]"),
            body("return x[:, :0]"),
            body("return 1"),
            body("def deep(n): return deep(n + 1) if n < 9 else x[99]\n    return deep(0)"),
            body("raise ValueError('\\ud800 \\x1b[31m ' * 99)"),
            body("if len(x) > 1: raise NotImplementedError\n    return np.tanh(x @ W_xh + h @ W_hh + b)"),
            body(NAIVE),
            body("return W_hh @ h"),
            body("breakpoint()"),
            "import torch\n",
            "%matplotlib inline\n",
            "print('loaded')\nraise RuntimeError('while loading')\n",
            "def another(): pass\n",
        ],
    ),
)
def test_what_is_remembered_is_shown_as_what_is_fresh(exercise, grade, source):
    fresh = grade(source)
    again = remembered(exercise, fresh)
    assert again is not None
    assert shown(exercise, again) == shown(exercise, fresh)


@pytest.mark.exhaustive
@pytest.mark.parametrize("source", [RIGHT, body("return np.tanh(x @ W_xh + h @ W_hh)")])
def test_a_chart_and_a_diagnosis_are_remembered_as_they_were(exercise, source):
    path = exercise.root / "exercises" / exercise.file
    path.write_text(source, "utf-8")
    fresh = grade_file(exercise, path)
    assert fresh.chart or fresh.checks[0].diagnosis
    again = remembered(exercise, fresh)
    assert again.chart == fresh.chart
    assert shown(exercise, again) == shown(exercise, fresh)


def failed(exercise, **fields):
    check = CheckResult("a title", 1, Status.FAILED, counterexample=Counterexample({"N": 1}, "f", **fields))
    path = exercise.root / "exercises" / exercise.file
    return ExerciseResult(exercise.heading, path, [check])


@pytest.mark.parametrize("value", [Foreign("set", "{1}"), {("for", "a"): {1: None}}, [[[[[[[["deep"]]]]]]]]])
def test_an_argument_of_any_kind_is_remembered(exercise, value):
    result = failed(exercise, arguments={"x": value})
    assert shown(exercise, remembered(exercise, result)) == shown(exercise, result)


@pytest.mark.parametrize("value", [{frozenset(): 2}, {1, 2}, np.array(["a"]), object()])
def test_what_cannot_be_kept_exactly_is_not_remembered(exercise, value):
    assert remembered(exercise, failed(exercise, arguments={"x": value})) is None


def test_a_matter_of_time_is_not_remembered(exercise, monkeypatch):
    monkeypatch.setattr("minigrad.course.student.process.CALL_SECONDS", 0.3)
    path = exercise.root / "exercises" / exercise.file
    path.write_text(body("while True: pass"), "utf-8")
    assert remembered(exercise, grade_file(exercise, path)) is None
