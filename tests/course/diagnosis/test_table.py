"""The outcomes of mistakes are looked up where they are known, and anything else in their place does no harm."""

import json
import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from minigrad.course.authors.check_course import check_course
from minigrad.course.authors.tables import filled
from minigrad.course.authors.work import bar, side_by_side
from minigrad.course.catalogue.course import Course
from minigrad.course.checks.examples import salted
from minigrad.course.checks.students import Simulation
from minigrad.course.diagnosis import table
from minigrad.course.diagnosis.fingerprints import BLOCKED
from minigrad.course.diagnosis.lineup import Lineup
from minigrad.course.diagnosis.suspects import Simulated, simulated
from minigrad.course.grading.grade import rehearse

from ...conftest import quick
from ..commands import Here, typed


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A course of one small exercise, with its table."""
    folder = tmp_path_factory.mktemp("course")
    assert typed("new", "gate", root=folder, cwd=folder).returncode == 0
    fill(gate(folder))
    return folder


def gate(root):
    """The exercise, read anew."""
    return Course(root).find("gate")


def fill(exercise):
    with bar(Console(quiet=True), "") as progress:
        [_] = side_by_side({"gate": filled(exercise, "mistakes", "substitutions")}, [Here()], progress)


def told(exercise):
    """The points and the diagnoses of a known mistake."""
    result = rehearse(exercise, exercise.mistakes[0].apply(exercise.solution))
    return result.points, [check.diagnosis for check in result.checks]


@pytest.mark.exhaustive
def test_check_course_leaves_the_rows_that_would_be_filled(root, tmp_path):
    filled_there = table.read(gate(root))["mistakes"]
    course = Course(shutil.copytree(root, tmp_path / "course"))
    shutil.rmtree(course.root / ".minigrad")
    check_course(course, Console(quiet=True), pool=[Here()])
    assert table.read(gate(course.root)) == {"mistakes": filled_there}


def test_a_suspect_that_is_looked_up_comes_to_what_it_comes_to_when_it_runs(root):
    exercise = gate(root)
    for known, running in zip(table.tabulated(exercise, simulated(exercise)), simulated(exercise), strict=True):
        assert isinstance(known, table.Tabulated)
        failed = set()  # or waits for what has
        for check in exercise.checks:
            other = replace(check, choices=salted(check.choices, "another"))
            waits = bool(failed & set(check.needs))
            for sizes in check.drawn():
                looked_up, came = known.outcome(check, sizes), running.outcome(check, sizes)
                assert looked_up == BLOCKED if waits else looked_up.matches(came)
                if waits or came.kind != "right":
                    failed.add(check.title)
            for sizes in other.drawn()[:3]:
                assert known.outcome(check, sizes).matches(running.outcome(check, sizes))


def test_what_a_suspect_warns_of_is_shown_to_nobody(root):
    """The mean of no numbers is a warning that NumPy gives whatever its errstate."""
    [check, *_] = gate(root).checks
    warner = Simulation("import numpy as np\ndef gate(*args):\n    return np.zeros((0, 2)).mean(axis=0)")
    with warnings.catch_warnings(record=True, action="always") as shown:
        Simulated("", warner).outcome(check, check.drawn()[0])
    assert not shown


def test_what_is_in_the_table_does_not_run(root):
    exercise = gate(root)
    for suspect in table.tabulated(exercise, simulated(exercise)):
        suspect.suspect = None  # who would run
        for check in exercise.checks:
            for sizes in check.drawn():
                assert suspect.outcome(check, sizes)


class Unasked:
    """A suspect of which nothing is known, and that may not run."""

    def known(self, check, sizes):
        return None


def test_what_is_known_is_compared_before_a_mistake_is_run(root):
    exercise = gate(root)
    for i, mistake in enumerate(exercise.mistakes):
        lineup = Lineup(exercise)
        for k, suspect in enumerate(lineup.known):
            suspect.suspect = suspect.suspect if k == i else Unasked()
        result = rehearse(exercise, mistake.apply(exercise.solution), lineup)
        assert result.first_failure.diagnosis == mistake.says


def test_only_of_those_checks_that_are_asked_for_it_is_told_what_was_done(root):
    exercise = gate(root)
    source = exercise.mistakes[0].apply(exercise.solution)
    everything = rehearse(exercise, source)
    first = rehearse(exercise, source, told=lambda result: [result.first_failure])
    assert first.first_failure.diagnosis == everything.first_failure.diagnosis == exercise.mistakes[0].says
    assert [c.points for c in first.checks] == [c.points for c in everything.checks]
    assert [c.diagnosis for c in first.checks].count("") == len(first.checks) - 1
    assert not any(c.diagnosis for c in rehearse(exercise, source, told=lambda _: []).checks)


@pytest.mark.parametrize(
    "row", quick(2, [0, None, "x", [], {}, {"TITLE": 3}, {"TITLE": [[1]]}, {"TITLE": [["a", 0, {}, [[1]]]]}])
)
def test_rows_of_another_form_do_no_harm(root, row):
    exercise = gate(root)
    right = told(exercise)
    place, kept = exercise.table_file, json.loads(exercise.table)
    before = place.read_bytes()
    titles = [check.title for check in exercise.checks]
    row = dict.fromkeys(titles, row["TITLE"] * 64) if isinstance(row, dict) and row else row
    for kind in ("mistakes", "substitutions"):
        kept[kind] = [row for _ in kept[kind]]
    try:
        place.write_text(json.dumps(kept), "utf-8")
        assert told(gate(root)) == right
    finally:
        place.write_bytes(before)


@pytest.mark.parametrize("data", [b"", b"\xff", b"{", b"[" * 100_000, b"[1]", b'{"version": 1}'])
def test_what_is_no_table_does_no_harm(root, data):
    right, place = told(gate(root)), gate(root).table_file
    before = place.read_bytes()
    try:
        place.write_bytes(data)
        assert told(gate(root)) == right
    finally:
        place.write_bytes(before)


def test_a_table_of_another_version_is_none(root):
    exercise = gate(root)
    assert table.read(exercise)
    notes = Path(root, "tests", "exercises", f"{exercise.stem}.toml")
    before = notes.read_text("utf-8")
    try:
        notes.write_text(before + "\n# a word more\n", "utf-8")
        assert table.read(gate(root)) == {}
    finally:
        notes.write_text(before, "utf-8")


def test_a_table_holds_no_sentence_that_could_be_shown(root):
    exercise = gate(root)
    assert not any(mistake.says in exercise.table.decode() for mistake in exercise.mistakes)


def test_looking_ahead_finds_what_each_mistake_comes_to_in_the_largest_examples(root):
    exercise = gate(root)
    ahead, simulated_now = Lineup(exercise, looks_up=False), Lineup(exercise, looks_up=False)
    places = [(check, check.drawn("another")[-1]) for check in exercise.checks]
    assert not any(suspect.known(check, sizes) for suspect in ahead.known for check, sizes in places)
    for _ in ahead.look_ahead("another"):
        pass
    for suspect, other in zip(ahead.known, simulated_now.known, strict=True):
        assert [suspect.known(*place) for place in places] == [other.outcome(*place) for place in places]
