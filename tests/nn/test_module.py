"""A module finds what belongs to it, and takes over the parameters of another."""

import copy
import pickle

import numpy as np
import pytest

from minigrad import Tensor, nn, optim


class Tree(nn.Module):
    """Parameters and modules wherever they may stand."""

    def __init__(self):
        self.scale = nn.Parameter(2.0)
        self.layers = [nn.Linear(2, 3, rng=0), nn.Linear(3, 2, rng=1)]
        self.named = {"gain": nn.Parameter([1.0, 1.0]), "more": (nn.LayerNorm(2),)}
        self.constant = Tensor([1.0, 2.0])
        self.size = 3

    def forward(self, x):
        for layer in self.layers:
            x = np.tanh(layer(x))
        return self.named["more"][0](x * self.named["gain"]) * self.scale


NAMES = ["scale", "named.gain", "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"]
NAMES += ["named.more.0.weight", "named.more.0.bias"]
X = np.array([[1.0, 2.0], [3.0, -1.0]])


def test_parameters_are_found_in_attributes_and_in_their_containers():
    tree = Tree()
    assert sorted(name for name, _ in tree.named_parameters()) == sorted(NAMES)
    assert all(isinstance(p, nn.Parameter) for p in tree.parameters())
    assert [name for name, _ in tree.named_children()] == ["layers.0", "layers.1", "named.more.0"]
    assert [*tree.children()] == [*tree.layers, tree.named["more"][0]]
    assert [*tree.modules()] == [tree, *tree.children()]


def test_every_parameter_learns():
    tree = Tree()
    optimizer = optim.Adam(tree.parameters(), lr=0.01)
    losses = []
    for _ in range(20):
        optimizer.zero_grad()
        losses.append(nn.MSELoss()(tree(X), X))
        losses[-1].backward()
        assert all(p.grad.shape == p.shape for p in tree.parameters())
        optimizer.step()
    assert losses[-1] < losses[0]
    tree.zero_grad()
    assert all(p.grad is None for p in tree.parameters())


def test_what_has_two_names_comes_once_but_is_kept_under_both():
    shared = nn.Linear(2, 2)
    network = nn.Sequential(shared, nn.Sequential(shared))
    assert [name for name, _ in network.named_parameters()] == ["0.weight", "0.bias"]
    assert [*network.modules()] == [network, shared, network[1]]
    assert list(network.state_dict()) == ["0.weight", "0.bias", "1.0.weight", "1.0.bias"]
    network.load_state_dict({name: x + 1 for name, x in network.state_dict().items()})
    with pytest.raises(ValueError, match=r"missing: 1\.0\.weight, 1\.0\.bias"):
        network.load_state_dict({f"0.{name}": x for name, x in shared.state_dict().items()})


def test_training_is_switched_everywhere():
    network = nn.Sequential(nn.Dropout(), Tree())
    assert all(module.training for module in network.modules())
    assert network.eval() is network
    assert not any(module.training for module in network.modules())
    assert all(module.training for module in network.train().modules())


def test_a_typo_is_an_attribute_error():
    with pytest.raises(AttributeError, match="wieght"):
        _ = nn.Linear(2, 2).wieght


def test_a_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match="Module has no forward"):
        nn.Module()(1.0)


def test_parameters_are_floats():
    with pytest.raises(TypeError, match="floating-point"):
        nn.Parameter([1, 2])


# state_dict


def test_state_goes_from_one_to_another():
    tree, other = Tree(), Tree()
    for p in other.parameters():
        p.data += 1
    other.load_state_dict(tree.state_dict())
    assert np.array_equal(other(X).data, tree(X).data)


def test_state_goes_through_a_file(tmp_path):
    tree, other = Tree(), Tree()
    for p in tree.parameters():
        p.data *= 1.5
    np.savez(tmp_path / "tree.npz", **tree.state_dict())
    with np.load(tmp_path / "tree.npz") as file:
        other.load_state_dict(file)
    assert np.array_equal(other(X).data, tree(X).data)


def test_state_is_a_copy_both_ways():
    linear = nn.Linear(2, 2)
    state = linear.state_dict()
    state["bias"][:] = 7
    assert not (linear.bias == 7).any()
    linear.load_state_dict(state)
    state["bias"][:] = 8
    assert (linear.bias == 7).all()


