"""Whatever a student's file does, the judge gets an answer in time and nothing is left behind."""

import contextlib
import ctypes
import io
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import minigrad
from minigrad.course.checks import expect_error
from minigrad.course.checks.students import Student
from minigrad.course.grading.reading import MAX_SOURCE
from minigrad.course.results.limits import KEPT, MAX_LINES
from minigrad.course.results.outcomes import Halt, Line, StudentError
from minigrad.course.results.wording import describe
from minigrad.course.student import child, process, start
from minigrad.course.student.frames import FrameError, read_frame, write_frame
from minigrad.course.student.limits import NO_JUDGE, OUT_OF_MEMORY, memory_used
from minigrad.course.student.nursery import KEEPER
from minigrad.course.student.process import StudentProcess
from minigrad.course.student.replies import read_reply
from minigrad.course.student.start import Forked, Nursery

from ...conftest import quick
from ..processes import SharedProcess, alive

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="student processes are forked on Linux only")


@pytest.fixture(scope="module")
def run():
    """The result of a function, in a process that the tests share."""
    with SharedProcess() as shared:

        def run(source, args=()):
            shared.given(source).load()
            return shared.call("f", list(args))

        yield run


def alone(source, args=()):
    """The result of a function, in a process of its own."""
    with StudentProcess("ex99_test", "ex99_test.py", source) as student:
        return student.call("f", list(args))


def answer(student, function):
    """The result of a function; the process is closed."""
    with student:
        return student.call(function, [])


@pytest.fixture
def short_deadlines(monkeypatch):
    monkeypatch.setattr(process, "CALL_SECONDS", 0.5)
    monkeypatch.setattr(process, "LOAD_SECONDS", 1.0)


def test_a_call_returns_its_value_and_what_it_printed(run):
    reply = run("def f(x):\n    print('x is', x)\n    return 2 * x, 'two'", args=[np.ones(2)])
    assert reply.value[0].tolist() == [2.0, 2.0]
    assert reply.value[1] == "two"
    assert reply.printed == "x is [1. 1.]\n"


@pytest.mark.parametrize(
    "utf_8",
    [
        "sys.stdout.reconfigure(encoding='utf-8')",
        "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8', line_buffering=True)",
    ],
)
def test_those_who_ask_for_utf_8_can_print(run, utf_8):
    reply = run(f"import io, sys\ndef f(x):\n    {utf_8}\n    print('é', x)\n    return x", args=[1])
    assert (reply.value, reply.printed) == (1, "é 1\n")


def test_memory_shared_with_arguments_or_an_earlier_result_is_noticed():
    source = """
import numpy as np
kept = np.zeros(3)
def f(x): return [x[1:]]
def g(x):
    kept[:] = x
    return kept
def h(x): return x + 0
turns = iter([kept[:1], kept[1:], kept[:2], kept])
def k(x): return next(turns)
"""
    with StudentProcess("ex99_test", "ex99_test.py", source) as student:
        shared = [student.call(name, [np.ones(3)]).shared for name in "fgghhkkkk"]
    assert shared[:5] == ["arguments", "", "earlier result", "", ""]
    assert shared[5:] == ["", "", "earlier result", "earlier result"]  # pieces that lie apart, and others


def test_arguments_that_changed_come_back_as_the_call_left_them():
    source = "def f(x, y, z):\n    x[0] = 7\n    z['n'].append(1)\ndef g(x, y, z): y[0] = y[0] + 0\n"
    source += "def h(x, y, z): z['a', 1] += 1"
    with StudentProcess("ex99_test", "ex99_test.py", source) as student:
        arguments = [np.zeros(2), np.array([np.nan]), {"n": [1, float("nan")], ("a", 1): np.int64(3)}]
        changed = student.call("f", arguments).changed
        assert student.call("g", arguments).changed == {}
        assert student.call("h", arguments).changed[2]["a", 1] == 4
    assert list(changed) == [0, 2]
    assert changed[0].tolist() == [7.0, 0.0]
    assert len(changed[2]["n"]) == 3


def test_long_names_are_cut_off(run):
    g, e, x = (letter * 3_000 for letter in "gex")
    source = f"class {e}(Exception): pass\ndef {g}({x}): raise {e}('this')\ndef f(): {g}(1)"
    with pytest.raises(StudentError) as caught:
        run(source)
    error = caught.value
    assert describe(error) == f"Your f raised {'e' * 57}...: this"
    assert [line.function for line in error.lines] == ["f", "g" * 57 + "..."]
    assert error.lines[-1].values == [("x" * 57 + "...", "1")]


def test_a_text_that_a_line_saw_is_cut_off_between_two_characters(run):
    with pytest.raises(StudentError) as caught:
        run("def f():\n    x = '\\u200b' * 80_000\n    return 1 / 0")
    assert caught.value.lines[0].values == [("x", "'" + r"\u200b" * 14 + "...'")]


