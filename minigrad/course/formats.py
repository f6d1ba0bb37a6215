"""Results in the forms that other programs read; docs/formats.md says which, and where each form is described.

    write("junit", Path("results.xml"), results, report)

A check becomes a test. What a student's code said or printed is made harmless here: it may hold anything.
"""

from __future__ import annotations

import base64
import inspect
import io
import json
import os
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from rich.console import Console, RenderableType

from minigrad.course.catalogue import UsageError
from minigrad.course.checks import Check
from minigrad.course.failure import MARKS, clean
from minigrad.course.files import write_whole
from minigrad.course.results import (
    BLOCKED,
    ERROR,
    FAILED,
    NOT_STARTED,
    PASSED,
    TIMEOUT,
    CheckResult,
    ExerciseResult,
    report_as_json,
)

STDOUT = Path("-")

# The names of the formats, which are the names of the options, and the ends of the names of their files.
SUFFIXES = {
    "json": ".json",
    "junit": ".xml",
    "gradescope": ".json",
    "exercism": ".json",
    "classroom": ".txt",
    "markdown": ".md",
    "html": ".html",
    "svg": ".svg",
}

MAX_TEXT = 4000  # longer messages and prints are cut: 31 exercises fit into a job summary, which may hold 1 MiB
EXERCISM_OUTPUT = 500
CLASSROOM_SIZE = 120_000  # of the result, which Linux hands on as one environment variable, and those end at 131,072

# What Exercism and GitHub Classroom call a status.
VERDICTS = {PASSED: "pass", FAILED: "fail", BLOCKED: "fail", NOT_STARTED: "fail", ERROR: "error", TIMEOUT: "error"}


def render(name: str, results: Sequence[ExerciseResult], report: RenderableType) -> str:
    """The results in a format, which is one of SUFFIXES; `report` is what the screen shows of them."""
    return _SCREENS[name](report) if name in _SCREENS else _RESULTS[name](results)


def write(name: str, path: Path, results: Sequence[ExerciseResult], report: RenderableType) -> None:
    """Render the results to a file, which is replaced as a whole or not at all, or to standard output."""
    data = (render(name, results, report).rstrip("\n") + "\n").encode("utf-8")
    if path == STDOUT:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    elif path.exists() and not path.is_file():  # a pipe or /dev/null
        path.write_bytes(data)
    else:
        write_whole(path, data)


def require_writable(outputs: dict[str, Path]) -> None:
    """Find out before grading whether results can be written, and do not write over anything but results."""
    if len(set(outputs.values())) < len(outputs):
        raise UsageError("two results cannot be written to the same file. Give each option a name of its own.")
    for name, path in outputs.items():
        if path == STDOUT:
            continue
        if path.is_dir():
            raise UsageError(f"cannot write results to {path}: it is a folder.")
        folder, suffix = Path(os.path.realpath(path)).parent, SUFFIXES[name]
        if not folder.is_dir():
            raise UsageError(f"cannot write results to {path}: there is no folder {folder}.")
        if path.is_file() and path.stat().st_size and path.suffix != suffix:
            why = f"{path} exists and is no {suffix} file; it is not overwritten."
            raise UsageError(f"{why} Give --{name} another name.")
        changed = [path] if path.exists() and not path.is_file() else [path, folder]
        if not all(os.access(place, os.W_OK) for place in changed if place.exists()):
            raise UsageError(f"cannot write results to {path}: permission denied.")


def as_json(results: Sequence[ExerciseResult]) -> str:
    return _dump(report_as_json(results), indent=1)


def junit(results: Sequence[ExerciseResult]) -> str:
    """A test suite for each exercise. It has a failure or an error exactly if something falls short."""
    suites = ET.Element("testsuites", name="minigrad")
    for result in results:
        suite = ET.SubElement(suites, "testsuite", name=f"{result.exercise.number} {result.exercise.name}")
        properties = ET.SubElement(suite, "properties")
        for name, points in (("points", result.points), ("max_points", result.max_points)):
            ET.SubElement(properties, "property", name=name, value=str(points))
        for check in result.checks:
            case = ET.SubElement(suite, "testcase", classname=f"exercises.{result.exercise.name}")
            case.attrib |= {"name": _plain(check.name), "time": f"{check.seconds:.3f}"}
            if check.status != PASSED:  # some programs show only the message, others only the text
                says = _explain(check)
                outcome = ET.SubElement(case, _junit_outcome(result, check), type=check.status)
                outcome.set("message", says.partition("\n")[0])
                outcome.text = says
            if check.output.strip():
                ET.SubElement(case, "system-out").text = _plain(check.output)
        _count(suite, failures="failure", errors="error", skipped="skipped")
    _count(suites, failures="failure", errors="error")
    ET.indent(suites, " ")
    document: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return document.decode()


