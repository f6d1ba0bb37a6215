"""The picture of a terminal in the README: what a student sees who has forgotten the bias.

python docs/book/terminal.py      makes docs/terminal.svg anew

It is what the grader finds in such a file, told as in the student's own course. A test holds that the stored picture
says what it finds now.
"""

from __future__ import annotations

from pathlib import Path

from rich.console import Group
from rich.text import Text

from minigrad.course.catalogue.course import Course
from minigrad.course.grading.grade import grade_source
from minigrad.course.reports import screen
from minigrad.course.reports.formats.recording import record
from minigrad.course.reports.formats.svg import picture

ROOT = Path(__file__).resolve().parents[2]
STORED = ROOT / "docs" / "terminal.svg"
COLUMNS = 60  # so that it can be read where a page is narrow
WIDTH = 560  # pixels, where a page is wide enough: letters are then as large as those around it
COMMAND = "python grader.py"
TITLE = "A terminal: the grader says of a cell that its bias is missing"


def draw() -> str:
    """The picture, as the text of an SVG."""
    course = Course(ROOT)
    exercise = course.find("rnn_cell")
    forgetful = exercise.solution.replace(" + b)", ")")
    result = grade_source(exercise, forgetful, Path("exercises", exercise.file))
    report = screen.report(course.headings, [result], screen.Commands(COMMAND, None))
    prompt = Text.assemble(("$ ", "dim"), f"{COMMAND} {exercise.name}\n", style="bold")
    return picture(record(Group(prompt, report), COLUMNS), TITLE).replace("<svg ", f'<svg width="{WIDTH}" ', 1)


if __name__ == "__main__":
    STORED.write_text(draw(), "utf-8")
