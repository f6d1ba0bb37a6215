"""The outcome of a training, as plain data."""

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
class Goal:
    """A goal that a capstone is judged by: a number that only what it is about can reach.

    Attributes:
        what: this number is, such as "accuracy where the order decides".
        value: it came to.
        mark: the least that is enough; the most, if less is better.
        others: what simpler models come to, by their names.
        less: whether less is better.
        look_at: the exercise whose functions decide it, for whoever falls short.
    """

    what: str
    value: float
    mark: float
    others: Mapping[str, float] = field(default_factory=dict)
    less: bool = False
    look_at: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", float(self.value))
        object.__setattr__(self, "mark", float(self.mark))
        object.__setattr__(self, "others", {name: float(value) for name, value in self.others.items()})

    @property
    def reached(self) -> bool:
        """Nothing is reached by what is not a number."""
        return self.value <= self.mark if self.less else self.value >= self.mark


@dataclass(frozen=True)
class Learned:
    """The outcome of a training.

    Attributes:
        words: what there is to see.
        rows: one for each model that was trained.
        floor: what no model can do better, if that is known.
        board: what the scores on the scoreboard are.
        columns: what its columns mean, each in a few words.
        lines: what the model writes.
        chart: how it went, or what else there is to draw.
        more: further charts.
        goals: what a capstone is judged by.
        files: what it made, by the names of files, such as a tune that can be played.
        steps, of: how many steps it took, and how many there were to be. Whoever runs a training fills them in.
    """

    words: str
    rows: Sequence[Row] = ()
    floor: Row | None = None
    board: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    lines: Sequence[str] = ()
    chart: AnyChart | None = None
    more: Sequence[AnyChart] = ()
    goals: Sequence[Goal] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    steps: int = 0
    of: int = 0

    @property
    def charts(self) -> list[AnyChart]:
        return [*([self.chart] if self.chart else []), *self.more]

    @property
    def complete(self) -> bool:
        return self.steps == self.of

    @property
    def falls_short(self) -> bool:
        """True if a capstone has not all that it is judged by, so far."""
        return not all(goal.reached for goal in self.goals)

    def as_data(self) -> dict[str, Any]:
        """The part that is kept, as plain data: all but the charts, what the model writes and what it made."""
        kept = replace(self, rows=list(self.rows), lines=[], chart=None, more=[], goals=list(self.goals), files={})
        return asdict(kept)

    @classmethod
    def from_data(cls, data: Any) -> Learned:
        """The inverse of as_data.

        Raises:
            TypeError, ValueError: if the data have another form.
        """
        return made(cls, data)
