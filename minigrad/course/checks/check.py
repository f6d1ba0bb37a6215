"""A check, and the way it comes to a verdict."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from minigrad.course.checks.examples import EXAMPLES, SALT, beyond, draw, evenly, salted
from minigrad.course.checks.students import Example, Student
from minigrad.course.results.outcomes import Halt

AT_ONCE = 6  # examples whose calls are sent together, while those of as many others are answered


@dataclass
class Check:
    """A check's place in the course, and how it is made.

    Attributes:
        body: the check of one example, `body(student, **sizes)`.
        choices: what each of the body's parameters is drawn from.
        prepare: finds what can be known of an example before the student is asked, for the body to have it then.
        soon: tells the student which calls the body makes in some examples, if it makes no others. One has been looked
            at before.
    """

    title: str
    points: int
    needs: Sequence[str]
    body: Callable[..., None]
    choices: Mapping[str, Sequence[int]]
    examples: int
    prepare: Callable[..., Any] | None = None
    soon: Callable[[Student, Sequence[Mapping[str, int]]], None] | None = None

    def drawn(self, salt: str = SALT) -> list[dict[str, int]]:
        """The sizes of the examples, the smallest first."""
        return draw(salted(self.choices, salt), self.examples, salt)

    def prepared(self, salt: str = SALT) -> Iterator[None]:
        """Prepare the examples, one at each step."""
        if prepare := self.prepare:
            for sizes in self.drawn(salt):
                prepare(**sizes)
                yield

    def examine(self, student: Student, salt: str = SALT) -> Example | None:
        """Look at all examples. None if every one is right, or else the smallest that is not.

        All are looked at, also after one has failed. So it shows for which sizes a student is right.
        """
        drawn = self.drawn(salt)
        for i, sizes in enumerate(drawn):
            if self.soon and student.hears_ahead and i % AT_ONCE == 1:
                ahead = drawn[1 if i == 1 else i + AT_ONCE : i + 2 * AT_ONCE]
                with contextlib.suppress(Exception):  # what an example raises is found again when it is looked at
                    self.soon(student, ahead)
            example = student.look(self.body, sizes)
            if isinstance(example.outcome, Halt):
                return example
        failed = next((example for example in student.examples if example.outcome), None)
        return self._shrink(student, failed, salted(self.choices, salt)) if failed else None

    def wider(self, examples: int, salt: str = SALT, more: int = 0) -> Check:
        """The same check of so many examples in which sizes go beyond the grader's table.

        Args:
            more: as for `beyond`.
        """

        def wide(name: str, values: Sequence[int]) -> Sequence[int]:
            return evenly(beyond(name, values, more), examples, random.Random(f"{salt} {name}"))

        choices = {name: v if name == "seed" else wide(name, v) for name, v in self.choices.items()}
        return replace(self, choices=choices, examples=examples)

    def _shrink(self, student: Student, failed: Example, choices: Mapping[str, Sequence[int]]) -> Example:
        """The example with each parameter as simple as it can be and still fail."""
        simpler = (
            {**failed.sizes, name: value}
            for name, values in choices.items()
            for value in values[: values.index(failed.sizes[name])]
        )
        for sizes in simpler:
            example = student.look(self.body, sizes)
            if example.outcome:
                return example if isinstance(example.outcome, Halt) else self._shrink(student, example, choices)
        return failed


def check(
    title: str, points: int, needs: Sequence[Check] = (), examples: int = EXAMPLES, **choices: Sequence[int]
) -> Callable[[Callable[..., None]], Check]:
    """Make the decorated function a check.

    Args:
        title: what is checked, in the student's words.
        points: what it is worth. One that is worth nothing is looked at under pytest only, and is no part of a grade.
        needs: checks without which this one can't say anything.
        examples: how many are drawn.
        choices: what each of the function's other parameters is drawn from, the simplest first.

    Raises:
        TypeError: if points are no integer, or needs is no list of checks.
    """
    if not isinstance(points, int):
        raise TypeError(f"the points of {title!r} should be an integer; they are {points!r}.")
    if not isinstance(needs, list | tuple) or not all(isinstance(needed, Check) for needed in needs):
        raise TypeError(f"what {title!r} needs should be a list of checks, such as needs=[test_cell].")
    return lambda body: Check(title, points, [needed.title for needed in needs], body, choices, examples)
