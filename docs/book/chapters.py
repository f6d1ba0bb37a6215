"""An exercise as a chapter of the book, made from its file."""

from __future__ import annotations

import itertools
import re
from typing import Any

from figures import with_figure

from minigrad.course.catalogue.course import Course, Exercise

CELL = re.compile(r"^# %%.*\n", re.MULTILINE)


def place(exercise: Exercise) -> str:
    """Where its page is."""
    return f"exercises/{exercise.stem}.md"


def menu(course: Course) -> list[dict[str, Any]]:
    """The chapters with their exercises, as mkdocs wants them."""
    groups = itertools.groupby(course.exercises, key=lambda exercise: exercise.chapter)
    return [{chapter: [{f"{e.number} {e.title}": place(e)} for e in group]} for chapter, group in groups]


def page(course: Course, exercise: Exercise, full: bool) -> str:
    """The chapter in Markdown, with the solution if it is the full edition."""
    cells = [cell.strip() for cell in CELL.split(exercise.skeleton)[1:]]
    parts = []
    for cell in cells:
        if cell.startswith('"""'):
            parts.append(cell.strip('"\n'))
        elif "__main__" not in cell:
            parts.append(f"```python\n{cell}\n```")
    for n, hint in enumerate(exercise.hints, 1):
        parts.append(f'??? tip "Hint {n}"\n    {hint}')
    return with_figure("\n\n".join(parts) + "\n", exercise.name)
