"""Parts of a report below each other, made to fit into the lines that there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.style import Style

ALL = 1000


@dataclass(frozen=True)
class Part:
    """Something to show.

    Attributes:
        enough: so many of its lines are enough if there is not room for all.
        least: so many have to be enough if there is still not room.
        shorter: what can stand in its place then.
        indent: columns to its left.
    """

    renderable: RenderableType
    enough: int = ALL
    least: int = ALL
    shorter: RenderableType | None = None
    indent: int = 0


Lines = list[list[Segment]]


@dataclass(frozen=True)
class Fitted:
    """Parts with a blank line between them. Where there is not room for all of them the last are cut first."""

    parts: Sequence[Part]
    height: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        options = options.update(height=None)

        def lines_of(part: Part, renderable: RenderableType) -> Lines:
            indented = Padding(renderable, (0, 0, 0, part.indent)) if part.indent else renderable
            return list(
                Segment.split_lines(console.render(indented, options))
            )  # none is cropped: some are to be copied

        shown = [lines_of(part, part.renderable) for part in self.parts]
        backwards = list(reversed(range(len(shown))))
        for k in backwards:
            shown[k] = _cut(shown[k], self._excess(shown), self.parts[k].enough, self.parts[k].indent)
        for k in backwards:
            shorter = self.parts[k].shorter
            if shorter is not None and self._excess(shown) > 0:
                shown[k] = lines_of(self.parts[k], shorter)
        for k in backwards:
            shown[k] = _cut(
                shown[k], self._excess(shown), min(self.parts[k].enough, self.parts[k].least), self.parts[k].indent
            )
        yield from _below_each_other([lines for lines in shown if lines], gaps=self._excess(shown) <= 0)

    def _excess(self, shown: Sequence[Lines]) -> int:
        """Lines that there are too many, with those between the parts."""
        return sum(len(lines) + 1 for lines in shown if lines) - 1 - self.height


def _cut(lines: Lines, excess: int, enough: int, indent: int) -> Lines:
    """The lines less those that are too many, but at least `enough`; the last one says that there were more."""
    more = [Segment(" " * indent + "...", Style(dim=True))]
    kept = max(enough, len(lines) - max(excess, 0))
    if kept >= len(lines):
        return lines
    return [*lines[: kept - 1], more] if kept > 1 or enough else []


def _below_each_other(parts: Sequence[Lines], gaps: bool) -> Iterator[Segment]:
    for k, lines in enumerate(parts):
        if k and gaps:
            yield Segment.line()
        for line in lines:
            yield from line
            yield Segment.line()
