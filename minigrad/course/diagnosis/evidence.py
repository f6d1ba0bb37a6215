"""The evidence that a check drew of a student, and what a suspect comes to beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

import numpy as np

from minigrad.course.checks.check import Check
from minigrad.course.checks.expectations.arrays import ATOL
from minigrad.course.checks.students import Call, Example
from minigrad.course.diagnosis.fingerprints import Fingerprint, of_example, rules_out
from minigrad.course.diagnosis.probe import clumsiness
from minigrad.course.diagnosis.suspects import Suspect
from minigrad.course.results.outcomes import Mismatch

Came = tuple[dict[str, int], Fingerprint]  # the sizes of an example, and what it came to

SMALL = 2  # numbers that may agree by chance
EACH_KIND = 6  # so many failing, passing and impure examples of a check are replayed, beside the counterexample


class Evidence:
    """The evidence of one check: the counterexample, and the largest others that failed and that passed.

    Args:
        atol: by so much the fingerprints of the same numbers may differ.
    """

    def __init__(self, check: Check, counterexample: Example | None, examples: Sequence[Example], atol: float = ATOL):
        self.atol = atol
        self.check = check
        self.counterexample = counterexample
        self.drawn = examples[: check.examples]  # what follows came of making the counterexample smaller
        largest_first = sorted(self.drawn, key=lambda e: -sum(n for name, n in e.sizes.items() if name != "seed"))
        failed = [e for e in largest_first if e.outcome][:EACH_KIND]
        passed = [e for e in largest_first if not e.outcome][:EACH_KIND]
        impure = [e for e in self.drawn if e.impure and e not in failed and e not in passed][:EACH_KIND]
        self.examples = [*([counterexample] if counterexample else []), *failed, *passed, *impure]
        self.functions = {call.function for e in self.examples for call in e.calls}
        self.pure = {function for e in examples for function in e.pure}
        self._came = [(e.sizes, of_example(e)) for e in self.examples]

    @cached_property
    def _all_came(self) -> list[Came]:
        return [(e.sizes, of_example(e)) for e in self.drawn]

    @property
    def telling_call(self) -> Call | None:
        """The call, among those whose numbers are wrong, that shows most at the least cost."""
        wrong = [e.calls[-1] for e in self.drawn if isinstance(e.outcome, Mismatch) and e.calls]
        return min(wrong, key=clumsiness, default=None)

    @property
    def small_call(self) -> Call | None:
        """A small call whose numbers are wrong, with enough of them to tell one mistake from another."""
        wrong = [
            e.calls[-1]
            for e in self.drawn
            if isinstance(e.outcome, Mismatch) and e.calls and e.calls[-1].value is not None and _is_telling(e.outcome)
        ]
        return min(wrong, key=clumsiness, default=None)

    @cached_property
    def of_random_numbers(self) -> bool:
        """True if random numbers failed of which only is known what holds of all of them, such as their variance."""
        return any(
            isinstance(e.outcome, Mismatch)
            and e.outcome.expected is None
            and isinstance(e.outcome.got, np.ndarray)
            and bool(e.calls)
            and any(isinstance(argument, np.random.Generator) for argument in e.calls[-1].arguments.values())
            for e in self.examples
        )

    def explained_by(self, suspect: Suspect, pure: Collection[str] = ()) -> bool:
        """True if the suspect in the student's place comes to the same on every example.

        Args:
            pure: the functions that are to be as pure, or not, as they were with the student.
        """
        return all(
            student.matches(other, self.atol) and student.as_pure_as(other, pure) and other.as_pure_as(student, pure)
            for student, other in self._beside(suspect, self._came)
        )

    def explained_throughout_by(self, suspect: Suspect) -> bool:
        """True if the suspect comes to the same on everything that was drawn."""
        return all(student.matches(other, self.atol) for student, other in self._beside(suspect, self._all_came))

    def contradicts(self, suspect: Suspect, pure: Collection[str]) -> bool:
        """True if the suspect fails where the student does not, or gives other numbers for the same thing.

        So it is, too, if a function that is asked to be pure is so with the student alone, in whichever call.
        It is no contradiction if the suspect is right where the student is wrong: there may be a second mistake.
        """
        return any(
            _contradicts(student, other, pure, self.atol) for student, other in self._beside(suspect, self._came)
        )

    def fails_where_right(self, suspect: Suspect) -> bool:
        """True if the suspect fails where the student is right."""
        beside = self._beside(suspect, self._came)
        return any(student.kind == "right" and other.kind != "right" for student, other in beside)

    def _beside(self, suspect: Suspect, came: Sequence[Came]) -> Iterator[tuple[Fingerprint, Fingerprint]]:
        """Yield what the examples came to for the student and for the suspect, where that is known.

        Outcomes that are known already come first: they may be enough.
        """
        later = []
        for sizes, student in came:
            if known := suspect.known(self.check, sizes):
                yield student, known
            else:
                later.append((sizes, student))
        for sizes, student in later:
            other = suspect.outcome(self.check, sizes)
            if other is not None:
                yield student, other


def _is_telling(mismatch: Mismatch) -> bool:
    return mismatch.wrong is not None and np.size(mismatch.got) > SMALL and np.size(mismatch.got, 0) > 1


def _contradicts(student: Fingerprint, suspect: Fingerprint, pure: Collection[str], atol: float) -> bool:
    if student.matches(suspect, atol):  # then both made the same calls
        return not suspect.as_pure_as(student, pure)
    if student.kind == suspect.kind == "mismatch":
        return student.about == suspect.about or rules_out(student.about, suspect.about)
    return student.kind == "right" and suspect.kind != "right"
