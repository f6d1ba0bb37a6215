"""A network is loaded as it was saved, and a file is whole or not there."""

import os
import sys

import numpy as np
import pytest

from minigrad import Tensor, optim
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


# A whole training

OPTIMIZERS = {
    "SGD": lambda params: optim.SGD(params, lr=0.1, momentum=0.9, nesterov=True),
    "Adam": lambda params: optim.Adam(params, lr=0.1, betas=(0.8, 0.9), amsgrad=True),
    "RMSprop": lambda params: optim.RMSprop(params, lr=0.01, momentum=0.5, centered=True),
    "Adadelta": optim.Adadelta,
}
SCHEDULES = {
    "StepLR": lambda optimizer: optim.StepLR(optimizer, 2, 0.5),
    "OneCycleLR": lambda optimizer: optim.OneCycleLR(optimizer, 0.1, 20, cycle_momentum=False),
    "LambdaLR": lambda optimizer: optim.LambdaLR(optimizer, lambda t: np.float64(0.9) ** t),
    "ReduceLROnPlateau": lambda optimizer: optim.ReduceLROnPlateau(optimizer, patience=0, factor=0.5),
}
CASES = [(name, "StepLR") for name in OPTIMIZERS] + [("Adam", name) for name in SCHEDULES if name != "StepLR"]


def trained(model, optimizer, schedule, epochs):
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = sum(np.sum((p - 1) ** 2) for p in model.parameters())
        loss.backward()
        optimizer.step()
        schedule.step(loss) if isinstance(schedule, optim.ReduceLROnPlateau) else schedule.step()


@pytest.mark.parametrize("anew", [False, True, None])
@pytest.mark.parametrize("order", [["model", "optimizer", "schedule"], ["schedule", "optimizer", "model"]])
@pytest.mark.parametrize(("optimizer", "schedule"), CASES)
def test_a_training_goes_on_from_its_file_as_if_it_had_not_stopped(path, optimizer, schedule, order, anew):
    def begun(seed):
        model = Model(seed)
        made = OPTIMIZERS[optimizer](model.parameters())
        return {"model": model, "optimizer": made, "schedule": SCHEDULES[schedule](made)}

    first, second = begun(0), begun(1)
    trained(**first, epochs=3)
    files.save({**first, "epoch": 3, "note": "half way"}, path)
    trained(**first, epochs=4)
    saved = files.load(path)
    assert (saved["epoch"], saved["note"]) == (3, "half way")
    for name in order:
        if anew is not None or name != "schedule" or schedule == "ReduceLROnPlateau":
            second[name].load_state_dict(saved[name])
    if anew and schedule != "ReduceLROnPlateau":
        second["schedule"] = SCHEDULES[schedule](second["optimizer"])
    trained(**second, epochs=4)
    for p, q in zip(first["model"].parameters(), second["model"].parameters(), strict=True):
        assert np.array_equal(p.data, q.data)
    assert first["optimizer"].param_groups[0]["lr"] == second["optimizer"].param_groups[0]["lr"]


def test_an_optimiser_and_a_schedule_each_have_a_file_too(path):
    w = Tensor(np.ones(2, np.float32), requires_grad=True)
    optimizer = optim.Adam([{"params": [w], "lr": 0.1}], betas=(0.5, 0.9))
    schedule = optim.StepLR(optimizer, 1, 0.5)
    np.sum(w * w).backward()
    optimizer.step()
    schedule.step()
    for thing in (optimizer, optimizer.state_dict(), schedule, schedule.state_dict()):
        files.save(thing, path)
        (optimizer if "param_groups" in files.load(path) else schedule).load_state_dict(files.load(path))
    assert optimizer.state[w]["exp_avg"].dtype == np.float32
    assert optimizer.param_groups[0]["betas"] == (0.5, 0.9)
    assert (schedule.last_epoch, schedule.base_lrs, schedule.gamma) == (1, [0.1], 0.5)
    assert type(schedule.last_epoch) is int