def test_an_exception_shows_the_students_own_lines_with_their_values(run):
    with pytest.raises(StudentError) as caught:
        run("def g(x):\n    return x[5]\n\ndef f(x):\n    n = len(x)\n    return g(x)", args=[[1, 2]])
    error = caught.value
    assert (error.error, error.text) == ("IndexError", "list index out of range")
    assert [(line.number, line.function, line.code) for line in error.lines] == [
        (6, "f", "return g(x)"),
        (2, "g", "return x[5]"),
    ]
    assert error.lines[0].values == [("x", "[1, 2]"), ("n", "2")]


def test_of_a_name_that_self_has_it_is_said_so(run):
    source = """
class Cell:
    slope = 2
    def __init__(self): self.W = 3
    def first(self, x): return W * x
    def second(self, x): return slope * x
    def third(self, x): return other * x
def f(name): return getattr(Cell(), name)(1)
"""
    for name, text in (
        ("first", ". Did you mean: 'self.W'?"),
        ("second", ". Did you mean: 'self.slope'?"),
        ("third", ""),
    ):
        with pytest.raises(StudentError) as caught:
            run(source, args=[name])
        assert caught.value.text.partition(" is not defined")[2] == text


def test_a_deep_recursion_shows_only_its_ends(run):
    with pytest.raises(StudentError) as caught:
        run("def f(x):\n    return f(x)", args=[1])
    assert caught.value.error == "RecursionError"
    assert len(caught.value.lines) == MAX_LINES


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("def f(:", "SyntaxError"),
        ("def f():\nreturn", "IndentationError"),
        ("import nothing_of_this_name", "ForbiddenImport"),
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; sys.exit(0)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("input()", "EOFError"),
        ("x = '\\ud800'; raise ValueError(x)", "ValueError"),
        ("def g(): pass", "NoSuchFunction"),
        ("while True: print('x' * 1000)", "PrintFlood"),
        ("import numpy as np\ndef f(): return np.ones(1 << 40)", "MemoryError"),
        ("import numpy as np\ndef f(): return np.ones(1 << 24)", "UnusableResult"),
        ("import numpy as np\ndef f(): return np.broadcast_to(1.0, (1 << 40,))", "UnusableResult"),
        ("def f(): return [1.0] * 1_000_000", "UnusableResult"),
        ("class C:\n    def __repr__(self): raise SystemExit\ndef f(): return C()", "UnusableResult"),
        ("class E(Exception):\n    def __str__(self): raise self\ndef f(): raise E", "E"),
    ],
)
def test_whatever_is_raised_is_reported(run, source, error):
    with pytest.raises(StudentError) as caught:
        run(source)
    assert caught.value.error == error


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("def f(:", "Python cannot read your file: SyntaxError in line 1: "),
        ("def f(): return eval('1 +')", "Your f raised SyntaxError: "),
        ("import ast\nast.literal_eval('1 +')", "Your file raised SyntaxError: "),
    ],
)
def test_a_text_that_is_no_program_is_another_thing_than_such_a_file(run, source, text):
    with pytest.raises(StudentError) as caught:
        run(source)
    assert describe(caught.value).startswith(text)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("import os\ndef f(): os._exit(0)", r"Your f ended the whole Python process \(exit code 0\)"),
        ("import os; os._exit(3)", r"Your file ended the whole Python process \(exit code 3\)"),
        ("import os\ndef f(): os._exit(128 + 11)", r"Your f crashed Python itself \(SIGSEGV\)"),
        ("import os\ndef f(): os._exit(137)", r"from outside \(SIGKILL\)\. Perhaps the computer has no memory left\."),
        ("import os\ndef f(): os.kill(os.getpid(), 9)", r"Your f was ended from outside \(SIGKILL\)"),
        ("import os\ndef f(): os.kill(os.getpid(), 24)", r"more time of the processor than it may \(SIGXCPU\)"),
        ("import os\ndef f(): os._exit(200)", r"ended the whole Python process \(exit code 200\)"),
    ],
)
def test_an_end_of_the_process_is_explained(run, source, text):
    with pytest.raises(Halt, match=text) as caught:
        run(source)
    assert caught.value.status == "error"


@pytest.mark.parametrize(
    ("source", "place"),
    quick(
        2,
        [
            ("def g():\n    while True: pass\ndef f():\n    return g()", ["f", "g"]),
            ("while True: pass", [""]),
            ("def f():\n    a = []\n    while True: a.append(0.5)", ["f"]),
            ("def f():\n    a = {0: []}\n    while True: a[0].append(0.5)", ["f"]),
            (
                "import time\ndef f():\n    while True:\n"
                "        try: time.sleep(9)\n        except BaseException: pass",
                ["f"],
            ),
        ],
    ),
)
def test_a_call_that_does_not_come_back_says_where_it_is(run, short_deadlines, source, place):
    with pytest.raises(Halt) as caught:
        run(source)
    who = "f did not finish within 0.5 s" if place[0] else "file did not finish within 1 s"
    assert caught.value.status == "timeout"
    assert caught.value.message.startswith(f"Your {who}")
    assert [line.function for line in caught.value.lines] == place
    assert f"it was in line {caught.value.lines[-1].number}" in caught.value.message


