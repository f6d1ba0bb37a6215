"""Parameters in files: .npz, which NumPy reads, and .safetensors, which everybody exchanges.

save(model, "model.npz")
model.load_state_dict(load("model.npz"))
"""

from __future__ import annotations

import importlib
import os
import secrets
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from minigrad.memory import Array
from minigrad.nn.module import Module
from minigrad.recording import plain

SUFFIXES = (".npz", ".safetensors")


def save(state_dict: Module | Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Write the arrays of a module or of a state_dict to a file, in the format that its name ends in.

    The file appears only when it is complete, in place of an older one: a crash on the way leaves the older one there.

    Args:
        state_dict: a module, or arrays or Tensors by name.
        path: ends in .npz or, which needs the extra interop, .safetensors.

    Raises:
        TypeError: if something is no array of numbers.
        ValueError: if the name ends in something else.
        ImportError: if safetensors is missing.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "weights.npz")
    >>> save({"weight": np.array([1.0, 2.0])}, path)
    >>> load(path)
    {'weight': array([1., 2.])}
    """
    if not isinstance(state_dict, Module | Mapping):
        raise TypeError(f"save: expected a module or arrays by name, then a path, got {type(state_dict).__name__}.")
    given = state_dict.state_dict() if isinstance(state_dict, Module) else state_dict
    arrays: dict[str, Any] = {name: np.asarray(plain(x), order="C") for name, x in given.items()}
    for name, x in arrays.items():
        if x.dtype.kind not in "biufc":
            raise TypeError(f"save: expected arrays of numbers, got dtype {x.dtype} as {name}.")
    if _suffix("save", path) == ".npz":
        with _in_place_of(path) as new:
            _write_npz(new, arrays)
    else:
        safetensors = _safetensors("save")
        with _in_place_of(path) as new:
            safetensors.save_file(arrays, new)


def _write_npz(path: Any, arrays: dict[str, Any]) -> None:
    """What np.savez writes, but under any name; it keeps some for itself."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, x in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, x, allow_pickle=False)


def load(path: str | os.PathLike[str]) -> dict[str, Array]:
    """The arrays in a file by name, for `load_state_dict`: one that `save` wrote, or PyTorch's safetensors.

    Nothing in a file is ever run: neither format holds code.

    Args:
        path: ends in .npz or, which needs the extra interop, .safetensors.

    Raises:
        TypeError: if the file holds numbers that NumPy has not, such as bfloat16.
        ValueError: if the name ends in something else, or the file holds more than numbers.
        ImportError: if safetensors is missing.

    >>> load("model.pt")
    Traceback (most recent call last):
    ...
    ValueError: load: expected a path that ends in .npz or .safetensors, got model.pt.
    """
    if _suffix("load", path) == ".npz":
        with np.load(path, allow_pickle=False) as file:
            return dict(file)
    safetensors = _safetensors("load")
    try:
        loaded: dict[str, Array] = safetensors.load_file(path)
    except TypeError as error:
        raise TypeError(
            f"load: expected numbers that NumPy has too in {os.fspath(path)}, got: {error}. Convert them where the "
            "file was made, in PyTorch with tensor.float()."
        ) from None
    return loaded


def _suffix(who: str, path: str | os.PathLike[str]) -> str:
    suffix = Path(path).suffix
    if suffix not in SUFFIXES:
        raise ValueError(f"{who}: expected a path that ends in {' or '.join(SUFFIXES)}, got {os.fspath(path)}.")
    return suffix


def _safetensors(who: str) -> Any:
    try:
        return importlib.import_module("safetensors.numpy")
    except ModuleNotFoundError:
        raise ImportError(
            f"{who}: .safetensors needs the package safetensors: pip install 'minigrad-course[interop]', or use .npz."
        ) from None


@contextmanager
def _in_place_of(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A new file beside `path`, which takes its place at the end, or is removed if there was an error."""
    old = Path(os.path.realpath(path))  # where a link points, so that the link stays
    new = old.with_name(f".{old.stem}-{secrets.token_hex(4)}{old.suffix}")
    try:
        yield new
        with open(new, "r+b") as file:
            os.fsync(file.fileno())  # the name must not reach the disk before the numbers do
        os.replace(new, old)
    finally:
        new.unlink(missing_ok=True)
