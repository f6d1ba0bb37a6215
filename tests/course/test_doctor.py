"""The doctor's findings on a computer that works and on some that do not."""

import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from minigrad.course import doctor, usage
from minigrad.course.doctor import INSTALL, INSTALL_RELEASED, OK, PROBLEM, WARNING
from minigrad.course.notebooks.made import LAST

ROOT = Path(__file__).parents[2]


def grader(*command):
    environment = {**os.environ, "COLUMNS": "80"}
    shown = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    return shown.returncode, shown.stdout, shown.stderr


def project(folder, text, name=doctor.NAME):
    (folder / "pyproject.toml").write_text(f'[project]\nname = "{name}"\n{text}\n', "utf-8")
    return folder


def test_where_everything_works_nothing_is_a_problem():
    code, shown, errors = grader("grader.py", "doctor")
    assert (code, errors) == (0, "")
    for name in ("Python", "numpy", "pytest", "hypothesis", "rich", "a function in a process of its own gave 42"):
        assert f"ok       {name}" in shown
    assert all(len(line) <= 80 or os.sep in line for line in shown.splitlines())
    assert "\x1b" not in shown


def test_without_any_package_each_is_named():
    code, shown, errors = grader("-S", "grader.py", "doctor")
    assert (code, errors) == (1, "")
    for name in ("numpy", "pytest", "hypothesis", "rich"):
        assert f"problem  {name} is not installed\n         {INSTALL}\n" in shown


def test_without_any_package_the_grader_says_what_to_install():
    code, shown, errors = grader("-S", "grader.py", "list")
    assert (code, shown) == (1, "")
    assert errors.startswith("grader.py cannot start: No module named ")
    assert "Run: python -m pip install -e .\n" in errors


@pytest.mark.exhaustive
@pytest.mark.parametrize("word", ["doctor", "list"])
def test_without_minigrad_no_doctor_is_advised(tmp_path, word):
    (tmp_path / "grader.py").write_bytes((ROOT / "grader.py").read_bytes())
    code, shown, errors = grader("-S", "-E", tmp_path / "grader.py", word)
    assert (code, shown) == (1, "")
    assert errors.startswith("grader.py cannot start: No module named 'minigrad'")
    assert "doctor" not in errors


def test_versions_are_compared_as_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.metadata, "version", lambda name: "2.10.0rc1")
    for needed, status in (("2.9", OK), ("2.10", OK), ("2.11", PROBLEM), ("10", PROBLEM)):
        [found] = doctor.packages(project(tmp_path, f'dependencies = ["numpy>={needed},<99"]'))
        assert found.status == status


@pytest.mark.parametrize(
    "requirement", ["numpy[more]>=2.9", "numpy<99,>=2.9", "numpy >= 2.9, < 99", "numpy>=2.9; a == 'b'"]
)
def test_a_requirement_may_say_more_than_a_version(requirement, monkeypatch):
    monkeypatch.setattr(doctor.metadata, "version", lambda name: {"numpy": "2.8"}[name])
    assert doctor._look_for(requirement) == (False, "numpy 2.8 is too old: 2.9 or newer is needed")
    monkeypatch.setattr(doctor.metadata, "version", lambda name: {"numpy": "2.10"}[name])
    assert doctor._look_for(requirement) == (True, "numpy 2.10")


@pytest.mark.parametrize(
    "text", ["[tool.other]\n", "[project]\nname = 'other'\ndependencies = []\n", "[", "project = 3\n"]
)
def test_a_pyproject_of_somebody_else_is_not_minigrads(tmp_path, monkeypatch, text):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "pyproject.toml").write_text(text, "utf-8")
    monkeypatch.setattr(doctor, "__file__", str(tmp_path / "site" / "minigrad" / "course" / "doctor.py"))
    monkeypatch.setattr(doctor.metadata, "requires", lambda name: ["no-such-package>=1"])
    [needed] = doctor.packages(tmp_path)
    assert needed.text == "no-such-package is not installed"


