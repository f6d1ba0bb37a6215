"""A course is laid out, told of and brought up to date by a line that somebody types."""

import json

import pytest

from minigrad.course.authors.bundle import zipped
from minigrad.course.editions import carried
from minigrad.course.editions.note import NOTE

from ..commands import ROOT, copy_course, typed

FILES = {
    "course/grader.py": b"grade = 1",
    "course/exercises/ex01_gate.py": b"gate = ...",
    "course/tests/exercises/test_ex01_gate.py": b"check = 1",
    "course/tests/exercises/test_ex02_cell.py": b"check = 2",
}


@pytest.fixture
def abroad(tmp_path, monkeypatch):
    """The answer of `python -m minigrad.course` in a folder without a course; its minigrad carries this one."""
    monkeypatch.setattr(carried, "PLACE", tmp_path / "edition.zip")
    carried.PLACE.write_bytes(zipped(FILES))
    home = tmp_path / "home"
    home.mkdir()

    def abroad(*words, cwd=home):
        return typed(*words, root=cwd, cwd=cwd, grader=False)

    abroad.home = home
    return abroad


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["help"]])
def test_without_a_grader_it_says_what_there_is(abroad, words):
    page = abroad(*words).stdout
    assert [f"python -m minigrad.course {command} " in page for command in ("start", "new")] == [True] * 2
    assert "minigrad.course update" not in page + typed("--help").stdout
    assert max(map(len, page.splitlines())) <= 80


def test_what_to_do_next_is_said_in_lines_to_copy(abroad):
    done = abroad("start", "my course")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "2 exercises are in my course/exercises. Next:\n  cd 'my course'\n  python grader.py\n"
    for name, content in FILES.items():
        assert (abroad.home / name.replace("course", "my course", 1)).read_bytes() == content


def test_a_folder_in_which_one_is_needs_no_cd(abroad):
    assert abroad("start", ".").stdout == "2 exercises are in exercises. Next:\n  python grader.py\n"


def test_a_course_is_brought_up_to_date_from_inside_and_from_outside(abroad):
    abroad("start", "course")
    course = abroad.home / "course"
    updates = [
        lambda: abroad("update", cwd=course),
        lambda: abroad("update", "course"),
        lambda: typed("update", root=course, cwd=abroad.home),
    ]
    for i, update in enumerate(updates):
        carried.PLACE.write_bytes(zipped({**FILES, "course/grader.py": b"grade = 2%d" % i}))
        assert "1 replaced" in update().stdout
        assert (course / "grader.py").read_bytes() == b"grade = 2%d" % i


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["start"], "start needs FOLDER. See python -m minigrad.course start --help."),
        (["strat", "course"], "To lay out a course: python -m minigrad.course start FOLDER"),
        (["start", "a", "b"], "start takes no further words, such as b."),
        (["update", "nowhere"], "there is no folder nowhere."),
        (["update"], "is no course that start has laid out."),
        (["start", "--forse", "a"], "start has no option --forse."),
    ],
)
def test_a_line_that_cannot_be_carried_out_is_answered_by_a_sentence(abroad, words, text):
    done = abroad(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("minigrad.course: ")
    assert text in done.stderr
    assert not list(abroad.home.iterdir())


def test_the_grader_says_when_minigrad_is_newer_than_the_course(tmp_path):
    copy_course(ROOT, tmp_path, ["rnn_cell"])
    for version, lines in (("0.0.1", 1), ("999", 0)):
        (tmp_path / NOTE).write_text(json.dumps({"version": version, "files": {}}), "utf-8")
        shown = typed("rnn_cell", root=tmp_path, cwd=tmp_path).stdout.splitlines()
        assert sum(line.endswith("python grader.py update") for line in shown) == lines
