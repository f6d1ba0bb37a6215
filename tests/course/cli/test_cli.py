"""The commands that people type and what they get. A test of the process itself, or the terminal, starts one."""

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.cli import grade
from minigrad.course.results.charts import Words
from minigrad.course.results.verdicts import ExerciseResult

from ...conftest import quick
from ..commands import copy_course
from ..commands import typed as grader
from ..processes import alive, family

ROOT = Path(__file__).parents[3]
EXERCISES = sorted((ROOT / "solutions").glob("ex*.py"))
NAMES = [path.stem[5:] for path in EXERCISES]


def process(*arguments, stdin="", cwd=ROOT, command=(sys.executable, str(ROOT / "grader.py"))):
    """Like `typed`, in a process of its own."""
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    return subprocess.run(
        [*command, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=environment,
        encoding="utf-8",
        check=False,
        timeout=100,
    )


@pytest.fixture
def target(tmp_path):
    """A folder of untouched exercises."""
    for path in EXERCISES:
        shutil.copy(ROOT / "exercises" / path.name, tmp_path)
    return tmp_path


def solve(target, name, change=lambda source: source):
    path = next(path for path in EXERCISES if path.stem.endswith(name))
    (target / path.name).write_text(change(path.read_text("utf-8")), "utf-8")


def test_untouched_exercises_are_no_failure_and_there_is_one_next_step(target):
    done = grader("--target", target)
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.count("Next:") == 1
    assert not done.stdout.startswith("\n")
    first, *others = Course(ROOT).exercises
    assert all(e.chapter in done.stdout for e in others)
    assert all(e.name in done.stdout for e in (first, *others) if e.chapter == first.chapter)


@pytest.mark.exhaustive
def test_everything_solved(target):
    done = process("--target", "solutions", "--require-all")
    assert done.returncode == 0
    assert f"{len(NAMES)} of {len(NAMES)} exercises" in done.stdout


def test_exit_codes(target):
    assert grader("rnn_cell", "--target", target, "--require-all").returncode == 1
    solve(target, "rnn_cell")
    assert grader("--target", target).returncode == 0
    assert grader("--target", target, "--require-all").returncode == 1
    assert grader("rnn_cell", "--target", target, "--require-all").returncode == 0
    solve(target, "rnn_cell", lambda s: s.replace(" + b)", ")"))
    assert grader("--target", target).returncode == 1


def test_a_wrong_exercise_is_shown_with_its_diagnosis_and_the_others_are_graded(target):
    solve(target, "rnn_cell", lambda s: s.replace(" + b)", ")"))
    solve(target, "bptt")
    done = grader("--target", target)
    for text in (
        "The bias is missing",
        "h_next: the number is wrong",
        "✓ 12 bptt",
        "N = 1, D = 1, H = 1",
        "python grader.py hint rnn_cell",
    ):
        assert text in done.stdout
    assert max(len(line) for line in done.stdout.splitlines() if str(target) not in line) <= 80
    assert "\x1b" not in done.stdout


@pytest.mark.exhaustive
def test_running_the_file_itself_grades_it(target):
    done = process(command=(sys.executable, str(ROOT / "solutions" / "ex09_rnn_cell.py")))
    assert done.returncode == 0
    assert "12 of 12" in done.stdout
    assert "is not there" in process(command=(sys.executable, str(target / "ex09_rnn_cell.py"))).stderr


def test_it_works_from_any_folder(tmp_path):
    done = grader("rnn_cell", "--target", ROOT / "solutions", cwd=tmp_path)
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has pipes with names")
def test_a_pipe_that_was_laid_in_the_place_of_a_picture_is_replaced(tmp_path, monkeypatch):
    picture = tmp_path / "ex09_rnn_cell.png"
    os.mkfifo(picture)
    monkeypatch.setattr(grade.charts, "render", lambda chart: b"a picture")
    heading = Course(ROOT).find("rnn_cell").heading
    result = ExerciseResult(heading, Path("x.py"), [], chart=Words("", [], ""))
    grade._save_charts([result], tmp_path, Console(file=io.StringIO()))
    assert picture.read_bytes() == b"a picture"


def test_json(target, tmp_path):
    solve(target, "rnn_cell", lambda s: s.replace("np.tanh(", "("))
    done = grader("--target", target, "--json", tmp_path / "out.json")
    data = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert done.returncode == 1
    assert [e["name"] for e in data["exercises"]] == NAMES
    [rnn] = [e for e in data["exercises"] if e["name"] == "rnn_cell"]
    assert any(check["diagnosis"].startswith("The tanh is missing") for check in rnn["checks"])


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["rnn_cel"], "Did you mean rnn_cell?"),
        (["--wat"], "grading has no option --wat. See python grader.py --help"),
        (["--target", "nowhere"], "nowhere is not a folder"),
        (["--target", "docs"], "has none of the exercise files"),
        (["--target"], "expected one argument"),
        (["hint"], "hint needs NAME. See python grader.py hint --help"),
        (["hint", "rnn_cell", "9"], "hints 1 to 3"),
        (["hint", "rnn_cell", "x"], "hints 1 to 3"),
        (["reset"], "reset needs NAME"),
        (["list", "all"], "takes no further words"),
        (["reset", "rnn_cell", "--target", "solutions"], "solutions are what exercises are made from"),
        (["hint", "rnn_cell", "1", "2"], "hint takes no further words, such as 2"),
        (["hint", "rnn_cell", "1" * 5000], "hints 1 to 3"),
        (["reset", "rnn_cell", "bptt"], "reset takes no further words, such as bptt"),
        (["chek-course"], "Did you mean check-course?"),
        ([""], "name of an exercise is empty"),
        (["rnn_cell", "hint"], "hint comes first"),
        (["lstm"], "Did you mean lstm_cell?"),
        (["lst"], "Did you mean list?"),
        (["rest", "9"], "Did you mean reset?"),
        (["--jsn", "out.json"], "Did you mean --json?"),
        (["reset", "9", "--yess"], "Did you mean --yes?"),
        (["--target", "solutions", "--target", "exercises"], "--target was given twice"),
        (["--json=a.json", "9", "--json=b.json"], "--json was given twice"),
        (["nowhere/ex09_rnn_cell.py"], "there is no file nowhere/ex09_rnn_cell.py"),
        (["solutions"], "is a folder. To grade what is in it: python grader.py --target solutions"),
        (["--json", "no/such/folder/out.json"], "cannot write results"),
        (["--json", "docs"], "cannot write results"),
        (["--json", "grader.py"], "is not overwritten"),
        (["reset", "rnn_cell", "--target", "grader.py"], "grader.py"),
        (["watch", "--json", "out.json"], "watch has no option --json"),
        (["hint", "rnn_cell", "--salt", "3"], "hint has no option --salt"),
        (["rnn_cell", "--number", "3"], "grading has no option --number"),
    ],
)
def test_wrong_usage_is_explained_and_has_exit_code_2(arguments, text):
    done = grader(*arguments)
    assert done.returncode == 2
    assert text in done.stderr
    assert "Traceback" not in done.stderr


