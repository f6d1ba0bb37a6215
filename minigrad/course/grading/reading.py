"""The source of a student's file."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from minigrad.course.results.status import Status

MAX_SOURCE = 1_000_000


class Unreadable(Exception):
    """What is in the place of an exercise's file is no Python source."""

    def __init__(self, status: Status, why: str):
        super().__init__(why)
        self.status = status


def read_bytes(path: Path) -> bytes:
    """What a file holds, if it is one: opening what only stands in its place can wait for ever, or never end.

    Raises:
        OSError: if it cannot be read.
        Unreadable: if it is no file of an acceptable size.
    """
    kind = path.lstat().st_mode
    if stat.S_ISLNK(kind):
        raise Unreadable(Status.ERROR, f"{path.name} is a link to another file. Copy the file itself there.")
    if not stat.S_ISREG(kind):
        raise Unreadable(Status.ERROR, f"{path.name} is not a file.")
    with open(path, "rb", opener=_unfollowed) as file:
        data = file.read(MAX_SOURCE + 1)
    if len(data) > MAX_SOURCE:
        raise Unreadable(Status.ERROR, f"{path.name} is larger than {MAX_SOURCE // 1_000_000} MB.")
    return data


def _unfollowed(path: str, flags: int) -> int:
    """Open a file that may have been exchanged for a link or a pipe since it was looked at."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def read_source(path: Path) -> str:
    """The text of a student's file, with the line ends of this system.

    Raises:
        Unreadable: if there is none.
    """
    try:
        data = read_bytes(path)
    except FileNotFoundError:
        raise _nothing(path) from None
    except OSError as error:
        raise Unreadable(Status.ERROR, f"{path.name} cannot be read: {error.strerror}.") from None
    try:
        source = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise Unreadable(Status.ERROR, f"{path.name} is not a text file in UTF-8.") from None
    if "\0" in source:
        raise Unreadable(Status.ERROR, f"{path.name} contains NUL characters, so it is not Python source.")
    if not source.strip():
        raise Unreadable(Status.ERROR, f"{path.name} is empty.")
    if source.lstrip().startswith("{") and '"cells"' in source:
        raise Unreadable(Status.ERROR, f"{path.name} is a notebook under another name. {_EXPORT.format(path.name)}")
    return source


def _nothing(path: Path) -> Unreadable:
    """Why there is no file: it was not begun, or lies there under another name."""
    other = instead_of(path)
    if not other:
        return Unreadable(Status.NOT_STARTED, f"{path.name} is not there.")
    do = _EXPORT if other.suffix == ".ipynb" else "Rename it to {}."
    return Unreadable(Status.ERROR, f"{path.name} is not there, but {other.name} is. {do.format(path.name)}")


def instead_of(path: Path) -> Path | None:
    """What was probably meant to be this file, and has another name: a numbered copy, a notebook, a text file."""
    if path.exists() or not path.parent.is_dir():
        return None
    number, name = path.stem[2:4], _letters(path.stem[5:])
    for other in sorted(path.parent.iterdir(), key=lambda other: (other.suffix != ".py", other.name)):
        numbered = re.match(r"ex0*(\d+)", other.name.lower())
        means = int(numbered[1]) == int(number) if numbered else name in _letters(other.stem)
        if means and other.suffix.lower() in (".py", ".ipynb", ".txt") and other.is_file():
            return other
    return None


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


_EXPORT = "In Jupyter: File, Save and Export Notebook As, Executable Script; then put that here as {}."
