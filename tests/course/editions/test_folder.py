"""A course laid out in a folder and brought up to date: everything new comes, and nothing that somebody wrote goes."""

import contextlib
import json
import os
from pathlib import Path

import pytest

import minigrad
from minigrad.course.editions import carried, folder, note
from minigrad.course.editions.note import NOTE

from ..commands import typed

FIRST = {
    "README.md": b"# The course\n",
    "grader.py": b"grade = 1\n",
    "exercises/README.md": b"the map\n",
    "exercises/ex01_gate.py": b"gate = ...\n",
    "exercises/ex02_cell.py": b"cell = ...\n",
    "tests/exercises/test_ex01_gate.py": b"check = 1\n",
    "tests/exercises/test_ex02_cell.py": b"check = 2\n",
    "tests/exercises/training_gate.py": b"train = 1\n",
}
SECOND = {
    **FIRST,
    "exercises/README.md": b"the new map\n",
    "exercises/ex01_gate.py": b"gate = ...  # mended\n",
    "exercises/ex02_cell.py": b"cell = ...  # mended\n",
    "exercises/ex03_unroll.py": b"unroll = ...\n",
    "tests/exercises/test_ex01_gate.py": b"check = 1.5\n",
    "tests/exercises/test_ex03_unroll.py": b"check = 3\n",
}
MINE = b"gate = 42\n"


def files_in(place):
    """The files in a folder but for hidden folders and the note of the edition."""
    paths = (path for path in place.rglob("*") if path.is_file() and path != place / NOTE)
    names = {path.relative_to(place).as_posix(): path for path in paths}
    return {name: path.read_bytes() for name, path in names.items() if not name.startswith(".")}


def said(place, files):
    return list(folder.update(place, files))


@pytest.fixture
def course(tmp_path):
    """A course that was just laid out, in a path with blanks."""
    place = tmp_path / "my own course"
    folder.start(place, FIRST)
    return place


def older(place):
    """Let the course in this folder have come with an older minigrad."""
    kept = json.loads((place / NOTE).read_text("utf-8"))
    (place / NOTE).write_text(json.dumps({**kept, "version": "0.0.1"}), "utf-8")


def test_a_new_folder_gets_every_file(course):
    assert files_in(course) == FIRST


def test_a_folder_with_nothing_but_hidden_things_is_taken(tmp_path):
    (tmp_path / ".venv").mkdir()
    folder.start(tmp_path, FIRST)
    assert files_in(tmp_path) == FIRST


