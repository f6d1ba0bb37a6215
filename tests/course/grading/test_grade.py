"""From a file to a verdict: every kind of file has its own status and sentence, and never takes another down."""

import io
import json
import os
import re
import shutil
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.checks import check, expect, expect_pure
from minigrad.course.checks.examples import draw
from minigrad.course.grading import grade as grade_module
from minigrad.course.grading.grade import draw_chart, grade_file, grade_source, grade_with, prepare
from minigrad.course.reports.formats import json as json_form
from minigrad.course.reports.screen import Commands, report
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import Report
from minigrad.course.student import process, start
from minigrad.course.student.frames import write_frame
from minigrad.course.student.process import StudentProcess
from minigrad.course.usage import UsageError

from ...conftest import quick
from ..exercises import without_predictions
from ..processes import SharedProcess

ROOT = Path(__file__).parents[3]
COURSE = Course(ROOT)
RNN = without_predictions(COURSE.find("rnn_cell"))

RIGHT = "import numpy as np\ndef rnn_cell(x, h, W_xh, W_hh, b):\n    return np.tanh(x @ W_xh + h @ W_hh + b)\n"


def body(code):
    """A file whose rnn_cell does this."""
    return "import numpy as np\nimport os, sys\ndef rnn_cell(x, h, W_xh, W_hh, b):\n    " + code.replace("\n", "\n    ")


@pytest.fixture(scope="module")
def grade():
    """The verdict on a file, in a process that the tests share, and without the diagnosis, which takes most time."""
    with SharedProcess() as shared:

        def grade(source, exercise=RNN, checks=()):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("minigrad.course.grading.grade.diagnose", lambda *_: False)
                return grade_with(exercise, shared.given(source, exercise), checks=checks)

        yield grade


@pytest.fixture
def short_deadlines(monkeypatch):
    monkeypatch.setattr(process, "CALL_SECONDS", 1.0)
    monkeypatch.setattr(process, "LOAD_SECONDS", 1.0)


@pytest.mark.parametrize(
    ("source", "status", "text"),
    [
        (RIGHT, "passed", ""),
        (body("return x @ W_xh"), "failed", "numbers? (is|are) wrong"),
        (body("return 'tanh'"), "failed", "expected a NumPy array of floats, got str 'tanh'"),
        (body("return None"), "failed", "h_next is None. Did you forget to return it"),
        (body("return {1, 2}"), "failed", "got set"),
        (body("return np.tanh(x @ W_xh + h @ W_hh + b).T"), "failed", "wrong shape: expected"),
        (
            body("return np.ones((2, 3)) @ np.ones((4, 5))"),
            "error",
            "rnn_cell raised ValueError: in a matrix product a @ b, a has 3 columns and b has 4 rows",
        ),
        (body("return undefined"), "error", "NameError: there is no undefined here"),
        (body("sys.exit(0)"), "error", "SystemExit, which would end the program"),
        (body("os._exit(0)"), "error", r"ended the whole Python process \(exit code 0\)"),
        (body("while True: print('flood')"), "error", "printed more than a million characters"),
        (body("while True: pass"), "timeout", "did not finish within"),
        (body("return np.ones(1 << 40)"), "error", "more memory than the 2 GB"),
        (body("return input()"), "error", "waits for input"),
        (body("return np.random.normal(size=h.shape)"), "failed", "different results|wrong"),
        (RIGHT.replace("rnn_cell", "cell"), "error", "no function rnn_cell. Did you rename it"),
        ("def rnn_cell(", "error", "Python cannot read your file: SyntaxError in line 1"),
        ("def rnn_cell():\nreturn 1", "error", "IndentationError in line 2"),
        ("(" * 100_000, "error", "Python cannot read your file"),
        ("while True: pass", "timeout", "Your file did not finish"),
        ("import os; os._exit(0)", "error", "Your file ended the whole Python process"),
        ("1 / 0", "error", "Your file raised ZeroDivisionError"),
        (body("raise NotImplementedError"), "failed", "rnn_cell is not written yet: in line 4 it raises"),
        (
            body("if len(x) > 1: raise NotImplementedError\nreturn np.tanh(x @ W_xh + h @ W_hh + b)"),
            "error",
            "not written",
        ),
        (body("return np.tanh(x @ W_xh + h @ W_hh + b).astype(np.float32)"), "failed", "array of float32"),
        (body("h[:] = np.tanh(x @ W_xh + h @ W_hh + b)\nreturn h"), "failed", "changed its argument h"),
        (body("return np.tanh(x @ W_xh + h @ W_hh + b) if h.any() else h"), "failed", "wrong"),
        (
            body("return np.tanh(x @ W_xh + h @ W_hh + b) * (1 + np.random.random() / 10)"),
            "failed",
            "different results",
        ),
    ],
)
def test_each_kind_of_file_has_its_own_verdict(grade, short_deadlines, source, status, text):
    result = grade(source)
    assert result.status == status
    if status == "passed":
        assert result.points == result.max_points
    else:
        assert result.points < result.max_points
        assert any(re.search(text, check.message) for check in result.checks)


