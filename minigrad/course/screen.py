"""What the student sees. Everything here turns results into rich renderables; nothing here decides anything.

It reads at 80 columns and without colour: each mark that has a colour also has a sign of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from minigrad.course.catalogue import Course, Exercise
from minigrad.course.checks import Mismatch
from minigrad.course.process import StudentError
from minigrad.course.results import BLOCKED, ERROR, FAILED, NOT_STARTED, PASSED, TIMEOUT, CheckResult, ExerciseResult

MARKS = {
    PASSED: ("✓", "green"),
    FAILED: ("✗", "red"),
    ERROR: ("!", "red"),
    TIMEOUT: ("⏱", "red"),
    BLOCKED: ("-", "yellow"),
    NOT_STARTED: ("·", "dim"),
}
MANY = 24  # arrays of more numbers than this are described instead of shown
PRINTED_LINES = 8


def clean(text: str) -> str:
    """Text from a student without characters that would move the cursor or change colours."""
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)


def report(course: Course, results: Sequence[ExerciseResult], target: Path) -> RenderableType:
    """The whole verdict: the exercises, the one at hand, and the next step."""
    at_hand = next((r for r in results if r.falls_short), None)
    parts: list[RenderableType] = []
    if len(results) == 1:
        parts.append(_checks(results[0]))
    else:
        parts.extend([_exercises(results), _progress(results)])
    if at_hand:
        if len(results) > 1:
            parts.extend([Text(), _checks(at_hand)])
        if at_hand.first_failure:
            parts.append(_failure(at_hand.first_failure))
    parts.extend([Text(), _next_step(course, results, target)])
    return Group(*parts)


def contents(course: Course) -> RenderableType:
    """The exercises by chapter."""
    rows = ((e.chapter, "", "", e, f"{sum(t.check.points for t in e.checks)} points") for e in course.exercises)
    return _by_chapter(rows)


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


def hint(exercise: Exercise, level: int) -> RenderableType:
    """One hint, and how to get the next."""
    count = len(exercise.hints)
    more = (
        f"Not enough? python grader.py hint {exercise.name} {level + 1}"
        if level < count
        else f"That was the last one. Then: python grader.py {exercise.name}"
    )
    return Group(
        Text(f"{exercise.number} {exercise.name}, hint {level} of {count}", style="bold"),
        Padding(Text(exercise.hints[level - 1]), (0, 0, 0, 2)),
        Text(more, style="dim"),
    )


def _exercises(results: Sequence[ExerciseResult]) -> RenderableType:
    def score(r: ExerciseResult) -> str:
        return "" if r.status == NOT_STARTED else f"{r.points}/{r.max_points}"

    return _by_chapter((r.exercise.chapter, *MARKS[r.status], r.exercise, score(r)) for r in results)


def _progress(results: Sequence[ExerciseResult]) -> RenderableType:
    points, max_points = sum(r.points for r in results), sum(r.max_points for r in results)
    done = sum(r.status == PASSED for r in results)
    row = Table.grid(padding=(0, 1))
    row.add_row(
        Text("   "),
        ProgressBar(total=max_points, completed=points, width=24, complete_style="green", finished_style="green"),
        Text(f"{points} of {max_points} points, {done} of {len(results)} exercises"),
    )
    return Padding(row, (1, 0, 0, 0))


def _checks(result: ExerciseResult) -> RenderableType:
    """The exercise at hand: each of its checks with its points."""
    exercise = result.exercise
    table = Table.grid(padding=(0, 1))
    table.add_column(width=3, justify="right")
    table.add_column(width=66)
    table.add_column(width=7, justify="right")
    for check in result.checks:
        mark, style = MARKS[check.status]
        table.add_row(
            Text(mark, style=style), Text(check.name), Text(f"{check.points}/{check.max_points}", style=style)
        )
    title = Text.assemble(
        (f"{exercise.number} {exercise.name}", "bold"),
        f": {exercise.title}, {result.points} of {result.max_points} points",
    )
    return Group(Rule(title, align="left", style="dim"), table)


def _failure(check: CheckResult) -> RenderableType:
    """What there is to know about a failed check, in the order in which it helps."""
    parts: list[RenderableType] = [Text(clean(check.message), style="red" if check.status != NOT_STARTED else "")]
    outcome = check.example.outcome if check.example else None
    if isinstance(outcome, StudentError) and outcome.lines:
        parts.extend(_own_lines(outcome))  # with the arguments among their values
    elif check.example and check.example.calls:
        parts.append(_call(check))
    if isinstance(outcome, Mismatch) and outcome.wrong is not None:
        parts.append(_side_by_side(outcome))
    if check.ranges:
        parts.append(Text(f"So far: {check.ranges}."))
    if check.diagnosis:
        parts.append(Text.assemble(("➜ ", "bold cyan"), (clean(check.diagnosis), "bold")))
    if check.output.strip():
        parts.append(_printed(check.output))
    spaced = itertools.chain.from_iterable((Text(), part) for part in parts)
    title = Text.assemble((MARKS[check.status][0] + " ", MARKS[check.status][1]), check.name)
    return Group(Text(), title, Padding(Group(*spaced), (0, 0, 0, 4)))


def _own_lines(error: StudentError) -> Iterator[RenderableType]:
    for line in error.lines:
        where = f"line {line.number}, in {line.function}:  " if line.function else f"line {line.number}:  "
        values = (
            Text(clean(f"    {name} = {value}"), overflow="ellipsis", no_wrap=True) for name, value in line.values
        )
        yield Group(Text.assemble((where, "dim"), (clean(line.code), "bold")), *values)


def _call(check: CheckResult) -> RenderableType:
    """The smallest example that shows it: sizes and arguments of the last call."""
    assert check.example is not None
    call = check.example.calls[-1]
    sizes = ", ".join(f"{name} = {n}" for name, n in check.example.case.items() if name != "seed")
    table = Table.grid(padding=(0, 1))
    for name, value in call.arguments.items():
        table.add_row(Text(f"{name} ="), Text(show(value)))
    return Group(Text(f"{call.function} was called with {sizes or 'these arguments'}:"), table)


def show(value: Any) -> str:
    """An argument in a few short lines."""
    if isinstance(value, np.random.Generator):
        return "a np.random.Generator"
    if isinstance(value, list):
        return "[" + ",\n ".join(show(v).replace("\n", "\n ") for v in value) + "]"
    if not isinstance(value, np.ndarray):
        return f"{value:.6g}" if isinstance(value, float) else repr(value)
    if value.size > MANY:
        return f"array of shape {value.shape}, from {value.min():.4g} to {value.max():.4g}"
    text = np.array2string(value, precision=4, separator=", ", suppress_small=True, max_line_width=64)
    return text.replace("\n\n", "\n")


def _side_by_side(outcome: Mismatch) -> RenderableType:
    """Expected beside got, the wrong numbers marked."""
    got, want, wrong = outcome.got, outcome.want, outcome.wrong
    if want.size > MANY:
        where = np.argwhere(wrong)[:5]
        table = Table.grid(padding=(0, 2))
        table.add_row(Text("index", style="dim"), Text("expected", style="dim"), Text("got", style="dim"))
        for index in map(tuple, where):
            table.add_row(str(list(map(int, index))), f"{want[index]:.6g}", Text(f"{got[index]:.6g}", style="red"))
        return table
    digits = next((d for d in (4, 7, 10) if _differ(got[wrong], want[wrong], d)), 17)
    table = Table.grid(padding=(0, 4))
    table.add_row(Text(f"expected {outcome.label}", style="dim"), Text("got (* is wrong)", style="dim"))
    table.add_row(_numbers(want, np.zeros_like(wrong), digits), _numbers(got, wrong, digits))
    return table


def _differ(a: Any, b: Any, digits: int) -> bool:
    return all(f"{x:.{digits}g}" != f"{y:.{digits}g}" for x, y in zip(a, b, strict=True))


def _numbers(values: Any, wrong: Any, digits: int) -> Text:
    """An array as rows of numbers, a blank line between matrices."""
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
    lines = clean(output).rstrip("\n").split("\n")
    shown = [line[:200] for line in lines[:PRINTED_LINES]]
    more = [f"({len(lines) - PRINTED_LINES} more lines)"] if len(lines) > PRINTED_LINES else []
    return Group(Text("Your code printed:", style="dim"), *(Text(f"  {line}") for line in [*shown, *more]))


def _next_step(course: Course, results: Sequence[ExerciseResult], target: Path) -> RenderableType:
    """Exactly one thing to do."""
    result = next((r for r in results if r.falls_short), None) or next((r for r in results if r.status != PASSED), None)
    if result is None:
        last = results[-1].exercise
        following = next((e for e in course.exercises if e.number > last.number), None) if len(results) == 1 else None
        if following is None:
            everything = len(results) == len(course.exercises)
            text = "Every exercise is solved. That was all of it." if everything else "Next: python grader.py"
            return Text(text, style="bold green")
        return Text(
            f"Next: exercise {following.number}, {following.title}: {target / following.file}", style="bold green"
        )
    exercise = result.exercise
    path = target / exercise.file
    if result.status == NOT_STARTED and result.note:
        return Text(f"{result.note}\nNext: python grader.py reset {exercise.name}", style="bold")
    verb = "open" if result.status == NOT_STARTED else "change"
    return Group(
        Text(f"Next: {verb} {path}, then run", style="bold"),
        Text(f"      python grader.py {exercise.name}", style="bold"),
        Text(f"Stuck? python grader.py hint {exercise.name}", style="dim"),
    )
