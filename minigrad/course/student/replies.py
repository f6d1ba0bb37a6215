"""The replies to calls, with nothing in them taken on trust.

The student's code can write what it likes into the channel. So an answer is checked here as a whole (which fields it
has, of which types, how many and how long) before anything is done with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from minigrad.course.results.limits import KEPT, MAX_KINDS, MAX_LINE, MAX_LINES, MAX_NAME, MAX_VALUES, MAX_WARNINGS
from minigrad.course.results.outcomes import Line, StudentError, Warned
from minigrad.course.results.spelled import cut_off
from minigrad.course.student.frames import FrameError

SHARED = ("", "arguments", "earlier result")


@dataclass
class Reply:
    """The reply to a call.

    Attributes:
        changed: the arguments that the call has changed, by their place, as it left them.
        shared: "arguments" or "earlier result" if the value lies in the memory of one, or else "".
    """

    value: Any
    printed: str = ""
    warnings: list[Warned] = field(default_factory=list)
    changed: dict[int, Any] = field(default_factory=dict)
    shared: str = ""

    @cached_property
    def size(self) -> int:
        """The count of numbers and characters that the value has."""
        return written_length(self.value)


def written_length(value: Any) -> int:
    """The count of numbers and characters it takes to write a value down; an empty row or list takes one, too."""
    if isinstance(value, np.ndarray):
        return prod(max(length, 1) for length in value.shape)
    if isinstance(value, (list, tuple)):
        return 1 + sum(map(written_length, value))
    if isinstance(value, dict):
        return 1 + sum(written_length(key) + written_length(v) for key, v in value.items())
    return len(value) if isinstance(value, str) else 1


class Late(Exception):
    """The answer in place of a call whose time is up: the student's own lines in which it was, and what it printed."""

    def __init__(self, lines: list[Line], printed: str):
        super().__init__()
        self.lines, self.printed = lines, printed


def read_reply(answer: Any, function: str, request: int, arguments: int) -> Reply:
    """Read the answer of a student process.

    Args:
        request: the number of the request that it answers.
        arguments: how many the call had.

    Raises:
        StudentError: if the answer is that the code raised.
        Late: if it is that the call's time was up.
        FrameError: if it is not the answer to this request in the form that the process gives it.
    """
    if not (isinstance(answer, dict) and type(answer.get("id")) is int and answer["id"] == request):
        raise FrameError("not the answer to this request")
    printed = _text(answer.get("printed"), KEPT)
    if answer.get("late") is True:
        raise Late(_lines(answer), printed)
    warnings = [Warned(*_row(w, _number, _line, _line)) for w in _list(answer.get("warnings"), MAX_WARNINGS)]
    if "error" in answer:
        error, text = _name(answer["error"]), _text(answer.get("text"), KEPT)
        kinds = [_line(kind) for kind in _list(answer.get("kinds"), MAX_KINDS)]
        raise StudentError(function, error, text, kinds, _lines(answer), printed, warnings)
    changed = dict(_row(c, _number, lambda value: value) for c in _list(answer.get("changed"), arguments))
    shared = answer.get("shared")
    if not all(0 <= place < arguments for place in changed) or not (type(shared) is str and shared in SHARED):
        raise FrameError("no place of an argument, or no memory")
    return Reply(answer.get("value"), printed, warnings, changed, shared)


def _lines(answer: dict[str, Any]) -> list[Line]:
    return [Line(*_row(line, _number, _name, _line, _values)) for line in _list(answer.get("lines"), MAX_LINES)]


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 31:
        raise FrameError("not a number")
    return value


def _text(value: Any, length: int) -> str:
    if type(value) is not str or len(value) > length:
        raise FrameError("not a text, or a longer one than there may be")
    return value


def _line(value: Any) -> str:
    return _text(value, MAX_LINE)


def _name(value: Any) -> str:
    """A name, cut off if it is longer than anybody reads."""
    return cut_off(_line(value), MAX_NAME)


def _list(value: Any, length: int) -> list[Any]:
    if type(value) is not list or len(value) > length:
        raise FrameError("not a list, or a longer one than there may be")
    return value


def _row(value: Any, *kinds: Callable[[Any], Any]) -> tuple[Any, ...]:
    """A tuple of so many fields of these kinds."""
    if type(value) is not tuple or len(value) != len(kinds):
        raise FrameError("not a row")
    return tuple(kind(v) for kind, v in zip(kinds, value, strict=True))


def _values(value: Any) -> list[tuple[str, str]]:
    return [(name, text) for name, text in (_row(v, _name, _line) for v in _list(value, MAX_VALUES))]
