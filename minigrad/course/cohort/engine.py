"""Many files graded by many workers, of which any may be ended at any moment.

The workers are any `concurrent.futures.Executor`'s. Only so many files are under way as there are workers and a few
more, so that memory stays flat. A file whose worker is ended is graded again by another one. If the executor itself
breaks, another is opened for all that was under way.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Generic, TypeVar

from minigrad.course.cohort.worker import Found, Task, lost
from minigrad.course.results.status import Status

TRIES = 3  # after which trouble of the grader's own is what a file comes to
WORKERS = 20  # that a file may lose, before it counts as the one that ends them
AHEAD = 2  # files that wait for a worker, so that none waits for a file
STUCK_SECONDS = 1800.0  # without any result: far beyond what a file may take, further examples included

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

    def again(self) -> Try[Key]:
        return Try(self.key, self.task, self.tries + 1)


class Broken(Exception):
    """The executor takes nothing any more, or does not answer."""


def grade_all(tasks: Iterator[tuple[Key, Task]], crew: Crew) -> Generator[tuple[Key, Found, int], None, None]:
    """Each file with what it came to, and in which try, in the order in which that comes to be known."""
    waiting: Iterator[Try[Key]] = (Try(key, task) for key, task in tasks)
    while (first := next(waiting, None)) is not None:
        under_way = _UnderWay(itertools.chain([first], waiting), crew)
        try:
            with crew.open() as workers:
                yield from under_way.results(workers)
        except Broken as why:
            left = under_way.left()
            for one in left:
                if one.tries >= TRIES:
                    yield one.key, lost(one.task, one.tries, str(why)), one.tries
            waiting = itertools.chain([one.again() for one in left if one.tries < TRIES], waiting)


class _UnderWay(Generic[Key]):
    """Files that are graded until there are no more, or the executor breaks."""

    def __init__(self, tries: Iterator[Try[Key]], crew: Crew):
        self.tries, self.crew = tries, crew
        self.flying: dict[Future[Found], Try[Key]] = {}
        self.again: list[Try[Key]] = []

    def left(self) -> list[Try[Key]]:
        return [*self.again, *self.flying.values()]

    def results(self, workers: Executor) -> Iterator[tuple[Key, Found, int]]:
        while True:
            self._start(workers)
            if not self.flying:
                return
            done, _ = wait(self.flying, STUCK_SECONDS, FIRST_COMPLETED)
            if not done:
                raise Broken("the workers did not answer any more")
            for future in done:
                yield from self._ended(future)

    def _start(self, workers: Executor) -> None:
        while len(self.flying) < self.crew.size + AHEAD:
            one = self.again.pop() if self.again else next(self.tries, None)
            if one is None:
                return
            try:
                future = workers.submit(self.crew.grade, one.task)
            except RuntimeError as error:
                self.again.append(one)
                raise Broken("the workers took no work any more") from error
            self.flying[future] = one

    def _ended(self, future: Future[Found]) -> Iterator[tuple[Key, Found, int]]:
        try:
            found, limit = future.result(), TRIES
        except (BrokenExecutor, CancelledError) as error:
            raise Broken("the workers were ended") from error
        except Exception as error:
            found = lost(self.flying[future].task, self.flying[future].tries, str(error))
            limit = TRIES if isinstance(error, TimeoutError) else WORKERS
        one = self.flying.pop(future)
        if found.status == Status.INFRA and one.tries < limit:
            self.again.append(one.again())
        else:
            yield one.key, found, one.tries
