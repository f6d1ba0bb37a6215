"""Work on several exercises, side by side.

The work on one exercise is a generator: it yields steps, each of them calls that may run at the same time, is sent what
they returned, and returns what comes of it all. A process stays with an exercise, of which it remembers much.
"""

from __future__ import annotations

import time
from collections import deque
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
AHEAD = 2  # calls that a process has, so that it need not wait for the next


@dataclass
class Step:
    """Calls that may run at the same time, each a function and its arguments."""

    calls: Sequence[tuple[Any, ...]]


Work = Generator[Step, list[Any], Found]


@dataclass
class _State:
    """The state of the work on one exercise.

    Attributes:
        results: of each call of this step, None until it is there.
        left: how many are not there yet.
        waiting: the calls that no process has, each with its place in the step.
    """

    work: Work[Any]
    results: list[Any] = field(default_factory=list)
    left: int = 0
    waiting: deque[tuple[int, tuple[Any, ...]]] = field(default_factory=deque)
    seconds: float = 0.0


@dataclass
class _Process:
    """A process, the exercise it stays with, and how many calls it has."""

    executor: Executor
    exercise: str = ""
    has: int = 0


@contextmanager
def bar(console: Console, doing: str) -> Iterator[Progress]:
    """A bar with a count and the time that is left, where somebody is looking. It leaves nothing behind."""
    columns = BarColumn(24), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        progress.add_task(doing, total=None)
        yield progress


def side_by_side(
    works: Mapping[str, Work[Found]], executors: Sequence[Executor], progress: Progress
) -> Iterator[tuple[str, Found, float]]:
    """Do all the work; each name with what came of its work, as it comes to be known, and the seconds its calls took.

    Args:
        executors: one for each process.

    Raises:
        UsageError: if no call comes back any more.
    """
    states = {name: _State(work) for name, work in works.items()}
    processes = [_Process(executor) for executor in executors]
    calls: dict[Future[Any], tuple[str, int, _Process]] = {}
    ready: SimpleQueue[Future[Any]] = SimpleQueue()
    count = 0

    def go_on(name: str, results: list[Any] | None) -> tuple[Found] | None:
        """Begin the next step; what came of the work if there is none."""
        state = states[name]
        while not state.waiting:  # a step may be of no calls at all
            try:
                step = state.work.send(results)  # type: ignore[arg-type]
            except StopIteration as end:
                return (end.value,)
            results = state.results = [None] * len(step.calls)
            state.left = len(step.calls)
            state.waiting.extend(enumerate(step.calls))
        return None

    def submit() -> None:
        with stops_postponed():  # or an exception may leave a future locked, and the pool would wait for it for good
            for process in processes:
                while process.has < AHEAD and (name := _exercise_for(process, processes, states)):
                    i, (function, *arguments) = states[name].waiting.popleft()
                    future = process.executor.submit(_timed, function, *arguments)
                    calls[future] = name, i, process
                    process.has += 1
                    future.add_done_callback(ready.put)

    for name in states:
        if found := go_on(name, None):
            yield name, *found, 0.0
    submit()
    while calls:
        try:
            future = ready.get(timeout=STALLED_SECONDS)
        except Empty:
            stuck = ", ".join(sorted({name for name, _, _ in calls.values()}))
            why = f"no answer for {STALLED_SECONDS:g} s while working on {stuck}"
            raise UsageError(f"{why}. Does one of its mistakes or variants run so long?") from None
        name, i, process = calls.pop(future)
        process.has -= 1
        state = states[name]
        with stops_postponed():  # or, again, its lock may stay with us
            state.results[i], seconds = future.result()
        state.left -= 1
        state.seconds += seconds
        count += 1
        if not state.left and (found := go_on(name, state.results)):
            yield name, *found, state.seconds
        submit()
        total = count + sum(state.left for state in states.values())
        progress.update(progress.task_ids[0], completed=count, total=total)


def _exercise_for(process: _Process, processes: Sequence[_Process], states: Mapping[str, _State]) -> str:
    """The exercise of which a process takes the next call, or "".

    It stays with its own. If nothing of that is left, it takes one that nobody is with, or else helps with another. A
    call that is a step by itself comes before all others: only then is it known how much there is to do.
    """
    waiting = [name for name, state in states.items() if state.waiting]
    if first := next((name for name in waiting if len(states[name].results) == 1), ""):
        return first
    if process.exercise not in waiting and not process.has and waiting:
        taken = {other.exercise for other in processes}
        process.exercise = min(waiting, key=lambda name: name in taken)
    return process.exercise if process.exercise in waiting else ""


def _timed(function: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    started = time.perf_counter()
    return function(*arguments), time.perf_counter() - started
