"""Each format holds what its reader asks for, whatever a student's code says or prints."""

import base64
import html.parser
import json
import os
import re
import signal
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from minigrad.course.catalogue.course import Course
from minigrad.course.cli.main import main
from minigrad.course.grading.grade import failed_here, grade_file, grade_source
from minigrad.course.reports import formats, screen
from minigrad.course.results.outcomes import Warned
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import CheckResult, Counterexample, ExerciseResult, Report
from minigrad.course.usage import UsageError

from ...conftest import quick

ROOT = Path(__file__).parents[3]
COURSE = Course(ROOT)
RNN, BPTT, CLIPPING, LSTM = (COURSE.find(name) for name in ("rnn_cell", "bptt", "clipping", "lstm_cell"))
STATUSES = list(Status)
FIRST = len(RNN.notes["predictions"])  # the place of the first check of code
JSON_FORMATS = ("json", "gradescope", "exercism")

HOSTILE = (
    "]]></failure><script>alert(1)</script> & &amp; <!-- \n```\n| a | b |\n````\n# x\n**y**\n![z](javascript:1)"
    "\x00\x07\x0b\x1b[31m\r\n\u202e\ud800\ufffe\U0010ffff\u2028NaN\n::notice title=Autograding report::{}\n##[error]"
    "a ##vso[task.complete result=Succeeded]\n##teamcity[buildStatus text='x']\ntravis_fold:start:a\nsection_end:1:a"
)
COMMAND = re.compile(r"^\s*(?:::|travis_(fold|time):|section_(start|end):)|##\w*\[", re.MULTILINE)  # to a runner
hostile = st.one_of(
    st.just(HOSTILE),
    st.text(alphabet=st.characters(codec=None), max_size=40),
    st.text(alphabet="`|<>&]:#[*_\\\n\r \x00\x1b\ud800{}%$@!-", max_size=40),
)
checks = st.builds(
    CheckResult,
    title=st.sampled_from([check.title for check in RNN.checks]),
    max_points=st.integers(1, 9),
    status=st.sampled_from(STATUSES),
    seconds=st.floats(0, 30),
    message=hostile,
    diagnosis=hostile,
    output=hostile,
).map(lambda check: mark(check, check.max_points if check.status == "passed" else 0))
results_of_anything = st.lists(
    st.builds(
        ExerciseResult,
        exercise=st.sampled_from([RNN.heading, LSTM.heading]),
        path=st.just(Path("a\x01\ud800<b>.py")),
        checks=st.lists(checks, min_size=1, max_size=3),
        touched=st.booleans(),
    ),
    min_size=1,
    max_size=2,
)


def mark(check, points):
    check.points = points
    return check


def text_of(name, results):
    shown = screen.report(COURSE.headings, results, screen.Commands("python grader.py", None))
    return formats.render(name, Report(results, "0"), shown)


def graded(exercise, source):
    return grade_source(exercise, source, Path(exercise.file))


@pytest.fixture(scope="module")
def wrong():
    return graded(RNN, RNN.solution.replace(" + b)", ")").replace("    # BEGIN", "    print('hello')\n    # BEGIN"))


@pytest.fixture(scope="module")
def right():
    return graded(CLIPPING, CLIPPING.solution)


@pytest.fixture(scope="module")
def untouched():
    return grade_file(BPTT, BPTT.root / "exercises" / BPTT.file)


@pytest.fixture(scope="module")
def crashed():
    return graded(LSTM, "def lstm_cell(")


@pytest.fixture(scope="module")
def results(wrong, right, untouched, crashed):
    return [wrong, untouched, right, crashed]


def plain_json(text):
    """Parse JSON as strict readers do: NaN and unpaired surrogates are none."""

    def refuse(constant):
        raise AssertionError(constant)

    data = json.loads(text, parse_constant=refuse)
    json.dumps(data, ensure_ascii=False).encode("utf-8")
    return data


def require(schema, data):
    """Hold an object to a table of its keys: whether one is required, and what its value must satisfy."""
    assert set(data) <= set(schema)
    for key, (required, holds) in schema.items():
        assert key in data or not required, key
        assert key not in data or holds(data[key]), (key, data[key])


