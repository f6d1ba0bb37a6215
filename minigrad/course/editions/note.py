"""A note on the edition of a folder, and on which files are as they came: tests/exercises/edition.json.

It names the edition of which all files are there, and those to which the folder was being brought when that was ended.
Anybody can write in it. So it is believed only about what a course consists of.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

import minigrad
from minigrad.course.catalogue import versions
from minigrad.course.catalogue.course import TESTS
from minigrad.course.files import read_whole, write_whole

NOTE = TESTS / "edition.json"
UPDATE = "python grader.py update"
TOP = ("README.md", "grader.py")  # all other files of an edition are in these folders:
FOLDERS = ("exercises", TESTS.as_posix())
VERSION = r"\d[\w.+-]{,40}"


@dataclass(frozen=True)
class Note:
    """The edition in a folder, as far as it is known.

    Attributes:
        version: that of the minigrad that it came with.
        files: a digest of each of its files.
        begun: digests of the files of other editions, of which some may be there.
    """

    version: str
    files: Mapping[str, str]
    begun: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def is_newer(self) -> bool:
        """True if the edition is newer than the minigrad that runs."""
        return _numbers(self.version) > _numbers(minigrad.__version__)

    def is_older(self) -> bool:
        """True if the edition is older than the minigrad that runs."""
        return _numbers(self.version) < _numbers(minigrad.__version__)

    def has(self, name: str, content: bytes) -> bool:
        """True if this is the file as it came, also with an edition that did not come as a whole."""
        return digest(content) in (self.files.get(name), *self.begun.get(name, ()))

    def had(self, name: str, content: bytes) -> bool:
        """True if this is the file of the edition that came as a whole."""
        return self.files.get(name) == digest(content)


def read(folder: Path) -> Note | None:
    """The note of a folder, or None if it has none; of one that cannot be understood nothing is known."""
    path = folder / NOTE
    if not os.path.lexists(path):
        return None
    with contextlib.suppress(OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        kept = json.loads(read_whole(path))
        if re.fullmatch(VERSION, kept["version"]):
            begun = {name: list(map(str, digests)) for name, digests in _of_a_course(kept.get("begun", {})).items()}
            return Note(kept["version"], _of_a_course(kept["files"]), begun)
    return Note("0", {})


def _of_a_course(named: Mapping[str, Any]) -> dict[str, Any]:
    """The entries for files that an edition can have, and no others."""
    return {name: said for name, said in named.items() if _can_be(PurePosixPath(name))}


def _can_be(path: PurePosixPath) -> bool:
    inside = any(path.is_relative_to(folder) for folder in FOLDERS) and not {"\\", ":"} & {*str(path)}
    return str(path) in TOP or (inside and ".." not in path.parts and path != PurePosixPath(NOTE.as_posix()))


def begin(folder: Path, before: Note, files: Mapping[str, bytes]) -> None:
    """Note that the folder may have some of these files from now on."""
    new = {name: digest(content) for name, content in files.items() if not before.has(name, content)}
    begun = {name: [*before.begun.get(name, ()), *filter(None, [new.get(name)])] for name in {*before.begun, *new}}
    _put(folder, replace(before, begun=dict(sorted(begun.items()))))


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Note that the folder has these files, all as they came with this minigrad."""
    _put(folder, Note(minigrad.__version__, {name: digest(files[name]) for name in sorted(files)}))


def _put(folder: Path, new: Note) -> None:
    if read(folder) != new:
        write_whole(folder / NOTE, json.dumps(asdict(new), indent=1).encode())


def behind(folder: Path) -> str:
    """A line for whoever grades with a newer minigrad than the course in this folder came with; "" for others."""
    note = read(folder)
    if note is None or not note.is_older():
        return ""
    return f"minigrad {minigrad.__version__} has a newer edition of this course: {UPDATE}"


def digest(content: bytes) -> str:
    """A digest that is the same for both kinds of line end."""
    return versions.digest([content.replace(b"\r\n", b"\n")])


def _numbers(version: str) -> list[int]:
    """The version as numbers, as far as it is one."""
    return [int(number) for number in re.findall(r"\d+", version)[:3]]
