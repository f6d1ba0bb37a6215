"""A summary in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.console import RenderableType

from minigrad.course.reports.formats.texts import explain, name, plain, printed
from minigrad.course.reports.text import MARKS
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import Report


def render(report: Report, screen: RenderableType) -> str:
    """A summary: a table of the exercises, and for each that falls short what to look at first."""
    results = report.results
    points, max_points = sum(r.points for r in results), sum(r.max_points for r in results)
    unknown = any(result.status == Status.INFRA for result in results)
    lines = [f"## {'?' if unknown else points} of {max_points} points", "", "| | exercise | points |", "|---|---|---:|"]
    for result in results:
        status = f"{MARKS[result.status][0]} {result.status.replace('_', ' ')}"
        exercise = f"{result.exercise.number} {result.exercise.name}: {result.exercise.title}"
        won = "?" if result.status == Status.INFRA else result.points
        lines.append(f"| {status} | {escape(exercise)} | {won}/{result.max_points} |")
    for result in results:
        for check in result.first_failures:
            lines += ["", f"### {escape(name(result, check))}"]
            lines += ["", f"**{escape(plain(check.diagnosis))}**"] if check.diagnosis.strip() else []
            lines += ["", *fenced(explain(check, diagnosis=False))]
            lines += ["", *fenced(printed(check))] if check.output.strip() else []
    return "\n".join(lines)


def escape(text: str) -> str:
    """Text within a line of Markdown, also at its start, in which no character has a meaning of its own."""
    line = re.sub(r"([\\`*_\[\]<>#|~&@$])", r"\\\1", " ".join(text.split()))
    return re.sub(r"^(\d+(?=[.)](?: |$))|(?=[-+=]))", r"\1\\", line)


def fenced(text: str) -> Iterator[str]:
    """A block of code that no text can end before its time."""
    fence = "`" * max(3, *(1 + len(ticks) for ticks in re.findall("`*", text)))
    yield from (f"{fence}text", text, fence)
