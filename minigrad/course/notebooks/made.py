"""A notebook of an exercise's file."""

from __future__ import annotations

import importlib
import re
from typing import Any

from minigrad.course.usage import UsageError, install_extra

RUN_THIS = re.compile(r"^Run this file, or `python grader\.py \w+`, to see", re.MULTILINE)
GRADES = re.compile(r'^if __name__ == "__main__":\n(?:[ \t].*(?:\n|$)|\n)*', re.MULTILINE)
RUN_ALL = "Run all cells to see"

LAST = """\
# Run the cells above, then this one: it grades what you wrote in them.
if __name__ == "__main__":
    try:
        from minigrad.course.notebooks.graded import grade_this_notebook
    except ImportError as why:
        install = "Run: %pip install minigrad-course (or, in place of that name, the wheel that you were given)"
        raise SystemExit(f"The course's minigrad is not found: {{why}}. {{install}}") from None

    grade_this_notebook({stem!r}, course={course!r})"""

PYTHON = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def notebook(source: str, stem: str, course: str) -> bytes:
    """The cells of an exercise's file, and a last one, which grades the notebook, instead of what grades the file.

    Args:
        stem: the name of the exercise's file, such as ex09_rnn_cell.
        course: the folder of the course, seen from that of the notebook.

    Raises:
        UsageError: if jupytext is not installed.
    """
    jupytext, nbformat = require()
    made = jupytext.reads(source, "py:percent")
    made.cells[0].source = RUN_THIS.sub(RUN_ALL, made.cells[0].source)
    for cell in made.cells:
        cell.source = GRADES.sub(_without_grading, cell.source).rstrip()
    last = nbformat.v4.new_code_cell(LAST.format(stem=stem, course=course))
    made.cells = [*(cell for cell in made.cells if cell.source), last]
    made.metadata = nbformat.from_dict(PYTHON)
    for i, cell in enumerate(made.cells):
        cell.id = f"cell-{i}"  # the same every time
    text: str = nbformat.writes(made)
    return text.encode()


def _without_grading(block: re.Match[str]) -> str:
    return "" if "grade_this_file" in block[0] else block[0]


def require() -> tuple[Any, Any]:
    """The packages jupytext and nbformat.

    Raises:
        UsageError: if they are not installed.
    """
    try:
        return importlib.import_module("jupytext"), importlib.import_module("nbformat")
    except ModuleNotFoundError:
        raise UsageError(f"notebooks need the package jupytext: {install_extra('jupyter')}") from None