def test_parameters_keep_their_dtype_and_identity():
    linear = nn.Linear(2, 2, dtype=np.float32)
    weight = linear.weight
    linear.load_state_dict(nn.Linear(2, 2).state_dict())
    assert linear.weight is weight
    assert weight.dtype == np.float32


def test_state_may_be_of_tensors():
    linear, other = nn.Linear(2, 2), nn.Linear(2, 2)
    other.load_state_dict(dict(linear.named_parameters()))
    assert np.array_equal(other.weight.data, linear.weight.data)


def test_loading_leaves_an_earlier_gradient_right():
    linear = nn.Linear(2, 1, bias=False)
    x = Tensor([1.0, 2.0], requires_grad=True)
    before, y = linear.weight.numpy(), linear(x)
    linear.load_state_dict({"weight": [[5.0, 5.0]]})
    y.backward()
    assert np.array_equal(x.grad, before[0])


def test_load_state_dict_takes_arrays_by_name():
    with pytest.raises(TypeError, match=r"load_state_dict of Linear: expected arrays by name.*got list"):
        nn.Linear(2, 2).load_state_dict([np.zeros(2)])


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"bias": None}, "missing: bias."),
        ({"wieght": np.zeros(2)}, "unexpected: wieght."),
        ({"weight": np.zeros((2, 3))}, r"weight: expected shape \(3, 2\), got \(2, 3\)"),
        ({"bias": np.zeros(3, complex)}, "bias: expected numbers that float64 can hold, got complex128"),
        ({"bias": None, "weight": np.zeros(1), "b": 0.0}, "missing: bias; unexpected: b; weight: expected shape"),
    ],
)
def test_load_state_dict_says_everything_that_is_wrong_and_takes_over_nothing(change, text):
    linear = nn.Linear(2, 3)
    before = linear.state_dict()
    state = {name: x for name, x in {**nn.Linear(2, 3).state_dict(), **change}.items() if x is not None}
    with pytest.raises(ValueError, match=f"load_state_dict of Linear: .*{text}"):
        linear.load_state_dict(state)
    assert all(np.array_equal(x, before[name]) for name, x in linear.state_dict().items())


def test_what_does_not_fit_is_left_and_named_if_that_is_allowed():
    linear = nn.Linear(2, 3)
    before = linear.weight.numpy()
    keys = linear.load_state_dict({"bias": np.ones(3), "head": np.zeros(1)}, strict=False)
    assert keys == (["weight"], ["head"])
    assert keys.missing_keys == ["weight"]
    assert linear.bias.tolist() == [1, 1, 1]
    assert np.array_equal(linear.weight.data, before)
    assert linear.load_state_dict(linear.state_dict()) == ([], [])
    with pytest.raises(ValueError, match=r"bias: expected shape \(3,\), got \(2,\)"):
        linear.load_state_dict({"bias": np.ones(2)}, strict=False)


# Buffers


class Standardized(nn.Module):
    """A module with a running mean, which is what buffers are for."""

    def __init__(self):
        self.mean, self.seen = nn.Buffer(np.zeros(2)), nn.Buffer(0)
        self.linear = nn.Linear(2, 2, rng=0)

    def forward(self, x):
        if self.training:
            self.seen.data += 1
            self.mean.data += (np.mean(x, 0) - self.mean.data) / self.seen.data
        return self.linear(x - self.mean)


def test_buffers_are_state_and_do_not_learn():
    model, other = Standardized(), Standardized()
    for x in (X, 3 * X):
        np.sum(model(x)).backward()
    assert [name for name, _ in model.named_parameters()] == ["linear.weight", "linear.bias"]
    assert [name for name, _ in model.named_buffers()] == ["mean", "seen"]
    assert [*model.buffers()] == [model.mean, model.seen]
    assert np.allclose(model.mean.data, 2 * X.mean(0))
    assert not any(x.requires_grad for x in model.buffers())
    other.load_state_dict(model.state_dict())
    assert list(model.state_dict()) == ["mean", "seen", "linear.weight", "linear.bias"]
    assert other.seen.item() == 2
    assert np.array_equal(other.eval()(X).data, model.eval()(X).data)
    with pytest.raises(ValueError, match="missing: mean, seen"):
        other.load_state_dict(model.linear.state_dict())


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda module: pickle.loads(pickle.dumps(module))])
def test_copies_have_buffers_of_their_own(copied):
    model = Standardized()
    twin = copied(model)
    twin(X)
    assert isinstance(twin.mean, nn.Buffer)
    assert (twin.seen.item(), model.seen.item()) == (1, 0)