def text(limit):
    return lambda value: isinstance(value, str) and len(value) <= limit


def text_or_null(limit):
    return lambda value: value is None or text(limit)(value)


def number(value):
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def one_of(*values):
    return lambda value: value in values


FORMATS_OF_TEXT = one_of("text", "html", "simple_format", "md", "ansi")
VISIBILITY = one_of("hidden", "after_due_date", "after_published", "visible")

# https://gradescope-autograders.readthedocs.io/en/latest/specs/, "Output format".
GRADESCOPE = {
    "execution_time": (False, number),
    "output": (False, text(10**6)),
    "output_format": (False, FORMATS_OF_TEXT),
    "visibility": (False, VISIBILITY),
    "stdout_visibility": (False, VISIBILITY),
    "tests": (True, lambda value: isinstance(value, list) and value),
}
GRADESCOPE_TEST = {
    "score": (False, number),
    "max_score": (False, number),
    "status": (False, one_of("passed", "failed")),
    "name": (False, text(500)),
    "name_format": (False, FORMATS_OF_TEXT),
    "number": (False, lambda value: re.fullmatch(r"\d+(\.\d+)*", value)),
    "output": (False, text(10**5)),
    "output_format": (False, FORMATS_OF_TEXT),
    "visibility": (False, VISIBILITY),
}

# https://github.com/exercism/docs, building/tooling/test-runners/interface.md, version 3; the limit of messages is the
# website's.
EXERCISM = {
    "version": (True, one_of(3)),
    "status": (True, one_of("pass", "fail", "error")),
    "message": (False, text_or_null(65535)),
    "tests": (True, lambda value: isinstance(value, list)),
}
EXERCISM_TEST = {
    "name": (True, text(500)),
    "status": (True, one_of("pass", "fail", "error")),
    "message": (False, text_or_null(65535)),
    "output": (False, text_or_null(500)),
    "task_id": (False, lambda value: isinstance(value, int) and value > 0),
    "test_code": (True, text(10**5)),
}

# The reporter https://github.com/classroom-resources/autograding-grading-reporter reads this, in src/*.js.
CLASSROOM = {
    "version": (False, one_of(3)),
    "status": (True, one_of("pass", "fail", "error")),
    "max_score": (True, number),
    "tests": (True, lambda value: isinstance(value, list)),
}
CLASSROOM_TEST = {
    "name": (True, text(500)),
    "status": (True, one_of("pass", "fail", "error")),
    "message": (False, text_or_null(10**5)),
    "score": (True, number),
}


def check_gradescope(data):
    require(GRADESCOPE, data)
    for test in data["tests"]:
        require(GRADESCOPE_TEST, test)
        assert ("score" in test) == ("status" in test)
        assert test.get("score", 0) <= test["max_score"]
        assert test["output_format"] == test["name_format"] == "text"  # which is escaped; the others can hold HTML


def check_exercism(data):
    require(EXERCISM, data)
    assert (data["status"] == "error") == bool(data["message"])
    assert (data["status"] == "pass") == all(test["status"] == "pass" for test in data["tests"])
    for test in data["tests"]:
        require(EXERCISM_TEST, test)
        assert (test["status"] == "pass") == (test["message"] is None)


def check_classroom(encoded):
    """The verdict, the points and the maximum that the reporter prints."""
    assert len(encoded) < 131_072  # Linux's limit for one environment variable
    data = plain_json(base64.b64decode(encoded, validate=True).decode("utf-8"))
    require(CLASSROOM, data)
    lines = []
    for test in data["tests"]:
        require(CLASSROOM_TEST, test)
        failed = f"Error: {test['message'] or test['name']}"
        lines += [test["name"], *(failed.split("\n") if test["status"] != "pass" else [])]
    assert not any(line.strip().startswith("::") or "##[" in line for line in lines)  # commands to the runner
    return data["status"], sum(test["score"] for test in data["tests"]), data["max_score"]


