"""Recurrent layers and cells compute PyTorch's numbers, from PyTorch's parameters."""

import itertools

import numpy as np
import pytest

from minigrad import Tensor, nn

from .oracle import torch

LAYERS = [("RNN", {}), ("RNN", {"nonlinearity": "relu"}), ("GRU", {}), ("LSTM", {}), ("LSTM", {"proj_size": 1})]
OPTIONS = [
    {"num_layers": layers, "bidirectional": both, "bias": bias, "batch_first": first}
    for layers, both, bias, first in itertools.product([1, 2], [False, True], [True, False], [False, True])
]
SIZES = [(1, 1, 1, 1), (4, 3, 2, 5), (7, 2, 3, 4)]


def parts(state):
    return state if isinstance(state, tuple) else (state,)


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize(("name", "own"), LAYERS, ids=str)
@pytest.mark.parametrize("padded", [False, True])
def test_layers(name, own, options, sizes, padded):
    T, N, D, H = sizes
    if own.get("proj_size", 0) >= H:
        pytest.skip("a projection makes states shorter")
    rng = np.random.default_rng(0)
    theirs = getattr(torch.nn, name)(D, H, **own, **options, dtype=torch.float64)
    ours = getattr(nn, name)(D, H, **own, **options)
    ours.load_state_dict(theirs.state_dict())
    shape = (N, T, D) if options["batch_first"] else (T, N, D)
    x, count = rng.normal(size=shape), options["num_layers"] * (1 + options["bidirectional"])
    widths = [own.get("proj_size", H), H][: 2 if name == "LSTM" else 1]
    states = [rng.normal(size=(count, N, width)) for width in widths]
    lengths = rng.integers(1, T + 1, size=N) if padded else np.full(N, T)
    lengths[0] = T

    xt, st = torch.tensor(x, requires_grad=True), [torch.tensor(s, requires_grad=True) for s in states]
    given = tuple(st) if len(st) > 1 else st[0]
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        xt, torch.tensor(lengths), options["batch_first"], enforce_sorted=False
    )
    yt, et = theirs(packed, given)
    yt, _ = torch.nn.utils.rnn.pad_packed_sequence(yt, options["batch_first"], total_length=T)
    v = rng.normal(size=tuple(yt.shape))
    (torch.sum(yt * torch.tensor(v)) + sum((e**2).sum() for e in parts(et))).backward()

    xo, so = Tensor(x, requires_grad=True), [Tensor(s, requires_grad=True) for s in states]
    yo, eo = ours(xo, tuple(so) if len(so) > 1 else so[0], lengths=lengths if padded else None)
    (np.sum(yo * v) + sum(np.sum(e**2) for e in parts(eo))).backward()

    close(yo.data, yt)
    close(xo.grad, xt.grad)
    for a, b in zip(parts(eo), parts(et), strict=True):
        close(a.data, b)
    for a, b in zip(so, st, strict=True):
        close(a.grad, b.grad)
    for (own_name, p), (their_name, q) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        assert own_name == their_name
        close(p.grad, q.grad)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("name", "own"), LAYERS[:4], ids=str)
def test_cells(name, own, bias):
    theirs = getattr(torch.nn, f"{name}Cell")(3, 4, bias, **own, dtype=torch.float64)
    ours = getattr(nn, f"{name}Cell")(3, 4, bias, **own)
    ours.load_state_dict(theirs.state_dict())
    x = np.random.default_rng(0).normal(size=(2, 3))
    for a, b in zip(parts(ours(x, ours(x))), parts(theirs(torch.tensor(x), theirs(torch.tensor(x)))), strict=True):
        close(a.data, b)


@pytest.mark.parametrize("name", ["RNN", "GRU", "LSTM"])
def test_states_move_both_ways_and_begin_in_the_same_range(name):
    ours = getattr(nn, name)(30, 40, 2, bidirectional=True, rng=0)
    theirs = getattr(torch.nn, name)(30, 40, 2, bidirectional=True, dtype=torch.float64)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        for largest in (np.abs(p.data).max(), q.abs().max().item()):
            assert 0.8 / 40**0.5 < largest <= 1 / 40**0.5
    theirs.load_state_dict({key: torch.tensor(a) for key, a in ours.state_dict().items()})
    x = np.ones((3, 1, 30))
    close(ours(x)[0].data, theirs(torch.tensor(x))[0])
