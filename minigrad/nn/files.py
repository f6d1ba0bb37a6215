"""Parameters in files: .npz, which NumPy reads, and .safetensors, which everybody exchanges.

save(model, "model.npz")
model.load_state_dict(load("model.npz"))

A whole training goes into one file as well; `minigrad.optim` says how it is taken up again:

save({"model": model, "optimizer": optimizer, "schedule": schedule, "epoch": 7}, "training.npz")
"""

from __future__ import annotations

import importlib
import json
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from minigrad.memory import Array
from minigrad.nn.module import Module
from minigrad.recording import plain
from minigrad.tensor import Tensor

SUFFIXES = (".npz", ".safetensors")
STRUCTURE = "structure.json"
"""The entry of a file that says how a state with parts is put together from its arrays."""


def save(state_dict: Any, path: str | os.PathLike[str]) -> None:
    """Write the arrays of a module or of a state_dict to a file, in the format that its name ends in.

    The file appears only when it is complete, in place of an older one: a crash on the way leaves the older one there.

    Args:
        state_dict: a module, or arrays or Tensors by name. Or a state with parts: an optimiser, a schedule, or a
            dictionary that holds such, dictionaries, lists or strings; then lists, tuples, numbers, strings and None
            come back as they are, and the arrays stand in the file by names such as model/0.weight.
        path: ends in .npz or, which needs the extra interop, .safetensors.

    Raises:
        TypeError: if something is no array of numbers, and nothing else that is named above.
        ValueError: if the name ends in something else.
        ImportError: if safetensors is missing.
        OSError: if the file cannot be written.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "weights.npz")
    >>> save({"weight": np.array([1.0, 2.0])}, path)
    >>> load(path)
    {'weight': array([1., 2.])}
    """
    if not (isinstance(state_dict, Mapping) or hasattr(state_dict, "state_dict")):
        raise TypeError(f"save: expected a module or arrays by name, then a path, got {type(state_dict).__name__}.")
    given = state_dict.state_dict() if isinstance(state_dict, Module) else state_dict
    arrays: dict[str, Any] = {}
    structure = None
    by_name = isinstance(given, Mapping) and all(isinstance(name, str) for name in given)
    if by_name and not any(map(_has_parts, given.values())):
        arrays = {name: np.asarray(plain(x)) for name, x in given.items()}
    else:
        structure = json.dumps(_encoded(given, "", arrays))
    arrays = {name: np.asarray(x, order="C") for name, x in arrays.items()}
    for name, x in arrays.items():
        if x.dtype.kind not in "biufc":
            raise TypeError(f"save: expected arrays of numbers, got dtype {x.dtype} as {name}.")
    if _suffix("save", path) == ".npz":
        with _in_place_of(path) as new:
            _write_npz(new, arrays, structure)
    else:
        safetensors = _safetensors("save")
        with _in_place_of(path) as new:
            safetensors.save_file(arrays, new, None if structure is None else {STRUCTURE: structure})


def _write_npz(path: Any, arrays: dict[str, Any], structure: str | None) -> None:
    """Write a file as np.savez does, but with arrays of any name; np.savez keeps some names for itself."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, x in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, x, allow_pickle=False)
        if structure is not None:
            archive.writestr(STRUCTURE, structure)


# States with parts


def _has_parts(x: Any) -> bool:
    """True if a state that has it is more than arrays by name."""
    return isinstance(x, Mapping | str | list | tuple | np.random.Generator) or x is None or hasattr(x, "state_dict")


def _encoded(x: Any, path: str, arrays: dict[str, Any]) -> Any:
    """x for JSON, with its arrays under their names in `arrays`."""
    if hasattr(x, "state_dict"):
        x = x.state_dict()
    if x is None or isinstance(x, str | bool | int | float):
        return x
    if isinstance(x, np.generic):
        return x.item()
    if isinstance(x, Tensor | np.ndarray):
        name = path.removeprefix("/")
        while name in arrays:  # where names have slashes of their own
            name += "'"
        arrays[name] = plain(x)
        return {"array": name}
    if isinstance(x, Mapping) and all(type(key) in (str, int) for key in x):
        return {"dict": [[key, _encoded(value, f"{path}/{key}", arrays)] for key, value in x.items()]}
    if isinstance(x, list | tuple):
        parts = [_encoded(part, f"{path}/{i}", arrays) for i, part in enumerate(x)]
        return {"tuple": parts} if isinstance(x, tuple) else parts
    generator = " Of a generator save rng.bit_generator.state." * isinstance(x, np.random.Generator)
    raise TypeError(
        "save: expected arrays, numbers, strings, None, and lists, tuples and dictionaries of those, with strings or "
        f"integers as keys; got {type(x).__name__} as {path.removeprefix('/') or 'the state'}.{generator}"
    )


def _decoded(code: Any, arrays: dict[str, Array]) -> Any:
    """The state that `_encoded` made this code of."""
    if isinstance(code, list):
        return [_decoded(part, arrays) for part in code]
    if not isinstance(code, dict):
        return code
    (kind, content), *_ = code.items()
    if kind == "dict":
        return {key: _decoded(value, arrays) for key, value in content}
    return tuple(_decoded(content, arrays)) if kind == "tuple" else arrays[content]


def load(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The arrays in a file by name, for `load_state_dict`: one that `save` wrote, or PyTorch's safetensors.

    A state with parts comes back with its parts.

    Nothing in a file is ever run: neither format holds code.

    Args:
        path: ends in .npz or, which needs the extra interop, .safetensors.

    Raises:
        TypeError: if the file holds numbers that NumPy has not, such as bfloat16.
        ValueError: if the name ends in something else, or the file holds more than numbers or is damaged.
        ImportError: if safetensors is missing.
        OSError: if there is no such file, or it cannot be read.

    >>> load("model.pt")
    Traceback (most recent call last):
    ...
    ValueError: load: expected a path that ends in .npz or .safetensors, got model.pt.
    """
    if _suffix("load", path) == ".npz":
        loaded = _read_npz(path)
        return _restored(loaded, loaded.pop(STRUCTURE, None))
    safetensors = _safetensors("load")
    package = importlib.import_module("safetensors")
    try:
        loaded = safetensors.load_file(path)
    except package.SafetensorError as error:
        raise _damaged(path, error) from None
    except TypeError as error:
        raise TypeError(
            f"load: expected numbers that NumPy has too in {os.fspath(path)}, got: {error}. Convert them where the "
            "file was made, in PyTorch with tensor.float()."
        ) from None
    with package.safe_open(path, framework="numpy") as file:
        return _restored(loaded, (file.metadata() or {}).get(STRUCTURE))


def _read_npz(path: Any) -> dict[str, Any]:
    with open(path, "rb") as file:
        try:
            with zipfile.ZipFile(file):
                file.seek(0)
                return dict(np.load(file, allow_pickle=False))
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
            raise _damaged(path, error) from None


def _damaged(path: Any, error: Exception) -> ValueError:
    return ValueError(f"load: expected {os.fspath(path)} to be a whole file of numbers, but: {error}.")


def _restored(arrays: dict[str, Array], structure: str | bytes | None) -> dict[str, Any]:
    return arrays if structure is None else _decoded(json.loads(structure), arrays)


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