def check_junit(document):
    """Its structure is that of https://github.com/jenkinsci/xunit-plugin, junit-10.xsd; returns what came of tests."""
    root = ET.fromstring(document.encode("utf-8"))
    assert root.tag == "testsuites"
    assert set(root.attrib) <= {"name", "time", "tests", "failures", "errors"}
    for suite in root:
        assert suite.tag == "testsuite"
        assert {"name", "tests", "failures", "errors"} <= set(suite.attrib)
        assert {child.tag for child in suite} == {"properties", "testcase"}
        for case in suite.iter("testcase"):
            assert set(case.attrib) == {"name", "time", "classname"}
            assert {child.tag for child in case} <= {"skipped", "error", "failure", "system-out"}
    return [case[0].tag if len(case) else "" for case in root.iter("testcase")]


class Page(html.parser.HTMLParser):
    def __init__(self, document):
        super().__init__()
        self.tags, self.text = set(), ""
        self.feed(document)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not any(name.startswith("on") or name in ("href", "src") for name, _ in attrs)

    def handle_data(self, data):
        self.text += data


def check_markdown(document, results):
    """It is one table of the exercises and then headings, diagnoses and blocks of code, and nothing else."""
    tokens = MarkdownIt("commonmark").enable("table").parse(document)
    assert sum(token.type == "tr_open" for token in tokens) == 1 + len(results)
    assert sum(token.type == "td_open" for token in tokens) == 3 * len(results)
    blocks = {token.type.removesuffix("_open") for token in tokens if token.level == 0 and token.nesting >= 0}
    assert blocks <= {"heading", "table", "paragraph", "fence"}
    within = {child.type for token in tokens for child in token.children or ()}
    assert within <= {"text", "text_special", "strong_open", "strong_close"}
    assert sum(token.type == "heading_open" for token in tokens) == 1 + sum(len(r.first_failures) for r in results)
    return tokens


def check_every_format(results):
    check_gradescope(plain_json(text_of("gradescope", results)))
    check_exercism(plain_json(text_of("exercism", results)))
    check_classroom(text_of("classroom", results))
    check_markdown(text_of("markdown", results), results)
    outcomes = check_junit(text_of("junit", results))
    assert bool({"failure", "error"} & set(outcomes)) == any(shown_as_bad(result) for result in results)
    drawn = {element.tag.partition("}")[2] for element in ET.fromstring(text_of("svg", results)).iter()}
    assert drawn <= {"svg", "title", "style", "defs", "clipPath", "rect", "g", "text", "circle"}
    of_the_page = {"html", "head", "meta", "title", "style", "body", "main", "h1", "pre", "code"}
    assert Page(text_of("html", results)).tags == of_the_page | {"span"}
    assert json.loads(text_of("json", results))["points"] == sum(result.points for result in results)
    for name in formats.SUFFIXES:
        text_of(name, results).encode("utf-8")


def shown_as_bad(result):
    """True if a check went wrong, or is not written in an exercise that was started."""
    statuses = {check.status for check in result.checks}
    return bool({"failed", "error", "timeout", "infra"} & statuses) or (
        "not_started" in statuses and result.falls_short
    )


@given(results_of_anything)
def test_every_format_stays_valid_whatever_a_student_says(results):
    check_every_format(results)


@pytest.mark.parametrize("name", formats.SUFFIXES)
def test_no_format_holds_a_command_to_a_runner(name):
    said = dict.fromkeys(("message", "diagnosis", "output", "call"), HOSTILE)
    check = CheckResult("x", 1, Status.FAILED, warnings=[Warned(1, HOSTILE, HOSTILE)], **said)
    check.counterexample = Counterexample({"N": 1}, "f", {"x": HOSTILE}, "x", HOSTILE, HOSTILE)
    text = text_of(name, [ExerciseResult(RNN.heading, Path(HOSTILE), [check], message=HOSTILE, touched=True)])
    assert not COMMAND.search(text)
    if name == "json":
        assert json.loads(text)["exercises"][0]["checks"][0]["message"] == HOSTILE  # a program reads what was said


@pytest.mark.exhaustive
@pytest.mark.parametrize("character", quick(3, "`\x00😀aé<\n"))
def test_every_format_stays_valid_and_small_with_very_long_lines(character):
    long = character * 100_000
    results = [ExerciseResult(RNN.heading, Path("f.py"), [CheckResult("x", 1, Status.FAILED, 0, 0, long, "", long)])]
    check_every_format(results)
    assert len(text_of("markdown", results).encode("utf-8")) < 2**20 / 31  # GitHub's limit for that of all exercises


