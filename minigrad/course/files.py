"""Files that are written as a whole or not at all."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path

from minigrad.course.usage import UsageError


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
        if path.exists():
            shutil.copymode(path, part)
        os.replace(part, path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
