"""Suspects: the known mistakes of an exercise, and what each of them comes to on an example.

The students' edition of a course holds their fingerprints in place of their code, which would give the solution away.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Iterable
from typing import Any, Protocol

import numpy as np

from minigrad.course.catalogue.course import Exercise
from minigrad.course.checks.check import Check
from minigrad.course.checks.students import SECONDS, Answers, Call, Example, Runner, Simulation, Student
from minigrad.course.diagnosis.fingerprints import BLOCKED, Fingerprint, of_example
from minigrad.course.diagnosis.values import copied
from minigrad.course.results.outcomes import StudentError
from minigrad.course.signals import at_most

_FUNCTION = re.compile(r"(?ms)^def (\w+)(.*?)(?=^\S|\Z)")


class Suspect(Protocol):
    """A known mistake, and what its sentence says to a student who made it."""

    says: str
    of: Collection[str]  # the functions whose own lines it changes

    def outcome(self, check: Check, sizes: dict[str, int]) -> Fingerprint | None:
        """The outcome of an example, or None if that is not known."""

    def known(self, check: Check, sizes: dict[str, int]) -> Fingerprint | None:
        """The outcome of an example, or None if it is not known yet."""


class Trusted(Runner, Protocol):
    """A runner that can be called without a guard."""

    def at_once(self, function: str, args: list[Any]) -> Any: ...


class Simulated:
    """A suspect that runs, once on each example.

    Args:
        says: what to say to a student who did the same.
        runner: whoever answers the calls of the checks: a changed solution, say.
        of: the functions whose own lines are changed. Others may call them.

    Attributes:
        answers: what the runner answered in examples that several checks look at.
        blocked: the titles of checks which wait for another one that fails: whoever does the same is not graded there.
    """

    def __init__(self, says: str, runner: Trusted, of: Collection[str] = ()):
        self.says = says
        self.runner = runner
        self.of = of
        self.answers: Answers = {}
        self.blocked: Collection[str] = ()
        self._outcomes: dict[tuple[Any, ...], Fingerprint] = {}

    def known(self, check: Check, sizes: dict[str, int]) -> Fingerprint | None:
        return BLOCKED if check.title in self.blocked else self._outcomes.get((check.title, *sizes.values()))

    def outcome(self, check: Check, sizes: dict[str, int]) -> Fingerprint:
        if known := self.known(check, sizes):
            return known
        with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
            self.came_to(check, [Student(self.runner, self.answers).look(check.body, sizes)])
        return self._outcomes[check.title, *sizes.values()]

    def came_to(self, check: Check, examples: Iterable[Example]) -> None:
        """Remember what these examples came to."""
        for example in examples:
            self._outcomes[check.title, *example.sizes.values()] = of_example(example)

    def value(self, call: Call) -> Any:
        """The result of such a call, or None if it raises."""
        try:
            return self.runner.call(call.function, list(call.arguments.values())).value
        except StudentError:
            return None

    def at_once(self, call: Call, seconds: float = SECONDS) -> Any:
        """The result of such a call, without all that is noted of one, or None if it raises."""
        try:
            with at_most(seconds):
                return self.runner.at_once(call.function, copied(list(call.arguments.values())))
        except Exception:  # whatever the mistake raises
            return None


class Recorded:
    """A suspect of which only the fingerprints are kept, as `record` makes them."""

    def __init__(self, examples: dict[str, list[list[int]]], mistake: dict[str, Any]):
        self.says = str(mistake["says"])
        self.of: Collection[str] = mistake["of"]
        self._outcomes = {
            (title, *sizes): outcome
            for title, drawn in examples.items()
            for sizes, outcome in zip(drawn, mistake["outcomes"][title] or [BLOCKED] * len(drawn), strict=True)
        }

    def outcome(self, check: Check, sizes: dict[str, int]) -> Fingerprint | None:
        found = self._outcomes.get((check.title, *sizes.values()))
        return None if found is None else Fingerprint(*found)

    known = outcome


def simulated(exercise: Exercise) -> list[Simulated]:
    """Each mistake of the catalogue as a simulated student."""
    changed = ((m, m.apply(exercise.solution)) for m in exercise.mistakes)
    return [Simulated(m.says, Simulation(source), rewritten(exercise.solution, source)) for m, source in changed]


def rewritten(source: str, other: str) -> set[str]:
    r"""The functions at the top of a source whose own lines are others in the other one.

    >>> rewritten("def f(): return 1\ndef g(): return f()\n", "def f(): return 2\ndef g(): return f()\n")
    {'f'}
    """
    before, after = functions(source), functions(other)
    return {name for name, lines in before.items() if after.get(name) != lines}


def functions(source: str) -> dict[str, str]:
    """The functions at the top of a source: each name, and what stands from there to the function's end."""
    return dict(_FUNCTION.findall(source))


def beside_functions(source: str) -> str:
    """The source without its top-level functions."""
    return _FUNCTION.sub("", source)


def lean(source: str) -> str:
    """A solution without its explanation, and without what only running it as a program does."""
    return re.sub(r'\A(#[^\n]*\n)*""".*?"""', "", source, flags=re.DOTALL).partition("\nif __name__ ==")[0]
