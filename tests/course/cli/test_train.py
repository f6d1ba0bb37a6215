"""`grader.py train`: what is ready, what it waits for, what is learned, and what Ctrl-C leaves."""

import shutil
from pathlib import Path

import pytest

from minigrad.course.catalogue.course import Course

from ..commands import ROOT, typed

EXERCISE = '''
def {name}(x):
    """{name} x."""
    # BEGIN SOLUTION
    return {factor} * x
    # END SOLUTION
'''
CHECKS = """
from minigrad.course.checks import check, expect

@check("times {factor}", 2, n=[1, 2])
def test_it(student, n):
    expect("y", student.{name}(x=n), {factor} * n)
"""
NOTES = """
chapter = "1 Numbers"
title = "Times {factor}"
hints = ["multiply"]
mistakes = []
variants = []
"""
TRAINING = '''
"""Something grows.

More of this.
"""

import signal

from minigrad.course.training import Learned, Row

def train(progress, double, triple, seed=0):
    x = 1
    for step in progress.steps(4):
        x = double.double(x=x)
        progress.show(size=x)
        if step in {stops}:
            signal.raise_signal(signal.SIGINT)
    row = Row("a doubler", {{"size": x, "thrice": triple.triple(x=x)}}, "It doubles.", weights=1234)
    return Learned(f"It came to {{x}}.", [row], Row("as far as it goes", {{"size": 99, "thrice": 99}}),
                   "How large", {{"size": "of the thing"}}, ["it writes this"])
'''


@pytest.fixture
def course(tmp_path):
    """A course of two exercises, both written, and a training that needs them."""
    for folder in ("exercises", "solutions", "tests/exercises"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / "grader.py", tmp_path)
    for number, (name, factor) in enumerate({"double": 2, "triple": 3}.items(), 1):
        stem, words = f"ex{number:02}_{name}", {"name": name, "factor": factor}
        (tmp_path / "solutions" / f"{stem}.py").write_text(EXERCISE.format(**words), "utf-8")
        (tmp_path / "tests" / "exercises" / f"test_{stem}.py").write_text(CHECKS.format(**words), "utf-8")
        (tmp_path / "tests" / "exercises" / f"{stem}.toml").write_text(NOTES.format(**words), "utf-8")
        write(tmp_path, name, f"return {factor} * x")
    lay(tmp_path)
    return tmp_path


def lay(course, stops=(), name="growth", change=lambda source: source):
    source = change(TRAINING.format(stops=stops).lstrip())
    (course / "tests" / "exercises" / f"training_{name}.py").write_text(source, "utf-8")


def write(course, name, body):
    [solution] = (course / "solutions").glob(f"*_{name}.py")
    (course / "exercises" / solution.name).write_text(f"def {name}(x):\n    {body}\n", "utf-8")


def reset(course, name):
    exercise = Course(course).find(name)
    (course / "exercises" / exercise.file).write_text(exercise.skeleton, "utf-8")


def unwrite(course, name):
    [solution] = (course / "solutions").glob(f"*_{name}.py")
    (course / "exercises" / solution.name).unlink()


def run(course, *words):
    return typed(*words, root=course, cwd=course)


def train(course, *words):
    return run(course, "train", *words)


def test_what_is_ready_is_listed_with_the_command(course):
    done = train(course)
    assert done.returncode == 0
    assert "growth       Something grows  " in done.stdout
    assert "ready" in done.stdout
    assert "\nEach takes seconds to a minute or two. Ctrl-C ends it, and it goes on next time.\n" in done.stdout
    assert done.stdout.endswith("Next: python grader.py train growth\n")


def test_a_training_shows_what_was_learned_and_its_row_above_the_floor(course):
    done = train(course, "growth")
    assert (done.returncode, done.stderr) == (0, "")
    assert "It came to 16." in done.stdout
    assert "it writes this" in done.stdout
    row, floor = (next(line for line in done.stdout.splitlines() if name in line) for name in ("a doubler", "as far"))
    assert row.split()[2:] == ["1,234", "16.00", "48.00"]
    assert floor.split()[-2:] == ["99.00", "99.00"]
    assert done.stdout.index(row) < done.stdout.index(floor)
    assert "a doubler  It doubles." in done.stdout
    assert "How large" in done.stdout
    assert "of the thing" in done.stdout


