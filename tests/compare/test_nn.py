"""Layers and losses have PyTorch's numbers, derivatives, parameters and first distributions."""

import numpy as np
import pytest

from minigrad import nn

from ..nn.networks import with_parameters
from .oracle import Row, assert_same_derivatives, assert_same_in_float32, each, exactly, real, torch


def row(construct, call, *draws):
    """A layer as a function of its inputs and of all its parameters.

    `construct` gets nn of either library. `call` gets the layer, what makes an array of that library, and inputs.
    """
    ours, theirs = construct(nn), construct(torch.nn)
    parameters = dict(ours.named_parameters())
    n = len(draws)

    def in_numpy(*args):
        return call(with_parameters(ours, dict(zip(parameters, args[n:], strict=True))), np.asarray, *args[:n])

    def in_torch(*args):
        named = dict(zip(parameters, args[n:], strict=True))
        layer = lambda *xs, **options: torch.func.functional_call(theirs, named, xs, options)
        return call(layer, torch.tensor, *args[:n])

    made = Row(type(ours), in_numpy, in_torch, *draws, *(real(*p.shape) for p in parameters.values()))
    made.construct, made.call, made.draws = construct, call, draws
    return made


WORDS = [[0, 4, 1], [1, 1, 4]]
LATER = np.triu(np.ones((3, 3), bool), 1)
PADDED = np.array([[False, False, True], [False, False, False]])
BOTH = LATER & PADDED[0]
FOR_EACH = np.random.default_rng(0).normal(size=(4, 3, 3)) > 0.7  # 2 sequences with 2 heads each