def test_a_part_of_a_line_is_not_named_as_a_function(run, short_deadlines):
    with pytest.raises(Halt) as caught:
        run("def f():\n    while True:\n        a = [sum(n for n in range(9999)) for _ in range(9999)]")
    assert [line.function for line in caught.value.lines] == ["f"]
    assert "it was in line 3. Is" in caught.value.message


IN_TURN = """def leaf():
    return 1
def search():
    while True: leaf()
def f():
    for _ in range(3):
        search()
def g():
    return search()
"""


@pytest.mark.parametrize(
    ("places", "text"),
    [
        ([(7, "f"), (4, "search"), (1, "leaf")], "in line 7, which calls leaf"),
        ([(7, "f"), (4, "search")], "in line 7, which calls search, and there in line 4"),
        ([(9, "g"), (4, "search"), (1, "leaf")], "in line 4 of search, which calls leaf"),
        ([(9, "g"), (4, "search")], "in line 4 of search"),
        ([(9, "g"), (1, "leaf")], "in line 9 of g, which calls leaf"),
        ([(4, "")], "in line 4"),
    ],
)
def test_of_a_time_out_the_loop_is_named_and_what_it_calls(places, text):
    assert process.where([Line(number, name, "", []) for number, name in places], "f", IN_TURN) == text


def test_a_source_that_cannot_be_read_has_no_loops():
    assert process.where([Line(1, "f", "", [])], "f", "def f(:") == "in line 1"


@pytest.mark.exhaustive
def test_work_in_c_that_holds_the_interpreter_is_ended_all_the_same(run, short_deadlines):
    with pytest.raises(Halt) as caught:
        run("def f():\n    return 9 ** 9 ** 9")
    assert (caught.value.status, caught.value.lines) == ("timeout", [])


def test_a_flood_of_prints_is_not_tried_again():
    with StudentProcess("ex99_test", "ex99_test.py", "def f():\n    while True: print('flood')") as student:
        for status, text in [("error", "more than a million characters"), ("blocked", "Not tried")]:
            with pytest.raises(Halt, match=text) as caught:
                student.call("f", [])
            assert caught.value.status == status


def test_what_is_printed_and_not_kept_costs_little(run):
    source = """
class Slow:
    shown = 0
    def __str__(self):
        Slow.shown += 1
        return "x" * 99
def f():
    for _ in range(2000): print(Slow())
    return Slow.shown
"""
    reply = run(source)
    assert reply.value <= 1 + KEPT / 100
    assert len(reply.printed) == KEPT


@pytest.mark.exhaustive
def test_a_time_out_keeps_what_was_printed_and_names_it_if_it_is_much(run, short_deadlines):
    for times, named in [(1, False), (3 * KEPT, True)]:
        with pytest.raises(Halt) as caught:
            run(f"def f():\n    print('.' * {times})\n    while True: pass")
        assert caught.value.printed.startswith(".")
        assert ("printing takes long" in caught.value.message) == named


def test_a_debugger_that_was_left_in_is_refused_in_its_own_line(run):
    with pytest.raises(StudentError) as caught:
        run("def f():\n    try:\n        breakpoint()\n    except Exception: pass")
    assert (caught.value.error, caught.value.lines[-1].number) == ("DebuggerLeft", 3)


def test_a_function_that_halted_is_not_tried_again(short_deadlines):
    with StudentProcess("ex99_test", "ex99_test.py", "def f():\n    while True: pass") as student:
        with pytest.raises(Halt) as first:
            student.call("f", [])
        with pytest.raises(Halt, match="did not come back") as second:
            student.call("f", [])
    assert (first.value.status, second.value.status) == ("timeout", "blocked")


def test_memory_is_limited():
    limit = process.MEMORY_BYTES
    with pytest.raises((StudentError, Halt)) as caught:
        alone(f"import numpy as np\ndef f(): return float(np.ones({limit} // 8).sum())")
    assert "MemoryError" in str(caught.value) or "memory" in str(caught.value)


def test_where_memory_has_no_limit_a_watch_ends_the_process(run):
    watch = "from minigrad.course.student.limits import _end_above; _end_above(1 << 20)"
    ended = subprocess.run([sys.executable, "-c", watch], check=False, timeout=20)
    assert ended.returncode == OUT_OF_MEMORY
    assert memory_used() > 1 << 20


_NESTS_FOLDERS = """
import os
def f(depth):
    for _ in range(depth):
        os.mkdir('d')
        open('left.txt', 'w').close()
        os.symlink('/', 'link')
        os.chdir('d')
    os.chmod('.', 0)
"""


@pytest.mark.exhaustive
@pytest.mark.skipif(sys.platform == "win32", reason="links are POSIX's")
def test_folders_in_folders_are_removed(monkeypatch):
    monkeypatch.setattr(process, "CALL_SECONDS", 20.0)
    with StudentProcess("ex99_test", "ex99_test.py", _NESTS_FOLDERS) as student:
        student.call("f", [2100])  # that is deeper than a path may be long
        folder = Path(student._folder)
        assert folder.exists()
    assert not folder.exists()
    assert not list(folder.parent.glob("minigrad-*/0/d"))


