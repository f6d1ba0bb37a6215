"""In a cage a student's file comes to what it comes to outside; where there is no cage, it does not run at all."""

import contextlib
import os
import re
import sysconfig
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from minigrad.course.results.outcomes import Halt, StudentError
from minigrad.course.results.status import Status
from minigrad.course.results.wording import describe
from minigrad.course.student import cage, process, seccomp, start
from minigrad.course.student.cage import confined, make_cage, probe
from minigrad.course.student.nursery import ENDED
from minigrad.course.student.process import StudentProcess
from minigrad.course.student.start import Nursery, caged
from minigrad.course.student.survivors import adopt_orphans

from ..processes import children, family

pytestmark = pytest.mark.skipif(not start.FORKS, reason="a cage is made of Linux namespaces")


HIDDEN = Path(sysconfig.get_path("stdlib")) / "wsgiref"  # stands for a course that lies where much can be seen


@pytest.fixture(scope="module")
def strong():
    """The confinement, where it is a cage."""
    found = probe()
    if not found.strong:
        pytest.skip(f"this needs a cage. {found.why}")
    return found


@pytest.fixture
def in_a_cage(strong):
    with confined(strong):
        yield


def outcome(source):
    """The result of f, in words."""
    with StudentProcess("ex99_test", "ex99_test.py", source) as student:
        try:
            reply = student.call("f", [])
        except (StudentError, Halt) as error:
            return describe(error), error.printed
    return repr(reply.value), reply.printed, reply.warnings


# An honest file may do this, right or wrong.
USUAL = {
    "files": """
import os, tempfile, shutil, glob, pathlib
import numpy as np
def f():
    np.save("a.npy", np.arange(5.0))
    np.savez("b.npz", x=np.eye(2))
    np.savetxt("c.txt", np.eye(3))
    with open("d.txt", "a+") as file:
        file.write("text")
        file.seek(0)
        text = file.read()
    os.mkdir("folder")
    shutil.copy2("d.txt", "folder/e.txt")
    os.replace("folder/e.txt", "folder/g.txt")
    with tempfile.TemporaryFile() as file:
        file.write(b"1")
    mapped = np.load("a.npy", mmap_mode="r+")
    mapped[0] = 7
    found = sorted(path.name for path in pathlib.Path(".").rglob("*"))
    shutil.rmtree("folder")
    return text, float(np.load("a.npy").sum()), float(np.load("b.npz")["x"].sum()), np.loadtxt("c.txt"), found
""",
    "time": """
import time, datetime, random, secrets, uuid, platform, locale
import numpy as np
def f():
    time.sleep(0.01)
    rng = np.random.default_rng()
    random.seed(1)
    secrets.token_bytes(3), uuid.uuid4(), platform.machine(), locale.getlocale(), rng.normal()
    return random.random(), datetime.datetime.now().year > 2000, time.process_time() > 0
""",
    "printing": """
import sys
def f():
    print("a")
    print("b", file=sys.stderr)
    return input()
""",
    "a warning": "import numpy as np\ndef f(): return np.log(np.zeros(2))",
    "large arrays": """
import numpy as np
def f():
    ones, eyes = np.ones(1 << 24), 2 * np.eye(200)
    return float(ones @ ones + ones.sum()), float(np.linalg.svd(eyes)[1].sum()), float(np.linalg.inv(eyes).sum())
""",
    "an array too large": "import numpy as np\ndef f(): return np.ones(1 << 40)",
    "memory": "import numpy as np\ndef f():\n    kept = []\n    while True: kept.append(np.empty(1 << 24))",
    "recursion": "def f(): return f()",
    "modules": """
import asyncio, csv, ctypes, decimal, fractions, hashlib, json, sqlite3, ssl, unittest.mock, zlib
def f(): return hashlib.sha256(b"").hexdigest(), ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 3)()
""",
    "an alarm": """
import signal, time
def f():
    signal.signal(signal.SIGALRM, lambda *_: print("ring"))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    time.sleep(0.05)
""",
    "sys.exit": "import sys\ndef f(): sys.exit(1)",
    "exit": "def f(): exit()",
    "_exit": "import os\ndef f(): os._exit(3)",
    "abort": "import os\ndef f(): os.abort()",
    "a null pointer": "import ctypes\ndef f(): ctypes.string_at(0)",
    "a signal to itself": "import os, signal\ndef f(): os.kill(os.getpid(), signal.SIGTERM)",
    "a signal that it raises": "import signal\ndef f(): signal.raise_signal(signal.SIGFPE)",
    "an endless loop": "def f():\n    while True: pass",
    "a file that is not there": "def f(): open('nothing')",
    "a syntax error": "def f(: pass",
    "a debugger": "def f(): breakpoint()",
    "the framework": "import minigrad\ndef f(): return 1",
}


