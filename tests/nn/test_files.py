"""What is saved is loaded again, and a file is whole or not there."""

import os
import sys

import numpy as np
import pytest

from minigrad import Tensor
from minigrad.nn import Module, Parameter, files


class Model(Module):
    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self.layers = [Parameter(rng.normal(size=(2, 3)).astype(np.float32)), Parameter(rng.normal())]


@pytest.fixture(params=[".npz", ".safetensors"])
def path(request, tmp_path):
    if request.param == ".safetensors":
        pytest.importorskip("safetensors")
    return tmp_path / f"model{request.param}"


def test_a_module_comes_back(path):
    model, other = Model(0), Model(1)
    files.save(model, path)
    other.load_state_dict(files.load(path))
    for p, q in zip(model.parameters(), other.parameters(), strict=True):
        assert np.array_equal(p.data, q.data)
        assert p.dtype == q.dtype


@pytest.mark.parametrize(
    "x",
    [np.arange(6.0).reshape(2, 3).T, np.zeros((0, 3)), np.float32(2.0), np.array([1.0], ">f8"), np.array([True]), 3],
    ids=repr,
)
def test_arrays_come_back_as_they_were(path, x):
    files.save({"x": x}, str(path))
    back = files.load(str(path))["x"]
    assert back.shape == np.shape(x)
    assert back.dtype.kind == np.asarray(x).dtype.kind
    assert np.array_equal(back, x)
    back[...] = 0  # it can be written to


def test_tensors_are_saved_as_their_arrays(path):
    files.save({"x": Tensor([1.0, 2.0], requires_grad=True) * 2}, path)
    assert np.array_equal(files.load(path)["x"], [2.0, 4.0])


def test_a_file_is_replaced_by_a_whole_one_or_not_at_all(path, monkeypatch):
    files.save({"x": np.zeros(2)}, path)

    def crash(file):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(OSError, match="no space"):
        files.save({"x": np.ones(2)}, path)
    assert np.array_equal(files.load(path)["x"], np.zeros(2))
    assert [*path.parent.iterdir()] == [path]


def test_a_link_stays_a_link(path):
    link = path.with_stem("link")
    link.symlink_to(path)
    files.save({"x": np.ones(2)}, link)
    assert link.is_symlink()
    assert np.array_equal(files.load(path)["x"], np.ones(2))


def test_without_safetensors_one_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    for call in (lambda path: files.save({}, path), files.load):
        with pytest.raises(ImportError, match=r"pip install 'minigrad-course\[interop\]', or use \.npz\.$"):
            call(tmp_path / "model.safetensors")


def test_what_is_no_numbers_is_refused(tmp_path):
    with pytest.raises(TypeError, match="save: expected arrays of numbers, got dtype object as x"):
        files.save({"x": np.array([None])}, tmp_path / "x.npz")
    np.savez(tmp_path / "code.npz", x=np.array([None]))
    with pytest.raises(ValueError, match="pickle"):
        files.load(tmp_path / "code.npz")


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: files.save({}, "model.pt"), ValueError, r"save: expected a path that ends in \.npz or \.safetensors"),
        (lambda: files.load("model"), ValueError, r"load: expected a path that ends in .*got model\."),
        (lambda: files.save("model.npz", {}), TypeError, "save: expected a module or arrays by name, then a path"),
    ],
)
def test_wrong_calls_say_what_was_expected(call, error, text):
    with pytest.raises(error, match=text):
        call()
