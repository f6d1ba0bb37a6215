"""Who has nothing but the wheel can run its examples, and check gradients in a project of their own."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
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
def python(tmp_path_factory):
    """The Python of a new environment that has the wheel. What the wheel depends on is borrowed from this one."""
    pytest.importorskip("pip", reason="environments that uv makes have no pip")
    home = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", home, ROOT)
    venv.create(home / "env", with_pip=False)
    (wheel,) = home.glob("minigrad_course-*.whl")
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
