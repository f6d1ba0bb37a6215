"""Files that are written as a whole or not at all."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path

from minigrad.course.catalogue import Exercise, UsageError


def write_whole(path: Path, data: bytes) -> None:
    """Put the data in place of what `path` holds; until it is written, what was there stays.

    Raises:
        UsageError: if it cannot be written.
    """
    path = Path(os.path.realpath(path))
    part = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        part.write_bytes(data)
        if path.exists():
            shutil.copymode(path, part)
        os.replace(part, path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)


def require_startable(exercise: Exercise, path: Path) -> None:
    """Raise UsageError if what is at `path` can't make room for the exercise as it began."""
    if os.path.realpath(path.parent) == os.path.realpath(exercise.root / "solutions"):
        raise UsageError("solutions are what exercises are made from; they are not reset.")
    if path.is_symlink() and not path.exists():
        raise UsageError(f"{path} is a link that leads nowhere. Remove it first.")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is not a file. Move it away first.")


def start_again(exercise: Exercise, path: Path) -> Path | None:
    """Write the exercise as it began to `path`, and return where what was there before is kept, if anything was.

    Raises:
        UsageError: if it cannot be written; then what was there stays.
    """
    require_startable(exercise, path)
    backup = None
    if path.exists():
        backup = next(b for k in range(1, 10**6) if not (b := path.with_suffix(f".{k}.bak")).exists())
        write_whole(backup, path.read_bytes())
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, exercise.skeleton.encode())
    return backup
