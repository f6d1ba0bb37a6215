"""Curves in a drawing: a box with axes, and lines in it that are labelled where they end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from figures.drawing import Drawing, spread

POWERS = {-8: "10⁻⁸", -7: "10⁻⁷", -6: "10⁻⁶", -5: "10⁻⁵", -4: "10⁻⁴", -3: "0.001", -2: "0.01", -1: "0.1"}
POWERS |= {0: "1", 1: "10", 2: "100", 3: "1,000", 4: "10⁴", 5: "10⁵", 6: "10⁶"}


@dataclass
class Axes:
    """A box in a drawing, and which numbers its edges stand for. With `log_y`, the y axis counts in powers of ten."""

    drawing: Drawing
    box: tuple[float, float, float, float]  # left, top, right, bottom
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    log_y: bool = False

    def x(self, value: float) -> float:
        left, _, right, _ = self.box
        low, high = self.x_range
        return left + (right - left) * (value - low) / (high - low)

    def y(self, value: float) -> float:
        _, top, _, bottom = self.box
        low, high, value = (math.log10(v) if self.log_y else v for v in (*self.y_range, value))
        return bottom - (bottom - top) * (value - low) / (high - low)

    def points(self, xs: Sequence[float], ys: Sequence[float]) -> list[tuple[float, float]]:
        return [(self.x(x), self.y(y)) for x, y in zip(xs, ys, strict=True)]

    def frame(self, x_ticks: Sequence[float], y_ticks: Sequence[float], x_label: str = "", y_label: str = "") -> None:
        """The axes: fine lines across, numbers beside them, and what they count. The y label stands on top."""
        left, top, right, bottom = self.box
        for tick in y_ticks:
            colour = "ink" if tick == self.y_range[0] and not self.log_y else "pale"
            self.drawing.line([(left, self.y(tick)), (right, self.y(tick))], colour, 1)
            label = POWERS[round(math.log10(tick))] if self.log_y else f"{tick:g}".replace("-", "\N{MINUS SIGN}")
            self.drawing.text(left - 6, self.y(tick) + 4, label, "end", "soft")
        for tick in x_ticks:
            self.drawing.line([(self.x(tick), bottom), (self.x(tick), bottom + 4)], "soft", 1)
            self.drawing.text(self.x(tick), bottom + 18, f"{tick:g}".replace("-", "\N{MINUS SIGN}"), "middle", "soft")
        if x_label:
            self.drawing.text((left + right) / 2, bottom + 36, x_label, "middle", "soft")
        if y_label:
            self.drawing.text(4, top - 12, y_label, colour="soft")

    def line(self, xs: Sequence[float], ys: Sequence[float], colour: str, dash: str = "", width: float = 2.2) -> None:
        self.drawing.line(self.points(xs, ys), colour, width, dash)

    def label_ends(self, ends: Sequence[tuple[float, str, str]]) -> None:
        """Beside the right edge, for each (y, words, colour): the words, as near to y as there is room."""
        places = spread([self.y(y) for y, _, _ in ends], 15)
        for (_, words, colour), place in zip(ends, places, strict=True):
            self.drawing.text(self.box[2] + 6, place + 4, words, colour=colour, bold=True)


def powers(low: int, high: int, step: int = 1) -> list[float]:
    return [float(10.0**k) for k in range(low, high + 1, step)]


def by_distance(
    drawing: Drawing, ticks: Sequence[float], labels: tuple[str, str], lines: Sequence[tuple[Any, str, str]]
) -> None:
    """A chart of what is left at each distance, from 0, on an axis of powers of ten; what is black is dashed.

    Args:
        drawing: one that is 262 high.
        ticks: powers of ten, from the lowest that is shown to the highest.
        labels: what the x axis and the y axis count.
        lines: for each its numbers, the words at its end, and its colour.
    """
    last = len(lines[0][0]) - 1
    axes = Axes(drawing, (48, 30, 316, 216), (0, last), (ticks[0], ticks[-1]), log_y=True)
    axes.frame(range(0, last + 1, 5), ticks, *labels)
    for numbers, _, colour in lines:
        axes.line(range(last + 1), numbers, colour, *(("2 5", 2) if colour == "ink" else ()))
    axes.label_ends([(numbers[-1], words, colour) for numbers, words, colour in lines])
