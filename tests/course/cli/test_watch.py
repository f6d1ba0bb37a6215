"""watch, as it is used: in a terminal, by saving files and pressing keys."""

import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from minigrad.course.grading.pool import FORKS

from ..commands import copy_course
from .test_ahead import heard, listened_to

pty = pytest.importorskip("pty", reason="pseudo-terminals are a thing of POSIX")
import termios  # noqa: E402

ROOT = Path(__file__).parents[3]
FOOTER = "q quit"
RNN, LSTM = "ex09_rnn_cell.py", "ex19_lstm_cell.py"


class Terminal:
    """A terminal in which `grader.py watch`, or another command, runs on a folder of untouched exercises."""

    def __init__(self, folder, lines=50, command=(), root=ROOT):
        self.folder = folder
        for path in (root / "exercises").glob("ex*.py"):
            shutil.copy(path, folder)
        self.process, self.end = pty.fork()
        if not self.process:
            try:
                os.environ.update(COLUMNS="80", LINES=str(lines), TERM="xterm", NO_COLOR="1")
                usual = [sys.executable, str(root / "grader.py"), "watch", "--target", str(folder)]
                os.execv(sys.executable, command or usual)
            finally:
                os._exit(127)  # or this would go on as a second pytest
        self.before = termios.tcgetattr(self.end)
        self.rest = ""  # what came behind the text that was waited for

    def screen(self, text=FOOTER):
        """The output until this text has come."""
        shown, ends = self.rest, time.monotonic() + 30
        while time.monotonic() < ends:
            if text in shown:
                until = shown.index(text) + len(text)
                self.rest = shown[until:]
                return shown[:until]
            if select.select([self.end], [], [], 0.1)[0]:
                try:
                    shown += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", os.read(self.end, 1 << 16).decode("utf-8", "ignore"))
                except OSError:  # watch has ended
                    break
        raise AssertionError(f"{text!r} did not come; there was {shown!r}")

    def press(self, keys):
        self.rest = ""
        os.write(self.end, keys.encode())

    def solution(self, file):
        return (ROOT / "solutions" / file).read_text("utf-8")

    def save(self, file, source):
        self.rest = ""
        (self.folder / file).write_text(source, "utf-8")

    def close(self):
        try:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(self.end)

    def exit_code(self):
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of five of our exercises, however many there are."""
    root = tmp_path_factory.mktemp("course")
    copy_course(ROOT, root, ["rnn_cell", "bptt", "clipping", "initialization", "lstm_cell"])
    shutil.copy(ROOT / "grader.py", root)
    (root / "minigrad").symlink_to(ROOT / "minigrad")
    return root


@pytest.fixture
def terminal(tmp_path, course):
    with contextlib.closing(Terminal(tmp_path, root=course)) as terminal:
        yield terminal


@pytest.fixture(scope="module")
def untouched(tmp_path_factory, course):
    """A terminal that tests of keys share, at the first exercise; they press keys that change no file."""
    with contextlib.closing(Terminal(tmp_path_factory.mktemp("untouched"), root=course)) as terminal:
        terminal.screen()
        yield terminal


@pytest.fixture
def keys(untouched):
    yield untouched
    untouched.press("a")
    untouched.screen("0 of 5 exercises")
    untouched.screen()


def test_it_starts_with_one_next_thing_and_q_ends_it(terminal):
    shown = terminal.screen()
    assert "9 rnn_cell" in shown
    assert shown.count("Next:") == 1
    terminal.press("Q")  # with caps lock, say
    assert terminal.exit_code() == 0


def test_each_save_is_graded(terminal):
    terminal.screen()
    terminal.save(RNN, terminal.solution(RNN).replace("+ b)", ")"))
    terminal.screen("The bias is missing")
    terminal.save(RNN, terminal.solution(RNN))
    terminal.screen("Solved.")
    terminal.save(LSTM, terminal.solution(LSTM))
    terminal.screen("19 lstm_cell")


@pytest.mark.exhaustive
def test_a_file_may_be_deleted_renamed_empty_or_written_in_pieces(terminal):
    terminal.screen()
    path = terminal.folder / RNN
    path.unlink()
    terminal.screen("is not there")
    solution = terminal.solution(RNN)
    with path.open("w", encoding="utf-8") as file:
        for k in range(0, len(solution), 400):
            file.write(solution[k : k + 400])
            file.flush()
            time.sleep(0.005)
    terminal.screen("Solved.")
    path.write_text("")
    terminal.screen("is empty")
    other = terminal.folder / "saved.tmp"
    other.write_text(solution.replace("np.tanh(", "("))
    os.replace(other, path)
    terminal.screen("The tanh is missing")


def test_each_time_the_next_hint_is_shown(keys):
    for shown in ("hint 1 of 3", "hint 2 of 3", "hint 3 of 3", "hint 1 of 3"):
        keys.press("h")
        keys.screen(shown)


def test_there_are_keys_for_the_list_the_next_exercise_and_all(keys):
    keys.press("l")
    keys.screen("Gradients through time")
    keys.press("n")
    keys.screen("12 bptt")
    keys.press("\x1b[A")  # an arrow key is none of ours
    keys.press("a")
    keys.screen("0 of 5 exercises")


@pytest.mark.parametrize(("key", "text"), [("h", "of 3"), ("?", "grade this exercise again as it is")])
def test_the_bar_of_keys_stands_below_and_nowhere_else(keys, key, text):
    keys.press(key)
    shown = keys.screen()
    assert text in shown
    assert shown.count(FOOTER) == 1


def test_there_are_keys_for_the_exercise_before_and_for_grading_again(keys):
    keys.press("p")
    keys.screen("19 lstm_cell")
    keys.screen()
    keys.press("g")
    keys.screen("19 lstm_cell")
    keys.screen()
    keys.press("n")
    keys.screen("9 rnn_cell")


@pytest.mark.exhaustive
def test_a_crash_fits_into_a_small_terminal(tmp_path, course):
    with contextlib.closing(Terminal(tmp_path, lines=24, root=course)) as terminal:
        terminal.screen()
        deep = "second_state, can_be_five = 0, 'no'\ndef g(x, a=1, b=2, c=3, d=4, e=5, f=6):\n    return x[99]\n"
        terminal.save(RNN, f"{deep}def rnn_cell(x, h, W_xh, W_hh, b):\n    i, j, k = 1, 2, 3\n    return g(x)\n")
        shown = terminal.screen("Next: change") + terminal.screen()
        verdict = shown[shown.rindex("9 rnn_cell") :]
        assert "return x[99]" in verdict
        assert verdict.count("\n") <= 23


def test_a_hint_is_for_the_exercise_that_is_shown(keys):
    keys.press("n")
    keys.screen("12 bptt")
    keys.press("a")
    keys.screen("Next: open")
    keys.press("h")
    keys.screen("9 rnn_cell, hint")


@pytest.mark.exhaustive
def test_a_missing_file_is_a_key_away(terminal):
    terminal.screen()
    (terminal.folder / RNN).unlink()
    terminal.screen("press r")
    terminal.press("r")
    terminal.screen("Next: open")
    assert (terminal.folder / RNN).read_text() == (ROOT / "exercises" / RNN).read_text()


@pytest.mark.exhaustive
def test_what_cannot_be_reset_is_said_and_watch_goes_on(terminal):
    terminal.screen()
    (terminal.folder / RNN).unlink()
    (terminal.folder / RNN).symlink_to(terminal.folder / "nowhere" / RNN)
    terminal.screen("press r")
    terminal.press("r")
    terminal.screen("Remove")
    terminal.press("n")
    terminal.screen("12 bptt")


@pytest.mark.exhaustive
def test_what_is_graded_is_said(terminal):
    terminal.screen()
    terminal.save(RNN, "while True: pass\n")
    terminal.screen(f"Grading {RNN}")


@pytest.mark.exhaustive
def test_reset_asks_first_and_keeps_what_was_written(terminal):
    terminal.screen()
    terminal.save(RNN, "x = 1\n")
    terminal.screen()
    terminal.press("r")
    terminal.screen("y or n")
    terminal.press("n")
    terminal.screen("Next:")
    assert (terminal.folder / RNN).read_text() == "x = 1\n"
    terminal.press("r")
    terminal.screen("y or n")
    terminal.press("y")
    terminal.screen("What you had is in")
    (backup,) = (terminal.folder / ".minigrad" / "backups").iterdir()
    assert backup.read_text() == "x = 1\n"
    assert (terminal.folder / RNN).read_text() == (ROOT / "exercises" / RNN).read_text()


@pytest.mark.exhaustive
@pytest.mark.skipif(not FORKS, reason="elsewhere a process to be graded starts otherwise")
def test_once_a_process_has_started_nothing_is_imported_and_only_the_students_files_are_read(tmp_path):
    log, files = tmp_path / "late.log", tmp_path / "files"
    files.mkdir()
    command = listened_to(log, "watch", "--target", files)
    with contextlib.closing(Terminal(files, command=command)) as terminal:
        terminal.screen()
        terminal.save(RNN, terminal.solution(RNN).replace("+ b)", ")"))
        terminal.screen("The bias is missing")
        terminal.save(RNN, terminal.solution(RNN).replace("np.tanh(", "np.tanh(⏱"))
        terminal.screen("SyntaxError")
        terminal.save(RNN, terminal.solution(RNN).replace("np.tanh(", "np.tanhh("))
        terminal.screen("tanhh")
        terminal.save(LSTM, terminal.solution(LSTM))
        terminal.screen("Solved.")
        for key, text in (
            ("h", "hint 1"),
            ("l", " points"),
            ("?", "this list"),
            ("n", FOOTER),
            ("a", " points"),
        ):
            terminal.press(key)
            terminal.screen(text)
        terminal.press("q")
        assert terminal.exit_code() == 0
    late = heard(log, f"open {files}/ex")
    assert log.read_text()
    assert late == []


def test_ctrl_c_leaves_the_terminal_as_it_was(terminal):
    terminal.screen()
    assert termios.tcgetattr(terminal.end) != terminal.before
    terminal.save(RNN, "while True: pass\n")
    time.sleep(0.5)  # in the middle of grading
    terminal.press("\x03")
    assert terminal.exit_code() == 130
    assert termios.tcgetattr(terminal.end) == terminal.before


def test_closing_the_terminal_ends_it_and_leaves_no_folder(tmp_path, course, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    (tmp_path / "exercises").mkdir()
    terminal = Terminal(tmp_path / "exercises", root=course)
    terminal.screen()
    terminal.press("h")
    terminal.screen("hint 1")
    assert soon(lambda: [*(tmp_path / "temporary").iterdir()])
    os.close(terminal.end)
    assert terminal.exit_code() == 130
    assert soon(lambda: not [*(tmp_path / "temporary").iterdir()])


def soon(holds):
    """True if something holds within a moment: other processes bring it about."""
    until = time.monotonic() + 5.0
    while not (found := holds()) and time.monotonic() < until:
        time.sleep(0.02)
    return found


@pytest.mark.exhaustive
def test_without_a_terminal_it_grades_what_is_saved(tmp_path, course):
    shutil.copytree(course / "exercises", tmp_path, dirs_exist_ok=True)
    command = [sys.executable, str(course / "grader.py"), "watch", "--target", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, encoding="utf-8") as process:
        try:
            for line in process.stdout:
                if "Stuck?" in line:
                    break
            (tmp_path / RNN).write_text((ROOT / "solutions" / RNN).read_text("utf-8"), "utf-8")
            assert any("Solved." in line for line in process.stdout)
        finally:
            process.terminate()