@pytest.mark.exhaustive
def test_what_is_usual_comes_to_the_same_in_a_cage(strong):
    with confined(strong):
        inside = {name: outcome(source) for name, source in USUAL.items()}
    outside = {name: outcome(source) for name, source in USUAL.items()}
    assert inside == outside


WORKS = "import os\ndef f():\n    open('mine', 'w').write('1')\n    return os.listdir('.'), os.getcwd()"


def test_every_process_finds_an_empty_folder(in_a_cage):
    assert [eval(outcome(WORKS)[0]) for _ in range(2)] == [(["mine"], cage.FOLDER)] * 2


def test_no_thread_of_a_student_process_is_without_the_filter(in_a_cage):
    with StudentProcess("ex99_test", "ex99_test.py", "") as student:
        student.load()
        (innermost,) = [pid for pid in family(Nursery.process.pid) if not children(pid)]
        threads = [(task / "status").read_text() for task in Path(f"/proc/{innermost}/task").iterdir()]
    assert len(threads) == 2  # of the calls and the clock
    assert all("Seccomp:\t2" in thread and "NoNewPrivs:\t1" in thread for thread in threads)
    assert all("CapPrm:\t0000000000000000\nCapEff:\t0000000000000000" in thread for thread in threads)
    assert not any(re.search(r"^[UG]id:.*\t0\b", thread, re.MULTILINE) for thread in threads)


def test_a_cage_that_ends_is_nobodys_fault_and_there_is_another(in_a_cage):
    with StudentProcess(
        "ex99_test", "ex99_test.py", "import time\ndef f(): time.sleep(30)\ndef g(): return 1"
    ) as student:
        student.load()
        threading.Timer(0.1, Nursery.end_cage).start()
        with pytest.raises(Halt) as caught:
            student.call("f", [])
        assert caught.value.status == Status.INFRA
        assert student.call("g", []).value == 1


