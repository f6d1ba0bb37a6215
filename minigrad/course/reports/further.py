"""A report on a longer look than grading takes: how far it has come, and what it found."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Mapping

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.text import Text

from minigrad.course.reports.failure import failure
from minigrad.course.reports.fitted import Fitted
from minigrad.course.reports.text import clean
from minigrad.course.results.verdicts import ExerciseResult, Heading

HEIGHT = 30  # lines that the first check that failed takes at most


@contextlib.contextmanager
def progress(console: Console, name: str, total: int) -> Iterator[Callable[[int], None]]:
    """While examples are looked at: how many have been, and how long the others will take. It leaves nothing behind."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(24),
        MofNCompleteColumn(),
        TextColumn("examples, time left"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_interactive,
    ) as bar:
        task = bar.add_task(name, total=total)
        yield lambda seen: bar.update(task, completed=seen)


def heading(exercise: Heading) -> RenderableType:
    title = Text.assemble((f"{exercise.number} {exercise.name}", "bold"), ": beyond what is graded")
    return Rule(title, align="left", style="dim")


def nothing_found(seen: int, largest: Mapping[str, int]) -> RenderableType:
    return Text(f"✓ {seen:,} further examples{_up_to(largest)}: nothing found.", style="green")


def found(seen: int, result: ExerciseResult) -> RenderableType:
    """The result of one of the examples, as grading shows it."""
    check = result.first_failure
    assert check is not None
    told = Fitted(list(failure(check)), HEIGHT)
    return Group(Text(f"Found among {seen:,} further examples:", style="red"), Text(), told)


def stopped(seen: int, count: int) -> RenderableType:
    so_far = ": nothing found so far" if seen else ""
    return Text(f"Stopped after {seen:,} of {count:,} further examples{so_far}.")


def repeat(command: str) -> RenderableType:
    """A line with the command that looks at the same examples again."""
    return Text(clean(f"The same again: {command}"), style="dim", no_wrap=True, overflow="ignore")


def _up_to(largest: Mapping[str, int]) -> str:
    """The largest sizes in words: ", sizes up to N = D = 12 and T = 40"."""
    by_size = itertools.groupby(sorted(largest, key=lambda name: largest[name]), key=lambda name: largest[name])
    parts = [" = ".join([*names, str(size)]) for size, names in by_size]
    return f", sizes up to {' and '.join(parts)}" if parts else ""
