"""Which edition a folder has, and which of its files are as they came: a note, tests/exercises/edition.json.

It is written last, and so belongs to the files only when all of them are there.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import minigrad
from minigrad.course.catalogue import versions
from minigrad.course.catalogue.course import TESTS
from minigrad.course.files import write_whole

NOTE = TESTS / "edition.json"
UPDATE = "python -m minigrad.course update"


@dataclass(frozen=True)
class Note:
    """What is known of the edition in a folder.

    Attributes:
        version: that of the minigrad that it came with.
        files: a digest of each of its files.
    """

    version: str
    files: Mapping[str, str]

    def is_newer(self) -> bool:
        """Whether the edition is newer than the minigrad that runs."""
        return _numbers(self.version) > _numbers(minigrad.__version__)

    def is_older(self) -> bool:
        """Whether the edition is older than the minigrad that runs."""
        return _numbers(self.version) < _numbers(minigrad.__version__)

    def has(self, name: str, content: bytes) -> bool:
        """Whether this is the file as it came."""
        return self.files.get(name) == digest(content)


def read(folder: Path) -> Note | None:
    """The note of a folder, or None if it has none; of one that cannot be understood nothing is known."""
    try:
        data = (folder / NOTE).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    with contextlib.suppress(ValueError, TypeError, LookupError):
        kept = json.loads(data)
        return Note(str(kept["version"]), dict(kept["files"]))
    return Note("0", {})


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Note that the folder has these files, all as they came with this minigrad."""
    new = Note(minigrad.__version__, {name: digest(files[name]) for name in sorted(files)})
    if read(folder) != new:
        write_whole(folder / NOTE, json.dumps(asdict(new), indent=1).encode())


def behind(folder: Path) -> str:
    """A line for whoever grades with a newer minigrad than the course in this folder came with; "" for others."""
    note = read(folder)
    if note is None or not note.is_older():
        return ""
    return f"minigrad {minigrad.__version__} has a newer edition of this course: {UPDATE}"


def digest(content: bytes) -> str:
    """Of a text, whichever line ends somebody's editor has given it."""
    return versions.digest([content.replace(b"\r\n", b"\n")])


def _numbers(version: str) -> list[int]:
    """The version as numbers, as far as it is one."""
    return [int(number) for number in re.findall(r"\d+", version)[:3]]
