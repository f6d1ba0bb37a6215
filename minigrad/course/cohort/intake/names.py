"""Names from anywhere: of many a few, and names of files that are made of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from minigrad.course.cohort.submissions import Student

FEW = 3  # of many alike, so many are named
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)")  # names of devices on Windows


def few(things: Sequence[str], most: int = FEW, more: str = "and {:,} more") -> list[str]:
    """The first of many, and how many more there are.

    >>> few(["a", "b", "c", "d", "e"])
    ['a', 'b', 'c', 'and 2 more']
    """
    left = len(things) - most
    return [*things[:most], more.format(left)] if left > 0 else list(things)


def file_name(student: Student) -> str:
    """A name for what is written about a student: another for each id, and good on every file system.

    Many systems take capitals and small letters for the same, so the name says which letters are capitals, as a number.
    An id that could not be one, since it has other characters, is long or means something else to a system, is told
    from all others by a digest, which is longer than such a number.

    >>> file_name(Student("smith"))
    'smith'
    >>> file_name(Student("S1000"))
    's1000~1'
    >>> file_name(Student("../../x"))[:4]
    'x~9c'
    """
    lower = student.id.lower()
    if re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}", student.id) and not RESERVED.fullmatch(lower):
        capitals = sum(1 << k for k, sign in enumerate(student.id) if sign.isupper())
        return f"{lower}~{capitals:x}" if capitals else lower
    words = re.sub(r"[^a-z0-9]+", "-", student.id.lower()).strip("-")[:40].strip("-")
    return f"{words or 'student'}~{hashlib.sha256(student.id.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
