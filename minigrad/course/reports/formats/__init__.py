"""Results in the forms that other programs read; docs/formats.md says which, and where each form is described.

    write("junit", Path("results.xml"), report, screen)

Each format is a module of its name with `render(report, screen)`: a check becomes a test. All that a student's code
said or printed is made harmless here: it may hold anything.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType

from rich.console import RenderableType

from minigrad.course.files import write_whole
from minigrad.course.results.verdicts import Report
from minigrad.course.usage import UsageError

STDOUT = Path("-")

# The names of the formats, which are the names of the options, and the ends of the names of their files.
SUFFIXES = {
    "json": ".json",
    "junit": ".xml",
    "gradescope": ".json",
    "exercism": ".json",
    "classroom": ".txt",
    "markdown": ".md",
    "html": ".html",
    "svg": ".svg",
}


def render(name: str, report: Report, screen: RenderableType) -> str:
    """The results in a format, which is one of SUFFIXES; `screen` is what the student sees of them."""
    text: str = load(name).render(report, screen)
    return text


def load(name: str) -> ModuleType:
    """The module of a format."""
    return importlib.import_module(f"{__name__}.{name}")


def write(name: str, path: Path, report: Report, screen: RenderableType, pipe: bool = False) -> None:
    """Render the results to a file, which is replaced as a whole or not at all, or to standard output.

    Args:
        pipe: whether it stood there already, and was no file but a pipe or /dev/null, which is written to.
    """
    deliver(path, [(render(name, report, screen).rstrip("\n") + "\n").encode("utf-8")], pipe)


def deliver(path: Path, parts: Iterable[bytes], pipe: bool) -> None:
    """Write to standard output, to a pipe, or to a file, which is replaced as a whole or not at all."""
    if path == STDOUT:
        sys.stdout.buffer.writelines(parts)
        sys.stdout.flush()
    elif pipe:
        with path.open("wb") as file:
            file.writelines(parts)
    else:
        write_whole(path, parts)


def require_writable(outputs: Mapping[str, Path], suffixes: Mapping[str, str] = SUFFIXES) -> set[Path]:
    """Find out before grading whether results can be written, and do not write over anything but results.

    Args:
        outputs: the names of formats, and where each is written.
        suffixes: the ends of the names of their files.

    Returns:
        those that are pipes or the like. Where a student's code lays a pipe later, nobody reads what is written to it.
    """
    if len(set(outputs.values())) < len(outputs):
        raise UsageError("two results cannot be written to the same file. Give each option a name of its own.")
    pipes = {path for path in outputs.values() if path != STDOUT and path.exists() and not path.is_file()}
    for name, path in outputs.items():
        if path == STDOUT:
            continue
        if path.is_dir():
            raise UsageError(f"cannot write results to {path}: it is a folder.")
        folder, suffix = Path(os.path.realpath(path)).parent, suffixes[name]
        if not folder.is_dir():
            raise UsageError(f"cannot write results to {path}: there is no folder {folder}.")
        if path.is_file() and path.stat().st_size and path.suffix != suffix:
            why = f"{path} exists and is no {suffix} file; it is not overwritten."
            raise UsageError(f"{why} Give --{name} another name.")
        changed = [path] if path in pipes else [path, folder]
        if not all(os.access(place, os.W_OK) for place in changed if place.exists()):
            raise UsageError(f"cannot write results to {path}: permission denied.")
    return pipes
