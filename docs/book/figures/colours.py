"""The colours of figures.css for a drawing that stands alone, as where a README shows it."""

from __future__ import annotations

import re
from pathlib import Path

SHEET = Path(__file__).parents[1] / "pages" / "assets" / "figures.css"


def standing_alone() -> str:
    """A style sheet for one SVG: light and dark as the reader's system has it."""
    sheet = SHEET.read_text("utf-8")
    light, dark = re.findall(r"\.figure \{([^}]*--figure-paper:[^}]*)\}", sheet)
    rules = re.findall(r"^\.figure (\.\w+ \{ color: .*)$", sheet, re.MULTILINE)
    fonts = 'font-family: Arial, Helvetica, "Liberation Sans", sans-serif;'
    return "\n".join(
        [f"svg {{{light}  {fonts}\n}}", f"@media (prefers-color-scheme: dark) {{\nsvg {{{dark}}}\n}}", *rules]
    )
