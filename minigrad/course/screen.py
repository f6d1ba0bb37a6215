"""What the student sees. Everything here turns results into rich renderables; nothing here decides anything.

It reads at 80 columns and without colour: whatever has a colour also has a sign or a word of its own.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.progress_bar import ProgressBar
from rich.rule import Rule
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from minigrad.course.catalogue import Course, Exercise
from minigrad.course.pictures import draw
from minigrad.course.process import Line, Warned
from minigrad.course.results import (
    BLOCKED,
    ERROR,
    FAILED,
    NOT_STARTED,
    PASSED,
    TIMEOUT,
    CheckResult,
    Counterexample,
    ExerciseResult,
)

MARKS = {
    PASSED: ("✓", "green"),
    FAILED: ("✗", "red"),
    ERROR: ("!", "red"),
    TIMEOUT: ("⏱", "red"),
    BLOCKED: ("-", "yellow"),
    NOT_STARTED: ("·", "dim"),
}
WORDS = {ERROR: "error", TIMEOUT: "time-out", BLOCKED: "blocked", NOT_STARTED: "not written"}

WELCOME = """\
Each exercise is a file that explains one idea and leaves a gap for you to fill.
Write a little, run the grader, and it tells you what is wrong and why."""

SCREEN = 40  # lines that a verdict on one exercise takes at most
WIDTH = 72  # what is left of 80 columns beside the indentation
MANY = 24  # arrays of more numbers than this are described instead of shown
MESSAGE_LINES, PRINTED_LINES, VALUES, WARNINGS, WRONG = 4, 8, 8, 3, 5  # so much is shown of each


@dataclass(frozen=True)
class Commands:
    """How the student calls the grader, for lines they can copy."""

    grader: str
    target: Path | None
    watching: bool = False  # files are graded as they are saved, and a key gives a hint

    def __call__(self, *words: object, target: bool = True) -> str:
        suffix = f" --target {shlex.quote(str(self.target))}" if self.target and target else ""
        return " ".join([self.grader, *map(str, words)]) + suffix


def clean(text: str) -> str:
    """Text from a student without characters that would move the cursor or change colours."""
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)


def clip(text: str, lines: int, width: int = 4 * WIDTH) -> str:
    """Clean text of at most so many lines, none longer than `width`."""
    rows = clean(text).rstrip("\n").split("\n")
    shown = [row if len(row) <= width else row[: width - 3] + "..." for row in rows[:lines]]
    return "\n".join([*shown, *([f"({len(rows) - lines} more lines)"] if len(rows) > lines else [])])


def report(course: Course, results: Sequence[ExerciseResult], command: Commands) -> RenderableType:
    """The whole verdict: the exercises, the one at hand, and the next step."""
    at_hand = next((r for r in results if r.falls_short), None)
    fresh = len(results) > 1 and all(r.status == NOT_STARTED for r in results)
    alone = results[0] if len(results) == 1 else None
    parts: list[RenderableType] = [Text(WELCOME), Text()] if fresh else []
    parts.append(_checks(alone) if alone else overview(results))
    if at_hand and not alone:
        parts.extend([Text(), _title(at_hand)])
    if at_hand and at_hand.first_failure:
        taken = len(at_hand.checks) + 6 if alone else 6  # what stands above and below
        parts.append(_failure(at_hand.first_failure, SCREEN - taken))
    elif alone and alone.checks[0].output.strip():
        parts.extend([Text(), _printed(alone.checks[0].output)])
    if alone and alone.chart:
        parts.extend([Text(), Padding(draw(alone.chart), (0, 0, 0, 2))])
    if at_hand and not at_hand.mistakes_known:
        parts.extend([Text(), Text("The students' edition can name known mistakes only without --salt.", style="dim")])
    if any(r.remembered for r in results):
        parts.extend([Text(), _remembered(results)])
    parts.extend([Text(), *_next_step(course, results, command)])
    return Group(*parts)


@contextlib.contextmanager
def progress(console: Console, total: int) -> Iterator[Callable[[ExerciseResult], None]]:
    """While files are graded: how many are, and what came of the last. It leaves nothing behind."""
    with Progress(
        BarColumn(24), MofNCompleteColumn(), TextColumn("{task.description}"), console=console, transient=True
    ) as bar:
        task = bar.add_task("grading", total=total)

        def advance(result: ExerciseResult) -> None:
            mark, style = MARKS[result.status]
            bar.update(task, advance=1, description=f"[{style}]{mark}[/] {result.exercise.name}")

        yield advance


def overview(results: Sequence[ExerciseResult]) -> RenderableType:
    """Every exercise and the points so far."""
    return Group(_exercises(results), _progress(results))


def contents(course: Course) -> RenderableType:
    """The exercises by chapter."""
    rows = ((e.chapter, "", "", e, f"{sum(check.points for check in e.checks)} points") for e in course.exercises)
    return _by_chapter(rows)


def hint(exercise: Exercise, level: int, more: str) -> RenderableType:
    """One hint, and how to get the next."""
    count = len(exercise.hints)
    more = more if level < count else "That was the last one."
    return Group(
        Text(f"{exercise.number} {exercise.name}, hint {level} of {count}", style="bold"),
        Padding(Text(exercise.hints[level - 1]), (0, 0, 0, 2)),
        Text(more, style="dim"),
    )


def _by_chapter(rows: Iterable[tuple[str, str, str, Exercise, str]]) -> RenderableType:
    """A line for each exercise, below the names of the chapters: chapter, mark, style, exercise, score."""
    parts: list[RenderableType] = []
    for chapter, group in itertools.groupby(rows, key=lambda row: row[0]):
        table = Table.grid(padding=(0, 1))
        for width, justify in ((2, "right"), (2, "right"), (15, "left"), (40, "left"), (9, "right")):
            table.add_column(width=width, justify=justify)  # type: ignore[arg-type]
        for _, mark, style, e, score in group:
            table.add_row(Text(mark, style), str(e.number), e.name, e.title, Text(score, style))
        parts.extend([Text(chapter, style="bold"), table])
    return Group(*parts)


def _exercises(results: Sequence[ExerciseResult]) -> RenderableType:
    def score(r: ExerciseResult) -> str:
        if r.status == NOT_STARTED:
            return "no file" if r.note else ""
        return f"{r.points}/{r.max_points}"

    return _by_chapter((r.exercise.chapter, *MARKS[r.status], r.exercise, score(r)) for r in results)


def _progress(results: Sequence[ExerciseResult]) -> RenderableType:
    points, max_points = sum(r.points for r in results), sum(r.max_points for r in results)
    done = sum(r.status == PASSED for r in results)
    summary = f"{points} of {max_points} points, {done} of {len(results)} exercises"
    bar = ProgressBar(total=max_points, completed=points, width=24, complete_style="green", finished_style="green")
    row = Table.grid(padding=(0, 1))
    row.add_row(Text("  "), *([bar] if points else []), Text(summary))
    return Padding(row, (1, 0, 0, 0))


def _remembered(results: Sequence[ExerciseResult]) -> RenderableType:
    count = sum(r.remembered for r in results)
    which = "It" if len(results) == 1 else "All of them" if count == len(results) else f"{count} of them"
    return Text(f"{which} had not changed since the last run: not graded again (--fresh does).", style="dim")


def _checks(result: ExerciseResult) -> RenderableType:
    """The exercise at hand: each of its checks with its points."""
    table = Table.grid(padding=(0, 1))
    for width, justify in ((3, "right"), (56, "left"), (11, "right"), (5, "right")):
        table.add_column(width=width, justify=justify)  # type: ignore[arg-type]
    for check in result.checks:
        mark, style = MARKS[check.status]
        points = f"{check.points}/{check.max_points}"
        table.add_row(Text(mark, style), check.name, Text(WORDS.get(check.status, ""), style), Text(points, style))
    return Group(_title(result), table)


def _title(result: ExerciseResult) -> RenderableType:
    exercise = result.exercise
    score = f": {exercise.title}, {result.points} of {result.max_points} points"
    title = Text.assemble((f"{exercise.number} {exercise.name}", "bold"), score)
    return Rule(title, align="left", style="dim")


def _failure(check: CheckResult, height: int) -> RenderableType:
    """What there is to know about a failed check, in the order in which it helps, in so many lines."""
    mark, style = MARKS[check.status]
    parts = [Part(Text(clip(check.message, MESSAGE_LINES), style=style))]
    if check.status != NOT_STARTED:
        parts.extend(_evidence(check))
    return Group(
        Text(), Text.assemble((mark + " ", style), check.name), Padding(Fitted(parts, height - 2), (0, 0, 0, 4))
    )


def _evidence(check: CheckResult) -> Iterator[Part]:
    example = check.counterexample
    if example and example.lines:
        yield Part(Group(*_own_lines(example.lines)), 4)  # with the arguments among their values
    elif example and example.function:
        yield Part(_call(example), 4)
    if example and example.wrong is not None and example.wrong.size > 1:
        yield Part(_expected_and_got(example), 4)
    if check.ranges:
        yield Part(Text(f"So far: {check.ranges}."))
    if check.warnings:
        yield Part(_warnings(check.warnings), 0)
    if check.diagnosis:
        yield Part(Text.assemble(("➜ ", "bold cyan"), (check.diagnosis, "bold")))
    if check.output.strip():
        yield Part(_printed(check.output), 0)


@dataclass(frozen=True)
class Part:
    """Something to show, and how many of its lines are enough if there is not room for all."""

    renderable: RenderableType
    enough: int = 100


@dataclass(frozen=True)
class Fitted:
    """Parts below each other with a blank line before each: the last are cut first, until all fit into the height."""

    parts: Sequence[Part]
    height: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        options = options.update(height=None)
        shown = [console.render_lines(part.renderable, options, pad=False) for part in self.parts]
        excess = sum(len(lines) + 1 for lines in shown) - self.height
        for part, lines in reversed(list(zip(self.parts, shown, strict=True))):
            cut = min(excess, len(lines) - part.enough)
            if cut > 0:
                more = console.render_lines(Text("...", style="dim"), options, pad=False)
                lines[-cut - 1 :] = more if cut < len(lines) else []
                excess -= cut if lines else cut + 1
        for lines in filter(None, shown):
            yield Segment.line()
            for line in lines:
                yield from line
                yield Segment.line()


def _own_lines(lines: Sequence[Line]) -> Iterator[RenderableType]:
    for line in lines:
        values = (
            Text(clean(f"    {name} = {value}"), overflow="ellipsis", no_wrap=True)
            for name, value in line.values[:VALUES]
        )
        yield Group(_place(line.number, line.function, line.code), *values)


def _place(number: int, function: str, code: str) -> Text:
    where = f"line {number}, in {function}:  " if function else f"line {number}:  "
    return Text.assemble((where, "dim"), (clip(code, 1, 2 * WIDTH), "bold"))


def _warnings(warnings: Sequence[Warned]) -> RenderableType:
    """The lines of the student's at which NumPy warned."""
    parts = ((Text(f"NumPy warns of {clean(w.text)}:"), _place(w.number, "", w.code)) for w in warnings[:WARNINGS])
    return Group(*itertools.chain.from_iterable(parts))


