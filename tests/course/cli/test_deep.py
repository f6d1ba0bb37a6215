"""`--deep` on the command line: what it shows, when it ends, and with which exit code."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from minigrad.course.checks.examples import EXAMPLES

from ..commands import ROOT, typed

COMMAND = [sys.executable, str(ROOT / "grader.py"), "rnn_cell"]
ENVIRONMENT = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"}


@pytest.fixture
def target(tmp_path):
    shutil.copy(ROOT / "solutions" / "ex09_rnn_cell.py", tmp_path)
    return tmp_path


def spoil(target, *change):
    path = target / "ex09_rnn_cell.py"
    path.write_text(path.read_text("utf-8").replace(*change), "utf-8")


def grader(target, *options):
    done = typed("rnn_cell", "--target", target, *options)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.exhaustive
def test_nothing_found_is_said_with_how_much_was_seen_and_how_to_see_it_again(target):
    code, shown = grader(target, "--deep", "70")
    assert code == 0
    assert "✓ 70 further examples, sizes up to N = D = H = 20: nothing found.\n" in shown
    assert re.search(rf"rnn_cell --deep 70 --salt [0-9a-f]{{8}} --target {re.escape(str(target))}\n", shown)


@pytest.mark.exhaustive
def test_what_is_found_is_shown_as_a_failed_check_and_again_with_the_same_salt(target):
    spoil(target, "return np.tanh(", "return (1 + (8 < x.shape[1] < 20)) * np.tanh(")
    code, shown = grader(target, "--deep", "--salt", "mine")
    assert code == 1
    assert "12 of 12 points" in shown
    _, found = shown.split(f"Found among {EXAMPLES} further examples:")
    assert "✗ the new state" in found
    assert "rnn_cell was tried with N = 1, D = 9, H = 1:" in found
    assert "These numbers are 2 times what they should be." in found
    assert grader(target, "--deep", "--salt", "mine")[1].endswith(found)


def test_what_fails_in_grading_is_shown_and_not_looked_at_further(target):
    spoil(target, " + b)", ")")
    code, shown = grader(target, "--deep")
    assert code == 1
    assert "The bias is missing" in shown
    assert "further examples" not in shown


def test_what_does_not_go_together_is_told(target):
    assert grader(target, "--deep", "0")[0] == 2
    assert "such as 1000, not 'bptt'" in grader(target, "--deep", "bptt")[1]
    code, shown = grader(target, "--deep", "--json", "-")
    assert code == 2
    assert "--json" in shown


@pytest.mark.exhaustive
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_it_and_says_what_was_seen(target):
    with subprocess.Popen(
        [*COMMAND, "--target", target, "--deep", "1000000"],
        stdout=subprocess.PIPE,
        env=ENVIRONMENT,
        encoding="utf-8",
    ) as process:
        shown = ""
        while "beyond what is graded" not in shown:
            shown += process.stdout.readline()
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        shown += process.stdout.read()
    assert process.returncode == 130
    assert re.search(r"Stopped after [\d,]+ of 1,000,000 further examples", shown)


@pytest.mark.exhaustive
def test_grading_imports_neither_hypothesis_nor_pytest(target):
    code = f"""
import sys
from pathlib import Path
from minigrad.course.cli.main import main
main(["rnn_cell", "--target", {str(target)!r}, "--deep", "1"], Path({str(ROOT)!r}))
print({{"pytest", "hypothesis"}}.intersection(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, timeout=100)
    assert done.stdout.endswith("set()\n")
