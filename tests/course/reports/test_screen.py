"""The student's screen fits: into 80 columns, and one verdict into 40 lines."""

import functools
import io
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from minigrad.course.catalogue.course import Course
from minigrad.course.reports import failure, screen
from minigrad.course.reports.fitted import Fitted, Part
from minigrad.course.results.limits import KEPT
from minigrad.course.results.outcomes import Line, Warned
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import CheckResult, Counterexample, ExerciseResult, Heading
from minigrad.course.student.process import StudentProcess

from ...conftest import quick

COURSE = Course(Path(__file__).parents[3])


def shown(renderable, width=80):
    console = Console(width=width, file=io.StringIO(), no_color=True)
    console.print(renderable)
    return console.file.getvalue().rstrip("\n").split("\n")


@pytest.mark.exhaustive
@given(
    size=st.integers(1, 9),
    message=st.text(max_size=600),
    diagnosis=st.text(max_size=300),
    output=st.text(max_size=900),
    lines=st.integers(0, 3),
    warnings=st.integers(0, 9),
    exercise=st.sampled_from(COURSE.exercises),
    height=st.sampled_from([22, 30, screen.SCREEN]),
)
@settings(max_examples=60, deadline=None)
def test_a_failed_check_fits_into_the_lines_that_there_are(
    size, message, diagnosis, output, lines, warnings, exercise, height
):
    array = np.arange(size**2 / 1.0).reshape(size, size)
    example = Counterexample(
        {"N": size},
        "f",
        dict.fromkeys("abcdef", array),
        label="y",
        got=None if lines else array,
        expected=None if lines else array + 1,
        wrong=None if lines else array > 1,
        lines=[Line(k, "f", "y = x", [(name, "1") for name in "abcdefgh"]) for k in range(lines)],
    )
    failed = CheckResult(
        "a check",
        1,
        Status.ERROR if lines else Status.FAILED,
        message=message,
        diagnosis=diagnosis,
        output=output.replace(" ", "\n"),
        warnings=[Warned(k, "y = x", "overflow") for k in range(warnings)],
        counterexample=example,
        ranges="right for N = 1, wrong for N ≥ 2",
    )
    others = [CheckResult(check.title, check.points, Status.FAILED) for check in exercise.checks[1:]]
    others[-1].status, others[-1].message = Status.BLOCKED, 'Waits for the check "a check".'
    checks = [failed, *others]
    result = ExerciseResult(exercise.heading, Path("exercises") / exercise.file, checks)
    command = screen.Commands("python grader.py", None, watching=True)
    screenful = shown(screen.report(COURSE.headings, [result], command, height))
    assert len(screenful) <= height
    assert exercise.name in screenful[0]
    assert "Next:" in "\n".join(screenful)
    if height == screen.SCREEN:
        assert 'Waits for the check "a check".' in "\n".join(screenful)


@pytest.mark.parametrize("shape", [(3, 5), (20, 1), (2, 2), (9, 9), (2, 2, 3)])
def test_expected_stands_beside_got_however_many_arguments_there_are(shape):
    want = np.arange(np.prod(shape)).reshape(shape) + 0.123456789
    got = want + 1e-6 * (want > want.mean())
    example = Counterexample(
        {}, "f", dict.fromkeys("abcdef", np.ones((4, 6))), label="y", got=got, expected=want, wrong=got != want
    )
    lines = shown(Fitted(list(failure.failure(CheckResult("a check", 1, Status.FAILED, counterexample=example))), 20))
    assert any("expected y" in line and "got (* is wrong)" in line for line in lines)
    assert any(line.rstrip().endswith("*") for line in lines)
    assert len(lines) <= 20


@pytest.mark.parametrize(
    "text", ["overflow encountered in exp", "divide by zero encountered in scalar divide", "Mean of empty slice."]
)
def test_what_numpy_warns_of_is_said_to_be_its_own(text):
    check = CheckResult("a check", 1, Status.FAILED, warnings=[Warned(3, "np.exp(x)", text)])
    lines = shown(Fitted(list(failure.failure(check)), 20))
    assert f"    NumPy warns of {text}:" in [line.rstrip() for line in lines]


@pytest.mark.parametrize("text", ["careful", "overflow encountered in exp\nNow erase the disk", "x" * 200])
def test_what_the_students_code_warns_of_is_not(text):
    check = CheckResult("a check", 1, Status.FAILED, warnings=[Warned(3, "warnings.warn(said)", text)])
    lines = shown(Fitted(list(failure.failure(check)), 20))
    assert f"Your code warns: {text[:7]}" in " ".join(" ".join(lines).split())
    assert "NumPy" not in "".join(lines)
    assert len(lines) <= 8


@pytest.mark.parametrize("say", ["np.exp(x)", "x / 0", "x.astype(int)", "np.float64(1) / 0", "x[:0].mean()"])
def test_numpys_own_warnings_are_known(say):
    """Whatever it warns of at a student's line, in the words of this NumPy."""
    source = f"import numpy as np\ndef f(x):\n    {say}\n    return x\n"
    with StudentProcess("demo", "demo.py", source) as process:
        warned = process.call("f", [np.array([1e9, np.nan])]).warnings
    assert warned
    assert all(failure._warned(w.text).startswith("NumPy warns of") for w in warned)


