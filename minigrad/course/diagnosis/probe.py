"""One call that came out wrong, and which suspects give the same in it.

Some thousands of pairs can be made of a catalogue, and some hundreds of things can become of the arguments. So all are
held against a single call before the few that are left are held against everything that was drawn.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from minigrad.course.catalogue.course import Exercise
from minigrad.course.catalogue.patches import Mistake, both
from minigrad.course.checks.students import Call, Simulation
from minigrad.course.diagnosis.suspects import Simulated
from minigrad.course.diagnosis.values import all_same, differing, parts, same


class Effect(NamedTuple):
    """What a mistake does in a call: which parts of the result it spoils, and what they become."""

    mistake: Mistake
    spoils: frozenset[int]
    value: list[Any]


class Probe:
    """A call of the student's function, with a result that is wrong."""

    def __init__(self, exercise: Exercise, call: Call):
        self.exercise, self.call = exercise, call
        self._right = Simulated("", Simulation(exercise.solution)).value(call)
        self._came = parts(call.value)
        self._wrong = differing(call.value, self._right)

    def is_of(self, call: Call) -> bool:
        """Whether this is a call with the same arguments."""
        ours, theirs = list(self.call.arguments.values()), list(call.arguments.values())
        return call.function == self.call.function and all_same(ours, theirs)

    def given_in_part_by(self, suspect: Simulated) -> bool:
        """Whether the suspect gives a part of the result that is wrong."""
        return bool(self._wrong - differing(suspect.value(self.call), self.call.value))

    def effect(self, mistake: Mistake, suspect: Simulated) -> Effect | None:
        """What the mistake does here, or None if it spoils something that is right."""
        value = suspect.value(self.call)
        if value is None:
            return None
        spoils = differing(value, self._right)
        return Effect(mistake, spoils, parts(value)) if spoils <= self._wrong else None

    def pairs(self, effects: Sequence[Effect]) -> list[Simulated]:
        """All pairs of these mistakes that give the result.

        The two must spoil all that is wrong, and what one of them alone spoils must have come out just so.
        """
        found = []
        for a, b in itertools.combinations(effects, 2):
            if a.spoils | b.spoils == self._wrong and self._shows_alone(a, b) and self._shows_alone(b, a):
                found += [pair for pair in self._together(a.mistake, b.mistake) if self._gives_all(pair)]
        return found

    def _shows_alone(self, a: Effect, b: Effect) -> bool:
        """Whether what a spoils and b does not has come out as it does with a alone."""
        places = a.spoils - b.spoils
        return all(i < min(len(self._came), len(a.value)) and same(self._came[i], a.value[i]) for i in places)

    def _together(self, a: Mistake, b: Mistake) -> Iterator[Simulated]:
        """Both mistakes, in the order in which they can be made: one may leave no place for the other."""
        for pair in (both(a, b), both(b, a)):
            try:
                made = Simulation(pair.apply(self.exercise.solution))
                _ = made.module
            except Exception:  # the second finds no place, or what comes of both is no program
                continue
            yield Simulated(pair.says, made)
            return

    def _gives_all(self, suspect: Simulated) -> bool:
        value = suspect.value(self.call)
        return value is not None and all_same(value, self.call.value)