@pytest.mark.parametrize("x", [np.ones((2, 3)), Tensor(np.ones((2, 3)))])
def test_what_is_assigned_to_a_buffer_becomes_the_buffer(x):
    module = nn.Module()
    module.mean = nn.Buffer(np.zeros(3))
    module.mean = 0.9 * module.mean + 0.1 * np.mean(x, axis=0)
    module.mean += 1.0
    assert isinstance(module.mean, nn.Buffer)
    assert np.allclose(module.state_dict()["mean"], 1.1)
    module.mean = None
    assert module.state_dict() == {}


def test_what_a_gradient_flows_through_is_no_buffer():
    module = nn.Module()
    module.mean = nn.Buffer(np.zeros(3))
    with pytest.raises(TypeError, match=r"Module: expected numbers for the buffer 'mean', .* value\.detach\(\)"):
        module.mean += 0.1 * nn.Parameter(np.ones(3))
    assert np.all(module.state_dict()["mean"] == 0)


def test_a_buffer_takes_part_in_gradients_as_a_constant():
    x = Tensor([1.0, 2.0], requires_grad=True)
    (np.sum(x * nn.Buffer([3.0, 4.0]))).backward()
    assert x.grad.tolist() == [3, 4]


# All parts of a module at once


def test_apply_goes_to_every_module_the_outermost_last():
    tree, seen = Tree(), []
    assert tree.apply(seen.append) is tree
    assert seen[-1] is tree
    assert {*map(id, seen)} == {*map(id, tree.modules())}
    assert len(seen) == 4


def test_apply_goes_from_the_first_to_the_last_and_calls_what_stands_in_two_places_once():
    """The order is PyTorch's, so that one generator draws the same for all layers."""
    shared = nn.Tanh()
    inner = nn.Sequential(nn.Linear(2, 2), shared)
    tree, seen = nn.Sequential(nn.Linear(2, 3), inner, shared, nn.Linear(3, 1)), []
    tree.apply(seen.append)
    assert seen == [tree[0], inner[0], shared, inner, tree[3], tree]

    rng = np.random.default_rng(0)
    tree.apply(lambda module: nn.init.normal_(module.weight, rng=rng) if isinstance(module, nn.Linear) else None)
    rng = np.random.default_rng(0)
    for layer in (tree[0], inner[0], tree[3]):
        assert np.array_equal(layer.weight.data, rng.normal(size=layer.weight.shape))


def test_frozen_parameters_get_no_gradient():
    tree = Tree()
    assert tree.requires_grad_(False) is tree
    tree.scale.requires_grad = True
    np.sum(tree(X)).backward()
    assert [name for name, p in tree.named_parameters() if p.grad is not None] == ["scale"]
    tree.requires_grad_()
    np.sum(tree(X)).backward()
    assert all(p.grad is not None for p in tree.parameters())


@pytest.mark.parametrize("dtype", [np.float32, "float64", np.float16])
def test_a_module_turns_into_another_precision(dtype):
    model = nn.Sequential(Standardized(), nn.LSTM(2, 3, rng=0))
    tied = model[0].linear.weight
    model.more = [model[0].linear.weight]
    assert model.astype(dtype) is model
    assert {p.dtype for p in model.parameters()} == {np.dtype(dtype)}
    assert model[0].mean.dtype == dtype
    assert model[0].seen.dtype == int
    assert model[0].linear.weight is model.more[0] is tied
    y, _ = model(X[:, None].astype(dtype).squeeze(1))
    assert y.dtype == dtype
    np.sum(y).backward()
    assert {p.grad.dtype for p in model.parameters()} == {np.dtype(dtype)}


def test_turning_a_module_keeps_its_numbers_gradients_and_what_was_computed_before():
    linear = nn.Linear(2, 1, rng=0)
    before, x = linear.weight.numpy(), Tensor(X, requires_grad=True)
    np.sum(linear(X)).backward()
    y = linear(x)
    linear.astype(np.float32)
    assert np.array_equal(linear.weight.data, before.astype(np.float32))
    assert linear.weight.grad.dtype == np.float32
    linear.zero_grad()
    np.sum(y).backward()
    assert np.array_equal(x.grad, np.ones((2, 1)) @ before)
    assert np.array_equal(linear.weight.grad, X.sum(0, keepdims=True).astype(np.float32))
    with pytest.raises(TypeError, match=r"Linear\.astype: expected a floating-point dtype .* got int64"):
        linear.astype(int)


