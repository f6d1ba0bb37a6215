"""The source of a student's file."""

from __future__ import annotations

import codecs
import io
import os
import re
import tokenize
from pathlib import Path

from minigrad.course.files import NotAFile, entries, legible, read_whole
from minigrad.course.results.status import Status

MAX_SOURCE = 1_000_000
ENCODINGS = ("utf-8", "utf-8-sig", "ascii", "iso8859-1", "iso8859-15", "cp1252")  # that a source may name


class Unreadable(Exception):
    """The file in the place of an exercise's is no Python source."""

    def __init__(self, status: Status, why: str):
        super().__init__(why)
        self.status = status


def read_bytes(path: Path) -> bytes:
    """The content of a student's file.

    Raises:
        OSError: if it cannot be read.
        Unreadable: if it is no file of an acceptable size.
    """
    try:
        return read_whole(path, MAX_SOURCE)
    except NotAFile as why:
        raise Unreadable(Status.ERROR, f"{path.name} {why.strerror}.") from None


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
    return source_of(data, path.name)


def source_of(data: bytes, name: str, wanted: str = "") -> str:
    """The text that a student's file holds, with the line ends of this system.

    Args:
        wanted: what it should be called, if that is not its name.

    Raises:
        Unreadable: if it is no Python source.
    """
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    encoding = _encoding(data)
    try:
        source = data.decode(encoding or "utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(Status.ERROR, f"{name} is not a text file in UTF-8. Save it as that.") from None
    if not encoding:
        why = "names another encoding than UTF-8 in its first lines. Take that line out, and save it as UTF-8."
        raise Unreadable(Status.ERROR, f"{name} {why}")
    if "\0" in source:
        raise Unreadable(Status.ERROR, f"{name} contains NUL characters, so it is not Python source.")
    if not source.strip():
        raise Unreadable(Status.ERROR, f"{name} is empty.")
    if source.lstrip().startswith("{") and '"cells"' in source:
        raise Unreadable(Status.ERROR, f"{name} is a notebook under another name. {_EXPORT.format(wanted or name)}")
    return source


def _encoding(data: bytes) -> str:
    """The encoding in which Python reads a source, if it is a usual one, or else ""."""
    try:
        named, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        encoding = codecs.lookup(named).name
    except (SyntaxError, LookupError):  # such as another one beside the mark of UTF-8
        return ""
    return encoding if encoding in ENCODINGS else ""


def _nothing(path: Path) -> Unreadable:
    """The reason why there is no file: it was not begun, or lies there under another name."""
    if other := instead_of(path):
        made = " The last cell of a notebook that the course made does that itself." if other.suffix == ".ipynb" else ""
        return Unreadable(Status.ERROR, under_another_name(path.name, legible(other.name)) + made)
    return Unreadable(Status.NOT_STARTED, not_there(path.name))


def not_there(file: str) -> str:
    """The sentence on a file that was not begun."""
    return f"{file} is not there."


def under_another_name(file: str, other: str) -> str:
    """The sentence on a file that is there, but not under the name that it should have."""
    do = _EXPORT if other.lower().endswith(".ipynb") else "Rename it to {}."
    return f"{file} is not there, but {other} is. {do.format(file)}"


def instead_of(path: Path) -> Path | None:
    """The file that was probably meant to be this one, under another name: a numbered copy, a notebook, a text file."""
    if os.path.exists(path):
        return None
    for other in sorted(entries(path.parent), key=lambda other: other.suffix != ".py"):
        if meant_to_be(path.stem, other.name) and os.path.isfile(other):
            return other
    return None


def meant_to_be(stem: str, name: str) -> bool:
    """True if a file of this name was probably meant to be that exercise's."""
    base, dot, suffix = name.lower().rpartition(".")
    if dot + suffix not in (".py", ".ipynb", ".txt"):
        return False
    numbered = re.match(r"ex0*(\d+)", base)
    return int(numbered[1]) == int(stem[2:4]) if numbered else _letters(stem[5:]) in _letters(base)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


_EXPORT = "In Jupyter: File, Save and Export Notebook As, Executable Script; then put that here as {}."
