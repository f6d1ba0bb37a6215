"""A name for the files of a student."""

from __future__ import annotations

import hashlib
import re

from minigrad.course.cohort.submissions import Student


def file_name(student: Student) -> str:
    """One that no other student has and that every file system takes, without an end."""
    plain = re.sub(r"[^a-z0-9_-]+", "_", student.id.lower())[:40].strip("_")
    if (
        plain
        and plain == student.id
        and plain not in ("con", "prn", "aux", "nul")
        and not re.fullmatch("(com|lpt)[0-9]", plain)
    ):
        return plain
    digest = hashlib.sha256(student.id.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{plain or 'student'}~{digest}"
