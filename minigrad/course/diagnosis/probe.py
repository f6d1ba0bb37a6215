"""One call that came out wrong, and which suspects give the same in it.

Some thousands of pairs can be made of a catalogue, and some hundreds of things can become of the arguments. So all are
held against a single call before the few that are left are held against everything that was drawn.
"""

from __future__ import annotations

import itertools
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from minigrad.course.catalogue.patches import Mistake, both, merged
from minigrad.course.checks.students import SECONDS, Call, Runner, Simulation
from minigrad.course.diagnosis.apart import Apart
from minigrad.course.diagnosis.lineup import Lineup
from minigrad.course.diagnosis.suspects import Simulated
from minigrad.course.diagnosis.values import all_same, begin_alike, copied, differing, form, parts, same
from minigrad.course.signals import at_most

MOST = 4_000  # pairs that are tried
BRIEFLY = 0.1  # seconds of the processor for a call, where very many are made and some never end
CHEAP = 400  # numbers in a call that takes hardly longer than one of fewer
SHORT = 300  # functions that are called in one which takes hardly longer than one of fewer


class Effect(NamedTuple):
    """The effect of a mistake in a call: the parts of the result that it spoils, and what they become."""

    mistake: Mistake
    suspect: Simulated
    spoils: frozenset[int]
    value: list[Any]