def _call(example: Counterexample) -> RenderableType:
    """The sizes and arguments of the last call."""
    sizes = ", ".join(f"{name} = {n}" for name, n in example.sizes.items() if name != "seed")
    table = Table.grid(padding=(0, 1))
    for name, value in example.arguments.items():
        table.add_row(Text(f"{name} ="), Text(show(value)))
    return Group(Text(f"{example.function} was called with {sizes or 'these arguments'}:"), table)


def show(value: Any) -> str:
    """An argument in a few short lines."""
    if isinstance(value, np.random.Generator):
        return "a np.random.Generator"
    if isinstance(value, list):
        parts = (f"  {np.shape(v)}  {show(v)}".replace("\n", "\n" + " " * (len(str(np.shape(v))) + 4)) for v in value)
        return "\n".join([f"a list of {len(value)}, of these shapes:", *parts])
    if not isinstance(value, np.ndarray):
        return f"{value:.6g}" if isinstance(value, float) else repr(value)
    if value.size > MANY:
        return f"array of shape {value.shape}, from {value.min():.4g} to {value.max():.4g}"
    text = np.array2string(value, separator=", ", max_line_width=64, formatter={"float_kind": "{:.4g}".format})
    in_one_line = re.sub(r"(?<=\[)\s+|\s+(?=[],])", "", " ".join(text.split()))
    return in_one_line if len(in_one_line) <= 60 else text.replace("\n\n", "\n")


