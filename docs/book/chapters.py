"""An exercise as a chapter of the book, made from its file and its notes."""

from __future__ import annotations

import ast
import itertools
import re
import textwrap
from html import escape
from typing import Any

import blocks
from figures import with_figure

from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.catalogue.skeleton import BODY

CELL = re.compile(r"^# %%.*\n", re.MULTILINE)
LEAD = re.compile(r"\*\*(.+?)\*\*(.*)", re.DOTALL)
QUESTION = re.compile(r"((?:^# .*\n)+)^(\w+) = \.\.\.$", re.MULTILINE)


def place(exercise: Exercise) -> str:
    """The place of its page."""
    return f"exercises/{exercise.stem}.md"


def menu(course: Course) -> list[dict[str, Any]]:
    """The chapters with their exercises, as mkdocs wants them."""
    groups = itertools.groupby(course.exercises, key=lambda exercise: exercise.chapter)
    return [{chapter: [{f"{e.number} {e.title}": place(e)} for e in group]} for chapter, group in groups]


def page(course: Course, exercise: Exercise, full: bool) -> str:
    """The chapter in Markdown, with the solution if it is the full edition."""
    text, imports, predictions, *code = cells(exercise)
    title, story = text.split("\n\n", 1)
    parts = [blocks.without_tags(title), _facts(course, exercise), *_story(with_figure(story, exercise.name))]
    parts += _predictions(predictions)
    parts += ["## The code", f"Open `exercises/{exercise.file}`. This is its code, and where your lines go:"]
    parts += [f"```python\n{cell}\n```" for cell in (imports, *code)]
    parts += ["## Is it right?", *_grading(exercise), *_hints(exercise)]
    if full:
        parts.append(_solution(exercise))
    return "\n\n".join(parts) + "\n"


def cells(exercise: Exercise) -> list[str]:
    """The cells of an exercise's file, as a student gets it: the text, the imports, the questions, the code."""
    found = [cell.strip() for cell in CELL.split(exercise.skeleton)[1:]]
    return [found[0].strip('"\n'), *(cell for cell in found[1:] if "__main__" not in cell)]


def course_map(course: Course, written: str) -> str:
    """The map of the course as it is written, with lists in place of its tables, which are too wide for a phone."""
    parts = [written.split("\n## ", 1)[0].strip(), "The [glossary](../glossary.md) says what each word means."]
    for chapter, group in itertools.groupby(course.exercises, key=lambda exercise: exercise.chapter):
        lines = [
            f"- **{e.number} [{e.name}]({e.stem}.md)** {e.title}<br>{_beside(_minutes(e), _needs(course, e))}"
            for e in group
        ]
        parts += [f"## {chapter}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _minutes(exercise: Exercise) -> str:
    return f"{exercise.notes['minutes']} minutes" if "minutes" in exercise.notes else ""


def _needs(course: Course, exercise: Exercise) -> str:
    names = exercise.notes.get("needs", [])
    return "builds on " * bool(names) + ", ".join(f"[{name}]({course.find(name).stem}.md)" for name in names)


def _beside(*facts: str) -> str:
    return " · ".join(filter(None, facts))


def typeset(page: str) -> str:
    """A page of Markdown with the formulas of its prose as MathML. Headings, code and summaries stay as they are."""
    paragraphs = re.split(r"(\n\n+|\n</\w+>)", page)
    return "".join(p if p.startswith(("#", "    ", "<", "\n")) else blocks.with_formulas(p) for p in paragraphs)


def _facts(course: Course, exercise: Exercise) -> str:
    """Its chapter, the minutes that it takes, its points, and the exercises that it builds on."""
    points = f"{sum(check.points for check in exercise.checks)} points"
    facts = _beside(f"Chapter {exercise.chapter}", _minutes(exercise), points, _needs(course, exercise))
    return f"{facts}\n{{ .facts }}"


def _story(text: str) -> list[str]:
    """The text, with headings in place of what begins its paragraphs, and its blocks as HTML."""
    found, heading = [], ""
    for paragraph in text.split("\n\n"):
        if paragraph.startswith("<figure"):
            found.append(paragraph)
        elif paragraph.startswith(">>>"):
            found.append(f"```pycon\n{paragraph}\n```")
        elif paragraph.startswith("    "):
            found.append(blocks.html(textwrap.dedent(paragraph), heading.startswith("The shapes")))
        elif lead := LEAD.match(paragraph):
            heading = blocks.without_tags(lead[1].removesuffix("."))
            is_sentence = lead[1][-1] in ".?" or not lead[2]  # else it goes on: **The shapes** are free
            found += [f"## {heading}", blocks.with_formulas(lead[2].strip() if is_sentence else lead[1] + lead[2])]
        else:
            found.append(blocks.with_formulas(paragraph))
    return found


def _predictions(cell: str) -> list[str]:
    """The questions that are answered before code is written."""
    begins, questions = cell.split("\n\n", 1)
    asked = [
        (" ".join(re.findall(r"^# (.*)$", text, re.MULTILINE)), name)
        for text, name in QUESTION.findall(questions + "\n")
    ]
    items = [f"1. {blocks.with_formulas(question)}<br>`{name} = ...`" for question, name in asked]
    return ["## Predict", blocks.without_tags(begins.removeprefix("# ")), "\n".join(items)]


def _grading(exercise: Exercise) -> list[str]:
    """The command that grades it, and its checks with their points."""
    checks = "\n".join(
        f"- {check.title}: {check.points} {'point' if check.points == 1 else 'points'}" for check in exercise.checks
    )
    return [
        f"```sh\npython grader.py {exercise.name}\npython grader.py hint {exercise.name}\n```",
        "There are points for",
        blocks.without_tags(checks),
    ]


def _hints(exercise: Exercise) -> list[str]:
    """The hints, each folded into the one before it, which says less."""
    found = ""
    for n, hint in reversed(list(enumerate(exercise.hints, 1))):
        found = f"{_hint(hint)}\n\n{found}".strip()
        found = _folded(f"Hint {n} of {len(exercise.hints)}", found, "tip")
    return [found] if found else []


def _hint(text: str) -> str:
    """A hint, which is plain text; lines that stand further in are code."""
    parts = []
    for is_code, lines in itertools.groupby(text.split("\n"), key=lambda line: line.startswith("    ")):
        part = textwrap.dedent("\n".join(lines)).strip()
        parts.append(f"```python\n{part}\n```" if is_code else blocks.of_plain(part))
    return "\n\n".join(filter(None, parts))


def _solution(exercise: Exercise) -> str:
    """The code in place of YOUR CODE HERE, for each function."""
    parts = []
    for name, lines in gaps(exercise.solution):
        parts.append(f"`{name}`\n\n```python\n{textwrap.dedent(lines).rstrip()}\n```")
    return _folded("Solution", "\n\n".join(parts), "success")


def gaps(solution: str) -> list[tuple[str, str]]:
    """The name of each function that a student writes, and the lines that are missing in it."""
    tree = ast.parse(solution)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    found = []
    for region in BODY.finditer(solution):
        line = solution.count("\n", 0, region.start()) + 1
        around = [f for f in functions if f.lineno <= line <= (f.end_lineno or 0) + 1]
        found.append((".".join(f.name for f in sorted(around, key=lambda f: f.lineno)), region[2]))
    return found


def _folded(title: str, text: str, kind: str) -> str:
    """A text that is shown when a reader asks for it; the search does not look into it."""
    opened = f'<details class="{kind}" data-search-exclude markdown="1"><summary>{escape(title)}</summary>'
    return f"{opened}\n\n{text}\n\n</details>"
