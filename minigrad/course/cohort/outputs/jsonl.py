"""Everything that was found, a line of JSON for each student; docs/grading.md describes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minigrad.course.cohort.gradebook import Grade, Gradebook, Record
from minigrad.course.reports.formats import json
from minigrad.course.reports.formats.texts import dump
from minigrad.course.results.verdicts import Report

VERSION = 1  # of the form; it grows when a field goes or changes its meaning


def render(gradebook: Gradebook) -> Iterator[str]:
    for record in gradebook.records:
        line = dump(as_data(record, gradebook))
        if "\\ud" in line:  # perhaps half of a character
            line = dump(_sound(as_data(record, gradebook)))
        yield f"{line}\n"


def as_data(record: Record, gradebook: Gradebook) -> dict[str, Any]:
    """A record as plain data."""
    student = record.student
    return {
        "version": VERSION,
        "title": gradebook.title,
        "course": gradebook.course,
        "graded_at": gradebook.graded_at.isoformat() if gradebook.graded_at else None,
        "id": student.id,
        "name": student.name,
        "email": student.email,
        "place": record.place,
        "handed_in": record.handed_in.isoformat() if record.handed_in else None,
        "days_late": record.days_late,
        "kept": record.kept,
        "score": record.score if record.complete else None,
        "max_score": gradebook.max_score,
        "provisional": any(grade.provisional for grade in record.grades),
        "refused": record.refused,
        "remarks": list(record.remarks),
        "exercises": [_exercise(grade) for grade in record.grades],
    }


def _exercise(grade: Grade) -> dict[str, Any]:
    about: dict[str, Any] = {
        "name": grade.assigned.exercise.name,
        "title": grade.assigned.exercise.title,
        "points": None,
        "max_points": grade.assigned.max_points,
        "status": None,
        "seconds": None,
        "checks": [],
    }
    if grade.result:
        [about] = json.as_data(Report([grade.result], ""))["exercises"]
    return about | {
        "weight": grade.assigned.weight,
        "message": grade.result.message if grade.result else "",
        "confinement": grade.confinement,
        "provisional": grade.provisional,
    }


def _sound(data: Any) -> Any:
    """The data without halves of characters, which a name of a file may hold and strict readers of JSON refuse."""
    if isinstance(data, str):
        return data.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(data, list):
        return [_sound(entry) for entry in data]
    if isinstance(data, dict):
        return {_sound(key): _sound(value) for key, value in data.items()}
    return data
