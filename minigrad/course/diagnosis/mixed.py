"""A known mistake together with something that became of an argument: which of these many give the result of a call."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.course.catalogue.course import Exercise
from minigrad.course.catalogue.patches import TOGETHER
from minigrad.course.checks.students import SECONDS, Simulation
from minigrad.course.diagnosis.probe import Effect, Probe
from minigrad.course.diagnosis.substitutions import Substituted
from minigrad.course.diagnosis.suspects import Simulated
from minigrad.course.diagnosis.values import all_same, begin_alike, copied
from minigrad.course.signals import at_most

MOVED = "along its first axis"  # so ends what is said of entries that moved; a mistake may move them back
MOST = 4_000  # so many are tried


def mixed(
    exercise: Exercise, probe: Probe, effects: Sequence[Effect], substitutions: Sequence[Simulated]
) -> list[Simulated]:
    """All of them that give the result of the probe's call.

    Args:
        effects: of the mistakes that spoil nothing which is right.
        substitutions: of those that do so.
    """
    given = list(probe.call.arguments.values())
    fitting = [s for s in substitutions if _of(s).function == probe.call.function and not _of(s).what.endswith(MOVED)]
    changed = [_of(s).changed(copy.deepcopy(given)) for s in fitting]
    may_be = probe.may_be_both([effect.suspect for effect in effects], fitting)
    found: list[Simulated] = []
    made: dict[int, Simulation] = {}
    for i, k in itertools.islice(zip(*np.nonzero(may_be), strict=True), probe.affordable(MOST)):
        effect, one = effects[i], _of(fitting[k])
        spoilt = made.get(i) or made.setdefault(i, Simulation(effect.mistake.apply(exercise.solution)))
        if _may_be(getattr(spoilt.module, one.function), changed[k], probe.call.value):
            says = f"{TOGETHER}{effect.mistake.says} And: the numbers are those that come out when {one.what}."
            both = Substituted(spoilt, one.function, one.change, one.what)
            together = Simulated(says, both, {*effect.suspect.of, one.function})
            value = together.value(probe.call)
            if value is not None and all_same(value, probe.call.value):
                found.append(together)
    return found


def _of(suspect: Simulated) -> Substituted:
    assert isinstance(suspect.runner, Substituted)
    return suspect.runner


def _may_be(function: Any, arguments: list[Any], came: Any) -> bool:
    """True if the first numbers of the result are those that came."""
    try:
        with at_most(SECONDS):
            return begin_alike(function(*copied(arguments)), came)
    except Exception:  # whatever a mistake makes of such arguments
        return False
