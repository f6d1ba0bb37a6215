"""When all is solved, the student's own functions are put together."""

from pathlib import Path

from minigrad.course.catalogue.course import ENDING, Course
from minigrad.course.training import ending

ROOT = Path(__file__).parents[3]


def paths(folder):
    return [folder / exercise.file for exercise in Course(ROOT).exercises]


def test_the_network_learns_its_sentence():
    chart, words = ending.play(ending.load(Course(ROOT)), Course(ROOT), paths(ROOT / "solutions"))
    assert "Now it writes:     a cell that reads one letter at a time" in words
    assert "At first it wrote: a cell that" not in words
    assert max(map(len, words.split("\n"))) <= 80
    [(_, losses)] = chart.lines.values()
    assert losses[-1] < 0.5 < 2 < losses[0]


def test_there_is_no_ending_where_it_fails_or_none_was_written(tmp_path):
    last = ending.load(Course(ROOT))
    assert ending.play(last, Course(ROOT), paths(ROOT / "exercises")) is None
    assert ending.play(last, Course(ROOT), paths(tmp_path)) is None
    assert ending.load(Course(tmp_path)) is None
    place = tmp_path / ENDING
    place.parent.mkdir(parents=True)
    for broken in ("1 / 0", "a = 1"):
        place.write_text(broken)
        assert ending.load(Course(tmp_path)) is None
