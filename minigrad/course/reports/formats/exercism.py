"""The results.json of an Exercism test runner, version 3."""

from __future__ import annotations

from rich.console import RenderableType

from minigrad.course.reports.formats.texts import VERDICTS, dump, explain, name, plain, verdict
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import ExerciseResult, Report

MAX_OUTPUT = 500


def render(report: Report, screen: RenderableType) -> str:
    """The results.json of an Exercism test runner, version 3; the task of a test is its exercise's number."""
    results, tests = report.results, []
    for result in results:
        for check in result.checks:
            test = {
                "name": name(result, check),
                "status": VERDICTS[check.status],
                "message": explain(check) or None,
                "output": plain(check.output, MAX_OUTPUT) or None,
                "task_id": result.exercise.number,
                "test_code": check.call,
            }
            tests.append(test)
    status, message = verdict(results), None
    if not any(map(_ran, results)):  # then this message is all that Exercism shows
        status = "error"
        message = "\n".join(f"{r.exercise.name}: {explain(check)}" for r in results for check in r.checks[:1])
    return dump({"version": 3, "status": status, "message": message, "tests": tests}, indent=1)


def _ran(result: ExerciseResult) -> bool:
    """True if any check came as far as calling the student's functions."""
    return result.status != Status.NOT_STARTED and any(
        check.status in (Status.PASSED, Status.FAILED) or (check.counterexample and check.counterexample.function)
        for check in result.checks
    )
