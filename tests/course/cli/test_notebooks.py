"""Notebooks are written once, and nothing that somebody wrote is written over."""

import json
import sys

import pytest

from minigrad.course.catalogue.course import Course
from minigrad.course.notebooks import graded
from minigrad.course.notebooks.made import notebook

from ..commands import ROOT, copy_course, typed

EXERCISE = Course(ROOT).find("rnn_cell")
BOOK = f"{EXERCISE.stem}.ipynb"


@pytest.fixture
def course(tmp_path):
    pytest.importorskip("jupytext", reason="notebooks are made where jupytext is installed")
    copy_course(ROOT, tmp_path, ["rnn_cell", "clipping"])
    (tmp_path / "exercises" / EXERCISE.file).write_text(EXERCISE.skeleton, "utf-8")
    return tmp_path


def cells(path):
    return ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]


def notebooks(course, *words):
    return typed("notebooks", *words, root=course, cwd=course)


def test_each_exercise_becomes_a_notebook_that_its_last_cell_grades(course):
    done = notebooks(course, "notebooks")
    assert "notebooks has 2 notebooks.\n" in done.stdout
    assert "pip install jupyterlab" in done.stdout
    first, *_, last = cells(course / "notebooks" / BOOK)
    assert first.startswith("# Exercise 9: ")
    assert first.endswith("Run all cells to see how you do.")
    assert last.endswith("grade_this_notebook('ex09_rnn_cell', course='..')")


def test_of_a_file_that_is_made_of_a_notebook_the_notebook_is_to_be_changed(course):
    notebooks(course, "notebooks")
    file = course / "notebooks" / EXERCISE.file

    def following(source):
        file.write_text(source, "utf-8")
        return typed("rnn_cell", "--target", "notebooks", root=course, cwd=course).stdout

    run = "and run all its cells: the last one grades it"
    assert f"Next: open notebooks/{BOOK}\n      {run}" in following(EXERCISE.skeleton)
    wrong = "def rnn_cell(x, h, W_xh, W_hh, b):\n    return x\n"
    assert f"Next: change notebooks/{BOOK}\n      {run}" in following(graded._marked(EXERCISE.stem, wrong))
    assert f"Next: change notebooks/{EXERCISE.file}, then run\n" in following(wrong)


def test_after_success_the_notebook_of_the_next_exercise_is_to_be_opened(course):
    following = Course(course).find("clipping")
    (course / "exercises" / following.file).write_text(following.skeleton, "utf-8")
    notebooks(course, "exercises")
    (course / "exercises" / EXERCISE.file).write_text(EXERCISE.solution, "utf-8")
    done = typed("rnn_cell", root=course, cwd=course)
    assert f"      open exercises/{following.stem}.ipynb" in done.stdout


def test_what_was_written_so_far_is_in_it(course):
    (course / "exercises" / EXERCISE.file).write_text(EXERCISE.solution, "utf-8")
    notebooks(course, "notebooks")
    assert "np.tanh(x @ W_xh + h @ W_hh + b)" in cells(course / "notebooks" / BOOK)[-2]


GRADING = 'if __name__ == "__main__":\n    from minigrad.course import grade_this_file\n\n    grade_this_file()\n'


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\n\n# %%\ny = 2\n",
        f"x = 1\n# %%\n{GRADING}\n# %%\ny = 2\n",
        f"x = 1\ny = 2\n\n{GRADING}",
        'x = 1\nif __name__ == "__main__":\n    print(1)\ny = 2\n',
    ],
)
def test_all_that_was_written_is_in_the_notebook_and_its_last_cell_grades_it(source):
    pytest.importorskip("jupytext", reason="notebooks are made where jupytext is installed")
    *before, last = ("".join(c["source"]) for c in json.loads(notebook(source, EXERCISE.stem, ".."))["cells"])
    assert "grade_this_notebook(" in last
    assert "grade_this_file" not in "".join(before)
    written = [line for line in source.replace(GRADING, "").splitlines() if line and line != "# %%"]
    assert [line for cell in before for line in cell.splitlines() if line] == written


def test_a_notebook_that_is_there_stays(course):
    (course / "notebooks").mkdir()
    (course / "notebooks" / BOOK).write_text("mine", "utf-8")
    done = notebooks(course, "notebooks")
    assert "notebooks has 2 notebooks, 1 of them new; those that were there stay as they are." in done.stdout
    assert (course / "notebooks" / BOOK).read_text("utf-8") == "mine"


def test_notebooks_may_lie_beside_exercises_in_which_nothing_is_written(course):
    assert notebooks(course, "exercises").returncode == 0
    assert (course / "exercises" / BOOK).is_file()


@pytest.mark.parametrize(("content", "text"), [(b"x = '\xe9'", "is not a text file in UTF-8"), (b"", "is empty")])
def test_what_cannot_be_read_is_said_and_nothing_is_written(course, content, text):
    (course / "exercises" / EXERCISE.file).write_bytes(content)
    done = notebooks(course, "notebooks")
    assert done.returncode == 2
    assert f"{EXERCISE.file} {text}" in done.stderr
    assert not (course / "notebooks").exists()


def test_one_notebook_is_one(tmp_path):
    pytest.importorskip("jupytext", reason="notebooks are made where jupytext is installed")
    copy_course(ROOT, tmp_path, ["rnn_cell"])
    assert "notebooks has 1 notebook.\n" in notebooks(tmp_path, "notebooks").stdout


@pytest.mark.parametrize(
    ("place", "text"), [("exercises", "Give another folder for notebooks"), ("grader.py", "is a file")]
)
def test_a_place_that_cannot_be_is_a_sentence(course, place, text):
    (course / "grader.py").touch()
    (course / "exercises" / EXERCISE.file).write_text("mine", "utf-8")
    before = sorted(course.rglob("*"))
    done = notebooks(course, place)
    assert done.returncode == 2
    assert text in done.stderr
    assert sorted(course.rglob("*")) == before


def test_without_the_extra_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "jupytext", None)
    done = typed("notebooks", tmp_path / "notebooks")
    assert done.returncode == 2
    assert done.stderr.endswith("notebooks need the package jupytext: pip install 'minigrad-course[jupyter]'\n")
    assert not (tmp_path / "notebooks").exists()
