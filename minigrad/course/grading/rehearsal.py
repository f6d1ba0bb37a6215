"""Grading a file that is trusted, such as the solution with a known mistake, without a process for it.

The results are those that a student process would give: functions are called by the same lines, and all that goes in
and out is copied as it would be between processes. Only time and memory have no limits here.
"""

from __future__ import annotations

import contextlib
import io

from minigrad.course.catalogue.course import Exercise
from minigrad.course.checks.students import Simulation, compiled
from minigrad.course.student.child import as_data
from minigrad.course.student.replies import read_reply


class Rehearsal(Simulation):
    """A trusted file in a student process's place."""

    def __init__(self, exercise: Exercise, source: str):
        super().__init__(source)
        self.file = exercise.file
        self.deadline = float("inf")

    def load(self) -> str:
        """Run the file and return what it printed.

        Raises:
            StudentError: if it raises.
        """
        printed, kinds = io.StringIO(), ["Unread"]  # as long as no line of it has run
        try:
            compiled(self.source, "simulation")
            kinds = []
            with contextlib.redirect_stdout(printed):
                _ = self.module
        except Exception as error:
            answer = as_data(error, "simulation")
            about = {"id": 0, "printed": printed.getvalue(), "warnings": []}
            read_reply({**answer, "kinds": [*kinds, *answer["kinds"]], **about}, "", 0, 0)
        return printed.getvalue()
