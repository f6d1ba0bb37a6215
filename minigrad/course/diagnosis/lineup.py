"""All suspects of an exercise, made once, however many diagnoses ask them."""

from __future__ import annotations

import contextlib
import itertools
import os
import types
from collections.abc import Iterator, Sequence
from functools import cached_property

from minigrad.course.catalogue.course import Exercise
from minigrad.course.catalogue.patches import Change, Mistake, changes
from minigrad.course.checks.students import Simulation, compiled
from minigrad.course.diagnosis.slips import slips
from minigrad.course.diagnosis.substitutions import substituted
from minigrad.course.diagnosis.suspects import Recorded, Simulated, Suspect, lean, simulated
from minigrad.course.diagnosis.table import tabulated

LARGEST = 2  # examples of a check, which tell most mistakes from one another


class Lineup:
    """The suspects of an exercise. Each remembers what it came to.

    Args:
        looks_up: whether what the mistakes come to is looked up where it is known.
        has_slips: whether slips are suspected, which are very many.
    """

    def __init__(self, exercise: Exercise, looks_up: bool = True, has_slips: bool = True):
        self.exercise, self.looks_up, self.has_slips = exercise, looks_up, has_slips
        self._codes: dict[str, list[types.CodeType]] = {}
        self._changes: dict[int, list[Change]] = {}

    @property
    def runs(self) -> bool:
        """True if suspects can be made that run. The students' edition has only what was recorded of them."""
        return "examples" not in self.exercise.notes

    @cached_property
    def known(self) -> Sequence[Suspect]:
        """The mistakes of the catalogue; what they come to on the usual examples need not be found by running them."""
        if not self.runs:
            return self.recorded("mistakes")
        return tabulated(self.exercise, self.mistakes) if self.looks_up else self.mistakes

    def recorded(self, kind: str) -> Sequence[Suspect]:
        """The suspects of a kind that the students' edition has."""
        examples = self.exercise.notes["examples"]
        return [Recorded(examples, suspect) for suspect in self.exercise.recorded[kind]]

    def look_ahead(self, salt: str) -> Iterator[None]:
        """Find, one thing at each step, what a diagnosis asks first.

        It asks for what each example expects, and for what the mistakes come to in the largest of each check.
        """
        checks, quiet = self.exercise.checks, contextlib.suppress(Exception)  # whatever raises is met again
        for check in checks:
            with quiet:
                yield from check.prepared(salt)
        for k, check in itertools.product(range(LARGEST), checks):
            for sizes in check.drawn(salt)[::-1][k : k + 1]:
                for suspect in self.known:
                    with quiet:
                        suspect.outcome(check, sizes)
                    yield

    @cached_property
    def mistakes(self) -> Sequence[Simulated]:
        """The mistakes of the catalogue, which run."""
        return simulated(self.exercise)

    @cached_property
    def substitutions(self) -> Sequence[Simulated]:
        """The solution with something else in the place of an argument, also the rare substitutions."""
        return substituted(self.exercise)

    def compiled(self, source: str) -> list[types.CodeType]:
        """Two mistakes together, compiled once: that takes longer than a call, and most calls try the same pairs.

        Raises:
            SyntaxError: if they are no program. Python looks for the line in the file that is named as its place.
        """
        if source not in self._codes:
            self._codes[source] = compiled(lean(source), os.devnull)
        return self._codes[source]

    def changes(self, mistake: Mistake) -> list[Change]:
        """The changes that a mistake of the catalogue makes in the solution, word by word.

        Raises:
            ValueError: if the mistake finds no place there.
        """
        if id(mistake) not in self._changes:
            solution = self.exercise.solution
            self._changes[id(mistake)] = changes(solution, mistake.apply(solution))
        return self._changes[id(mistake)]

    @cached_property
    def slips(self) -> Sequence[Simulated]:
        """The slips: anybody may make one in one place of any code, in the solution and then in its variants."""
        solution = self.exercise.solution
        return self._slips(solution, *(variant.apply(solution) for variant in self.exercise.variants))

    @cached_property
    def slips_of_solution(self) -> Sequence[Simulated]:
        """The slips in the solution alone."""
        return self._slips(self.exercise.solution)

    def _slips(self, *forms: str) -> Sequence[Simulated]:
        suspected = (slip for form in forms if self.has_slips for slip in slips(lean(form)))
        made = {slip.source: (slip.what, slip.function) for slip in suspected}
        return [Simulated(what, Simulation(source), {function}) for source, (what, function) in made.items()]