class Probe:
    """A call of the student's function, with a result that is wrong.

    Args:
        student: to be asked with other arguments, if anybody can be.
    """

    def __init__(self, lineup: Lineup, call: Call, student: Runner | None = None):
        self.lineup, self.exercise, self.call, self.student = lineup, lineup.exercise, call, student
        self._given: dict[Simulated, frozenset[int]] = {}
        self._solution = Simulated("", Simulation(self.exercise.solution))
        self._right = self._solution.value(call)
        self._right_parts = parts(self._right)
        self._came = parts(call.value)
        self.wrong = differing(call.value, self._right)

    @cached_property
    def has_all_results(self) -> bool:
        """True unless several results are due and another number of them came."""
        came, due = self.call.value, self._right
        return not isinstance(due, tuple) or (isinstance(came, tuple | list) and len(came) == len(due))

    @cached_property
    def _apart(self) -> Apart | None:
        if self.student is None:
            return None
        return Apart(self.student, self._solution.at_once, self.call, self.exercise.blocks)

    @cached_property
    def _expense(self) -> int:
        """The cost of this call: how many times as long as a short call it takes, about."""
        numbers = sum(np.size(part) for part in [*parts(list(self.call.arguments.values())), *self._came])
        return int(1 + numbers // CHEAP + _calls_in(lambda: self._solution.at_once(self.call)) // SHORT)

    def affordable(self, most: int) -> int:
        """The number of suspects that are tried in this call, of so many in a short one."""
        return most // self._expense

    def may_be_both(self, some: Sequence[Simulated], others: Sequence[Simulated]) -> np.ndarray:
        """A matrix: whether one of these and one of the others can have given the result together."""
        if self._apart is None:
            return np.ones((len(some), len(others)), bool)
        return self._apart.may_be_both([s.at_once for s in some], [s.at_once for s in others])

    def is_of(self, call: Call) -> bool:
        """True if this is a call with the same arguments."""
        ours, theirs = list(self.call.arguments.values()), list(call.arguments.values())
        return call.function == self.call.function and all_same(ours, theirs)

    def given_in_part_by(self, suspect: Simulated) -> bool:
        """True if the suspect gives a part of the result that is wrong."""
        return bool(self.wrong - differing(suspect.value(self.call), self.call.value))

    def gives(self, suspect: Simulated) -> frozenset[int]:
        """The parts of the result that the suspect gives, of those that are wrong."""
        if suspect not in self._given:
            value = suspect.at_once(self.call, BRIEFLY)
            self._given[suspect] = frozenset() if value is None else self.wrong - differing(value, self.call.value)
        return self._given[suspect]

    def contradicts(self, suspect: Simulated) -> bool:
        """True if the first part that the suspect spoils is the first that is wrong, and came out otherwise."""
        value = suspect.at_once(self.call, BRIEFLY)
        spoils = frozenset() if value is None else differing(value, self._right)
        if not spoils or min(spoils) != min(self.wrong, default=-1):
            return False
        given, first = parts(value), min(spoils)
        return len(given) == len(self._came) > first and not same(given[first], self._came[first])

    def spoils_nothing_right(self, suspect: Simulated) -> bool:
        """True if the suspect spoils something here, and nothing that is right."""
        value = suspect.value(self.call)
        spoils = differing(value, self._right) if value is not None else frozenset()
        return bool(spoils) and spoils <= self.wrong

    def effect(self, mistake: Mistake, suspect: Simulated) -> Effect | None:
        """The effect of the mistake here, or None if it spoils something that is right."""
        value = suspect.value(self.call)
        if value is None:
            return None
        spoils = differing(value, self._right)
        return Effect(mistake, suspect, spoils, parts(value)) if spoils <= self.wrong else None

    def pairs(self, effects: Sequence[Effect]) -> list[Simulated]:
        """All pairs of these mistakes that give the result.

        The two must spoil all that is wrong, and what one of them alone spoils must have come out just so.
        """
        suspects = [effect.suspect for effect in effects]
        may_be = self.may_be_both(suspects, suspects)
        fitting = (
            (a, b)
            for (i, a), (j, b) in itertools.combinations(enumerate(effects), 2)
            if may_be[i, j]
            and a.spoils | b.spoils == self.wrong
            and self._shows_alone(a, b)
            and self._shows_alone(b, a)
            and self._may_have_the_form(a, b)
        )
        return [
            pair
            for a, b in itertools.islice(fitting, self.affordable(MOST))
            for pair in self._together(a, b)
            if self._gives_all(pair)
        ]

    def _may_have_the_form(self, a: Effect, b: Effect) -> bool:
        """True if each part that came has the form of the right one, or that which one of the two gives it."""
        values = self._right_parts, a.value, b.value
        return all(
            any(k < len(value) and form(part) == form(value[k]) for value in values)
            for k, part in enumerate(self._came)
        )

    def _shows_alone(self, a: Effect, b: Effect) -> bool:
        """True if what a spoils and b does not has come out as it does with a alone.

        Where a exchanges results, what b spoils is in another place.
        """
        if len(a.spoils) > 1 and all(any(same(part, right) for right in self._right_parts) for part in a.value):
            return True
        places = a.spoils - b.spoils
        return all(i < min(len(self._came), len(a.value)) and same(self._came[i], a.value[i]) for i in places)

    def _together(self, a: Effect, b: Effect) -> Iterator[Simulated]:
        """Both mistakes, in the order in which they can be made, if they begin to give the result."""
        for source in self._sources_of(a.mistake, b.mistake):
            try:
                module = {"__name__": "simulation"}
                for code in self.lineup.compiled(source):
                    exec(code, module)
            except Exception:  # what comes of both is no program
                continue
            try:
                with at_most(SECONDS):
                    value = module[self.call.function](*copied(list(self.call.arguments.values())))  # type: ignore[operator]
            except Exception:
                return
            if begin_alike(value, self.call.value):
                yield Simulated(both(a.mistake, b.mistake).says, Simulation(source), {*a.suspect.of, *b.suspect.of})
            return

    def _sources_of(self, a: Mistake, b: Mistake) -> Iterator[str]:
        """The solution with both: one made after the other, or, where the second finds no place then, side by side."""
        solution = self.exercise.solution
        yield from (pair.apply(solution) for pair in (both(a, b), both(b, a)) if pair.fits(solution))
        try:
            source = merged(solution, self.lineup.changes(a), self.lineup.changes(b))
        except ValueError:
            return
        yield source

    def _gives_all(self, suspect: Simulated) -> bool:
        value = suspect.value(self.call)
        return value is not None and all_same(value, self.call.value)


def _calls_in(function: Callable[..., Any]) -> int:
    """Count the functions that are called in a call: a measure of how long it takes that is the same everywhere."""
    count = 0

    def seen(frame: types.FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        function()
    finally:
        sys.setprofile(before)
    return count


def clumsiness(call: Call) -> tuple[int, int, int]:
    """A key that puts the calls that show most first: no zeros, few axes of length 1, or of length 2, and small."""
    arrays = [part for argument in call.arguments.values() for part in parts(argument) if np.ndim(part)]
    lengths = [n for array in arrays for n in array.shape]
    zero = [a for a in arrays if not a.all() and not a.reshape(len(a), -1).any(1).all()]
    return lengths.count(1) + 2 * len(zero), lengths.count(2), sum(lengths)
