"""Reports on trainings: which there are, what one waits for, what was learned, and the scoreboard."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from minigrad.course.files import legible
from minigrad.course.reports.charts import draw
from minigrad.course.reports.screen import Commands, to_copy
from minigrad.course.reports.text import MARKS, WIDTH, clean, clip
from minigrad.course.results.learned import Learned, Row
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import ExerciseResult

NAME, TITLE = 12, 44  # characters


@contextlib.contextmanager
def progress(console: Console, name: str) -> Iterator[Callable[[int, int, Mapping[str, float]], None]]:
    """While a network learns: how many steps are done, what it shows of itself, and the time left."""
    whole, wrapped = Column(no_wrap=True), Column(no_wrap=False)
    columns = (
        BarColumn(8, table_column=whole),
        MofNCompleteColumn(table_column=whole),
        TimeRemainingColumn(table_column=whole),
        TextColumn("{task.description}", table_column=wrapped),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"{name}: getting ready", total=None)

        def tell(done: int, of: int, numbers: Mapping[str, float]) -> None:
            shown = ", ".join(f"{label} {_short(number)}" for label, number in numbers.items())
            bar.update(task, completed=done, total=of, description=shown or name)

        yield tell


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def overview(
    trainings: Mapping[str, str], waits: Mapping[str, Sequence[str]], known: Mapping[str, Learned]
) -> RenderableType:
    """All trainings.

    Args:
        trainings: the title of each, by its name.
        waits: for those that cannot be done yet, what they wait for.
        known: what was learned in those that were done.
    """
    table = Table.grid(padding=(0, 1))
    for wraps in (False, False, True, False):
        table.add_column(no_wrap=not wraps)
    for name, title in trainings.items():
        learned = known.get(name)
        if learned and learned.complete and learned.falls_short:
            mark, style, state = *MARKS[Status.FAILED], "falls short"
        elif learned and learned.complete:
            mark, style, state = *MARKS[Status.PASSED], "done"
        elif waits[name]:
            mark, style, state = *MARKS[Status.BLOCKED], "waits"
        else:
            mark, style, state = *MARKS[Status.NOT_STARTED], "ready"
        if learned and not learned.complete:
            state = f"{learned.steps} of {learned.of} steps"
        columns = name.ljust(NAME), clip(title, 1).ljust(TITLE), Text(state, style)
        table.add_row(Text(f"  {mark}", style), *columns)
        if waits[name]:
            table.add_row("", "", Text("; ".join(waits[name]), style="dim"))
    return Group(Text("Trainings: networks made of your functions", style="bold"), table)


def waiting(results: Sequence[ExerciseResult], lacks: Sequence[str]) -> list[str]:
    """The lines that say what a training waits for: each state of exercises, and which these are."""
    found: dict[str, list[str]] = {}
    for r in results:
        if r.status != Status.PASSED:
            found.setdefault(_state(r), []).append(r.exercise.name)
    if lacks:
        found["not in this course"] = list(lacks)
    return [f"{state}: {', '.join(names)}" for state, names in found.items()]


def _state(result: ExerciseResult) -> str:
    if result.status == Status.NOT_STARTED:
        return "no file" if result.message else "not written"
    return f"{result.points} of {result.max_points} points"


def blocked(name: str, results: Sequence[ExerciseResult], lacks: Sequence[str], command: Commands) -> RenderableType:
    """A table of the exercises that a training waits for, and where to go on."""
    table = Table.grid(padding=(0, 1))
    for r in results:
        mark, style = MARKS[r.status]
        state = "" if r.status == Status.PASSED else _state(r)
        table.add_row(Text(f"  {mark}", style), str(r.exercise.number), r.exercise.name, state)
    for missing in lacks:
        table.add_row(Text("  ?", "magenta"), "", missing, "not in this course")
    wrong = [r.exercise.name for r in results if r.status in (Status.FAILED, Status.ERROR)]
    state = f"{name} fails: {', '.join(wrong)} must be right first." if wrong else f"{name} is blocked."
    head = f"{state} It trains with what you wrote in these exercises:"
    parts: list[RenderableType] = [Text(head, style="bold"), table]
    if first := next((r for r in results if r.status != Status.PASSED), None):
        name, do = first.exercise.name, "Next: open" if first.status == Status.NOT_STARTED else "Next: change"
        if first.message and first.status == Status.NOT_STARTED:  # there is no file
            parts.append(to_copy(f"Next: run {command('reset', name)}, write it, then\n      {command(name)}", "bold"))
        else:
            parts.append(to_copy(command.grade(do, first.path, name), "bold"))
    return Group(*parts)


def learned(learned: Learned) -> RenderableType:
    """The outcome of a training. Its words are about one that made all its steps and falls short of nothing."""
    parts: list[RenderableType] = []
    if not learned.complete:
        text = f"Ended after {learned.steps} of {learned.of} steps. This is what it has learned so far."
        parts.append(Text(text, style="yellow"))
    parts.extend(Padding(draw(chart), (0, 0, 0, 2)) for chart in learned.charts)
    if learned.lines:
        lines = (Padding(Text(clip(line, 6, 500)), (0, 0, 0, 2)) for line in learned.lines)
        parts.append(Group(Text("It writes:", style="bold"), *lines))
    if learned.complete and not learned.falls_short:
        parts.append(Text(clean(learned.words).strip("\n")))
    return _apart(parts)


def _apart(parts: Iterable[RenderableType]) -> RenderableType:
    """The parts with an empty line between two of them."""
    return Group(*(each for n, part in enumerate(parts) for each in ([Text(), part] if n else [part])))


def goals(learned: Learned, files: Mapping[str, Path]) -> RenderableType:
    """A table of a capstone's goals, beside what simpler models come to, and where to look if it falls short.

    Args:
        files: of the exercises, by their names.
    """
    table = Table.grid(padding=(0, 2, 0, 0))
    for goal in learned.goals:
        mark, style = MARKS[Status.PASSED if goal.reached else Status.FAILED]
        others = ", ".join(f"{name} {_short(value)}" for name, value in goal.others.items())
        most = "at most" if goal.less else "at least"
        table.add_row(
            Text(mark, style), clip(goal.what, 1, 40), _short(goal.value), f"{most} {_short(goal.mark)}", others
        )
    parts: list[RenderableType] = [Text(), table] if learned.goals else []
    short = [goal for goal in learned.goals if not goal.reached]
    if not learned.complete:
        go_on = "It has not made all its steps. Run the same command again: it goes on."
        parts.extend([Text(), Text(go_on, style="yellow")])
    elif short and (path := files.get(short[0].look_at)):
        parts.append(to_copy(f"This hangs on {short[0].look_at} most: {legible(path)}", "bold"))
    return Group(*parts)


def beside(learned: Learned, known: Sequence[Learned]) -> list[Learned]:
    """The known trainings whose rows stand on one scoreboard with those of what was learned."""
    return [each for each in known if learned.rows and each.rows and _columns(each) == _columns(learned)]


def _columns(learned: Learned) -> tuple[str, ...]:
    return tuple(learned.rows[0].scores)


def scoreboard(known: Sequence[Learned]) -> RenderableType:
    """The rows of all trainings so far, those with the same columns below each other, and what they show."""
    groups: dict[tuple[str, ...], list[Learned]] = {}
    for each in known:
        if each.rows:
            groups.setdefault(_columns(each), []).append(each)
    return Group(*(_board(names, group) for names, group in groups.items()))


def _board(names: Sequence[str], known: Sequence[Learned]) -> RenderableType:
    rows = [(row, each) for each in known for row in each.rows]
    floor = next((each.floor for each in known if each.floor), None)
    table = Table.grid(padding=(0, 2, 0, 0))
    heads = (Text(clean(name), style="bold", justify="right") for name in names)
    table.add_row("", Text("weights", style="dim", justify="right"), *heads)
    for row, each in rows:
        short = [] if each.complete else [Text(f"after {each.steps} steps", style="yellow")]
        table.add_row(*_cells(row, names), *short)
    if floor:
        table.add_row(*_cells(floor, names), style="dim")
    claims = Table.grid(padding=(0, 2, 0, 0))
    for row in (row for row, each in rows if each.complete and not each.falls_short):
        claims.add_row(Text(clip(row.model, 1, 24)), Text(clip(row.claim, 1), style="dim"))
    means = Table.grid(padding=(0, 2, 0, 0))
    for name, text in known[-1].columns.items():
        means.add_row(Text(clip(name, 1, 12), style="bold"), Text(clip(text, 1, WIDTH)))
    board = Text(clean(known[-1].board), style="bold")
    return Group(Text(), board, table, *(Group(Text(), part) for part in (claims, means) if part.rows))


def _cells(row: Row, names: Sequence[str]) -> list[Text]:
    scores = (Text(f"{row.scores.get(name, float('nan')):.2f}", justify="right") for name in names)
    return [Text(clip(row.model, 1, 24)), Text(f"{row.weights:,}" if row.weights else "", justify="right"), *scores]
