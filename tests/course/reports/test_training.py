"""Reports on trainings fit and are in order, and nothing that was kept can steer the terminal."""

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from minigrad.course.reports import training
from minigrad.course.results.charts import Bars
from minigrad.course.results.learned import Goal, Learned, Row

FLOOR = Row("whoever knows the rules", {"all": 1.3, "far": 1.0})
COUNTS = Learned(
    "Words about counts.",
    [Row("counts", {"all": 1.44, "far": 6.0}, "Nothing far.")],
    FLOOR,
    "Perplexity",
    {"far": "back"},
)
RNN = Learned("Words.", [Row("tanh RNN", {"all": 1.39, "far": 6.1}, "Any length.", 11016)], FLOOR, "Perplexity")
OTHER = Learned("Words.", [Row("average", {"error": 0.5})])


def shown(renderable, width=80):
    console = Console(file=io.StringIO(), width=width)
    console.print(renderable)
    return console.file.getvalue()


def test_rows_with_the_same_columns_stand_below_each_other_above_one_floor():
    lines = shown(training.scoreboard([COUNTS, RNN])).splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("counts "))
    assert lines[first].split() == ["counts", "1.44", "6.00"]
    assert lines[first + 1].split() == ["tanh", "RNN", "11,016", "1.39", "6.10"]
    assert lines[first + 2].split() == ["whoever", "knows", "the", "rules", "1.30", "1.00"]
    assert sum("whoever knows the rules" in line for line in lines) == 1


def test_each_row_has_its_claim():
    text = shown(training.scoreboard([COUNTS, RNN]))
    assert "counts    Nothing far." in text
    assert "tanh RNN  Any length." in text


def test_rows_with_other_columns_are_a_scoreboard_of_their_own():
    text = shown(training.scoreboard([COUNTS, OTHER]))
    assert text.index("average") > text.index("whoever knows the rules")
    assert "error" in text


def test_what_a_training_without_rows_has_learned_is_on_no_scoreboard():
    assert shown(training.scoreboard([Learned("Words.")])).strip() == ""


def test_further_charts_stand_below_the_first():
    charts = [Bars(f"Title {n}", {"bar": n}, f"Caption {n}") for n in range(3)]
    text = shown(training.learned(replace(COUNTS, chart=charts[0], more=charts[1:])))
    places = [text.index(title) for title in ("Title 0", "Caption 0", "Title 1", "Title 2", "Words about counts.")]
    assert places == sorted(places)


def test_what_was_learned_in_fewer_steps_says_so():
    short = replace(COUNTS, steps=3, of=10)
    assert "Ended after 3 of 10 steps." in shown(training.learned(short))
    assert "Words about counts." not in shown(training.learned(short))
    assert "Nothing far." not in shown(training.scoreboard([short, RNN]))
    assert "after 3 steps" in shown(training.scoreboard([short, RNN]))
    assert "Ended" not in shown(training.learned(replace(short, steps=10)))


def test_what_was_kept_cannot_steer_the_terminal():
    bad = "\x1b[2J[red]" * 3
    learned = Learned(bad, [Row(bad, {bad: 1.0}, bad)], Row(bad, {bad: 1.0}), bad, {bad: bad}, [bad])
    text = shown(training.scoreboard([learned])) + shown(training.learned(learned))
    assert "\x1b" not in text
    assert "[red]" in text


def test_the_bar_tells_steps_and_what_the_training_shows():
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    with training.progress(console, "rnn") as tell:
        tell(120, 480, {"perplexity": 2.34567})
    assert "120/480" in console.file.getvalue()
    assert "perplexity 2.346" in console.file.getvalue()


@pytest.mark.parametrize("width", [60, 80])
def test_however_much_a_training_shows_nothing_of_the_bar_is_cut(width):
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    with training.progress(console, "tagging") as tell:
        tell(1885, 2500, {"forward": 0.5426, "backward": 0.5439, "both": 0.5037, "examples/s": 149.4})
    text = console.file.getvalue()
    last = " ".join(text[text.rindex("━ ") :].split())
    assert "…" not in text
    for part in ("1885/2500", "forward 0.5426,", "backward 0.5439,", "both 0.5037,", "149.4"):
        assert part in last
    assert re.search(r"\d:\d\d:\d\d|-:--:--", last)


def test_all_fits_into_eighty_columns():
    waits = {"counts": [], "rnn": ["not written: vocabulary, embedding, unroll, bptt, local_derivatives, broadcasting"]}
    text = shown(training.overview(dict.fromkeys(waits, "A long title " * 9), waits, {"counts": COUNTS}))
    assert max(map(len, text.splitlines())) <= 80
    assert text.count("title") == 18
    assert "done" in text
    assert "not written: vocabulary" in text


def test_a_goal_stands_beside_its_mark_and_simpler_models():
    goals = [
        Goal("hard half", 0.98, 0.95, {"bag of words": 0.5}),
        Goal("error", 0.3, 0.25, less=True, look_at="unroll"),
    ]
    text = shown(training.goals(Learned("", goals=goals), {"unroll": "exercises/ex10_unroll.py"}))
    assert "✓  hard half  0.98  at least 0.95  bag of words 0.5" in text
    assert "✗  error      0.3   at most 0.25" in text
    assert "This hangs on unroll most: exercises/ex10_unroll.py" in text


@pytest.mark.parametrize("value", [0.2, float("nan")])
@pytest.mark.parametrize("less", [False, True])
def test_a_goal_that_is_no_number_or_on_the_wrong_side_is_not_reached(value, less):
    value = 0.9 if less and value == 0.2 else value
    assert not Goal("it", value, 0.5, less=less).reached
    assert Learned("", goals=[Goal("it", value, 0.5, less=less)]).falls_short


def test_who_ended_a_capstone_early_is_told_to_go_on():
    short = Learned("", goals=[Goal("it", 0.1, 0.5, look_at="unroll")], steps=3, of=10)
    text = shown(training.goals(short, {"unroll": "file"}))
    assert "it goes on" in text
    assert "hangs" not in text


def test_a_capstone_that_fell_short_says_so_on_the_list():
    short = Learned("", goals=[Goal("it", 0.1, 0.5)])
    assert "falls short" in shown(training.overview({"ball": "A ball"}, {"ball": []}, {"ball": short}))


def test_what_a_capstone_shows_is_not_claimed_of_one_that_fell_short():
    found = replace(COUNTS, goals=[Goal("it", 0.6, 0.5)])
    short = replace(COUNTS, goals=[Goal("it", 0.1, 0.5)])
    for text, told in (
        ("Words about counts.", training.learned),
        ("Nothing far.", lambda it: training.scoreboard([it])),
    ):
        assert text in shown(told(found))
        assert text not in shown(told(short))
