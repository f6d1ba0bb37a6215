"""The recipes in docs/recipes do what they say; here most make a few steps."""

import numpy as np
import pytest

from minigrad import nn
from minigrad.course.catalogue.trusted import load_trusted

from .conftest import quick
from .course.commands import ROOT

RECIPES = ROOT / "docs" / "recipes"
NAMES = ["sentiment", "ball", "memory", "music", "tagging", "translation"]


def test_all_recipes_are_here():
    assert {path.stem for path in RECIPES.glob("*.py")} == {*NAMES}


@pytest.mark.parametrize("name", quick(1, NAMES))
def test_a_recipe_learns_something_and_is_judged(name):
    recipe = load_trusted(RECIPES / f"{name}.py")
    few, again = (recipe.train(steps=2) for _ in range(2))
    assert all(np.isfinite(value) for value in recipe.judge(few).values())
    assert recipe.judge(few) == recipe.judge(again)


@pytest.mark.exhaustive
def test_a_recurrent_network_knows_which_word_came_first():
    sentiment = load_trusted(RECIPES / "sentiment.py")
    assert min(sentiment.judge(sentiment.train()).values()) > 0.97


@pytest.mark.exhaustive
def test_an_lstm_remembers_over_200_words_what_a_tanh_network_does_not_in_as_many_steps():
    memory = load_trusted(RECIPES / "memory.py")
    lstm, tanh = (memory.train(steps=300, cell=cell)[1][-1] for cell in (nn.LSTM, nn.RNN))
    assert lstm == memory.FARTHEST > 5 * tanh


@pytest.mark.parametrize("name", NAMES)
def test_no_two_parameters_of_a_recipe_begin_with_the_same_numbers(name):
    recipe = load_trusted(RECIPES / f"{name}.py")
    (network,) = (x for x in vars(recipe).values() if isinstance(x, type) and issubclass(x, nn.Module))
    others = {"tagging": [True], "memory": [nn.LSTM]}.get(name, [])
    weights = [p.numpy().ravel() for p in network(*others, rng=0).parameters()]
    beginnings = {tuple(np.round(w[:3] / w[0], 6)) for w in weights if w.size > 2}
    assert len(beginnings) == sum(w.size > 2 for w in weights)
