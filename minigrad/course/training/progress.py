"""The progress of a training, and its early end."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

from minigrad.course.training.checkpoint import Checkpoint

Shown = Callable[[int, int, dict[str, float]], None]
"""Is told how many steps are done, of how many, and what a training shows of itself."""

KEPT_EVERY = 2.0  # seconds


class Progress:
    """A training goes through its steps with it, so that they are counted, can end early and can go on later.

    >>> progress = Progress()
    >>> losses = []
    >>> for step in progress.steps(3, losses):
    ...     losses.append(1 / (step + 1))
    ...     progress.show(loss=losses[-1])
    >>> progress.done, progress.of
    (3, 3)

    A training goes on after its steps however many they were: it shows the result so far.

    Args:
        tell: is told after each step.
        checkpoint: what was kept of this training when it was ended.

    Attributes:
        done, of: the steps so far, and how many there are to be.
        stopped: whether somebody wants it to end.
    """

    def __init__(self, tell: Shown = lambda done, of, numbers: None, checkpoint: Checkpoint | None = None):
        self.done, self.of = 0, 0
        self.stopped = False
        self._tell = tell
        self._checkpoint = checkpoint or Checkpoint()
        self._numbers: dict[str, float] = {}
        self._loops = 0

    def steps(self, count: int, *changing: Any, examples: int = 0) -> Iterator[int]:
        """The numbers of so many steps, or of fewer, but at least one, if it is stopped. Another call counts on.

        Args:
            changing: all that the steps change and something after them depends on, so that it can be kept and put
                back: generators, arrays, lists, dicts of numbers, and whatever has state_dict and load_state_dict.
            examples: how many a step learns from, to show how many these are in a second.
        """
        loop, self._loops = self._loops, self._loops + 1
        keeps = not self.stopped  # what a loop learns after one that ended early is not what it will learn
        first = self._checkpoint.put_back(loop, changing)
        self.done, self.of = self.done + first, self.of + count
        began = kept = time.monotonic()
        for step in range(first, count):
            yield step
            self.done += 1
            now = time.monotonic()
            rate = {"examples/s": examples * (step + 1 - first) / max(now - began, 1e-9)} if examples else {}
            self._tell(self.done, self.of, {**self._numbers, **rate})
            stopped = self.stopped
            if keeps and (stopped or step + 1 == count or now > kept + KEPT_EVERY):
                self._checkpoint.keep(loop, step + 1, changing)
                kept = now
            if stopped:
                return

    def show(self, **numbers: float) -> None:
        """Show these numbers beside the bar from now on, such as loss=0.7."""
        self._numbers = numbers


@contextlib.contextmanager
def stopped_by_ctrl_c(progress: Progress) -> Iterator[None]:
    """Meanwhile Ctrl-C ends the steps after the one at hand; a second Ctrl-C ends the program as ever."""

    def stop(*_: object) -> None:
        progress.stopped = True
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
