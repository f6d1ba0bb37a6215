"""Reading a file of text, for `text.read` and `tunes.read`."""

from __future__ import annotations

import os
from pathlib import Path


def read_text(who: str, path: str | os.PathLike[str]) -> str:
    """The text in a file in UTF-8. The errors, which `text.read` lists, name who reads."""
    place = Path(path)
    if not place.exists():
        raise FileNotFoundError(
            f"{who}: expected a file, got {place}, which is not there. Its full name would be {place.absolute()}."
        )
    if place.is_dir():
        raise IsADirectoryError(f"{who}: expected a file, got the folder {place}. Name one of the files in it.")
    try:
        text = place.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        odd, line = error.object[error.start], error.object[: error.start].count(b"\n") + 1
        raise ValueError(
            f"{who}: expected text in UTF-8, got the byte {odd:#x} in line {line} of {place}. If it is a text, "
            "open it in an editor and save it as UTF-8."
        ) from None
    if not text.strip():
        raise ValueError(f"{who}: expected a text, got {place}, which is empty. Was it saved?")
    return text
