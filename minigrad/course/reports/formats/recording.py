"""The screen, recorded."""

from __future__ import annotations

import html  # noqa: F401 - rich imports these two when it exports, and that may be too late
import io
import zlib  # noqa: F401

from rich.cells import cell_len
from rich.console import Console, RenderableType


def record(screen: RenderableType, columns: int = 80) -> Console:
    """A console, in colour, that has printed the screen; it is as wide as its longest line after that."""
    console = Console(
        record=True,
        width=columns,
        file=io.StringIO(),
        color_system="truecolor",
        no_color=False,
        legacy_windows=False,
        highlight=False,
    )
    console.print(screen, crop=False)
    lines = console.export_text(clear=False).split("\n")
    console.width = max(columns, *map(cell_len, lines))
    return console
