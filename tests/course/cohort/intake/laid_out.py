"""Folders of what was handed in, as tests lay them out."""

import io
import zipfile
from pathlib import Path

from minigrad.course.catalogue.course import Course
from minigrad.course.cohort.intake.take import Summary, take

COURSE = Course(Path(__file__).parents[4])
CELL, UNROLL = "ex09_rnn_cell", "ex10_unroll"


def lay_out(folder, files):
    """Write files, given as text or bytes, below a folder; a name that ends in / is an empty folder."""
    for name, content in files.items():
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def zipped(files):
    """A zip of files, as bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def taken(folder, **options):
    """All submissions, by the ids of their students."""
    with take(folder, COURSE, **options) as intake:
        return read(intake)


def read(intake):
    """All its submissions, by the ids of their students."""
    return {found.student.id: intake.read(found) for found in intake.found}


def summary(intake):
    summary = Summary(intake.layout, intake.within, aside=intake.aside)
    for found in intake.found:
        summary.add(found, intake.read(found))
    return summary


def taken_one(folder, files, beside=True):
    """The submission of somebody whose folder holds these files, between others that are sound."""
    lay_out(folder, {f"smith/{name}": content for name, content in files.items()})
    lay_out(folder, {f"honest/{CELL}.py": "x = 1"})
    submissions = taken(folder)
    assert submissions["honest"].sources == {CELL: "x = 1"}
    return submissions["smith"]
