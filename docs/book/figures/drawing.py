"""A drawing: shapes and words on a sheet, as the text of an SVG.

    drawing = Drawing(height=40, title="A bar", description="A blue bar, 30 long.", caption="It is long.")
    drawing.rect(5, 5, 30, 10, fill="blue")
    drawing.svg("bar")

The sheet is 400 units wide, and on a phone a unit is a little less than a pixel: words of the usual size can be read
there. Colours are names; figures.css says what they are in a light page and in a dark one. Arrowheads are shapes of
their own and not markers, whose names would have to differ from those of all other drawings of a page.
"""

from __future__ import annotations

import html
import itertools
import math
import re
from collections.abc import Sequence

WIDTH = 400
TEXT = 12.5  # units; 11 pixels where the sheet is as wide as a small phone
HEAD = 7.0  # how long the head of an arrow is


class Drawing:
    """A sheet with its title and its description, for whoever cannot see it, and the caption below it."""

    def __init__(self, height: float, title: str, description: str, caption: str = ""):
        self.height, self.title, self.description, self.caption = height, title, description, caption
        self._shapes: list[str] = []

    def svg(self, name: str, style: str = "") -> str:
        """The text, in which no line is empty.

        Args:
            name: what the names of its parts begin with, so that they are its own in a page.
            style: a style sheet, for a drawing that stands alone.
        """
        sheet = [f"<style>{html.escape(style, quote=False)}</style>"] if style else []
        size = f'viewBox="0 0 {WIDTH} {_n(self.height)}"' + f' width="{_n(1.2 * WIDTH)}"' * bool(style)
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" '
                f'aria-labelledby="{name}-title {name}-desc" font-size="{TEXT}" fill="none">',
                f'<title id="{name}-title">{html.escape(self.title)}</title>',
                f'<desc id="{name}-desc">{html.escape(self.description)}</desc>',
                *sheet,
                *self._shapes,
                "</svg>",
            ]
        )

    def line(
        self, points: Sequence[tuple[float, float]], colour: str = "ink", width: float = 1.2, dash: str = ""
    ) -> None:
        """A line from point to point."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        places = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self._add(
            f'<polyline class="{colour}" points="{places}" stroke="currentColor" stroke-width="{_n(width)}" '
            f'stroke-linejoin="round" stroke-linecap="round"{dashes}/>'
        )

    def arrow(
        self,
        points: Sequence[tuple[float, float]],
        colour: str = "ink",
        width: float = 1.4,
        dash: str = "",
        head: float = HEAD,
    ) -> None:
        """A line with a head at its last point."""
        (x0, y0), (x1, y1) = points[-2:]
        length = math.hypot(x1 - x0, y1 - y0)
        along, across = ((x1 - x0) / length, (y1 - y0) / length), (-(y1 - y0) / length, (x1 - x0) / length)
        foot = x1 - head * along[0], y1 - head * along[1]
        self.line([*points[:-1], foot], colour, width, dash)
        half = 0.42 * head
        corners = [(x1, y1), *((foot[0] + s * half * across[0], foot[1] + s * half * across[1]) for s in (1, -1))]
        self.area(corners, colour)

    def curve(self, points: Sequence[tuple[float, float]], colour: str = "ink") -> None:
        """An arrow that goes down through all points, and is upright at each of them."""
        (x, y), *others = points
        way = f"M{_n(x)} {_n(y)}"
        for k, (x1, y1) in enumerate(others):
            end = y1 - HEAD * (k == len(others) - 1)
            half = (y + end) / 2
            way += f"C{_n(x)} {_n(half)} {_n(x1)} {_n(half)} {_n(x1)} {_n(end)}"
            x, y = x1, y1
        self._add(f'<path class="{colour}" d="{way}" stroke="currentColor" stroke-width="1.4"/>')
        self.area([(x, y), *((x + s * 0.42 * HEAD, y - HEAD) for s in (1, -1))], colour)

    def area(self, points: Sequence[tuple[float, float]], colour: str, opacity: float = 1.0) -> None:
        """Fill the inside of a line through these points."""
        places = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self._add(f'<polygon class="{colour}" points="{places}" fill="currentColor"{_opacity(opacity)}/>')

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str = "",
        opacity: float = 1.0,
        outline: str = "",
        corner: float = 0,
    ) -> None:
        """A rectangle that is filled, or has an outline, or both."""
        place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" rx="{_n(corner)}"'
        if fill:
            self._add(f'<rect class="{fill}" {place} fill="currentColor"{_opacity(opacity)}/>')
        if outline:
            self._add(f'<rect class="{outline}" {place} stroke="currentColor"/>')

    def circle(self, x: float, y: float, radius: float, fill: str = "", outline: str = "") -> None:
        """A circle that is filled, or has an outline."""
        paint = 'fill="currentColor"' if fill else 'stroke="currentColor" stroke-width="1.2"'
        self._add(f'<circle class="{fill or outline}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" {paint}/>')

    def ellipse(self, x: float, y: float, across: float, down: float, outline: str) -> None:
        place = f'cx="{_n(x)}" cy="{_n(y)}" rx="{_n(across)}" ry="{_n(down)}"'
        self._add(f'<ellipse class="{outline}" {place} stroke="currentColor"/>')

    def text(
        self,
        x: float,
        y: float,
        words: str,
        anchor: str = "start",
        colour: str = "ink",
        bold: bool = False,
        turned: bool = False,
    ) -> None:
        """Words on the line at y: they begin at x, end there (`end`), or have their `middle` there.

        In W_hh the two letters stand lower. If turned, words go upwards. What is drawn behind them leaves room around
        the letters.
        """
        how = f' text-anchor="{anchor}"' * (anchor != "start") + ' font-weight="700"' * bold
        how += f' transform="rotate(-90 {_n(x)} {_n(y)})"' * turned
        place = f'x="{_n(x)}" y="{_n(y)}"'
        self._add(f'<text class="{colour}" {place} fill="currentColor"{how}>{_with_indices(words)}</text>')

    def _add(self, shape: str) -> None:
        self._shapes.append(shape)


def spread(places: Sequence[float], apart: float) -> list[float]:
    """The same places, in their order, moved as far as is needed for labels there to stand `apart` from each other."""
    moved = list(places)
    for _ in range(200):
        order = sorted(range(len(moved)), key=moved.__getitem__)
        for above, below in itertools.pairwise(order):
            if (short := apart - (moved[below] - moved[above])) > 1e-9:
                moved[above] -= short / 2
                moved[below] += short / 2
    return moved


def rounded(number: float) -> str:
    """A number as a reader likes it: two digits that count, and a power of ten if it is very small or large.

    >>> [rounded(v) for v in (0.874, -7.4, 0.0000091, 0.0, 1812.3, 4.2e8)]
    ['0.87', '−7.4', '9.1 · 10⁻⁶', '0', '1,800', '4.2 · 10⁸']
    """
    if number and not 1e-3 <= abs(number) < 1e5:
        digits, power = f"{number:.1e}".split("e")
        raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{float(digits):g} · 10{raised}".replace("-", "\N{MINUS SIGN}")
    return f"{float(f'{number:.2g}'):,g}".replace("-", "\N{MINUS SIGN}")


def _with_indices(words: str) -> str:
    """Words as SVG has them, with `hh` below the line in each W_hh.

    >>> _with_indices("W_hh < 1")
    '<tspan font-size="15" font-style="italic">W</tspan><tspan dy="3">hh</tspan><tspan dy="-3"> &lt; 1</tspan>'
    """
    before, *others = re.split(r"(\b[A-Za-z])_([a-z]+|\d)", words)
    shown = html.escape(before)
    for letter, index, rest in zip(others[::3], others[1::3], others[2::3], strict=True):
        shown += f'<tspan font-size="15" font-style="italic">{letter}</tspan><tspan dy="3">{index}</tspan>'
        shown += f'<tspan dy="-3">{html.escape(rest)}</tspan>' * bool(rest)
    return shown


def _n(number: float) -> str:
    """A number to a hundredth of a unit."""
    return f"{round(float(number), 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _opacity(opacity: float) -> str:
    return f' fill-opacity="{_n(opacity)}"' if opacity < 1 else ""
