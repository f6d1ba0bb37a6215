"""The warnings that are worth telling: those that may have to do with what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from minigrad.course.checks.students import Example
from minigrad.course.results.outcomes import Warned


def telling(failed: Example, of_check: Sequence[Example], of_all: Iterable[Example]) -> list[Warned]:
    """The warnings of a failed example that may matter, among the examples of its check, and those of all checks.

    If the check fails also without a warning, none of them is the cause. Nor is a line that warns where the result is
    right, as that of 1 / (1 + np.exp(1000)) does.
    """
    if not all(example.warnings for example in of_check if example.outcome):
        return []
    harmless = {warned for example in of_all if not example.outcome for warned in example.warnings}
    return [warned for warned in failed.warnings if warned not in harmless]