def _junit_outcome(result: ExerciseResult, check: CheckResult) -> str:
    if check.status == BLOCKED or (check.status == NOT_STARTED and not result.falls_short):
        return "skipped"
    return "error" if check.status in (ERROR, TIMEOUT) else "failure"


def _count(element: ET.Element, **outcomes: str) -> None:
    """Say in an element how many tests it holds, with how many of each outcome, and how long they took."""
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    for name, tag in outcomes.items():
        element.set(name, str(len(list(element.iter(tag)))))
    element.set("time", f"{sum(float(case.attrib['time']) for case in cases):.3f}")


def gradescope(results: Sequence[ExerciseResult]) -> str:
    """The results.json of a Gradescope autograder."""
    tests = [
        {
            "number": f"{result.exercise.number}.{k}",
            "name": _name(result, check),
            "name_format": "text",
            "status": "passed" if check.status == PASSED else "failed",
            "score": check.points,
            "max_score": check.max_points,
            "output": "\n\n".join(filter(None, (_explain(check), _printed(check)))),
            "output_format": "text",
        }
        for result in results
        for k, check in enumerate(result.checks, 1)
    ]
    return _dump({"execution_time": round(sum(result.seconds for result in results), 3), "tests": tests}, indent=1)


def exercism(results: Sequence[ExerciseResult]) -> str:
    """The results.json of an Exercism test runner, version 3; the task of a test is its exercise's number."""
    tests = []
    for result in results:
        sources = {check.title: _source(check) for check in result.exercise.checks}
        for check in result.checks:
            test = {
                "name": _name(result, check),
                "status": VERDICTS[check.status],
                "message": _explain(check) or None,
                "output": _plain(check.output, EXERCISM_OUTPUT) or None,
                "task_id": result.exercise.number,
                "test_code": sources.get(check.name, ""),
            }
            tests.append(test)
    status, message = _verdict(results), None
    if not any(map(_ran, results)):  # then this message is all that Exercism shows
        status = "error"
        message = "\n".join(f"{r.exercise.name}: {_explain(check)}" for r in results for check in r.checks[:1])
    return _dump({"version": 3, "status": status, "message": message, "tests": tests}, indent=1)


def _source(check: Check) -> str:
    try:
        return inspect.getsource(check.body)
    except OSError:  # the student's code may have deleted the file
        return ""


def _ran(result: ExerciseResult) -> bool:
    """Whether any check came as far as calling the student's functions."""
    return result.status != NOT_STARTED and any(
        check.status in (PASSED, FAILED) or (check.counterexample and check.counterexample.function)
        for check in result.checks
    )


def classroom(results: Sequence[ExerciseResult]) -> str:
    """The output `result` of a GitHub Classroom grader's step."""
    size = MAX_TEXT
    while True:
        tests = [
            {
                "name": _quiet(_name(result, check)),
                "status": VERDICTS[check.status],
                "message": _quiet(_explain(check, size)) or None,
                "score": check.points,
            }
            for result in results
            for check in result.checks
        ]
        max_score = sum(result.max_points for result in results)
        data = {"version": 3, "status": _verdict(results), "max_score": max_score, "tests": tests}
        text = base64.b64encode(_dump(data).encode()).decode()
        if len(text) <= CLASSROOM_SIZE or not size:
            return text
        size //= 2


def _quiet(text: str) -> str:
    """Text that GitHub's runner, which takes commands such as ::notice:: from what is printed, does not obey."""
    return text.replace("::", ": :").replace("##[", "## [")


