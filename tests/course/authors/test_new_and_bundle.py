"""The commands of authors and teachers: a new exercise that works, the page's example, and the students' edition."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from minigrad.course.catalogue.course import TESTS, TRAININGS, Course
from minigrad.course.checks import Check, seed
from minigrad.course.checks.students import Simulation, Student
from minigrad.course.diagnosis.diagnostician import Diagnostician
from minigrad.course.diagnosis.evidence import Evidence

from ..commands import Here, copy_course, typed

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "authoring.md").read_text("utf-8")
SOME = ["counts", "broadcasting", "lstm_cell"]  # of the course: unlike each other


def run(folder, *arguments):
    """The grader of a course in another folder."""
    return typed(*arguments, root=folder, cwd=folder)


def alone(folder, *arguments):
    """The same, where what works side by side otherwise is done in this process."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("check_course", "bundle"):
            patch.setattr(f"minigrad.course.authors.{module}.workers", lambda: contextlib.nullcontext([Here()]))
        return run(folder, *arguments)


def process(folder, *command):
    """The result of a process of its own, which uses this minigrad unless the course has its own."""
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *map(str, command)],
        capture_output=True,
        cwd=folder,
        env=environment,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


def new(folder, *arguments):
    return run(folder, "new", *arguments)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course of the page, in a folder of its own."""
    folder = tmp_path_factory.mktemp("course")
    assert new(folder, "moving_average").returncode == 0
    solution, checks, _, training = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    [notes] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (folder / "solutions" / "ex01_moving_average.py").write_text(solution, "utf-8")
    (folder / "tests" / "exercises" / "test_ex01_moving_average.py").write_text(checks, "utf-8")
    (folder / "tests" / "exercises" / "ex01_moving_average.toml").write_text(notes, "utf-8")
    (folder / "tests" / "exercises" / "training_forgetting.py").write_text(training, "utf-8")
    assert run(folder, "reset", "moving_average", "--yes").returncode == 0
    return folder


@pytest.fixture(scope="module", params=["page", pytest.param("several", marks=pytest.mark.exhaustive)])
def edition(request, course, tmp_path_factory):
    """The students' edition, unpacked, of the page's course or of several exercises; the full one lies beside it."""
    folder = tmp_path_factory.mktemp("edition")
    full = folder / "full"
    if request.param == "page":
        full.symlink_to(course)
    else:
        copy_course(ROOT, full, SOME)
        for training in (ROOT / TESTS).glob(TRAININGS):
            shutil.copy(training, full / TESTS)
    done = run(full, "bundle", folder / "course.zip")
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(folder / "course.zip") as archive:
        archive.extractall(folder)
    return folder / "course"


def solved(edition):
    """The exercises of an edition, in the course that has their solutions."""
    return Course(edition.parent / "full").exercises


def results(folder, path):
    """Status, points and first diagnosis of each exercise in a folder of files."""
    run(folder, "--target", path, "--json", path / "results.json")
    exercises = json.loads((path / "results.json").read_text("utf-8"))["exercises"]
    told = [next((c["diagnosis"] for c in e["checks"] if c["status"] in ("failed", "error")), "") for e in exercises]
    return [(e["status"], e["points"], says) for e, says in zip(exercises, told, strict=True)]


@pytest.mark.exhaustive
def test_a_new_exercise_in_an_empty_folder_works_and_check_course_says_what_it_lacks(tmp_path):
    laid_out = process(tmp_path, "-m", "minigrad.course", "new", "gate")
    assert laid_out.returncode == 0
    assert "Next: open solutions/ex01_gate.py" in laid_out.stdout
    assert "python grader.py check-course gate\n" in laid_out.stdout
    assert "0 of 5 points" in process(tmp_path, "grader.py").stdout
    assert "5 of 5 points" in run(tmp_path, "--target", "solutions").stdout
    assert "5 of 5 points" in process(tmp_path, "solutions/ex01_gate.py").stdout
    checked = alone(tmp_path, "check-course").stdout
    assert re.search(r"gate +2 +[\d.]+ +1 of 1 +1 of 1", checked)
    assert "fewer than 8" in checked
    assert "fewer than 3" in checked
    assert "test_ex01_gate.py has a TODO in line 1, and" in checked
    assert "5 problems" in checked


def test_exercises_are_numbered_in_turn_or_as_asked(tmp_path):
    for arguments in (["first"], ["later", "--number", "7"], ["last"], ["before", "--number", "0"]):
        new(tmp_path, *arguments)
    course = Course(tmp_path)
    assert [e.stem for e in course.exercises] == ["ex00_before", "ex01_first", "ex07_later", "ex08_last"]
    assert {course.find(text).name for text in ("0", "00", "ex00", "before")} == {"before"}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["moving_average"], "there is an exercise called moving_average already"),
        (["other", "--number", "1"], "exercise 1 is moving_average"),
        (["other", "--number", "-1"], "numbers from 0 to 99, not -1"),
        (["other", "--number", "100"], "numbers from 0 to 99, not 100"),
        (["Other"], "cannot be the name of a function"),
        (["lambda"], "cannot be the name of a function"),
        (["../other"], "cannot be the name of a function"),
        (["np"], "cannot be the name of a function"),
        (["hint"], "new takes the name of one exercise"),
        ([], "new needs NAME"),
    ],
)
def test_a_name_or_number_that_cannot_be_had_is_refused(course, arguments, text):
    before = sorted(course.rglob("*"))
    done = run(course, "new", *arguments)
    assert done.returncode == 2
    assert text in done.stderr
    assert sorted(course.rglob("*")) == before


def test_new_writes_over_nothing(tmp_path):
    mine = tmp_path / "exercises" / "ex01_gate.py"
    mine.parent.mkdir()
    mine.write_text("mine", "utf-8")
    done = new(tmp_path, "gate")
    assert done.returncode == 2
    assert "not overwritten" in done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [mine]
    assert mine.read_text("utf-8") == "mine"


def test_the_exercise_of_the_page_holds_together_as_the_page_says(course):
    checked = run(course, "check-course")
    assert checked.returncode == 0, checked.stdout
    for line in checked.stdout.strip().split("\n"):
        assert in_no_time(f"    {line.rstrip()}\n") in in_no_time(PAGE)


def in_no_time(text):
    """The text without how long anything took."""
    return re.sub(r" +\d+\.\d ", " 0.0 ", text)


WORDS = """
import numpy as np

