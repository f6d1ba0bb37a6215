"""Work that does not come back is told, with what it was; a signal to stop leaves nothing that would be waited for."""

import contextlib
import itertools
import os
import signal
import threading
from concurrent.futures import Executor, Future

import pytest
from rich.console import Console

from minigrad.course.authors import work
from minigrad.course.usage import UsageError

from ...conftest import quick
from ..commands import Here


class Asleep(Executor):
    """Takes every call, and never comes back from one."""

    def submit(self, function, /, *arguments, **keywords):
        return Future()


def test_a_call_that_does_not_come_back_is_told_with_the_exercise_it_belongs_to(monkeypatch):
    monkeypatch.setattr(work, "STALLED_SECONDS", 0.01)

    def endless():
        yield work.Step([(print,)])

    with work.bar(Console(quiet=True), "") as progress, pytest.raises(UsageError, match="while working on gate"):
        list(work.side_by_side({"gate": endless()}, [Asleep()], progress))


class Stopped(Executor):
    """Answers one call after another, and sends this process Ctrl-C after so many of them."""

    def __init__(self, count):
        self.count = count
        self.futures = []

    def submit(self, function, /, *arguments, **keywords):
        self.futures.append(Future())
        if len(self.futures) == 1:
            self.thread = threading.Thread(target=self.answer)
            self.thread.start()
        return self.futures[-1]

    def answer(self):
        for i in range(self.count):
            while i >= len(self.futures):
                pass
            self.futures[i].set_result((None, 0.0))
        os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("count", quick(2, [1, 8, 2, 3, 5, 13, 21, 34]))
def test_a_stop_leaves_no_call_locked(count):
    def many():
        yield work.Step([(print,)] * 5000)

    pool = Stopped(count)
    with work.bar(Console(quiet=True), "") as progress, pytest.raises(KeyboardInterrupt):
        list(work.side_by_side({"gate": many()}, [pool], progress))
    pool.thread.join()
    assert pool.count <= len(pool.futures) <= pool.count + work.AHEAD
    assert not any(future._condition._lock._is_owned() for future in pool.futures)


def test_a_stop_comes_after_the_calls_were_submitted_that_a_process_has():
    class Stopping(Asleep):
        def submit(self, function, /, *arguments, **keywords):
            submitted.append(arguments)
            os.kill(os.getpid(), signal.SIGINT)
            return Future()

    def three():
        yield work.Step([(print, i) for i in range(3)])

    submitted = []
    with work.bar(Console(quiet=True), "") as progress, contextlib.suppress(KeyboardInterrupt):
        list(work.side_by_side({"gate": three()}, [Stopping()], progress))
        submitted.append("not stopped")
    assert submitted == [(print, i) for i in range(work.AHEAD)]


class Noted(Here):
    """Does all at once, and notes which calls it was given."""

    def __init__(self):
        self.given = []

    def submit(self, function, /, *arguments, **keywords):
        self.given.append(arguments[1])
        return super().submit(function, *arguments, **keywords)


def test_each_process_stays_with_an_exercise_as_long_as_there_is_something_to_do_for_it():
    def two_steps(name):
        assert (yield work.Step([(str, name)])) == [name]
        assert (yield work.Step([])) == []  # of no calls at all
        return (yield work.Step([(str, f"{name}{i}") for i in range(9)]))

    processes = [Noted(), Noted()]
    with work.bar(Console(quiet=True), "") as progress:
        works = {name: two_steps(name) for name in "abc"}
        found = {name: results for name, results, _ in work.side_by_side(works, processes, progress)}
    assert found == {name: [f"{name}{i}" for i in range(9)] for name in "abc"}
    long = [[call[0] for call in process.given if len(call) > 1] for process in processes]
    changes = [sum(a != b for a, b in itertools.pairwise(calls)) for calls in long]
    assert sum(changes) <= 2  # to the third exercise, and to help with it
    assert sorted(long[0][:5] + long[1][:5]) == ["a"] * 5 + ["b"] * 5