def markdown(results: Sequence[ExerciseResult]) -> str:
    """A summary: a table of the exercises, and for each that falls short the check to look at first."""
    points, max_points = sum(r.points for r in results), sum(r.max_points for r in results)
    lines = [f"## {points} of {max_points} points", "", "| | exercise | points |", "|---|---|---:|"]
    for result in results:
        status = f"{MARKS[result.status][0]} {result.status.replace('_', ' ')}"
        exercise = f"{result.exercise.number} {result.exercise.name}: {result.exercise.title}"
        lines.append(f"| {status} | {_escape(exercise)} | {result.points}/{result.max_points} |")
    for result in results:
        if check := result.first_failure:
            lines += ["", f"### {_escape(_name(result, check))}"]
            lines += ["", f"**{_escape(_plain(check.diagnosis))}**"] if check.diagnosis.strip() else []
            lines += ["", *_fenced(_explain(check, diagnosis=False))]
            lines += ["", *_fenced(_printed(check))] if check.output.strip() else []
    return "\n".join(lines)


def _escape(text: str) -> str:
    """Text within a line of Markdown, in which no character has a meaning of its own."""
    return re.sub(r"([\\`*_\[\]<>#|~&@$])", r"\\\1", " ".join(text.split()))


def _fenced(text: str) -> Iterator[str]:
    """A block of code that no text can end before its time."""
    fence = "`" * max(3, *(1 + len(ticks) for ticks in re.findall("`*", text)))
    yield from (f"{fence}text", text, fence)


def html(report: RenderableType) -> str:
    return clean(_record(report).export_html())


def svg(report: RenderableType) -> str:
    return clean(_record(report).export_svg(title="python grader.py"))


def _record(report: RenderableType) -> Console:
    """A console of 80 columns, in colour, that has printed the report; it is as wide as its longest line after that."""
    console = Console(
        record=True,
        width=80,
        file=io.StringIO(),
        color_system="truecolor",
        no_color=False,
        legacy_windows=False,
        highlight=False,
    )
    console.print(report, crop=False)
    lines = console.export_text(clear=False).split("\n")
    console.width = max(80, *map(cell_len, lines))
    return console


def _name(result: ExerciseResult, check: CheckResult) -> str:
    return f"{result.exercise.name}: {_plain(check.name)}"


def _verdict(results: Sequence[ExerciseResult]) -> str:
    return "pass" if all(result.status == PASSED for result in results) else "fail"


def _explain(check: CheckResult, size: int = MAX_TEXT, diagnosis: bool = True) -> str:
    """What a check that did not pass has to say: what the student probably did, what was wrong, and in which call."""
    if check.status == PASSED:
        return ""
    message = check.message.strip() or "This is not written yet."
    parts = check.diagnosis.strip() if diagnosis else "", message, _call(check)
    return _plain("\n\n".join(filter(None, parts)), size)


def _call(check: CheckResult) -> str:
    """The call of the example that shows it, if there is one, with its arguments."""
    found = check.counterexample and check.counterexample.as_json()
    if not found:
        return ""
    lines = [f"{found['function']} was called with:"]
    for name, value in found["arguments"].items():
        lines.append(f"{name} = {_plain(_rounded(json.dumps(value)), 300)}")
    return "\n".join(lines)


def _rounded(numbers: str) -> str:
    return re.sub(r"-?\d+\.\d+(e[-+]?\d+)?", lambda number: f"{float(number[0]):.4g}", numbers)


def _printed(check: CheckResult) -> str:
    return f"Your code printed:\n{_plain(check.output)}" if check.output.strip() else ""


def _plain(text: str, size: int = MAX_TEXT) -> str:
    """At most so many characters of a text, and among them none that steers what shows it."""
    shown = clean(text[: size + 1]).rstrip()
    return shown if len(shown) <= size else shown[: max(size - 3, 0)] + "..."[:size]


def _dump(data: Any, indent: int | None = None) -> str:
    return json.dumps(data, indent=indent, allow_nan=False)


_RESULTS: dict[str, Callable[[Sequence[ExerciseResult]], str]] = {
    "json": as_json,
    "junit": junit,
    "gradescope": gradescope,
    "exercism": exercism,
    "classroom": classroom,
    "markdown": markdown,
}
_SCREENS: dict[str, Callable[[RenderableType], str]] = {"html": html, "svg": svg}
