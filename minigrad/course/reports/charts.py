"""A chart in the terminal, or as PNG."""

from __future__ import annotations

import importlib
import io
import itertools
import math
import re
import textwrap
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Group, RenderableType
from rich.text import Text

from minigrad.course.reports.text import clean, clip
from minigrad.course.results.charts import SIGNS, AnyChart, Bars, Chart, Grid, Words
from minigrad.course.usage import UsageError, install_extra

HEIGHT, FEWEST_ROWS = 18, 10  # lines of a chart with all its texts, unless that leaves too few to draw on
MOST_LETTERS = 100  # of a label or a line in a picture
COLOURS = dict(zip(SIGNS, ("cyan", "magenta", "green", "yellow", "blue", "red", "white"), strict=True))


@dataclass(frozen=True)
class _Axis:
    """An axis: the numbers from where to where it goes, so that all have a place on it."""

    low: float
    high: float
    log: bool

    @classmethod
    def of(cls, values: Iterable[float], log: bool) -> _Axis:
        values = list(values)
        low, high = min(values), max(values)
        if high - low > 1e-9 * max(abs(low), abs(high)):
            return cls(low, high, log)
        return cls(low / 10, high * 10, log) if log else cls(low - (abs(low) or 1), high + (abs(high) or 1), log)

    def place(self, value: float, cells: int) -> int:
        """The cell in which the value lies; the middles of the first and the last are the ends of the axis."""
        low, high, v = (math.log10(n) if self.log else n for n in (self.low, self.high, value))
        return round((v - low) / (high - low) * (cells - 1))

    def ticks(self, most: int) -> list[float]:
        """About `most` round numbers on the axis: powers of ten on a logarithmic one, if it has several."""
        if self.log:
            powers = _round_numbers(math.log10(self.low), math.log10(self.high), most, least=1)
            if len(powers) > 1:
                return [10.0**k for k in powers]
        return _round_numbers(self.low, self.high, most)


