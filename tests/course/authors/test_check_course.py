"""check-course finds what an author left undone, in a course of one exercise."""

import io

import pytest
from rich.console import Console

from minigrad.course.authors.check_course import check_course
from minigrad.course.catalogue.course import Course
from minigrad.course.catalogue.skeleton import make_skeleton

from ..commands import Here

SOLUTION = '''"""Double a number."""


def double(x):
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION
'''
CHECKS = """
import numpy as np
from minigrad.course.checks import check, expect, seed

@check("twice as much", points=1, seed=seed)
def test_double(student, seed):
    x = np.random.default_rng(seed).normal(size=3)
    expect("the result", student.double(x=x), x + x)
"""
MISTAKES = [f'[[mistakes]]\nsays = "Not {k} times."\nreplace = [["2 * x", "{k} * x"]]\n' for k in range(3, 11)]
VARIANTS = [f'[[variants]]\nname = "{v}"\nreplace = [["2 * x", "{v}"]]\n' for v in ("x * 2", "x + x", "4 * x / 2")]
TRIPLE = """

def triple(x):
    # BEGIN SOLUTION
    return 3 * x
    # END SOLUTION
"""
CHECK_OF_TRIPLE = """
@check("three times as much", points=1, seed=seed)
def test_triple(student, seed):
    x = np.random.default_rng(seed).normal(size=3)
    expect("the triple", student.triple(x=x), x + x + x)
"""
NOTES = 'chapter = "1 Numbers"\ntitle = "Twice"\nhints = ["Add it to itself."]\n'


@pytest.fixture
def course(tmp_path):
    """Write a course, with the given parts changed, and say whether it holds and what was printed."""

    def examine(solution=SOLUTION, notes=NOTES, mistakes=MISTAKES, variants=VARIANTS, checks=CHECKS, exercise=None):
        for folder in ("exercises", "solutions", "tests/exercises"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "solutions" / "ex01_double.py").write_text(solution, "utf-8")
        (tmp_path / "exercises" / "ex01_double.py").write_text(exercise or make_skeleton(solution), "utf-8")
        (tmp_path / "tests/exercises/test_ex01_double.py").write_text(checks, "utf-8")
        (tmp_path / "tests/exercises/ex01_double.toml").write_text("\n".join([notes, *mistakes, *variants]), "utf-8")
        screen = io.StringIO()
        return check_course(Course(tmp_path), Console(file=screen, width=200), pool=Here()), screen.getvalue()

    return examine


def test_a_finished_exercise_holds(course):
    holds, printed = course()
    assert holds, printed
    assert "8 of 8 mistakes (100.0%)" in printed
    assert "Refused: 0 of 3 correct variants." in printed


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
        ({"variants": VARIANTS[1:]}, "has 2 correct variants, fewer than 3"),
        ({"variants": [*VARIANTS, VARIANTS[0].replace("x * 2", "x * 3")]}, "variant 'x * 3' does not pass"),
        ({"notes": NOTES.replace("Add it to itself.", " ")}, "has no hints, or an empty one"),
        ({"exercise": SOLUTION}, "is not what its solution generates"),
        ({"solution": SOLUTION.replace("    # END SOLUTION\n", "")}, "the untouched exercise is passed"),
        ({"solution": SOLUTION.replace("Double", "TODO")}, "ex01_double.py has a TODO in line 1"),
        ({"checks": CHECKS + CHECKS.replace("test_", "test_again_")}, "several checks have the title"),
        ({"checks": CHECKS.replace("x + x)", "x + x + 1)")}, "the solution does not pass"),
    ],
)
def test_an_unfinished_exercise_is_named(course, changes, text):
    holds, printed = course(**changes)
    assert not holds
    assert text in printed


def test_two_mistakes_that_are_told_as_a_third_are_named(course):
    holds, printed = course(
        solution=SOLUTION.replace("2 * x", "2 * x + 0") + TRIPLE,
        checks=CHECKS + CHECK_OF_TRIPLE,
        mistakes=[
            *MISTAKES,
            '[[mistakes]]\nsays = "Both off."\nreplace = [["2 * x", "3.5 * x"], ["3 * x", "3 * x + 1"]]\n',
            '[[mistakes]]\nsays = "And a half."\nreplace = [["+ 0", "+ 1.5 * x"]]\n',
        ],
    )
    assert not holds
    assert "Told as a third mistake: 1 of 9 pairs." in printed
    assert "these mistakes at once: Both off.\n  And a half.\n  are told as: Not 5 times." in printed


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"mistakes": [*MISTAKES, MISTAKES[0].replace("2 * x", "5 * x")]}, "replaces '5 * x', which stands 0 times"),
        ({"variants": [*VARIANTS, VARIANTS[0].replace("2 * x", "    ")]}, "replaces '    ', which stands 2 times"),
        ({"mistakes": [*MISTAKES, MISTAKES[0].replace("3 * x", "3 *")]}, "the change of 'Not 3 times.'"),
        ({"mistakes": [*MISTAKES, MISTAKES[0].replace("says", "sais")]}, "needs [[mistakes]], each with says"),
        (
            {"variants": [*VARIANTS, '[[variants]]\nname = "flat"\nreplace = ["a", "b"]']},
            "needs [[variants]], each with",
        ),
        ({"mistakes": [*MISTAKES, MISTAKES[0] + 'form = "x + y"\n']}, "the form 'x + y', and no variant has this name"),
        ({"notes": NOTES + '[blocks]\nnames = ["a", "b"]\n'}, "needs names ="),
        ({"notes": NOTES.replace("title", "titel")}, 'ex01_double.toml needs title = "..."'),
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
    assert printed.endswith("1 problem.\n")


def test_a_picture_that_raises_is_named(course):
    drawing = "\nfrom minigrad.course.checks import chart\n\n@chart\ndef draw(student):\n    "
    for body, text in [("1 / 0", "line 14: ZeroDivisionError"), ("return 3", "its chart is no Chart: 3")]:
        holds, printed = course(checks=CHECKS + drawing + body)
        assert not holds
        assert text in printed