def _expected_and_got(example: Counterexample) -> RenderableType:
    """Both arrays, the wrong numbers marked; of large ones the first wrong numbers."""
    got, want, wrong = example.got, example.want, example.wrong
    digits = next((d for d in (4, 7, 10) if _differ(got[wrong], want[wrong], d)), 17)
    expected, came = _numbers(want, np.zeros_like(wrong), digits), _numbers(got, wrong, digits)
    width = max(map(len, (expected.plain + "\n" + came.plain).split("\n")))
    titles = Text(f"expected {example.compared}", style="dim"), Text("got (* is wrong)", style="dim")
    if want.size > MANY or width > WIDTH:
        table = Table.grid(padding=(0, 2))
        table.add_row(Text("index", style="dim"), *titles)
        for index in map(tuple, np.argwhere(wrong)[:WRONG]):
            numbers = f"{want[index]:.{digits}g}", f"{got[index]:.{digits}g}*"
            table.add_row(str(list(map(int, index))), numbers[0], Text(numbers[1], style="red"))
        return table
    if 2 * width + 4 > WIDTH:
        return Group(titles[0], expected, titles[1], came)
    table = Table.grid(padding=(0, 4))
    table.add_row(*titles)
    table.add_row(expected, came)
    return table


def _differ(a: Any, b: Any, digits: int) -> bool:
    return all(f"{x:.{digits}g}" != f"{y:.{digits}g}" for x, y in zip(a, b, strict=True))