def distinct(tokens):
    return list(dict.fromkeys(tokens))

def count(tokens):
    return {t: sum(u == t for u in tokens) for t in tokens}

def most_common(tokens):
    return max(tokens, key=tokens.count)

def encode(tokens, vocabulary):
    return np.array([vocabulary[t] for t in tokens])

def decode(ids, vocabulary):
    return [list(vocabulary)[i] for i in ids]
"""


@pytest.mark.parametrize(
    ("right", "wrong", "text"),
    [
        ("", "", ""),
        ("list(dict.fromkeys(tokens))", "tokens", "words should hold the expected items, in any order; too many: "),
        ("sum(u == t for u in tokens)", "1", '"]: the number is wrong: expected 2, got 1.'),
        ("max(tokens", "min(tokens", "word: expected '"),
        (
            "np.array([vocabulary[t] for t in tokens])",
            "np.array([1.0 for t in tokens])",
            "ids: expected an array of int",
        ),
        ("for i in ids]", "for i in ids[:-1]]", "tokens has 0 items, expected 1. From tokens[0] on missing: "),
    ],
)
def test_the_checks_of_words_on_the_page_pass_what_is_right_and_say_what_is_wrong(right, wrong, text):
    checks = {}
    exec(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[2], checks)
    looked = [
        check.examine(Student(Simulation(WORDS.replace(right, wrong))))
        for check in checks.values()
        if isinstance(check, Check)
    ]
    failed = [str(example.outcome) for example in looked if example]
    assert len(looked) == 5
    assert text in failed[0] if text else not failed


def test_the_training_of_the_page_learns(course):
    done = run(course, "train", "forgetting", "--target", course / "solutions")
    assert (done.returncode, done.stderr) == (0, "")
    error = float(re.search(r"moving average +(\S+)", done.stdout)[1])
    assert 0 < error < 9  # which the noise alone would come to


@pytest.mark.exhaustive
def test_the_same_course_gives_the_same_zip(edition):
    written = edition.parent / "course.zip"
    before = written.read_bytes()
    assert alone(edition.parent / "full", "bundle", written).returncode == 0  # over the first
    assert written.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.zip", "exists and is no zip"),
        ("folder.zip", "exists and is no zip"),
        ("course", "Give one that ends in .zip"),
        ("nowhere/course.zip", "there is no folder"),
    ],
)
def test_a_bundle_is_written_over_nothing_but_a_zip(course, tmp_path, name, text):
    (tmp_path / "notes.zip").write_text("mine", "utf-8")
    (tmp_path / "folder.zip").mkdir()
    done = run(course, "bundle", tmp_path / name)
    assert done.returncode == 2
    assert text in done.stderr
    assert (tmp_path / "notes.zip").read_text("utf-8") == "mine"


def test_an_edition_without_minigrad_says_how_to_install_it(course, tmp_path):
    assert alone(course, "bundle", tmp_path / "course.zip", "--without-minigrad").returncode == 0
    with zipfile.ZipFile(tmp_path / "course.zip") as archive:
        names, readme = archive.namelist(), archive.read("course/README.md").decode()
    assert {name.split("/")[1] for name in names} == {"README.md", "exercises", "grader.py", "tests"}
    assert "course/tests/exercises/conftest.py" in names
    assert "    pip install minigrad-course && python grader.py\n" in readme
    assert "pip install -e" not in readme
    assert "When the grader says that minigrad has a newer edition" in readme  # which it does where the course came so
    assert "minigrad.course update" not in readme


def test_a_broken_exercise_is_not_bundled(tmp_path):
    new(tmp_path, "gate")
    notes = tmp_path / "tests" / "exercises" / "ex01_gate.toml"
    notes.write_text(notes.read_text("utf-8").replace("x @ W + b", "x @ W + c"), "utf-8")
    done = run(tmp_path, "bundle", "course.zip")
    assert done.returncode == 2
    assert "replaces 'x @ W + c', which stands 0 times" in done.stderr
    assert not (tmp_path / "course.zip").exists()


@pytest.mark.exhaustive
def test_the_students_edition_has_no_solutions(edition):
    assert not (edition / "solutions").exists()
    assert {path.name for path in edition.rglob("*.toml")} == {"pyproject.toml", "notes.toml"}  # which `new` lays out
    inside, full = ({file.name for file in (c / TESTS).glob(TRAININGS)} for c in (edition, edition.parent / "full"))
    assert inside == full
    texts = {path: path.read_text("utf-8") for path in edition.rglob("*") if path.is_file()}
    for exercise in solved(edition):
        notes, recorded = (
            json.loads(texts[edition / TESTS / f"{exercise.stem}{suffix}"]) for suffix in (".json", ".mistakes.json")
        )
        assert notes.keys() == {*exercise.notes, "skeleton", "answers", "examples"} - {"mistakes", "variants"}
        assert recorded.keys() == {"mistakes", "substitutions"}
        assert all(mistake.keys() == {"says", "of", "outcomes"} for mistake in recorded["mistakes"])
        for body in re.findall(r"# BEGIN SOLUTION\n(.*?)# END SOLUTION", exercise.solution, re.DOTALL):
            body = re.sub(r"\s*\n\s*", "\n", body).strip()
            for path, text in texts.items():
                text = re.sub(r"\s*\n\s*", "\n", text.replace("\\n", "\n").replace('\\"', '"'))
                if not path.is_relative_to(edition / "minigrad"):  # the framework has an RNN of its own
                    assert body not in text
                    assert not any(f"{line}\n" in text for line in body.split("\n") if len(line) > 30)


def test_the_students_edition_grades_what_was_not_started_and_what_is_right(edition, tmp_path):
    assert [status for status, *_ in results(edition, edition / "exercises")] == ["not_started"] * len(solved(edition))
    for exercise in solved(edition):
        (tmp_path / exercise.file).write_text(exercise.solution, "utf-8")
    assert [status for status, *_ in results(edition, tmp_path)] == ["passed"] * len(solved(edition))


@pytest.mark.parametrize("part", [0.3, 0.7])
def test_the_students_edition_tells_mistakes_by_their_sentences(edition, tmp_path, part):
    mistakes = [exercise.mistakes[int(part * len(exercise.mistakes))] for exercise in solved(edition)]
    for exercise, mistake in zip(solved(edition), mistakes, strict=True):
        (tmp_path / exercise.file).write_text(mistake.apply(exercise.solution), "utf-8")
    assert [says for *_, says in results(edition, tmp_path)] == [mistake.says for mistake in mistakes]


def test_the_students_edition_knows_mistakes_on_the_examples_of_its_checks_only(edition):
    exercise = Course(edition).exercises[0]
    mistake = solved(edition)[0].mistakes[0]
    for seeds, told in [(seed, mistake.says), (range(1000, 1064), "")]:
        student = Student(Simulation(mistake.apply(solved(edition)[0].solution)))
        first = next(check for check in exercise.checks if "seed" in check.choices)
        check = replace(first, choices={**first.choices, "seed": seeds})
        counterexample = check.examine(student)
        diagnostician = Diagnostician(exercise, [Evidence(check, counterexample, student.examples)])
        assert diagnostician.knows_mistakes == bool(told)
        assert diagnostician.diagnose(0) == told


def test_the_students_edition_lists_hints_and_resets(edition):
    exercise = solved(edition)[0]
    assert exercise.name in run(edition, "list").stdout
    assert "hint 1 of" in run(edition, "hint", exercise.name).stdout
    path = edition / "exercises" / exercise.file
    fresh = path.read_text("utf-8")
    path.write_text("mine", "utf-8")
    assert run(edition, "reset", exercise.name, "--yes").returncode == 0
    assert path.read_text("utf-8") == fresh == exercise.skeleton


@pytest.mark.parametrize("arguments", [["check-course"], ["bundle", "again.zip"]])
def test_what_needs_the_solutions_says_so_in_the_students_edition(edition, arguments):
    done = run(edition, *arguments)
    assert done.returncode == 2
    assert "this needs the solutions" in done.stderr
