"""Charts of what a student's functions do, as data to be drawn: lines, bars, a grid of shades, or words.

minigrad.course.reports.charts shows them in the terminal, and writes them as PNG. Each is numbers and
strings, with fields by which it is known, so that it can go through JSON and come back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SMALLEST, LARGEST = 1e-200, 1e200  # the sizes of numbers that have a place on an axis
SIGNS = "ox*+^vs"  # they stand for the lines, in the terminal and as markers of matplotlib


@dataclass(frozen=True)
class Chart:
    """Lines over a pair of axes.

    Attributes:
        x, y: what is along the axes.
        lines: for each name the numbers along x and along y. What is not finite becomes None, and is left out.
        caption: what there is to see.
        log_y: whether y has a logarithmic axis, on which only positive numbers have a place.
    """

    title: str
    x: str
    y: str
    lines: Mapping[str, Sequence[Sequence[float | None]]]
    caption: str
    log_y: bool = False

    def __post_init__(self) -> None:
        lines = {str(name): [[_number(v) for v in values] for values in line] for name, line in self.lines.items()}
        for name, line in lines.items():
            if len(line) != 2 or len(line[0]) != len(line[1]):
                counts = " and ".join(str(len(values)) for values in line)
                raise ValueError(f"line {name!r}: expected as many numbers along x as along y, got {counts}.")
        if not 1 <= len(lines) <= len(SIGNS):
            raise ValueError(f"expected 1 to {len(SIGNS)} lines, as many as there are signs, got {len(lines)}.")
        object.__setattr__(self, "lines", lines)
        object.__setattr__(self, "log_y", bool(self.log_y))

    def points(self, name: str) -> list[tuple[float, float] | None]:
        """The points of a line; None for one that has no place on the axes."""
        return [
            (x, y) if x is not None and y is not None and (y > 0 or not self.log_y) else None
            for x, y in zip(*self.lines[name], strict=True)
        ]


@dataclass(frozen=True)
class Bars:
    """A bar for each label, as long as its number is large.

    Attributes:
        bars: what is not finite becomes None, and has no bar.
    """

    title: str
    bars: Mapping[str, float | None]
    caption: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "bars", {str(label): _number(value) for label, value in self.bars.items()})


@dataclass(frozen=True)
class Grid:
    """Numbers as shades, a row below the other: a state from step to step, say, or who attends to whom.

    Attributes:
        rows: for each label as many numbers as there are columns. What is not finite becomes None, and is left blank.
        columns: what stands above them.
    """

    title: str
    rows: Mapping[str, Sequence[float | None]]
    columns: Sequence[str]
    caption: str

    def __post_init__(self) -> None:
        rows = {str(label): [_number(v) for v in row] for label, row in self.rows.items()}
        for label, row in rows.items():
            if len(row) != len(self.columns):
                raise ValueError(
                    f"row {label!r}: expected {len(self.columns)} numbers, as there are columns, got {len(row)}."
                )
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "columns", [str(column) for column in self.columns])


@dataclass(frozen=True)
class Words:
    """Lines of text, as they are."""

    title: str
    lines: Sequence[str]
    caption: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", [str(line) for line in self.lines])


AnyChart = Chart | Bars | Grid | Words


def _number(value: float | None) -> float | None:
    """The value as a plain float: None if it is too large for an axis, 0 if it is too small."""
    if value is None or not abs(value) < LARGEST:  # a NaN is not smaller either
        return None
    return float(value) if abs(value) > SMALLEST else 0.0