@pytest.mark.exhaustive
def test_junit_is_read_by_junitparser(results):
    junitparser = pytest.importorskip("junitparser")
    suites = junitparser.JUnitXml.fromstring(text_of("junit", results).encode("utf-8"))
    counted = {suite.name: (suite.tests, suite.failures, suite.errors, suite.skipped) for suite in suites}
    suites.update_statistics()  # counts anew
    assert counted == {suite.name: (suite.tests, suite.failures, suite.errors, suite.skipped) for suite in suites}
    assert list(counted) == ["9 rnn_cell", "12 bptt", "16 clipping", "19 lstm_cell"]
    first = list(next(iter(suites)))[FIRST]
    assert first.name == RNN.checks[FIRST].title
    assert first.result[0].message.startswith("The bias is missing")
    assert first.system_out == "hello"


@pytest.mark.exhaustive
def test_junit_shows_what_was_not_started_as_skipped(wrong, right, untouched, crashed):
    assert check_junit(text_of("junit", [wrong]))[FIRST] == "failure"
    assert set(check_junit(text_of("junit", [right]))) == {""}
    assert set(check_junit(text_of("junit", [untouched]))) == {"skipped"}
    assert set(check_junit(text_of("junit", [crashed]))) == {"error"}


def test_junit_fails_for_a_function_that_is_not_written_beside_one_that_is():
    source = re.sub(r"(def clip_by_global_norm\(.*\n)", r"\1    raise NotImplementedError\n", CLIPPING.solution)
    result = graded(CLIPPING, source)
    assert result.falls_short
    assert {check.status for check in result.checks} <= {"passed", "not_started", "blocked"}
    assert "failure" in check_junit(text_of("junit", [result]))


def test_gradescope_adds_up_to_the_points_and_begins_with_the_diagnosis(results):
    data = plain_json(text_of("gradescope", results))
    check_gradescope(data)
    assert sum(test["score"] for test in data["tests"]) == sum(result.points for result in results)
    assert sum(test["max_score"] for test in data["tests"]) == sum(result.max_points for result in results)
    first = data["tests"][FIRST]
    assert (first["number"], first["status"]) == (f"9.{FIRST + 1}", "failed")
    assert first["output"].startswith("The bias is missing")
    assert "h_next: the number is wrong" in first["output"]
    assert "Your code printed:\nhello" in first["output"]


def test_exercism_shows_tests_in_the_order_of_their_file(wrong):
    data = plain_json(text_of("exercism", [wrong]))
    check_exercism(data)
    assert data["status"] == "fail"
    assert [test["name"] for test in data["tests"]] == [f"rnn_cell: {check.title}" for check in RNN.checks]
    assert {test["task_id"] for test in data["tests"]} == {9}
    assert data["tests"][FIRST]["output"] == "hello"
    call = "rnn_cell(x, h, W_xh, W_hh, b)"
    called = [test["test_code"] for test in data["tests"][FIRST:]]
    assert called == [call, *[""] * (len(called) - 1)]  # what is blocked calls nothing


@pytest.mark.exhaustive
def test_exercism_gets_one_message_when_no_check_could_run(untouched, crashed, right, wrong):
    commented = graded(CLIPPING, "# my first try\n" + CLIPPING.skeleton)
    for result, says in (
        (untouched, "bptt: This is not written yet."),
        (commented, "clipping: norm_after_clipping is still open."),
        (crashed, "lstm_cell: Python cannot read your file: SyntaxError"),
    ):
        data = plain_json(text_of("exercism", [result]))
        check_exercism(data)
        assert data["status"] == "error"
        assert data["message"].count(says) == 1
    assert plain_json(text_of("exercism", [right]))["status"] == "pass"
    assert plain_json(text_of("exercism", [wrong, crashed]))["status"] == "fail"


def test_classroom_adds_up_to_the_points(results, right):
    points, max_points = sum(r.points for r in results), sum(r.max_points for r in results)
    assert check_classroom(text_of("classroom", results)) == ("fail", points, max_points)
    assert check_classroom(text_of("classroom", [right])) == ("pass", right.points, right.max_points)


