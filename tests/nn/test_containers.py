"""Modules in a row, a list or a dictionary belong to the module that holds them, under PyTorch's names."""

import copy

import numpy as np
import pytest

from minigrad import nn

X = np.array([[1.0, 2.0], [3.0, -1.0]])


def linear(seed=0):
    return nn.Linear(2, 2, rng=seed)


# Sequential


def test_sequential_goes_step_by_step():
    first, last = nn.Linear(2, 3), nn.Linear(3, 1)
    network = nn.Sequential(first, np.tanh, last)
    assert np.array_equal(network(X).data, last(np.tanh(first(X))).data)
    assert len(network) == 3
    assert [*network] == [first, np.tanh, last]
    assert network[-1] is last
    assert np.array_equal(network[:2](X).data, np.tanh(first(X)).data)
    assert nn.Sequential()(X) is X


def test_sequential_takes_steps_that_can_be_called():
    with pytest.raises(TypeError, match=r"expected modules or functions, got \[.*\] as step 0; write Sequential\(\*"):
        nn.Sequential([nn.Linear(2, 2), np.tanh])


def test_what_is_appended_to_sequential_is_a_step_too():
    network = nn.Sequential(linear())
    network.append(np.tanh)
    network[0] = linear(1)
    assert np.array_equal(network(X).data, np.tanh(linear(1)(X)).data)
    assert type(network[:1]) is nn.Sequential


# ModuleList


class Deep(nn.Module):
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def test_a_module_list_is_a_list_with_parameters():
    layers = nn.ModuleList(linear(i) for i in range(2))
    third, first = linear(2), linear(3)
    layers.append(third)
    layers.insert(0, first)
    layers.extend([linear(4)])
    layers += [linear(5)]
    assert len(layers) == 6
    assert layers[0] is first
    assert layers[-3] is third
    assert third in layers
    assert [*layers[3:5]] == [layers[3], layers[4]]
    assert type(layers[3:5]) is nn.ModuleList
    del layers[1:3]
    assert layers.pop() is not None
    assert [*layers] == [first, third, layers[2]]
    assert [name for name, _ in layers.named_parameters()] == [f"{i}.{n}" for i in range(3) for n in ("weight", "bias")]


def test_a_module_list_and_a_list_give_the_same_names():
    both = [Deep(kind([linear(0), linear(1)])) for kind in (nn.ModuleList, list)]
    assert list(both[0].state_dict()) == list(both[1].state_dict())
    both[0].load_state_dict(both[1].state_dict())
    assert np.array_equal(both[0](X).data, both[1](X).data)
    assert [name for name, _ in both[0].named_children()] == ["layers"]


def test_modules_of_a_list_or_dictionary_are_trained_evaluated_and_copied():
    network = Deep(nn.ModuleList([nn.ModuleDict({"drop": nn.Dropout()}), linear()])).eval()
    assert not network.layers[0]["drop"].training
    assert [*network.layers[0]] == ["drop"]
    assert len(network.layers) == 2
    twin = copy.deepcopy(network)
    twin.layers[1].weight.data += 1
    assert not np.array_equal(twin.layers[1].weight.data, network.layers[1].weight.data)


def test_it_computes_nothing_itself():
    for module in (nn.ModuleList([linear()]), nn.ModuleDict({"a": linear()})):
        with pytest.raises(NotImplementedError, match="has no forward"):
            module(X)


# ModuleDict


def test_a_module_dict_is_a_dictionary_with_parameters():
    heads = nn.ModuleDict({"words": linear(0), "tags": linear(1)})
    heads["act"] = nn.Tanh()
    heads.update({"words": linear(2)})
    assert list(heads) == list(heads.keys()) == ["words", "tags", "act"]
    assert [*heads.values()] == [heads[name] for name in heads]
    assert [name for name, _ in heads.items()] == ["words", "tags", "act"]
    assert "tags" in heads
    assert "weight" not in heads
    del heads["act"]
    assert len(heads) == 2
    assert list(heads.state_dict()) == ["words.weight", "words.bias", "tags.weight", "tags.bias"]
    with pytest.raises(KeyError):
        heads["verbs"]


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: nn.ModuleList([linear(), 3]), TypeError, "ModuleList: expected modules or functions, got 3 as step 1"),
        (lambda: nn.ModuleDict({"a": 3}), TypeError, "ModuleDict: expected modules or functions, got 3 as 'a'"),
        (lambda: nn.ModuleDict({"a.b": linear()}), ValueError, r"a name without a dot .* got 'a\.b'"),
        (lambda: nn.ModuleDict({"train": linear()}), ValueError, "no ModuleDict has as an attribute, got 'train'"),
        (lambda: nn.ModuleDict({3: linear()}), ValueError, "got 3"),
    ],
)
def test_wrong_calls_say_what_was_expected(call, error, text):
    with pytest.raises(error, match=text):
        call()


def test_lists_are_joined_and_names_taken_away():
    first, second = nn.Linear(2, 2, rng=0), nn.Linear(2, 3, rng=1)
    both = nn.ModuleList([first]) + nn.ModuleList([second])
    assert isinstance(both, nn.ModuleList)
    assert [*both] == [first, second]
    assert (nn.Sequential(first) + nn.ModuleList([second]))(np.ones(2)).shape == (3,)
    named = nn.ModuleDict({"a": first, "b": second})
    assert named.pop("a") is first
    assert [*named.keys()] == ["b"]
    with pytest.raises(KeyError, match="a"):
        named.pop("a")


def test_an_error_says_in_which_step_of_sequential_it_happened():
    inner = nn.Sequential(nn.Linear(2, 3), np.tanh, nn.Linear(4, 2))
    with pytest.raises(ValueError, match="in_features=4") as caught:
        nn.Sequential(linear(), inner)(X)
    assert caught.value.__notes__ == [
        "This happened in step 2 of Sequential, Linear.",
        "This happened in step 1 of Sequential, Sequential.",
    ]
    with pytest.raises(ValueError, match="operands") as caught:
        nn.Sequential(linear(), lambda x: x + np.ones(3))(X)
    assert caught.value.__notes__ == ["This happened in step 1 of Sequential, <lambda>."]
