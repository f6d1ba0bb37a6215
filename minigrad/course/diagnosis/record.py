"""What the students' edition keeps of the suspects of an exercise."""

from __future__ import annotations

from typing import Any

from minigrad.course.catalogue.course import Exercise
from minigrad.course.checks.examples import draw
from minigrad.course.diagnosis.fingerprints import Fingerprint
from minigrad.course.diagnosis.substitutions import substituted
from minigrad.course.diagnosis.suspects import Suspect, simulated


def record(exercise: Exercise) -> dict[str, Any]:
    """What every known mistake comes to on every example that is drawn, as notes for the students' edition."""
    drawn = {check.title: draw(check.choices, check.examples) for check in exercise.checks}

    def outcomes(suspect: Suspect) -> dict[str, Any]:
        found = {c.title: [suspect.outcome(c, sizes) for sizes in drawn[c.title]] for c in exercise.checks}
        rows = {title: [list(f) if f and f != Fingerprint() else [] for f in row] for title, row in found.items()}
        return {"says": suspect.says, "outcomes": rows}

    return {
        "examples": {title: [list(sizes.values()) for sizes in examples] for title, examples in drawn.items()},
        "mistakes": [outcomes(suspect) for suspect in simulated(exercise)],
        "substitutions": [outcomes(suspect) for suspect in substituted(exercise, rare=False)],
    }
