"""A check as a property: the same body, for sizes and seeds that hypothesis draws."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, cast

import hypothesis
from hypothesis import strategies as st

from minigrad.course.checks.check import Check
from minigrad.course.checks.examples import EXAMPLES, beyond
from minigrad.course.checks.students import Runner, Student

FEWEST = 10  # examples of a check that hypothesis looks at, unless it is told to look at fewer


def property_of(name: str, check: Check, settings: hypothesis.settings) -> Callable[..., None]:
    """A test of the fixture `runner` that looks beyond the grader's table.

    An exception that it raises is the outcome of an example, with the example's sizes. A check that draws fewer
    examples than others does so here, too.
    """

    def test(runner: Runner, **sizes: int) -> None:
        outcome = Student(runner).raised(check.body, sizes)
        if outcome:
            outcome.sizes = sizes  # type: ignore[union-attr]
            raise outcome

    made: Any = functools.update_wrapper(test, check.body)
    made.__name__ = name
    kinds = {"runner": inspect.Parameter.POSITIONAL_OR_KEYWORD, **dict.fromkeys(check.choices, _DRAWN)}
    made.__signature__ = inspect.Signature([inspect.Parameter(*item) for item in kinds.items()])
    if check.choices:
        strategies = {name: strategy(beyond(name, choices)) for name, choices in check.choices.items()}
        fewest = min(FEWEST, settings.max_examples)
        examples = max(fewest, settings.max_examples * check.examples // EXAMPLES)
        made = hypothesis.settings(settings, max_examples=examples)(hypothesis.given(**strategies)(made))
    made.check = check
    return cast(Callable[..., None], made)


_DRAWN = inspect.Parameter.KEYWORD_ONLY  # pytest takes any other parameter for a fixture


def strategy(choices: Any) -> st.SearchStrategy[int]:
    """Each of the choices, the simplest first; hypothesis makes an example smaller in this order."""
    return st.integers(choices[0], choices[-1]) if isinstance(choices, range) else st.sampled_from(choices)
