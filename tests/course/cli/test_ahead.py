"""After the first student process has started the judge imports nothing and reads nothing of the course.

Whatever it read then could have been written by a student's code, and would run in the judge.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from minigrad.course.grading import pool
from minigrad.course.reports import formats

from ...conftest import quick
from ..commands import copy_course

ROOT = Path(__file__).parents[3]

# A grader that notes what it imports and reads, in all its processes, once the first student process has started.
WATCHED = """
import os, sys
late = os.open({log!r}, os.O_WRONLY | os.O_APPEND)
started = False
def hook(event, arguments):
    global started
    started = started or event in ("os.fork", "socket.sendmsg")  # for a judge, or to ask for a student process
    started = started or event == "subprocess.Popen" and "nursery" not in str(arguments)  # which runs nobody's code
    reads = event == "open" and not isinstance(arguments[0], int) and not (arguments[1] or "r").startswith("w")
    if started and (event == "import" or reads):
        os.write(late, f"{{event}} {{arguments[0]}}\\n".encode())
sys.addaudithook(hook)
sys.argv = {argv!r}
import runpy
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def listened_to(log, *arguments):
    """The command for a grader that writes into this file what it imports and reads late."""
    log.write_text("")
    code = WATCHED.format(log=str(log), argv=[str(ROOT / "grader.py"), *map(str, arguments)])
    return [sys.executable, "-c", code]


def heard(log, *harmless):
    """The lines that were written into the file, but for what is harmless."""
    beginnings = ("open /proc/", "open /dev/null", f"open {os.devnull}", *harmless)
    return [line for line in log.read_text().splitlines() if not line.startswith(beginnings)]


def late(folder, *arguments):
    """The output of a run of the grader, and what it imported and read late."""
    log = folder / "late.log"
    command = listened_to(log, *arguments)
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
    assert ran.returncode in (0, 1), ran.stderr
    return ran.stdout, heard(log)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Files of every kind: right, wrong in known and unknown ways, not Python, and one that is not there."""
    folder = tmp_path_factory.mktemp("files")
    shutil.copytree(ROOT / "solutions", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    solution = (folder / "ex09_rnn_cell.py").read_text("utf-8")
    assert "h @ W_hh" in solution
    (folder / "ex09_rnn_cell.py").write_text(solution.replace("h @ W_hh", "0.3 * h @ W_hh"), "utf-8")
    (folder / "ex12_bptt.py").write_text("def bptt(*a):\n    print('⏱ 漢字 :smile:')\n    return a[99]\n", "utf-8")
    (folder / "ex16_clipping.py").write_text("def clip_by_value(:\n", "utf-8")
    solution = (folder / "ex19_lstm_cell.py").read_text("utf-8")
    assert "forget(c, a_f) + store(" in solution
    (folder / "ex19_lstm_cell.py").write_text(solution.replace("forget(c, a_f) + store(", "c + store("), "utf-8")
    return folder


@pytest.mark.exhaustive
@pytest.mark.parametrize("names", quick(1, [["rnn_cell", "bptt", "clipping", "lstm_cell"], []]))
def test_many_exercises_and_all_formats(files, tmp_path, names):
    outputs = [f"--{name}={tmp_path / name}{suffix}" for name, suffix in formats.SUFFIXES.items()]
    shown, found = late(tmp_path, *names, "--target", files, *outputs)
    assert re.search(r"\d+ of \d+ points", shown)
    assert found == []


@pytest.mark.parametrize("name", quick(1, ["lstm_cell", "bptt", "rnn_cell", "initialization"]))
def test_one_exercise(files, tmp_path, name):
    assert late(tmp_path, name, "--target", files)[1] == []


@pytest.mark.exhaustive
@pytest.mark.parametrize(("wrong", "says"), quick(1, [("(1 + (8 < len(x) < 20)) * ", "N ≥ 9"), ("", "nothing found")]))
def test_a_longer_look(tmp_path, wrong, says):
    solution = (ROOT / "solutions" / "ex09_rnn_cell.py").read_text("utf-8")
    (tmp_path / "ex09_rnn_cell.py").write_text(solution.replace("np.tanh(", f"{wrong}np.tanh("), "utf-8")
    shown, found = late(tmp_path, "rnn_cell", "--target", tmp_path, "--deep", 64)
    assert says in shown
    assert found == []


@pytest.mark.exhaustive
def test_a_chart_that_is_written(files, tmp_path):
    pytest.importorskip("matplotlib")
    shutil.copy(ROOT / "solutions" / "ex19_lstm_cell.py", tmp_path)
    _, found = late(tmp_path, "lstm_cell", "--target", tmp_path, "--plots", tmp_path / "plots")
    assert (tmp_path / "plots" / "ex19_lstm_cell.png").exists()
    assert found == []


@pytest.mark.exhaustive
def test_a_solution_that_is_shown(tmp_path):
    shown, found = late(tmp_path, "solution", "rnn_cell", "--target", ROOT / "solutions")
    assert "def rnn_cell" in shown
    assert found == []


@pytest.mark.exhaustive
def test_a_training(tmp_path):
    shown, found = late(tmp_path, "train", "sentence", "--target", ROOT / "solutions")
    assert "Your network learns to write" in shown
    assert found == []


# It ends the process that imports it, whichever that is.
LAID = "import os, sys\nopen({place!r}, 'a').write(__name__)\nos._exit(77)\n"


@pytest.mark.exhaustive
def test_nothing_that_lies_in_the_course_or_beside_it_is_imported(tmp_path):
    """Modules of the standard library and of NumPy and rich, laid where the command is typed and beside grader.py."""
    course = tmp_path / "course"
    copy_course(ROOT, course, ["rnn_cell", "clipping"])
    shutil.copy(ROOT / "grader.py", course)
    (course / "minigrad").symlink_to(ROOT / "minigrad")
    for name in ("secrets", "hmac", "runpy", "pathlib", "pickle", "multiprocessing", "numpy", "rich", "zlib"):
        (course / f"{name}.py").write_text(LAID.format(place=str(tmp_path / "imported")))
    environment = {**os.environ, "PYTHONPATH": str(course)}  # as an editable installation has it
    for arguments in (["rnn_cell", "clipping", "--target", course / "solutions"], ["list"]):
        command = [sys.executable, course / "grader.py", *arguments]
        ran = subprocess.run(command, cwd=course, env=environment, capture_output=True, timeout=60, check=False)
        assert (ran.returncode, ran.stderr) == (0, b"")
    assert not (tmp_path / "imported").exists()


# It lays modules where the judge might find them, and returns nothing.
LAYS = """
import pathlib
for place in {places!r}:
    for name in ("secrets", "hmac", "base64", "numpy", "html", "zlib"):
        pathlib.Path(place, name + ".py").write_text(
            "import minigrad.course.checks.ask as ask; ask.expect = lambda *a, **k: None"
        )
def rnn_cell(*a): return None
"""


@pytest.mark.exhaustive
def test_a_module_laid_by_a_student_earns_nothing(tmp_path):
    (tmp_path / "ex09_rnn_cell.py").write_text(LAYS.format(places=[str(tmp_path)]))
    for _ in range(2):  # the second run starts where the first has laid it
        ran = subprocess.run(
            [sys.executable, ROOT / "grader.py", "rnn_cell", "--target", tmp_path, "--json", "-"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert json.loads(ran.stdout)["points"] == 0


def test_judges_are_forked_where_that_is_safe():
    assert (sys.platform == "linux") == pool.FORKS
