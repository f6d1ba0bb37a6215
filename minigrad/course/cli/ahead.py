"""Import early what would otherwise be imported late.

Packages load some of their parts when these are first used. Once a student's code has run, a file that it wrote could
be loaded in place of such a part, and would run in the judge. So the judge imports nothing after that.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from rich.cells import cell_len

from minigrad.course.reports import charts, formats
from minigrad.course.results.charts import Bars, Chart, Grid, Words

LATE = ("numpy.fft", "numpy.ma", "numpy.random", "rich._emoji_codes")


def load_ahead(outputs: Iterable[str] = (), plots: bool = False, bar: bool = True) -> None:
    """Import what may be needed while and after students' code runs.

    Args:
        outputs: the names of the formats in which results will be written.
        plots: whether charts will be written as PNG.
        bar: whether a bar will show how far something has come.
    """
    for name in (*LATE, "rich.progress") if bar else LATE:
        importlib.import_module(name)
    cell_len("⏱")  # loads the widths of all signs
    for name in outputs:
        formats.load(name)
    if plots:
        lines = Chart("", "", "", {"line": [[1.0, 2.0], [1.0, 2.0]]}, "", log_y=True)
        for chart in (lines, Bars("", {"": 1.0}, ""), Grid("", {"": [1.0]}, [""], ""), Words("", [""], "")):
            charts.render(chart)
