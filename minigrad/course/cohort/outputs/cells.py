"""Tables for spreadsheets and gradebooks: RFC 4180, and no text in them is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from minigrad.course.reports.formats.texts import plain

MAX_CELL = 2000  # characters of a cell of text; spreadsheets take 32,767

# A spreadsheet begins to read a formula at the start of a cell, or behind what it might take for a separator
# where the language of the system is another. The signs are also there in full width.
_FORMULA = re.compile(r'(^|[;,|\t"] *)(?=[=+\-@＝＋－＠])')


def text(value: str) -> str:
    """A text as one line that a spreadsheet shows as it stands; a sign that begins a formula gets a ' before it."""
    return _FORMULA.sub(r"\1'", " ".join(plain(value, MAX_CELL).split()))


def rows(table: Iterable[Sequence[str]], mark: bool = False) -> Iterator[str]:
    """The lines of a table whose texts are harmless already.

    Args:
        mark: whether it begins with the mark of UTF-8, without which Excel takes it for something else.
    """
    if mark:
        yield "\ufeff"
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    for row in table:
        writer.writerow(row)
        yield line.getvalue()
        line.seek(0)
        line.truncate()
