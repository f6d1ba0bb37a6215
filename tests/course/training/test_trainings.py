"""The trainings of this course, with the solutions: each learns what its text claims, and shows what it has so far."""

from functools import cache

import numpy as np
import pytest

from benchmarks.postcards import Here
from minigrad.course.catalogue.course import Course
from minigrad.course.catalogue.trainings import find, trainings
from minigrad.course.reports.training import scoreboard
from minigrad.course.training.checkpoint import Checkpoint
from minigrad.course.training.progress import Progress

from ..commands import ROOT

COURSE = Course(ROOT)
NAMES = [training.name for training in trainings(COURSE)]
QUICK = ["sentence"]
EACH = [pytest.param(name, marks=[] if name in QUICK else pytest.mark.exhaustive) for name in NAMES]
WIDTH = 80


def students(training):
    return {exercise.name: Here(ROOT / "solutions" / exercise.file) for exercise in training.exercises}


@cache
def learned(name, stop_after=None):
    training = find(COURSE, name)
    progress = Progress(lambda done, of, numbers: setattr(progress, "stopped", done == stop_after))
    with np.errstate(all="ignore"):
        return training.load()(progress, **students(training))


def scores(name):
    return {row.model: row.scores for row in learned(name).rows}


@pytest.mark.parametrize("name", NAMES)
def test_a_training_needs_exercises_that_there_are(name):
    training = find(COURSE, name)
    assert not training.lacks
    assert training.title


def test_the_trainings_stand_in_the_order_of_the_exercises():
    assert NAMES == ["counts", "bag", "window", "embedded", "rnn", "sentence", "remedies", "attention"]


@pytest.mark.parametrize("name", EACH)
def test_what_was_learned_until_ctrl_c_is_shown(name):
    found = learned(name, stop_after=1)
    assert found.words
    assert max(map(len, found.words.split("\n"))) <= WIDTH
    for row in found.rows:
        assert row.scores.keys() == found.floor.scores.keys() == found.columns.keys()
        assert row.claim
    assert scoreboard([found])


@pytest.mark.parametrize("name", EACH)
def test_a_training_that_was_ended_goes_on_and_learns_the_same(name, tmp_path, monkeypatch):
    train = find(COURSE, name).load()
    if "STEPS" in train.__globals__:
        monkeypatch.setitem(train.__globals__, "STEPS", 5)
    monkeypatch.setattr("minigrad.course.training.postcards.TESTED", 30)

    def run(stop_after=None, checkpoint=None):
        progress = Progress(lambda done, of, numbers: setattr(progress, "stopped", done == stop_after), checkpoint)
        with np.errstate(all="ignore"):
            found = train(progress, **students(find(COURSE, name)), seed=1)
        return progress.done, found

    path = tmp_path / "checkpoint"
    ended, _ = run(stop_after=1, checkpoint=Checkpoint(path))
    goes_on = Checkpoint(path)
    assert goes_on.done == ended
    assert run(checkpoint=goes_on) == run()


def test_the_sentence_is_learned():
    first, last = learned("sentence").lines
    assert last == "a cell that reads one letter at a time, and keep"
    assert first != last
    [(_, losses)] = learned("sentence").chart.lines.values()
    assert losses[-1] < 0.5 < 2 < losses[0]


@pytest.mark.exhaustive
def test_counts_of_two_words_back_know_no_blank_and_of_eight_those_that_are_near():
    two, eight = scores("counts").values()
    assert two["near"] == pytest.approx(4, rel=0.1)
    assert two["order"] == pytest.approx(2, rel=0.1)
    assert two["far"] == pytest.approx(6, rel=0.1)
    assert max(eight["near"], eight["order"]) < 1.1
    assert min(eight["far"], eight["unseen"]) > 5.5


@pytest.mark.exhaustive
def test_a_bag_knows_the_country_and_tosses_a_coin_about_the_order():
    [bag] = scores("bag").values()
    assert max(bag["far"], bag["unseen"]) < 1.5
    assert bag["order"] > 1.9


@pytest.mark.exhaustive
def test_a_window_knows_the_country_where_it_has_seen_one_and_is_sure_and_wrong_elsewhere():
    [window] = scores("window").values()
    assert window["far"] < 2
    assert window["unseen"] > 6  # worse than a guess


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "most"), [("embedded", 1.1), ("rnn", 1.1), ("remedies", 1.9)])
def test_what_is_near_is_learned_and_what_is_far_is_a_guess(name, most):
    for row in scores(name).values():
        assert max(row["near"], row["order"]) < most
        assert min(row["far"], row["unseen"]) > 5


@pytest.mark.exhaustive
def test_attention_knows_all_three_at_any_distance_and_without_places_tosses_a_coin_about_the_order():
    without, attention = scores("attention").values()
    assert max(attention[column] for column in ("near", "order", "far", "unseen")) < 1.2
    assert max(without["far"], without["unseen"]) < 1.2
    assert without["order"] > 1.9


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", [name for name in NAMES if name != "sentence"])
def test_nobody_does_better_than_the_floor(name):
    floor = learned(name).floor.scores
    for row in scores(name).values():
        assert all(row[column] > 0.97 * floor[column] for column in floor)  # of 300 cards, some are easier than others


@pytest.mark.exhaustive
def test_blame_fades_on_its_way_back_through_tanh_and_gets_far_through_relus_that_copy():
    lines = learned("remedies").chart.lines
    left = {name: norms[backs.index(50)] for name, (backs, norms) in lines.items()}
    for name, (backs, norms) in lines.items():
        assert left[name] < 0.1 * norms[backs.index(17)] or name == "ReLU, identity"
    assert left.pop("ReLU, identity") > 100 * max(left.values())
