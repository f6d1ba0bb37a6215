"""Frames carry values between judge and student process: numbers, strings and flat containers of them.

A frame is the length of a header, the header in JSON, and the bytes of the arrays that the header lists. Nothing
is ever unpickled, and what a frame claims is checked against limits before memory is set aside for it.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import struct
from collections import Counter
from collections.abc import Collection
from typing import IO, Any

import numpy as np

from minigrad.course.results.spelled import cut_off, spelled

MAX_HEADER = 1 << 20
MAX_ARRAYS = 4 << 20
MAX_NDIM = 64
MAX_LENGTH = 10_000
MAX_DEPTH = 8  # of containers in containers
MAX_INTEGER = 1 << 200
MAX_SEEDS = 64  # side by side in a list
MAX_ALIKE = 32  # keys of a dict that share one hash, as -1 and -2 do: such keys are compared with each other
LONGEST = 64  # bytes that a value takes at most in a header, but for what stands in it
OWN = 16  # so many times as large and as deep may a message of our own be
DTYPES = {
    dtype.str: dtype
    for dtype in map(np.dtype, ("?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"))
}
_NAMES = {dtype: name for name, dtype in DTYPES.items()}
_LENGTH = struct.Struct("<I")
_JSON = json.JSONEncoder(check_circular=False, separators=(",", ":"))


class FrameError(Exception):
    """Bytes that are not a frame, or a value that does not fit in one."""


class Foreign:
    """A stand-in for a value that may not cross, such as a set or an object: its type and how it looks."""

    def __init__(self, type_name: str, text: str):
        self.type_name = type_name
        self.text = text

    def __repr__(self) -> str:
        return f"{self.type_name} {self.text}".strip()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Foreign) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))


def write_frame(stream: IO[bytes], message: dict[str, Any], exact: bool = False) -> None:
    """Write a message: a dict whose values are numbers, strings, None, arrays, or lists, tuples and dicts of them.

    The keys of a dict may be strings, numbers, None, and tuples of these. Half of a character, which no file takes, is
    spelled out, whatever the message: a name of a file may hold one. Keys that are spelled alike then become one.

    Args:
        exact: for a message of our own, which may be larger: but for halves of characters, nothing stands in for a
            value that may not cross.

    Raises:
        FrameError: if it is larger than a frame may be, or cannot be written exactly.
        OSError: if nobody reads at the other end.
    """
    arrays: list[np.ndarray[Any, Any]] = []
    times = OWN if exact else 1
    packed = _pack(message, arrays, 0, exact)
    if sum(a.nbytes for a in arrays) > MAX_ARRAYS * times:
        raise FrameError(f"its arrays are larger than {MAX_ARRAYS * times >> 20} MB")
    header = _JSON.encode(packed).encode("ascii")
    most = MAX_HEADER * times
    if len(header) > most:
        raise FrameError(f"it is larger than {most >> 20} MB beside its arrays")
    stream.write(b"".join([_LENGTH.pack(len(header)), header, *[a.tobytes() for a in arrays]]))
    stream.flush()


def read_frame(stream: IO[bytes], exact: bool = False) -> dict[str, Any]:
    """Read the next message.

    Args:
        exact: of a message of our own, as in write_frame.

    Raises:
        EOFError: if the stream ends.
        FrameError: if what comes is not a frame.
    """
    times = OWN if exact else 1
    (length,) = _LENGTH.unpack(_read(stream, _LENGTH.size))
    if length > MAX_HEADER * times:
        raise FrameError(f"header of {length} bytes")
    try:
        header = json.loads(_read(stream, length).decode("ascii"))
        budget = [MAX_ARRAYS * times]
        message = _unpack(header, stream, budget, MAX_DEPTH - MAX_DEPTH * times)
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise FrameError(str(error)) from None
    if not isinstance(message, dict):
        raise FrameError("not a message")
    return message


def same_generator(a: Any, b: Any) -> bool:
    """True if both are generators that would draw the same numbers: those that crossed are never the same object."""
    return _is_generator(a) and _is_generator(b) and bool(a.bit_generator.state == b.bit_generator.state)


def _is_generator(value: Any) -> bool:
    """True of a generator that crosses: of another kind, its type alone does."""
    return isinstance(value, np.random.Generator) and isinstance(value.bit_generator, np.random.PCG64)


def crossed(value: Any) -> Any:
    """The value as it arrives after its way to another process; nothing of it is shared.

    Raises:
        FrameError: if it is larger than a frame may be.
    """
    with contextlib.suppress(_Unsure):
        return _copied(value, MAX_DEPTH - 1, [MAX_ARRAYS, MAX_HEADER])  # which is quicker
    stream = io.BytesIO()
    write_frame(stream, {"value": value})
    stream.seek(0)
    return read_frame(stream)["value"]


class _Unsure(Exception):
    """A value that may not arrive as what it is."""


def _copied(value: Any, depth: int, budget: list[int]) -> Any:
    """A copy of a value that is certain to arrive as what it is.

    Args:
        budget: how many bytes may come: of arrays, and beside them. Of these each value takes as many as it may need.
    """
    kind = type(value)
    budget[1] -= LONGEST
    if budget[1] < 0:
        raise _Unsure
    if kind is str:
        budget[1] -= 12 * len(value)
        if budget[1] >= 0 and (value.isascii() or _whole(value) == value):
            return value
    elif kind is int:
        if -(1 << 62) < value < 1 << 62:
            return value
    elif kind is np.ndarray:
        budget[0] -= value.nbytes
        if value.dtype.str in DTYPES and budget[0] >= 0 and value.ndim < 6:
            return value.copy()
    elif kind is float or value is None or kind is bool or kind is np.float64:
        return value
    elif kind is list or kind is tuple:
        if depth > 0 and len(value) <= MAX_LENGTH:
            return kind([_copied(part, depth - 1, budget) for part in value])
    elif kind is dict:
        if depth > 0 and len(value) <= MAX_LENGTH and all(map(_is_plain_key, value)):
            return {_copied(k, depth, budget): _copied(v, depth - 1, budget) for k, v in value.items()}
    elif kind is np.random.Generator and type(value.bit_generator) is np.random.PCG64:
        budget[1] -= MAX_LENGTH
        return _generator(value.bit_generator.state, *_seed(value.bit_generator.seed_seq))
    raise _Unsure


def _is_plain_key(key: Any) -> bool:
    kind = type(key)
    return kind is str or kind is int or (kind is tuple and all(type(part) in (str, int) for part in key))


def _read(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _pack(value: Any, arrays: list[np.ndarray[Any, Any]], depth: int, exact: bool) -> Any:
    """The value as JSON in which everything but numbers, strings and None is a list that starts with its kind."""
    if depth > MAX_DEPTH * (OWN if exact else 1):
        if exact:
            raise FrameError("it is nested too deeply")
        return ["foreign", type_name(value), "nested too deeply"]
    kind = type(value)
    if value is None or kind is bool or (kind is int and abs(value) < MAX_INTEGER):
        return value
    if kind is str:
        return _whole(value)
    if kind is float:
        return ["float", value.hex()]
    if kind is complex:
        return ["complex", value.real.hex(), value.imag.hex()]
    if isinstance(value, _OF_NUMPY):
        if isinstance(value, np.str_):
            return _whole(str(value))
        array = np.asarray(value)
        name = _NAMES.get(array.dtype) or array.dtype.newbyteorder("<").str
        if name in DTYPES:
            if max(array.shape, default=0) > MAX_ARRAYS:
                raise FrameError(f"its arrays are larger than {MAX_ARRAYS >> 20} MB")
            arrays.append(array.astype(DTYPES[name], copy=False))
            return ["array" if isinstance(value, np.ndarray) else "scalar", name, list(array.shape)]
    if isinstance(value, _CONTAINERS) and len(value) > MAX_LENGTH:
        raise FrameError(f"it has {len(value)} parts")
    if isinstance(value, (list, tuple)):  # also a namedtuple
        return ["tuple" if isinstance(value, tuple) else "list", *[_pack(v, arrays, depth + 1, exact) for v in value]]
    if isinstance(value, dict) and all(type(k) is str or may_be_key(k) for k in value):
        _require_hashes(value)
        keys = [_whole(k) if type(k) is str else _pack(k, arrays, 0, exact) for k in value]
        return ["dict", *zip(keys, [_pack(v, arrays, depth + 1, exact) for v in value.values()], strict=True)]
    if isinstance(value, np.random.Generator) and isinstance(value.bit_generator, np.random.PCG64):
        seed = _seed(value.bit_generator.seed_seq)
        if _is_seed(seed):
            return ["generator", _pack(value.bit_generator.state, arrays, depth, exact), *seed]
    if isinstance(value, Foreign):  # what has crossed already looks the same when it has crossed again
        return ["foreign", value.type_name, value.text]
    if exact:
        raise FrameError(f"it holds a {type(value).__name__}, which may not cross as it is")
    return ["foreign", type_name(value), "" if isinstance(value, _OF_NUMPY) else _whole(_shorten(value))]


def type_name(value: Any) -> str:
    """The name of a value's type where something stands for the value."""
    return f"an array of {value.dtype}" if isinstance(value, _OF_NUMPY) else _whole(type(value).__name__)


