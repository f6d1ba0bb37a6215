"""What came back from a call, with nothing in it taken on trust."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from minigrad.course.results.limits import KEPT
from minigrad.course.results.outcomes import Line, StudentError, Warned


@dataclass
class Reply:
    """What a call came to."""

    value: Any
    printed: str = ""
    warnings: list[Warned] = field(default_factory=list)
    arguments: list[Any] = field(default_factory=list)  # as the call left them
    shared: str = ""  # "arguments" or "earlier result" if the value lies in the memory of one


def read_reply(answer: dict[str, Any], function: str) -> Reply:
    """What a student process answered, with nothing in it taken on trust.

    Raises:
        StudentError: if the answer is that the code raised.
    """
    printed, warnings = str(answer.get("printed", ""))[:KEPT], _warnings(answer)
    if "error" not in answer:
        arguments = answer.get("arguments")
        return Reply(
            answer.get("value"),
            printed,
            warnings,
            arguments if isinstance(arguments, list) else [],
            str(answer.get("shared", "")),
        )
    kinds = answer.get("kinds")
    kinds = [str(kind) for kind in kinds] if isinstance(kinds, list) else []
    error, text = str(answer["error"])[:KEPT], str(answer.get("text", ""))[:KEPT]
    raise StudentError(function, error, text, kinds, _lines(answer), printed, warnings)


def read_late(answer: dict[str, Any]) -> tuple[list[Line], str]:
    """Where a call was when its time was up, and what it had printed."""
    return _lines(answer), str(answer.get("printed", ""))[:KEPT]


def _lines(answer: dict[str, Any]) -> list[Line]:
    """The lines in an answer; what has not their form was not written by our end of the channel."""
    try:
        return [
            Line(int(number), str(function), str(code), [(str(name), str(value)) for name, value in values])
            for number, function, code, values in answer["lines"]
        ]
    except (KeyError, TypeError, ValueError, OverflowError):
        return []


def _warnings(answer: dict[str, Any]) -> list[Warned]:
    try:
        return [Warned(int(number), str(code), str(text)) for number, code, text in answer["warnings"]]
    except (KeyError, TypeError, ValueError, OverflowError):
        return []
