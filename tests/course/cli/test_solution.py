"""grader.py solution shows a solution to those who have found one, and to those who insist."""

from pathlib import Path

import pytest

from minigrad.course.cli.main import main

ROOT = Path(__file__).parents[3]
FORMULA = "return np.tanh(x @ W_xh + h @ W_hh + b)"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ex09_rnn_cell.py"


@pytest.fixture
def show(capsys, monkeypatch, file):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(ROOT)

    def show(*options):
        code = main(["solution", "rnn_cell", "--target", str(file.parent), *options], ROOT)
        return code, capsys.readouterr().out

    return show


def solve(file, formula):
    source = (ROOT / "solutions" / file.name).read_text("utf-8")
    file.write_text(source.replace(FORMULA, formula), "utf-8")


def test_who_has_all_points_sees_the_predictions_and_the_functions_and_nothing_else(file, show):
    solve(file, "return np.tanh(b + h @ W_hh + x @ W_xh)")
    code, shown = show()
    assert code == 0
    assert shown.startswith("# Before you write code, predict")
    assert "\n\ndef rnn_cell(" in shown
    assert shown.endswith(f"    {FORMULA}\n")
    assert "SOLUTION" not in shown


def test_who_lacks_points_is_told_what_is_open(file, show):
    solve(file, f"x -= 0.0 * x; x[:] = x + 1.0; x[:] = x - 1.0; {FORMULA}")
    code, shown = show()
    assert code == 1
    assert "  - no argument is changed" in shown
    assert "There are 3 hints" in shown
    assert FORMULA not in shown


def test_anyway_shows_it_to_everybody(show):
    code, shown = show("--anyway")
    assert code == 0
    assert FORMULA in shown
