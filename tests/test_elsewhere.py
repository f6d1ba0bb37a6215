"""Who reaches for a name of PyTorch's or JAX's is told what to write; and what is told is there."""

import re

import numpy as np
import pytest

import minigrad
from minigrad import Tensor, data, functional, nn, optim, testing
from minigrad.elsewhere import ELSEWHERE

OPTIMIZER = optim.SGD(nn.Linear(2, 2).parameters())
PLACES = {
    "minigrad": minigrad,
    "minigrad.functional": functional,
    "minigrad.nn": nn,
    "minigrad.nn.utils": nn.utils,
    "minigrad.nn.init": nn.init,
    "minigrad.testing": testing,
    "minigrad.optim": optim,
    "minigrad.data": data,
    "Tensor": Tensor([1.0, 2.0]),
    "Module": nn.Linear(2, 2),
    "Optimizer": OPTIMIZER,
    "Schedule": optim.StepLR(OPTIMIZER, 1),
}
ENTRIES = [(place, name) for place, names in ELSEWHERE.items() for name in names]


@pytest.mark.parametrize(("place", "name"), ENTRIES)
def test_what_to_write_is_said_of_names_that_are_not_here_and_is_here_itself(place, name):
    with pytest.raises(AttributeError, match=f"no attribute '{name}': [a-z]") as caught:
        getattr(PLACES[place], name)
    assert caught.value.name == name
    assert str(caught.value).endswith(".")
    for home, path in re.findall(r"\b(np|minigrad)((?:\.\w+)+)", str(caught.value).partition(": ")[2]):
        thing = {"np": np, "minigrad": minigrad}[home]
        for part in path.split(".")[1:]:
            thing = getattr(thing, part)


def test_every_place_is_tried():
    assert PLACES.keys() == ELSEWHERE.keys()


@pytest.mark.parametrize(
    ("place", "name", "text"),
    [
        ("minigrad", "einsum", r"write np\.einsum\."),
        ("minigrad", "float32", r"write np\.float32\."),
        ("minigrad", "softmax", r"write minigrad\.functional\.softmax\."),
        ("minigrad", "Linear", r"write minigrad\.nn\.Linear\."),
        ("minigrad", "Adam", r"write minigrad\.optim\.Adam\."),
        ("minigrad.functional", "tanh", r"write np\.tanh\."),
        ("Tensor", "exp", r"write np\.exp\(t\)\."),
        ("Tensor", "softmax", r"write minigrad\.functional\.softmax\(t\)\."),
        ("Tensor", "add_", r"write t = \.\.\. with a new Tensor"),
        ("Tensor", "slogdet", r"write np\.linalg\.slogdet\(t\)\."),
        ("minigrad", "gather", r"write np\.take_along_axis\(t, index, axis\)\."),
        ("minigrad.nn", "AvgPool2d", r"write it with NumPy as a function"),
        ("minigrad.functional", "conv3d", r"write it with NumPy as a function"),
    ],
)
def test_what_numpy_or_another_module_has_is_found_there(place, name, text):
    with pytest.raises(AttributeError, match=f"no attribute '{name}': {text}"):
        getattr(PLACES[place], name)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ["sprongle", "_private", "__dunder__"])
def test_of_other_names_nothing_is_made_up(place, name):
    with pytest.raises(AttributeError, match=rf"no attribute '{name}'\.$"):
        getattr(PLACES[place], name)
    assert not hasattr(PLACES[place], name)
