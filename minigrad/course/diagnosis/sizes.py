"""Numbers in a student's code that stand where sizes belong: for which sizes alone is it right?"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Mapping, Sequence

from minigrad.course.checks.check import Check
from minigrad.course.checks.examples import beyond
from minigrad.course.checks.students import Example, Runner, Student
from minigrad.course.results.outcomes import Halt

TRIES = 160  # examples that are looked at
NUMBERS = 6  # so many different numbers of the code are tried
SEVERAL = 6  # examples of a size, by which a student is taken to be right there


def hard_coded(check: Check, examples: Sequence[Example], runner: Runner, source: str) -> str:
    """For which sizes the student is right, if these hang on numbers in the code; or "".

    Args:
        examples: those that the check drew.
        source: the student's file, which is read as a text.
    """
    written = re.sub(r'(?s)""".*?"""|#[^\n]*', "", source)
    counted = sorted({int(n) for n in re.findall(r"(?<![\w.])\d{1,2}(?![\w.])", written)} - {0, 1})[:NUMBERS]
    names = [name for name in check.choices if name != "seed"]
    if not counted or not names or any(isinstance(e.outcome, Halt) for e in examples):
        return ""
    sizes = _Sizes(check, runner)
    return _threshold(sizes, examples, names, counted) or _only(sizes, examples, names, counted)


class _Sizes:
    """The check, asked about other sizes."""

    def __init__(self, check: Check, runner: Runner):
        self.check, self.runner = check, runner
        self.tries = 0
        self.may_be = {name: set(beyond(name, values)) for name, values in check.choices.items() if name != "seed"}

    def right(self, sizes: Mapping[str, int]) -> bool | None:
        """Whether the student is right there; None if that cannot be asked."""
        self.tries += 1
        if self.tries > TRIES or any(sizes[name] not in values for name, values in self.may_be.items()):
            return None
        student = Student(self.runner)
        outcome = student.look(self.check.body, dict(sizes)).outcome
        if isinstance(outcome, Halt):
            self.tries = TRIES
            return None
        return outcome is None


def _threshold(asked: _Sizes, examples: Sequence[Example], names: Sequence[str], counted: Sequence[int]) -> str:
    """Up to which value of a size the student is right, if the code has that number."""
    for name in names:
        failed = [e for e in examples if e.outcome]
        wrong = min((e.sizes[name] for e in failed), default=0)
        right = max((e.sizes[name] for e in examples if e.sizes[name] < wrong), default=0)
        for k in counted:
            if 0 < right <= k < wrong:
                some = failed[:SEVERAL]
                if all(asked.right({**e.sizes, name: k}) for e in some) and any(
                    asked.right({**e.sizes, name: k + 1}) is False for e in some
                ):
                    return (
                        f"It is right up to {name} = {k}, and not for {name} = {k + 1}: the number {k} stands in your "
                        f"code where {name} belongs, perhaps. Take sizes from the shapes of the arguments."
                    )
    return ""


def _only(asked: _Sizes, examples: Sequence[Example], names: Sequence[str], counted: Sequence[int]) -> str:
    """With which values of some sizes the student is right, and with none beside them."""
    base = dict(sorted(examples, key=lambda e: sum(e.sizes[n] for n in names))[len(examples) // 2].sizes)
    for count in range(1, min(3, len(names)) + 1):
        for chosen in itertools.combinations(names, count):
            elsewhere = [not e.outcome and all(e.sizes[n] not in counted for n in chosen) for e in examples]
            if 4 * sum(elsewhere) > len(examples):
                continue  # it is right with other numbers there, and not by chance
            for values in itertools.product(counted, repeat=count):
                fixed = dict(zip(chosen, values, strict=True))
                if asked.right({**base, **fixed}) and _is_only(asked, examples, fixed):
                    said = " and ".join(f"{name} = {value}" for name, value in fixed.items())
                    beside = "where one of them is" if count > 1 else "for"
                    return (
                        f"It is right for {said}, and wrong {beside} 1 more or 1 less: "
                        f"{'these numbers stand' if count > 1 else 'this number stands'} in your code where sizes "
                        "belong, perhaps. Take sizes from the shapes of the arguments."
                    )
    return ""


def _is_only(asked: _Sizes, examples: Sequence[Example], fixed: Mapping[str, int]) -> bool:
    """Whether the student is right with these sizes, whatever the others are, and wrong beside them."""
    some = random.Random(0).sample(list(examples), min(3, len(examples)))
    if not all(asked.right({**e.sizes, **fixed}) for e in some):
        return False
    beside = [{**some[0].sizes, **fixed, name: value + step} for name, value in fixed.items() for step in (-1, 1)]
    beside.append({**some[0].sizes, **{name: value + 1 for name, value in fixed.items()}})  # it may want equal sizes
    return all(asked.right(sizes) is not True for sizes in beside)