def test_a_student_that_was_ended_answers_the_next_call(short_deadlines):
    source = "import os\ndef f(): os._exit(1)\ndef g(): return 5"
    with StudentProcess("ex99_test", "ex99_test.py", source) as student:
        with pytest.raises(Halt):
            student.call("f", [])
        assert student.call("g", []).value == 5


def test_the_whole_exercise_has_a_deadline():
    with StudentProcess("ex99_test", "ex99_test.py", "def f(): pass") as student:
        student.load()
        student.deadline = time.monotonic() - 1
        with pytest.raises(Halt, match="more than 30 s together"):
            student.call("f", [])


def test_the_time_that_reading_an_answer_takes_is_taken_from_all_checks(monkeypatch):
    def slowly(*args):
        student.deadline = time.monotonic() - 1  # the reading took all that was left
        return read_reply(*args)

    with StudentProcess("ex99_test", "ex99_test.py", "def f(): return 1") as student:
        assert student.call("f", []).value == 1
        monkeypatch.setattr(process, "read_reply", slowly)
        with pytest.raises(Halt, match="more than 30 s together"):
            student.call("f", [])


def test_a_result_whose_keys_have_one_hash_is_told_so(run):
    with pytest.raises(StudentError) as raised:
        run("import sys\ndef f(): return {k * sys.hash_info.modulus: 0 for k in range(100)}")
    assert describe(raised.value) == (
        "Your f returned a result that cannot be looked at: it has a dict in which 100 keys have the same hash, and so "
        "it is very slow."
    )


def test_bytes_on_the_channel_are_not_an_answer(run, short_deadlines):
    writes = "try: os.write(fd, b'\\xff' * 100)\n        except OSError: pass"
    source = f"import os\ndef f():\n    for fd in range(3, 20):\n        {writes}"
    with pytest.raises(Halt, match="channel"):
        run(source)


_FORGES_ANSWERS = """
import os, struct
def f(fields):
    header = ('["dict", ' + fields + "]").encode()
    for fd in range(3, 20):
        try: os.write(fd, struct.pack("<I", len(header)) + header)
        except OSError: pass
"""
_VALUE = '["id", 2], ["printed", ""], ["warnings", ["list"]], ["value", 1], ["changed", ["list"]], ["shared", ""]'
_ERROR = (
    '["id", 2], ["printed", ""], ["warnings", ["list"]], ["error", "E"], ["kinds", ["list", "E"]], ["text", ""],'
    ' ["lines", ["list", ["tuple", 1, "", "", ["list", ["tuple", "x", "1"]]]]]'
)


def forged(fields):
    return alone(_FORGES_ANSWERS, args=[fields])


def test_a_forged_answer_is_only_an_answer():
    assert forged(_VALUE).value == 1
    with pytest.raises(StudentError) as caught:
        forged(_ERROR)
    assert (caught.value.error, caught.value.lines[0].values) == ("E", [("x", "1")])


_LOOKS_INTO_THE_JUDGE = """
import os
def f():
    found = []
    for name in ("mem", "environ", "fd/0"):
        try:
            with open(f"/proc/{os.getppid()}/{name}", "rb"): found.append(name)
        except OSError: pass
    return found
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process cannot close its memory")
def test_the_judges_memory_is_closed(run):
    if os.geteuid():
        assert run(_LOOKS_INTO_THE_JUDGE).value == []
    else:  # root sees all
        run("def f(): return 1")
    assert ctypes.CDLL(None).prctl(3) == 0  # PR_GET_DUMPABLE


def test_standard_output_is_not_the_channel(run):
    reply = run("import os, sys\ndef f():\n    os.write(1, b'noise'); sys.__stdout__.write('noise'); return 4")
    assert reply.value == 4


def test_patching_numpy_changes_nothing_here():
    alone("import numpy as np\nnp.isclose = np.allclose = lambda *a, **k: True\ndef f(): return 1")
    assert not np.allclose(0, 1)


def test_the_working_folder_is_empty_and_removed():
    reply = alone("import os\ndef f():\n    open('left.txt', 'w').write('x'); return [os.getcwd(), *os.listdir()]")
    folder, *files = reply.value
    assert files == ["left.txt"]
    assert not Path(folder).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="looks at POSIX process ids")
def test_no_process_of_its_group_survives():
    with StudentProcess("ex99_test", "ex99_test.py", _STARTS_A_CHILD) as student:
        started = student.call("f", []).value
    assert all(map(gone, started))


_LEAVES = """
import os, time
def fork(): return os.fork()
def f(ended):
    r, w = os.pipe()
    if not os.fork():
        os.setsid()
        for _ in range(5):
            if os.fork(): os._exit(0) if ended else time.sleep(60)
            os.setsid()
        os.environ.clear()
        os.chdir("/")
        os.write(w, str(os.getpid()).encode())
        os.closerange(0, 100)
        time.sleep(60)
    return [os.getpid(), int(os.read(r, 10))]
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers")
@pytest.mark.parametrize("ended", quick(1, [True, False]))
def test_nobody_survives_in_a_session_of_its_own(ended):
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with (
        StudentProcess("ex99_test", "ex99_test.py", "def f(): return 1") as neighbour,
        StudentProcess("ex99_test", "ex99_test.py", _LEAVES) as student,
    ):
        started = student.call("f", [ended]).value
        assert not any(map(gone, started))
        student.close()
        assert all(map(gone, started))
        assert neighbour.call("f", []).value == 1
    assert other.poll() is None
    other.communicate(b"\n")


