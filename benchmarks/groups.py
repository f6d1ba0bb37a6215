"""Time of the processor of a process and all that it starts, where the system counts that in a group (for root)."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup/cpuacct"), Path("/sys/fs/cgroup")  # of the first and the second version


def group(name: str) -> Path | None:
    """A group that a process joins by its number in the file cgroup.procs; None where there can be none."""
    for place in _places():
        with contextlib.suppress(OSError):
            group = place / f"minigrad-{os.getpid()}-{name}"
            group.mkdir(exist_ok=True)
            return group
    return None


def _places() -> Iterator[Path]:
    return (place for place in GROUPS if (place / "cgroup.procs").exists())


def used(group: Path | None) -> float:
    """Seconds of the processor that all processes of a group have used."""
    if group is None:
        return float("nan")
    if (total := group / "cpuacct.usage").exists():
        return int(total.read_text()) / 1e9
    return int((group / "cpu.stat").read_text().split()[1]) / 1e6


def leave(group: Path | None) -> None:
    """Remove a group whose processes have ended."""
    if group:
        with contextlib.suppress(OSError):  # what was in it is just ending
            group.rmdir()