@pytest.mark.exhaustive
def test_classroom_fits_into_an_environment_variable_however_much_a_student_says():
    checks = [CheckResult(f"check {k}", 1, Status.FAILED, message='"\n\x1b' * 10_000) for k in range(6)]
    results = [ExerciseResult(RNN.heading, Path("f.py"), checks) for _ in range(31)]
    assert check_classroom(text_of("classroom", results)) == ("fail", 0, 186)


def test_markdown_shows_diagnosis_and_message_of_the_check_to_look_at(results):
    tokens = check_markdown(text_of("markdown", results), results)
    lines = ["".join(child.content for child in token.children) for token in tokens if token.type == "inline"]
    assert f"{sum(r.points for r in results)} of {sum(r.max_points for r in results)} points" in lines
    assert "9 rnn_cell: A cell that remembers" in lines
    assert any(line.startswith("The bias is missing") for line in lines)
    blocks = [token.content for token in tokens if token.type == "fence"]
    assert blocks[0].startswith("h_next: the number is wrong")
    assert blocks[1] == "Your code printed:\nhello\n"


@pytest.mark.parametrize("name", ["html", "svg"])
def test_a_picture_shows_every_line_of_the_screen_at_its_full_length(results, name):
    long = Path("exercises/" + "x" * 90 + ".py")
    results = [ExerciseResult(RNN.heading, long, results[0].checks)]
    document = text_of(name, results).replace("\xa0", " ")
    shown = Page(document).text if name == "html" else "\n".join(ET.fromstring(document).itertext())
    shown = shown.replace("\xa0", " ")
    for words in ("rnn_cell", "the new state", "h_next: the number is wrong", "The bias is missing", str(long)):
        assert words in shown
    if name == "svg":
        width = float(ET.fromstring(document).attrib["viewBox"].split()[2])
        right = [
            float(e.attrib["x"]) + float(e.attrib["textLength"]) for e in texts(document) if "textLength" in e.attrib
        ]
        assert max(right) <= width


@pytest.mark.parametrize("name", formats.SUFFIXES)
def test_whoever_looks_at_a_report_fetches_nothing_from_elsewhere(results, name):
    document = text_of(name, results).replace("http://www.w3.org/2000/svg", "")  # the name of a language
    assert not re.search(r"url\((?!#)|@import|@font-face|\b(?:src|href)\s*=|https?://", document)


def test_in_the_picture_all_words_stand_out_from_the_window():
    every = [CheckResult(status.value, 1, status, 0.0) for status in STATUSES]
    document = text_of("svg", [ExerciseResult(RNN.heading, Path("a.py"), every)])
    window = ET.fromstring(document).find("{http://www.w3.org/2000/svg}rect").attrib["fill"]
    words = set(re.findall(r"-r\d+ \{ fill: (#\w{6})", document))
    assert len(words) > 4  # the marks of the statuses have colours of their own
    for colour in words:
        assert luminance(colour) + 0.05 >= 4.5 * (luminance(window) + 0.05), colour


def luminance(colour):
    """Of a colour such as #1f2328, from 0 to 1, as the Web Content Accessibility Guidelines have it."""
    shares = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def texts(document):
    return ET.fromstring(document).iter("{http://www.w3.org/2000/svg}text")


@pytest.fixture
def target(tmp_path):
    """A folder with one exercise, which is wrong."""
    (tmp_path / RNN.file).write_text(RNN.solution.replace(" + b)", ")"), "utf-8")
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield tmp_path
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_all_formats_are_written_also_when_the_verdict_is_bad(target, capfd):
    files = {name: target / f"out{suffix}" for name, suffix in formats.SUFFIXES.items()}
    files |= {name: target / name / "results.json" for name in JSON_FORMATS}
    for name in JSON_FORMATS:
        files[name].parent.mkdir()
    options = [word for name, path in files.items() for word in (f"--{name}", str(path))]
    assert main(["rnn_cell", "--target", str(target), *options], ROOT) == 1
    assert "The bias is missing" in capfd.readouterr().out
    for path in files.values():
        assert path.read_text("utf-8").strip()
    assert not list(target.rglob("*.part"))


