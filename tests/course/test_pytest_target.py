"""What a student sees who runs the checks of an exercise under pytest, on their own file."""

import subprocess
import sys
from pathlib import Path

import pytest

from minigrad.course.catalogue.course import Exercise

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


def test_a_wrong_number_comes_with_its_example_and_the_diagnosis(file):
    file.write_text(SOLUTION.replace(" + b)", ")"), "utf-8")
    code, shown = run(file)
    assert code == 1
    assert "h_next: " in shown
    assert "E       The example: N = 1, D = 1, H = 1\n" in shown
    assert "E       The bias is missing: " in shown
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


def test_for_a_wrong_number_a_debugger_stops_where_the_students_function_returns(file):
    wrong = "    state = 10 * x\n    return np.tanh(x @ W_xh + h @ W_hh)\n    # BEGIN SOLUTION\n"
    file.write_text(SOLUTION.replace("    # BEGIN SOLUTION\n", wrong), "utf-8")
    shown = run(file, "--pdb", stdin="p 'ten times', state / x, W_hh.shape\nw\nq\n")[1]
    assert f"> {file}(" in shown
    assert "-> return np.tanh(x @ W_xh + h @ W_hh)\n" in shown
    assert "('ten times', array([[10.]]), (1, 1))" in shown
    assert shown.rstrip().count("rnn_cell()\n-> return np.tanh(x @ W_xh + h @ W_hh)\n(Pdb)") == 2, "and w ends there"


def test_what_is_wrong_only_for_large_sizes_is_found_and_made_small(file):
    file.write_text(SOLUTION.replace("return np.tanh(", "return (1 + (x.shape[1] >= 9)) * np.tanh("), "utf-8")
    code, shown = run(file)
    assert code == 1
    assert "The example: N = 1, D = 9, H = 1\n" in shown


@pytest.mark.exhaustive
def test_what_is_wrong_for_one_length_only_is_found(tmp_path):
    right = (ROOT / "solutions" / "ex12_bptt.py").read_text("utf-8")
    wrong = right.replace("return dx, carry,", "return dx, carry * (1 + (T == 30)),")
    (tmp_path / "ex12_bptt.py").write_text(wrong, "utf-8")
    code, shown = run(tmp_path, "-k", "dh0", name="ex12_bptt")
    assert code == 1
    assert "The example: T = 30, N = 1, D = 1, H = 1\n" in shown


@pytest.mark.exhaustive
def test_numbers_that_were_learnt_by_heart_are_found_out_by_hypothesis(file):
    known = "known = {0.0, *(float(np.random.default_rng(seed).normal()) for seed in range(64))}\n\ndef rnn_cell"
    wrong = SOLUTION.replace("def rnn_cell", known).replace("return np", "return (x.flat[0] in known) * np")
    file.write_text(wrong, "utf-8")
    code, shown = run(file)
    assert code == 1
    assert "The example: N = 1, D = 1, H = 1\n" in shown
    assert "runner=ex09_rnn_cell.py," in shown, "as hypothesis writes an example"
    assert "another exception" not in shown


@pytest.mark.exhaustive
def test_a_loop_that_never_ends_is_told_unless_a_debugger_waits_for_it(file):
    file.write_text(SOLUTION.replace("    # BEGIN SOLUTION\n", "    while True: pass\n"), "utf-8")
    code, shown = run(file)
    assert code == 1
    assert "did not finish within 2 s" in shown
    assert "With --pdb" in shown


@pytest.mark.exhaustive
def test_every_check_has_its_statistics(file):
    file.write_text(SOLUTION, "utf-8")
    code, shown = run(file, "--hypothesis-show-statistics", "--hypothesis-seed=1")
    assert code == 0
    assert shown.count("::test_") == len(Exercise(ROOT, "ex09_rnn_cell").checks)


def test_an_unwritten_or_missing_function_is_told(file):
    assert "rnn_cell is not written yet" in run("exercises")[1]
    file.write_text(SOLUTION.replace("def rnn_cell", "def other_name"), "utf-8")
    assert "Your file has no function rnn_cell. Did you rename it?" in run(file)[1]


def test_a_target_that_is_not_there_is_told(tmp_path):
    code, shown = run(tmp_path / "nowhere")
    assert code == 4
    assert "does not exist. Give it an exercise file" in shown
    assert "ex09_rnn_cell.py is not there." in run(tmp_path)[1]
