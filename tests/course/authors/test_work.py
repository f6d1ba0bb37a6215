"""Work that does not come back is told, with what it was."""

from concurrent.futures import Executor, Future

import pytest
from rich.console import Console

from minigrad.course.authors import work
from minigrad.course.usage import UsageError


class Asleep(Executor):
    """Takes every call, and never comes back from one."""

    def submit(self, function, /, *arguments, **keywords):
        return Future()


def test_a_call_that_does_not_come_back_is_told_with_the_exercise_it_belongs_to(monkeypatch):
    monkeypatch.setattr(work, "STALLED_SECONDS", 0.01)

    def endless():
        yield work.Step([(print,)])

    with work.bar(Console(quiet=True), "") as progress, pytest.raises(UsageError, match="while working on gate"):
        list(work.side_by_side({"gate": endless()}, Asleep(), progress))