@pytest.mark.parametrize("name", ["notes.txt", "grader.py", "exercises/ex01_gate.py"])
def test_a_folder_that_holds_something_else_is_left_as_it_is(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(MINE)
    with pytest.raises(folder.UsageError, match=f"is not empty: it has {name}"):
        folder.start(tmp_path, FIRST)
    assert files_in(tmp_path) == {name: MINE}


def test_a_course_is_not_laid_out_over_another(course):
    with pytest.raises(folder.UsageError, match=r"has a course already.*: python '.*my own course.grader\.py' update"):
        folder.start(course, SECOND)
    assert files_in(course) == FIRST


def end_after(monkeypatch, count):
    """Let Ctrl-C come when so many files are written."""
    left, write = iter(range(count)), folder.write_whole

    def write_some(path, data):
        if next(left, None) is None:
            raise KeyboardInterrupt
        write(path, data)

    monkeypatch.setattr(folder, "write_whole", write_some)


@pytest.mark.parametrize("count", range(len(FIRST)))
def test_a_start_that_was_ended_goes_on(tmp_path, monkeypatch, count):
    with monkeypatch.context() as patch:
        end_after(patch, count)
        with pytest.raises(KeyboardInterrupt):
            folder.start(tmp_path, FIRST)
    assert len(files_in(tmp_path)) == count
    folder.start(tmp_path, FIRST)
    assert files_in(tmp_path) == FIRST
    assert note.read(tmp_path)


def test_an_update_brings_what_is_new_and_keeps_what_was_written(course):
    (course / "exercises/ex01_gate.py").write_bytes(MINE)
    (course / "exercises/notes.txt").write_bytes(b"notes")
    lines = said(course, SECOND)
    assert files_in(course) == {**SECOND, "exercises/ex01_gate.py": MINE, "exercises/notes.txt": b"notes"}
    assert lines == [
        "You have written in exercises/ex01_gate.py: it stays. What is new of it is in .minigrad/new/ex01_gate.py.",
        f"The course is that of minigrad {minigrad.__version__}: 2 new, 3 replaced.",
    ]
    assert (course / ".minigrad/new/ex01_gate.py").read_bytes() == SECOND["exercises/ex01_gate.py"]


def test_a_second_update_has_nothing_to_do_and_nothing_to_say(course):
    (course / "exercises/ex01_gate.py").write_bytes(MINE)
    said(course, SECOND)
    before = files_in(course)
    assert said(course, SECOND) == [f"The course is that of minigrad {minigrad.__version__}: nothing in it was older."]
    assert files_in(course) == before


def test_an_exercise_that_is_as_it_was_is_not_told_of_though_it_was_written_in(course):
    (course / "exercises/ex01_gate.py").write_bytes(MINE)
    [line] = said(course, {**FIRST, "exercises/README.md": b"the new map\n"})
    assert line.endswith("1 replaced.")
    assert not (course / ".minigrad").exists()


def test_other_line_ends_are_no_change(course):
    (course / "exercises/ex01_gate.py").write_bytes(FIRST["exercises/ex01_gate.py"].replace(b"\n", b"\r\n"))
    said(course, SECOND)
    assert files_in(course) == SECOND


def test_what_else_was_changed_is_replaced_and_kept(course):
    (course / "README.md").write_bytes(b"my notes")
    [first, _] = said(course, SECOND)
    assert files_in(course) == SECOND
    [kept] = (course / ".minigrad/backups").iterdir()
    assert kept.read_bytes() == b"my notes"
    assert first == f"You have changed README.md. It is replaced, and yours is in .minigrad/backups/{kept.name}."


def test_checks_that_are_gone_go_and_exercises_stay(course):
    left = {name: content for name, content in FIRST.items() if "cell" not in name and "training" not in name}
    [first, _] = said(course, left)
    assert first == "exercises/ex02_cell.py is no longer part of the course: it stays."
    assert files_in(course) == {**left, "exercises/ex02_cell.py": FIRST["exercises/ex02_cell.py"]}


def test_checks_of_the_students_own_stay(course):
    (course / "tests/exercises/test_ex09_mine.py").write_bytes(b"mine")
    said(course, SECOND)
    assert files_in(course) == {**SECOND, "tests/exercises/test_ex09_mine.py": b"mine"}


@pytest.mark.parametrize("count", range(7))
def test_an_update_that_was_ended_goes_on_and_says_what_it_would_have(course, monkeypatch, count):
    (course / "exercises/ex02_cell.py").write_bytes(MINE)
    with monkeypatch.context() as patch:
        end_after(patch, count)
        with contextlib.suppress(KeyboardInterrupt):
            said(course, SECOND)
    lines = said(course, SECOND)
    assert files_in(course) == {**SECOND, "exercises/ex02_cell.py": MINE}
    assert (course / ".minigrad/new/ex02_cell.py").read_bytes() == SECOND["exercises/ex02_cell.py"]
    assert (len(lines) == 2) == (count < 6)  # six files are written, and with the last of them it was not ended


def test_a_note_that_cannot_be_read_loses_nothing(course):
    (course / "exercises/ex01_gate.py").write_bytes(MINE)
    (course / NOTE).write_text("{", "utf-8")
    said(course, SECOND)
    assert files_in(course)["exercises/ex01_gate.py"] == MINE
    assert (course / ".minigrad/new/ex01_gate.py").exists()
    assert len(list((course / ".minigrad/backups").iterdir())) == 2  # the map, and the checks


THIRD = {name: content + b"# 3\n" for name, content in SECOND.items() if name != "tests/exercises/test_ex03_unroll.py"}


@pytest.mark.parametrize("count", range(7))
def test_a_newer_update_takes_nothing_for_changed_that_came_with_one_that_was_ended(course, monkeypatch, count):
    (course / "exercises/ex02_cell.py").write_bytes(MINE)
    with monkeypatch.context() as patch:
        end_after(patch, count)
        with contextlib.suppress(KeyboardInterrupt):
            said(course, SECOND)
    first, _ = said(course, THIRD)
    assert first.startswith("You have written in exercises/ex02_cell.py: it stays.")
    assert files_in(course) == {**THIRD, "exercises/ex02_cell.py": MINE}
    assert not (course / ".minigrad/backups").exists()
    assert note.read(course).begun == {}


def test_what_was_changed_in_what_is_new_is_kept(course):
    (course / "exercises/ex01_gate.py").write_bytes(MINE)
    said(course, SECOND)
    laid = course / ".minigrad/new/ex01_gate.py"
    laid.write_bytes(b"merged")
    assert said(course, SECOND)[0].startswith("The course is that of")
    assert laid.read_bytes() == b"merged"
    lines = said(course, THIRD)
    [kept] = (course / ".minigrad/backups").iterdir()
    assert (kept.read_bytes(), laid.read_bytes()) == (b"merged", THIRD["exercises/ex01_gate.py"])
    assert (
        f"You have changed .minigrad/new/ex01_gate.py. It is replaced, and yours is in .minigrad/backups/{kept.name}."
        in lines
    )
    said(course, SECOND)
    assert len([*(course / ".minigrad/backups").iterdir()]) == 1


@pytest.mark.parametrize("where", ["files", "begun"])
def test_a_note_is_believed_only_about_the_files_of_a_course(course, where):
    victims = [course.parent / "victim.txt", course / "mine.txt", course / "exercises/../mine.txt", course / ".venv/a"]
    (course / ".venv").mkdir()
    for victim in victims:
        victim.write_bytes(b"mine")
    kept = json.loads((course / NOTE).read_text("utf-8"))
    names = [
        "../victim.txt",
        str(victims[0]),
        "mine.txt",
        "exercises/../mine.txt",
        "exercises/../../victim.txt",
        ".venv/a",
    ]
    digest = note.digest(b"mine")
    kept[where].update({name: [digest] if where == "begun" else digest for name in names})
    (course / NOTE).write_text(json.dumps(kept), "utf-8")
    said(course, SECOND)
    assert all(victim.read_bytes() == b"mine" for victim in victims)


SPOILT = {
    "version": json.dumps({"version": "9" * 5000, "files": {}}),
    "number": json.dumps({"version": 3, "files": {}}),
    "files": json.dumps({"version": "0.1", "files": [1]}),
    "begun": json.dumps({"version": "0.1", "files": {}, "begun": {"README.md": 3}}),
    "deep": "[" * 100_000,
    "list": "[]",
    "empty": "",
}


@pytest.mark.parametrize("text", SPOILT.values(), ids=SPOILT)
def test_of_a_spoilt_note_nothing_is_known(course, text):
    (course / NOTE).write_text(text, "utf-8")
    assert note.read(course) == note.Note("0", {})
    assert note.behind(course)
    said(course, FIRST)
    assert note.read(course).files.keys() == FIRST.keys()


def test_what_stands_in_the_place_of_a_note_is_not_waited_for(course):
    makes = [Path.mkdir, *([os.mkfifo] if hasattr(os, "mkfifo") else [])]
    for make in makes:
        (course / NOTE).rmdir() if (course / NOTE).is_dir() else (course / NOTE).unlink()
        make(course / NOTE)
        assert note.read(course) == note.Note("0", {})


def test_what_is_no_course_is_not_brought_up_to_date(tmp_path, course):
    (tmp_path / "clone/minigrad").mkdir(parents=True)
    for place, text in [
        (tmp_path / "nowhere", "there is no folder"),
        (tmp_path, "is no course that start has laid out"),
        (tmp_path / "clone", "has a minigrad of its own"),
    ]:
        with pytest.raises(folder.UsageError, match=text):
            said(place, SECOND)
    kept = json.loads((course / NOTE).read_text("utf-8"))
    (course / NOTE).write_text(json.dumps({**kept, "version": "99.1"}), "utf-8")
    with pytest.raises(
        folder.UsageError,
        match=r"is a course of minigrad 99\.1, and .* is installed. First run: .* install --upgrade minigrad-course",
    ):
        said(course, SECOND)
    assert files_in(course) == FIRST


def test_whoever_grades_is_told_of_a_newer_course(course):
    assert note.behind(course) == ""
    older(course)
    assert note.behind(course).endswith("python grader.py update")
    said(course, SECOND)
    assert note.behind(course) == ""
    (course / NOTE).unlink()
    assert note.behind(course) == ""


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="who is root may write everywhere")
def test_a_folder_that_cannot_be_written_is_a_sentence(course):
    course.chmod(0o500)
    try:
        with pytest.raises(folder.UsageError, match=r"cannot write .*: Permission denied"):
            said(course, {**FIRST, "grader.py": b"grade = 2\n"})
    finally:
        course.chmod(0o700)


def test_a_folder_that_cannot_be_made_is_a_sentence(course):
    with pytest.raises(folder.UsageError, match=r"cannot make the folder .*: Not a directory. Give one that"):
        folder.start(course / "grader.py" / "course", FIRST)


def test_a_clone_says_where_its_exercises_are(tmp_path, monkeypatch):
    monkeypatch.setattr(carried, "PLACE", tmp_path / "site" / "minigrad" / "course" / "edition.zip")
    for command in ("start", "update"):
        done = typed(command, tmp_path / "course", root=tmp_path, cwd=tmp_path)
        assert done.returncode == 2
        assert f"no exercises came with the minigrad in {tmp_path / 'site'}" in done.stderr
    assert not (tmp_path / "course").exists()