@contextlib.contextmanager
def otherwise(**changes):
    """Another cage than the one that is there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Nursery, "cage", replace(Nursery.cage, **changes))
        Nursery.stop()
        yield


@pytest.mark.parametrize("command", [("false",), ("/nothing/of/this/name",)])
def test_without_a_cage_nothing_is_started_at_all(strong, monkeypatch, command):
    monkeypatch.setattr(start, "Spawned", None)
    with confined(strong), otherwise(command=command):
        student = StudentProcess("ex99_test", "ex99_test.py", WORKS)
        with student, pytest.raises(Halt) as caught:
            student.call("f", [])
    assert caught.value.status == Status.INFRA


@pytest.mark.exhaustive
def test_a_cage_that_is_not_as_before_is_given_up(strong):
    """A folder that cannot be written to stands for one that a file has left so that nobody can empty it."""
    with confined(strong), otherwise(folder="/etc"):
        used = []
        for _ in range(2):
            assert outcome("def f(): return 1")[0] == "1"
            used.append(Nursery.process)
            assert used[-1].wait(5) is not None
    assert used[0] is not used[1]


def test_a_cage_is_used_for_one_file_after_the_other(in_a_cage):
    assert "mine" in outcome(WORKS)[0]
    first = Nursery.process
    assert "mine" in outcome(WORKS)[0]
    assert Nursery.process is first


def test_in_the_times_of_its_folder_no_file_leaves_a_message_for_the_next(in_a_cage):
    look = "about = os.stat('.')\ndef f(): return about.st_mode, about.st_mtime_ns, about.st_atime_ns"
    sets = "os.utime('.')  # which whoever may write there may do"
    (_, *left), (mode, *found) = (eval(outcome(f"import os\n{first}\n{look}")[0]) for first in (sets, ""))
    assert mode == 0o41777
    assert not {*left} & {*found}


@pytest.mark.exhaustive
def test_a_cage_that_takes_too_long_to_be_emptied_is_given_up(in_a_cage, monkeypatch):
    said = start.Caged._said
    silent = lambda keeper, about, within: None if about == ENDED else said(keeper, about, within)
    monkeypatch.setattr(start.Caged, "_said", silent)
    before = Nursery.process
    assert "mine" in outcome(WORKS)[0]
    assert before.wait(5) is not None
    assert "mine" in outcome(WORKS)[0]


@pytest.mark.exhaustive
def test_a_cage_that_is_ended_while_it_is_made_leaves_nothing(in_a_cage):
    adopt_orphans()
    Nursery.stop()
    before = family(os.getpid())
    for n in range(60):
        Nursery.start()
        time.sleep(n / 10_000)
        Nursery.end_cage()
    Nursery.stop()
    until = time.monotonic() + 5.0
    while (left := family(os.getpid()) - before) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left


@pytest.mark.exhaustive
def test_a_course_below_a_folder_that_is_shown_is_hidden_all_the_same(strong):
    look = f"import os\ndef f(): return os.listdir({str(HIDDEN)!r})"
    with confined(strong, [HIDDEN]):
        assert outcome(look)[0] == "[]"
        with pytest.raises(StudentError, match="Read-only"):
            StudentProcess("ex99_test", "ex99_test.py", f"open({str(HIDDEN / 'mine')!r}, 'w')").load()


def test_outside_of_the_block_there_is_no_cage(strong):
    with confined(strong):
        assert caged()
        with confined(replace(strong, name="limits")):
            assert caged()  # nobody comes out of one by asking for less
    assert not caged()
    assert eval(outcome(WORKS)[0])[1] != cage.FOLDER


def test_where_bubblewrap_is_missing_it_is_said_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    found = probe()
    assert (found.name, found.why) == ("limits", "bwrap is not installed (apt install bubblewrap).")


def test_where_libseccomp_is_missing_it_is_said(strong, monkeypatch):
    seccomp.make_filter.cache_clear()
    monkeypatch.setattr(seccomp, "LIBRARY", "libseccomp_of_nobody.so")
    found = probe()
    assert not found.strong
    assert "libseccomp_of_nobody.so" in found.why


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            "bwrap: setting up uid map: Permission denied",
            "This system forbids user namespaces (bwrap: setting up uid map",
        ),
        ("bwrap: Unknown option --size", "bwrap makes no cage here (bwrap: Unknown option --size)"),
        ("ImportError: numpy", "In a cage Python and NumPy do not start (ImportError: numpy)"),
    ],
)
def test_where_bubblewrap_makes_no_cage_it_is_said_why(monkeypatch, tmp_path, strong, said, why):
    (tmp_path / "bwrap").write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    started = time.monotonic()
    found = probe()
    assert not found.strong
    assert found.why.startswith(why)
    assert time.monotonic() - started < 10.0


@pytest.mark.exhaustive
def test_a_trial_that_fails_in_a_cage_is_not_the_fault_of_bubblewrap(monkeypatch, strong):
    monkeypatch.setattr(cage, "_TRIAL", "import os\ndef works(): os._exit(3)")
    found = probe()
    assert not found.strong
    assert found.why.startswith("A cage is made here, but the trial in it failed: Your works ended")


@pytest.mark.exhaustive
def test_a_cage_that_does_not_come_up_in_time_is_none(monkeypatch, tmp_path, strong):
    (tmp_path / "bwrap").write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    for module in (cage, process):
        monkeypatch.setattr(module, "START_SECONDS", 0.1)
    assert probe() == cage.Confinement("limits", "In a cage Python and NumPy do not start within 0.1 s.")


@pytest.mark.exhaustive
def test_a_cage_through_which_something_gets_is_none(monkeypatch, strong):
    unfiltered = seccomp.Filter(seccomp.make_filter().number, bytes.fromhex("06 00 00 00 00 00 ff 7f"))  # allows all
    monkeypatch.setattr(cage, "make_cage", lambda hidden: replace(make_cage(hidden), allowed=unfiltered))
    found = probe()
    assert not found.strong
    assert found.why == "No cage holds here: a process in it connects."
