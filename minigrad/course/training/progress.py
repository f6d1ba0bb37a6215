"""How far a training has come, and whether it is to end early."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator

Shown = Callable[[int, int, dict[str, float]], None]
"""Is told how many steps are done, of how many, and what a training shows of itself."""


class Progress:
    """A training goes through its steps with it, so that they are counted and can end early.

    >>> progress = Progress()
    >>> for step in progress.steps(3):
    ...     progress.show(loss=1 / (step + 1))
    >>> progress.done, progress.of
    (3, 3)

    What was learned until then is shown, so a training goes on after its steps however many they were.

    Args:
        tell: is told after each step.

    Attributes:
        done, of: the steps so far, and how many there are to be.
        stopped: whether somebody wants it to end.
    """

    def __init__(self, tell: Shown = lambda done, of, numbers: None):
        self.done, self.of = 0, 0
        self.stopped = False
        self._tell = tell
        self._numbers: dict[str, float] = {}

    def steps(self, count: int) -> Iterator[int]:
        """The numbers of so many steps, or of fewer, but at least one, if it is stopped. Another call counts on."""
        self.of += count
        for step in range(count):
            yield step
            self.done += 1
            self._tell(self.done, self.of, self._numbers)
            if self.stopped:
                return

    def show(self, **numbers: float) -> None:
        """What is shown beside the bar from now on, such as loss=0.7."""
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