@pytest.fixture
def as_before(monkeypatch, wrong):
    """The grader finds what was found before, and starts no process."""
    monkeypatch.setattr("minigrad.course.cli.grade.grade_all", lambda jobs, *_: [(job, wrong) for job in jobs])


@pytest.mark.parametrize("name", formats.SUFFIXES)
def test_on_standard_output_there_is_nothing_else(as_before, target, capfd, monkeypatch, name):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert main(["rnn_cell", "--target", str(target), f"--{name}", "-"], ROOT) == 1
    shown = capfd.readouterr()
    assert shown.err == ""
    assert "\x1b" not in shown.out
    match name:
        case "json" | "gradescope" | "exercism":
            plain_json(shown.out)
        case "junit" | "svg":
            ET.fromstring(shown.out.encode("utf-8"))
        case "classroom":
            check_classroom(shown.out.removesuffix("\n"))
        case "markdown":
            assert shown.out.startswith("## 2 of 12 points\n")
            assert shown.out.endswith("```\n")
        case "html":
            assert shown.out.startswith("<!DOCTYPE html>\n")
            assert shown.out.endswith("</html>\n")


def test_a_file_that_is_no_result_is_not_overwritten(as_before, target, capfd):
    for name, suffix in formats.SUFFIXES.items():
        for path, may in ((target / "notes.org", False), (target / f"results{suffix}", True)):
            path.write_text("precious", "utf-8")
            assert main(["rnn_cell", "--target", str(target), f"--{name}", str(path)], ROOT) == (1 if may else 2)
            assert (path.read_text("utf-8") == "precious") != may
    assert "is not overwritten" in capfd.readouterr().err


def test_an_empty_file_is_written_to_whatever_its_name(as_before, target):
    summary = target / "step_summary"
    summary.touch()
    assert main(["rnn_cell", "--target", str(target), "--markdown", str(summary)], ROOT) == 1
    assert summary.read_text("utf-8").startswith("## 2 of 12 points\n")


def test_two_results_for_one_file_are_refused(target, capfd):
    assert main(["rnn_cell", "--target", str(target), "--json", "-", "--junit", "-"], ROOT) == 2
    assert "same file" in capfd.readouterr().err


