"""check-course finds what an author left undone, in a course of one exercise."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from minigrad.course.authors.check_course import check_course
from minigrad.course.authors.tables import affected
from minigrad.course.catalogue.course import Course
from minigrad.course.catalogue.skeleton import make_skeleton
from minigrad.course.checks.examples import SALT, draw, salted, seed
from minigrad.course.grading.grade import grade_with

from ..commands import Here
from ..double import CHECKS, NOTES, SOLUTION
from ..processes import SharedProcess

ROOT = Path(__file__).parents[3]
MISTAKES = [f'[[mistakes]]\nsays = "Not {k} times."\nreplace = [["2 * x", "{k} * x"]]\n' for k in range(3, 11)]
VARIANTS = [f'[[variants]]\nname = "{v}"\nreplace = [["2 * x", "{v}"]]\n' for v in ("x * 2", "x + x", "4 * x / 2")]
TRIPLE = """

def triple(x):
    # BEGIN SOLUTION
    return 3 * x
    # END SOLUTION
"""
CHECK_OF_TRIPLE = """
@check("three times as much", points=1, examples=8, seed=seed)
def test_triple(student, seed):
    x = np.random.default_rng(seed).normal(size=3)
    expect("the triple", student.triple(x=x), x + x + x)
"""
POWER = SOLUTION.replace("(x)", "(x, k)")
ASKED = """
from minigrad.course.checks import Ask, size

