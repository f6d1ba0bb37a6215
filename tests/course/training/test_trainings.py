"""The trainings of this course, with the solutions: each learns what its text claims, and shows what it has so far."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benchmarks.postcards import Here
from minigrad.course.catalogue.course import Course
from minigrad.course.catalogue.trainings import find, trainings
from minigrad.course.reports.training import scoreboard
from minigrad.course.training.checkpoint import Checkpoint
from minigrad.course.training.progress import Progress
from minigrad.data import notation

from ..commands import ROOT

COURSE = Course(ROOT)
NAMES = [training.name for training in trainings(COURSE)]
QUICK = ["sentence"]
QUICK_TO_BEGIN = [*QUICK, "memory", "tagging", "music", "translation"]
POSTCARDS = ["counts", "bag", "window", "embedded", "rnn", "remedies", "lstm", "attention"]
CAPSTONES = ["sentiment", "ball", "memory", "tagging", "music", "translation"]
WIDTH = 80
FEW = 5  # steps of each loop, where it is only asked whether a training goes on


def each(names, *values, quick=QUICK):
    """Parameters of these names; those that take long are left to the thorough run."""
    return [pytest.param(name, *values, marks=[] if name in quick else pytest.mark.exhaustive) for name in names]


def students(training):
    return {exercise.name: Here(ROOT / "solutions" / exercise.file) for exercise in training.exercises}


def ended(after, checkpoint=None):
    """The progress of a training that is ended after so many steps."""
    progress = Progress(lambda done, of, numbers: setattr(progress, "stopped", done >= after), checkpoint)
    return progress


@cache
def learned(name, end_after=np.inf):
    training = find(COURSE, name)
    with np.errstate(all="ignore"):
        return training.load()(ended(end_after), **students(training))


def scores(name):
    return {row.model: row.scores for row in learned(name).rows}


@pytest.mark.parametrize("name", NAMES)
def test_a_training_needs_exercises_that_there_are(name):
    training = find(COURSE, name)
    assert not training.lacks
    assert training.title


def test_the_trainings_stand_in_the_order_of_the_exercises():
    assert set(NAMES) == {*POSTCARDS, "sentence", *CAPSTONES}
    assert [name for name in NAMES if name in POSTCARDS] == POSTCARDS
    assert [name for name in NAMES if name in CAPSTONES] == CAPSTONES


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", each(NAMES, quick=QUICK_TO_BEGIN))
def test_what_was_learned_until_ctrl_c_is_shown(name):
    found = learned(name, end_after=1)
    assert found.words
    assert max(map(len, found.words.split("\n"))) <= WIDTH
    for row in [*found.rows, *([found.floor] if found.floor else [])]:
        assert row.scores.keys() == found.columns.keys()
    assert all(row.claim for row in found.rows)
    assert bool(found.goals) == (name in CAPSTONES)
    assert scoreboard([found])


@pytest.mark.parametrize(("name", "after"), [*each(NAMES, 1), *each([*CAPSTONES, "attention"], FEW + 1)])
def test_a_training_that_was_ended_goes_on_and_learns_the_same(name, after, tmp_path, monkeypatch):
    training = find(COURSE, name)
    train, path = training.load(), tmp_path / "training.checkpoint"
    for constant, steps in train.__globals__.items():
        if constant.endswith("STEPS"):
            few = dict.fromkeys(steps, FEW) if isinstance(steps, dict) else FEW
            monkeypatch.setitem(train.__globals__, constant, few)
    monkeypatch.setattr("minigrad.course.training.postcards.TESTED", 8)

    def run(end_after=np.inf, checkpoint=None):
        with np.errstate(all="ignore"):
            progress = ended(end_after, checkpoint)
            return train(progress, **students(training), seed=1), progress.done

    run(after, Checkpoint(path))
    goes_on = Checkpoint(path)
    assert goes_on.done
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
def test_an_lstm_that_begins_with_short_cards_knows_the_country_at_any_distance():
    [row] = scores("lstm").values()
    assert max(row[column] for column in ("near", "order", "far", "unseen")) < 1.2


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", POSTCARDS)
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


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", CAPSTONES)
def test_a_capstone_reaches_its_goals_and_simpler_models_do_not(name):
    for goal in learned(name).goals:
        assert goal.reached
        assert goal.others
        assert not any(replace(goal, value=value).reached for value in goal.others.values())
        assert goal.look_at in find(COURSE, name).needs


@pytest.mark.exhaustive
def test_a_bag_of_words_is_exactly_at_chance_where_the_order_decides():
    scores_of = scores("sentiment")
    assert scores_of["bag of words"]["hard"] == 0.5
    assert scores_of["bag of words"]["easy"] > 0.99


@pytest.mark.exhaustive
def test_the_network_writes_a_tune_that_can_be_read_and_heard():
    files = learned("music").files
    assert set(files) == {"tune.abc", "tune.mid", "tune.wav"}
    tune = notation.parse(files["tune.abc"].decode())
    assert tune.faults == ()
    assert tune.fields["T"]
    assert files["tune.mid"][:4] == b"MThd"
    assert files["tune.wav"][:4] == b"RIFF"


@pytest.mark.exhaustive
def test_attention_translates_what_stands_among_more_words_than_it_has_learned_from():
    scores_of = scores("translation")
    assert min(scores_of["attention"].values()) > 0.9
    assert max(scores_of["bottleneck"].values()) < 0.2
