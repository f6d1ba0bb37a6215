"""The edition of a course that students get."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from minigrad.course.authors import TEMPLATES
from minigrad.course.authors.tables import filled
from minigrad.course.authors.work import Work, bar, side_by_side
from minigrad.course.catalogue.course import TESTS, TRAININGS, Course, Exercise
from minigrad.course.catalogue.predictions import sealed
from minigrad.course.diagnosis.table import examples, record
from minigrad.course.files import write_whole
from minigrad.course.grading.workers import workers
from minigrad.course.reports.text import say
from minigrad.course.usage import UsageError

KIT = Path(__file__).parents[3]  # where minigrad itself is, with what is needed to install it


INSTALL = "pip install -e ."
INSTALL_RELEASED = "pip install minigrad-course"
WITHOUT_KIT = """
If you were given a wheel of minigrad, its name stands in place of `minigrad-course`.

When the grader says that minigrad has a newer edition of this course, this line brings it, and what you wrote stays:

    python grader.py update
"""


def bundle(course: Course, path: Path, console: Console, kit: bool = True) -> None:
    """Write the students' edition as a zip: the kit and the exercises, without solutions and without mistakes' code.

    The same course gives the same bytes.

    Args:
        kit: whether minigrad itself is in it; if not, students install it by its name.

    Raises:
        UsageError: if the course has no solutions, or the zip cannot be written there.
    """
    require_zip(path)
    files = edition(course, course.exercises, console, kit)
    write_whole(path, zipped({f"course/{name}": content for name, content in files.items()}))
    size = f"{len(files)} files, {path.stat().st_size / 1e6:.1f} MB"
    say(console, f"{path} is the students' edition: {size}.")
    install = INSTALL if kit else INSTALL_RELEASED
    console.print(f"They unpack it, and in its folder: {install} && python grader.py", soft_wrap=True)


def require_zip(path: Path) -> None:
    """Raise UsageError unless a zip can be written there, over nothing but a zip."""
    if path.suffix != ".zip":
        raise UsageError(f"{path} is no name of a zip. Give one that ends in .zip.")
    if path.exists() and not (path.is_file() and zipfile.is_zipfile(path)):
        raise UsageError(f"{path} exists and is no zip; it is not overwritten. Give another name.")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent} to write {path.name} into.")


def edition(course: Course, exercises: Sequence[Exercise], console: Console, kit: bool = True) -> dict[str, bytes]:
    """The files of a course of these exercises, without solutions.

    Args:
        kit: whether minigrad itself is in it.

    Raises:
        UsageError: if the course has no solutions.
    """
    course.require_solutions()
    if not (KIT / "pyproject.toml").is_file():
        raise UsageError(f"there is no pyproject.toml in {KIT}. Install minigrad from a clone of it: pip install -e .")
    readme = (TEMPLATES / "README.md").read_text("utf-8")
    files = {
        **(_kit() if kit else {}),
        "README.md": (readme if kit else readme.replace(INSTALL, INSTALL_RELEASED) + WITHOUT_KIT).encode(),
        "grader.py": (KIT / "grader.py").read_bytes(),
        "tests/exercises/conftest.py": (KIT / TESTS / "conftest.py").read_bytes(),
    }
    for page in (course.root / "exercises").glob("*.md"):
        files[f"exercises/{page.name}"] = page.read_bytes()
    for training in (course.root / TESTS).glob(TRAININGS):
        files[training.relative_to(course.root).as_posix()] = training.read_bytes()
    for exercise in exercises:
        exercise.load()
    works = {exercise.name: packing(exercise) for exercise in exercises}
    with workers() as pool, bar(console, "recorded") as progress:
        for _, packed, _ in side_by_side(works, pool, progress):
            files.update(packed)
    return files


def zipped(files: Mapping[str, bytes], programs: Collection[str] = ()) -> bytes:
    """A zip of these files, dated 1980, wherever and whenever it is made; some of them may be run."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compresslevel=9) as archive:
        for file, content in sorted(files.items()):
            entry = zipfile.ZipInfo(file)
            entry.create_system, entry.external_attr = 3, (0o755 if file in programs else 0o644) << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _kit() -> dict[str, bytes]:
    """The files that `pip install -e .` needs."""
    package = (p for p in (KIT / "minigrad").rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    needed = [KIT / "pyproject.toml", KIT / "docs" / "LICENSE", *package]
    return {path.relative_to(KIT).as_posix(): path.read_bytes() for path in needed}


def packing(exercise: Exercise) -> Work[dict[str, bytes]]:
    """The files that students get of one exercise."""
    rows = yield from filled(exercise, "mistakes", "substitutions")
    checks = f"tests/exercises/test_{exercise.file}"
    kept = {key: value for key, value in exercise.notes.items() if key not in ("mistakes", "variants")}
    kept["predictions"] = sealed(exercise.notes["predictions"])
    notes = {**kept, "skeleton": exercise.skeleton, "answers": exercise.answers, "examples": examples(exercise)}
    return {
        f"exercises/{exercise.file}": exercise.skeleton.encode(),
        checks: (exercise.root / checks).read_bytes(),
        f"tests/exercises/{exercise.stem}.json": _as_json(notes),
        f"tests/exercises/{exercise.recorded_file.name}": _as_json(record(exercise, rows)),
    }


def _as_json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
