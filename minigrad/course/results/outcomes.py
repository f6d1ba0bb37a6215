"""The outcomes of an example that are not what was expected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from minigrad.course.results.limits import KEPT
from minigrad.course.results.spelled import cut_off
from minigrad.course.results.status import Status


class Mismatch(AssertionError):
    """The result of a student's function is not what was expected.

    Attributes:
        label: what was looked at, in the student's words.
        got, expected: both values; None where one of them has no numbers.
        wrong: for arrays of the same shape, where they differ.
        axes: the names of expected's axes.
        whole: what `got` is a part of, if a part alone could be the work of several mistakes.
        names: those of the results that should come, where another number of them came.
    """

    def __init__(
        self,
        label: str,
        message: str,
        got: Any = None,
        expected: Any = None,
        wrong: Any = None,
        axes: Sequence[str] = (),
        kind: str = "",
    ):
        message = cut_off(message, KEPT)  # what came may be in it, and that may be very long
        super().__init__(message)
        self.label, self.message = label, message
        self.got, self.expected, self.wrong, self.axes = got, expected, wrong, axes
        self.whole: Any = got
        self.names: Sequence[str] = ()
        self._kind = kind

    @property
    def kind(self) -> str:
        """The text that two mismatches without numbers share if they are alike: the message, or less than that."""
        return self._kind or self.message


@dataclass(frozen=True)
class Warned:
    """A line of the student's at which a warning came: NumPy's, such as of an overflow, or one of their own."""

    number: int
    code: str
    text: str


@dataclass
class Line:
    """A line of the student's that an exception went through, with the values it saw."""

    number: int
    function: str
    code: str
    values: list[tuple[str, str]]


@dataclass
class StudentError(Exception):
    """The student's code raised an exception.

    Attributes:
        error, kinds: the name of the exception's class, and of all that it derives from.
        lines: the student's own on the way there, the outermost first.
    """

    function: str
    error: str
    text: str
    kinds: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    printed: str = ""
    warnings: list[Warned] = field(default_factory=list)

    @property
    def in_own_words(self) -> bool:
        """True if the text is the student's: the exception comes from a line that raises it."""
        return bool(self.lines) and bool(re.search(r"(^|:\s*)(raise|assert)\b", self.lines[-1].code))

    @property
    def unwritten(self) -> bool:
        """True if this is a gap that the student has not filled yet."""
        return self.error == "NoSuchFunction" or "NotImplementedError" in self.kinds

    def __str__(self) -> str:
        return f"{self.error}: {self.text}" if self.text else self.error


class Halt(BaseException):
    """The student process is gone. Not an Exception, so that nothing between here and the grader tries again.

    Attributes:
        did: what the function or the file did, as far as it is to blame, without its name and without advice.
        lines: the student's own in which it was, the outermost first, as far as that is known.
    """

    did = ""

    def __init__(self, function: str, status: Status, message: str, lines: Sequence[Line] = (), printed: str = ""):
        super().__init__(message)
        self.function = function
        self.status = status
        self.message = message
        self.lines = list(lines)
        self.printed = printed
        self.warnings: list[Warned] = []


Outcome = Mismatch | StudentError | Halt
