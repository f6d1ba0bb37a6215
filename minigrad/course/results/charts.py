"""Lines to be drawn, as data. minigrad.course.reports.charts shows them in the terminal, and writes them as PNG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SMALLEST, LARGEST = 1e-200, 1e200  # the sizes of numbers that have a place on an axis
SIGNS = "ox*+^vs"  # they stand for the lines, in the terminal and as markers of matplotlib


@dataclass(frozen=True)
class Chart:
    """Lines to be drawn, as numbers and strings: `Chart(**data)` of what became of `asdict(chart)` in JSON is the same.

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
        lines = {name: [[_number(v) for v in values] for values in line] for name, line in self.lines.items()}
        for name, line in lines.items():
            if len(line) != 2 or len(line[0]) != len(line[1]):
                counts = " and ".join(str(len(values)) for values in line)
                raise ValueError(f"line {name!r}: expected as many numbers along x as along y, got {counts}.")
        if not 1 <= len(lines) <= len(SIGNS):
            raise ValueError(f"expected 1 to {len(SIGNS)} lines, as many as there are signs, got {len(lines)}.")
        object.__setattr__(self, "lines", lines)

    def points(self, name: str) -> list[tuple[float, float] | None]:
        """The points of a line; None for one that has no place on the axes."""
        return [
            (x, y) if x is not None and y is not None and (y > 0 or not self.log_y) else None
            for x, y in zip(*self.lines[name], strict=True)
        ]


def _number(value: float | None) -> float | None:
    """The value as a plain float: None if it is too large for an axis, 0 if it is too small."""
    if value is None or not abs(value) < LARGEST:  # a NaN is not smaller either
        return None
    return float(value) if abs(value) > SMALLEST else 0.0
