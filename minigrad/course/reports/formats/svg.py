"""The screen as a picture: a terminal, which looks the same on a light page and on a dark one."""

from __future__ import annotations

import html

from rich.console import Console, RenderableType
from rich.terminal_theme import TerminalTheme

from minigrad.course.reports.formats.recording import record
from minigrad.course.reports.text import clean
from minigrad.course.results.verdicts import Report

WINDOW = "python grader.py"

_NORMAL = ["484f58", "ff7b72", "56d364", "e3b341", "79c0ff", "d2a8ff", "56d4dd", "e6edf3"]
_COLOURS = [tuple(bytes.fromhex(colour)) for colour in ("1f2328", "e6edf3", *_NORMAL)]
_PAPER, _INK, *_ANSI = [(red, green, blue) for red, green, blue in _COLOURS]
THEME = TerminalTheme(_PAPER, _INK, _ANSI, _ANSI)

# rich's own form names fonts which whoever looks at the picture would fetch from elsewhere. Here the reader's own font
# is taken, and each piece of text is as long as its columns are.
FORM = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>TITLE</title>
<style>
.{unique_id}-matrix {{
    font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
    font-size: {char_height}px;
    line-height: {line_height}px;
}}
.{unique_id}-title {{ font-family: system-ui, sans-serif; font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def render(report: Report, screen: RenderableType) -> str:
    return picture(record(screen))


def picture(console: Console, title: str = WINDOW) -> str:
    """The picture of a window with what a console has recorded. The title describes it to whoever cannot see it."""
    form = FORM.replace("TITLE", html.escape(title))
    return clean(console.export_svg(title=WINDOW, theme=THEME, code_format=form))
