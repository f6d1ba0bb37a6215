"""The student's functions as a training calls them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from minigrad.course.catalogue.course import Exercise
from minigrad.course.results.outcomes import Halt, StudentError
from minigrad.course.results.spelled import spelled
from minigrad.course.results.wording import describe
from minigrad.course.student.frames import MAX_ARRAYS, MAX_LENGTH
from minigrad.course.student.process import StudentProcess
from minigrad.course.student.purity import arrays


class Failed(Exception):
    """A training that came to nothing; the text says why.

    Attributes:
        exercise: whose function is at fault, if it is one.
    """

    def __init__(self, why: str, exercise: Exercise | None = None):
        super().__init__(why)
        self.exercise = exercise


@dataclass
class Last:
    """The last call of any student's function, if it came back."""

    exercise: Exercise | None = None
    function: str = ""
    value: Any = None

    def blamed(self, why: str) -> Failed:
        """The failure of a training after this call; if there is none, of the training alone.

        Args:
            why: what was raised, and where.
        """
        if self.exercise is None:
            return Failed(why)
        came = f"an array of shape {self.value.shape}" if isinstance(self.value, np.ndarray) else spelled(self.value)
        return Failed(
            f"The training cannot go on after your {self.function} returned {came:.100}\n{why}", self.exercise
        )


class Functions:
    """The functions of one exercise's file: `cell.rnn_cell(x=x, h=h)` is a call of the student's rnn_cell.

    Args:
        last: is told of each call.

    Arguments are passed by position; a list that is too long to cross at once is sent in parts. A call takes some
    tenths of a millisecond, and some milliseconds for each MB that crosses. So a training calls with many rows at once.

    Raises:
        Failed: if a call raises or does not come back.
        ValueError: if the arguments of a call are too large to cross, which is the training's fault.
    """

    def __init__(self, exercise: Exercise, process: StudentProcess, last: Last | None = None):
        self._exercise, self._process, self._last = exercise, process, last or Last()

    def __getattr__(self, function: str) -> Callable[..., Any]:
        if function.startswith("_"):
            raise AttributeError(function)
        return lambda **arguments: self._call(function, arguments)

    def keep(self, function: str, **arguments: Any) -> Any:
        """A call whose result stays in the student's process: it can be an argument of later calls there."""
        return self._call(function, arguments, keep=True)

    def along(self, function: str, **arguments: Any) -> Any:
        """A call for each row of the first argument: what one returns goes into the next, in place of as many arguments
        after the first. It gives what all of them returned, with a row for each; so a cell reads a sequence at once."""
        return self._call(function, arguments, along=True)

    def _call(self, function: str, arguments: dict[str, Any], **how: bool) -> Any:
        if (size := sum(array.nbytes for array in arrays(arguments))) > MAX_ARRAYS:
            raise ValueError(
                f"{self._exercise.name}.{function}: expected at most {MAX_ARRAYS >> 20} MB of arrays in a call, got "
                f"{size / 2**20:.1f} MB. Call it with fewer rows at once."
            )
        self._last.exercise = None
        try:
            value = self._process.call(function, [self._sent(value) for value in arguments.values()], **how).value
        except (StudentError, Halt) as outcome:
            raise Failed(describe(outcome), self._exercise) from None
        self._last.exercise, self._last.function, self._last.value = self._exercise, function, value
        return value

    def _sent(self, value: Any) -> Any:
        is_long = isinstance(value, list) and len(value) > MAX_LENGTH
        return self._process.hold(value) if is_long else value
