"""Every command has a page of help that fits, and takes its options wherever they stand."""

import importlib

import pytest

from minigrad.course.catalogue.course import Course
from minigrad.course.cli.early import COMMANDS
from minigrad.course.cli.main import _place_of_command

from ..commands import ROOT, typed


def called(command):
    """A command as somebody types it: without a course there is no grader."""
    return f"python {'-m minigrad.course' if command == 'start' else 'grader.py'} {command}"


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"], ["9", "--help"], ["--target", "watch", "--help"]])
def test_the_first_page_names_every_command(words):
    done = typed(*words)
    assert done.returncode == 0
    for command in COMMANDS:
        assert f"{called(command)} " in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_page(command):
    pages = {typed(*words).stdout for words in ([command, "--help"], ["-h", command], ["help", command])}
    assert len(pages) == 1
    (page,) = pages
    assert page.startswith(f"usage: {called(command)}")
    assert "show this page" in page
    assert max(map(len, page.splitlines())) <= 80
    assert all(line == line.rstrip() for line in page.splitlines())


def test_pages_name_what_there_is():
    for command, texts in {
        "watch": ["--target DIR", "--fresh", "--salt TEXT"],
        "hint": ["NAME", "K  ", ".minigrad"],
        "solution": ["NAME", "--target DIR", "--anyway"],
        "reset": ["NAME", "--target DIR", "--yes", ".minigrad/backups"],
        "check-course": ["NAME"],
        "new": ["NAME", "--number K"],
        "bundle": ["OUT.zip"],
    }.items():
        page = typed(command, "--help").stdout
        assert all(text in page for text in texts), page


def test_each_option_that_takes_a_value_may_stand_before_the_command():
    for command, module in {"": "grade", **COMMANDS}.items():
        for action in importlib.import_module(f"minigrad.course.cli.{module}").parser()._actions:
            for option in action.option_strings if action.nargs is None else ():
                assert _place_of_command([option, "watch", command or "list"]) == 2, f"{command} {option}"


@pytest.mark.parametrize("words", [["--deep", "cohort"], ["--deep", "7", "cohort"], ["--alike", "cohort"]])
def test_one_that_may_take_a_number_takes_nothing_else(words):
    assert _place_of_command(words) == len(words) - 1


def test_options_stand_before_the_command_or_after_it(tmp_path):
    for name in ("bptt", "clipping", "rnn_cell"):
        (tmp_path / Course(ROOT).find(name).file).write_text("x = 1\n", "utf-8")
    for words in (
        ["reset", "rnn_cell", "--yes", "--target", tmp_path],
        ["--yes", "--target", tmp_path, "reset", "bptt"],
        ["--target", tmp_path, "reset", "--yes", "clipping"],
    ):
        assert "is as new" in typed(*words).stdout
