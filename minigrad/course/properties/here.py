"""A student's file in this process, where a debugger can stop in it."""

from __future__ import annotations

import itertools
import sys
import types
import warnings
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from minigrad.course.catalogue.course import Exercise
from minigrad.course.checks.check import Check
from minigrad.course.checks.students import Student
from minigrad.course.grading.grade import grade_file
from minigrad.course.grading.reading import read_source
from minigrad.course.results.outcomes import Mismatch, StudentError
from minigrad.course.results.verdicts import CheckResult
from minigrad.course.results.wording import describe
from minigrad.course.student.frames import crossed
from minigrad.course.student.purity import Purity
from minigrad.course.student.replies import Reply

KIT = str(Path(__file__).parents[1])

Place = tuple[types.FrameType, int, int]  # a frame, the instruction it was at, and its line


class FileHere:
    """A student's file in this process, under its real path.

    Raises:
        Unreadable: if there is no Python source.
    """

    def __init__(self, exercise: Exercise, path: Path):
        self.exercise, self.path = exercise, path
        self.purity = Purity()
        self.module = types.ModuleType(exercise.stem)
        self.module.__file__ = str(path)
        self.watched = False
        self.returned: list[Place] = []  # where the last function of the file ended, in a call that was watched
        sys.modules[exercise.stem] = self.module
        exec(compile(read_source(path), path, "exec", dont_inherit=True), self.module.__dict__)

    def __repr__(self) -> str:
        return self.path.name

    def call(self, function: str, args: list[Any]) -> Reply:
        """As StudentProcess.call; what the function raised is the cause of the StudentError."""
        written = getattr(self.module, function, None)
        if written is None:
            raise StudentError(function, "NoSuchFunction", "")
        args = crossed(args)
        as_given, before = self.purity.before(args), sys.getprofile()
        if self.watched:
            sys.setprofile(self._watch)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("default")  # even where pytest makes errors of them
                value = written(*args)
        except pytest.exit.Exception:  # a debugger was left
            raise
        except Exception as error:
            kinds = [kind.__name__ for kind in type(error).__mro__]
            raise StudentError(function, kinds[0], str(error), kinds) from error
        finally:
            sys.setprofile(before)
        changed, shared = self.purity.after(function, args, as_given, value)
        return Reply(crossed(value), changed=dict(crossed(changed)), shared=shared)

    def _watch(self, frame: types.FrameType, event: str, _: Any) -> None:
        """Keep the last place in the file that a function returned from."""
        if event == "return" and frame.f_code.co_filename == str(self.path):
            self.returned = [(frame, frame.f_lasti, frame.f_lineno)]

    @cached_property
    def graded(self) -> dict[str, CheckResult]:
        """The results that the grader found, by the titles of the checks."""
        return {result.title: result for result in grade_file(self.exercise, self.path).checks}

    def found(self, check: Check) -> Exception | None:
        """The exception on the example that the grader shows, or else on the smallest beyond its table; or None."""
        result = self.graded.get(check.title)
        if result and result.counterexample and result.counterexample.sizes.keys() == check.choices.keys():
            error = self.outcome(check, result.counterexample.sizes)
            if error and result.diagnosis:
                error.add_note(result.diagnosis)
            return error
        example = check.wider(check.examples).examine(Student(self))
        return self.outcome(check, example.sizes) if example else None

    def outcome(self, check: Check, sizes: dict[str, int]) -> Exception | None:
        """The outcome of the student's code on an example, as an exception whose traceback ends in their function.

        For a wrong number it ends at the line that returned it; what the function itself raised is left as it is.
        """
        self.watched, self.returned = True, []
        try:
            outcome = Student(self).raised(check.body, sizes)
        finally:
            self.watched = False
        if not isinstance(outcome, Mismatch | StudentError):
            return None
        raised = outcome.__cause__ if isinstance(outcome.__cause__, Exception) else outcome
        course = [place for place in _places(outcome) if not place[0].f_code.co_filename.startswith(KIT)]
        own = list(itertools.dropwhile(lambda place: place[0].f_code.co_filename != str(self.path), _places(raised)))
        if raised is not outcome:
            raised.add_note(describe(outcome))
        if drawn := ", ".join(f"{name} = {n}" for name, n in sizes.items() if name != "seed"):
            raised.add_note(f"The example: {drawn}")
        return raised.with_traceback(_traceback([*course, *(self.returned if raised is outcome else own)]))


def _places(error: BaseException) -> Iterator[Place]:
    """The places that an exception came through, the outermost first."""
    traceback = error.__traceback__
    while traceback:
        yield traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno
        traceback = traceback.tb_next


def _traceback(places: Sequence[Place]) -> types.TracebackType | None:
    """The traceback of an exception that came through these places."""
    traceback = None
    for place in reversed(places):
        traceback = types.TracebackType(traceback, *place)
    return traceback
