"""The output `result` of a GitHub Classroom grader's step."""

from __future__ import annotations

import base64
from typing import Any

from rich.console import RenderableType

from minigrad.course.reports.formats.texts import MAX_TEXT, VERDICTS, dump, explain, name, plain, verdict
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import Report

MAX_SIZE = 120_000  # of the result, which Linux hands on as one environment variable, and those end at 131,072


def render(report: Report, screen: RenderableType) -> str:
    results = report.results
    tests = [
        {
            "name": _quiet(name(result, check)),
            "status": VERDICTS[check.status],
            "message": _quiet(explain(check)) or None,
            "score": check.points,
        }
        for result in results
        for check in result.checks
    ]
    judged = [check for result in results for check in result.checks if check.status != Status.INFRA]
    max_score = sum(check.max_points for check in judged)  # where there is no verdict, no points are missed
    return encoded({"version": 3, "status": verdict(results), "max_score": max_score, "tests": tests})


def encoded(result: dict[str, Any]) -> str:
    """The result as the runner hands it on; messages in it are cut until it is short enough for that."""
    size = MAX_TEXT
    while True:
        text = base64.b64encode(dump(result).encode()).decode()
        if len(text) <= MAX_SIZE or not size:
            return text
        size //= 2
        for test in result["tests"]:
            test["message"] = plain(test.get("message") or "", size) or None


def _quiet(text: str) -> str:
    """Text that GitHub's runner, which takes commands such as ::notice:: from what is printed, does not obey."""
    return text.replace("::", ": :").replace("##[", "## [")
