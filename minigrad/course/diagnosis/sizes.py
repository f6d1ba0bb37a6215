"""The inputs for which a function is right: sizes alone, by numbers in its code, and arrays for which it raises."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from minigrad.course.checks.check import Check
from minigrad.course.checks.examples import beyond
from minigrad.course.checks.students import Example, Runner, Student
from minigrad.course.diagnosis.suspects import functions
from minigrad.course.diagnosis.values import parts
from minigrad.course.results.outcomes import Halt, StudentError

TRIES = 160  # examples that are looked at
NUMBERS = 6  # so many different numbers of the code are tried
SOME = 4  # examples that are no chance
ANY = "An array may have any number of axes."
AXES = "no", "one axis", "two axes", "three axes", "four axes"
BESIDE = {1: "1 more", -1: "1 less"}
SEVERAL = 6  # examples of a size, by which a student is taken to be right there


def hard_coded(
    check: Check, examples: Sequence[Example], runner: Runner, source: str, usual: str, beside: Sequence[Example] = ()
) -> str:
    """Find the only sizes for which the student is right: two are the same, or the code has numbers for them; or "".

    Args:
        examples: those that the check drew.
        beside: those of other checks.
        source: the student's file, which is read as a text.
        usual: a file that is right. Its numbers stand for no sizes, as often as they stand there.
    """
    called = {call.function for example in examples for call in example.calls}
    theirs, ours = (_concerned(_without_predictions(text, usual), called) for text in (source, usual))
    counted = sorted(_numbers(theirs) - _numbers(ours))[:NUMBERS]
    names = [name for name in check.choices if name != "seed"]
    if not names or any(isinstance(e.outcome, Halt) for e in examples):
        return ""
    sizes = _Sizes(check, runner)
    try:
        return (
            _threshold(sizes, examples, names, counted)
            or _only(sizes, examples, names, counted)
            or _equal(sizes, examples, names, [e for e in beside if {c.function for c in e.calls} & called])
        )
    except _Enough:
        return ""


def _numbers(source: str) -> Counter[int]:
    """Count how often each whole number from 2 to 99 stands in a file, but for its comments and longer texts.

    A number that is added to another thing, or subtracted from it, stands for no size.
    """
    written = re.sub(r'(?s)""".*?"""|#[^\n]*|(?<=[\w)\]]) *[+-] *\d+\b(?!\.)', "", source)
    found = (int(n) for n in re.findall(r"(?<![\w.])\d{1,2}(?![\w.])", written))
    return Counter(n for n in found if n > 1)


def _without_predictions(source: str, usual: str) -> str:
    """The file without the answers to what is asked before code is written."""
    names = re.findall(r"(?m)^(\w+) = .*# PREDICTION", usual)
    return re.sub(rf"(?m)^({'|'.join(names)}) = .*$", "", source) if names else source


def _concerned(source: str, called: Collection[str]) -> str:
    """The file without those of its functions that these do not need."""
    there, needed, left = functions(source), set(called), [*called]
    while left:
        more = {name for name in re.findall(r"\w+", there.get(left.pop(), "")) if name in there} - needed
        needed |= more
        left += more
    for name in there.keys() - needed:
        source = source.replace(f"def {name}{there[name]}", "")
    return source


class _Enough(Exception):
    """No more is asked of the student."""


class _Sizes:
    """The check, asked about other sizes."""

    def __init__(self, check: Check, runner: Runner):
        self.check, self.runner = check, runner
        self.tries = 0
        self.may_be = {name: set(beyond(name, values)) for name, values in check.choices.items() if name != "seed"}

    def right(self, sizes: Mapping[str, int]) -> bool | None:
        """True if the student is right there; None if no example may have such sizes.

        Raises:
            _Enough: if as much was asked as may be.
        """
        if any(sizes[name] not in values for name, values in self.may_be.items()):
            return None
        self.tries += 1
        if self.tries > TRIES:
            raise _Enough
        student = Student(self.runner)
        outcome = student.look(self.check.body, dict(sizes)).outcome
        if isinstance(outcome, Halt):
            raise _Enough
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
                if all(asked.right({**e.sizes, name: k}) for e in some) and 2 * sum(
                    asked.right({**e.sizes, name: k + 1}) is False for e in some
                ) >= len(some):
                    return (
                        f"It is right up to {name} = {k}, and not for {name} = {k + 1}: the number {k} stands in your "
                        f"code where {name} belongs, perhaps. {_source(examples)}"
                    )
    return ""


def _only(asked: _Sizes, examples: Sequence[Example], names: Sequence[str], counted: Sequence[int]) -> str:
    """Find values of some sizes with which the student is right, and with none beside them."""
    base = dict(sorted(examples, key=lambda e: sum(e.sizes[n] for n in names))[len(examples) // 2].sizes)
    for count in range(1, min(3, len(names)) + 1):
        for chosen in itertools.combinations(names, count):
            elsewhere = [not e.outcome and all(e.sizes[n] not in counted for n in chosen) for e in examples]
            if 4 * sum(elsewhere) > len(examples):
                continue  # it is right with other numbers there, and not by chance
            for values in itertools.product(counted, repeat=count):
                fixed = dict(zip(chosen, values, strict=True))
                if asked.right({**base, **fixed}) and (steps := _only_wrong_beside(asked, examples, fixed)):
                    said = " and ".join(f"{name} = {value}" for name, value in fixed.items())
                    beside = "where one of them is" if count > 1 else "for"
                    return (
                        f"It is right for {said}, and not {beside} {' or '.join(BESIDE[step] for step in steps)}: "
                        f"{'these numbers stand' if count > 1 else 'this number stands'} in your code where sizes "
                        f"belong, perhaps. {_source(examples)}"
                    )
    return ""


def _source(examples: Sequence[Example]) -> str:
    """Tell where sizes come from: from shapes, if an argument has one."""
    taken = (value for e in examples for call in e.calls for value in call.arguments.values())
    arrays = any(
        isinstance(part, np.ndarray) for value in taken for part in (value if type(value) is list else [value])
    )
    return f"Take sizes from the {'shapes of the ' if arrays else ''}arguments."


def _only_wrong_beside(asked: _Sizes, examples: Sequence[Example], fixed: Mapping[str, int]) -> list[int]:
    """The steps away from these sizes at which the student is wrong, if they are right with these, whatever the others.

    There are none if the student is right beside them, or if one of them may have no size beside it.
    """
    some = random.Random(0).sample(list(examples), min(SEVERAL, len(examples)))
    if not all(asked.right({**e.sizes, **fixed}) for e in some):
        return []
    both = {name: value + 1 for name, value in fixed.items()}  # they need only be the same
    if len(fixed) > 1 and _beside(asked, some, both) is True:
        return []
    found = {
        name: {step: _beside(asked, some, {**fixed, name: value + step}) for step in BESIDE}
        for name, value in fixed.items()
    }
    if any(True in of_one.values() or False not in of_one.values() for of_one in found.values()):
        return []
    return [step for step in BESIDE if any(of_one[step] is False for of_one in found.values())]


def _beside(asked: _Sizes, examples: Sequence[Example], fixed: Mapping[str, int]) -> bool | None:
    """True if the student is right with these sizes in all examples that may have them; None if none may."""
    came = {asked.right({**e.sizes, **fixed}) for e in examples} - {None}
    return False not in came if came else None


def _equal(asked: _Sizes, examples: Sequence[Example], names: Sequence[str], beside: Sequence[Example]) -> str:
    """Name two sizes that have to be the same for the student to be right, if that shows in all that was drawn.

    That is not so if the function fails with equal sizes in another check, or if one size alone decides.
    """
    if any(sides(name, examples) for name in names):
        return ""
    for one, other in itertools.combinations(names, 2):
        if any(e.outcome and one in e.sizes and e.sizes[one] == e.sizes.get(other) for e in beside):
            continue
        same = [e.outcome is None for e in examples if e.sizes[one] == e.sizes[other]]
        apart = [e.outcome is None for e in examples if e.sizes[one] != e.sizes[other]]
        if len(same) < SEVERAL or not all(same) or not apart or 4 * sum(apart) > len(apart):
            continue
        alike = [{**e.sizes, one: n, other: n} for n in (2, 3, 5) for e in examples[-2:]]
        if all(asked.right(sizes) is not False for sizes in alike):
            return (
                f"It is right where {one} and {other} are the same, and hardly ever else. Are two axes mixed up: is "
                "there a transpose too few, or one too many?"
            )
    return ""


def sides(name: str, examples: Sequence[Example]) -> tuple[set[int], set[int]] | None:
    """The values of a size for which the student is right, and the others; None unless one lie below the others."""
    wrong = {e.sizes[name] for e in examples if e.outcome}
    right = {e.sizes[name] for e in examples} - wrong
    decides = right and wrong and (max(right) < min(wrong) or max(wrong) < min(right))
    return (right, wrong) if decides else None


def raising(examples: Sequence[Example]) -> str:
    """Tell what the lists of arrays have in common for which alone the student's function raises; or ""."""
    seen = [
        (
            {
                np.ndim(part)
                for given in e.calls[-1].arguments.values()
                if isinstance(given, list)
                for part in parts(given)
            },
            e,
        )
        for e in examples
        if e.calls
    ]
    for axes in range(1, len(AXES)):
        raised = [isinstance(e.outcome, StudentError) for dimensions, e in seen if axes in dimensions]
        others = [isinstance(e.outcome, StudentError) for dimensions, e in seen if axes not in dimensions]
        if len(raised) >= SOME and len(others) >= SOME and all(raised) and not any(others):
            return f"It raises whenever there is an array with {AXES[axes]}, and only then. {ANY}"
        alone = [isinstance(e.outcome, StudentError) for dimensions, e in seen if dimensions == {axes}]
        beside = [isinstance(e.outcome, StudentError) for dimensions, e in seen if dimensions != {axes}]
        if len(alone) >= SOME and not any(alone) and 2 * sum(beside) > len(beside):
            return f"It never raises where all arrays have {AXES[axes]}, but mostly where others come. {ANY}"
    return ""