def test_list():
    shown = grader("list").stdout
    assert all(name in shown for name in NAMES)


def test_a_command_to_copy_works_in_the_folder_where_it_is_shown():
    folder = ROOT / "exercises"
    shown = [grader(*words, cwd=folder).stdout for words in (["hint", "9"], ["solution", "9"])]
    words = [shlex.split(line.partition("python ")[2]) for line in "".join(shown).splitlines() if "grader.py" in line]
    assert [(folder / path).resolve() for path, *_ in words] == [ROOT / "grader.py"] * 3


def test_text_from_a_student_cannot_steer_the_terminal(target):
    hostile = "    print('\\x1b[2J [red]markup[/red] \\x07')\n    raise ValueError('\\x1b[31m[bold]')\n"
    solve(target, "rnn_cell", lambda s: s.replace("    # BEGIN SOLUTION\n", hostile))
    done = grader("rnn_cell", "--target", target)
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout
    assert "[red]markup[/red]" in done.stdout
    assert "\\x1b[31m[bold]" in done.stdout


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    quick(
        1,
        [
            ("lstm_cell", "forget(c, a_f) + store(", "c + store("),
            ("bptt", "hs[t] ** 2", "hs[t]"),
            ("clipping", "max_norm / norm", "max_norm"),
            ("initialization", "6 / (fan", "5 / (fan"),
        ],
    ),
)
def test_a_failure_fits_on_a_screen_of_40_lines(target, name, right, wrong):
    solve(target, name, lambda source: source.replace(right, wrong))
    done = grader(name, "--target", target)
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) <= 40, done.stdout


