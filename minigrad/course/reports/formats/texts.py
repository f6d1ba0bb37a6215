"""Texts on a check that the formats share; nothing in them steers the program that shows them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.course.reports.text import clean, sizes_in_words
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import CheckResult, Counterexample, ExerciseResult

MAX_NUMBERS = 1000  # larger arrays are described
MAX_TEXT = 4000  # longer messages and prints are cut: 34 exercises fit into a job summary, which may hold 1 MiB

# Exercism and GitHub Classroom have these words for a status.
VERDICTS = {status: "pass" if status is Status.PASSED else "fail" for status in Status}
VERDICTS |= dict.fromkeys((Status.ERROR, Status.TIMEOUT, Status.INFRA), "error")


def name(result: ExerciseResult, check: CheckResult) -> str:
    return f"{result.exercise.name}: {plain(check.title)}"


def verdict(results: Sequence[ExerciseResult]) -> str:
    return "pass" if all(result.status == Status.PASSED for result in results) else "fail"


def explain(check: CheckResult, size: int = MAX_TEXT, diagnosis: bool = True) -> str:
    """Explain a check that did not pass: what the student probably did, what was wrong, and in which call."""
    if check.status == Status.PASSED:
        return ""
    message = check.message.strip() or "This is not written yet."
    parts = check.diagnosis.strip() if diagnosis else "", message, _call(check)
    return plain("\n\n".join(filter(None, parts)), size)


def _call(check: CheckResult) -> str:
    """The call of the example that shows it, if there is one, with its arguments."""
    found = check.counterexample and counterexample(check.counterexample)
    if not found:
        return ""
    lines = [f"{found['function']} was tried with {sizes_in_words(found['sizes'])}:"]
    for name, value in found["arguments"].items():
        lines.append(f"{name} = {plain(_rounded(json.dumps(value)), 300)}")
    return "\n".join(lines)


def _rounded(numbers: str) -> str:
    return re.sub(r"-?\d+\.\d+(e[-+]?\d+)?", lambda number: f"{float(number[0]):.4g}", numbers)


def printed(check: CheckResult) -> str:
    return f"Your code printed:\n{plain(check.output)}" if check.output.strip() else ""


def plain(text: str, size: int = MAX_TEXT) -> str:
    """At most so many characters of a text, and among them none that steers what shows it."""
    shown = clean(text[: size + 1]).rstrip()
    return shown if len(shown) <= size else shown[: max(size - 3, 0)] + "..."[:size]


def dump(data: Any, indent: int | None = None) -> str:
    """The data as JSON. Half of each ## is escaped: that says the same, and is no command to a runner."""
    return json.dumps(data, indent=indent, allow_nan=False).replace("##", r"#\u0023")


def counterexample(example: Counterexample) -> dict[str, Any] | None:
    """The counterexample as plain data, or None if there was no call."""
    if not example.function:
        return None
    arguments = {name: _jsonable(value) for name, value in example.arguments.items()}
    data = {"sizes": example.sizes, "function": example.function, "arguments": arguments}
    if example.label:
        data |= {"compared": example.label, "expected": _jsonable(example.expected), "got": _jsonable(example.got)}
    return data


def _jsonable(value: Any) -> Any:
    """Numbers as numbers; NaN and infinities, which JSON does not have, as strings."""
    if isinstance(value, np.ndarray) and value.size > MAX_NUMBERS:
        return f"array of shape {value.shape}"
    if isinstance(value, np.ndarray | np.generic):
        return _jsonable(value.tolist())
    if isinstance(value, list | tuple):
        return [_jsonable(v) for v in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _jsonable(v) for key, v in value.items()}
    if isinstance(value, dict):
        return [[_jsonable(key), _jsonable(v)] for key, v in value.items()]
    if isinstance(value, float):
        return value if np.isfinite(value) else str(value)
    if isinstance(value, np.random.Generator):
        return "np.random.Generator"
    return value if value is None or isinstance(value, int | str) else repr(value)
