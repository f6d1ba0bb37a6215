"""While a cohort is graded: how much is done, how fast, how long it still takes, and what the files came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from minigrad.course.results.status import Status


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f} files/s" if task.speed else "")


@contextmanager
def progress(console: Console, files: int) -> Iterator[Callable[[Status], None]]:
    """A line for those who look; it leaves nothing behind."""
    columns = BarColumn(16), MofNCompleteColumn(), _Rate(), TimeRemainingColumn(), TextColumn("{task.description}")
    counts: Counter[Status] = Counter()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=files)

        def advance(status: Status) -> None:
            counts[status] += 1
            bar.update(task, advance=1, description=in_words(counts))

        yield advance


def in_words(counts: Counter[Status]) -> str:
    """The number of files with each status, the best first."""
    return ", ".join(f"{counts[status]:,} {status.in_words}" for status in Status if counts[status])
