"""The screen as a page: as wide as it is, in light or dark as its reader likes it, and on paper."""

from __future__ import annotations

from rich.console import Console, RenderableType
from rich.terminal_theme import TerminalTheme

from minigrad.course.reports.formats.recording import record
from minigrad.course.reports.text import clean
from minigrad.course.results.verdicts import Report

# Black, red, green, yellow, blue, magenta, cyan and white, with a contrast of 4.5 at least. Dim ones are mixed with
# the first colour of a theme: with that of the page it would be too pale to read.
INKS = [
    (36, 41, 47),
    (164, 14, 38),
    (17, 99, 41),
    (120, 70, 0),
    (5, 80, 174),
    (130, 37, 130),
    (0, 95, 105),
    (70, 76, 82),
]
LIGHTS = [
    (201, 209, 217),
    (255, 161, 152),
    (126, 231, 135),
    (242, 204, 96),
    (165, 214, 255),
    (226, 181, 255),
    (118, 227, 234),
    (201, 209, 217),
]
LIGHT = TerminalTheme((150, 150, 150), (0, 0, 0), INKS, INKS)
DARK = TerminalTheme((110, 110, 110), (240, 246, 252), LIGHTS, LIGHTS)

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 16px/1.4 system-ui, sans-serif; margin: 1rem; }}
h1 {{ font-size: 1.2rem; }}
pre {{ font: 14px/1.3 Menlo, "DejaVu Sans Mono", Consolas, "Courier New", monospace; overflow-x: auto; }}
body {{ color: #000; background: #fff; }}
{light}
@media screen and (prefers-color-scheme: dark) {{
body {{ color: #f0f6fc; background: #0d1117; }}
{dark}
}}
@media print {{ pre {{ font-size: 8pt; overflow: visible; white-space: pre-wrap; overflow-wrap: anywhere; }} }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<pre tabindex="0"><code>{screen}</code></pre>
</main>
</body>
</html>
"""


def render(report: Report, screen: RenderableType) -> str:
    console = record(screen)
    colours = {name: _exported(console, theme, "{stylesheet}") for name, theme in (("light", LIGHT), ("dark", DARK))}
    return clean(PAGE.format(title="Report of the grader", screen=_exported(console, LIGHT, "{code}"), **colours))


def _exported(console: Console, theme: TerminalTheme, form: str) -> str:
    return console.export_html(theme=theme, clear=False, code_format=form)
