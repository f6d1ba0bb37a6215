"""The results.json of a Gradescope autograder."""

from __future__ import annotations

from typing import Any

from rich.console import RenderableType

from minigrad.course.reports.formats.texts import dump, explain, name, printed
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import CheckResult, Report


def render(report: Report, screen: RenderableType) -> str:
    tests = [
        {
            "number": f"{result.exercise.number}.{k}",
            "name": name(result, check),
            "name_format": "text",
            **_verdict(check),
            "max_score": check.max_points,
            "output": "\n\n".join(filter(None, (explain(check), printed(check)))),
            "output_format": "text",
        }
        for result in report.results
        for k, check in enumerate(result.checks, 1)
    ]
    return dump(
        {"execution_time": round(sum(result.seconds for result in report.results), 3), "tests": tests}, indent=1
    )


def _verdict(check: CheckResult) -> dict[str, Any]:
    """Nothing where there is no verdict: that is no zero."""
    if check.status == Status.INFRA:
        return {}
    return {"status": "passed" if check.status == Status.PASSED else "failed", "score": check.points}