def may_be_key(value: Any, depth: int = 0) -> bool:
    """True if a key of a dict arrives as what it is, or as what is equal to it."""
    if isinstance(value, tuple):
        return depth <= MAX_DEPTH and len(value) <= MAX_LENGTH and all(may_be_key(v, depth + 1) for v in value)
    if isinstance(value, np.generic):
        return isinstance(value, np.str_) or value.dtype.str in DTYPES
    return (
        value is None or type(value) in (bool, str, float, complex) or (type(value) is int and abs(value) < MAX_INTEGER)
    )


def _require_hashes(keys: Collection[Any]) -> None:
    """Raise FrameError if many keys have the same hash: a dict of n such keys takes n**2 comparisons to make."""
    if len(keys) > MAX_ALIKE and (most := max(Counter(map(hash, keys)).values())) > MAX_ALIKE:
        raise FrameError(f"it has a dict in which {most} keys have the same hash, and so it is very slow")


def _seed(sequence: Any) -> list[Any]:
    """The source from which a generator spawns its children, and how many there are already."""
    return [_plain(sequence.entropy), _plain(sequence.spawn_key), sequence.n_children_spawned]


def _plain(seed: Any) -> Any:
    """A seed, which may be of NumPy's integers, an array, or lists of them, as lists of Python's."""
    if isinstance(seed, np.ndarray | np.generic):
        return seed.tolist()
    return [_plain(part) for part in seed] if isinstance(seed, list | tuple) else seed


