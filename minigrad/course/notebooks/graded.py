"""The last cell of a notebook: it grades what was written in the cells above it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from minigrad.course import grade_this_file
from minigrad.course.catalogue import versions
from minigrad.course.catalogue.course import Exercise
from minigrad.course.files import legible, read_whole, write_whole
from minigrad.course.notebooks.cells import asked_for, gathered

MARK = "# Made of the cells of {}.ipynb, anew each time its last cell is run, unless it is changed here ({}).\n"
MOST = 1_000_000  # bytes; a larger file is not graded
COLOURS = ("FORCE_COLOR", "CLICOLOR_FORCE")  # which Jupyter sets, and a bar of progress would be shown line by line


def grade_this_notebook(stem: str, course: str) -> None:
    """Grade what the cells that were run define, and print the verdict.

    It is written to a file beside the notebook, so that trainings and all else that `python grader.py` does can use it
    with `--target`.

    Args:
        stem: the name of the exercise's file, such as ex09_rnn_cell.
        course: the folder of the course, seen from that of the notebook.
    """
    cells = getattr(sys.modules["__main__"], "In", None)
    if cells is None:  # a notebook that was saved as a script, and is run as one
        grade_this_file()
        return
    print(_verdict(stem, Path(course), cells))


def _verdict(stem: str, course: Path, cells: list[str]) -> str:
    if not os.path.isfile(course / "grader.py"):
        return (
            f'The course is not in {legible(course.resolve())}. Where is it? Write that in this cell, as course="...".'
        )
    exercise, file = Exercise(course, stem), Path(f"{stem}.py")
    if os.path.exists(file) and not is_free(exercise, file):
        return f"{legible(file.resolve())} is not made of this notebook, so it is not written over. Move it away first."
    names = asked_for(exercise.skeleton)
    source, missing = gathered(cells, names)
    if missing:
        older = "If no cell has that, this notebook is older than the exercise: move it away, and make it anew"
        run = f"Not run yet: {', '.join(missing)}. Run the cells above, and then this one."
        return f"{run}\n{older} by grader.py notebooks."
    untouched = _statements(source) == _statements(gathered([exercise.skeleton], names)[0])
    write_whole(file, (exercise.skeleton if untouched else _marked(stem, f"\n{source}")).encode())
    grade = [sys.executable, str(course / "grader.py"), stem, "--target", ".", "--notebook"]
    plain = {name: value for name, value in os.environ.items() if name not in COLOURS}
    environment = {**plain, "COLUMNS": "80", "PYTHONUTF8": "1"}
    done = subprocess.run(grade, env=environment, capture_output=True, encoding="utf-8", check=False)
    return f"{done.stdout}{done.stderr}".rstrip()


def is_free(exercise: Exercise, file: Path) -> bool:
    """True if a file holds nothing but what was made of the exercise's notebook, or what everybody begins with."""
    try:
        content = read_whole(file, MOST).replace(b"\r\n", b"\n")
    except OSError:
        return False
    rest = content.partition(b"\n")[2].decode(errors="replace")
    return content in (exercise.skeleton.encode(), _marked(exercise.stem, rest).encode())


def _marked(stem: str, rest: str) -> str:
    """The text of a file that is made of a notebook: the first line says so, and of what it was made."""
    return MARK.format(stem, versions.digest([rest.encode()])) + rest


def _statements(source: str) -> set[str]:
    """The statements of what was gathered, whichever were run again."""
    return set(source.strip().split("\n\n\n"))
