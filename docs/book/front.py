"""The front page: how the README begins, and the chapters."""

from __future__ import annotations

import itertools
from pathlib import Path

import chapters
import mirror

from minigrad.course.catalogue.course import Course


def page(course: Course, root: Path) -> str:
    """The front page in Markdown."""
    begins = mirror.pages(root)["README.md"].split("\n## ", 1)[0]
    lines = [begins, "", "## The chapters", ""]
    for chapter, group in itertools.groupby(course.exercises, key=lambda exercise: exercise.chapter):
        number, title = chapter.split(" ", 1)
        lines += ["", f"**Chapter {number}. {title}**", ""]
        lines += [f"- [{e.title}]({chapters.place(e)})" for e in group]
    return "\n".join(lines) + "\n"