def _is_seed(seed: Any) -> bool:
    """True if it is a seed, or a list of some: of a large one, or of a text of digits, a generator is made slowly."""
    if isinstance(seed, list):
        return len(seed) <= MAX_SEEDS and all(map(_is_seed, seed))
    return seed is None or (type(seed) is int and 0 <= seed < MAX_INTEGER)


def _generator(state: Any, entropy: Any, spawn_key: Any, spawned: int) -> np.random.Generator:
    seeds = np.random.SeedSequence(entropy, spawn_key=spawn_key, n_children_spawned=spawned)
    bits = np.random.PCG64(seeds)
    bits.state = state
    return np.random.Generator(bits)


def _whole(text: str) -> str:
    """The text, in which a half of a character is spelled out."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def without_addresses(text: str) -> str:
    """The text of an object without its place in memory, which changes from run to run."""
    return re.sub(r" at 0x[0-9a-fA-F]+", "", text)


def _shorten(value: Any) -> str:
    try:
        text = without_addresses(spelled(value))
    except Exception as error:
        text = f"(its repr raises {type(error).__name__})"
    return cut_off(text, 200)


def _unpack(value: Any, stream: IO[bytes], budget: list[int], depth: int) -> Any:
    if depth > MAX_DEPTH + 1:
        raise FrameError("nested too deeply")
    if not isinstance(value, list):
        if not _is_sent(value):
            raise FrameError("not a value")
        return value
    kind, *parts = value
    if kind in ("array", "scalar"):
        name, shape = parts
        if kind == "scalar" and shape != []:
            raise FrameError("not a number")
        array = _read_array(name, shape, stream, budget)
        return array if kind == "array" else array[()]
    if kind == "list":
        return [_unpack(v, stream, budget, depth + 1) for v in _several(parts)]
    if kind == "tuple":
        return tuple([_unpack(v, stream, budget, depth + 1) for v in _several(parts)])
    if kind == "dict":
        pairs = [(_unpack(k, stream, budget, 0), _unpack(v, stream, budget, depth + 1)) for k, v in _several(parts)]
        if not all(type(k) is str or may_be_key(k) for k, _ in pairs):
            raise FrameError("not a key")
        _require_hashes([k for k, _ in pairs])
        return dict(pairs)
    if kind == "float":
        (number,) = parts
        return float.fromhex(number)
    if kind == "complex":
        real, imaginary = parts
        return complex(float.fromhex(real), float.fromhex(imaginary))
    if kind == "generator":
        state, *seed = parts
        if not _is_seed(seed):
            raise FrameError("not a generator")
        return _generator(_unpack(state, stream, budget, depth), *seed)
    if kind == "foreign":
        called, text = parts
        if not all(isinstance(part, str) and _is_sent(part) for part in parts):
            raise FrameError("not a description")
        return Foreign(cut_off(called, 100), text[:300])
    raise FrameError("unknown kind of value")


def _is_sent(value: Any) -> bool:
    """True if our end sends this: what comes may go on, into another frame and into files."""
    if isinstance(value, str):
        return _whole(value) == value
    return value is None or (isinstance(value, int) and abs(value) < MAX_INTEGER)


def _several(parts: list[Any]) -> list[Any]:
    if len(parts) > MAX_LENGTH:
        raise FrameError(f"{len(parts)} parts")
    return parts


def _read_array(name: Any, shape: Any, stream: IO[bytes], budget: list[int]) -> np.ndarray[Any, Any]:
    dtype, size = DTYPES[name], DTYPES[name].itemsize
    if len(shape) > MAX_NDIM:
        raise FrameError("not an array")
    for n in shape:
        if type(n) is not int or not 0 <= n <= MAX_ARRAYS:
            raise FrameError("not an array")
        size *= n
    budget[0] -= size
    if budget[0] < 0:
        raise FrameError("more than 4 MB of arrays")
    return np.ndarray(shape, dtype, bytearray(_read(stream, size)))


_OF_NUMPY = (np.ndarray, np.generic)
_CONTAINERS = (list, tuple, dict)