@pytest.mark.exhaustive
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
@pytest.mark.parametrize("leave", ["os._exit(0)", "time.sleep(60)"])
def test_a_child_that_keeps_the_channel_open_does_not_keep_the_judge(short_deadlines, leave):
    source = (
        f"import os, time\ndef f():\n    if os.fork(): {leave}\n    os.setsid()\n    time.sleep(12)\n    os._exit(0)"
    )
    started = time.monotonic()
    with pytest.raises(Halt):
        alone(source)
    assert time.monotonic() - started < 10


_STARTS_A_CHILD = """
import os, subprocess, sys
def f():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    return [os.getpid(), child.pid]
"""


def gone(pid):
    for _ in range(100):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").exists() and ") Z " in Path(f"/proc/{pid}/stat").read_text():
                return True  # ended, and only not yet collected
        except ProcessLookupError:
            return True
        time.sleep(0.002)
    return False


def test_a_file_named_like_a_module_beside_the_exercise_is_not_imported(tmp_path):
    (tmp_path / "numpy.py").write_text("raise AssertionError")
    with StudentProcess(
        "ex99_test", str(tmp_path / "ex99_test.py"), "import numpy\ndef f(): return numpy.pi"
    ) as student:
        assert student.call("f", []).value == np.pi


_LOOKS_FOR_THE_ENGINE = """
import gc, types
def f():
    found = {o.__module__ for o in gc.get_objects() if isinstance(o, types.FunctionType)}
    return sorted(name for name in found if str(name).startswith("minigrad"))
"""


def test_the_process_holds_nothing_that_solves_an_exercise():
    own = [f"student.{name}" for name in ("child", "frames", "limits", "nursery", "purity", "seccomp", "survivors")]
    assert alone(_LOOKS_FOR_THE_ENGINE).value == [f"minigrad.course.{name}" for name in ("results.spelled", *own)]


def test_an_exercise_that_allows_the_framework_gets_the_judges_own_and_nothing_of_the_course_kit():
    source = """
import importlib
import minigrad
from minigrad import nn, optim

def derivative(): return float(minigrad.grad(lambda x: x**3)(2.0))
def where(): return [minigrad.__file__, nn.__file__, optim.__file__]
def imported(name): importlib.import_module(name)
"""
    allowed = ["minigrad", "numpy", "the standard library"]
    with StudentProcess("ex99_test", "ex99_test.py", source, allowed) as student:
        assert student.call("derivative", []).value == 12.0
        assert student.call("where", []).value == [minigrad.__file__, minigrad.nn.__file__, minigrad.optim.__file__]
        for name in ("minigrad.course", "minigrad.course.checks", "minigrad.course.student.child", "ex25_my_rnn"):
            with pytest.raises(StudentError, match=r"cannot be imported here.* may import minigrad and numpy"):
                student.call("imported", [name])


@pytest.mark.parametrize(
    "code",
    [
        "np.testing.assert_allclose(1, 1)",
        "np.polynomial.Polynomial([1, 2])(3)",
        "np.fft.fft([1, 2])",
        "np.ma.array([1])",
        "np.show_config()",
        "import typing, dataclasses, functools, itertools, math, abc, collections, random",
        "import numpy.linalg, numpy.lib.stride_tricks, numpy.typing",
        "import sysconfig, zoneinfo, pydoc; sysconfig.get_config_vars()",
    ],
)
def test_what_numpy_and_the_standard_library_import_by_themselves_is_there(run, code):
    assert run(f"import numpy as np\n{code}\ndef f(): return 1").value == 1


@pytest.mark.parametrize("place", ["mkdtemp", "start_process", "remove_folder"])
def test_a_stop_at_any_moment_leaves_no_process_and_no_folder(monkeypatch, tmp_path, place):
    def stopped(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGTERM)
        return undisturbed(*args, **kwargs)

    owner = process.tempfile if place == "mkdtemp" else process
    undisturbed = getattr(owner, place)
    monkeypatch.setattr(owner, place, stopped)
    monkeypatch.setattr(process.tempfile, "tempdir", str(tmp_path))
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    student = StudentProcess("ex99_test", "ex99_test.py", "def f(): return 1")
    try:
        with pytest.raises(KeyboardInterrupt):
            answer(student, "f")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert not student.alive
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_does_not_start_is_not_the_fault_of_the_file(monkeypatch, another_nursery):
    monkeypatch.setattr(start, "_PYTHON", "import sys; sys.exit(1)  # {} {} {}")
    with pytest.raises(Halt, match="Your file is not at fault"):
        alone("def f(): return 1")


