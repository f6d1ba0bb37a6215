"""Initialisation, clipping and padding come to PyTorch's numbers, or where they are random to its distributions."""

import numpy as np
import pytest

from minigrad import Tensor, vjp
from minigrad.nn import files, init, utils

from .oracle import torch

MANY = (400, 300)
RANDOM = [
    ("uniform_", {"a": -1.0, "b": 3.0}),
    ("normal_", {"mean": 1.0, "std": 0.2}),
    ("trunc_normal_", {}),
    ("trunc_normal_", {"mean": 0.5, "std": 0.4, "a": 0.6, "b": 1.0}),
    ("trunc_normal_", {"a": 1.9, "b": 4.0}),
    ("xavier_uniform_", {}),
    ("xavier_normal_", {"gain": 2.0}),
    *(
        (f"kaiming_{kind}_", {"a": 0.3, "mode": mode, "nonlinearity": nonlinearity})
        for kind in ("uniform", "normal")
        for mode in ("fan_in", "fan_out")
        for nonlinearity in ("relu", "leaky_relu", "tanh")
    ),
    ("orthogonal_", {"gain": 2.0}),
]


@pytest.mark.parametrize(("name", "options"), RANDOM, ids=str)
def test_distributions(name, options):
    torch.manual_seed(0)
    ours = np.sort(getattr(init, name)(np.empty(MANY), **options, rng=0), axis=None)
    theirs = np.sort(getattr(torch.nn.init, name)(torch.empty(MANY, dtype=torch.float64), **options).numpy(), axis=None)
    among = np.searchsorted(theirs, ours, side="right") / theirs.size
    assert np.max(abs(among - np.arange(ours.size) / ours.size)) < 3 / ours.size**0.5  # Kolmogorov and Smirnov
    assert np.isclose(np.std(ours), np.std(theirs), rtol=0.01)


@pytest.mark.parametrize("name", ["xavier_uniform_", "kaiming_uniform_"])
@pytest.mark.parametrize("shape", [(30, 20), (10, 20, 3), (10, 20, 3, 2)])
def test_bounds(name, shape):
    ours, theirs = getattr(init, name)(np.empty(shape), rng=0), getattr(torch.nn.init, name)(torch.empty(shape))
    assert np.isclose(np.max(abs(ours)), theirs.abs().max().item(), rtol=0.02)


@pytest.mark.parametrize("name", ["zeros_", "ones_", "eye_"])
def test_constants(name):
    theirs = getattr(torch.nn.init, name)(torch.empty(3, 4))
    assert np.array_equal(getattr(init, name)(np.empty((3, 4))), theirs.numpy())


