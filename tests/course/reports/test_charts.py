"""Pictures: a chart that reads in any terminal, whatever its numbers, and captions that say what is true."""

import importlib
import io
import itertools
import json
import math
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.catalogue.trusted import load_trusted
from minigrad.course.checks.charts import compute
from minigrad.course.checks.students import Simulation
from minigrad.course.reports.charts import draw, render
from minigrad.course.results.charts import SIGNS, AnyChart, Bars, Chart, Grid, Words
from minigrad.course.results.plain import made
from minigrad.course.student.process import StudentProcess
from minigrad.course.usage import UsageError

from ...conftest import quick

ROOT = Path(__file__).parents[3]
COURSE = Course(ROOT)


def chart(**lines):
    """A chart of these lines, each given by its numbers along y."""
    return Chart("title", "step", "size", {name: (range(len(ys)), ys) for name, ys in lines.items()}, "caption")


def log_chart(**lines):
    return Chart(**{**asdict(chart(**lines)), "log_y": True})


def shown(chart, width=72):
    console = Console(file=io.StringIO(), width=100, color_system=None)
    console.print(draw(chart, width))
    return console.file.getvalue()


def area(chart, width=72):
    """The drawing between the axes, a text for each row."""
    return [line.split("|", 1)[1] for line in shown(chart, width).splitlines() if "|" in line]


CHARTS = {
    "ordinary": chart(a=[3.0, 1.0, 2.0], b=[0.0, 5.0]),
    "constant": chart(a=[2.5] * 5),
    "zeros": chart(a=[0.0] * 5),
    "one point": chart(a=[7.0]),
    "no points": chart(a=[]),
    "not finite": chart(a=[1.0, math.nan, math.inf, -math.inf, 2.0]),
    "nothing finite": chart(a=[math.nan, math.inf]),
    "huge range": chart(a=[-1e308, 1e199, 1e-308, 1e308]),
    "almost constant": chart(a=[1.0, 1.0 + 2e-16]),
    "nearly constant": chart(a=[1e6, 1e6 + 0.1]),
    "log": log_chart(a=[1.0, 10.0, 1e5]),
    "log, one power": log_chart(a=[2.0, 5.0, 30.0]),
    "log with zeros": log_chart(a=[0.0, 1.0, -3.0, 100.0]),
    "log, nothing positive": log_chart(a=[0.0, -1.0]),
    "log, constant": log_chart(a=[1e-150] * 3),
    "log, huge range": log_chart(a=[1e-199, 1e199]),
    "long texts": Chart("title " * 30, "along x " * 10, "y " * 50, {"name " * 20: ([0, 1], [0, 1])}, "caption " * 40),
    "many lines": chart(**{f"line {sign}": [k] for k, sign in enumerate(SIGNS)}),
}
each = pytest.mark.parametrize("drawn", CHARTS.values(), ids=CHARTS)


@each
@pytest.mark.parametrize("width", [80, 72, 40])
def test_no_line_is_wider_than_asked_and_all_is_ascii(drawn, width):
    text = shown(drawn, width)
    assert max(map(len, text.splitlines())) <= width
    assert text.isascii()
    assert drawn.title.split()[0] in text
    assert drawn.caption.split()[0] in text


@each
def test_a_chart_survives_json(drawn):
    assert Chart(**json.loads(json.dumps(asdict(drawn), allow_nan=False))) == drawn


def test_a_rising_line_rises_from_one_corner_to_the_other():
    rows = area(chart(a=range(8)))
    assert rows[0].endswith("o")
    assert rows[-1].startswith("o")
    starts = [row.index("o") for row in rows]
    assert starts == sorted(starts, reverse=True)


def test_equal_factors_are_equal_steps_on_a_logarithmic_axis():
    between = [row.count("o") for row in area(log_chart(a=[10.0**k for k in range(12)]))[1:-1]]
    assert max(between) - min(between) <= 2  # each end of a row is rounded to a cell


def test_labels_stand_at_their_numbers():
    rows = [line for line in shown(log_chart(a=[1e-4, 1.0])).splitlines() if "|" in line]
    assert rows[0].startswith("     1 |")
    assert rows[-1].startswith("0.0001 |")


def test_what_is_not_finite_is_a_gap():
    [row] = [row for row in area(chart(a=[1.0, 1.0, math.nan, 1.0, 1.0])) if "o" in row]
    assert len(row.split()) == 2