def _numbers(values: Any, wrong: Any, digits: int) -> Text:
    """An array as rows of numbers, a blank line between matrices of several rows."""
    cells = [f"{v:.{digits}g}" + ("*" if w else " ") for v, w in zip(values.ravel(), wrong.ravel(), strict=True)]
    width = max(map(len, cells), default=0)
    columns = values.shape[-1] if values.ndim else 1
    rows = values.shape[-2] if values.ndim > 1 else 1
    text = Text()
    for k, (cell, w) in enumerate(zip(cells, wrong.ravel(), strict=True)):
        text.append(cell.rjust(width) + " ", style="red" if w else "")
        if (k + 1) % columns == 0 and k + 1 < len(cells):
            text.append("\n\n" if rows > 1 and (k + 1) % (columns * rows) == 0 else "\n")
    return text


def _printed(output: str) -> RenderableType:
    lines = clip(output, PRINTED_LINES, 2 * WIDTH).split("\n")
    return Group(Text("Your code printed:", style="dim"), *(Text(f"  {line}") for line in lines))


def _next_step(course: Course, results: Sequence[ExerciseResult], command: Commands) -> Iterator[RenderableType]:
    """Exactly one thing to do."""
    falling_short = (r for r in results if r.falls_short)
    unfinished = (r for r in results if r.status != PASSED)
    r = next(falling_short, None) or next(unfinished, None)
    if r is None:
        yield _after_success(course, results, command)
    elif r.status == NOT_STARTED and r.note:
        first = "move it away, then run " if r.path.exists() else ""
        yield _line(f"{r.note}\nNext: {first}{command('reset', r.exercise.name)}", "bold")
    else:
        do = f"Next: {'open' if r.status == NOT_STARTED else 'change'} {r.path}"
        if command.watching:
            yield _line(f"{do} and save it. Stuck? Press h.", "bold")
        else:
            yield _line(f"{do}, then run\n      {command(r.exercise.name)}", "bold")
            yield _line(f"Stuck? {command('hint', r.exercise.name, target=False)}", "dim")


def _line(text: str, style: str) -> Text:
    """A line to copy from: however long, it is not broken."""
    return Text(text, style=style, no_wrap=True, overflow="ignore")


def _after_success(course: Course, results: Sequence[ExerciseResult], command: Commands) -> RenderableType:
    if len(results) == len(course.exercises):
        return Group(Text("Every exercise is solved. That was all of it.", style="bold green"), Text(course.ending))
    following = next((e for e in course.exercises if e.number > results[-1].exercise.number), None)
    path = results[-1].path.parent / following.file if following else None
    if following and path and path.is_file():
        do = "Press n for" if command.watching else "Next:"
        return _line(f"Solved. {do} exercise {following.number}, {following.title}\n      open {path}", "bold green")
    return _line("Solved. Press a for all." if command.watching else f"Solved. Next: {command()}", "bold green")
