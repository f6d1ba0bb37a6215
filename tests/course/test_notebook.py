"""Exercise files open as notebooks, where the last cell is run like the others."""

import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", sorted(ROOT.glob("exercises/ex*.py")) + sorted(ROOT.glob("solutions/ex*.py")))
def test_the_last_cell_says_in_a_notebook_how_to_grade(path, monkeypatch, capsys):
    notebook = types.ModuleType("__main__")  # it knows no __file__
    monkeypatch.setitem(sys.modules, "__main__", notebook)
    first, *_, last = path.read_text("utf-8").split("# %%")[1:]
    assert first.startswith(' [markdown]\n"""\n# Exercise ')
    exec(last, notebook.__dict__)
    assert capsys.readouterr().out.endswith("type in a terminal: python grader.py\n")
