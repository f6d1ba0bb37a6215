"""A user with only the wheel can run its examples, check gradients in a project of their own, take the course."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path

import pytest

from minigrad.course.catalogue.course import Course

from .course.commands import copy_course

ROOT = Path(__file__).parents[1]
EXERCISE = Course(ROOT).find("rnn_cell")
FIXTURES = "tests/exercises/conftest.py"
TOP = ("pyproject.toml", "README.md", ".gitignore", "PKG-INFO")
pytestmark = pytest.mark.exhaustive

PROJECT = """
import numpy as np
import pytest
from hypothesis import given, settings
from minigrad.testing import check_gradients, strategies

@pytest.mark.gradcheck(order=1)
def test_with_the_fixture(gradcheck):
    assert gradcheck(np.tanh, np.ones(3), backward=lambda v, x: v * (1 - np.tanh(x) ** 2)) == ("complex step",)

@settings(deadline=None)
@given(strategies.arrays())
def test_with_a_strategy(x):
    check_gradients(np.sin, x)

def test_wrong(gradcheck):
    gradcheck(np.sin, np.ones(3), backward=lambda v, x: 2 * v * np.cos(x))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of what `python -m build` makes, of a repository with one exercise."""
    for package in ("build", "hatchling"):
        pytest.importorskip(package, reason="a wheel is built where build and hatchling are installed")
    folder = tmp_path_factory.mktemp("repository")
    shutil.copytree(ROOT / "minigrad", folder / "minigrad", ignore=shutil.ignore_patterns("__pycache__"))
    copy_course(ROOT, folder, ["rnn_cell"])
    for name in ("pyproject.toml", "README.md", "grader.py", "docs/LICENSE", "docs/packaging.py", FIXTURES):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", folder)
    return folder / "dist"


@pytest.fixture(scope="module")
def python(built, tmp_path_factory):
    """The Python of a new environment that has the wheel. What the wheel depends on is borrowed from this one."""
    pytest.importorskip("pip", reason="environments that uv makes have no pip")
    home = tmp_path_factory.mktemp("installed")
    venv.create(home / "env", with_pip=False)
    (wheel,) = built.glob("minigrad_course-*.whl")
    paths = {"base": str(home / "env"), "platbase": str(home / "env")}
    site = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", site, wheel)
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"))  # whose own .pth files are not read
    return Path(sysconfig.get_path("scripts", "venv", vars=paths)) / "python"


def run(*command, cwd=None):
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}  # no minigrad but its own
    done = subprocess.run([*map(str, command)], cwd=cwd, env=own, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0 or cwd, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("what", ["minigrad", "minigrad.nn"])
def test_the_examples_of_the_installed_package_are_run(python, tmp_path, what):
    assert "site-packages" in run(python, "-c", "import minigrad; print(minigrad.__file__)", cwd=tmp_path)
    said = run(python, "-m", "pytest", "--pyargs", what, cwd=tmp_path)
    assert " passed" in said, said
    assert "failed" not in said, said
    assert "error" not in said, said


def test_a_project_of_its_own_has_fixture_and_strategies(python, tmp_path):
    (tmp_path / "test_project.py").write_text(PROJECT)
    said = run(python, "-m", "pytest", "--strict-markers", cwd=tmp_path)
    assert "1 failed, 2 passed" in said, said
    assert "everything is 2 times what it should be" in said


def test_the_source_has_no_solutions(built):
    (sdist,) = built.glob("minigrad_course-*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert "minigrad/course/edition.zip" in names
    assert {name.partition("/")[0] for name in names} <= {"minigrad", "docs", *TOP}


def test_a_course_is_laid_out_and_taken(python, tmp_path):
    laid_out = run(python, "-m", "minigrad.course", "start", "my course", cwd=tmp_path)
    assert laid_out.endswith("Next:\n  cd 'my course'\n  python grader.py\n")
    course = tmp_path / "my course"
    file = course / "exercises" / EXERCISE.file
    assert "0 of 12 points" in run(python, "grader.py", cwd=course)
    assert "0 problems, 0 warnings." in run(python, "grader.py", "doctor", cwd=course)

    file.write_text(EXERCISE.solution, "utf-8")
    assert "12 of 12 points" in run(python, file, cwd=course)
    said = run(python, "-m", "pytest", "tests/exercises", "--target", "exercises", cwd=course)
    assert " passed" in said, said
    assert "failed" not in said, said

    mistake = EXERCISE.mistakes[0]
    file.write_text(mistake.apply(EXERCISE.solution), "utf-8")
    assert mistake.says in " ".join(run(python, "grader.py", "rnn_cell", cwd=course).split())
    assert "nothing in it was older" in run(python, "-m", "minigrad.course", "update", cwd=course)
    assert file.read_text("utf-8") == mistake.apply(EXERCISE.solution)
