"""A student runs the checks of an exercise under pytest, on their own file, and sees this."""

import contextlib
import io
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest

from minigrad.course.catalogue.course import Course, Exercise

from ..conftest import QUICK

ROOT = Path(__file__).parents[2]
SOLUTION = (ROOT / "solutions" / "ex09_rnn_cell.py").read_text("utf-8")


def words(target, options, name):
    test = ROOT / "tests" / "exercises" / f"test_{name}.py"
    return [str(word) for word in [test, "-q", "-x", "-p", "no:cacheprovider", *options, "--target", target]]


def run(target, *options, name="ex09_rnn_cell"):
    """The exit code and what is shown; in this process, which is quick, with modules of its own for the checks.

    Properties look at as few examples as in a quick run: the thorough one has each of them for itself.
    """
    shown, before, profile = io.StringIO(), dict(sys.modules), hypothesis.settings.default
    hypothesis.settings.load_profile("quick")
    for module in [module for module in sys.modules if module.startswith("tests.exercises")]:
        del sys.modules[module]
    try:
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(shown),
            contextlib.redirect_stderr(shown),
        ):
            patch.chdir(ROOT)
            code = pytest.main(["--capture=sys", *words(target, options, name)])
    finally:
        sys.modules.clear()
        sys.modules.update(before)
        hypothesis.settings.load_profile("thorough" if profile.max_examples > QUICK else "quick")
    return code, shown.getvalue()


def debugged(target, typed, name="ex09_rnn_cell"):
    """The output of a process with a debugger, for what is typed."""
    command = [sys.executable, "-m", "pytest", *words(target, ["--pdb"], name)]
    return subprocess.run(
        command, cwd=ROOT, input=typed, capture_output=True, encoding="utf-8", check=False, timeout=100
    ).stdout


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ex09_rnn_cell.py"


@pytest.mark.exhaustive
def test_a_solution_passes_whether_its_file_or_its_folder_is_given():
    assert run("solutions", "-k", "rows")[0] == 0
    assert run("solutions/ex16_clipping.py", "-k", "finite", name="ex16_clipping")[0] == 0  # it raises an error


@pytest.mark.exhaustive
@pytest.mark.parametrize("exercise", Course(ROOT).exercises[4::12], ids=lambda e: e.name)
def test_solutions_pass(exercise):
    """As every solution does in tests/exercises, without --target."""
    code, shown = run("solutions", name=exercise.stem)
    assert code == 0, shown


def test_a_wrong_number_comes_with_its_example_and_the_diagnosis(file):
    file.write_text(SOLUTION.replace(" + b)", ")"), "utf-8")
    code, shown = run(file)
    assert code == 1
    assert "h_next: " in shown
    assert "E       The example: N = 1, D = 1, H = 1\n" in shown
    assert "E       The bias is missing: " in shown
    assert "def expect(" not in shown


@pytest.mark.exhaustive
def test_an_exception_is_itself_and_shows_the_students_line(file):
    file.write_text(SOLUTION.replace("x @ W_xh", "x @ missing_name"), "utf-8")
    code, shown = run(file.parent, "--tb=native")
    assert code == 1
    assert f'File "{file}"' in shown
    assert "NameError: name 'missing_name' is not defined" in shown
    assert "StudentError" not in shown


@pytest.mark.exhaustive
def test_warnings_are_no_errors(file):
    noisy = "    import warnings\n    warnings.warn('so it goes')\n    # BEGIN SOLUTION\n"
    file.write_text(SOLUTION.replace("    # BEGIN SOLUTION\n", noisy), "utf-8")
    code, shown = run(file, "-k", "rows")
    assert code == 0
    assert "so it goes" in shown


@pytest.mark.exhaustive
def test_a_debugger_stops_in_the_students_function(file):
    file.write_text(SOLUTION.replace("x @ W_xh", "x @ missing_name"), "utf-8")
    shown = debugged(file, "p 'columns', W_hh.shape\nq\n")
    assert "('columns', (" in shown


@pytest.mark.exhaustive
def test_for_a_wrong_number_a_debugger_stops_where_the_students_function_returns(file):
    wrong = "    state = 10 * x\n    return np.tanh(x @ W_xh + h @ W_hh)\n    # BEGIN SOLUTION\n"
    file.write_text(SOLUTION.replace("    # BEGIN SOLUTION\n", wrong), "utf-8")
    shown = debugged(file, "p 'ten times', state / x, W_hh.shape\nw\nq\n")
    assert f"> {file}(" in shown
    assert "-> return np.tanh(x @ W_xh + h @ W_hh)\n" in shown
    assert "('ten times', array([[10.]]), (1, 1))" in shown
    assert shown.rstrip().count("rnn_cell()\n-> return np.tanh(x @ W_xh + h @ W_hh)\n(Pdb)") == 2, "and w ends there"


@pytest.mark.exhaustive
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
    checks = [check for check in Exercise(ROOT, "ex09_rnn_cell").checks if check.choices]  # predictions have no sizes
    assert shown.count("::test_") == len(checks)


@pytest.mark.exhaustive
def test_an_unwritten_or_missing_function_is_told(file):
    assert "rnn_cell is not written yet" in run("exercises")[1]
    file.write_text(SOLUTION.replace("def rnn_cell", "def other_name"), "utf-8")
    assert "Your file has no function rnn_cell. Did you rename it?" in run(file)[1]


@pytest.mark.exhaustive
def test_a_target_that_is_not_there_is_told(tmp_path):
    code, shown = run(tmp_path / "nowhere")
    assert code == 4
    assert "does not exist. Give it an exercise file" in shown
    assert "ex09_rnn_cell.py is not there." in run(tmp_path)[1]
