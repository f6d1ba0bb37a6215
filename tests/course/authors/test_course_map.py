"""The map is what the notes tell, and they fit each other."""

import doctest
import io

import pytest
from rich.console import Console

from minigrad.course.authors.course_map import PLACE, course_map, misfits
from minigrad.course.catalogue.course import TESTS, Course
from minigrad.course.cli import contents

from ..commands import ROOT

NOTES = 'chapter = "1 Numbers"\ntitle = "T"\nhints = []\nmistakes = []\nvariants = []\n'


@pytest.fixture
def course(tmp_path):
    """A course of two exercises, one and two, with these lines in their notes."""

    def write(one="", two=""):
        for i, (name, more) in enumerate({"one": one, "two": two}.items(), 1):
            path = tmp_path / TESTS / f"ex{i:02}_{name}.toml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(NOTES + more, "utf-8")
            (path.parent / f"test_ex{i:02}_{name}.py").touch()
        return Course(tmp_path)

    return write


def test_the_map_of_the_course_is_what_its_notes_tell():
    assert (ROOT / PLACE).read_text("utf-8") == course_map(Course(ROOT))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_the_map_is_printed_as_it_is_kept_whatever_a_console_can_show(monkeypatch, encoding):
    printed = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr("sys.stdout", printed)
    contents.run(Course(ROOT), contents.parser().parse(["--markdown"]), Console())
    assert printed.buffer.getvalue().decode("utf-8") == course_map(Course(ROOT))


def test_chapters_what_builds_on_what_and_words(course):
    shown = course_map(course("minutes = 20", 'needs = ["one"]\n[words]\ntoken = "a word or a sign"'))
    assert "## 1 Numbers" in shown
    assert "| 1 | [one](ex01_one.py) | T | – | 20 |" in shown
    assert "| 2 | [two](ex02_two.py) | T | one |  |" in shown
    assert "- **token**: a word or a sign ([2](ex02_two.py))" in shown


@pytest.mark.parametrize(
    ("one", "two", "problem"),
    [
        ('needs = ["two"]', "", "one builds on two, and no exercise before it is called that"),
        ('[words]\nid = "x"', '[words]\nid = "y"', "two explains the word 'id', as one does"),
    ],
)
def test_notes_that_do_not_fit_each_other_are_named(course, one, two, problem):
    assert misfits(course(one, two)) == [problem]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_map_that_is_out_of_date_or_no_utf_8_is_named(course, tmp_path, encoding):
    (tmp_path / "exercises").mkdir()
    (tmp_path / PLACE).write_text("# An old map – and not the right one\n", encoding)
    assert misfits(course()) == [f"{PLACE} is not what the notes tell: python grader.py list --markdown > {PLACE}"]


def test_the_examples_of_the_page_before_the_first_exercise_are_true():
    failed, tried = doctest.testfile(str(ROOT / "exercises" / "before_you_start.md"), module_relative=False)
    assert tried
    assert not failed
