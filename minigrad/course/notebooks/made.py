"""A notebook of an exercise's file."""

from __future__ import annotations

import importlib
import re
from typing import Any

from minigrad.course.usage import UsageError

RUN_THIS = re.compile(r"^Run this file, or `python grader\.py \w+`, to see", re.MULTILINE)
RUN_ALL = "Run all cells to see"

LAST = """\
# Run the cells above, then this one: it grades what you wrote in them.
if __name__ == "__main__":
    try:
        from minigrad.course.notebooks.graded import grade_this_notebook
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {{why}}. Run: %pip install minigrad-course") from None

    grade_this_notebook({stem!r}, course={course!r})"""

PYTHON = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def notebook(source: str, stem: str, course: str) -> bytes:
    """The cells of an exercise's file, of which the last, which grades the file, grades the notebook instead.

    Args:
        stem: the name of the exercise's file, such as ex09_rnn_cell.
        course: the folder of the course, seen from that of the notebook.

    Raises:
        UsageError: if jupytext is not installed.
    """
    jupytext, nbformat = require()
    made = jupytext.reads(source, "py:percent")
    made.cells[0].source = RUN_THIS.sub(RUN_ALL, made.cells[0].source)
    made.cells[-1].source = LAST.format(stem=stem, course=course)
    made.metadata = nbformat.from_dict(PYTHON)
    for i, cell in enumerate(made.cells):
        cell.id = f"cell-{i}"  # the same every time
    text: str = nbformat.writes(made)
    return text.encode()


def require() -> tuple[Any, Any]:
    """The packages jupytext and nbformat.

    Raises:
        UsageError: if they are not installed.
    """
    try:
        return importlib.import_module("jupytext"), importlib.import_module("nbformat")
    except ModuleNotFoundError:
        install = "pip install 'minigrad-course[jupyter]'"
        raise UsageError(f"notebooks need the package jupytext: {install}") from None
