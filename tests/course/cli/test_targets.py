"""A wrong path never looks like an honest zero."""

import json
import shutil

import pytest

from ...conftest import quick
from ..commands import ROOT, copy_course, typed

FILE = "ex09_rnn_cell.py"


@pytest.fixture
def submissions(tmp_path):
    """A folder of students, as they hand in."""
    for name in ("anna", "ben and bo"):
        (tmp_path / name).mkdir()
        shutil.copy(ROOT / "solutions" / FILE, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("words", [[], ["rnn_cell"], ["rnn_cell", "--json", "-"], ["rnn_cell", "9", "--require-all"]])
def test_a_folder_of_students_is_refused_with_the_way_to_grade_one(submissions, words):
    done = typed(*words, "--target", submissions)
    assert (done.returncode, done.stdout) == (2, "")
    assert "but 2 folders in it have" in done.stderr
    assert f"python grader.py --target {submissions / 'anna'}" in done.stderr


def test_the_way_that_is_shown_works_also_with_blanks_in_the_name(submissions):
    shutil.rmtree(submissions / "anna")
    assert f"--target '{submissions / 'ben and bo'}'" in typed("--target", submissions).stderr


def test_a_folder_without_any_exercise_is_refused_with_a_name_too(tmp_path):
    done = typed("rnn_cell", "--target", tmp_path)
    assert done.returncode == 2
    assert "has none of the exercise files" in done.stderr


def test_for_another_program_an_empty_submission_is_a_result_and_falls_short(tmp_path):
    (tmp_path / "handed_in").mkdir()
    done = typed("rnn_cell", "--target", tmp_path / "handed_in", "--json", tmp_path / "out.json")
    assert done.returncode == 1
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["points"] == 0


def test_a_named_exercise_that_is_not_there_falls_short(submissions):
    done = typed("rnn_cell", "bptt", "--target", submissions / "anna")
    assert done.returncode == 1
    assert "ex12_bptt.py is not there" in done.stdout
    assert typed("rnn_cell", "--target", submissions / "anna").returncode == 0


@pytest.mark.parametrize(
    "name",
    quick(
        3,
        [
            "ex09_rnn_cell (1).py",
            "RNN-Cell.py",
            "ex09_rnn_cell.py.txt",
            "ex09_rnn_cell-Copy1.py",
            "Copy of ex09_rnn_cell.py",
            "ex9.py",
        ],
    ),
)
def test_a_file_under_another_name_is_found_and_told(submissions, name):
    folder = submissions / "anna"
    (folder / FILE).rename(folder / name)
    for words in (["rnn_cell"], []):
        done = typed(*words, "--target", folder)
        assert done.returncode == 1
        said = " ".join(done.stdout.split())
        assert f"{FILE} is not there, but {name} is. Rename it to {FILE}." in said
        assert f"Next: give it the name {folder / FILE}" in said


def test_a_notebook_in_its_place_is_told_how_to_become_a_file(submissions):
    folder = submissions / "anna"
    (folder / FILE).rename(folder / "ex09_rnn_cell.ipynb")
    done = typed("rnn_cell", "--target", folder)
    assert done.returncode == 1
    assert "ex09_rnn_cell.ipynb is" in done.stdout
    assert "Executable Script" in done.stdout


def test_a_notebook_under_the_name_of_the_file_is_told_so(submissions):
    (submissions / "anna" / FILE).write_text('{\n "cells": [],\n "metadata": {}\n}\n', "utf-8")
    done = typed("rnn_cell", "--target", submissions / "anna")
    assert done.returncode == 1
    assert "is a notebook under another name" in done.stdout


@pytest.mark.parametrize("name", ["ex12_bptt.py", "ex09_rnn_cell.1.bak", "notes.md", "ex19_rnn_cell.py"])
def test_what_is_not_meant_to_be_it_is_not_named(submissions, name):
    folder = submissions / "anna"
    (folder / FILE).unlink()
    (folder / name).write_text("x = 1\n", "utf-8")
    shutil.copy(ROOT / "exercises" / "ex16_clipping.py", folder)
    shown = typed("rnn_cell", "--target", folder).stdout
    assert f"{FILE} is not there." in shown


def test_an_empty_file_may_be_had_anew(submissions):
    (submissions / "anna" / FILE).write_text("\n", "utf-8")
    said = typed("rnn_cell", "--target", submissions / "anna").stdout
    assert f"{FILE} is empty." in said
    assert f"Next: run python grader.py reset rnn_cell --target {submissions / 'anna'}\n" in said


def test_a_folder_in_place_of_the_file_is_to_be_moved_away(submissions):
    folder = submissions / "anna"
    (folder / FILE).unlink()
    (folder / FILE).mkdir()
    done = typed("rnn_cell", "--target", folder)
    assert done.returncode == 1
    assert f"Next: move {folder / FILE} away, then run" in done.stdout


@pytest.mark.parametrize("words", [[], ["rnn_cell"], ["watch"]])
def test_a_folder_of_exercises_that_was_renamed_is_named(tmp_path, words):
    copy_course(ROOT, tmp_path, ["rnn_cell"])
    (tmp_path / "exercises").rename(tmp_path / "mine")
    done = typed(*words, root=tmp_path, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "exercises is not there, but mine has exercises. Give it that name again, or: " in done.stderr
    assert done.stderr.endswith("python grader.py --target mine\n")
    shutil.rmtree(tmp_path / "mine")
    assert "To get an exercise back: python grader.py reset NAME" in typed(root=tmp_path, cwd=tmp_path).stderr


def test_a_second_file_of_a_named_exercise_is_said_not_to_be_graded(submissions):
    only = f"Only {FILE} is graded, not ex09_rnn_cell (1).py beside it."
    assert "beside it" not in typed("rnn_cell", "--target", submissions / "anna").stdout
    (submissions / "anna" / "ex09_rnn_cell (1).py").write_text("", "utf-8")
    assert only in typed("rnn_cell", "--target", submissions / "anna").stdout