@pytest.mark.parametrize(
    ("data", "status", "text"),
    [
        (None, "not_started", "is not there"),
        (b"", "error", "is empty"),
        (b" \n\n", "error", "is empty"),
        ("# größe".encode("latin-1"), "error", "not a text file in UTF-8"),
        (b"x = 1\0", "error", "NUL"),
        (b"#" * 1_000_001, "error", "larger than 1 MB"),
        (RIGHT.encode("utf-8-sig").replace(b"\n", b"\r\n"), "passed", ""),
        (b"# coding: rot13\n" + RIGHT.encode(), "error", "names another encoding than UTF-8 in its first lines"),
        (b"# coding: no_such\n" + RIGHT.encode(), "error", "names another encoding than UTF-8"),
        (b"# coding: punycode\n" + RIGHT.encode(), "error", "names another encoding than UTF-8"),
        (("# coding: rot13\n" + RIGHT).encode("utf-8-sig"), "error", "names another encoding than UTF-8"),
        (("# coding: latin-1\n" + RIGHT).encode("utf-8-sig"), "error", "names another encoding than UTF-8"),
        (b"\r# coding: rot13\r" + RIGHT.encode(), "error", "names another encoding than UTF-8"),
        (("# coding: utf-8\n" + RIGHT).encode("utf-8-sig"), "passed", ""),
        (("# coding: latin-1\n" + RIGHT + "# größe\n").encode("latin-1"), "passed", ""),
        (("# coding: ascii\n" + RIGHT + "# größe\n").encode(), "error", "not a text file in UTF-8"),
    ],
)
def test_files_that_are_not_python_source(tmp_path, data, status, text):
    path = tmp_path / "ex09_rnn_cell.py"
    if data is not None:
        path.write_bytes(data)
    result = grade_file(RNN, path)
    assert result.status == status
    assert text in result.message


def test_a_folder_in_place_of_the_file(tmp_path):
    (tmp_path / "ex09_rnn_cell.py").mkdir()
    result = grade_file(RNN, tmp_path / "ex09_rnn_cell.py")
    assert result.points == 0
    assert "not a file" in result.message


@pytest.mark.exhaustive
def test_the_same_code_gives_the_same_result():
    wrong = body("return np.tanh(x @ W_xh + h @ W_hh)")

    def verdict():
        data = grade_source(RNN, wrong, Path("ex09_rnn_cell.py")).as_data()
        return {k: [{**c, "seconds": 0} for c in v] if k == "checks" else v for k, v in data.items() if k != "seconds"}

    first = verdict()
    for other in COURSE.exercises:
        assert other.checks  # more modules are loaded now
    assert verdict() == first


def test_a_failed_check_says_where_it_is_right_and_what_was_done(grade):
    result = grade(body("return np.tanh(x @ W_xh + h @ W_hh + b) if len(x) == 1 else h"))
    first = result.first_failure
    assert first.ranges == "right for N = 1, wrong for N ≥ 2"
    assert first.counterexample.sizes["N"] == 2
    assert (first.counterexample.sizes["D"], first.counterexample.sizes["H"]) == (1, 1)


def test_prints_come_with_the_check_that_printed_them(grade):
    result = grade(body("print('shape', x.shape)\nreturn h"))
    assert result.checks[0].output == "shape (1, 1)\n"