def test_a_file_is_replaced_as_a_whole_or_not_at_all(target, results, monkeypatch):
    path, link = target / "results.json", target / "link.json"
    path.write_text("old", "utf-8")
    link.symlink_to(path)

    def fail(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", fail)
        with pytest.raises(UsageError, match=r"cannot write .*No space left"):
            formats.write("json", link, Report(results, "0"), "")
    assert path.read_text("utf-8") == "old"
    assert sorted(target.iterdir()) == sorted([path, link, target / RNN.file])
    formats.write("json", link, Report(results, "0"), "")
    assert link.is_symlink()
    assert plain_json(path.read_text("utf-8"))["points"] == sum(result.points for result in results)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_written_to_only_if_it_stood_there_before_grading(target, results):
    paths = [target / "results.json", target / "pipe.json"]
    os.mkfifo(paths[1])
    pipes = formats.require_writable({"json": paths[0], "exercism": paths[1]})
    os.mkfifo(paths[0])
    reader = os.open(paths[1], os.O_RDONLY | os.O_NONBLOCK)
    for path in paths:
        formats.write("json", path, Report(results[:1], "0"), "", pipe=path in pipes)
    with open(reader, "rb") as pipe:
        assert plain_json(pipe.read().decode()) == plain_json(paths[0].read_text("utf-8"))
    assert not paths[1].is_file()


def test_where_the_grader_failed_no_format_says_a_zero():
    result = failed_here(RNN, Path("ex09_rnn_cell.py"), "ZeroDivisionError: in the judge")
    says = "The grader itself failed here: ZeroDivisionError: in the judge. This is not your fault."
    [exercise] = json.loads(text_of("json", [result]))["exercises"]
    assert exercise["points"] is None
    assert {(check["points"], check["status"]) for check in exercise["checks"]} == {(None, "infra")}
    assert text_of("markdown", [result]).startswith(f"## ? of {result.max_points} points")
    assert not any({"score", "status"} & set(test) for test in json.loads(text_of("gradescope", [result]))["tests"])
    assert check_classroom(text_of("classroom", [result])) == ("fail", 0, 0)
    assert json.loads(text_of("exercism", [result]))["status"] == "error"
    junit = ET.fromstring(text_of("junit", [result]).encode())
    assert len(list(junit.iter("error"))) == len(RNN.checks)
    assert not list(junit.iter("failure"))
    html = text_of("html", [result])
    assert "?/4" in html
    assert "no verdict" in html
    assert "grade it again" in html
    for name in formats.SUFFIXES:
        if name not in ("html", "svg", "classroom"):
            assert says in text_of(name, [result])


def fields_of(data, path=""):
    """The path of each field, as docs/formats.md writes it, with the value."""
    for name, value in data.items():
        inside = f"{path}*" if path.endswith((".sizes.", ".arguments.")) else path + name
        yield inside, value
        if isinstance(value, dict):
            yield from fields_of(value, f"{inside}.")
        elif inside in ("exercises", "exercises[].checks", "exercises[].checks[].warnings"):
            for entry in value:
                yield from fields_of(entry, f"{inside}[].")


def test_every_field_of_the_json_form_is_documented_with_its_type(results):
    types = {"string": str, "integer": int, "number": (int, float), "list": list, "object": dict, "anything": object}
    page = (ROOT / "docs" / "formats.md").read_text("utf-8")
    documented = dict(re.findall(r"^\| `([^`]+)` \| (\w+(?: or null)?) \|", page, re.MULTILINE))
    warned = CheckResult("a check", 1, Status.FAILED, warnings=[Warned(3, "return np.exp(x)", "overflow in exp")])
    found = list(fields_of(plain_json(text_of("json", [*results, ExerciseResult(RNN.heading, Path(), [warned])]))))
    assert {field for field, _ in found} == set(documented)
    for field, value in found:
        kind, _, null = documented[field].partition(" or ")
        assert isinstance(value, types[kind]) or (null and value is None), (field, value)


def test_ranges_and_warnings_are_in_the_json_form(wrong):
    check = wrong.checks[0]
    check.ranges, check.warnings = "right for N = 1, wrong for N ≥ 2", [Warned(3, "return np.exp(x)", "overflow")]
    (found,) = plain_json(text_of("json", [ExerciseResult(RNN.heading, Path(), [check])]))["exercises"][0]["checks"]
    assert found["ranges"] == check.ranges
    assert found["warnings"] == [{"line": 3, "code": "return np.exp(x)", "text": "overflow"}]


def test_a_dict_is_an_object_in_the_json_form_or_a_list_of_pairs():
    arguments = {"words": {"cat": 1, "dog": [np.inf]}, "pairs": {("a", "b"): {"c": 2}, None: 3}}
    check = CheckResult("a check", 1, Status.FAILED, counterexample=Counterexample({}, "f", arguments))
    (found,) = plain_json(text_of("json", [ExerciseResult(RNN.heading, Path(), [check])]))["exercises"][0]["checks"]
    assert found["counterexample"]["arguments"] == {
        "words": {"cat": 1, "dog": ["inf"]},
        "pairs": [[["a", "b"], {"c": 2}], [None, 3]],
    }


def test_the_json_form_names_every_status():
    page = (ROOT / "docs" / "formats.md").read_text("utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith("| `exercises[].checks[].status`")]
    assert set(re.findall(r'`"(\w+)"`', row)) == set(Status)


def test_junit_tells_the_sizes_of_the_example(results):
    wrong = next(check for result in results for check in result.checks if check.status == Status.FAILED)
    sizes = ", ".join(f"{name} = {n}" for name, n in wrong.counterexample.sizes.items() if name != "seed")
    texts = [case.text for case in ET.fromstring(text_of("junit", results)).iter("failure")]
    assert any(f"was tried with {sizes}:" in text for text in texts)


@pytest.mark.exhaustive
def test_in_a_browser_the_page_keeps_nobody_out_and_fits_and_prints(inspect, results, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(text_of("html", results), "utf-8")
    page = inspect(file.as_uri(), file.as_uri())
    assert page.faults == []
    assert page.requests == [file.as_uri()]