def test_a_file_that_cannot_be_loaded_says_so_each_time():
    with StudentProcess("ex99_test", "ex99_test.py", "import minigrad") as student:
        for _ in range(2):
            with pytest.raises(StudentError, match="cannot be imported here"):
                student.call("f", [])


@pytest.mark.exhaustive
def test_a_slow_start_is_not_taken_from_the_time_of_the_file(monkeypatch, another_nursery):
    monkeypatch.setattr(process, "LOAD_SECONDS", 0.5)
    monkeypatch.setattr(start, "_PYTHON", "import time; time.sleep(0.8)" + start._PYTHON)
    assert alone("def f(): return 1").value == 1


def test_another_source_is_held_to_its_own_imports_by_the_one_finder():
    count = "import sys\ndef f(): return len(sys.meta_path)"
    with StudentProcess("ex99_test", "ex99_test.py", count, ["the standard library"]) as student:
        finders = student.call("f", []).value
        student.source = f"{count} + 0"
        assert student.call("f", []).value == finders
        student.source, student.imports = "import wave\ndef f(): pass", ["numpy"]
        with pytest.raises(StudentError, match="This exercise may import numpy"):
            student.call("f", [])


@pytest.mark.parametrize("draw", ["np.random.random()", "random.random()"])
def test_no_two_processes_draw_the_same_numbers(draw):
    source = f"import random\nimport numpy as np\ndef f(): return {draw}"
    assert alone(source).value != alone(source).value


@linux_only
@pytest.mark.parametrize("number", quick(1, [signal.SIGKILL, signal.SIGSTOP]))
def test_a_nursery_that_was_ended_or_stopped_is_done_without(monkeypatch, another_nursery, number):
    assert alone("def f(): return 1").value == 1
    monkeypatch.setattr(start, "start_nursery", lambda: None)  # as in a judge, which cannot start another
    os.kill(Nursery.process.pid, number)
    monkeypatch.setattr(process, "START_SECONDS", 20.0 if number == signal.SIGKILL else 1.0)
    assert alone("def f(): return 1").value == 1


@linux_only
@pytest.mark.parametrize("number", ["SIGKILL", "SIGSTOP"])
def test_a_keeper_that_was_ended_or_stopped_leaves_nothing(number):
    source = f"""
import os, signal, subprocess, sys
def f():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    return os.getpid(), child.pid
def g(): os.kill(os.getppid(), signal.{number})
"""
    with StudentProcess("ex99_test", "ex99_test.py", source) as student:
        left = student.call("f", []).value
        with contextlib.suppress(Halt):
            student.call("g", [])
    assert not any(alive(pid) for pid in left)


def test_an_exception_of_the_students_own_is_not_pythons_of_that_name():
    source = (
        "class ValueError(Exception): pass\nclass Near(KeyError): pass\ndef f(own): raise ValueError if own else Near\n"
    )
    with StudentProcess("ex99_test", "ex99_test.py", source) as student:
        raised = []
        for own in (True, False):
            with pytest.raises(StudentError) as found:
                student.call("f", [own])
            raised.append(found.value)
        judged = Student(student)
        judged.look(lambda who: expect_error(who, "f", ValueError, own=True), {})
        assert "of its own, and Python has one" in str(judged.examples[-1].outcome.message)
    assert (raised[0].error, "ValueError" in raised[0].kinds, "Exception" in raised[0].kinds) == (
        "ValueError",
        False,
        True,
    )
    assert (raised[1].error, "KeyError" in raised[1].kinds) == ("Near", True)


@pytest.mark.parametrize(
    ("field", "forgery"),
    [
        ('["id", 2]', '["id", ["array", "<f8", [0]]]'),
        ('["id", 2]', '["id", true]'),
        ('["id", 2]', '["id", 3]'),
        ('["id", 2]', '["id", ["list", 2]]'),
        ('["printed", ""]', '["printed", 1]'),
        ('["printed", ""]', r'["printed", "\ud800"]'),
        ('["text", ""]', r'["text", "half of a sign: \udfff"]'),
        ('["warnings", ["list"]]', '["warnings", ["list", ["tuple", ["float", "inf"], "", ""]]]'),
        ('["warnings", ["list"]]', '["warnings", ["list"' + ', ["tuple", 1, "", "a"]' * 21 + "]]"),
        ('["warnings", ["list"]]', '["warnings", ["dict"]]'),
        ('["warnings", ["list"]]', '["warnings", ["tuple"]]'),
        ('["error", "E"]', '["error", ["array", "<f8", [0]]]'),
        ('["text", ""]', '["text", 1]'),
        ('["kinds", ["list", "E"]]', '["kinds", ["list", 1]]'),
        ('["lines", ["list"', '["lines", ["list", 1'),
        ('["lines", ["list"', '["lines", ["list"' + ', ["tuple", 1, "", "", ["list"]]' * MAX_LINES),
        ('["tuple", "x", "1"]', '["tuple", "x", ["list"]]'),
        ('["tuple", "x", "1"]', '["tuple", "x"]'),
        ('["changed", ["list"]]', '["changed", ["list", ["tuple", 1, 1]]]'),
        ('["changed", ["list"]]', '["changed", ["list", ["tuple", 0, 1], ["tuple", 0, 1]]]'),
        ('["changed", ["list"]]', '["changed", null]'),
        ('["shared", ""]', '["shared", ["array", "<f8", [0]]]'),
        ('["shared", ""]', '["shared", "the kitchen"]'),
        ('["value", 1]', '["value", ' + '["list", ' * 40 + "1" + "]" * 40 + "]"),
        ('["value", 1]', '["value", ["list"' + ", 1" * 10_001 + "]]"),
    ],
)
def test_an_answer_of_another_form_is_none(field, forgery):
    [answer] = [answer for answer in (_VALUE, _ERROR) if field in answer][:1]
    header = f'["dict", {answer.replace(field, forgery)}]'.encode()
    with pytest.raises(FrameError):
        read_reply(read_frame(io.BytesIO(struct.pack("<I", len(header)) + header)), "f", 2, 1)