@pytest.mark.exhaustive
def test_each_chart_is_a_png_of_its_own(course):
    pytest.importorskip("matplotlib")
    bars = 'chart=Bars("One", {"x": x}, ""), more=[Bars("Two", {"x": x}, "")])'
    lay(
        course,
        change=lambda source: source.replace('["it writes this"])', bars).replace("Learned, Row", "Bars, Learned, Row"),
    )
    done = train(course, "growth", "--plots", "plots")
    assert done.returncode == 0
    assert sorted(path.name for path in (course / "plots").iterdir()) == ["growth-2.png", "growth.png"]


def test_what_was_learned_stays_on_the_list(course):
    train(course, "growth")
    listed = train(course).stdout
    assert "done" in listed
    assert "48.00" in listed
    assert "Next" not in listed


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ["training_growth", "tests/exercises/training_growth.py"])
def test_a_training_is_found_by_the_name_of_its_file(course, name):
    assert "It came to 16." in train(course, name).stdout


@pytest.mark.parametrize(
    ("spoil", "state"),
    [
        (lambda course: write(course, "triple", "return 4 * x"), "0 of 2 points"),
        (lambda course: reset(course, "triple"), "not written"),
        (lambda course: unwrite(course, "triple"), "no file"),
    ],
)
def test_a_training_waits_for_what_is_missing_or_wrong_and_points_to_it(course, spoil, state):
    spoil(course)
    listed = train(course)
    assert listed.returncode == 0
    assert "waits" in listed.stdout
    assert f"{state}: triple" in listed.stdout
    done = train(course, "growth")
    assert done.returncode == 1
    assert "✓ 1 double" in done.stdout
    assert f"2 triple {state}" in done.stdout
    assert "python grader.py triple" in done.stdout
    assert "It came to" not in done.stdout


def test_an_exercise_that_the_course_does_not_have_is_named(course):
    lay(course, change=lambda source: source.replace("triple,", "triple, quadruple,"))
    assert "not in this course: quadruple" in train(course).stdout
    done = train(course, "growth")
    assert done.returncode == 1
    assert "quadruple not in this course" in done.stdout


def test_a_name_that_is_not_there_is_corrected(course):
    done = train(course, "groth")
    assert done.returncode == 2
    assert "no training is called 'groth'. Did you mean growth?" in done.stderr


def test_a_course_without_trainings_says_so(course):
    (course / "tests" / "exercises" / "training_growth.py").unlink()
    assert "This course has none." in train(course).stdout
    assert "This course has none." in train(course, "growth").stderr


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda source: source.replace("def train(progress", "def trains(progress"), "train(progress, ...)"),
        (lambda source: source.replace("import signal", "1 / 0"), "line 6: ZeroDivisionError"),
        (lambda source: source.replace("import signal", "import ("), "SyntaxError"),
    ],
)
def test_a_training_that_cannot_be_read_says_where(course, change, text):
    lay(course, change=change)
    done = train(course, "growth")
    assert done.returncode == 2
    assert "training_growth.py" in done.stderr
    assert text in done.stderr


def test_a_function_that_fails_in_the_training_alone_is_named(course):
    write(course, "double", "return 2 * x if x < 5 else x[0]")
    done = train(course, "growth")
    assert done.returncode == 1
    assert "Your double raised TypeError" in done.stdout
    assert "exercises/ex01_double.py" in done.stdout
    assert "ready" in train(course).stdout


@pytest.mark.parametrize(
    ("gives", "shown"),
    [("[x]", "[8]"), ("{x}", "set {8}"), ("__import__('numpy').ones((2, 3))", "an array of shape (2, 3)")],
)
def test_a_function_that_returns_something_odd_in_the_training_alone_is_named(course, gives, shown):
    write(course, "double", f"return 2 * x if x < 5 else {gives.replace('x', '2 * (x // 2)')}")
    lay(course, change=lambda source: source.replace("progress.show(size=x)", "x = int(x) + 0"))
    done = train(course, "growth")
    assert done.returncode == 1
    assert f"The training cannot go on after your double returned {shown}\n" in done.stdout
    assert "training_growth.py, line 14: TypeError" in done.stdout
    assert "double passed its checks, and failed in the training: exercises/ex01_double.py" in done.stdout


