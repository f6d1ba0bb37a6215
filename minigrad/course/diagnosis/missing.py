"""Find the results among those that came, where another number of them came than should."""

from __future__ import annotations

from collections.abc import Sequence

from minigrad.course.checks.students import Example, Runner
from minigrad.course.diagnosis.values import all_same
from minigrad.course.results.outcomes import Mismatch, StudentError
from minigrad.course.results.spelled import listed

PLACES = "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"
MOST = 100  # results; of more nobody looks which are there


def missing(solution: Runner, examples: Sequence[Example]) -> str:
    """Name the right results that are there in all of these examples, and those that are not; or what came besides."""
    wrong = [e.outcome for e in examples if isinstance(e.outcome, Mismatch)]
    names = wrong[0].names if wrong else ()
    if not names or any(mismatch.names != names for mismatch in wrong):
        return ""
    there, others = set(names), set(range(len(PLACES)))
    for example in examples:
        if not isinstance(example.outcome, Mismatch):
            continue
        call = example.calls[-1]
        try:
            right = solution.call(call.function, list(call.arguments.values())).value
        except StudentError:
            return ""
        whole = example.outcome.whole
        came = whole if isinstance(whole, list) else [whole]
        if len(came) > MOST:
            return ""
        there &= {name for name, r in zip(names, right, strict=True) if any(all_same(c, r) for c in came)}
        others &= {k for k, c in enumerate(came) if not any(all_same(c, r) for r in right)}
    absent = [name for name in names if name not in there]
    if absent:
        here = [name for name in names if name in there]
        return f"{_are(here)} there, as {'they' if here[1:] else 'it'} should be. {_are(absent)} not." if here else ""
    extra = [PLACES[k] for k in sorted(others)]
    if len(extra) != 1:
        return ""
    return f"All that should come is there. The {extra[0]} of your results is none of it: leave it out."


def _are(names: Sequence[str]) -> str:
    """The names, and the verb."""
    return f"{listed(names)} {'are' if names[1:] else 'is'}"
