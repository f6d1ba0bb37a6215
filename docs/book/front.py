"""The front page: how the README begins, how to take the course without a clone, and the chapters."""

from __future__ import annotations

import itertools
from pathlib import Path

import chapters
import mirror

from minigrad.course.catalogue.course import Course

BEGIN = "Begin with [Before you start](exercises/before_you_start.md). Then each exercise builds on those before it."


def page(course: Course, root: Path) -> str:
    """The front page in Markdown."""
    readme = mirror.pages(root)["README.md"]
    begins = readme.split("\n## ", 1)[0]
    without = readme.split("\n### Without a clone\n", 1)[1].split("\n### ", 1)[0]
    parts = [begins, "## Without a clone", without, "## The chapters", BEGIN, '<div class="chapters" markdown="1">']
    for chapter, group in itertools.groupby(course.exercises, key=lambda exercise: exercise.chapter):
        exercises = "\n".join(f"- {e.number} [{e.title}]({chapters.place(e)})" for e in group)
        parts.append(f'<div markdown="1">\n\n### {chapter}\n\n{exercises}\n\n</div>')
    return "\n\n".join([*parts, "</div>"]) + "\n"