@pytest.mark.exhaustive
def test_an_answer_that_is_none_ends_the_process_and_is_told():
    with pytest.raises(Halt, match="wrote into the channel") as caught:
        forged(_VALUE.replace('["id", 2]', '["id", true]'))
    assert caught.value.status == "error"


def test_what_is_shown_of_an_object_is_the_same_in_every_run(run):
    with pytest.raises(StudentError) as caught:
        run("class C: pass\ndef f():\n    c = C()\n    return 1 / 0")
    assert caught.value.lines[0].values == [("c", "<ex99_test.C object>")]


@pytest.mark.exhaustive
def test_a_process_that_closes_its_channel_is_told_so_or_has_ended_by_that():
    with pytest.raises(Halt, match=r"closed the channel on which results are returned|ended the whole Python process"):
        alone("import os\ndef f():\n    os.closerange(3, 100)\n    10**10**9")


def test_no_more_of_the_environment_is_handed_on_than_needed(monkeypatch, another_nursery):
    given = {
        "SECRET_TOKEN": "x",
        "HOME": "/h",
        "PYTHONPATH": "/p",
        "PYTHONSTARTUP": "s",
        "HTTPS_PROXY": "user:password",
    }
    kept = {"OPENBLAS_CORETYPE": "Haswell", "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    for name, value in {**given, **kept}.items():
        monkeypatch.setenv(name, value)
    own = alone("import os\ndef f(): return dict(os.environ)").value
    assert kept.items() <= own.items()
    assert not given.keys() & own.keys()
    assert own["PATH"] == os.environ["PATH"]


def test_a_process_that_nobody_came_to_close_leaves_no_folder(tmp_path):
    source = f"""
import os, tempfile
from minigrad.course.student.process import StudentProcess
tempfile.tempdir = {str(tmp_path)!r}
StudentProcess("ex99_test", "ex99_test.py", "").spawn()
print(*os.listdir(tempfile.tempdir))
"""
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("minigrad-")
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def loaded():
    """A process that the tests share, with this file loaded."""
    with SharedProcess() as shared:

        def loaded(source):
            shared.given(source).load()
            return shared

        yield loaded


COUNTED = "made = []\ndef f(x):\n    made.append(x)\n    return x, len(made)\ndef g(x): return len(made)\n"


def test_calls_that_are_sent_together_are_made_once_each_in_their_order(loaded):
    student = loaded(COUNTED)
    calls = [[float(i)] for i in range(4)]
    student.soon("f", calls)
    assert student.call("f", calls[0]).value == (0.0, 1)
    more = [[4.0], [5.0]]
    student.soon("f", more)  # while the others are on their way
    assert [student.call("f", call).value for call in calls[1:] + more] == [(float(i), i + 1) for i in range(1, 6)]


def test_a_call_that_is_not_made_is_passed_over(loaded):
    student = loaded(COUNTED)
    first, second, third = calls = [[1.0], [2.0], [3.0]]
    student.soon("f", calls)
    assert student.call("f", first).value == (1.0, 1)
    assert student.call("f", third).value == (3.0, 3)
    student.soon("f", [second, second])
    assert student.call("g", [0.0]).value == 5


@pytest.mark.parametrize("ends", ["while True: pass", "os._exit(3)", "while True: print('flood')"])
def test_a_call_that_ends_it_all_does_so_for_itself_alone(loaded, short_deadlines, ends):
    source = f"import os\ndef f(x):\n    if x == 2:\n        {ends}\n    return x\ndef g(x): return -x\n"
    student = loaded(source)
    calls = [[1.0], [2.0], [3.0]]
    student.soon("f", calls)
    assert student.call("f", calls[0]).value == 1.0
    with pytest.raises(Halt, match=r"did not finish|ended the whole|printed more than"):
        student.call("f", calls[1])
    student.soon("g", [[1.0]])
    assert student.call("g", [1.0]).value == -1.0
    with pytest.raises(Halt, match="did not come back before"):
        student.call("f", calls[2])


def test_an_exception_is_that_of_its_own_call(loaded):
    source = "def f(x):\n    if x == 2: raise KeyError(x)\n    return x\n"
    student = loaded(source)
    calls = [[1.0], [2.0], [3.0]]
    student.soon("f", calls)
    assert student.call("f", calls[0]).value == 1.0
    with pytest.raises(StudentError, match="KeyError"):
        student.call("f", calls[1])
    assert student.call("f", calls[2]).value == 3.0


def test_where_time_may_be_too_short_for_all_calls_none_is_sent_before_it_is_made(loaded):
    student = loaded(COUNTED)
    student.deadline = time.monotonic() + 3 * process.CALL_SECONDS
    student.soon("f", [[1.0]] * 4)
    assert student.call("g", [0.0]).value == 0


def test_where_the_system_does_not_end_it_a_thread_does_when_the_judge_is_gone(monkeypatch):
    monkeypatch.setattr(child.sys, "platform", "darwin")
    codes = []
    monkeypatch.setattr(child.os, "_exit", lambda code: codes.append(code) or threading.Event().wait())
    requests, judge = os.pipe()
    with os.fdopen(judge, "wb") as sends:
        write_frame(sends, {"id": 1})
        pipe = os.fdopen(requests, "rb")
        receive = child._receiver(pipe)
        assert receive() == {"id": 1}
    until = time.monotonic() + 10
    while not codes and time.monotonic() < until:
        time.sleep(0.01)
    assert codes == [NO_JUDGE]
    pipe.close()


@pytest.mark.exhaustive
@linux_only
def test_a_keeper_that_only_another_process_can_bury_is_not_waited_for(monkeypatch):
    with subprocess.Popen([sys.executable, "-c", ""]) as keeper:
        os.waitid(os.P_PID, keeper.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and stays in the system's table
        forked = object.__new__(Forked)
        forked._known = {KEEPER: keeper.pid}
        forked._words, theirs = socket.socketpair()
        monkeypatch.setattr(forked, "_said", lambda about, within: forked._known.get(about))
        forked.end()
        theirs.close()
        assert keeper.wait() == 0


@pytest.mark.parametrize("sign", ["#", "\f", "é", "語"])
def test_a_file_is_read_as_large_as_it_may_be_whatever_its_signs(sign):
    source = "# " + sign * (MAX_SOURCE // len(sign.encode())) + "\ndef f(): return 1\n"
    with StudentProcess("demo", "demo.py", source) as process:
        process.load()
        assert process.call("f", []).value == 1


def said_of(source):
    with StudentProcess("demo", "demo.py", source) as process:
        process.load()
        with pytest.raises(StudentError) as raised:
            process.call("f", [])
    return raised.value


@pytest.mark.parametrize("sign", ["\f", "\u2028", "\x85", "\x1c"])
def test_lines_are_counted_as_python_counts_them(sign):
    assert said_of(f"# a{sign}b\ndef f():\n    return 1 / 0\n").lines == [Line(3, "f", "return 1 / 0", [])]


@pytest.mark.parametrize(
    ("source", "error", "text"),
    [
        ("def __getattr__(name): return {}[name]", "KeyError", "'f'"),
        (
            "class D(dict):\n    def __getattribute__(self, name): return self[name]\ndef f():\n    d = D()\n    1 / 0",
            "ZeroDivisionError",
            "division by zero",
        ),
        (
            "class M(type):\n    __name__ = property(lambda c: 5)\n"
            "class E(Exception, metaclass=M): __module__ = []\ndef f(): raise E('x')",
            "E",
            "x",
        ),
        (
            "class R:\n    def __repr__(self): print('x' * 3_000_000)\n"
            "def f():\n    r = R()\n    raise ValueError('no')",
            "ValueError",
            "no",
        ),
        (
            "class E(BaseException):\n    def __str__(self): raise ValueError\n"
            "class R:\n    def __repr__(self): raise E\ndef f(): return R()",
            "UnusableResult",
            "it raises E",
        ),
    ],
)
def test_what_raises_when_it_is_put_into_words_ends_nothing(source, error, text):
    said = said_of(source)
    assert (said.error, said.text) == (error, text)


def test_builtins_that_a_file_replaces_are_its_own():
    source = "import builtins\nvars(builtins).update(dict.fromkeys(filter(str.islower, dir(builtins))))\n"
    with StudentProcess("demo", "demo.py", f"{source}def f(x): return x, len") as process:
        process.load()
        assert process.call("f", [[1, "two"]]).value == ([1, "two"], None)
        assert process.call("f", [3]).value == (3, None)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such alarms")
def test_an_alarm_that_a_file_sets_does_not_ring_in_what_answers():
    source = "import signal\ndef f():\n    signal.setitimer(signal.ITIMER_REAL, 0.01)\n    return 1\n"
    with StudentProcess("demo", "demo.py", source) as process:
        process.load()
        for _ in range(3):
            assert process.call("f", []).value == 1
            time.sleep(0.02)
