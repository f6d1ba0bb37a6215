"""What a training came to, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from minigrad.course.results.charts import AnyChart
from minigrad.course.results.plain import made


@dataclass(frozen=True)
class Row:
    """A line of the scoreboard: one model.

    Attributes:
        model: its name.
        scores: for each column of the scoreboard, a number.
        claim: what the numbers show of it, in a few words.
        weights: how many numbers it has learned; 0 if that is not the point.
    """

    model: str
    scores: Mapping[str, float]
    claim: str = ""
    weights: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "scores", {name: float(score) for name, score in self.scores.items()})


@dataclass(frozen=True)
class Learned:
    """What came of a training.

    Attributes:
        words: what there is to see.
        rows: one for each model that was trained.
        floor: what no model can do better, if that is known.
        board: what the scores on the scoreboard are.
        columns: what its columns mean, each in a few words.
        lines: what the model writes.
        chart: how it went, or what else there is to draw.
        steps, of: how many steps it took, and how many there were to be. Whoever runs a training fills them in.
    """

    words: str
    rows: Sequence[Row] = ()
    floor: Row | None = None
    board: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    lines: Sequence[str] = ()
    chart: AnyChart | None = None
    steps: int = 0
    of: int = 0

    @property
    def complete(self) -> bool:
        return self.steps == self.of

    def as_data(self) -> dict[str, Any]:
        """What is kept, as plain data: all but the chart and what the model writes."""
        return asdict(replace(self, rows=list(self.rows), lines=[], chart=None))

    @classmethod
    def from_data(cls, data: Any) -> Learned:
        """The inverse of as_data.

        Raises:
            TypeError, ValueError: if the data have another form.
        """
        return made(cls, data)
