"""JUnit's XML."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from rich.console import RenderableType

from minigrad.course.reports.formats.texts import explain, plain
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import CheckResult, ExerciseResult, Report


def render(report: Report, screen: RenderableType) -> str:
    """A test suite for each exercise. It has a failure or an error exactly if something falls short."""
    suites = ET.Element("testsuites", name="minigrad")
    for result in report.results:
        suite = ET.SubElement(suites, "testsuite", name=f"{result.exercise.number} {result.exercise.name}")
        properties = ET.SubElement(suite, "properties")
        for name, points in (("points", result.points), ("max_points", result.max_points)):
            ET.SubElement(properties, "property", name=name, value=str(points))
        for check in result.checks:
            case = ET.SubElement(suite, "testcase", classname=f"exercises.{result.exercise.name}")
            case.attrib |= {"name": plain(check.title), "time": f"{check.seconds:.3f}"}
            if check.status != Status.PASSED:  # some programs show only the message, others only the text
                says = explain(check)
                outcome = ET.SubElement(case, _junit_outcome(result, check), type=check.status)
                outcome.set("message", says.partition("\n")[0])
                outcome.text = says
            if check.output.strip():
                ET.SubElement(case, "system-out").text = plain(check.output)
        _count(suite, failures="failure", errors="error", skipped="skipped")
    _count(suites, failures="failure", errors="error")
    ET.indent(suites, " ")
    document: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return document.decode()


def _junit_outcome(result: ExerciseResult, check: CheckResult) -> str:
    if check.status == Status.BLOCKED or (check.status == Status.NOT_STARTED and not result.falls_short):
        return "skipped"
    return "error" if check.status in (Status.ERROR, Status.TIMEOUT, Status.INFRA) else "failure"


def _count(element: ET.Element, **outcomes: str) -> None:
    """Say in an element how many tests it holds, with how many of each outcome, and how long they took."""
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    for name, tag in outcomes.items():
        element.set(name, str(len(list(element.iter(tag)))))
    element.set("time", f"{sum(float(case.attrib['time']) for case in cases):.3f}")