@pytest.mark.exhaustive
def test_a_training_that_fails_itself_says_where(course):
    lay(course, change=lambda source: source.replace("progress.show(size=x)", "1 / 0"))
    done = train(course, "growth")
    assert done.returncode == 1
    assert "training_growth.py, line 14: ZeroDivisionError" in done.stdout


def test_ctrl_c_ends_after_the_step_and_shows_what_was_learned_so_far(course):
    lay(course, stops=[1])
    done = train(course, "growth")
    assert done.returncode == 0
    assert "Ended after 2 of 4 steps." in done.stdout
    row = next(line for line in done.stdout.splitlines() if "a doubler" in line)
    assert row.split()[3:] == ["4.00", "12.00", "after", "2", "steps"]
    assert "2 of 4 steps" in train(course).stdout


@pytest.mark.exhaustive
def test_a_second_ctrl_c_ends_at_once(course):
    lay(course, change=lambda source: source.replace("if step in ()", "for _ in range(2)"))
    done = train(course, "growth")
    assert done.returncode == 130
    assert "Stopped." in done.stdout
    assert "It came to" not in done.stdout


@pytest.mark.exhaustive
def test_what_was_learned_in_fewer_steps_does_not_take_the_place_of_all(course):
    train(course, "growth")
    lay(course, stops=[0])
    assert "after 1 steps" in train(course, "growth").stdout
    assert "48.00" in train(course).stdout
    lay(course)
    train(course, "growth")
    assert "after 1 steps" not in train(course).stdout


def that_can_go_on(source):
    """The training with all that its steps change in a list that is kept."""
    source = source.replace("progress.steps(4)", "progress.steps(4, sizes)").replace("x = 1\n", "sizes = [1.0]\n")
    return source.replace("x = double.double(x=x)", "x = double.double(x=sizes[-1])\n        sizes.append(x)")


def test_after_ctrl_c_it_goes_on_where_it_stood(course):
    lay(course, stops=[1], change=that_can_go_on)
    assert "Ended after 2 of 4 steps." in train(course, "growth").stdout
    done = train(course, "growth")
    assert "It goes on after 2 steps. With --fresh it begins anew." in done.stdout
    assert "It came to 16.0." in done.stdout
    assert "It goes on after" not in train(course, "growth").stdout
    assert "Ended after 2 of 4 steps." in train(course, "growth", "--fresh").stdout


def test_it_says_that_it_begins_anew_and_what_has_changed(course):
    lay(course, stops=[1], change=that_can_go_on)
    train(course, "growth")
    write(course, "double", "return 2 * x  # a comment")
    done = train(course, "growth")
    assert "It begins anew: since its 2 steps so far, this has changed: ex01_double.py." in done.stdout
    assert "Ended after 2 of 4 steps." in done.stdout


def test_a_training_with_another_salt_is_kept_beside_it(course):
    lay(course, stops=[1], change=that_can_go_on)
    train(course, "growth", "--salt", "a")
    assert "It goes on" not in train(course, "growth").stdout
    for salt in (["--salt", "a"], []):
        done = train(course, "growth", *salt)
        assert "It goes on after 2 steps." in done.stdout
        assert "begins anew:" not in done.stdout


def capstone(source, mark=16):
    """The training with a goal, and a file that it makes."""
    goals = f'goals=[Goal("size", x + seed, {mark}, look_at="double")], files={{"it.txt": b"made"}})'
    return source.replace("import Learned", "import Goal, Learned").replace(
        '["it writes this"])', f'["it writes this"], {goals}'
    )


