"""All suspects of an exercise that run, made once, however many diagnoses ask them."""

from __future__ import annotations

import re
import types
from collections.abc import Sequence
from functools import cached_property

from minigrad.course.catalogue.course import Exercise
from minigrad.course.diagnosis.substitutions import substituted
from minigrad.course.diagnosis.suspects import Simulated, simulated


class Lineup:
    """The suspects of an exercise. Each remembers what it came to."""

    def __init__(self, exercise: Exercise):
        self.exercise = exercise
        self._codes: dict[str, types.CodeType] = {}

    @cached_property
    def mistakes(self) -> Sequence[Simulated]:
        """Those of the catalogue."""
        return simulated(self.exercise)

    @cached_property
    def substitutions(self) -> Sequence[Simulated]:
        """What may have become of an argument, the rare among them."""
        return substituted(self.exercise)

    def compiled(self, source: str) -> types.CodeType:
        """Two mistakes together, compiled once: that takes longer than to call them, and most calls try the same pairs.

        The solution's explanation is left out, and what only running it as a program does.
        """
        lean = re.sub(r'\A(#[^\n]*\n)*""".*?"""', "", source, flags=re.DOTALL).partition("\nif __name__ ==")[0]
        if lean not in self._codes:
            self._codes[lean] = compile(lean, "simulation", "exec", dont_inherit=True)
        return self._codes[lean]
