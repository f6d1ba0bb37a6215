"""A course laid out in a folder, and one brought up to date. Nothing that somebody wrote is lost by it.

Both write whole files, and last that all of them are there. Where they are ended, the same command goes on.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

import minigrad
from minigrad.course.catalogue.versions import FOLDER
from minigrad.course.editions import note
from minigrad.course.files import legible, read_whole, typed, write_whole
from minigrad.course.usage import UsageError, install

NEW = f"{FOLDER}/new"  # of a course: what came anew of files in which the student has written


def start(folder: Path, files: Mapping[str, bytes]) -> None:
    """Lay out a course.

    Args:
        folder: one that may be there, if nothing is in it, or only what begins with a dot.

    Raises:
        UsageError: if it has other things in it, or cannot be written.
    """
    _require_room(folder, files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"cannot make the folder {legible(folder)}: {error.strerror}. Give one that you may write."
        ) from None
    for name, content in files.items():
        _put(folder / name, content)
    note.write(folder, files)


def _require_room(folder: Path, files: Mapping[str, bytes]) -> None:
    """Raise UsageError unless nothing is in the folder, or a part of these files, where laying them out was ended."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{legible(folder)} is a file. Give the name of a new folder.")
    if note.read(folder):
        raise UsageError(f"{legible(folder)} has a course already. To bring it up to date: {_update(folder)}")
    begun = {PurePosixPath(name).parts[0] for name in files}
    inside = [path for path in folder.glob("*") if not path.name.startswith(".")]
    others = [path.name for path in inside if path.name not in begun]
    others += [name for name, content in files.items() if _read(folder / name) not in (None, content)]
    if others:
        raise UsageError(f"{legible(folder)} is not empty: it has {legible(others[0])}. Give the name of a new folder.")


def update(folder: Path, files: Mapping[str, bytes]) -> Iterator[str]:
    """Bring a course up to date, and yield what there is to say about it, in lines.

    Files that the student did not change are replaced. An exercise in which they wrote stays, and what is new of it is
    laid beside it. Of what else they changed, such as the README, theirs is kept beside.

    Raises:
        UsageError: if there is no course that was laid out here, or a newer one, or it cannot be written.
    """
    before = _require_course(folder)
    note.begin(folder, before, files)
    new, replaced = 0, 0
    for name, content in files.items():
        path, mine = folder / name, _read(folder / name)
        if mine is not None and note.digest(mine) == note.digest(content):
            continue
        if mine is not None and not before.has(name, mine):
            if _is_exercise(name):
                if not before.had(name, content):
                    yield from _lay_beside(folder, name, content, before)
                    yield f"You have written in {name}: it stays. What is new of it is in {NEW}/{path.name}."
                continue
            yield f"You have changed {name}. It is replaced, and yours is in {keep(folder, path, mine)}."
        _put(path, content)
        new, replaced = new + (mine is None), replaced + (mine is not None)
    for name in sorted((before.files.keys() | before.begun.keys()) - files.keys()):
        yield from _let_go(folder, name, before)
    note.write(folder, files)
    came = ", ".join(f"{count} {word}" for count, word in ((new, "new"), (replaced, "replaced")) if count)
    yield f"The course is that of minigrad {minigrad.__version__}: {came or 'nothing in it was older'}."


def _lay_beside(folder: Path, name: str, content: bytes, before: note.Note) -> Iterator[str]:
    """Lay down what is new of an exercise that stays, and keep what the student changed in what was new before."""
    path = folder / NEW / PurePosixPath(name).name
    mine = _read(path)
    if mine is not None and note.digest(mine) != note.digest(content) and not before.has(name, mine):
        yield f"You have changed {NEW}/{path.name}. It is replaced, and yours is in {keep(folder, path, mine)}."
    _put(path, content)


def _require_course(folder: Path) -> note.Note:
    """The note of a course that can be brought up to date."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {legible(folder)}. Give the folder of your course.")
    if (folder / "minigrad").is_dir():
        why = "has a minigrad of its own, and is brought up to date where it comes from"
        raise UsageError(f"{legible(folder)} {why}: a clone by git pull, a teacher's zip by the teacher.")
    before = note.read(folder)
    if before is None:
        raise UsageError(f"{legible(folder)} is no course that start has laid out. Give the folder of yours.")
    if before.is_newer():
        newer = f"{legible(folder)} is a course of minigrad {before.version}, and {minigrad.__version__} is installed"
        raise UsageError(f"{newer}. First run: {install('--upgrade ')}")
    return before


def _let_go(folder: Path, name: str, before: note.Note) -> Iterator[str]:
    """Take away what is no longer part of the course, if it is none of the student's."""
    mine = _read(folder / name)
    if mine is None:
        return
    if _is_exercise(name):
        yield f"{name} is no longer part of the course: it stays."
        return
    if not before.has(name, mine):
        yield f"{name} is no longer part of the course. What you changed is in {keep(folder, folder / name, mine)}."
    (folder / name).unlink()


def _is_exercise(name: str) -> bool:
    return name.startswith("exercises/") and name.endswith(".py")


def keep(folder: Path, path: Path, content: bytes) -> str:
    """Keep what a student wrote to `path` among the backups of a folder, and return where in it."""
    name = f"{FOLDER}/backups/{path.stem}.{datetime.now():%Y-%m-%d_%H-%M-%S}"
    places = (f"{name}{f'-{k}' if k > 1 else ''}{path.suffix}" for k in itertools.count(1))
    place = next(place for place in places if not (folder / place).exists())
    _put(folder / place, content)
    return place


def _read(path: Path) -> bytes | None:
    return read_whole(Path(os.path.realpath(path))) if path.is_file() else None


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)


def _update(folder: Path) -> str:
    return f"python {typed(folder / 'grader.py')} update"