@pytest.mark.parametrize(
    "returned", ["None", "'text'", "1.5", "W.squeeze()", "[W]", "{1}", "W[:1]", "object()", "W * 1j"]
)
def test_whatever_a_random_function_returns_is_judged(grade, returned):
    exercise = COURSE.find("initialization")
    change = f"W = rng.uniform(-a, a, (fan_in, fan_out))\n    return {returned}"
    source = exercise.solution.replace("return rng.uniform(-a, a, (fan_in, fan_out))", change)
    of_xavier_and_he = [check for check in exercise.checks if check.title.startswith(("xavier", "he_normal"))]
    result = grade(source, exercise, of_xavier_and_he)
    assert [check.status for check in result.checks] == ["passed" if returned == "W.squeeze()" else "failed", "passed"]


def test_a_file_that_changes_the_course_changes_no_verdict(tmp_path):
    for folder in ("solutions", "tests/exercises"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    own = Course(tmp_path).find("rnn_cell")
    checks = tmp_path / "tests" / "exercises" / "test_ex09_rnn_cell.py"
    result = grade_source(own, f"open({str(checks)!r}, 'w').write('')\n" + body("return h"), Path("f.py"))
    assert checks.read_text() == ""
    assert (result.status, result.points) == ("failed", 0)


@pytest.mark.exhaustive
def test_nothing_returned_earns_nothing(grade):
    for name, source in {
        "rnn_cell": "def rnn_cell(*a): pass",
        "lstm_cell": "def lstm_cell(*a): pass",
        "bptt": "def bptt(*a): return ()",
        "clipping": "def clip_by_value(*a): pass\ndef clip_by_global_norm(*a): raise FloatingPointError",
        "initialization": "def f(*a): pass\nidentity = xavier_uniform = he_normal = orthogonal = init_rnn = f",
    }.items():
        assert grade(source, COURSE.find(name)).points == 0


@pytest.mark.exhaustive
def test_a_result_that_changes_its_kind_is_judged(grade):
    exercise = COURSE.find("initialization")
    change = "calls.append(1)\n    return rng.uniform(-a, a, (fan_in, fan_out)) if len(calls) < 140 else ()"
    source = exercise.solution.replace("return rng.uniform(-a, a, (fan_in, fan_out))", change)
    result = grade("calls = []\n" + source, exercise)
    assert result.points < result.max_points


def test_a_blocked_check_names_what_it_waits_for(grade):
    result = grade(body("return h + 0"))
    assert result.checks[1].status == "blocked"
    assert result.checks[0].title in result.checks[1].message


LARGE = [
    "np.zeros((1 << 22, 0))",
    "np.zeros((0, 1 << 22))",
    "[[0] * 9_999] * 20",
    "'x' * 900_000",
    "{'x' * 900_000: 1}",
]


@pytest.mark.parametrize("value", quick(1, LARGE))
def test_what_is_too_large_to_be_written_down_is_in_no_report(value, grade):
    """Neither as what came, nor as an argument of a later call."""

    @check("hands on what came", 1)
    def hands_on(student):
        student.rnn_cell(x=student.rnn_cell(x=1))

    @check("compares what came", 1)
    def compares(student):
        expect("h_next", student.rnn_cell(x=0), np.zeros((3, 2)), "N H")

    @check("gives the same again", 1)
    def same(student):
        expect_pure(student, "rnn_cell", x=0)

    source = f"import numpy as np\nCALLS = []\ndef rnn_cell(x):\n    CALLS.append(1)\n    large = {value}\n"
    source += "    if isinstance(large, dict): large = {key: len(CALLS) for key in large}\n"
    source += "    return large if isinstance(x, int) else None.x\n"
    result = grade(source, checks=[hands_on, compares, same])
    third = "failed" if value.startswith("{") else "passed"  # in it each call counts
    assert [found.status for found in result.checks] == ["error", "failed", third]
    assert len(json_form.render(Report([result], "0"), None)) < 20_000


def test_the_report_is_plain_json(grade, short_deadlines):
    sources = [RIGHT, body("return h * np.nan"), body("os._exit(0)"), "(", body("return 'a\\ud800'")]
    results = [grade(source) for source in sources]
    data = json.loads(json_form.render(Report(results, "0"), None))
    assert data["points"] == sum(e["points"] for e in data["exercises"])
    assert set(data) == {"salt", "points", "max_points", "exercises"}
    for exercise in data["exercises"]:
        assert set(exercise) == {"name", "title", "points", "max_points", "status", "seconds", "checks"}
        for found in exercise["checks"]:
            assert set(found) == {
                "name",
                "status",
                "points",
                "max_points",
                "seconds",
                "message",
                "counterexample",
                "diagnosis",
                "output",
                "ranges",
                "warnings",
            }
            assert found["status"] in {"passed", "failed", "error", "timeout", "blocked", "not_started"}
    counterexample = data["exercises"][1]["checks"][0]["counterexample"]
    assert counterexample["function"] == "rnn_cell"
    assert list(counterexample["arguments"]) == ["x", "h", "W_xh", "W_hh", "b"]
    assert counterexample["got"] == [["nan"]]


def test_an_exercise_is_found_by_what_people_type():
    for text in ("rnn_cell", "9", "09", "ex09_rnn_cell", "exercises/ex09_rnn_cell.py", "./ex09_rnn_cell.py"):
        assert COURSE.find(text).name == "rnn_cell"
    with pytest.raises(UsageError, match="Did you mean rnn_cell"):
        COURSE.find("rnn_cel")
    with pytest.raises(UsageError, match=r"There are: .*rnn_cell"):
        COURSE.find("transformers")


@pytest.mark.parametrize(
    "code",
    [
        "import minigrad.nn",
        "from minigrad.nn.cells import rnn_cell",
        "from minigrad import nn",
        "import solutions.ex09_rnn_cell",
        "import importlib\nimportlib.import_module('minigrad.nn')",
        "import ex12_bptt",
        "import rich",
        "import scipy.special",
    ],
)
def test_what_an_exercise_may_not_import_is_refused_in_a_sentence(grade, code):
    for source in (
        f"{code}\n{RIGHT}",
        RIGHT.replace("    return", f"    {code}\n    return".replace("\nim", "\n    im")),
    ):
        first = grade(source).first_failure
        assert first.status == "error"
        assert "cannot be imported here. This exercise may import numpy and the standard library" in first.message


def test_what_an_exercise_may_import_stands_in_its_file(grade):
    for exercise in COURSE.exercises:
        assert "# May import: " + ", ".join(exercise.imports) in exercise.skeleton
    source = f"import math, functools, json\nfrom numpy import linalg\nimport numpy.random\n{RIGHT}"
    assert grade(source).status == "passed"


def test_a_warning_of_numpy_comes_with_the_students_line(grade):
    code = "a = x @ W_xh + h @ W_hh + b\nreturn (np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a))"
    warned = grade(body(code)).first_failure.warnings
    assert {w.text for w in warned} >= {"overflow encountered in exp"}
    assert {(w.number, w.code) for w in warned} == {(5, code.split("\n")[1])}


@pytest.mark.exhaustive
def test_a_state_that_lies_in_one_array_with_another_comes_apart_as_a_tuple_does(grade):
    lstm = COURSE.find("lstm_cell")
    source = lstm.solution.replace("return h_next, c_next", "return np.stack([h_next, c_next])")
    assert source != lstm.solution
    assert grade(source, lstm).status == "passed"


def test_sizes_decide_also_where_chance_saves_an_example(grade):
    code = "y = np.tanh(x @ W_xh + h @ W_hh + b)\nreturn y + (len(x) > 1 and x[0, 0] > 0)"
    first = grade(body(code)).first_failure
    assert "right for N = 1, sometimes wrong for N ≥ 2" in first.ranges


def impure(where):
    """A file that changes its argument x only where this holds of the number of calls so far."""
    lines = [
        "    calls.append(1)",
        "    y = np.tanh(x @ W_xh + h @ W_hh + b)",
        f"    if {where}: x[:] = 0",
        "    return y",
    ]
    return "import numpy as np\ncalls = []\ndef rnn_cell(x, h, W_xh, W_hh, b):\n" + "\n".join(lines)


@pytest.mark.parametrize("where", quick(1, ["len(calls) <= 128", "len(calls) == 64", "len(calls) > 128", "True"]))
def test_purity_is_looked_at_in_every_call_and_lost_once(grade, where):
    result = grade(impure(where))
    *before, last = result.checks
    assert ({check.status for check in before}, last.status) == ({"passed"}, "failed")
    assert (last.points, last.message) == (0, "rnn_cell changed its argument x; the caller still needs it as it was.")
    assert last.counterexample.function == "rnn_cell"
    assert last.counterexample.arguments["x"].any()


def test_what_an_impure_call_of_another_check_left_is_shown_if_it_is_not_too_large(grade):
    @check("a right result", 1)
    def right(student):
        expect("h_next", student.rnn_cell(x=0), np.ones(2))

    @check("hands on what came", 1)
    def hands_on(student):
        student.rnn_cell(x=[np.ones(2)], h=student.rnn_cell(x="large"))

    @check("gives the same again", 1)
    def same(student):
        expect_pure(student, "rnn_cell", x=0)

    source = "import numpy as np\ndef rnn_cell(x, h=0):\n    large = np.full(500_000, 0.123)\n"
    source += "    if isinstance(x, list): x[0] = large\n    return large if x == 'large' else np.ones(2)\n"
    result = grade(source, checks=[right, hands_on, same])
    assert [found.status for found in result.checks] == ["passed", "passed", "failed"]
    shown = result.checks[2].counterexample
    assert str(shown.got) == str(shown.arguments["h"]) == "an array of float64 too large to be shown"
    stream = io.BytesIO()
    write_frame(stream, result.as_data(), exact=True)
    assert len(stream.getvalue()) < 20_000


def test_a_result_that_shares_memory_in_another_check_alone_is_not_pure(grade):
    source = "import numpy as np\ncalls = []\nkept = {}\n" + body(
        "calls.append(1)\ny = np.tanh(x @ W_xh + h @ W_hh + b)\nif len(calls) > 60: return y\n"
        "kept.setdefault(y.shape, y)[:] = y\nreturn kept[y.shape]"
    )
    result = grade(source)
    *before, last = result.checks
    assert ({check.status for check in before}, last.status) == ({"passed"}, "failed")
    assert "returned memory of its earlier result" in last.message


def test_results_that_take_turns_in_two_arrays_are_not_pure(grade):
    source = "import numpy as np\nturn, kept = [], {}\n" + body(
        "turn.append(1)\ny = np.tanh(x @ W_xh + h @ W_hh + b)\n"
        "out = kept.setdefault((len(turn) % 2, y.shape), y)\nout[:] = y\nreturn out"
    )
    result = grade(source)
    *before, last = result.checks
    assert ({check.status for check in before}, last.status) == ({"passed"}, "failed")
    assert "returned memory of its earlier result" in last.message


def test_a_symbolic_link_is_no_file(tmp_path):
    path = tmp_path / "ex09_rnn_cell.py"
    for place in (ROOT / "solutions" / path.name, tmp_path / "nowhere.py", Path("/dev/zero")):
        path.symlink_to(place)
        result = grade_file(RNN, path)
        assert (result.status, result.points) == ("error", 0)
        assert result.message == "ex09_rnn_cell.py is a link to another file. Copy the file itself there."
        path.unlink()
    linked = tmp_path / "folder"
    linked.symlink_to(ROOT / "solutions")
    assert grade_file(RNN, linked / path.name).status == "passed"  # whoever types a folder's name means it


def test_a_pipe_in_place_of_the_file_keeps_nobody_waiting(tmp_path):
    os.mkfifo(tmp_path / "ex09_rnn_cell.py")
    assert "is not a file" in grade_file(RNN, tmp_path / "ex09_rnn_cell.py").message


SENDS = """
import json, os, struct, time, warnings
import numpy as np
def send(*fields):
    header = json.dumps(["dict", *map(list, fields)]).encode()
    write(struct.pack("<I", len(header)) + header)
def write(data):
    for fd in range(3, 20):
        try: os.write(fd, data)
        except OSError: pass
def many(n): return ["list", *(["tuple", i, "", "w" * 20] for i in range(n))]
def rnn_cell(x, h, W_xh, W_hh, b):
"""


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("code", "status", "says"),
    quick(
        2,
        [
            ("write(struct.pack('<I', 900_000) + b'[' * 900_000)", "error", "into the channel"),
            ("return np.ones((700, 700))", "failed", "wrong shape"),
            ("send(['id', 2], ['printed', ''], ['warnings', many(20_000)], ['value', 1])", "error", "into the channel"),
            (
                "for c in b'\\x00\\x01\\x00\\x00' + b'[' * 256: write(bytes([c])); time.sleep(0.2)",
                "error",
                "into the channel",
            ),
            (
                "for i in range(400): warnings.warn_explicit(f'{i}', RuntimeWarning, __file__, i)\n    return h",
                "failed",
                "wrong",
            ),
            ("raise type('E' * 10**6, (ValueError,), {})('x' * 10**6)", "error", "raised EEE"),
            ("return 'x' * 40_000", "failed", "expected a NumPy array of floats"),
            (
                "send(['id', 2], ['printed', ''], ['warnings', ['list']], ['error', 'E'], ['lines', many(20_000)])",
                "error",
                "into",
            ),
            ("write(b'\\xff' * 4)", "error", "into the channel"),
            ("return 'x' * 10**5", "failed", "expected a NumPy array of floats"),
        ],
    ),
)
def test_whatever_comes_takes_bounded_time_and_memory(monkeypatch, code, status, says):
    monkeypatch.setattr(process, "CALL_SECONDS", 5.0)  # memory that is traced takes time
    tracemalloc.start()
    started = time.monotonic()
    result = grade_source(RNN, f"{SENDS}    {code}\n", Path("ex09_rnn_cell.py"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.monotonic() - started < process.EXERCISE_SECONDS + 15
    assert peak < 100 << 20
    assert result.checks[0].status == status
    assert says in result.checks[0].message
    assert result.points == 0
    assert all(len(check.warnings) <= 20 and len(check.message) < 30_000 for check in result.checks)


def endless(*_):
    while True:
        pass


def test_a_diagnosis_that_takes_too_long_changes_no_verdict(monkeypatch):
    source = body("return np.tanh(x @ W_xh + h @ W_hh.T + b)")
    told = grade_source(RNN, source, Path("f.py"))
    monkeypatch.setattr(grade_module, "DIAGNOSIS_SECONDS", 0.1)
    monkeypatch.setattr(grade_module, "diagnose", endless)
    untold = grade_source(RNN, source, Path("f.py"))
    assert any(found.diagnosis for found in told.checks)
    assert not any(found.diagnosis for found in untold.checks)
    assert [found.message for found in told.checks] == [found.message for found in untold.checks]
    assert (told.repeatable, untold.repeatable) == (True, False)


def test_answers_that_the_judge_looks_at_for_too_long_end_in_a_verdict(monkeypatch):
    first, second, *others = [check for check in RNN.checks if check.points]
    monkeypatch.setattr(grade_module, "EXERCISE_SECONDS", 0.5)
    monkeypatch.setattr(second, "examine", endless)
    result = grade_source(RNN, RIGHT, Path("f.py"))
    found = {check.title: check for check in result.checks}
    assert found[first.title].status == Status.PASSED
    assert {found[check.title].status for check in (second, *others)} <= {Status.TIMEOUT, Status.BLOCKED}
    assert "takes more than 0.5 s" in found[second.title].message
    assert not result.repeatable


def test_what_goes_wrong_in_the_judge_is_no_verdict(monkeypatch):
    monkeypatch.setattr(StudentProcess, "load", lambda self: 1 // 0)
    result = grade_source(RNN, RIGHT, Path("f.py"))
    assert {check.status for check in result.checks} == {"infra"}
    assert not result.repeatable
    assert "The grader itself failed here: ZeroDivisionError" in result.message


def test_a_process_that_does_not_start_is_no_verdict(monkeypatch, another_nursery):
    monkeypatch.setattr(start, "_PYTHON", "import sys; sys.exit(1)  # {} {} {}")
    result = grade_source(RNN, RIGHT, Path("f.py"))
    assert {check.status for check in result.checks} == {"infra"}
    assert "not at fault" in result.message


@pytest.mark.exhaustive
def test_a_sigmoid_that_overflows_to_the_right_result_is_no_matter(grade):
    lstm = COURSE.find("lstm_cell")
    naive = lstm.solution.replace("0.5 * (1 + np.tanh(0.5 * a))", "1 / (1 + np.exp(-a))")
    assert naive != lstm.solution
    assert grade(naive, lstm).status == "passed"
    wrong = naive.replace("return h_next, c_next", "return h_next * (1 + 1e-3 * (a_o.min() < -30)), c_next")
    assert all(not check.warnings for check in grade(wrong, lstm).checks)


def test_a_time_out_says_where_it_was_and_nothing_of_sizes(grade, short_deadlines, monkeypatch):
    monkeypatch.setattr(process, "CALL_SECONDS", 0.5)
    code = "if len(x) < 8: return np.tanh(x @ W_xh + h @ W_hh + b)\ni = 0\nwhile i < 1: pass"
    first = grade(body(code)).first_failure
    assert (first.status, first.ranges) == ("timeout", "")
    assert "in line 6" in first.message or "in line 7" in first.message
    assert [line.function for line in first.counterexample.lines] == ["rnn_cell"]
    assert ("i", "0") in first.counterexample.lines[0].values


@pytest.mark.exhaustive
def test_much_printing_is_named_where_it_takes_the_time(grade, monkeypatch):
    monkeypatch.setattr("minigrad.course.grading.grade.EXERCISE_SECONDS", 1.0)
    code = "for i in range(60): print('step', i, '.' * 60)\nimport time; time.sleep(0.1)\nreturn h"
    first = grade(body(code)).first_failure
    assert (first.status, first.ranges) == ("timeout", "")
    assert "together" in first.message
    assert "printing takes long" in first.message
    assert first.output.startswith("step 0")


def test_examples_are_prepared_for_as_long_as_the_process_takes_to_start():
    prepared = []

    class Starting:
        started = property(lambda self: len(prepared) == 3)

    check = replace(RNN.checks[0], prepare=lambda **sizes: prepared.append(sizes))
    prepare(Starting(), [check, check], "0")
    assert prepared == draw(check.choices, check.examples)[:3]


@pytest.mark.parametrize(("seconds", "said"), [(0.0, "took too long this time"), (4.0, "could not be drawn this time")])
def test_a_picture_that_is_not_there_is_said_and_tried_again_next_time(seconds, said, monkeypatch):
    def raises(student):
        raise ValueError

    monkeypatch.setattr("minigrad.course.grading.grade.CHART_SECONDS", seconds)
    monkeypatch.setattr(type(RNN), "chart", raises)
    with SharedProcess() as shared:
        result = grade_with(RNN, shared.given(RIGHT, RNN))
        draw_chart(RNN, result, shared)
    assert (result.status, result.chart, result.repeatable) == (Status.PASSED, None, False)
    console = Console(width=80, file=io.StringIO(), no_color=True)
    console.print(report([RNN.heading], [result], Commands("python grader.py", None)))
    assert f"The picture {said}, and is left out." in console.file.getvalue()


@pytest.mark.exhaustive
def test_of_a_call_by_way_of_what_came_with_the_file_their_own_function_is_told(grade, short_deadlines):
    exercise = without_predictions(COURSE.find("backprop"))
    (check,) = [check for check in exercise.checks if check.title == "blame: a chain"]
    for change, said in {
        "while True:\n        pass": "did not finish within",
        "raise ValueError": "raised ValueError",
    }.items():
        source = exercise.solution.replace("    for node in order:\n", f"    {change}\n    for node in order:\n", 1)
        first = source[: source.index(change)].count("\n") + 1
        found = grade(source, exercise, [check]).checks[0]
        assert found.message.startswith(f"Your backpropagate {said}")
        assert all(name not in found.message for name in ("blames_of", "which calls"))
        assert found.counterexample.function == "backpropagate"
        assert {line.number for line in found.counterexample.lines} <= {first, first + 1}


def test_a_check_that_raises_when_sizes_are_looked_at_has_its_verdict(monkeypatch):
    def raising(*_):
        raise ValueError

    monkeypatch.setattr(grade_module, "deciding_sizes", raising)
    exercise = COURSE.find("rnn_cell")
    result = grade_source(exercise, exercise.mistakes[0].apply(exercise.solution), Path(exercise.file), chart=False)
    assert result.first_failure.status == Status.FAILED
