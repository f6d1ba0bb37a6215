"""A report on a failed check, in the order in which it helps.

It reads at 80 columns and without colour: whatever has a colour also has a sign or a word of its own.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from minigrad.course.reports.arguments import MANY, SHORT, show
from minigrad.course.reports.fitted import Part
from minigrad.course.reports.text import MARKS, WIDTH, clean, clip, clip_sentences, sizes_in_words
from minigrad.course.results.limits import KEPT
from minigrad.course.results.outcomes import Line, Warned
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import CheckResult, Counterexample

INDENT = 4
ROWS = 8  # an array of more rows is described instead of shown
MESSAGE_LINES, PRINTED_LINES, VALUES, WARNINGS, WRONG = 4, 8, 8, 3, 5  # so much is shown of each


def failure(check: CheckResult) -> Iterator[Part]:
    """The parts of it, to be fitted into the lines that there are."""
    mark, style = MARKS[check.status]
    yield Part(Text.assemble((mark + " ", style), check.title))
    yield Part(Text(clip_sentences(check.message, MESSAGE_LINES), style=style), least=2, indent=INDENT)
    if check.status != Status.NOT_STARTED:
        yield from _evidence(check)


def wrong_predictions(checks: Sequence[CheckResult]) -> Part:
    """A line for each answer; the message begins with the answer's name, so the titles are not said again."""
    table = Table.grid(padding=(0, 1))
    for check in checks:
        mark, style = MARKS[check.status]
        table.add_row(Text(mark, style), Text(clip_sentences(check.message, MESSAGE_LINES), style=style))
    return Part(table)


def _evidence(check: CheckResult) -> Iterator[Part]:
    example = check.counterexample
    if example and example.lines:  # with the arguments among their values
        last = example.lines[-1:]
        yield Part(Group(*_own_lines(example.lines, VALUES)), shorter=Group(*_own_lines(last, 2)), indent=INDENT)
    elif example and example.function:
        yield Part(_call(example), 3, 0, indent=INDENT)
    if example and example.wrong is not None and example.wrong.size > 1:
        yield Part(_expected_and_got(example), WRONG + 1, 4, indent=INDENT)
    if check.ranges:
        yield Part(Text(f"So far: {check.ranges}."), least=0, indent=INDENT)
    if check.warnings:
        yield Part(_warnings(check.warnings), 0, indent=INDENT)
    if check.diagnosis:
        yield Part(Text.assemble(("➜ ", "bold cyan"), (clean(check.diagnosis), "bold")), indent=INDENT)
    if check.output.strip():
        yield Part(printed(check.output), 4, 0, indent=INDENT)


def _own_lines(lines: Sequence[Line], count: int) -> Iterator[RenderableType]:
    """The student's lines, each with so many of the values that it saw; those on the way to the last with fewer."""
    for line, _ in itertools.groupby(lines):  # a function that calls itself is shown once
        values = (
            Text(clean(f"    {name} = {value}"), overflow="ellipsis", no_wrap=True)
            for name, value in line.values[: count if line == lines[-1] else count // 2]
        )
        yield Group(_place(line.number, line.function, line.code), *values)


def _place(number: int, function: str, code: str) -> Text:
    where = f"line {number}, in {function}:  " if function else f"line {number}:  "
    return Text.assemble((clean(where), "dim"), (clip(code, 1, 2 * WIDTH), "bold"))


def _warnings(warnings: Sequence[Warned]) -> RenderableType:
    """The lines of the student's at which there was a warning."""
    parts = ((Text(clip(_warned(w.text), 1, 2 * WIDTH)), _place(w.number, "", w.code)) for w in warnings[:WARNINGS])
    return Group(*itertools.chain.from_iterable(parts))


def _warned(text: str) -> str:
    """Who warns, and of what: one that NumPy does not have is the student's own."""
    return f"NumPy warns of {text}:" if _OF_NUMPY.match(text) else f"Your code warns: {text}"


_OF_NUMPY = re.compile(
    r"(overflow|underflow|divide by zero|invalid value) encountered in [\w ]+$|Mean of empty slice|"
    r"Degrees of freedom <= 0 for slice|All-NaN (slice|axis) encountered",
    re.IGNORECASE,
)


def _call(example: Counterexample) -> RenderableType:
    """The sizes and arguments of the last call; those that take a line first, so that no long one hides them."""
    table = Table.grid(padding=(0, 1))
    shown = [(name, show(value)) for name, value in example.arguments.items()]
    for name, text in sorted(shown, key=lambda argument: (argument[1].count("\n"), len(argument[1]) // SHORT)):
        table.add_row(Text(f"{name} ="), Text(text))
    return Group(Text(f"{example.function} was tried with {sizes_in_words(example.sizes)}:"), table)


def _expected_and_got(example: Counterexample) -> RenderableType:
    """Both arrays beside each other, the wrong numbers marked; of large ones the first wrong numbers."""
    got, expected, wrong = example.got, example.expected, example.wrong
    digits = next((d for d in (4, 7, 10) if _differ(got[wrong], expected[wrong], d)), 17)
    right, came = _numbers(expected, np.zeros_like(wrong), digits), _numbers(got, wrong, digits)
    width = max(map(len, (right.plain + "\n" + came.plain).split("\n")))
    height = came.plain.count("\n") + 1
    titles = Text(f"expected {example.label}", style="dim"), Text("got (* is wrong)", style="dim")
    if expected.size > MANY or height > ROWS or 2 * width + 4 > WIDTH:
        table = Table.grid(padding=(0, 2))
        table.add_row(Text("index", style="dim"), *titles)
        for index in map(tuple, np.argwhere(wrong)[:WRONG]):
            numbers = in_digits(expected[index], digits), in_digits(got[index], digits) + "*"
            table.add_row(str(list(map(int, index))), numbers[0], Text(numbers[1], style="red"))
        return table
    table = Table.grid(padding=(0, 4))
    table.add_row(*titles)
    table.add_row(right, came)
    return table


def _differ(a: Any, b: Any, digits: int) -> bool:
    return all(in_digits(x, digits) != in_digits(y, digits) for x, y in zip(a, b, strict=True))


def in_digits(value: Any, digits: int) -> str:
    """One element of an array. Integers and truth values have no digits too many, and minus zero is 0.

    >>> in_digits(np.float64(-0.0), 4)
    '0'
    """
    return f"{value + 0.0:.{digits}g}" if value.dtype.kind in "fc" else str(value)


def _numbers(values: Any, wrong: Any, digits: int) -> Text:
    """An array as rows of numbers, a blank line between matrices of several rows."""
    cells = [in_digits(v, digits) + ("*" if w else " ") for v, w in zip(values.ravel(), wrong.ravel(), strict=True)]
    width = max(map(len, cells), default=0)
    columns = values.shape[-1] if values.ndim else 1
    rows = values.shape[-2] if values.ndim > 1 else 1
    text = Text()
    for k, (cell, w) in enumerate(zip(cells, wrong.ravel(), strict=True)):
        text.append(cell.rjust(width) + " ", style="red" if w else "")
        if (k + 1) % columns == 0 and k + 1 < len(cells):
            text.append("\n\n" if rows > 1 and (k + 1) % (columns * rows) == 0 else "\n")
    return text


def printed(output: str) -> RenderableType:
    lines = clip(output, PRINTED_LINES, 2 * WIDTH).split("\n")
    if len(output) >= KEPT:  # how much there was nobody knows
        lines = [*lines[:PRINTED_LINES], "(and much more)"]
    return Group(Text("Your code printed:", style="dim"), *(Text(f"  {line}") for line in lines))
