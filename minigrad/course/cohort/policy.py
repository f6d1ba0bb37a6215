"""A policy says what counts, how much, and what it costs to be late: a small file that a teacher writes.

    title = "Recurrent networks"
    exercises = ["rnn_cell", "bptt"]        # those that count; without this line, all that anybody handed in
    columns = "exercises"                   # for Canvas and Moodle: a column for each, and not only the total

    [weights]
    bptt = 2                                # its points count twice

    [late]
    due = 2026-11-20T23:59:00+01:00
    grace = "15 min"                        # so much later is not late yet
    per_day = 0.1                           # a tenth less for each day that has begun
    at_least = 0.5                          # and never less than half

    [extensions]                            # by a student's id: so much longer, or a time of their own
    smith = "3 days"
    jones = 2026-11-27T12:00:00+01:00

    [days_late]                             # where times are not known, or are wrong
    miller = 2

Any part of it may be left out.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from minigrad.course.catalogue.course import Course
from minigrad.course.cohort.gradebook import Assigned, Record, exactly
from minigrad.course.cohort.submissions import Student
from minigrad.course.usage import UsageError

NEAR = 0.6  # how much of two ids is the same, if one may be the other with a slip
DAY = timedelta(days=1)
UNITS = {"min": timedelta(minutes=1), "minute": timedelta(minutes=1), "h": timedelta(hours=1)}
UNITS |= {"hour": timedelta(hours=1), "day": DAY, "week": 7 * DAY}


@dataclass(frozen=True)
class Late:
    """The cost of being late.

    Attributes:
        grace: how much after `due` is not late yet; days are counted from its end.
        per_day: the share of the points that each day takes, once it has begun.
        at_least: the share that is left however late it is.
    """

    due: datetime
    per_day: float
    grace: timedelta = timedelta()
    at_least: float = 0.0

    def kept(self, days: int) -> float:
        """The share of the points that is left."""
        return float(max(exactly(self.at_least), 1 - exactly(self.per_day) * days))


@dataclass(frozen=True)
class Policy:
    """The decisions of a teacher.

    Attributes:
        exercises: the stems of those that count; None if it is all that anybody handed in.
        weights: by stem; 1 for those that are not there.
        extensions: by a student's id, how much longer they have, or until when.
        days_late: by a student's id, whatever times say.
        columns: what the tables for Canvas and Moodle have a column for, "total" or "exercises".
    """

    title: str = ""
    exercises: list[str] | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    late: Late | None = None
    extensions: Mapping[str, datetime | timedelta] = field(default_factory=dict)
    days_late: Mapping[str, int] = field(default_factory=dict)
    columns: str = "total"

    def assigned(self, course: Course, handed_in: Iterable[str]) -> list[Assigned]:
        """The exercises that count, in the order of the course.

        Args:
            handed_in: the stems of those for which anybody handed anything in.
        """
        count = set(handed_in if self.exercises is None else self.exercises)
        return [
            Assigned(e.heading, sum(check.points for check in e.checks), self.weights.get(e.stem, 1))
            for e in course.exercises
            if e.stem in count
        ]

    def strangers(self, ids: Iterable[str]) -> list[str]:
        """The complaints about extensions and days for students that there are not.

        Args:
            ids: of the students that there are.
        """
        named = {**dict.fromkeys(self.extensions, "an extension"), **dict.fromkeys(self.days_late, "days")}
        known = dict.fromkeys(ids) if named else {}
        return [_stranger(what, id, list(known)) for id, what in named.items() if id not in known]

    def settle(self, record: Record) -> str:
        """Say of a record how late it is and what is kept. Return why that is not known, or ""."""
        if not self.late or not record.place:
            return ""
        if record.student.id in self.days_late:
            days = self.days_late[record.student.id]
        elif record.handed_in is None:
            return "It is not known when this was handed in, so it does not count as late."
        else:
            over = record.handed_in.astimezone(UTC) - self.due(record.student) - self.late.grace
            days = max(0, -(-over // DAY))
        record.days_late, record.kept = days, self.late.kept(days)
        return ""

    def due(self, student: Student) -> datetime:
        """Until when this student has time, of a policy that says so."""
        assert self.late
        extension = self.extensions.get(student.id, timedelta())
        return self.late.due + extension if isinstance(extension, timedelta) else extension


def read_policy(path: Path, course: Course) -> Policy:
    """The policy in a file.

    Raises:
        UsageError: if it is none; it names the key, and what to write.
    """
    data = _read_toml(path)
    _require_forms(path, data, FORMS)
    exercises = [_stem(path, course, "exercises", name) for name in data["exercises"]] if "exercises" in data else None
    return Policy(
        title=data.get("title", ""),
        exercises=exercises,
        weights=_weights(path, data.get("weights", {}), course, exercises),
        late=_late(path, data["late"]) if "late" in data else None,
        extensions=_extensions(path, data.get("extensions", {}), data.get("late")),
        days_late=_days(path, data.get("days_late", {}), data.get("late")),
        columns=data.get("columns", "total"),
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is no TOML: {error}. docs/grading.md shows a whole one.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no text in UTF-8. Save it as that.") from None
    except OSError as error:
        raise UsageError(f"cannot read the policy {path}: {error.strerror}.") from None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(name, str) for name in value)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_weight(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1000


def _is_share(value: Any) -> bool:
    return _is_weight(value) and value <= 1


def _is_time(value: Any) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


def _is_duration(value: Any) -> bool:
    return _duration(value) is not None


def _duration(value: Any) -> timedelta | None:
    """The length of "15 min" or "2 days"; None if it is nothing of that kind."""
    found = re.fullmatch(r"(\d{1,5}) ?([a-z]+?)s?", value) if isinstance(value, str) else None
    return int(found[1]) * UNITS[found[2]] if found and found[2] in UNITS else None


Form = tuple[str, Callable[[Any], bool]]  # how something is written, and whether a value is that

FORMS: dict[str, Form] = {
    "title": ('title = "Recurrent networks"', _is_text),
    "exercises": ('exercises = ["rnn_cell", "bptt"]', _are_names),
    "columns": ('columns = "total" or columns = "exercises"', lambda value: value in ("total", "exercises")),
    "weights": ("a table [weights] with lines such as rnn_cell = 2", _is_table),
    "late": ("a table [late] with due = 2026-11-20T23:59:00+01:00 and per_day = 0.1", _is_table),
    "extensions": ('a table [extensions] with lines such as smith = "3 days"', _is_table),
    "days_late": ("a table [days_late] with lines such as smith = 2", _is_table),
}
LATE: dict[str, Form] = {
    "due": ("due = 2026-11-20T23:59:00+01:00, with date, time and the distance to UTC (Z for none)", _is_time),
    "per_day": ("per_day = 0.1, which takes a tenth for each day, or another number from 0 to 1", _is_share),
    "grace": ('grace = "15 min" or "2 h" or "1 day"', _is_duration),
    "at_least": ("at_least = 0.5, which leaves half however late it is, or another number from 0 to 1", _is_share),
}
WEIGHT: Form = ("a number from 0 to 1000, such as 2 or 0.5", _is_weight)
EXTENSION: Form = (
    'how much longer it is, such as "3 days" or "12 h", or until when, such as 2026-11-27T12:00:00+01:00',
    lambda value: _is_time(value) or _is_duration(value),
)

DAYS: Form = ("a whole number of days, such as 2", lambda value: type(value) is int and 0 <= value <= 1000)


def _require_forms(path: Path, data: Mapping[str, Any], forms: Mapping[str, Form], within: str = "") -> None:
    for key, value in data.items():
        if key not in forms:
            near = difflib.get_close_matches(key, forms, n=1)
            hint = f"Did you mean {within}{near[0]}?" if near else f"There are: {', '.join(forms)}."
            raise UsageError(f"{path}: nothing is called {within}{key}. {hint}")
        _require_form(path, f"{within}{key}", value, forms[key])


def _require_form(path: Path, key: str, value: Any, form: Form) -> None:
    how, fits = form
    if not fits(value):
        raise UsageError(f"{path}: {key} cannot be {_shown(value)}. Write {how}.")


def _shown(value: Any) -> str:
    text = value.isoformat() if hasattr(value, "isoformat") else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _stem(path: Path, course: Course, key: str, name: str) -> str:
    try:
        return course.find(name).stem
    except UsageError as error:
        raise UsageError(f"{path}: {key}: {error}") from None


def _late(path: Path, data: dict[str, Any]) -> Late:
    _require_forms(path, data, LATE, "late.")
    for key in ("due", "per_day"):
        if key not in data:
            raise UsageError(f"{path}: [late] has no {key}. Write {LATE[key][0]}.")
    grace = _duration(data.get("grace")) or timedelta()
    return Late(data["due"], data["per_day"], grace, data.get("at_least", 0))


def _weights(path: Path, data: dict[str, Any], course: Course, exercises: list[str] | None) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, weight in data.items():
        stem = _stem(path, course, f"weights.{name}", name)
        _require_form(path, f"weights.{name}", weight, WEIGHT)
        if stem in found:
            raise UsageError(f"{path}: weights.{name} is the second weight of {stem[5:]}. Write one.")
        if exercises is not None and stem not in exercises:
            raise UsageError(f"{path}: weights.{name} is of an exercise that does not count. Add it to exercises.")
        found[stem] = weight
    return found


def _extensions(path: Path, data: dict[str, Any], late: dict[str, Any] | None) -> dict[str, datetime | timedelta]:
    if data and not late:
        raise UsageError(f"{path}: extensions need a time that they extend. Write {FORMS['late'][0]}.")
    found: dict[str, datetime | timedelta] = {}
    for id, value in data.items():
        _require_form(path, f"extensions.{id}", value, EXTENSION)
        if late and isinstance(value, datetime) and value < late["due"]:
            raise UsageError(f'{path}: extensions.{id} is before late.due. Write a later time, or such as "3 days".')
        found[id] = value if isinstance(value, datetime) else _duration(value) or timedelta()
    return found


def _days(path: Path, data: dict[str, Any], late: dict[str, Any] | None) -> dict[str, int]:
    if data and not late:
        raise UsageError(f"{path}: days_late need what a day costs. Write {FORMS['late'][0]}.")
    for id, value in data.items():
        _require_form(path, f"days_late.{id}", value, DAYS)
    return data


def _stranger(what: str, id: str, known: list[str]) -> str:
    (ratio, _), best = max(((_nearness(id, other), other) for other in known), default=((0.0, 0), ""))
    hint = f"Did you mean {best!r}?" if ratio >= NEAR else f"Ids are such as {known[0]!r}." if known else ""
    return f"The policy has {what} for {id!r}, which is no student's id. {hint}".rstrip()


def _nearness(id: str, other: str) -> tuple[float, int]:
    """The likeness of two ids, and the number of signs at the same place: S1o02 means S1002 rather than S1029."""
    ratio = difflib.SequenceMatcher(None, other, id).ratio()
    return ratio, sum(a == b for a, b in zip(id, other, strict=False))
