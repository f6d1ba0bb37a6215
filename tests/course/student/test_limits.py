"""A student process has limits: no more than there were before, and so that it can be told which one ended it."""

import sys

import pytest

from minigrad.course.results.outcomes import Halt
from minigrad.course.student import limits
from minigrad.course.student.process import StudentProcess

resource = pytest.importorskip("resource", reason="Windows has no such limits")

BUSY = "def f():\n    while True: pass"
MEASURED = "import resource\ndef f(): return list(resource.getrlimit(resource.RLIMIT_CPU))"


@pytest.fixture
def set_limits(monkeypatch):
    """The limits that are set, by their numbers, in a process whose hard limits are all 60."""
    found = {}
    monkeypatch.setattr(resource, "getrlimit", lambda which: (30, 60))
    monkeypatch.setattr(resource, "setrlimit", found.__setitem__)
    return found


@pytest.mark.parametrize(("asked", "limit"), [(20, (20, 25)), (120, (55, 60))])
def test_the_time_of_the_processor_has_a_soft_limit_that_comes_first(set_limits, asked, limit):
    limits.limit_cpu(asked)
    assert set_limits == {resource.RLIMIT_CPU: limit}


def test_no_limit_is_set_above_one_that_is_there(set_limits):
    limits.limit_files()
    limits.limit_memory(1000)
    assert set_limits == {
        **dict.fromkeys([resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE], (60, 60)),
        **dict.fromkeys([resource.RLIMIT_CORE, resource.RLIMIT_NPROC], (0, 0)),
    }


def test_a_process_has_them_from_its_first_file_on():
    with StudentProcess("ex99_test", "ex99_test.py", MEASURED) as student:
        assert student.call("f", []).value == [limits.MAX_CPU_SECONDS, limits.MAX_CPU_SECONDS + 5]
        student.source = f"{MEASURED} + [0]"
        assert student.call("f", []).value == [limits.MAX_CPU_SECONDS, limits.MAX_CPU_SECONDS + 5, 0]


def test_a_process_may_have_no_limit_on_time():
    with StudentProcess("ex99_test", "ex99_test.py", MEASURED) as student:
        student.cpu_seconds = None
        assert student.call("f", []).value == list(resource.getrlimit(resource.RLIMIT_CPU))


@pytest.mark.exhaustive
def test_a_process_that_takes_more_time_is_told_so():
    with StudentProcess("ex99_test", "ex99_test.py", BUSY) as student:
        student.cpu_seconds, student.call_seconds = 1, 10.0
        with pytest.raises(Halt, match=r"Your f took more time of the processor than it may \(SIGXCPU\)"):
            student.call("f", [])


@pytest.mark.exhaustive
@pytest.mark.skipif(sys.platform != "linux", reason="student processes are forked on Linux only")
def test_one_that_is_deaf_to_that_is_ended():
    deaf = f"import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\n{BUSY}"
    with StudentProcess("ex99_test", "ex99_test.py", deaf) as student:
        student.cpu_seconds, student.call_seconds = 1, 20.0
        with pytest.raises(Halt, match=r"ended from outside \(SIGKILL\)"):
            student.call("f", [])