# Copies


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda module: pickle.loads(pickle.dumps(module))])
def test_copies_have_parameters_of_their_own(copied):
    network = nn.Sequential(nn.Embedding(3, 2), Tree(), nn.MultiheadAttention(2, 1), nn.Dropout(0.5))
    twin = copied(network.eval())
    assert [name for name, _ in twin.named_parameters()] == [name for name, _ in network.named_parameters()]
    assert not any(module.training for module in twin.modules())
    for p, q in zip(twin.parameters(), network.parameters(), strict=True):
        assert p is not q
        assert p.requires_grad
        assert np.array_equal(p.data, q.data)
        p.data += 1
        assert not np.array_equal(p.data, q.data)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda module: pickle.loads(pickle.dumps(module))])
def test_copies_stay_tied_and_drop_the_same(copied):
    network = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2), nn.Dropout(0.5))
    network[1].weight = network[0].weight
    twin = copied(network)
    assert twin[1].weight is twin[0].weight
    assert np.array_equal(twin(X).data, network(X).data)


# The representation


def test_representation():
    network = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.Dropout(0.1)))
    assert repr(network).split("\n") == [
        "Sequential(",
        "  (0): Linear(in_features=2, out_features=3, bias=True)",
        "  (1): Sequential(",
        "    (0): Dropout(p=0.1)",
        "  )",
        ")",
    ]
    assert repr(nn.MultiheadAttention(4, 2)).split("\n") == [
        "MultiheadAttention(",
        "  4, 2, dropout=0.0",
        "  (out_proj): Linear(in_features=4, out_features=4, bias=True)",
        ")",
    ]


def test_gradients_are_forgotten_or_become_zero():
    linear = nn.Linear(2, 1, rng=0)
    for thing in linear, optim.SGD(linear.parameters(), 0.1):
        thing.zero_grad()
        thing.zero_grad(set_to_none=False)
        assert linear.weight.grad is None
        np.sum(linear(np.ones(2))).backward()
        thing.zero_grad(set_to_none=False)
        assert linear.weight.grad.tolist() == [[0, 0]]
        thing.zero_grad(set_to_none=True)
        assert linear.bias.grad is None


@pytest.mark.parametrize("value", [np.eye(2), 3.0, Tensor(np.eye(2)), Tensor(np.eye(2), requires_grad=True)])
def test_a_parameter_does_not_vanish_in_silence(value):
    linear = nn.Linear(2, 2, rng=0)
    with pytest.raises(
        TypeError, match=r"Linear: expected a Parameter for the parameter 'weight'.*weight\.data\[\.\.\.\]"
    ):
        linear.weight = value
    assert [name for name, _ in linear.named_parameters()] == ["weight", "bias"]
    linear.weight = nn.Parameter(np.eye(2))
    linear.bias = None
    assert [name for name, _ in linear.named_parameters()] == ["weight"]
    del linear.weight
    linear.weight = value
    assert not [*linear.parameters()]


def test_a_part_may_know_what_it_is_a_part_of():
    parent, child = nn.Module(), nn.Linear(1, 2, rng=0)
    parent.child, child.parent = child, parent
    assert [*parent.modules()] == [parent, child]
    assert [*child.modules()] == [child, parent]
    assert [name for name, _ in parent.named_parameters()] == [*parent.state_dict()] == ["child.weight", "child.bias"]
    assert not parent.eval().child.training
    assert "Linear" in repr(parent)
    assert copy.deepcopy(parent).child.parent is not parent


@pytest.mark.parametrize(
    "make", [nn.Sequential, lambda *steps: nn.ModuleList(steps), lambda *steps: nn.ModuleDict({"a": steps[0]})]
)
def test_a_class_in_place_of_a_module_is_told(make):
    with pytest.raises(TypeError, match=r"expected modules.*, got the class Tanh.*; write Tanh\(\.\.\.\)"):
        make(nn.Tanh)
