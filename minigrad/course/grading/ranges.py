"""The sizes for which a student is right or wrong, where one size alone decides.

    "right for N = 1, wrong for N ≥ 2"

Nothing is said that may well be chance, nor anything after a time-out, which says nothing of numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from minigrad.course.checks.check import Check
from minigrad.course.checks.examples import draw, salted
from minigrad.course.checks.students import Example, Runner, Student
from minigrad.course.diagnosis.sizes import sides
from minigrad.course.results.outcomes import Halt, Mismatch

CHANCE = 1e-3  # that sizes which decide nothing seem to, in one check
MORE = 64  # examples that may be looked at to be sure


def deciding_sizes(check: Check, examples: Sequence[Example], runner: Runner, salt: str) -> list[Claim]:
    """The sizes that decide whether a check that failed is right.

    Args:
        examples: those that were looked at: first the drawn ones, then those made smaller.
        runner: calls the student's functions, for more examples where these may be chance.
    """
    if any(isinstance(example.outcome, Halt) for example in examples):
        return []
    return [
        claim for claim in _claims(examples) if claim.is_sensible and _is_sure(claim, check, examples, runner, salt)
    ]


def in_words(claims: Sequence[Claim], failed: Example, others: Iterable[Example]) -> str:
    """The sentence on the sizes that decide, or "".

    Args:
        claims: what holds in one check.
        failed: an example of that check.
        others: those of the other checks. Where the same result is wrong in them for a size that is right in the one,
            something beside the size decides.
    """
    against = [other for other in others if _of_the_same(failed, other)] if claims else []
    return "; ".join(str(claim) for claim in claims if not any(e.sizes.get(claim.name) in claim.right for e in against))


def _of_the_same(one: Example, other: Example) -> bool:
    """True if the same result of the same function is wrong in both, or the function raises in both."""
    if not (one.calls and other.calls and one.outcome and other.outcome):
        return False
    a, b = ((e.calls[-1].function, _result(e)) for e in (one, other))
    return a == b


def _result(example: Example) -> str:
    """The result that is wrong, whichever part of it is."""
    return example.outcome.label.partition("[")[0] if isinstance(example.outcome, Mismatch) else ""


@dataclass(frozen=True)
class Claim:
    """The values of a size with which the student is right, and with which wrong: always, or sometimes."""

    name: str
    right: Set[int]
    wrong: Set[int]
    always: bool

    @property
    def is_sensible(self) -> bool:
        """True if the sizes alone may decide. Small sizes that fail only sometimes hang on something else as well."""
        return self.always or max(self.right) < min(self.wrong) or len(self.wrong) == 1

    def __str__(self) -> str:
        how = "wrong" if self.always else "sometimes wrong"
        return f"right for {self._range(self.right, self.wrong)}, {how} for {self._range(self.wrong, self.right)}"

    def _range(self, values: Set[int], others: Set[int]) -> str:
        if len(values) == 1:
            return f"{self.name} = {min(values)}"
        return f"{self.name} ≥ {min(values)}" if min(values) > max(others) else f"{self.name} ≤ {max(values)}"


def _claims(examples: Sequence[Example]) -> Iterator[Claim]:
    for name in examples[0].sizes:
        if name != "seed" and (found := sides(name, examples)):
            right, wrong = found
            yield Claim(name, right, wrong, all(e.outcome for e in examples if e.sizes[name] in wrong))


def _is_sure(claim: Claim, check: Check, examples: Sequence[Example], runner: Runner, salt: str) -> bool:
    """True if chance is ruled out: failures might come for any size, and all came on one side."""
    drawn = examples[: check.examples]
    # So likely is it that one of all cuts would have all failures on one side, if sizes decided nothing.
    failed, within = sum(bool(e.outcome) for e in drawn), sum(e.sizes[claim.name] in claim.wrong for e in drawn)
    cuts = 2 * sum(len({e.sizes[name] for e in drawn}) - 1 for name in drawn[0].sizes if name != "seed")
    if cuts * math.comb(within, failed) / math.comb(len(drawn), failed) < CHANCE:
        return True
    needed = math.ceil(math.log(CHANCE / cuts) / math.log1p(-failed / len(drawn)))
    if needed > MORE:
        return False
    choices = {**check.choices, claim.name: sorted(claim.right)}
    student = Student(runner)
    more = draw(salted(choices, salt), needed, f"{salt} {claim.name}")
    return all(student.look(check.body, sizes).outcome is None for sizes in more)
