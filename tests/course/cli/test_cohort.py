"""A class, or a cohort of strangers, from what was handed in to grades."""

import contextlib
import csv
import io
import re
import shutil
import sqlite3

import pytest

from minigrad.course.catalogue.skeleton import make_skeleton
from minigrad.course.cohort import worker
from minigrad.course.grading.grade import failed_here
from minigrad.course.results.status import Status
from minigrad.course.student.cage import Confinement

from .. import double
from ..commands import ROOT, Here, typed
from ..double import SOLUTION

PAGE = (ROOT / "docs" / "grading.md").read_text("utf-8")
CHECKS = double.CHECKS.replace("points=1, examples=8", "points=4, examples=4")
NOTES = f"""{double.NOTES}
[[mistakes]]
says = "Three times is too much."
replace = [["2 * x", "3 * x"]]
[[variants]]
name = "the other way round"
replace = [["2 * x", "x * 2"]]
"""
FILE = "ex01_double.py"
WORKS = {"ann": SOLUTION, "bob": SOLUTION.replace("2 *", "3 *"), "cem": make_skeleton(SOLUTION), "dot": "def (:\n"}


@pytest.fixture(autouse=True)
def within_this_process(monkeypatch):
    """Workers are this process, and what they run in is as it is for a student on a laptop."""
    worker._exercise.cache_clear()
    worker._checks.cache_clear()
    monkeypatch.setattr("minigrad.course.cohort.crews.Processes", lambda count: contextlib.nullcontext(Here()))
    for module in ("cohort.worker._confinement", "cli.cohort.probe"):
        monkeypatch.setattr(f"minigrad.course.{module}", lambda *_: Confinement("limits", "bwrap is not installed."))


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course"
    for place, text in {
        f"solutions/{FILE}": SOLUTION,
        f"exercises/{FILE}": make_skeleton(SOLUTION),
        f"tests/exercises/test_{FILE}": CHECKS,
        "tests/exercises/ex01_double.toml": NOTES,
    }.items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text(text, "utf-8")
    return root


@pytest.fixture
def handed_in(tmp_path):
    folder = tmp_path / "hw"
    for name, source in WORKS.items():
        (folder / name).mkdir(parents=True)
        (folder / name / FILE).write_text(source, "utf-8")
    return folder


@pytest.fixture
def grader(course, handed_in):
    """The grader as a teacher types it beside the folder."""

    def run(*words):
        return typed(*words, root=course, cwd=handed_in.parent)

    run.folder = handed_in.parent
    return run


WEAKLY = "--allow-weak-isolation"


def rows(grader, *words):
    """Each student's line of a table for spreadsheets that this command writes."""
    place = grader.folder / "grades.csv"
    result = grader(*words, "--csv", place)
    assert not result.stderr
    return {row["id"]: row for row in csv.DictReader(io.StringIO(place.read_text("utf-8-sig")))}


def points(grader):
    found = rows(grader, "class", "hw")
    column = next(name for name in found["ann"] if "double" in name)
    return {id: row[column] for id, row in found.items()}


def test_a_class_is_graded_and_shown(grader, handed_in):
    result = grader("class", "hw")
    assert result.returncode == 0
    for said in (
        "4 submissions",
        "4 files graded",
        "provisional",
        "bwrap is not installed",
        "Three times is too much",
    ):
        assert said in result.stdout
    assert all(len(line) <= 80 for line in result.stdout.splitlines() if "provisional" not in line)
    assert handed_in.with_name("hw.sqlite").is_file()


def test_of_identical_files_one_is_graded_and_that_is_said_where_there_are_any(grader, handed_in):
    once = "Identical files are graded once."
    assert once not in grader("class", "hw").stdout
    for student in ("eve", "fay"):
        (handed_in / student).mkdir()
        (handed_in / student / FILE).write_text(SOLUTION + "# ours\n", "utf-8")
    assert f"1 file graded: 1 passed.\n{once}" in grader("class", "hw").stdout


def test_everybody_gets_what_their_file_is_worth(grader):
    assert points(grader) == {"ann": "4", "bob": "0", "cem": "0", "dot": "0"}


def test_the_lines_for_very_many_work_as_the_page_shows_them(grader, handed_in):
    handed_in.rename(grader.folder / "submissions")
    lines = re.findall(r"^    python grader.py (.+)$", PAGE.partition("## Very many")[2].partition("\n## ")[0], re.M)
    assert len(lines) == 2
    for line in lines:
        done = grader(*line.split(), WEAKLY)
        assert (done.returncode, done.stderr) == (0, "")
    assert "ann" in (grader.folder / "grades.csv").read_text("utf-8-sig")


def test_only_what_is_new_or_changed_is_graded_again(grader, handed_in):
    grader("class", "hw")
    assert "Nothing waited to be graded" in grader("class", "hw").stdout
    (handed_in / "bob" / FILE).write_text(SOLUTION + "# mine\n", "utf-8")
    assert "1 file graded: 1 passed" in grader("class", "hw").stdout
    assert points(grader)["bob"] == "4"


def test_who_is_gone_from_the_folder_is_gone_from_the_table(grader, handed_in):
    assert "bob" in points(grader)
    shutil.rmtree(handed_in / "bob")
    assert "bob" not in points(grader)


