"""The source of a student's file."""

from __future__ import annotations

from pathlib import Path

from minigrad.course.results.status import Status

MAX_SOURCE = 1_000_000


class Unreadable(Exception):
    """What is in the place of an exercise's file is no Python source."""

    def __init__(self, status: Status, why: str):
        super().__init__(why)
        self.status = status


def read_source(path: Path) -> str:
    """The text of a student's file, with the line ends of this system.

    Raises:
        Unreadable: if there is none.
    """
    try:
        if not path.is_file():
            raise Unreadable(Status.NOT_STARTED, f"{path.name} {'is not a file' if path.exists() else 'is not there'}.")
        if path.stat().st_size > MAX_SOURCE:
            raise Unreadable(Status.ERROR, f"{path.name} is larger than {MAX_SOURCE // 1_000_000} MB.")
        data = path.read_bytes()
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
    return source
