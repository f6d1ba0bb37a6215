"""Work on several exercises, side by side.

The work on one exercise is a generator: it yields steps, each of them calls that may run at the same time, is sent what
they returned, and returns what comes of it all. Each call runs in whichever process is free.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from minigrad.course.signals import stops_postponed
from minigrad.course.usage import UsageError

Found = TypeVar("Found")
STALLED_SECONDS = 120.0  # without any result: far beyond what a call takes


@dataclass
class Step:
    """Calls that may run at the same time, each a function and its arguments."""

    calls: Sequence[tuple[Any, ...]]


Work = Generator[Step, list[Any], Found]


@dataclass
class _State:
    """The state of the work on one exercise."""

    work: Work[Any]
    results: list[Any] = field(default_factory=list)
    left: int = 0  # in this step
    seconds: float = 0.0


@contextmanager
def bar(console: Console, doing: str) -> Iterator[Progress]:
    """A bar with a count and the time that is left, where somebody is looking. It leaves nothing behind."""
    columns = BarColumn(24), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        progress.add_task(doing, total=None)
        yield progress


def side_by_side(
    works: Mapping[str, Work[Found]], pool: Executor, progress: Progress
) -> Iterator[tuple[str, Found, float]]:
    """Do all the work; each name with what came of its work, as it comes to be known, and the seconds its calls took.

    Raises:
        UsageError: if no call comes back any more.
    """
    states = {name: _State(work) for name, work in works.items()}
    calls: dict[Future[Any], tuple[str, int]] = {}
    ready: SimpleQueue[Future[Any]] = SimpleQueue()
    count = 0

    def go_on(name: str, results: list[Any] | None) -> tuple[Found] | None:
        """Begin the next step; what came of the work if there is none."""
        state = states[name]
        try:
            step = state.work.send(results)  # type: ignore[arg-type]
        except StopIteration as end:
            return (end.value,)
        state.results, state.left = [None] * len(step.calls), len(step.calls)
        with stops_postponed():  # or an exception may leave a future locked, and the pool would wait for it for good
            for i, (function, *arguments) in enumerate(step.calls):
                future = pool.submit(_timed, function, *arguments)
                calls[future] = name, i
                future.add_done_callback(ready.put)
        return None

    for name in states:
        if found := go_on(name, None):
            yield name, *found, 0.0
    while calls:
        try:
            future = ready.get(timeout=STALLED_SECONDS)
        except Empty:
            stuck = ", ".join(sorted({name for name, _ in calls.values()}))
            why = f"no answer for {STALLED_SECONDS:g} s while working on {stuck}"
            raise UsageError(f"{why}. Does one of its mistakes or variants run so long?") from None
        name, i = calls.pop(future)
        state = states[name]
        state.results[i], seconds = future.result()
        state.left -= 1
        state.seconds += seconds
        count += 1
        if not state.left and (found := go_on(name, state.results)):
            yield name, *found, state.seconds
        total = count + sum(state.left for state in states.values())
        progress.update(progress.task_ids[0], completed=count, total=total)


def _timed(function: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    started = time.perf_counter()
    return function(*arguments), time.perf_counter() - started
