"""When all is solved, the student's own functions are put together."""

import io
from pathlib import Path

from rich.console import Console

from minigrad.course import ending
from minigrad.course.catalogue import Course
from minigrad.course.results import ExerciseResult

ROOT = Path(__file__).parents[2]


def results(folder):
    return [ExerciseResult(exercise, folder / exercise.file) for exercise in Course(ROOT).exercises]


def test_the_network_learns_its_sentence():
    console = Console(file=io.StringIO(), width=80)
    console.print(ending.play(Course(ROOT), results(ROOT / "solutions")))
    shown = console.file.getvalue()
    assert "Now it writes:     a cell that reads one letter at a time" in shown
    assert "At first it wrote: a cell that" not in shown
    assert max(map(len, shown.split("\n"))) <= 80


def test_there_is_no_ending_where_it_fails_or_none_was_written(tmp_path):
    assert ending.play(Course(ROOT), results(ROOT / "exercises")) is None
    assert ending.play(Course(ROOT), results(tmp_path)) is None
    assert ending.play(Course(tmp_path), []) is None