def test_lines_that_meet_are_both_seen():
    rows = area(chart(a=range(50), b=range(50)))
    assert all("o" in row for row in rows)
    assert all("x" in row for row in rows)


def test_a_line_needs_as_many_numbers_along_x_as_along_y_and_a_sign():
    with pytest.raises(ValueError, match="line 'a': expected as many numbers along x as along y, got 2 and 1"):
        Chart("", "", "", {"a": ([0, 1], [0])}, "")
    with pytest.raises(ValueError, match="1 to 7 lines, as many as there are signs, got 8"):
        chart(**{str(k): [0.0] for k in range(8)})


@pytest.mark.parametrize("name", quick(1, CHARTS))
def test_a_png_is_a_picture(name):
    pytest.importorskip("matplotlib")
    image = importlib.import_module("matplotlib.image")
    pixels = image.imread(io.BytesIO(render(CHARTS[name])))
    assert pixels.shape[:2] == (750, 1050)
    assert pixels[..., :3].std() > 0


LABEL = "$\\frac{$ \x1b[31m \u3164"  # no mathematics, and letters that no font has


@pytest.mark.parametrize(
    "chart", [Bars("t", {LABEL: 1.0}, ""), Grid("t", {LABEL: [1.0]}, [LABEL], ""), Words("t", [LABEL], "")]
)
def test_labels_of_a_picture_are_any_text(chart, capfd):
    pytest.importorskip("matplotlib")
    assert render(chart).startswith(b"\x89PNG")
    assert capfd.readouterr() == ("", "")


@pytest.mark.exhaustive
def test_a_long_caption_stays_within_the_picture():
    pytest.importorskip("matplotlib")
    image = importlib.import_module("matplotlib.image")
    long = Chart("", "", "", {"a": ([0, 1], [0, 1])}, "commonly mammoths swim homeward, " * 9)
    pixels = image.imread(io.BytesIO(render(long)))[..., :3]
    assert pixels[:, [0, -1]].min() == 1  # nothing is written at either edge
    assert pixels[-40:].min() < 1


def test_without_matplotlib_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(UsageError, match=r"pip install 'minigrad-course\[plots\]'"):
        render(CHARTS["ordinary"])


def picture_of(name):
    exercise = COURSE.find(name)
    module = load_trusted(ROOT / "tests" / "exercises" / f"test_{exercise.file}")
    [function] = [value for value in vars(module).values() if hasattr(value, "chart")]
    return exercise, function


def computed(name):
    exercise, function = picture_of(name)
    result = compute(function, Simulation(exercise.solution))
    assert result is not None
    return result, [[y for _, y in result.points(line)] for line in result.lines]


NAMES = ["rnn_cell", "clipping", "initialization", "lstm_cell", "highway"]


@pytest.mark.parametrize("name", quick(1, NAMES))
def test_the_process_of_a_student_gives_the_same_picture_within_20_lines(name):
    exercise, function = picture_of(name)
    with StudentProcess(exercise.stem, exercise.file, exercise.solution, exercise.imports) as process:
        result = compute(function, process)
        assert process._requests <= 300
    assert result == computed(name)[0]
    assert len(shown(result).splitlines()) <= 20


@pytest.mark.parametrize("name", quick(1, NAMES))
@pytest.mark.parametrize("body", ["raise ValueError", "return None", "return 'text'", "while True: pass"])
def test_a_picture_that_cannot_be_had_is_none(name, body, monkeypatch):
    monkeypatch.setattr("minigrad.course.student.process.CALL_SECONDS", 0.2)
    exercise, function = picture_of(name)
    source = "".join(
        f"def {f}(*args):\n    {body}\n"
        for f in ("rnn_cell", "clip_by_global_norm", "init_rnn", "lstm_cell", "init_lstm", "cell_gradient")
    )
    with StudentProcess(exercise.stem, exercise.file, source, exercise.imports) as process:
        assert compute(function, process) is None


def test_one_weight_decides_how_long_a_cell_remembers():
    _, (latch, between, echo) = computed("rnn_cell")
    assert latch[-1] == pytest.approx(np.tanh(2 * latch[-1]), rel=1e-6)
    assert latch[-1] > 0.9 > between[-1] > 1e5 * echo[-1]
    assert echo[-1] == pytest.approx(0.5 * echo[-2], rel=1e-6)


