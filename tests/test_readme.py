"""What the README shows is what happens."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def block(first_line):
    """The indented lines from this one to the next line that is not indented."""
    lines = README[README.index(first_line) :].split("\n")
    end = next(i for i, line in enumerate(lines) if line and i and not line.startswith("    "))
    return [line.strip() for line in lines[:end]]


def test_the_answer_to_a_missing_bias(tmp_path):
    solution = (ROOT / "solutions" / "ex09_rnn_cell.py").read_text("utf-8")
    (tmp_path / "ex09_rnn_cell.py").write_text(solution.replace(" + b)", ")"), "utf-8")
    command = [sys.executable, ROOT / "grader.py", "rnn_cell", "--target", tmp_path]
    environment = {**os.environ, "COLUMNS": "80", "PYTHONUTF8": "1", "NO_COLOR": "1"}
    shown = subprocess.run(command, capture_output=True, check=False, env=environment)
    printed = [line.strip() for line in shown.stdout.decode("utf-8").split("\n")]
    for line in block("✗ the new state"):
        assert line in printed


def test_the_framework_in_examples():
    names = {}
    for first_line in (
        "import numpy as np",
        "from minigrad import Tensor",
        "from minigrad import nn",
        "from minigrad.t",
    ):
        code = README[README.index(f"    {first_line}") :].split("\n\n" + next_paragraph(first_line))[0]
        exec("\n".join(line[4:] for line in code.split("\n")), names)
    arguments = [np.eye(3), np.ones((2, 3)), np.ones((2, 3)), np.eye(3), np.ones(3)]
    assert names["dW_hh"](*arguments).shape == (3, 3)
    assert names["W"].grad.shape == (3, 3)
    assert names["readout"].weight.grad.shape == (2, 8)


def next_paragraph(first_line):
    rest = README[README.index(f"    {first_line}") :]
    return next(p for p in rest.split("\n\n") if not p.startswith("    "))
