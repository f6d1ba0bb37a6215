"""The front page and the page that says how to install minigrad, both made of the README."""

from __future__ import annotations

import itertools
from pathlib import Path

import chapters
import mirror

from minigrad.course.catalogue.course import Course

BEGIN = "Begin with [Before you start](exercises/before_you_start.md). Then each exercise builds on those before it."


def page(course: Course, root: Path) -> str:
    """The front page in Markdown: how the README begins, how to take the course without a clone, and the chapters."""
    begins, without = _of_readme(root)
    parts = [begins, "## Without a clone", without, "## The chapters", BEGIN, '<div class="chapters" markdown="1">']
    for chapter, group in itertools.groupby(course.exercises, key=lambda exercise: exercise.chapter):
        exercises = "\n".join(f"- {e.number} [{e.title}]({chapters.place(e)})" for e in group)
        parts.append(f'<div markdown="1">\n\n### {chapter}\n\n{exercises}\n\n</div>')
    return "\n\n".join([*parts, "</div>"]) + "\n"


def start(root: Path) -> str:
    """The page on how to install and start, in Markdown. Its title has the words that people search for."""
    begins, without = _of_readme(root)
    clone = begins[begins.index("In a clone of this repository") :].replace(
        "(#without-a-clone)", "(#without-a-clone-the-wheel)"
    )
    parts = [
        "# Install and start, with or without a clone",
        "## In a clone",
        clone,
        "## Without a clone: the wheel",
        without,
    ]
    return "\n\n".join([*parts, "## The first exercise", BEGIN]) + "\n"


def for_readers(page: str) -> str:
    """A page of the course, in which who is told to look into the README is led to how to install and start."""
    return page.replace("[the README](../README.md)", "[Install and start](../start.md)")


def _of_readme(root: Path) -> tuple[str, str]:
    """The beginning of the README, and its section on a course without a clone."""
    readme = mirror.pages(root)["README.md"]
    without = readme.split("\n### Without a clone\n", 1)[1].split("\n### ", 1)[0]
    return readme.split("\n## ", 1)[0], without