LAYERS = [
    row(lambda nn: nn.Linear(3, 2), lambda f, array, x: f(x), real(3)),
    row(lambda nn: nn.Linear(3, 2), lambda f, array, x: f(x), real(4, 3)),
    row(lambda nn: nn.Linear(3, 2, False), lambda f, array, x: f(x), real(2, 4, 3)),
    row(lambda nn: nn.Embedding(5, 2), lambda f, array: f(array(WORDS))),
    row(lambda nn: nn.Embedding(5, 2, 1), lambda f, array: f(array(WORDS))),
    row(lambda nn: nn.Embedding(5, 2, padding_idx=-1), lambda f, array: f(array(WORDS))),
    row(lambda nn: nn.Dropout(1.0), lambda f, array, x: f(x), real(3)),
    row(lambda nn: nn.Dropout(0.0), lambda f, array, x: f(x), real(3)),
    row(lambda nn: nn.Dropout().eval(), lambda f, array, x: f(x), real(3)),
    row(lambda nn: nn.LayerNorm(4), lambda f, array, x: f(x), real(2, 3, 4)),
    row(lambda nn: nn.LayerNorm((3, 4), 0.1), lambda f, array, x: f(x), real(2, 3, 4)),
    row(lambda nn: nn.LayerNorm(4, bias=False), lambda f, array, x: f(x), real(4)),
    row(lambda nn: nn.LayerNorm(4, 1e-5, False), lambda f, array, x: f(x), real(2, 4)),
    row(
        lambda nn: nn.MultiheadAttention(4, 2),
        lambda f, array, q, k, v: f(q, k, v),
        *(real(3, 2, 4), real(5, 2, 4), real(5, 2, 4)),
    ),
    row(
        lambda nn: nn.MultiheadAttention(4, 4, bias=False, batch_first=True),
        lambda f, array, q, k, v: f(q, k, v, average_attn_weights=False),
        *(real(2, 3, 4), real(2, 5, 4), real(2, 5, 4)),
    ),
    row(
        lambda nn: nn.MultiheadAttention(4, 2),
        lambda f, array, q, k: f(q, k, k, average_attn_weights=False),
        *(real(3, 4), real(5, 4)),
    ),
    *(
        row(
            lambda nn: nn.MultiheadAttention(4, 2, batch_first=True),
            lambda f, array, x, masks=masks: f(x, x, x, **{name: array(mask) for name, mask in masks.items()}),
            real(2, 3, 4),
        )
        for masks in [
            {"attn_mask": LATER},
            {"key_padding_mask": PADDED},
            {"attn_mask": BOTH, "key_padding_mask": PADDED},
            {"attn_mask": FOR_EACH},
        ]
    ),
    row(
        lambda nn: nn.MultiheadAttention(4, 2),
        lambda f, array, x: f(x, x, x, attn_mask=array(LATER), is_causal=True),
        real(3, 2, 4),
    ),
    row(
        lambda nn: nn.MultiheadAttention(4, 2),
        lambda f, array, x, mask: f(x, x, x, attn_mask=mask),
        *(real(3, 4), real(3, 3)),
    ),
    row(
        lambda nn: nn.MultiheadAttention(4, 2, batch_first=True),
        lambda f, array, x, padded, mask: f(x, x, x, padded, True, mask),
        *(real(2, 3, 4), lambda rng: np.where(PADDED, -np.inf, 0.5), real(4, 3, 3)),
    ),
]
LAYERS += [
    row(lambda nn, options=options: nn.Conv1d(4, 6, 3, **options), lambda f, array, x: f(x), real(2, 4, 9))
    for options in [{}, {"stride": 2, "padding": 1}, {"padding": "same", "dilation": 2}, {"groups": 2, "bias": False}]
]
LAYERS += [row(lambda nn: nn.Conv1d(4, 6, 3), lambda f, array, x: f(x), real(4, 9))]
ACTIVATIONS = {
    "Identity": [{}],
    "ReLU": [{}],
    "LeakyReLU": [{}, {"negative_slope": 0.3}],
    "ELU": [{}, {"alpha": 0.5}],
    "Softplus": [{}, {"beta": 2.0}],
    "SiLU": [{}],
    "GELU": [{}, {"approximate": "tanh"}],
    "Sigmoid": [{}],
    "Tanh": [{}],
}
LAYERS += [
    row(lambda nn, name=name, options=options: getattr(nn, name)(**options), lambda f, array, x: f(x), real(3, 4))
    for name, several in ACTIVATIONS.items()
    for options in several
]
WEIGHTS = np.array([0.5, 2.0, 0.25, 1.0])
TARGETS = np.array([3, 1, 0, 1, 2])
REDUCTIONS = ("mean", "sum", "none")
LOSSES = [
    row(
        lambda nn, options=options: nn.CrossEntropyLoss(**options), lambda f, array, x: f(x, array(TARGETS)), real(5, 4)
    )
    for options in [
        *({"reduction": reduction, "ignore_index": 1} for reduction in REDUCTIONS),
        *({"reduction": reduction, "ignore_index": 1, "label_smoothing": 0.2} for reduction in REDUCTIONS),
        {"label_smoothing": 1.0},
        {},
    ]
]
LOSSES += [
    row(lambda nn, options=options: nn.NLLLoss(**options), lambda f, array, x: f(x, array(TARGETS)), real(5, 4))
    for options in [{"reduction": reduction, "ignore_index": 1} for reduction in REDUCTIONS]
]
WEIGHTED = [
    row(
        lambda nn, kind=kind, options=options: getattr(nn, kind)(
            weight=torch.tensor(WEIGHTS) if nn is torch.nn else WEIGHTS, **options
        ),
        lambda f, array, x: f(x, array(TARGETS)),
        real(5, 4),
    )
    for reduction in REDUCTIONS
    for kind, options in [
        ("NLLLoss", {"reduction": reduction, "ignore_index": 1}),
        ("CrossEntropyLoss", {"reduction": reduction, "ignore_index": 1}),
        ("CrossEntropyLoss", {"reduction": reduction, "label_smoothing": 0.2}),
    ]
]
"""Their weights are float64, which PyTorch takes with float64 only."""
LOSSES += [
    row(
        lambda nn, kind=kind, options=options: getattr(nn, kind)(**options),
        lambda f, array, x, y: f(x, y),
        *(real(5, 4), real(5, 4)),
    )
    for kind, several in {"L1Loss": [{}], "SmoothL1Loss": [{}, {"beta": 0.3}, {"beta": 0.0}]}.items()
    for options in [{**one, "reduction": reduction} for one in several for reduction in REDUCTIONS]
]
for reduction in REDUCTIONS:
    LOSSES += [
        row(lambda nn, r=reduction: nn.MSELoss(reduction=r), lambda f, array, x, y: f(x, y), real(2, 3), real(2, 3)),
        row(
            lambda nn, r=reduction: nn.BCEWithLogitsLoss(reduction=r),
            lambda f, array, x, t: f(x, t),
            *(exactly(-20, -1, 0, 1, 20), exactly(0, 1, 0.5, 0.25, 1)),
        ),
    ]


@each(LAYERS + LOSSES + WEIGHTED)
def test_derivatives(row):
    assert_same_derivatives(row)


@each(LAYERS + LOSSES)
def test_float32(row):
    assert_same_in_float32(row)


# state_dict


def theirs_of(construct):
    return construct(torch.nn).double()


def same_results(row, ours, theirs):
    xs = [draw(np.random.default_rng(0)) for draw in row.draws]
    y = row.call(ours, np.asarray, *xs)
    expected = row.call(theirs, torch.tensor, *map(torch.tensor, xs))
    y, expected = (result if isinstance(result, tuple) else (result,) for result in (y, expected))
    for a, b in zip(y, expected, strict=True):
        np.testing.assert_allclose(getattr(a, "data", a), b.numpy(force=True), rtol=1e-9, atol=1e-12)


@each(LAYERS)
def test_state_dict_comes_from_pytorch(row):
    ours, theirs = row.construct(nn), theirs_of(row.construct)
    ours.load_state_dict(theirs.state_dict())
    same_results(row, ours, theirs)


@each(LAYERS)
def test_state_dict_goes_to_pytorch(row):
    ours, theirs = row.construct(nn), theirs_of(row.construct)
    theirs.load_state_dict({name: torch.tensor(x) for name, x in ours.state_dict().items()})
    same_results(row, ours, theirs)