@pytest.mark.exhaustive
def test_what_is_piped_has_no_blanks_at_the_ends_of_lines(target):
    solve(target, "rnn_cell", lambda s: s.replace(" + b)", ")"))
    shown = [grader(*words).stdout for words in (["--target", target], ["rnn_cell", "--target", target], ["list"])]
    assert all(line == line.rstrip() for line in "".join(shown).splitlines())


@pytest.mark.exhaustive
def test_a_path_is_graded_where_it_is(target):
    solve(target, "rnn_cell", lambda s: s.replace("np.tanh(", "("))
    assert grader(target / "ex09_rnn_cell.py").returncode == 1
    assert grader("solutions/ex09_rnn_cell.py").returncode == 0


@pytest.mark.exhaustive
def test_an_encoding_without_our_signs_gets_others(target, tmp_path_factory):
    solve(target, "rnn_cell", lambda s: s.replace("np.tanh(", "("))
    solve(target, "clipping")
    course = tmp_path_factory.mktemp("course")
    copy_course(ROOT, course, ["rnn_cell", "clipping"])
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "minigrad.course", "--target", target]
    shown = subprocess.run(
        command, env=environment, capture_output=True, encoding="ascii", check=False, cwd=course
    ).stdout
    assert " x  9 rnn_cell" in shown
    assert " + 16 clipping" in shown
    assert not re.search(r"(?<!\w)\?", shown)


def leads_a_session(pid):
    with contextlib.suppress(ProcessLookupError):
        return os.getsid(int(pid)) == int(pid)
    return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at Linux's /proc")
@pytest.mark.parametrize("how", quick(1, ["SIGINT", "SIGKILL", "SIGTERM"]))
def test_a_grader_that_is_ended_leaves_no_process(target, how):
    solve(target, "rnn_cell", lambda s: s.replace("    # BEGIN SOLUTION\n", "    while True: pass\n"))
    command = [sys.executable, ROOT / "grader.py", "rnn_cell", "--target", target]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        started = set()
        while process.poll() is None and not any(leads_a_session(pid) for pid in started):  # a student process does
            started = family(process.pid)
        time.sleep(0.3)
        process.send_signal(getattr(signal, how))
        _, errors = process.communicate(timeout=20)
    assert errors == b""
    assert process.returncode == (-9 if how == "SIGKILL" else 130)
    deadline = time.monotonic() + 10
    assert started
    while any(map(alive, started)):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.exhaustive
def test_a_reader_that_goes_away_is_no_error():
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "grader.py"), "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    assert process.stderr.read() == b""
    process.wait()
    process.stderr.close()


@pytest.mark.exhaustive
@pytest.mark.skipif(os.name == "nt", reason="the shell is that of POSIX")
def test_without_standard_input_reset_changes_nothing_and_watch_grades(target):
    solve(target, "rnn_cell")
    arguments = [sys.executable, ROOT / "grader.py", "reset", "rnn_cell", "--target", target]
    done = process(*arguments, command=("sh", "-c", '"$@" <&-', "sh"))
    assert "Nothing was changed" in done.stdout
    command = ["sh", "-c", 'exec "$@" <&-', "sh", sys.executable, ROOT / "grader.py", "watch", "--target", target]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONUTF8": "1"}, **pipes) as watch:
        assert any("Next:" in line for line in watch.stdout)
        watch.terminate()
        assert watch.stderr.read() == ""


def test_fresh_grades_again_even_where_nothing_can_be_forgotten(tmp_path):
    copy_course(ROOT, tmp_path, ["rnn_cell"])
    shutil.copy(ROOT / "solutions" / "ex09_rnn_cell.py", tmp_path / "exercises")
    (tmp_path / ".minigrad" / "ex09_rnn_cell").mkdir(parents=True)
    done = grader("rnn_cell", "--fresh", root=tmp_path, cwd=tmp_path)
    assert "12 of 12 points" in done.stdout
    assert done.stderr == ""
