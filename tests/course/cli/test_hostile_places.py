"""A student's file may leave pipes where the grader keeps things, close its folder, and names may hold anything."""

import os
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from minigrad.course.cli import grade

from ...conftest import quick
from ..commands import ROOT, copy_course, typed

FILE = "ex09_rnn_cell.py"
RIGHT = (ROOT / "solutions" / FILE).read_text("utf-8")
WRONG = RIGHT.replace(" + b)", ")")
ODD = "a\n::error::forged\x1b[2J\u202e ##vso[task.complete]"

pipes_only = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
posix_only = pytest.mark.skipif(os.name == "nt", reason="no such name can be given there")


@pytest.fixture
def course(tmp_path):
    copy_course(ROOT, tmp_path, ["rnn_cell", "unroll"])
    shutil.copy(ROOT / "grader.py", tmp_path)
    (tmp_path / "exercises" / FILE).write_text(RIGHT, "utf-8")
    return tmp_path


def grader(course, *words):
    return typed(*words, root=course, cwd=course)


@pipes_only
@pytest.mark.parametrize("words", [["rnn_cell"], ["hint", "rnn_cell"], []])
def test_pipes_among_what_is_remembered_keep_nobody_waiting(course, impatient, words):
    fresh = grader(course, *words)
    shutil.rmtree(course / ".minigrad")
    (course / ".minigrad").mkdir()
    for end in ("result", "hint", "table"):
        os.mkfifo(course / ".minigrad" / f"ex09_rnn_cell.{end}")
    done = grader(course, *words)
    assert (done.returncode, done.stdout, done.stderr) == (fresh.returncode, fresh.stdout, fresh.stderr)
    assert done.stdout


@pytest.mark.parametrize(("source", "code"), [(RIGHT, 0), (WRONG, 1)])
@pytest.mark.parametrize("words", [["rnn_cell"], ["--fresh"]])
def test_a_folder_that_its_file_has_closed_changes_nothing_in_the_verdict(course, monkeypatch, source, code, words):
    """Closed as it is to an ordinary user: whoever is root can look into any."""
    place = course / "exercises"
    (place / FILE).write_text(source, "utf-8")
    fresh = grader(course, *words)
    graded, closed = grade.grade_all, []

    def closes(*args):
        yield from graded(*args)
        closed.append(True)

    def refused(call):
        def called(path=".", *args, **options):
            if closed and isinstance(path, str | os.PathLike) and Path(os.path.abspath(path)).is_relative_to(place):
                raise PermissionError(13, "Permission denied", str(path))
            return call(path, *args, **options)

        return called

    monkeypatch.setattr(grade, "grade_all", closes)
    for name in ("stat", "lstat", "scandir", "listdir"):
        monkeypatch.setattr(os, name, refused(getattr(os, name)))
    done = grader(course, *words)
    assert closed
    assert (done.returncode, done.stderr) == (fresh.returncode, "") == (code, "")
    assert bool(re.search("12(/| of )12", done.stdout)) == (code == 0)


def test_a_folder_that_is_closed_before_is_told(course, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "exercises")
    for words in ([], ["rnn_cell"], ["reset", "rnn_cell"]):
        done = grader(course, *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "exercises: permission denied. Give yourself the right to look into that folder." in done.stderr


def steers(text):
    odd = [c for c in text if unicodedata.category(c) in ("Cc", "Cf") and c != "\n"]
    return odd or re.search(r"^\s*::|##\w*\[", text, re.MULTILINE)


@posix_only
@pytest.mark.parametrize(
    "source", quick(1, [WRONG, RIGHT, "", "def rnn_cell(", (ROOT / "exercises" / FILE).read_text("utf-8")])
)
def test_the_name_of_a_folder_steers_nothing(tmp_path, source):
    target = tmp_path / ODD
    target.mkdir()
    (target / FILE).write_text(source, "utf-8")
    (target / f"rnn_cell {ODD}.py").touch()
    for words in (["rnn_cell"], [], ["unroll"], ["reset", "rnn_cell", "--yes"]):
        done = typed(*words, "--target", target)
        shown = done.stdout + done.stderr
        assert r"a\n: :error: :forged\x1b[2J\u202e" in shown
        assert not steers(shown)


@posix_only
def test_nor_does_one_in_which_nothing_can_be_graded(tmp_path, course):
    (tmp_path / ODD / ODD).mkdir(parents=True)
    (tmp_path / ODD / ODD / FILE).write_text(RIGHT, "utf-8")
    (course / "exercises").rename(course / f"x{ODD}")
    (tmp_path / "empty" / ODD).mkdir(parents=True)
    places = [["--target", tmp_path / ODD], ["--target", tmp_path / f"not {ODD}"], [tmp_path / ODD], [f"no/{ODD}"], []]
    for words in (*places, ["--target", tmp_path / "empty" / ODD], ["reset", "rnn_cell", "--target", tmp_path / "x"]):
        done = grader(course, *words)
        assert done.returncode == 2
        assert not steers(done.stderr), words


@posix_only
def test_a_folder_with_a_blank_in_its_name_can_be_copied_from_the_screen(tmp_path):
    target = tmp_path / "my work"
    target.mkdir()
    (target / FILE).write_text(WRONG, "utf-8")
    shown = typed("rnn_cell", "--target", target).stdout
    assert f"Next: change {target / FILE}, then run\n      python grader.py rnn_cell --target '{target}'" in shown


def in_a_shell(how, *words, cwd=ROOT):
    command = ["sh", "-c", how, "sh", sys.executable, ROOT / "grader.py", *words]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False)


@posix_only
@pytest.mark.parametrize("words", [["list"], ["rnn_cell", "--json", "-"]])
def test_where_nothing_can_be_shown_that_is_said(words):
    done = in_a_shell('"$@" >&-', *words)
    why = "standard output is closed, so there is nowhere to show anything. Leave it open, or give it a file."
    assert (done.returncode, done.stderr) == (2, f"grader.py: {why}\n")
    done = in_a_shell('"$@" >&- 2>&-', *words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


@posix_only
def test_without_standard_error_what_is_wrong_is_said_all_the_same():
    done = in_a_shell('"$@" 2>&-', "nonsense")
    assert done.returncode == 2
    assert done.stdout.startswith("grader.py: no exercise is called 'nonsense'")


@posix_only
@pytest.mark.parametrize("words", [["list"], ["rnn_cell"], ["watch"]])
def test_in_a_folder_that_has_been_removed_another_one_is_named(tmp_path, words):
    (tmp_path / "gone").mkdir()
    done = in_a_shell('rmdir ../gone; "$@"', *words, cwd=tmp_path / "gone")
    why = "the folder in which you are has been removed. Go to another one, such as that of the course: cd "
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"grader.py: {why}{ROOT}\n")
