"""What a student sees who runs the checks of an exercise under pytest, on their own file."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOLUTION = (ROOT / "solutions" / "ex09_rnn_cell.py").read_text("utf-8")


def run(target, *options, name="ex09_rnn_cell", stdin=""):
    test = ROOT / "tests" / "exercises" / f"test_{name}.py"
    command = [sys.executable, "-m", "pytest", test, "-q", "-x", *options, "--target", target]
    done = subprocess.run(
        command, cwd=ROOT, input=stdin, capture_output=True, encoding="utf-8", check=False, timeout=100
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ex09_rnn_cell.py"


def test_a_solution_passes_whether_its_file_or_its_folder_is_given():
    assert run("solutions", name="ex16_clipping")[0] == 0  # it has to raise an error, too
    assert run("solutions/ex18_initialization.py", name="ex18_initialization")[0] == 0


def test_a_wrong_number_comes_with_its_example(file):
    file.write_text(SOLUTION.replace(" + b)", ")"), "utf-8")
    code, shown = run(file)
    assert code == 1
    assert "h_next: " in shown
    assert "E       The example: N = " in shown
    assert "def expect(" not in shown


def test_an_exception_is_itself_and_shows_the_students_line(file):
    file.write_text(SOLUTION.replace("x @ W_xh", "x @ missing_name"), "utf-8")
    code, shown = run(file.parent, "--tb=native")
    assert code == 1
    assert f'File "{file}"' in shown
    assert "NameError: name 'missing_name' is not defined" in shown
    assert "StudentError" not in shown


def test_warnings_are_no_errors(file):
    noisy = "    import warnings\n    warnings.warn('so it goes')\n    # BEGIN SOLUTION\n"
    file.write_text(SOLUTION.replace("    # BEGIN SOLUTION\n", noisy), "utf-8")
    code, shown = run(file)
    assert code == 0
    assert "so it goes" in shown


def test_a_debugger_stops_in_the_students_function(file):
    file.write_text(SOLUTION.replace("x @ W_xh", "x @ missing_name"), "utf-8")
    shown = run(file, "--pdb", stdin="p 'columns', W_hh.shape\nq\n")[1]
    assert "('columns', (" in shown


def test_an_unwritten_or_missing_function_is_told(file):
    assert "rnn_cell is not written yet" in run("exercises")[1]
    file.write_text(SOLUTION.replace("def rnn_cell", "def other_name"), "utf-8")
    assert "Your file has no function rnn_cell. Did you rename it?" in run(file)[1]


def test_a_target_that_is_not_there_is_told(tmp_path):
    code, shown = run(tmp_path / "nowhere")
    assert code == 4
    assert "does not exist. Give it an exercise file" in shown
    assert "ex09_rnn_cell.py is not there." in run(tmp_path)[1]