def _round_numbers(low: float, high: float, most: int, least: float = 0) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten between low and high, in steps of at least `least`."""
    gap = max((high - low) / most, least)
    power = 10.0 ** math.floor(math.log10(gap))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= gap * (1 - 1e-9))
    return [i * step for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def render(chart: AnyChart) -> bytes:
    """The chart as PNG. Its labels may be a student's words: none is mathematics, and none is warned of.

    Raises:
        UsageError: if matplotlib is missing.
    """
    try:
        matplotlib, figures = map(importlib.import_module, ("matplotlib", "matplotlib.figure"))
    except ModuleNotFoundError:
        raise UsageError(f"a PNG needs the package matplotlib: {install_extra('plots')}") from None
    with matplotlib.rc_context({"text.parse_math": False}), warnings.catch_warnings(action="ignore"):
        figure = figures.Figure(figsize=(7, 5), dpi=150, layout="constrained")  # pyplot would keep every figure
        axes = figure.add_subplot(title=chart.title)
        _plot(chart, figure, axes)
        figure.supxlabel(chart.caption, fontsize="medium", wrap=True)
        data = io.BytesIO()
        figure.savefig(data, format="png")
    return data.getvalue()


def _plot(chart: AnyChart, figure: Any, axes: Any) -> None:
    match chart:
        case Chart():
            for sign, name in zip(SIGNS, chart.lines, strict=False):
                xs, ys = np.array([point or (np.nan, np.nan) for point in chart.points(name)]).reshape(-1, 2).T
                axes.plot(xs, ys, marker=sign, markersize=4, linewidth=1, label=name)
            axes.set(xlabel=chart.x, ylabel=chart.y, yscale="log" if chart.log_y else "linear")
            axes.grid(alpha=0.3)
            axes.legend()
        case Bars():
            axes.barh(range(len(chart.bars)), [value or 0.0 for value in chart.bars.values()])
            axes.set_yticks(range(len(chart.bars)), _labels(chart.bars))
            axes.invert_yaxis()
        case Grid():
            shades = axes.imshow(np.array(list(chart.rows.values()), dtype=float), aspect="auto")
            axes.set_xticks(range(len(chart.columns)), _labels(chart.columns), rotation=45)
            axes.set_yticks(range(len(chart.rows)), _labels(chart.rows))
            figure.colorbar(shades)
        case Words():
            axes.set_axis_off()
            axes.text(0, 1, "\n".join(_labels(chart.lines)), va="top", family="monospace")


def _labels(texts: Iterable[str]) -> list[str]:
    return [clip(text, 1, MOST_LETTERS) for text in texts]


def draw(chart: AnyChart, width: int = 72) -> RenderableType:
    """The chart for a terminal."""
    title = [Text(line, style="bold") for line in textwrap.wrap(clean(chart.title), width)]
    caption = [Text(line) for line in textwrap.wrap(clean(chart.caption), width)]
    match chart:
        case Chart():
            body = _lines(chart, width, len(title) + len(caption))
        case Bars():
            body = _bars(chart, width)
        case Grid():
            body = _grid(chart, width)
        case Words():
            body = [Text(clip(line, 1, width)) for line in chart.lines]
    return Group(*title, *body, *caption)


def _bars(chart: Bars, width: int) -> list[Text]:
    """A bar for each number, all from the same place: of # where the number is positive, of - where it is negative."""
    values = list(chart.bars.values())
    numbers = ["" if value is None else f"{value:.4g}" for value in values]
    labels = [clip(label, 1, width // 3) for label in chart.bars]
    room = max(10, width - max(map(len, labels), default=0) - max(map(len, numbers), default=0) - 3)
    largest = max((abs(v) for v in values if v is not None), default=0.0) or 1.0
    rows = []
    for label, value, number in zip(labels, values, numbers, strict=True):
        row = Text(f"{label.rjust(max(map(len, labels)))} |")
        row.append(("-" if (value or 0) < 0 else "#") * round(room * abs(value or 0) / largest), "cyan")
        rows.append(row.append(f" {number}"))
    return rows


POSITIVE, NEGATIVE = " .:+#", " ,;~="  # shades of numbers, by size


def _grid(chart: Grid, width: int) -> list[Text]:
    """Shades: each column as wide as what stands above it, if there is room."""
    labels = [clip(label, 1, width // 4) for label in chart.rows]
    margin = max(map(len, labels), default=0)
    room = max(1, (width - margin - 2) // max(1, len(chart.columns)) - 1)
    widths = [min(room, max(2, len(column))) for column in chart.columns]
    largest = max((abs(v) for row in chart.rows.values() for v in row if v is not None), default=0.0)
    parts = [" " * (margin + 2)]
    parts += [clean(column)[:cells].ljust(cells + 1) for column, cells in zip(chart.columns, widths, strict=True)]
    rows = [Text("".join(parts).rstrip())]
    for label, row in zip(labels, chart.rows.values(), strict=True):
        line = Text(f"{label.rjust(margin)}  ")
        for value, cells in zip(row, widths, strict=True):
            shade = 0 if value is None or not largest else math.ceil(4 * abs(value) / largest - 1e-9)
            signs, colour = (NEGATIVE, "magenta") if (value or 0) < 0 else (POSITIVE, "cyan")
            line.append(signs[shade] * cells + " ", colour)
        rows.append(line)
    some = [v for row in chart.rows.values() for v in row if v is not None]
    steps = [f"{POSITIVE[k]} {largest * k / 4:.2g}" for k in range(1, 5)] if any(v > 0 for v in some) else []
    steps += [f"{NEGATIVE[k]} {-largest * k / 4:.2g}" for k in range(1, 5)] if any(v < 0 for v in some) else []
    return [*rows, *([Text(clip("up to: " + "  ".join(steps), 1, width), style="dim")] if steps else [])]


def _lines(chart: Chart, width: int, taken: int) -> list[Text]:
    """Lines in ASCII. Each has a sign of its own; where lines meet, their signs take turns.

    Args:
        taken: so many lines of the screen stand above and below.
    """
    lines = {sign: chart.points(name) for sign, name in zip(SIGNS, chart.lines, strict=False)}
    points = [point for line in lines.values() for point in line if point]
    if not points:
        return [Text("It has no numbers that can be drawn.")]
    legend = _legend(chart, width)
    rows = max(FEWEST_ROWS, HEIGHT - taken - len(legend) - 3)
    x_axis, y_axis = _Axis.of([x for x, _ in points], log=False), _Axis.of([y for _, y in points], chart.log_y)
    labels = {y_axis.place(tick, rows): _label(tick) for tick in y_axis.ticks((rows + 1) // 2)}
    margin = max(map(len, labels.values()), default=0) + 2
    columns = max(10, width - margin - len(chart.x) - 1)

    met: dict[tuple[int, int], list[str]] = {}  # the signs in each cell
    for sign, line in lines.items():
        places = [point and (x_axis.place(point[0], columns), y_axis.place(point[1], rows)) for point in line]
        for cell in _joined(places):
            if sign not in met.setdefault(cell, []):
                met[cell].append(sign)
    body = []
    for row in reversed(range(rows)):
        part = Text(labels.get(row, "").rjust(margin - 2) + " |")
        for column in range(columns):
            signs = met.get((column, row), " ")
            sign = signs[column % len(signs)]
            part.append(sign, COLOURS.get(sign))
        body.append(part)
    below = [Text((" " * (margin - 1) + line)[:width]) for line in _x_axis(x_axis, columns, chart.x)]
    return [Text(chart.y[:width]), *body, *below, *legend]


def _joined(places: Sequence[tuple[int, int] | None]) -> Iterator[tuple[int, int]]:
    """The places, and those on the straight line from each to the next; what is left out leaves a gap."""
    for a, b in itertools.pairwise([*places, None]):
        if a:
            yield a
        if a and b:
            for column in range(a[0] + 1, b[0]):
                yield column, round(a[1] + (b[1] - a[1]) * (column - a[0]) / (b[0] - a[0]))


def _x_axis(axis: _Axis, columns: int, name: str) -> Iterator[str]:
    """The line of the axis with its name, and below it the numbers."""
    line, numbers = ["+", *"-" * columns], ""
    for tick in axis.ticks(columns // 7):
        column, label = 1 + axis.place(tick, columns), _label(tick)
        start = max(0, column - len(label) // 2)
        if start > len(numbers) or not numbers:
            line[column] = "+"
            numbers = numbers.ljust(start) + label
    yield f"{''.join(line)} {name}"
    yield numbers


def _label(tick: float) -> str:
    """A round number in few characters, 1e-5 for one."""
    return re.sub(r"e\+?(-?)0*", r"e\1", f"{tick:.12g}")


def _legend(chart: Chart, width: int) -> list[Text]:
    """A legend of the signs, in one line if there is room."""
    entries = [Text(f"{sign} {name}"[:width]) for sign, name in zip(SIGNS, chart.lines, strict=False)]
    for entry in entries:
        entry.stylize(COLOURS[entry.plain[0]], 0, 1)
    in_one = Text("   ").join(entries)
    return [in_one] if len(in_one) <= width else entries