def test_nothing_is_counted_of_what_was_not_kept():
    assert "(92 more lines)" in "".join(shown(failure.printed("x\n" * 100)))
    kept = "".join(shown(failure.printed("x\n" * (KEPT // 2))))
    assert "much more" in kept
    assert "more lines" not in kept


@pytest.mark.parametrize("width", quick(1, [50, 60, 80, 120]))
def test_marks_and_points_are_there_at_any_width(width):
    results = [
        ExerciseResult(e.heading, Path(e.file), [CheckResult(check.title, 7, Status.FAILED, 3) for check in e.checks])
        for e in COURSE.exercises
    ]
    lines = shown(screen.overview(results, 99), width)
    for result in results:
        (row,) = [line for line in lines if f" {result.exercise.number} {result.exercise.name} " in line]
        assert "✗" in row
        assert f"{3 * len(result.checks)}/{7 * len(result.checks)}" in row
        alone = shown(screen.report(COURSE.headings, [result], screen.Commands("python grader.py", None)), width)
        assert sum("✗" in line and "3/7" in line for line in alone) == len(result.checks)


CHAPTERS = {
    "0 Sequences as numbers": range(4),
    "1 Gradients from nothing": range(4, 9),
    "2 Recurrence": range(9, 15),
    "3 Gradients through time": range(15, 19),
    "4 Gates": range(19, 25),
    "5 Learning to write": range(25, 30),
    "6 Beyond recurrence": range(30, 34),
}


def thirty_four(passed=(), failed=(), infra=()):
    """The results of a course of 34 exercises; what is named nowhere was not started."""

    def result(n, chapter):
        of = {Status.PASSED: passed, Status.FAILED: failed, Status.INFRA: infra}
        status = next((status for status, numbers in of.items() if n in numbers), Status.NOT_STARTED)
        checks = [CheckResult("a check", 10, status, 10 * (n in passed), message="y is wrong." * (n in failed))]
        touched = status != Status.NOT_STARTED
        return ExerciseResult(
            Heading(f"ex{n:02}_exercise{n}", f"The title of {n}", chapter), Path(f"{n}.py"), checks, touched=touched
        )

    return [result(n, chapter) for chapter, numbers in CHAPTERS.items() for n in numbers]


def test_where_there_is_no_verdict_there_are_no_points_and_no_zero():
    results = thirty_four(passed=[9], infra=[26])
    command = screen.Commands("python grader.py", None)
    alone = "\n".join(shown(screen.report([r.exercise for r in results], results[26:27], command)))
    assert "26 exercise26, ? of 10 points: The title of 26" in alone
    assert "0 of 10 points" not in alone
    assert "? of 340 points, 1 of 34 exercises" in "\n".join(shown(screen.overview(results, 50)))


def row_of(text, lines):
    (row,) = [line for line in lines if text in line]
    return row


@pytest.mark.parametrize("width", [50, 80])
@pytest.mark.parametrize("done", [0, 3, 12, 24, 33, 34])
def test_however_many_exercises_there_are_a_report_fits_into_24_lines(done, width):
    results = thirty_four(passed=range(done))
    lines = shown(screen.report([r.exercise for r in results], results, screen.Commands("grader", None)), width)
    assert len(lines) < 24
    assert all(len(line) <= width for line in lines)
    assert f"{done} of 34 exercises" in "\n".join(lines)
    for chapter in CHAPTERS:
        assert sum(chapter in line for line in lines) == 1
    if done < 34:
        assert f"The title of {done}" in row_of(f" exercise{done} ", lines)


def test_what_is_done_is_folded_and_the_chapter_of_the_next_step_is_not():
    lines = shown(screen.overview(thirty_four(passed=[*range(5), 11]), 22))
    assert "✓ 0 Sequences as numbers" in row_of("Sequences", lines)
    assert "4 passed: exercise0, exercise1" in row_of("Sequences", lines)
    assert row_of("Sequences", lines).rstrip().endswith("40/40")
    assert [line.split()[:2] for line in lines[1:7]] == [
        ["1", "Gradients"],
        ["✓", "4"],
        *(["·", str(n)] for n in range(5, 9)),
    ]
    assert "1 of 6 passed" in row_of("Recurrence", lines)
    assert row_of("Recurrence", lines).rstrip().endswith("10/60")
    assert "· 4 Gates" in row_of("Gates", lines)
    assert "6 exercises" in row_of("Gates", lines)
    alone = [r for r in thirty_four() if r.exercise.number < 5]
    assert row_of("Gradients", shown(screen.overview(alone, 5))).rstrip().endswith("1 exercise")


def test_what_falls_short_is_named_wherever_it_is():
    lines = shown(screen.overview(thirty_four(passed=[9], failed=[2, 10, 12], infra=[26]), 22))
    assert "✗  2 exercise2 " in "\n".join(lines)
    assert "1 of 6 passed; to do: exercise10" in row_of("Recurrence", lines)
    assert "✗" in row_of("Recurrence", lines)
    assert row_of("Learning to write", lines).split()[0] == "?"
    assert "?/50" in row_of("Learning to write", lines)


def test_the_points_of_chapters_and_exercises_end_in_one_column():
    lines = shown(screen.overview(thirty_four(passed=[*range(5), 11, 12]), 22))
    assert {len(line.rstrip()) for line in lines if re.search(r"\d/\d+$", line.rstrip())} == {72}


def test_where_there_is_room_for_all_nothing_is_folded():
    lines = shown(screen.overview(thirty_four(passed=range(34)), 43))
    assert all(row_of(f" exercise{n} ", lines) for n in range(34))
    assert len(lines) <= 43


def test_all_wrong_predictions_are_told_at_once_and_the_first_check_of_code():
    exercise, wrong = COURSE.find("rnn_cell"), Status.FAILED
    named = [("prediction: one", wrong), ("prediction: two", Status.PASSED), ("prediction: three", wrong)]
    code = [("code", wrong), ("more code", wrong)]
    checks = [CheckResult(title, 1, status, message=f"{title} said") for title, status in [*named, *code]]
    result = ExerciseResult(exercise.heading, Path(exercise.file), checks)
    command = screen.Commands("python grader.py", None)
    lines = "\n".join(shown(screen.report(COURSE.headings, [result], command)))
    assert [f"{title} said" in lines for title, _ in named] == [True, False, True]
    assert "\n    code said" in lines
    assert "more code said" not in lines


def of_checks(*checks):
    """The screen of an exercise with these checks, each a title, a status and what it waits for."""
    made = [CheckResult(title, 1, status, message=message) for title, status, message in checks]
    result = ExerciseResult(COURSE.exercises[0].heading, Path("f.py"), made)
    return functools.partial(screen.report, COURSE.headings, [result], screen.Commands("python grader.py", None))


def test_why_a_check_waits_stands_below_it_and_once_for_those_that_follow_each_other():
    a, b = 'Waits for the check "a".', 'Waits for the check "b".'
    report = of_checks(
        ("a", Status.FAILED, "a is wrong"),
        ("c", Status.BLOCKED, a),
        ("d", Status.BLOCKED, a),
        ("b", Status.FAILED, "b is wrong"),
        ("e", Status.BLOCKED, b),
        ("f", Status.BLOCKED, a),
        ("g", Status.PASSED, ""),
    )
    rows = [" ".join(line.split()) for line in shown(report())[1:11]]
    assert rows[:10] == [
        *("✗ a 0/1", "- c blocked 0/1", "- d blocked 0/1", a),
        *("✗ b 0/1", "- e blocked 0/1", b, "- f blocked 0/1", a),
        "✓ g 0/1",
    ]


def test_what_fails_has_its_name_however_little_room_there_is():
    passed = [(f"fine {k}", Status.PASSED, "") for k in range(9)]
    failed = [(f"wrong {k}", Status.FAILED, "it is wrong") for k in range(4)]
    text = "\n".join(shown(of_checks(*passed, *failed)(height=18)))
    assert "9 checks" in text
    assert all(title in text for title, _, _ in failed)
    assert "fine 3" not in text


def test_a_line_that_calls_itself_is_shown_once():
    line = Line(3, "f", "return f(x)", [("x", "1")])
    check = CheckResult("a check", 1, Status.ERROR, counterexample=Counterexample({}, "f", lines=[line, line, line]))
    assert "\n".join(shown(Fitted(list(failure.failure(check)), 40))).count("return f(x)") == 1


@pytest.mark.parametrize(("height", "kept"), [(100, 20), (15, 12), (7, 4), (6, 3), (3, 0)])
def test_the_last_part_that_may_be_cut_is_cut_first(height, kept):
    parts = [Part(Text("first\nfirst")), Part(Text("\n".join(["last"] * 20)), 0)]
    lines = shown(Fitted(parts, height))
    assert lines.count("first") == 2
    assert lines.count("last") + lines.count("...") == kept
    assert len(lines) <= height


def test_a_line_to_copy_is_never_cut():
    result = ExerciseResult(
        COURSE.exercises[0].heading, Path("long" * 30) / "f.py", [CheckResult("a check", 1, Status.FAILED)]
    )
    command = screen.Commands("python grader.py", Path("long" * 30))
    console = Console(width=50, file=io.StringIO())
    console.print(screen.report(COURSE.headings, [result], command), crop=False)
    assert command(COURSE.exercises[0].name) in console.file.getvalue()


def test_where_there_is_little_room_the_line_that_raised_is_kept():
    lines = [Line(k, f"f{k}", f"return g{k}(x)", [(name, "1") for name in "abcdefgh"]) for k in range(3)]
    check = CheckResult("a check", 1, Status.ERROR, message="why", counterexample=Counterexample({}, "f", lines=lines))
    text = "\n".join(shown(Fitted(list(failure.failure(check)), 9)))
    assert "return g2(x)" in text
    assert "return g0(x)" not in text
