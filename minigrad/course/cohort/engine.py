"""Many files graded by many workers, of which any may be ended at any moment.

The workers are any `concurrent.futures.Executor`'s. Only so many files are under way as there are workers and a few
more, so that memory stays flat, and a worker that is ended takes few with it. Those are graded again, each by itself,
so that one that brings workers down does not do so to others.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from minigrad.course.cohort.worker import Found, Task, lost
from minigrad.course.results.status import Status

TRIES = 3  # after which trouble of the grader's own is what a file comes to
STUCK_SECONDS = 900.0  # without any result: far beyond what a file may take, further examples included

Key = TypeVar("Key")


@dataclass(frozen=True)
class Crew:
    """Workers.

    Attributes:
        open: how they come to be, and end.
        grade: what each of them does.
        size: how many there are.
        trusted: whether they run files in cages, so that what they find is not provisional.
    """

    open: Callable[[], AbstractContextManager[Executor]]
    grade: Callable[[Task], Found]
    size: int
    trusted: bool = True


@dataclass
class Try(Generic[Key]):
    """A file under way."""

    key: Key
    task: Task
    tries: int = 1
    since: float = field(default_factory=time.monotonic)

    def again(self) -> Try[Key]:
        return Try(self.key, self.task, self.tries + 1)


class Lost(Exception):
    """A worker was ended, or does not answer any more."""


def grade_all(tasks: Iterator[tuple[Key, Task]], crew: Crew) -> Iterator[tuple[Key, Found, int]]:
    """Each file with what it came to, and in which try, in the order in which that comes to be known."""
    waiting = (Try(key, task) for key, task in tasks)
    suspects: deque[Try[Key]] = deque()  # under way when workers were lost
    while True:
        first = suspects.popleft() if suspects else next(waiting, None)
        if first is None:
            return
        alone = first.tries > 1
        under_way = _UnderWay(iter([first]) if alone else itertools.chain([first], waiting), crew)
        try:
            with ExitStack() as stack:
                yield from under_way.results(stack.enter_context(crew.open()))
        except Lost:
            for one in under_way.left():
                if one.tries < TRIES:
                    suspects.append(one.again())
                else:
                    yield one.key, lost(one.task, one.tries), one.tries


class _UnderWay(Generic[Key]):
    """Files that are graded until there are no more, or workers are lost."""

    def __init__(self, tries: Iterator[Try[Key]], crew: Crew):
        self.tries, self.crew = tries, crew
        self.flying: dict[Future[Found], Try[Key]] = {}

    def left(self) -> list[Try[Key]]:
        return list(self.flying.values())

    def results(self, workers: Executor) -> Iterator[tuple[Key, Found, int]]:
        again: list[Try[Key]] = []
        while True:
            for one in itertools.islice(
                itertools.chain(iter(again), self.tries), self.crew.size + 2 - len(self.flying)
            ):
                self._start(one, workers)
            again.clear()
            if not self.flying:
                return
            done, _ = wait(self.flying, STUCK_SECONDS, FIRST_COMPLETED)
            if not done:
                raise Lost
            for future in done:
                try:
                    found = future.result()
                except Exception as error:  # its worker is gone, and with it perhaps the others
                    raise Lost from error
                one = self.flying.pop(future)
                if found.status == Status.INFRA and one.tries < TRIES:
                    again.append(one.again())
                else:
                    yield one.key, found, one.tries

    def _start(self, one: Try[Key], workers: Executor) -> None:
        try:
            self.flying[workers.submit(self.crew.grade, one.task)] = one
        except Exception as error:
            self.flying[Future()] = one
            raise Lost from error