def test_clipping_shortens_near_and_far_alike():
    chart, (exploding, clipped, fading, kept) = computed("clipping")
    assert clipped == pytest.approx([clipped[0] * norm for norm in exploding])
    assert clipped[0] < 0.01
    assert kept == fading
    *_, clipped_loss, loss = (float(number) for number in re.findall(r"\d+\.\d+", chart.caption))
    assert clipped_loss < loss / 1000


def test_blame_arrives_from_each_beginning_and_orthogonal_matrices_add_nothing_to_it():
    _, (fading, *beginnings) = computed("initialization")
    assert fading[-1] < 1e-5 < 0.05 < min(min(line) for line in beginnings)
    _, orthogonal, identity, _ = beginnings
    assert identity == pytest.approx([1.0] * len(identity))
    assert all(later <= earlier * (1 + 1e-12) for earlier, later in itertools.pairwise(orthogonal))


def test_gates_that_were_set_leave_a_note_alone_and_even_a_latch_is_turned_over():
    _, (note, *plain) = computed("lstm_cell")
    assert note == pytest.approx([1.0] * len(note), rel=1e-6)
    assert all(line[0] > 0.7 and min(line) < -0.7 for line in plain)


def test_the_forget_bias_decides_how_far_gradients_reach_along_the_direct_path():
    _, (zero, one, five, both_roads) = computed("highway")
    assert all(line[0] == pytest.approx(1) for line in (zero, one, five, both_roads))
    assert five[-1] > 0.8
    assert five[-1] > 100 * one[-1] > 1e4 * zero[-1]
    assert max(zero + one + five) <= 1 < both_roads[-1]


@dataclass
class Holder:
    chart: AnyChart


NUMBERS = st.one_of(st.none(), st.floats(), st.integers(-5, 5))
LABELS = st.text(max_size=30)


@st.composite
def grids(draw):
    columns = draw(st.lists(LABELS, max_size=40))
    row = st.lists(NUMBERS, min_size=len(columns), max_size=len(columns))
    return Grid(draw(LABELS), draw(st.dictionaries(LABELS, row, max_size=5)), columns, draw(LABELS))


@given(
    st.builds(Bars, LABELS, st.dictionaries(LABELS, NUMBERS, max_size=8), LABELS)
    | grids()
    | st.builds(Words, LABELS, st.lists(LABELS, max_size=5), LABELS)
)
def test_other_charts_fit_the_screen_and_cross_as_json(chart):
    assert all(len(line) <= 72 for line in shown(chart).splitlines() if not line.isspace())
    assert made(Holder, {"chart": json.loads(json.dumps(asdict(chart)))}).chart == chart


def test_bars_are_as_long_as_their_numbers():
    rows = shown(Bars("words", {"the": 40, "a": 20, "cat": -10, "dog": math.nan}, "")).splitlines()[1:]
    lengths = [row.count("#") for row in rows]
    assert lengths[1] == pytest.approx(lengths[0] / 2, abs=1)
    assert rows[2].count("-") == pytest.approx(lengths[0] / 4 + 1, abs=1)  # one is the sign of its number
    assert rows[3].rstrip().endswith("|")


def test_a_grid_has_a_darker_shade_for_a_larger_number_and_other_shades_for_negative_ones():
    head, up, down, *_ = shown(
        Grid("t", {"up": [0, 1, 2, 3, 4], "down": [0, -1, -2, -3, -4]}, "abcde", "")
    ).splitlines()[1:]
    assert head.split() == list("abcde")
    assert up.removeprefix("  up  ").split() == ["..", "::", "++", "##"]
    assert down.removeprefix("down  ").split() == [",,", ";;", "~~", "=="]


def test_words_cannot_steer_the_terminal():
    assert "\x1b" not in shown(Words("t", ["\x1b[31mred"], ""))


def test_a_grid_of_zeros_has_no_shades_to_explain():
    assert [line.split() for line in shown(Grid("t", {"a": [0, 0]}, "xy", "")).splitlines()] == [
        ["t"],
        ["x", "y"],
        ["a"],
    ]


def test_a_grid_with_a_row_that_is_too_short_is_refused():
    with pytest.raises(ValueError, match="row 'a': expected 2 numbers, as there are columns, got 1"):
        Grid("t", {"a": [1.0]}, ["x", "y"], "")
