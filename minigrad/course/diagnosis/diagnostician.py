"""Diagnosis by simulation: which known mistake gives exactly the student's numbers?

The catalogue of an exercise holds mistakes as small changes of its solution. When a check fails, each of them is put
in the student's place, on the very examples the check drew. One that comes to the same numbers everywhere is what the
student did, as far as numbers can tell. Only if none does, more general things are tried: another argument for the
solution, a relation between got and expected, and two mistakes at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from minigrad.course.catalogue.course import Exercise
from minigrad.course.checks.check import Check
from minigrad.course.checks.students import Example
from minigrad.course.diagnosis.fingerprints import Fingerprint, fingerprint
from minigrad.course.diagnosis.relations import multiple, relation, telling
from minigrad.course.diagnosis.suspects import Recorded, Suspect, pairs, simulated, substituted
from minigrad.course.results.outcomes import Mismatch

EACH_KIND = 6  # so many failing and so many passing examples of a check are replayed, beside the counterexample


class Evidence:
    """What one check drew of the student: the counterexample, and the largest others that failed and that passed."""

    def __init__(self, check: Check, counterexample: Example | None, examples: Sequence[Example]):
        self.check = check
        self.drawn = examples[: check.examples]  # what follows came of making the counterexample smaller
        largest_first = sorted(self.drawn, key=lambda e: -sum(n for name, n in e.sizes.items() if name != "seed"))
        failed = [e for e in largest_first if e.outcome][:EACH_KIND]
        passed = [e for e in largest_first if not e.outcome][:EACH_KIND]
        self.examples = [*([counterexample] if counterexample else []), *failed, *passed]
        self._outcomes = [(e.sizes, fingerprint(e.outcome)) for e in self.examples]

    def explained_by(self, suspect: Suspect) -> bool:
        """Whether the suspect in the student's place comes to the same on every example."""
        return all(student.matches(other) for student, other in self._beside(suspect))

    def contradicts(self, suspect: Suspect) -> bool:
        """Whether the suspect fails where the student does not, or gives other numbers for the same thing.

        That the suspect is right where the student is wrong is no contradiction: there may be a second mistake.
        """
        return any(_contradicts(student, other) for student, other in self._beside(suspect))

    def _beside(self, suspect: Suspect) -> Iterator[tuple[Fingerprint, Fingerprint]]:
        """What the examples came to for the student and for the suspect, where that is known."""
        for sizes, student in self._outcomes:
            other = suspect.outcome(self.check, sizes)
            if other is not None:
                yield student, other


def _contradicts(student: Fingerprint, suspect: Fingerprint) -> bool:
    if student.kind == suspect.kind == "mismatch":
        return student.about == suspect.about and not student.matches(suspect)
    return student.kind == "right" and suspect.kind != "right"


class Diagnostician:
    """What all the evidence from one exercise says together."""

    def __init__(self, exercise: Exercise, evidence: Sequence[Evidence]):
        self.exercise = exercise
        self.evidence = evidence
        self._contradicted: dict[Suspect, bool] = {}

    @cached_property
    def knows_mistakes(self) -> bool:
        """Whether the known mistakes can be told. The students' edition knows them on the examples it recorded."""
        recorded = self.exercise.notes.get("examples")
        return recorded is None or all(
            list(e.sizes.values()) in recorded[one.check.title] for one in self.evidence for e in one.drawn
        )

    @cached_property
    def mistakes(self) -> Sequence[Suspect]:
        """Those of the catalogue."""
        return self._recorded("mistakes") if "examples" in self.exercise.notes else simulated(self.exercise)

    @cached_property
    def substitutions(self) -> Sequence[Suspect]:
        """What is no known mistake, and can be said in terms of an argument."""
        return self._recorded("substitutions") if "examples" in self.exercise.notes else substituted(self.exercise)

    def _is_contradicted(self, suspect: Suspect) -> bool:
        if suspect not in self._contradicted:
            self._contradicted[suspect] = any(e.contradicts(suspect) for e in self.evidence)
        return self._contradicted[suspect]

    @cached_property
    def pairs(self) -> Sequence[Suspect]:
        """Two of the usual mistakes at once."""
        return [] if "examples" in self.exercise.notes else list(pairs(self.exercise))

    def _recorded(self, kind: str) -> Sequence[Suspect]:
        notes = self.exercise.notes
        return [Recorded(notes["examples"], suspect) for suspect in notes[kind]] if self.knows_mistakes else []

    def diagnose(self, i: int) -> str:
        """What explains the failure of the i-th check, or "" if nothing is known that does."""
        known = self._told_by(self.mistakes, i)
        if known or not any(isinstance(e.outcome, Mismatch) for e in self.evidence[i].examples):
            return known  # an exception alone has too many causes
        mismatches = telling(self.evidence[i].examples)
        substitution = multiple(mismatches) or self._told_by(self.substitutions, i)
        return substitution or relation(mismatches) or self._told_by(self.pairs, i)

    def _told_by(self, suspects: Sequence[Suspect], i: int) -> str:
        """The suspect that explains check i and contradicts no other; of several, the one that explains most."""
        explains = [suspect for suspect in suspects if self.evidence[i].explained_by(suspect)]
        candidates = [suspect for suspect in explains if not self._is_contradicted(suspect)]
        if len(candidates) > 1:
            candidates.sort(key=lambda suspect: -sum(e.explained_by(suspect) for e in self.evidence))
        return candidates[0].says if candidates else ""


def same_outcome(a: BaseException | None, b: BaseException | None) -> bool:
    """Whether two runs of an example came to the same: both right, the same numbers, or the same exception."""
    return fingerprint(a).matches(fingerprint(b))