def test_a_package_that_cannot_be_imported_is_a_problem(tmp_path, monkeypatch):
    def fail(name):
        raise ImportError("DLL load failed")

    monkeypatch.setattr(importlib, "import_module", fail)
    [found] = doctor.packages(project(tmp_path, 'dependencies = ["numpy>=2.2"]'))
    assert found.status == PROBLEM
    assert "DLL load failed" in found.text


def test_an_extra_may_be_missing_but_not_too_old(tmp_path):
    text = 'optional-dependencies.some = ["no-such-package>=1"]\noptional-dependencies.more = ["numpy>=999"]'
    missing, old = doctor.extras(project(tmp_path, text))
    assert (missing.status, missing.text) == (OK, "optional, for some: no-such-package is not installed")
    assert (old.status, old.advice) == (WARNING, 'Run: python -m pip install -e ".[more]"')


def test_without_a_minigrad_of_its_own_a_course_needs_what_the_installed_one_needs(tmp_path, monkeypatch):
    requires = ["no-such-package>=1", "numpy>=999; extra == 'some'"]
    monkeypatch.setattr(doctor, "__file__", str(tmp_path / "site" / "minigrad" / "course" / "doctor.py"))
    monkeypatch.setattr(doctor.metadata, "requires", lambda name: requires)
    [needed], [extra] = doctor.packages(tmp_path), doctor.extras(tmp_path)
    assert (needed.status, needed.advice) == (PROBLEM, INSTALL_RELEASED)
    assert (extra.status, extra.advice) == (WARNING, 'Run: python -m pip install "minigrad-course[some]"')


def test_all_say_the_same_about_installing_minigrad():
    sentence = f"Run: {usage.install()}"
    assert sentence == INSTALL_RELEASED
    assert f'"{sentence}"' in (ROOT / "grader.py").read_text("utf-8")
    assert sentence.replace("python -m ", "%") in LAST


def test_a_course_that_is_older_than_minigrad_is_a_warning(tmp_path):
    (tmp_path / "tests" / "exercises").mkdir(parents=True)
    (tmp_path / "tests" / "exercises" / "test_ex09_rnn_cell.py").touch()
    (tmp_path / "tests" / "exercises" / "edition.json").write_text('{"version": "0.0.1", "files": {}}', "utf-8")
    _, older, *_ = doctor.course(tmp_path)
    assert older.status == WARNING
    assert "python grader.py update" in older.text


def test_a_folder_without_a_course_is_a_problem_and_no_traceback(tmp_path, capsys):
    assert doctor.main(tmp_path) == 1
    shown = capsys.readouterr().out
    assert "problem  there are no exercises in" in shown
    assert "cannot be written" not in shown


def test_a_folder_of_exercises_that_was_renamed_is_found(tmp_path):
    (tmp_path / "tests" / "exercises").mkdir(parents=True)
    (tmp_path / "tests" / "exercises" / "test_ex09_rnn_cell.py").touch()
    _, gone = doctor.course(tmp_path)
    assert (gone.status, gone.text) == (PROBLEM, f"exercises/ is not there: {tmp_path / 'exercises'}")
    assert gone.advice.endswith("python grader.py reset NAME")
    for name in ("my answers", "solutions"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ex09_rnn_cell.py").touch()
    _, renamed = doctor.course(tmp_path)
    assert renamed.text == f"{gone.text}, but {tmp_path / 'my answers'} has exercises"
    assert renamed.advice.endswith(f"run: python grader.py --target '{tmp_path / 'my answers'}'")
    assert [found.text.split(" can be")[0] for found in doctor.folders(tmp_path)] == ["the temporary folder"]


def test_a_second_file_of_an_exercise_is_a_warning(tmp_path):
    for folder, name in (("tests/exercises", "test_ex09_rnn_cell.py"), ("exercises", "ex09_rnn_cell.py")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / name).touch()
    (tmp_path / "exercises" / "helpers.py").touch()
    assert len(list(doctor.course(tmp_path))) == 1
    (tmp_path / "exercises" / "ex09_rnn_cell (1).py").touch()
    _, second = doctor.course(tmp_path)
    assert (second.status, "ex09_rnn_cell (1).py too" in second.text) == (WARNING, True)


def test_an_exercise_without_its_file_is_a_warning(tmp_path):
    (tmp_path / "exercises").mkdir()
    (tmp_path / "tests" / "exercises").mkdir(parents=True)
    (tmp_path / "tests" / "exercises" / "test_ex09_rnn_cell.py").touch()
    _, missing = doctor.course(tmp_path)
    assert (missing.status, missing.advice) == (WARNING, "To get it back: python grader.py reset rnn_cell")


def test_a_process_that_does_not_start_is_a_problem(tmp_path, monkeypatch, another_nursery):
    monkeypatch.setattr(sys, "executable", "no/such/python")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    [found] = doctor.student(ROOT)
    assert found.status == PROBLEM


def test_an_old_python_is_a_problem_and_nothing_else_is_looked_at(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 10, 0, "final", 0))
    assert doctor.main(ROOT) == 1
    shown = capsys.readouterr().out
    assert "The course needs Python 3.11 or newer." in shown
    assert "numpy" not in shown


