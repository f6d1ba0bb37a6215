"""Everything that was found, as JSON; docs/formats.md describes it."""

from __future__ import annotations

from typing import Any

from rich.console import RenderableType

from minigrad.course.reports.formats.texts import counterexample, dump
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import CheckResult, ExerciseResult, Report

MAX_TEXT = 5000  # longer prints are cut


def render(report: Report, screen: RenderableType) -> str:
    return dump(as_data(report), indent=1)


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "salt": report.salt,
        "points": sum(r.points for r in report.results),
        "max_points": sum(r.max_points for r in report.results),
        "exercises": [_exercise(r) for r in report.results],
    }


def _exercise(result: ExerciseResult) -> dict[str, Any]:
    return {
        "name": result.exercise.name,
        "title": result.exercise.title,
        "points": None if result.status == Status.INFRA else result.points,
        "max_points": result.max_points,
        "status": result.status,
        "seconds": round(result.seconds, 4),
        "checks": [_check(check) for check in result.checks],
    }


def _check(check: CheckResult) -> dict[str, Any]:
    return {
        "name": check.title,
        "status": check.status,
        "points": None if check.status == Status.INFRA else check.points,
        "max_points": check.max_points,
        "seconds": round(check.seconds, 4),
        "message": check.message,
        "counterexample": counterexample(check.counterexample) if check.counterexample else None,
        "diagnosis": check.diagnosis,
        "ranges": check.ranges,
        "warnings": [{"line": w.number, "code": w.code, "text": w.text} for w in check.warnings],
        "output": _cut(check.output),
    }


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}... ({len(text) - MAX_TEXT} more characters)"
