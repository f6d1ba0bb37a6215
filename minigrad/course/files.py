"""Files that are written as a whole or not at all, and read although a student's code may have been there before.

The names of files as they are shown are here, too.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shlex
import shutil
import stat
import uuid
from collections.abc import Iterable
from pathlib import Path

from minigrad.course.usage import UsageError

MOST_READ = 100_000_000  # bytes: more than anything has that is kept for a later run


class NotAFile(OSError):
    """Something else stands in a file's place, or it is too large: strerror says it, with the name before it."""

    def __init__(self, path: Path, why: str):
        super().__init__(errno.EINVAL, why, str(path))


def read_whole(path: Path, most: int = MOST_READ) -> bytes:
    """The content of a file, if it is one: opening what only stands in its place can wait for ever, or never end.

    Raises:
        NotAFile: if it is a link, a folder, a pipe or a device, or larger than `most` bytes.
        OSError: if it cannot be read.
    """
    _require_file(path, path.lstat())
    with open(path, "rb", opener=_unfollowed) as file:
        _require_file(path, os.fstat(file.fileno()))
        data = file.read(most + 1)
    if len(data) > most:
        raise NotAFile(path, f"is larger than {most // 1_000_000} MB")
    return data


def _require_file(path: Path, about: os.stat_result) -> None:
    if stat.S_ISLNK(about.st_mode):
        raise NotAFile(path, "is a link to another file. Copy the file itself there")
    if not stat.S_ISREG(about.st_mode):
        raise NotAFile(path, "is not a file")


def _unfollowed(path: str, flags: int) -> int:
    """Open a file that may have been exchanged for a link or a pipe since it was looked at."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def legible(path: str | Path) -> str:
    """A name of a file or folder as one line of text: what is no text in it, or is not seen, is spelled out.

    >>> print(legible("a\\x1b[31mb"))
    a\\x1b[31mb
    """
    return "".join(c if c.isprintable() else _spelled_out(c) for c in str(path))


def _spelled_out(character: str) -> str:
    """The escape of a character; of a byte that is no text, which Python reads as half of a character, its number."""
    byte = ord(character) - 0xDC00
    return f"\\x{byte:02x}" if 0x80 <= byte <= 0xFF else character.encode("unicode_escape").decode()


def typed(path: str | Path) -> str:
    """The name quoted as one word of a shell command."""
    return shlex.quote(legible(path))


def entries(folder: Path) -> list[Path]:
    """All that is in a folder, by name; nothing if it cannot be looked into."""
    with contextlib.suppress(OSError):
        return [folder / name for name in sorted(os.listdir(folder))]
    return []


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Put the data, or their parts, in place of what `path` holds; until it is written, what was there stays.

    Raises:
        UsageError: if it cannot be written.
    """
    path = Path(os.path.realpath(path))
    part = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with part.open("wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
        if os.path.exists(path):
            shutil.copymode(path, part)
        os.replace(part, path)
    except OSError as error:
        raise UsageError(f"cannot write {legible(path)}: {error.strerror}.") from None
    finally:
        with contextlib.suppress(OSError):  # of the folder, which has been told
            part.unlink(missing_ok=True)