@pytest.fixture
def another(tmp_path):
    """A folder with another package called minigrad."""
    (tmp_path / "minigrad").mkdir()
    (tmp_path / "minigrad" / "__init__.py").write_text("", "utf-8")
    return tmp_path


def test_another_package_called_minigrad_is_found_where_an_exercise_would_find_it(another, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(another), str(ROOT)]))
    [found] = doctor._in_exercises(ROOT)
    assert found.status == PROBLEM
    assert str(another / "minigrad") in found.text
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(another)]))
    assert list(doctor._in_exercises(ROOT)) == []


class Installed:
    """The notes on a minigrad that was installed from a folder."""

    def __init__(self, folder, editable=True):
        self.noted = json.dumps({"url": folder.as_uri(), "dir_info": {"editable": editable}})

    def read_text(self, name):
        return {"direct_url.json": self.noted}[name]


def test_a_folder_from_which_minigrad_was_installed_and_that_is_gone_is_named(tmp_path, monkeypatch):
    before, here = tmp_path / "my course", tmp_path / "moved"
    here.mkdir()
    for installed, gone in ((Installed(before), str(before)), (Installed(here), ""), (Installed(before, False), "")):
        monkeypatch.setattr(doctor.metadata, "distribution", lambda name, installed=installed: installed)
        assert doctor._folder_that_is_gone() == gone
    (here / "exercises").mkdir()
    monkeypatch.setattr(doctor.metadata, "distribution", lambda name: Installed(before))
    monkeypatch.setattr(doctor.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 0, "\n"))
    [found] = doctor._in_exercises(project(here, ""))
    assert (found.status, found.advice) == (WARNING, INSTALL)
    assert f"does not find minigrad: it was installed from {before}, which is gone" in found.text


@pytest.mark.exhaustive
def test_another_package_called_minigrad_is_told_by_the_exercise_and_the_grader_finds_its_own(another):
    environment = {**os.environ, "PYTHONPATH": str(another)}

    def run(file, *words):
        command = [sys.executable, file, *words]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    done = run("exercises/ex09_rnn_cell.py")
    assert done.returncode == 1
    assert "The course's minigrad is not found: No module named 'minigrad.course'." in done.stderr
    assert "python grader.py doctor" in done.stderr
    assert "Traceback" not in done.stderr
    assert run("grader.py", "list").returncode == 0
    told = run("grader.py", "doctor")
    assert "problem  an exercise file that is run by itself finds another package called" in told.stdout
    assert told.returncode == 1


def test_another_course_that_an_exercise_would_import_is_a_warning(another, monkeypatch):
    (another / "minigrad" / "course").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(another))
    [found] = doctor._in_exercises(ROOT)
    assert (found.status, INSTALL in found.advice) == (WARNING, True)


@pytest.mark.parametrize(
    ("platform", "ends"),
    [
        ("linux", "When the grader ends it, everything that it started ends, too."),
        ("darwin", "When the grader ends it, everything in its process group ends, too."),
        ("win32", "When the grader ends it, programs that it started may live on."),
    ],
)
def test_it_says_what_ends_with_the_process_of_a_file(monkeypatch, platform, ends):
    pytest.importorskip("resource")
    monkeypatch.setattr("sys.platform", platform)
    [finding] = doctor.isolation(ROOT)
    assert finding.text.endswith(ends)
