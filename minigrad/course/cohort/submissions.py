"""Submissions, and the students they are from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

NOT_IN_ROSTER = "This is nobody in the roster."  # the remark on a submission of which that is so
WHOLE = ""  # stands for a submission as a whole, where an exercise's stem stands for one of its files


@dataclass(frozen=True)
class Student:
    """A student who handed something in.

    Attributes:
        id: what tells them from all others, as the layout or the roster says; any text.
        name, email: as the roster or the layout says, or "".
        roster: their line of the roster, as it stands there; a table for the same system hands it back.
    """

    id: str
    name: str = ""
    email: str = ""
    roster: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass
class Submission:
    """The files that one student handed in, as far as they are taken.

    Attributes:
        place: where it was found, below what was graded, for a teacher who looks for it.
        sources: the text of each exercise's file, by the exercise's stem, such as ex09_rnn_cell.
        refused: why a file was not taken, by the exercise's stem, or by WHOLE if nothing was.
        remarks: what else there is to say, such as a file that belongs to no exercise.
        handed_in: when, if that is known.
    """

    student: Student
    place: str
    sources: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    handed_in: datetime | None = None