ask = Ask("double", takes="x k", gives={"y": "D"}, N=size, D=size)
ask.example(lambda rng, N, D: {"x": rng.normal(size=D), "k": rng.normal(size=N)})
ask.reference(lambda x: x + x)
test_double = ask.check("twice as much", 1)
"""


@pytest.fixture(scope="module")
def shared():
    with SharedProcess() as process:
        yield process


@pytest.fixture
def course(tmp_path, shared, monkeypatch):
    """Write a course, with the given parts changed, and say whether it holds and what was printed.

    What runs in processes of its own otherwise shares one here.
    """
    monkeypatch.setattr(
        "minigrad.course.authors.check_course.grade_source",
        lambda exercise, source, path, chart: grade_with(exercise, shared.given(source, exercise)),
    )
    monkeypatch.setattr(
        "minigrad.course.authors.check_course.StudentProcess",
        lambda name, file, source, imports: contextlib.nullcontext(shared.given(source)),
    )

    def examine(solution=SOLUTION, notes=NOTES, mistakes=MISTAKES, variants=VARIANTS, checks=CHECKS, exercise=None):
        for folder in ("exercises", "solutions", "tests/exercises"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "solutions" / "ex01_double.py").write_text(solution, "utf-8")
        (tmp_path / "exercises" / "ex01_double.py").write_text(exercise or make_skeleton(solution), "utf-8")
        (tmp_path / "tests/exercises/test_ex01_double.py").write_text(checks, "utf-8")
        (tmp_path / "tests/exercises/ex01_double.toml").write_text("\n".join([notes, *mistakes, *variants]), "utf-8")
        screen = io.StringIO()
        return check_course(Course(tmp_path), Console(file=screen, width=200), pool=[Here()]), screen.getvalue()

    return examine


def test_a_finished_exercise_holds(course):
    holds, printed = course()
    assert holds, printed
    assert "8 of 8 mistakes (100.0%)" in printed
    assert "Refused: 0 of 3 correct variants." in printed


def test_a_mistake_that_few_examples_show_is_told_with_the_first_salt_under_which_none_does(course):
    first = {}
    for salt in (SALT, "1", "2"):
        drawn = draw(salted({"seed": seed}, salt), 8, salt)
        first[salt] = np.random.default_rng(drawn[-1]["seed"]).normal(size=3)[0].item()
    rare = f'[[mistakes]]\nsays = "Seldom."\nreplace = [["2 * x", "2 * x + (x[0] in {[*first.values()]})"]]\n'
    holds, printed = course(mistakes=[*MISTAKES, rare])
    assert not holds
    assert "this mistake survives under the salt 3: Seldom." in printed


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"checks": CHECKS.replace("x + x)", "student.double(x=x))")}, "survives the checks: Not 3 times."),
        ({"mistakes": [MISTAKES[0].replace("Not 3", "Never 3"), *MISTAKES]}, "is told as: Never 3 times."),
        ({"mistakes": MISTAKES[1:]}, "has 7 mistakes, fewer than 8"),
        (
            {"mistakes": [*MISTAKES, MISTAKES[0].replace("3 * x", "x / None").replace("Not 3", "These are")]},
            "this mistake raises, and its sentence speaks of numbers that came out: These are times.",
        ),
        (
            {"mistakes": [*MISTAKES, MISTAKES[0].replace("3 * x", "3 * y").replace("Not 3", "Not y")]},
            "raises NameError: ",
        ),
        ({"variants": VARIANTS[1:]}, "has 2 correct variants, fewer than 3"),
        ({"variants": [*VARIANTS, VARIANTS[0].replace("x * 2", "x * 3")]}, "variant 'x * 3' does not pass"),
        ({"notes": NOTES.replace("Add it to itself.", " ")}, "has no hints, or an empty one"),
        ({"exercise": SOLUTION}, "is not what its solution generates"),
        ({"solution": SOLUTION.replace("    # END SOLUTION\n", "")}, "the untouched exercise is passed"),
        (
            {"solution": SOLUTION.replace("number.", "number.\n\n>>> double(2)\n5\n")},
            "'double(2)' of its solution gives '4'; below it stands '5'",
        ),
        ({"solution": "wrong = 4  # PREDICTION\n" + SOLUTION}, "the solution has wrong. Each needs a [[predictions]]"),
        ({"notes": NOTES + '[[predictions]]\nname = "x"\n'}, "needs [[predictions]], each with name"),
        ({"solution": SOLUTION.replace("Double", "TODO")}, "ex01_double.py has a TODO in line 1"),
        ({"checks": CHECKS + CHECKS.replace("test_", "test_again_")}, "several checks have the title"),
        ({"checks": CHECKS.replace("x + x)", "x + x + 1)")}, "the solution does not pass"),
    ],
)
def test_an_unfinished_exercise_is_named(course, changes, text):
    holds, printed = course(**changes)
    assert not holds
    assert text in printed


def test_a_mistake_that_another_salt_would_pass_is_named(course):
    rare = '[[mistakes]]\nsays = "Not if it is large."\nreplace = [["2 * x", "(2 + (x[0] > 1.3)) * x"]]\n'
    holds, printed = course(mistakes=[rare, *MISTAKES])
    assert not holds
    assert "this mistake survives under the salt" in printed
    assert "Not if it is large.\n  Draw what shows it more often." in printed


@pytest.mark.parametrize("other", ["", '[[mistakes]]\nsays = "Not 5 times."\nreplace = [["2 * x", "x * 5"]]\n'])
def test_two_mistakes_that_are_told_as_a_third_are_named(course, other):
    holds, printed = course(
        solution=SOLUTION.replace("2 * x", "2 * x + 0") + TRIPLE,
        checks=CHECKS + CHECK_OF_TRIPLE,
        mistakes=[
            *MISTAKES,
            '[[mistakes]]\nsays = "Both off."\nreplace = [["2 * x", "3.5 * x"], ["3 * x", "3 * x + 1"]]\n',
            '[[mistakes]]\nsays = "And a half."\nreplace = [["+ 0", "+ 1.5 * x"]]\n',
            *filter(None, [other]),  # the sentence of several
        ],
    )
    assert not holds
    assert "Told as a third mistake: 1 of " in printed
    assert "these mistakes at once: Both off.\n  And a half.\n  are told as: Not 5 times." in printed


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"mistakes": [*MISTAKES, MISTAKES[0].replace("2 * x", "5 * x")]}, "replaces '5 * x', which stands 0 times"),
        ({"variants": [*VARIANTS, VARIANTS[0].replace("2 * x", "    ")]}, "replaces '    ', which stands 2 times"),
        ({"checks": ASKED.replace('"x k"', '"k x"'), "solution": POWER}, "takes says k, x; the function has x, k"),
        ({"checks": ASKED.replace('"x k"', '"x"'), "solution": POWER}, "takes says x; the function has x, k"),
        ({"checks": ASKED, "solution": POWER.replace("x, k", "x")}, "takes says x, k; the function has x"),
        ({"mistakes": [*MISTAKES, MISTAKES[0].replace("3 * x", "3 *")]}, "the change of 'Not 3 times.'"),
        ({"mistakes": [*MISTAKES, MISTAKES[0].replace("says", "sais")]}, '"sais" below [[mistakes]], which means'),
        ({"mistakes": [*MISTAKES, MISTAKES[0].replace("says", "# s")]}, "needs [[mistakes]], each with says"),
        (
            {"variants": [*VARIANTS, '[[variants]]\nname = "flat"\nreplace = ["a", "b"]']},
            "needs [[variants]], each with",
        ),
        ({"mistakes": [*MISTAKES, MISTAKES[0] + 'form = "x + y"\n']}, "the form 'x + y', and no variant has this name"),
        ({"notes": NOTES + '[blocks]\nnames = ["a", "b"]\n'}, "needs names ="),
        ({"notes": NOTES.replace("title", "titel")}, 'toml has "titel", which means nothing; did you mean "title"?'),
        ({"notes": NOTES.replace('title = "Twice"', "")}, 'ex01_double.toml needs title = "..."'),
        ({"notes": NOTES.replace('["Add it to itself."]', '"Add."')}, "ex01_double.toml needs hints"),
        ({"notes": NOTES.replace("title =", "title")}, "ex01_double.toml is no TOML"),
        ({"solution": SOLUTION.replace("2 * x", "2 * * x")}, "ex01_double.py, line 6: SyntaxError"),
        ({"solution": SOLUTION + "\n1 / 0\n"}, "the solution does not pass"),
        ({"checks": CHECKS.replace("def ", "deff ")}, "test_ex01_double.py, line 6: SyntaxError"),
        ({"checks": CHECKS.replace("seed=seed", "sed=seed")}, 'the check "twice as much" raises'),
        ({"checks": CHECKS.replace("x + x", "y + y")}, "test_ex01_double.py, line 8: NameError"),
        ({"checks": CHECKS.replace("@check", "# @check")}, "has no checks"),
    ],
)
def test_nothing_else_is_tried_while_an_exercise_is_broken(course, changes, text):
    holds, printed = course(**{"exercise": make_skeleton(SOLUTION), **changes})
    assert not holds
    assert text in printed
    assert printed.startswith("✗ double: ")
    assert printed.endswith("1 problem.\n")


@pytest.mark.parametrize(
    ("function", "holds"), [("x, k", True), ("x, k, more=1", True), ("x, k=1, *more", True), ("x, k, more", False)]
)
def test_a_function_may_have_more_parameters_than_are_taken_if_it_needs_none(course, function, holds):
    _, printed = course(checks=ASKED, solution=POWER.replace("x, k", function))
    assert ("takes says" not in printed) == holds


@pytest.mark.parametrize(
    ("gives", "text"),
    [
        ("D", ""),
        ("K", "gives y as (K,), and no size is called K; this axis is as long as D"),
        ("N", "gives y as (N,), and its reference gives an array of shape (3,), where N = 2, D = 3"),
    ],
)
def test_names_of_axes_that_do_not_fit_are_named(course, gives, text):
    _, printed = course(checks=ASKED.replace('"y": "D"', f'"y": "{gives}"'), solution=POWER)
    assert text in printed
    assert ("the Ask of double" in printed) == bool(text)


def test_a_picture_that_raises_is_named(course):
    drawing = "\nfrom minigrad.course.checks import chart\n\n@chart\ndef draw(student):\n    "
    for body, text in [
        ("1 / 0", "line 14: ZeroDivisionError"),
        ("return 3", "its chart is neither Chart, Bars, Grid nor Words: 3"),
    ]:
        holds, printed = course(checks=CHECKS + drawing + body)
        assert not holds
        assert text in printed


def test_what_has_not_changed_is_not_tried_again(course, monkeypatch):
    first = course()
    tried = []
    monkeypatch.setattr(Here, "submit", lambda self, *call: tried.append(call))
    holds, printed = course()
    assert (holds, tried) == (first[0], [])
    assert "double: nothing changed since " in printed
    assert "8 of 8 mistakes (100.0%)" in printed


def test_what_has_changed_is_tried_again(course):
    course()
    holds, printed = course(mistakes=MISTAKES[1:])
    assert not holds
    assert "has 7 mistakes" in printed
    holds, printed = course(mistakes=MISTAKES[1:], exercise="# another file\n")
    assert "is not what its solution generates" in printed


def test_only_what_a_mistake_concerns_is_looked_at():
    source = "import math\n\ndef f(x): return x\n\ndef g(x): return f(x)\n\ndef h(x): return 3\n"
    assert affected(source, source.replace("return x", "return -x")) == {"f", "g"}
    assert affected(source, source.replace("3", "4")) == {"h"}
    assert affected(source, source.replace("import math", "import cmath")) == {"f", "g", "h"}


@pytest.mark.exhaustive
@pytest.mark.skipif(os.name == "nt", reason="signals between processes are a thing of POSIX")
def test_ctrl_c_ends_it_at_once(course, tmp_path):
    course()  # writes its files
    command = [sys.executable, "-m", "minigrad.course", "check-course", "--fresh"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    for exercise in tmp_path.glob("tests/exercises/test_*"):  # so that it takes long
        exercise.write_text(CHECKS.replace("    x =", "    import time; time.sleep(1)\n    x ="), "utf-8")
    with subprocess.Popen(command, cwd=tmp_path, env=environment, start_new_session=True, **pipes) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while process.poll() is None and len(children.read_text().split()) < 2:
            time.sleep(0.05)
        time.sleep(1.0)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, b"")
    assert b"Stopped." in out
