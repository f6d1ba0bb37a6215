"""The statuses of a check."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Status(StrEnum):
    """The status of a check, or of an exercise; they are ordered from the best to the worst."""

    PASSED = "passed"
    NOT_STARTED = "not_started"
    BLOCKED = "blocked"
    FAILED = "failed"
    ERROR = "error"
    TIMEOUT = "timeout"
    INFRA = "infra"  # the grader's own trouble, which is no verdict on the student's work

    @classmethod
    def worst(cls, statuses: Iterable[Status]) -> Status:
        return max(statuses, key=_RANKS.__getitem__)

    @property
    def in_words(self) -> str:
        return self.value.replace("_", " ")


_RANKS = {status: rank for rank, status in enumerate(Status)}
