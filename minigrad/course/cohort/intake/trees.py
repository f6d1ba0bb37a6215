"""The entries of a folder or of a zip.

No link is followed, no pipe waited for, nothing unpacked to a disk, and no more read than is asked for.
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Protocol

from minigrad.course.files import legible

FOLDER, FILE = "folder", "file"
MAX_ENTRIES = 10_000  # in all folders of a submission
MAX_UNPACKED = 500 << 20  # bytes that a zip says it holds
MAX_NAME = 255  # characters, as file systems have it
ANCHORED = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
OTHERS = {stat.S_IFLNK: "link", stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket", stat.S_IFCHR: "device"}


class Refused(Exception):
    """The reason why something is not taken, as it follows its name in a sentence."""


@dataclass(frozen=True)
class Entry:
    """An entry of a folder: a name, and the kind of thing that has it.

    Attributes:
        kind: "folder", "file", or else what it is that is not taken.
    """

    name: str
    kind: str


Parts = tuple[str, ...]  # the names on the way to something, from the root of its tree


class Tree(Protocol):
    """A folder with all that is in it."""

    def close(self) -> None:
        """Let go of what it is read from."""

    def entries(self, parts: Parts = (), most: int = MAX_ENTRIES) -> list[Entry]:
        """The entries of the folder there.

        Raises:
            Refused: if it cannot be looked into, or holds more than that.
        """

    def read(self, parts: Parts, limit: int) -> bytes:
        """The content of the file there.

        Raises:
            Refused: if it is no file, cannot be read, or is larger than that.
        """


class Folder:
    """A folder on the disk. Others may write into it meanwhile: each name on the way is opened by itself.

    Where the system cannot do that (Windows), whoever may write into the folder could exchange a part of it for a
    link between a look at it and the next.
    """

    def __init__(self, path: Path):
        self.path = path

    def close(self) -> None:
        pass

    def entries(self, parts: Parts = (), most: int = MAX_ENTRIES) -> list[Entry]:
        with _said(), self._opened(parts) as folder, os.scandir(folder) as found:
            entries: list[Entry] = []
            for entry in found:
                if len(entries) == most:
                    raise Refused(f"holds more than {most:,} files")
                entries.append(Entry(entry.name, _kind(entry)))
        return sorted(entries, key=lambda entry: entry.name)

    def read(self, parts: Parts, limit: int) -> bytes:
        with _said(), self._opened(parts[:-1]) as folder:
            where = {"dir_fd": folder} if isinstance(folder, int) else {}
            path = parts[-1] if isinstance(folder, int) else os.path.join(folder, parts[-1])
            _require_file(os.stat(path, follow_symlinks=False, **where))
            flags = os.O_RDONLY | _flag("O_NOFOLLOW") | _flag("O_NONBLOCK") | _flag("O_BINARY")
            with open(os.open(path, flags, **where), "rb") as file:
                _require_file(os.fstat(file.fileno()))  # it may have been exchanged since
                return _at_most(file.read(limit + 1), limit)

    @contextlib.contextmanager
    def _opened(self, parts: Parts) -> Iterator[int | str]:
        if not ANCHORED:
            yield self._looked_at(parts)
            return
        folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for part in parts:
                inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
                os.close(folder)
                folder = inner
            yield folder
        finally:
            os.close(folder)

    def _looked_at(self, parts: Parts) -> str:
        path = self.path
        for part in parts:
            path /= part
            if not stat.S_ISDIR(path.lstat().st_mode):
                raise Refused("is no folder")
        return str(path)


def _flag(name: str) -> int:
    return int(getattr(os, name, 0))


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return OTHERS[stat.S_IFLNK]
    if entry.is_dir(follow_symlinks=False):
        return FOLDER
    if entry.is_file(follow_symlinks=False):
        return FILE
    return _other(entry.stat(follow_symlinks=False).st_mode)


def _other(mode: int) -> str:
    return OTHERS.get(stat.S_IFMT(mode), "device")


def _require_file(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise Refused("is a folder" if stat.S_ISDIR(found.st_mode) else f"is a {_other(found.st_mode)}, and no file")


def _at_most(data: bytes, limit: int) -> bytes:
    if len(data) > limit:
        raise Refused(f"is larger than {size(limit)}")
    return data


def size(limit: int) -> str:
    return f"{limit >> 20} MB" if limit % (1 << 20) == 0 else f"{limit // 1_000_000} MB"


@contextlib.contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(f"cannot be read ({error.strerror})") from None


class Zip:
    """A zip, and what in it may be taken.

    Args:
        most: how many entries it may have.
        unpacked: how many bytes it may say that it unpacks to.

    Attributes:
        refused: the names that are not taken, each with the reason.

    Raises:
        Refused: if it is no zip, or none that an honest person makes.
    """

    def __init__(self, file: IO[bytes], most: int = MAX_ENTRIES, unpacked: int = MAX_UNPACKED):
        self.refused: list[tuple[str, str]] = []
        self._file = file
        try:
            self._list(file, most, unpacked)
        except Refused:
            file.close()
            raise

    def close(self) -> None:
        self._file.close()

    def _list(self, file: IO[bytes], most: int, unpacked: int) -> None:
        with _sound():
            self._zip = zipfile.ZipFile(_Careful(file, 400 * most))
        infos = self._zip.infolist()
        if len(infos) > most:
            raise Refused(f"holds more than {most:,} files")
        if sum(info.file_size for info in infos) > unpacked:
            raise Refused(f"would unpack to more than {size(unpacked)}")
        self._require_apart(infos)
        self._root: dict[str, _Node] = {}
        for info in infos:
            self._put(info)

    def entries(self, parts: Parts = (), most: int = MAX_ENTRIES) -> list[Entry]:
        found = self._find(parts)
        if isinstance(found, list):
            raise Refused("is no folder")
        if len(found) > most:
            raise Refused(f"holds more than {most:,} files")
        return [Entry(name, _zipped_kind(node)) for name, node in sorted(found.items())]

    def read(self, parts: Parts, limit: int) -> bytes:
        found = self._find(parts)
        if not isinstance(found, list):
            raise Refused("is a folder")
        if (kind := _zipped_kind(found)) != FILE:
            raise Refused(f"is a {kind}, and no file")
        versions = {self._read(info, limit) for info in found}
        if len(versions) > 1:
            raise Refused("is in the zip more than once, and not always the same")
        return versions.pop()

    def _read(self, info: zipfile.ZipInfo, limit: int) -> bytes:
        if info.flag_bits & 1:
            raise Refused("is encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("is compressed in an unusual way")
        if info.file_size > limit:
            raise Refused(f"is larger than {size(limit)}")
        with _sound(), self._zip.open(info) as file:
            return _at_most(file.read(limit + 1), limit)  # whatever it says, it may be more

    def _find(self, parts: Parts) -> _Node:
        node: _Node = self._root
        for part in parts:
            if isinstance(node, list) or part not in node:
                raise Refused("is not there")
            node = node[part]
        return node

    def _put(self, info: zipfile.ZipInfo) -> None:
        name = _decoded(info).replace("\\", "/")
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if name.startswith("/") or ".." in parts or (parts and parts[0][1:2] == ":"):
            self.refused.append((name, "leads out of its folder"))
        elif any(len(part) > MAX_NAME for part in parts) or len(parts) > MAX_NAME:
            self.refused.append((name, "is longer than a name can be"))
        elif parts:
            folder = self._root
            for part in parts[:-1]:
                inner = folder.setdefault(part, {})
                if isinstance(inner, list):
                    self.refused.append((name, "lies in a file"))
                    return
                folder = inner
            node = folder.setdefault(parts[-1], {} if name.endswith("/") else [])
            if isinstance(node, list):
                node.append(info)
            elif not name.endswith("/"):
                self.refused.append((name, "is a file and a folder"))

    def _require_apart(self, infos: list[zipfile.ZipInfo]) -> None:
        """A few bytes that are unpacked over and over again are what a bomb is made of."""
        end = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            if info.header_offset < end:
                raise Refused("has files that overlap")
            end = info.header_offset + 30 + info.compress_size


def _decoded(info: zipfile.ZipInfo) -> str:
    """The name, also where it is UTF-8 and the zip does not say so, as Canvas's do not."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.orig_filename


