"""A teacher's outputs of a cohort, each kind written by the module of its name; docs/grading.md says what each is for.

    write("csv", Path("grades.csv"), gradebook)
    write("feedback", Path("feedback"), gradebook)

A module has `render(gradebook)`, which gives the parts of a file, or `render_each(record, gradebook)`, which gives a
student's files for a folder: the end of each name, and its text. Nothing that a student wrote is markup, a formula or
an escape sequence there. `table`, `moves` and `dashboard` are for the eye.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

from minigrad.course.cohort.gradebook import Gradebook
from minigrad.course.cohort.intake.names import file_name
from minigrad.course.cohort.submissions import Student
from minigrad.course.files import write_whole
from minigrad.course.reports.formats import STDOUT, deliver
from minigrad.course.reports.formats import require_writable as require_files
from minigrad.course.usage import UsageError

# The names of the kinds, which are the names of the options, and the ends of the names of their files.
FILES = {"csv": ".csv", "canvas": ".csv", "moodle": ".csv", "jsonl": ".jsonl", "dashboard": ".html"}
FOLDERS = {"feedback": (".md", ".html"), "gradescope": (".json",), "junit": (".xml",)}

# The page of a command describes each with these words.
OUTPUTS = {
    "csv": "a table for spreadsheets",
    "canvas": "a table for Canvas, made from its own gradebook export, which is the roster",
    "moodle": "a table for Moodle's grade import; from a grading worksheet as the roster, that worksheet filled in",
    "jsonl": "everything that was found, a line of JSON for each student",
    "dashboard": "a page with charts and all students, for a browser",
    "feedback": "feedback for each student, as Markdown and HTML",
    "gradescope": "results for each student, in Gradescope's form",
    "junit": "results for each student, in JUnit's form",
}


def load(name: str) -> ModuleType:
    """The module of a kind."""
    return importlib.import_module(f"{__name__}.{name}")


def require_writable(outputs: Mapping[str, Path], read: Iterable[Path] = ()) -> set[Path]:
    """Find out before grading whether outputs can be written, and do not write over anything but outputs.

    Args:
        read: files that are read, such as the roster.

    Returns:
        those outputs that are pipes or the like.
    """
    read = [other for other in read if other.exists()]
    for name, path in outputs.items():
        if path.exists() and any(path.samefile(other) for other in read):
            raise UsageError(f"{path} is read, so --{name} cannot be written there. Give it a name of its own.")
    if "dashboard" in outputs:
        load("dashboard").require()
    if len(set(outputs.values())) < len(outputs):
        raise UsageError("two outputs cannot be written to the same place. Give each option a name of its own.")
    for name in FOLDERS:
        if name in outputs:
            _require_folder(name, outputs[name])
    return require_files({name: path for name, path in outputs.items() if name in FILES}, FILES)


def require_known(names: Iterable[str], students: Iterable[Student]) -> None:
    """Find out before grading whether those who read outputs will know the students.

    Args:
        names: the kinds that are wanted.

    Raises:
        UsageError: if they will not; it says what roster to give.
    """
    if "canvas" in names:
        load("canvas").require_known(students)


def notes(names: Iterable[str], gradebook: Gradebook) -> list[str]:
    """The notes that a teacher has to read before others read the outputs, in sentences.

    Args:
        names: the kinds that were written.
    """
    found: list[str] = load("canvas").notes(gradebook) if "canvas" in names else []
    return found


def _require_folder(name: str, folder: Path) -> None:
    """A folder that is there, or can be made, and holds nothing but such files."""
    ends = FOLDERS[name]
    if folder == STDOUT:
        raise UsageError(f"--{name} writes a file for each student. Give it the name of a folder.")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"cannot write to {folder}: it is no folder. Give --{name} another name.")
    above = folder if folder.exists() else Path(os.path.realpath(folder)).parent
    if not above.is_dir():
        raise UsageError(f"cannot write to {folder}: there is no folder {above}.")
    if not os.access(above, os.W_OK):
        raise UsageError(f"cannot write to {folder}: permission denied.")
    other = next((path for path in folder.iterdir() if path.suffix not in ends), None) if folder.exists() else None
    if other:
        why = f"{folder} holds {other.name}, which --{name} has not written"
        raise UsageError(f"{why}. Give it a folder of its own.")


def write(name: str, path: Path, gradebook: Gradebook, pipe: bool = False) -> None:
    """Write one kind of output to its file, or into its folder, each file as a whole or not at all.

    Args:
        pipe: whether the path stood there already, and was no file but a pipe or /dev/null, which is written to.
    """
    if name in FOLDERS:
        _write_each(name, path, gradebook)
    else:
        deliver(path, (part.encode("utf-8") for part in load(name).render(gradebook)), pipe)


def _write_each(name: str, folder: Path, gradebook: Gradebook) -> None:
    render_each = load(name).render_each
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {folder}: {error.strerror}.") from None
    for record in gradebook.records:
        files: Iterator[tuple[str, str]] = render_each(record, gradebook)
        for end, text in files:
            write_whole(folder / f"{file_name(record.student)}{end}", text.encode("utf-8"))