def test_a_cohort_of_strangers_needs_a_cage(grader, handed_in):
    refused = grader("cohort", "hw", "--store", "s.sqlite")
    assert refused.returncode == 2
    assert "bwrap is not installed. Install" in refused.stderr
    assert not handed_in.with_name("s.sqlite").exists()
    allowed = grader("cohort", "hw", "--store", "s.sqlite", WEAKLY)
    assert allowed.returncode == 0
    assert "Grades are provisional" in allowed.stdout


def test_outputs_can_be_written_later_from_the_store_alone(grader, handed_in):
    grader("cohort", "hw", "--store", "s.sqlite", WEAKLY)
    shutil.rmtree(handed_in)
    assert [*rows(grader, "cohort", "--store", "s.sqlite", WEAKLY)] == [*WORKS]
    missing = grader("cohort", "--store", "t.sqlite", WEAKLY)
    assert missing.returncode == 2
    assert "there is no store t.sqlite" in missing.stderr


def test_shards_put_together_are_the_whole(grader, handed_in):
    handed_in.with_name("salt").write_text("a secret\n")
    for part in range(3):
        words = "--store", f"{part}.sqlite", "--shard", f"{part}/3", "--salt-file", "salt", WEAKLY
        assert grader("cohort", "hw", *words).returncode == 0
    merged = grader("merge", *(f"{part}.sqlite" for part in range(3)), "--store", "all.sqlite")
    assert "4 students are in all.sqlite" in merged.stdout
    assert [*rows(grader, "cohort", "--store", "all.sqlite", WEAKLY)] == [*WORKS]
    again = grader("cohort", "hw", "--store", "all.sqlite", WEAKLY)
    assert "Nothing waited" in again.stdout


def test_shards_need_one_secret(grader):
    refused = grader("cohort", "hw", "--store", "s.sqlite", "--shard", "0/3", WEAKLY)
    assert "give each --salt-file" in refused.stderr
    refused = grader("cohort", "hw", "--store", "s.sqlite", "--shard", "3/3", WEAKLY)
    assert "0/8 to 7/8" in refused.stderr


def test_a_mended_check_moves_points_only_when_that_is_written(grader, course):
    assert points(grader)["bob"] == "0"
    checks = course / "tests" / "exercises" / f"test_{FILE}"
    checks.write_text(CHECKS.replace("x + x)", "3.0 * x)"), "utf-8")
    worker._exercise.cache_clear()
    worker._checks.cache_clear()
    assert points(grader)["bob"] == "0"
    assert "another version" in grader("class", "hw").stdout
    shown = grader("regrade", "--store", "hw.sqlite", WEAKLY).stdout
    assert [line.split() for line in shown.splitlines() if line.startswith(("ann", "bob", "cem"))] == [
        ["ann", "double", "4", "0", "-4"],
        ["bob", "double", "0", "4", "+4"],
    ]
    assert "Nothing is changed yet" in shown
    assert points(grader)["bob"] == "0"
    grader("regrade", "--store", "hw.sqlite", "--write", WEAKLY)
    assert points(grader) == {"ann": "0", "bob": "4", "cem": "0", "dot": "0"}
    assert "Nobody's points move" in grader("regrade", "--store", "hw.sqlite", WEAKLY).stdout


def test_who_is_graded_again_is_tried_on_as_many_further_examples(grader, course, handed_in):
    for name in set(WORKS) - {"ann"}:
        shutil.rmtree(handed_in / name)
    grader("class", "hw", "--deep", "3")
    checks = course / "tests" / "exercises" / f"test_{FILE}"
    checks.write_text(CHECKS.replace("x + x)", "3.0 * x)"), "utf-8")
    worker._exercise.cache_clear()
    worker._checks.cache_clear()
    grader("regrade", "--store", "hw.sqlite", WEAKLY)
    found = sqlite3.connect(grader.folder / "hw.sqlite").execute(
        "SELECT further, count(*), count(DISTINCT course) FROM results GROUP BY further"
    )
    assert found.fetchall() == [(3, 2, 2)]


def test_where_the_grader_itself_fails_there_are_no_points_and_no_zero(grader, monkeypatch):
    def fails(exercise, task):
        return failed_here(exercise, exercise.root / exercise.file, "no memory")

    with monkeypatch.context() as broken:
        broken.setattr(worker, "_graded", fails)
        result = grader("class", "hw")
        assert result.returncode == 1
        assert "3 infra" in result.stdout
        assert points(grader)["ann"] == ""
    assert points(grader)["ann"] == "4"


def test_every_row_says_what_its_file_was_run_in(grader, handed_in):
    grader("class", "hw")
    rows = sqlite3.connect(handed_in.with_name("hw.sqlite")).execute(
        "SELECT status, confinement, provisional FROM results ORDER BY status"
    )
    assert sorted(rows) == [
        (Status.ERROR, "limits", 1),
        (Status.FAILED, "limits", 1),
        (Status.NOT_STARTED, "", 0),  # as it was given, it is not run
        (Status.PASSED, "limits", 1),
    ]


def test_a_misspelled_folder_is_no_empty_class(grader, handed_in):
    result = grader("class", "wh")
    assert result.returncode == 2
    assert "wh is not there" in result.stderr
    assert not handed_in.with_name("wh.sqlite").exists()