def test_a_capstone_is_judged_and_leaves_what_it_made(course):
    lay(course, change=capstone)
    done = train(course, "growth")
    assert done.returncode == 0
    assert "✓  size  16  at least 16" in done.stdout
    assert (course / ".minigrad" / "it.txt").read_text() == "made"
    assert "Made: .minigrad/it.txt\n.minigrad is a hidden folder. With --plots DIR they are in DIR.\n" in done.stdout
    lay(course, change=lambda source: capstone(source, mark=170))  # of another length: Python goes by size and second
    done = train(course, "growth")
    assert done.returncode == 1
    assert "✗  size  16  at least 170" in done.stdout
    assert "This hangs on double most: exercises/ex01_double.py" in done.stdout
    assert "falls short" in train(course).stdout


def test_who_ends_a_capstone_early_and_has_its_goals_may_go_on(course):
    lay(course, stops=[1], change=lambda source: capstone(source, mark=4))
    done = train(course, "growth")
    assert done.returncode == 0
    assert "✓  size  4  at least 4" in done.stdout
    assert "Run the same command again: it goes on." in done.stdout


def test_the_end_of_a_training_shows_no_scoreboard_of_others_and_no_two_empty_lines(course):
    other = "a tripler", "How small", '"bulk"'
    lay(
        course,
        name="bulk",
        change=lambda source: (
            source.replace('"size"', other[2]).replace("a doubler", other[0]).replace("How large", other[1])
        ),
    )
    lay(course, change=capstone)
    train(course, "bulk")
    shown = train(course, "growth").stdout
    assert "a doubler" in shown
    assert not any(word in shown for word in ("a tripler", "How small", "bulk"))
    assert "\n\n\n" not in shown
    listed = train(course).stdout
    assert "a doubler" in listed
    assert "a tripler" in listed


def test_another_salt_is_another_seed_and_nothing_is_kept_of_it(course):
    lay(course, change=capstone)
    done = train(course, "growth", "--salt", "a")
    assert "size  16" not in done.stdout
    assert done.returncode == 0
    assert "ready" in train(course).stdout


def test_what_is_missing_blocks_and_what_is_wrong_fails(course):
    reset(course, "triple")
    assert "growth is blocked. It trains with" in train(course, "growth").stdout
    write(course, "triple", "return 4 * x")
    assert "growth fails: triple must be right first." in train(course, "growth").stdout


def test_what_is_kept_may_be_damaged(course):
    for kept in (b"", b"x" * 100, b"\x02\x00\x00\x00[]", b"\x02\x00\x00\x00{}"):
        (course / ".minigrad").mkdir(exist_ok=True)
        (course / ".minigrad" / "training_growth.learned").write_bytes(kept)
        assert "ready" in train(course).stdout
    assert "48.00" in train(course, "growth").stdout


@pytest.mark.exhaustive
def test_of_another_folder_nothing_is_kept(course):
    done = train(course, "growth", "--target", course / "solutions")
    assert "48.00" in done.stdout
    assert not list(Path(course).rglob("*.learned"))


POINTER = "Your functions can learn now: python grader.py train growth"


def test_the_grader_points_to_a_training_when_all_that_it_needs_is_solved(course):
    write(course, "triple", "return 4 * x")
    assert POINTER not in run(course, "double").stdout
    assert POINTER not in run(course).stdout
    write(course, "triple", "return 3 * x")
    assert POINTER in run(course, "triple").stdout
    assert POINTER in run(course, "double").stdout
    assert POINTER in run(course).stdout


def test_below_the_last_exercise_that_a_training_needs_stands_which_others_it_waits_for(course):
    write(course, "double", "return 3 * x")
    waits = "Your functions can learn when these are solved too: double"
    assert waits in run(course, "triple").stdout
    assert waits not in run(course, "double").stdout
    assert waits not in run(course).stdout
    write(course, "triple", "return 4 * x")
    assert waits not in run(course, "triple").stdout


def test_it_does_not_where_it_has_been_done_or_the_files_are_others(course):
    assert POINTER not in run(course, "--target", course / "solutions").stdout
    train(course, "growth")
    assert POINTER not in run(course).stdout


def test_who_has_no_file_of_an_exercise_is_told_how_to_get_it_back(course):
    unwrite(course, "triple")
    said = train(course, "growth").stdout
    assert "Next: run python grader.py reset triple, write it, then\n      python grader.py triple\n" in said
    reset(course, "triple")
    assert "Next: open exercises/ex02_triple.py, then run\n" in train(course, "growth").stdout
