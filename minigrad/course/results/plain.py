"""Results from plain data, which came from another process or from the disk and is checked as a whole."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Kind = TypeVar("Kind")


def made(kind: type[Kind], data: Any, **known: Any) -> Kind:
    """A dataclass from a dict of its fields, each of its own kind.

    >>> from minigrad.course.results.outcomes import Warned
    >>> made(Warned, {"number": 3, "code": "np.exp(x)", "text": "overflow"})
    Warned(number=3, code='np.exp(x)', text='overflow')

    Args:
        known: fields that are not in the dict.

    Raises:
        TypeError, ValueError: if the data have another form.
    """
    hints = {name: hint for name, hint in _hints(kind).items() if name not in known}
    if type(data) is not dict or data.keys() != hints.keys():
        raise TypeError(f"not the fields of {kind.__name__}")
    return kind(**known, **{name: _value(hint, data[name]) for name, hint in hints.items()})


_hints: Callable[[Any], dict[str, Any]] = functools.cache(get_type_hints)  # which are read from texts, each time


def _fields(kind: Any) -> set[str]:
    return {field.name for field in fields(kind)}


def _value(hint: Any, data: Any) -> Any:
    """The value that the data stand for where a value of this kind belongs."""
    outer, inner = get_origin(hint), get_args(hint)
    if hint is Any:
        return data
    if outer in (Union, types.UnionType):  # of dataclasses that have unlike fields, or with None
        fitting = (kind for kind in inner if is_dataclass(kind) and type(data) is dict and data.keys() == _fields(kind))
        return None if data is None and types.NoneType in inner else _value(next(fitting, inner[0]), data)
    if outer is tuple and type(data) is tuple and len(data) == len(inner):
        return tuple(_value(part, item) for part, item in zip(inner, data, strict=True))
    if outer in (list, Sequence) and type(data) is list:
        return [_value(inner[0], item) for item in data]
    if outer in (dict, Mapping) and type(data) is dict:
        return {_value(inner[0], key): _value(inner[1], item) for key, item in data.items()}
    if is_dataclass(hint):
        return made(hint, data)  # type: ignore[arg-type]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(data)
    if type(data) is not hint and not (hint is float and type(data) is int):
        raise TypeError(f"not a {hint}")
    return data