@pytest.mark.parametrize("nonlinearity", ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"])
def test_gains(nonlinearity):
    for param in (None, 0.2) if nonlinearity == "leaky_relu" else (None,):
        ours, theirs = (f(nonlinearity, param) for f in (init.calculate_gain, torch.nn.init.calculate_gain))
        assert np.isclose(ours, theirs, rtol=1e-15)


def with_gradients(make):
    """Parameters with the same gradients in either library, and one without."""
    rng = np.random.default_rng(0)
    for shape in [(3, 2), (), (5,)]:
        g = rng.normal(size=shape)
        p = make(np.zeros(shape), requires_grad=True)
        (p * make(g)).sum().backward()
        yield p
    yield make(np.zeros(2), requires_grad=True)


def same_gradients(ours, theirs):
    for p, q in zip(ours, theirs, strict=True):
        assert (p.grad is None) == (q.grad is None)
        if p.grad is not None:
            np.testing.assert_allclose(p.grad, q.grad.numpy(), rtol=1e-13, atol=0, strict=True)


@pytest.mark.parametrize("max_norm", [0.0, 1e-9, 0.5, 3.0, 1e3])
@pytest.mark.parametrize("norm_type", [0.5, 1.0, 2.0, 3, np.inf, "inf"])
def test_clipping_by_norm(max_norm, norm_type):
    ours, theirs = [*with_gradients(Tensor)], [*with_gradients(torch.tensor)]
    norm = utils.clip_grad_norm_(ours, max_norm, norm_type)
    expected = torch.nn.utils.clip_grad_norm_(theirs, max_norm, float(norm_type))
    assert np.isclose(norm, expected.item(), rtol=1e-13, atol=0)
    same_gradients(ours, theirs)


def test_clipping_at_the_norm_itself():
    ours, theirs = [*with_gradients(Tensor)], [*with_gradients(torch.tensor)]
    norm = torch.nn.utils.get_total_norm([q.grad for q in theirs if q.grad is not None]).item()
    utils.clip_grad_norm_(ours, norm)
    torch.nn.utils.clip_grad_norm_(theirs, norm)
    same_gradients(ours, theirs)


@pytest.mark.parametrize("clip_value", [0.0, 0.3, 10.0])
def test_clipping_by_value(clip_value):
    ours, theirs = [*with_gradients(Tensor)], [*with_gradients(torch.tensor)]
    utils.clip_grad_value_(ours, clip_value)
    torch.nn.utils.clip_grad_value_(theirs, clip_value)
    same_gradients(ours, theirs)


@pytest.mark.parametrize("trailing", [(), (2,), (2, 3)])
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("padding_side", ["left", "right"])
def test_padding(trailing, batch_first, padding_side):
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(length, *trailing)) for length in (2, 4, 0, 1)]
    leaves = [torch.tensor(x, requires_grad=True) for x in arrays]
    options = {"batch_first": batch_first, "padding_value": -1.5, "padding_side": padding_side}
    theirs = torch.nn.utils.rnn.pad_sequence(leaves, **options)
    ours, pullback = vjp(lambda *sequences: utils.pad_sequence(sequences, **options), *arrays)
    np.testing.assert_array_equal(ours, theirs.detach().numpy(), strict=True)
    g = rng.normal(size=ours.shape)
    theirs.backward(torch.tensor(g))
    for gradient, leaf in zip(pullback(g), leaves, strict=True):
        np.testing.assert_array_equal(gradient, leaf.grad.numpy(), strict=True)


@pytest.mark.parametrize("batch_first", [False, True])
def test_unpadding(batch_first):
    x, lengths = np.random.default_rng(0).normal(size=(3, 3, 2)), [2, 0, 3]
    ours = utils.unpad_sequence(x, lengths, batch_first)
    theirs = torch.nn.utils.rnn.unpad_sequence(torch.tensor(x), torch.tensor(lengths), batch_first)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b.numpy(), strict=True)


def test_files_go_from_pytorch_and_back(tmp_path):
    safetensors = pytest.importorskip("safetensors.torch")
    state = torch.nn.LSTM(3, 4).state_dict()
    safetensors.save_file({**state, "scalar": torch.tensor(2.0)}, tmp_path / "theirs.safetensors")
    loaded = files.load(tmp_path / "theirs.safetensors")
    files.save(loaded, tmp_path / "ours.safetensors")
    back = safetensors.load_file(tmp_path / "ours.safetensors")
    assert back.pop("scalar") == 2
    torch.nn.LSTM(3, 4).load_state_dict(back)
    for name, x in state.items():
        np.testing.assert_array_equal(loaded[name], x.numpy(), strict=True)
        assert torch.equal(back[name], x)


def test_bfloat16_is_told_apart(tmp_path):
    safetensors = pytest.importorskip("safetensors.torch")
    safetensors.save_file({"weight": torch.ones(2, dtype=torch.bfloat16)}, tmp_path / "half.safetensors")
    with pytest.raises(TypeError, match=r"load: expected numbers that NumPy has too in .*half.*bfloat16.*tensor.float"):
        files.load(tmp_path / "half.safetensors")