def network(nn):
    return nn.Sequential(nn.Embedding(5, 4, padding_idx=0), nn.LayerNorm(4), nn.Dropout(0.0), nn.Linear(4, 5))


def test_a_network_learns_as_in_pytorch(tmp_path):
    """Both take the same steps from the same parameters, which went through a file of PyTorch's."""
    ours, theirs = network(nn), theirs_of(network)
    torch.save(theirs.state_dict(), tmp_path / "network.pt")
    ours.load_state_dict(torch.load(tmp_path / "network.pt"))
    words, targets = np.array([[0, 1, 4], [3, 2, 2]]), np.array([[1, 4, -100], [2, 2, 0]])
    for _ in range(5):
        ours.zero_grad()
        nn.CrossEntropyLoss()(ours(words), targets).backward()
        theirs.zero_grad()
        torch.nn.CrossEntropyLoss()(theirs(torch.tensor(words)).mT, torch.tensor(targets)).backward()
        for (name, p), (other, q) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
            assert name == other
            np.testing.assert_allclose(p.grad, q.grad.numpy(), rtol=1e-9, atol=1e-12)
            p.data -= 0.5 * p.grad
            q.data -= 0.5 * q.grad


def tied(nn):
    """A network that reads and writes words with the same vectors."""
    network = nn.Sequential(nn.Embedding(5, 4), nn.Linear(4, 5, bias=False))
    network[1].weight = network[0].weight
    return network


def test_a_parameter_with_two_names():
    ours, theirs = tied(nn), theirs_of(tied)
    assert [name for name, _ in ours.named_parameters()] == [name for name, _ in theirs.named_parameters()]
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict(theirs.state_dict())
    assert np.array_equal(ours[0].weight.data, theirs[0].weight.numpy(force=True))
    assert ours[0].weight is ours[1].weight


def test_parameters_of_pytorch_that_require_gradients():
    ours, theirs = nn.Linear(3, 2), torch.nn.Linear(3, 2)
    ours.load_state_dict(dict(theirs.named_parameters()))
    assert np.array_equal(ours.weight.data, theirs.weight.numpy(force=True))


# Initialisation

LARGE = [
    lambda nn, **seed: nn.Linear(4, 50_000, **seed),
    lambda nn, **seed: nn.Embedding(50_000, 4, padding_idx=7, **seed),
    lambda nn, **seed: nn.MultiheadAttention(240, 4, **seed),
    lambda nn, **seed: nn.LayerNorm((3, 4)),
]


@pytest.mark.parametrize("construct", LARGE, ids=["Linear", "Embedding", "MultiheadAttention", "LayerNorm"])
def test_parameters_start_from_the_same_distributions(construct):
    torch.manual_seed(0)
    ours, theirs = construct(nn, rng=0), construct(torch.nn)
    for (name, p), (other, q) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        x, y = p.data, q.numpy(force=True)
        assert (name, x.shape) == (other, y.shape)
        levels = np.linspace(0.001, 0.999, 11)
        np.testing.assert_allclose(np.quantile(x, levels), np.quantile(y, levels), rtol=0, atol=0.06 * y.std())
        assert np.isclose(x.std(), y.std(), rtol=0.01)
    if isinstance(ours, nn.Embedding):
        assert not ours.weight.data[7].any()


def test_the_same_share_is_dropped():
    torch.manual_seed(0)
    x = np.ones(100_000)
    ours, theirs = nn.Dropout(0.3, rng=0)(x), torch.nn.Dropout(0.3)(torch.tensor(x)).numpy()
    np.testing.assert_allclose(*map(np.unique, (ours, theirs)), rtol=1e-12)
    assert np.isclose(ours.mean(), theirs.mean(), atol=0.01)


def held(nn, array):
    """A network that holds its parts in lists and dictionaries, with weights of classes as a buffer."""

    class Held(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList([nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 2), nn.GELU())])
            self.heads = nn.ModuleDict({"words": nn.Linear(2, 3), "tags": nn.ModuleList([nn.Linear(2, 1)])})
            self.loss = nn.CrossEntropyLoss(weight=array([0.5, 1.0, 2.0]))

    return Held()


def test_lists_dictionaries_and_buffers_have_the_names_of_pytorch():
    ours, theirs = held(nn, np.array), held(torch.nn, torch.tensor).double()
    assert {*ours.state_dict()} == {*theirs.state_dict()}
    assert [name for name, _ in ours.named_buffers()] == [name for name, _ in theirs.named_buffers()]
    keys = ours.load_state_dict({**theirs.state_dict(), "more": torch.ones(1)}, strict=False)
    expected = theirs.load_state_dict({**theirs.state_dict(), "more": torch.ones(1)}, strict=False)
    assert keys == (expected.missing_keys, expected.unexpected_keys)
    for name, x in theirs.state_dict().items():
        assert np.array_equal(ours.state_dict()[name], x.numpy())
