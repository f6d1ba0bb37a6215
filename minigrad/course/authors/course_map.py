"""The map of a course, exercises/README.md, as its notes tell it: chapters, what depends on what, and every word."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from minigrad.course.catalogue.course import Course
from minigrad.course.reports.screen import START

PLACE = "exercises/README.md"
COMMAND = f"python grader.py list --markdown > {PLACE}"  # writes it


def course_map(course: Course) -> str:
    """The map in Markdown."""
    return "\n".join([*_exercises(course), *_glossary(course)]) + "\n"


def misfits(course: Course) -> list[str]:
    """The faults of the map, and of what the exercises say of each other."""
    problems, before, words = [], set[str](), dict[str, str]()
    for e in Course(course.root).exercises:  # all of them
        if e in course.exercises:
            unknown = [name for name in e.notes.get("needs", []) if name not in before]
            problems += [f"{e.name} builds on {name}, and no exercise before it is called that" for name in unknown]
            twice = [word for word in e.notes.get("words", {}) if word in words]
            problems += [f"{e.name} explains the word {word!r}, as {words[word]} does" for word in twice]
        before.add(e.name)
        words |= dict.fromkeys(e.notes.get("words", {}), e.name)
    place = course.root / PLACE
    if place.is_file() and place.read_text(encoding="utf-8", errors="replace") != course_map(Course(course.root)):
        problems.append(f"{PLACE} is not what the notes tell: {COMMAND}")
    return problems


def _exercises(course: Course) -> Iterator[str]:
    yield "# The exercises"
    yield ""
    if (course.root / "exercises" / START).is_file():
        yield f"Begin with [Before you start]({START}). Then take them in this order: each builds on those before it."
    else:
        yield "Take them in this order: each builds on those before it."
    yield "Each file is complete: code of earlier exercises that it needs is already there."
    for chapter, group in itertools.groupby(course.exercises, key=lambda exercise: exercise.chapter):
        yield from ["", f"## {chapter}", ""]
        yield from ["| number | exercise | title | builds on | minutes |", "|---|---|---|---|---|"]
        for e in group:
            needs = ", ".join(e.notes.get("needs", [])) or "–"
            yield f"| {e.number} | [{e.name}]({e.file}) | {e.title} | {needs} | {e.notes.get('minutes', '')} |"


def _glossary(course: Course) -> Iterator[str]:
    words = {word: (says, e) for e in course.exercises for word, says in e.notes.get("words", {}).items()}
    if words:
        yield from ["", "## Glossary", "", "Each word, and the exercise that explains it.", ""]
    for word, (says, e) in sorted(words.items(), key=lambda item: item[0].casefold()):
        yield f"- **{word}**: {says} ([{e.number}]({e.file}))"
