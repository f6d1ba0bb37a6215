"""All suspects of an exercise that run, made once, however many diagnoses ask them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from minigrad.course.catalogue.course import Exercise
from minigrad.course.diagnosis.substitutions import substituted
from minigrad.course.diagnosis.suspects import Simulated, simulated


class Lineup:
    """The suspects of an exercise. Each remembers what it came to."""

    def __init__(self, exercise: Exercise):
        self.exercise = exercise

    @cached_property
    def mistakes(self) -> Sequence[Simulated]:
        """Those of the catalogue."""
        return simulated(self.exercise)

    @cached_property
    def substitutions(self) -> Sequence[Simulated]:
        """What may have become of an argument, the rare among them."""
        return substituted(self.exercise)
