"""What people type and what they get, as they get it: in a process, at 80 columns, without colour."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
EXERCISES = sorted((ROOT / "solutions").glob("ex*.py"))
NAMES = [path.stem[5:] for path in EXERCISES]


def grader(*arguments, stdin="", cwd=ROOT, command=(sys.executable, str(ROOT / "grader.py"))):
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
    assert all(name in done.stdout for name in NAMES)


def test_everything_solved(target):
    done = grader("--target", "solutions", "--require-all")
    assert done.returncode == 0
    assert f"{len(NAMES)} of {len(NAMES)} exercises" in done.stdout


def test_exit_codes(target):
    assert grader("rnn_cell", "--target", target, "--require-all").returncode == 1
    solve(target, "rnn_cell")
    assert grader("--target", target).returncode == 0
    assert grader("--target", target, "--require-all").returncode == 1
    assert grader("rnn_cell", "--target", target, "--require-all").returncode == 0
    solve(target, "bptt", lambda s: s.replace("+ carry", ""))
    assert grader("--target", target).returncode == 1


def test_a_wrong_exercise_is_shown_with_its_diagnosis_and_the_others_are_graded(target):
    solve(target, "rnn_cell", lambda s: s.replace(" + b)", ")"))
    solve(target, "clipping")
    done = grader("--target", target)
    for text in (
        "The bias is missing",
        "h_next: the number is wrong",
        "10/10",
        "N = 1, D = 1, H = 1",
        "python grader.py hint rnn_cell",
    ):
        assert text in done.stdout
    assert max(len(line) for line in done.stdout.splitlines() if str(target) not in line) <= 80
    assert "\x1b" not in done.stdout


def test_running_the_file_itself_grades_it(target):
    done = grader(command=(sys.executable, str(ROOT / "solutions" / "ex09_rnn_cell.py")))
    assert done.returncode == 0
    assert "10 of 10" in done.stdout
    assert "is not there" in grader(command=(sys.executable, str(target / "ex09_rnn_cell.py"))).stderr


def test_it_works_from_any_folder(tmp_path):
    done = grader("rnn_cell", "--target", ROOT / "solutions", cwd=tmp_path)
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_json(target, tmp_path):
    solve(target, "rnn_cell", lambda s: s.replace("np.tanh(", "("))
    done = grader("--target", target, "--json", tmp_path / "out.json")
    data = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert done.returncode == 1
    assert [e["name"] for e in data["exercises"]] == NAMES
    assert data["exercises"][0]["checks"][0]["diagnosis"].startswith("The tanh is missing")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["rnn_cel"], "Did you mean rnn_cell?"),
        (["--wat"], "unrecognized arguments: --wat"),
        (["--target", "nowhere"], "nowhere is not a folder"),
        (["--target", "docs"], "has none of the exercise files"),
        (["--target"], "expected one argument"),
        (["hint"], "hint which exercise"),
        (["hint", "rnn_cell", "9"], "hints 1 to 3"),
        (["hint", "rnn_cell", "x"], "hints 1 to 3"),
        (["reset"], "reset which exercise"),
        (["list", "all"], "takes no further words"),
        (["reset", "rnn_cell", "--target", "solutions"], "solutions are what exercises are made from"),
        (["hint", "rnn_cell", "1", "2"], "takes the name of one exercise and a number"),
        (["hint", "rnn_cell", "1" * 5000], "hints 1 to 3"),
        (["reset", "rnn_cell", "bptt"], "takes the name of one exercise"),
        (["chek-course"], "Did you mean check-course?"),
        ([""], "name of an exercise is empty"),
        (["rnn_cell", "hint"], "hint comes first"),
        (["lstm"], "Did you mean lstm_cell?"),
        (["solutions"], "is a folder. To grade what is in it: python grader.py --target solutions"),
        (["--json", "no/such/folder/out.json"], "cannot write results"),
        (["--json", "docs"], "cannot write results"),
        (["--json", "grader.py"], "is not overwritten"),
        (["reset", "rnn_cell", "--target", "grader.py"], "grader.py"),
        (["watch", "--json", "out.json"], "--json does not go with watch"),
        (["hint", "rnn_cell", "--salt", "3"], "--salt does not go with hint"),
        (["rnn_cell", "--number", "3"], "--number does not go with grading"),
    ],
)
def test_wrong_usage_is_explained_and_has_exit_code_2(arguments, text):
    done = grader(*arguments)
    assert done.returncode == 2
    assert text in done.stderr
    assert "Traceback" not in done.stderr


def test_list_and_hints():
    assert all(name in grader("list").stdout for name in NAMES)
    first = grader("hint", "rnn_cell").stdout
    assert "hint 1 of 3" in first
    assert "python grader.py hint rnn_cell 2" in first
    assert "hint 3 of 3" in grader("hint", "9", "3").stdout


def test_a_command_to_copy_works_in_the_folder_where_it_is_shown():
    folder = ROOT / "exercises"
    shown = [grader(*words, cwd=folder).stdout for words in (["hint", "9"], ["solution", "9"])]
    words = [shlex.split(line.partition("python ")[2]) for line in "".join(shown).splitlines() if "grader.py" in line]
    assert [(folder / path).resolve() for path, *_ in words] == [ROOT / "grader.py"] * 3


def test_reset_asks_first_and_keeps_what_was_written(target):
    path = target / "ex09_rnn_cell.py"
    path.write_text("precious", "utf-8")
    for answer in ("n\n", "", "\n"):
        assert "Nothing was changed" in grader("reset", "rnn_cell", "--target", target, stdin=answer).stdout
        assert path.read_text("utf-8") == "precious"
    assert grader("reset", "rnn_cell", "--target", target, stdin="y\n").returncode == 0
    assert path.read_text("utf-8") == (ROOT / "exercises" / path.name).read_text("utf-8")
    assert (target / "ex09_rnn_cell.1.bak").read_text("utf-8") == "precious"
    path.write_text("precious too", "utf-8")
    grader("reset", "rnn_cell", "--target", target, "--yes")
    assert (target / "ex09_rnn_cell.1.bak").read_text("utf-8") == "precious"
    assert (target / "ex09_rnn_cell.2.bak").read_text("utf-8") == "precious too"


def test_reset_lays_out_a_missing_file(target):
    (target / "ex09_rnn_cell.py").unlink()
    shown = grader("rnn_cell", "--target", target).stdout
    assert "ex09_rnn_cell.py is not there" in shown
    assert "python grader.py reset rnn_cell --target" in shown
    grader("reset", "rnn_cell", "--target", target)
    assert (target / "ex09_rnn_cell.py").exists()


def test_text_from_a_student_cannot_steer_the_terminal(target):
    hostile = "    print('\\x1b[2J [red]markup[/red] \\x07')\n    raise ValueError('\\x1b[31m[bold]')\n"
    solve(target, "rnn_cell", lambda s: s.replace("    # BEGIN SOLUTION\n", hostile))
    done = grader("rnn_cell", "--target", target)
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout
    assert "[red]markup[/red]" in done.stdout
    assert "\\x1b[31m[bold]" in done.stdout


def test_a_failure_fits_on_a_screen_of_40_lines(target):
    for name, change in [
        ("lstm_cell", lambda s: s.replace("f * c + i * g", "c + i * g")),
        ("bptt", lambda s: s.replace("hs[t] ** 2", "hs[t]")),
        ("clipping", lambda s: s.replace("max_norm / norm", "max_norm")),
        ("initialization", lambda s: s.replace("6 / (fan", "5 / (fan")),
    ]:
        solve(target, name, change)
        done = grader(name, "--target", target)
        assert done.returncode == 1
        assert len(done.stdout.splitlines()) <= 40, done.stdout


def test_a_path_is_graded_where_it_is(target):
    solve(target, "rnn_cell", lambda s: s.replace("np.tanh(", "("))
    assert grader(target / "ex09_rnn_cell.py").returncode == 1
    assert grader("solutions/ex09_rnn_cell.py").returncode == 0


def test_an_encoding_without_our_signs_gets_others(target):
    solve(target, "rnn_cell", lambda s: s.replace("np.tanh(", "("))
    solve(target, "clipping")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, ROOT / "grader.py", "--target", target]
    shown = subprocess.run(
        command, env=environment, capture_output=True, encoding="ascii", check=False, cwd=ROOT
    ).stdout
    assert " x  9 rnn_cell" in shown
    assert " + 16 clipping" in shown
    assert "?" not in shown.replace("Stuck?", "")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at Linux's /proc")
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_a_grader_that_is_ended_leaves_no_process(target, how):
    solve(target, "rnn_cell", lambda s: s.replace("    # BEGIN SOLUTION\n", "    while True: pass\n"))
    command = [sys.executable, ROOT / "grader.py", "rnn_cell", "--target", target]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        children = []
        while process.poll() is None and not children:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        time.sleep(0.3)
        process.send_signal(getattr(signal, how))
        _, errors = process.communicate(timeout=20)
    assert errors == b""
    assert process.returncode == (-9 if how == "SIGKILL" else 130)
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_help():
    done = grader("--help")
    assert done.returncode == 0
    assert "check-course" in done.stdout


def test_a_reader_that_goes_away_is_no_error():
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "grader.py"), "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    assert process.stderr.read() == b""
    process.wait()
    process.stderr.close()


@pytest.mark.skipif(os.name == "nt", reason="the shell is that of POSIX")
def test_without_standard_input_reset_changes_nothing_and_watch_grades(target):
    solve(target, "rnn_cell")
    arguments = [sys.executable, ROOT / "grader.py", "reset", "rnn_cell", "--target", target]
    done = grader(*arguments, command=("sh", "-c", '"$@" <&-', "sh"))
    assert "Nothing was changed" in done.stdout
    arguments = ["timeout", "3", sys.executable, ROOT / "grader.py", "watch", "--target", target]
    done = grader(*arguments, command=("sh", "-c", '"$@" <&-', "sh"))
    assert "Next:" in done.stdout
    assert done.stderr == ""


def test_fresh_grades_again_even_where_nothing_can_be_forgotten(tmp_path):
    for name in ("solutions", "tests/exercises", "exercises"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "solutions" / "ex09_rnn_cell.py", tmp_path / "exercises")
    (tmp_path / ".minigrad" / "ex09_rnn_cell").mkdir(parents=True)
    command = ("env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "minigrad.course")
    done = grader("rnn_cell", "--fresh", command=command, cwd=tmp_path)
    assert "10 of 10 points" in done.stdout
    assert done.stderr == ""
