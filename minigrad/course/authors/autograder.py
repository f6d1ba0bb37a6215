"""A course as platforms run it that grade by themselves: Gradescope, GitHub Classroom.

They run `grader.py autograder --run`, of cohort/platforms.py, with the students' edition: no solution is there.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from minigrad.course.authors import TEMPLATES
from minigrad.course.authors.bundle import edition, require_zip, zipped
from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.files import write_whole
from minigrad.course.reports.text import say
from minigrad.course.usage import UsageError

PROGRAMS = ("setup.sh", "run_autograder")
SPARE = 2  # minutes for what is not grading
INSTALLING = 10  # minutes, which GitHub's runner needs for each submission


def gradescope(
    course: Course, path: Path, exercises: Sequence[Exercise], salt: str, minutes: int, console: Console
) -> None:
    """Write the zip that is uploaded as an assignment's autograder.

    Raises:
        UsageError: if the course has no solutions, or the zip cannot be written there.
    """
    require_zip(path)
    files = {f"course/{name}": content for name, content in edition(course, exercises, console).items()}
    files |= {name: _filled(name, exercises, salt, minutes) for name in PROGRAMS}
    write_whole(path, zipped(files, PROGRAMS))
    points = sum(check.points for exercise in exercises for check in exercise.checks)
    say(
        console,
        f"{path} is an autograder for Gradescope. Set the assignment's autograder points to {points}, "
        f"its time limit to {minutes + SPARE} minutes or more, and upload the zip under Configure Autograder.",
    )


def classroom(
    course: Course, path: Path, exercises: Sequence[Exercise], salt: str, minutes: int, console: Console
) -> None:
    """Write the template repository of an assignment: the students' edition, and a workflow that grades with another.

    Raises:
        UsageError: if the course has no solutions, or there is something at `path`.
    """
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise UsageError(f"{path} exists, and nothing is written into it. Give the name of a new folder.")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent} to write {path.name} into.")
    students = edition(course, exercises, console)
    workflow = _filled("classroom.yml", exercises, salt, minutes)
    files = {
        **students,
        ".github/workflows/classroom.yml": workflow,
        ".github/course.zip": zipped({f"course/{name}": content for name, content in students.items()}),
        ".gitignore": b".minigrad/\n.venv/\n__pycache__/\n*.egg-info/\n",
    }
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(path / name, content)
    say(
        console,
        f"{path} is a template repository for GitHub Classroom. Push it, mark it as a template, and "
        "create the assignment from it with .github/**/* as a protected file path and no autograding tests.",
    )


def _filled(template: str, exercises: Sequence[Exercise], salt: str, minutes: int) -> bytes:
    text = (TEMPLATES / template).read_text("utf-8")
    values = {
        "@EXERCISES@": " ".join(exercise.name for exercise in exercises),
        "@SALT@": shlex.quote(salt),
        "@MINUTES@": str(minutes),
        "@LIMIT@": str(minutes + SPARE + INSTALLING),
    }
    for name, value in values.items():
        text = text.replace(name, value)
    return text.encode()
