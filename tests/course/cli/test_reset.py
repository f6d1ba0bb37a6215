"""reset never loses what somebody wrote, and leaves nothing among the exercises."""

import re

import pytest

from ..commands import ROOT, copy_course, typed

FILE = "ex09_rnn_cell.py"


@pytest.fixture
def course(tmp_path):
    copy_course(ROOT, tmp_path, ["rnn_cell", "bptt"])
    return tmp_path


def backups(folder):
    return sorted((folder / ".minigrad" / "backups").glob("*"))


def test_it_asks_first(course):
    path = course / "exercises" / FILE
    path.write_text("precious", "utf-8")
    for answer in ("n\n", "", "\n"):
        assert "Nothing was changed" in typed("reset", "rnn_cell", root=course, cwd=course, stdin=answer).stdout
        assert path.read_text("utf-8") == "precious"
    assert typed("reset", "rnn_cell", root=course, cwd=course, stdin="y\n").returncode == 0
    assert path.read_text("utf-8") == (ROOT / "exercises" / FILE).read_text("utf-8")


@pytest.mark.exhaustive
def test_what_was_written_is_kept_under_the_time_and_no_backup_replaces_another(course):
    path, there = course / "exercises" / FILE, set((course / "exercises").iterdir())
    for k in range(3):
        path.write_text(f"precious {k}", "utf-8")
        said = typed("reset", "rnn_cell", "--yes", root=course, cwd=course).stdout
        (place,) = re.findall(r"What you had is in (.+)\.$", said.strip())
        assert (course / place).read_text("utf-8") == f"precious {k}"
        assert re.fullmatch(r"ex09_rnn_cell\.\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d(-\d+)?\.py", (course / place).name)
    assert len(backups(course)) == 3
    assert set((course / "exercises").iterdir()) == there


def test_grading_all_anew_forgets_no_backup(course):
    (course / "exercises" / FILE).write_text("precious", "utf-8")
    typed("reset", "rnn_cell", "--yes", root=course, cwd=course)
    typed("rnn_cell", "--fresh", root=course, cwd=course)
    assert [path.read_text("utf-8") for path in backups(course)] == ["precious"]


def test_the_files_of_another_folder_are_kept_in_that_folder(course, tmp_path_factory):
    folder = tmp_path_factory.mktemp("target")
    (folder / FILE).write_text("precious", "utf-8")
    typed("reset", "rnn_cell", "--yes", "--target", folder, root=course, cwd=course)
    assert [path.read_text("utf-8") for path in backups(folder)] == ["precious"]


def test_without_a_place_for_a_backup_nothing_is_changed(course):
    (course / ".minigrad").write_text("no folder", "utf-8")
    (course / "exercises" / FILE).write_text("precious", "utf-8")
    done = typed("reset", "rnn_cell", "--yes", root=course, cwd=course)
    assert done.returncode == 2
    assert ".minigrad" in done.stderr
    assert (course / "exercises" / FILE).read_text("utf-8") == "precious"


def test_a_missing_file_is_laid_out(course):
    (course / "exercises" / FILE).unlink()
    done = typed("rnn_cell", root=course, cwd=course)
    assert f"{FILE} is not there" in done.stdout
    assert "grader.py reset rnn_cell" in done.stdout
    assert done.returncode == 1
    assert "is there again" in typed("reset", "rnn_cell", root=course, cwd=course).stdout
    assert (course / "exercises" / FILE).exists()
