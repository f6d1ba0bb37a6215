"""The glossary: each word that an exercise explains."""

from __future__ import annotations

import re

import chapters

from minigrad.course.catalogue.course import Course, Exercise


def words(course: Course) -> dict[str, tuple[str, Exercise]]:
    """Each word with what it means and the exercise that explains it, by the alphabet."""
    found = {word: (says, e) for e in course.exercises for word, says in e.notes.get("words", {}).items()}
    return dict(sorted(found.items(), key=lambda item: item[0].strip("`<").casefold()))


def anchor(word: str) -> str:
    """What the place of a word on the page is called.

    >>> anchor("backpropagation through time"), anchor("`<bos>`")
    ('backpropagation-through-time', 'bos')
    """
    return re.sub(r"\W+", "-", word).strip("-").lower()


def page(course: Course) -> str:
    """The glossary in Markdown."""
    lines = ["# Glossary", "", "Each word, and the exercise that explains it.", ""]
    for word, (says, e) in words(course).items():
        lines += [f"- **{word}**{{ #{anchor(word)} }}: {says} ([{e.number}]({chapters.place(e)}))"]
    return "\n".join(lines) + "\n"