_Node = dict[str, "_Node"] | list[zipfile.ZipInfo]  # a folder, or all that is called so in it


def _zipped_kind(node: _Node) -> str:
    if isinstance(node, dict):
        return FOLDER
    modes = [info.external_attr >> 16 for info in node if info.create_system == 3]
    return next((_other(mode) for mode in modes if stat.S_IFMT(mode) not in (0, stat.S_IFREG)), FILE)


BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, OverflowError, RuntimeError, ValueError)


@contextlib.contextmanager
def _sound() -> Iterator[None]:
    """Say of a zip what makes zipfile raise one thing or another."""
    try:
        yield
    except BROKEN as error:
        raise Refused(f"is no zip that can be read ({legible(str(error))})") from None


class _Careful:
    """A file of which no more is read at once than the list of so many entries takes."""

    def __init__(self, file: IO[bytes], most: int):
        self._file, self._most = file, max(most, 1 << 16)
        self.seek, self.tell, self.seekable, self.close = file.seek, file.tell, file.seekable, file.close

    def read(self, n: int = -1) -> bytes:
        if n > self._most:
            raise zipfile.BadZipFile("its list of files is too long")
        return self._file.read(n)


def unpacked(data: bytes) -> Zip:
    """The zip that these bytes are."""
    return Zip(BytesIO(data))