def test_states_with_parts_come_back_as_they_were(path):
    rng = np.random.default_rng(3)
    state = {
        "a/b": np.ones(2),
        "a": {"b": np.zeros(3, np.float32), 7: (1, [2.5, None, True]), "inf": float("-inf"), "": {}},
        "rng": rng.bit_generator.state,
        "who": "ü",
    }
    files.save(state, path)
    back = files.load(path)
    assert list(back) == list(state)
    assert back["a"][7] == (1, [2.5, None, True])
    assert (back["a"]["inf"], back["a"][""], back["who"]) == (float("-inf"), {}, "ü")
    assert back["a/b"].tolist() == [1, 1]
    assert back["a"]["b"].tolist() == [0, 0, 0]
    assert back["a"]["b"].dtype == np.float32
    other = np.random.default_rng()
    other.bit_generator.state = back["rng"]
    assert other.random() == rng.random()


def test_lists_and_names_that_are_numbers_come_back_as_they_were_alone(path):
    files.save({"states": [np.ones(2), np.zeros((1, 3))], "losses": [0.5, 2.0], "rows": ((1,), (2, 3))}, path)
    loaded = files.load(path)
    assert [x.tolist() for x in loaded["states"]] == [[1.0, 1.0], [[0.0, 0.0, 0.0]]]
    assert (loaded["losses"], loaded["rows"]) == ([0.5, 2.0], ((1,), (2, 3)))
    files.save({7: np.ones(2)}, path)
    assert [*files.load(path)] == [7]


def test_the_arrays_of_a_training_have_names_for_everybody(tmp_path):
    files.save({"model": Model(0), "epoch": 1}, tmp_path / "t.npz")
    with np.load(tmp_path / "t.npz") as file:
        assert file["model/layers.0"].shape == (2, 3)


def test_what_is_no_numbers_is_refused(tmp_path):
    with pytest.raises(TypeError, match="save: expected arrays of numbers, got dtype object as x"):
        files.save({"x": np.array([None])}, tmp_path / "x.npz")
    with pytest.raises(TypeError, match=r"save: expected arrays, numbers, strings, None.*; got function as a/f"):
        files.save({"a": {"f": trained}}, tmp_path / "x.npz")
    for state in ({"rng": np.random.default_rng(0)}, {"a": {"rng": np.random.default_rng(0)}}):
        with pytest.raises(
            TypeError, match=r"got Generator as (a/)?rng\. Of a generator save rng\.bit_generator\.state\.$"
        ):
            files.save(state, tmp_path / "x.npz")
    with pytest.raises(TypeError, match="strings or integers as keys; got dict as a"):
        files.save({"a": {1.5: 0}}, tmp_path / "x.npz")
    np.savez(tmp_path / "code.npz", x=np.array([None]))
    with pytest.raises(ValueError, match=r"load: expected .*code\.npz to be a whole file of numbers, but: .*pickle"):
        files.load(tmp_path / "code.npz")


@pytest.mark.parametrize("damage", [lambda b: b"", lambda b: b"no file", lambda b: b[:300]])
def test_a_damaged_file_is_named(path, damage):
    files.save({"x": np.arange(1000.0)}, path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=rf"load: expected .*{path.name} to be a whole file of numbers, but: "):
        files.load(path)


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


@pytest.mark.parametrize("kind", [np.random.PCG64, np.random.MT19937])
def test_a_generator_goes_on_from_its_saved_state(tmp_path, kind):
    rng = np.random.Generator(kind(0))
    rng.normal(size=3)
    files.save({"rng": rng.bit_generator.state}, tmp_path / "x.npz")
    expected = rng.normal(size=3)
    rng.bit_generator.state = files.load(tmp_path / "x.npz")["rng"]
    assert np.array_equal(rng.normal(size=3), expected)
