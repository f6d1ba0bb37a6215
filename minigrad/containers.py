"""Arrays together: nested lists, tuples and dictionaries of them, as arguments and results; and one row of several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np


def flat(tree: Any, path: str = "", keep_none: bool = False) -> list[tuple[str, Any]]:
    """The leaves of a nesting of lists, tuples and dictionaries, each with its place. None holds nothing.

    >>> flat([{"w": 1.0}, (2.0, None)])
    [("[0]['w']", 1.0), ('[1][0]', 2.0)]
    """
    if isinstance(tree, dict):
        return [leaf for key, x in tree.items() for leaf in flat(x, f"{path}[{key!r}]", keep_none)]
    if isinstance(tree, list | tuple):
        return [leaf for i, x in enumerate(tree) for leaf in flat(x, f"{path}[{i}]", keep_none)]
    return [] if tree is None and not keep_none else [(path, tree)]


def leaves_of(tree: Any) -> list[Any]:
    """The leaves of a nesting, without their places.

    >>> leaves_of([{"w": 1.0}, (2.0, None)])
    [1.0, 2.0]
    """
    return [x for _, x in flat(tree)]


def rebuilt(tree: Any, leaves: Iterable[Any]) -> Any:
    """The nesting with other leaves in their places.

    >>> rebuilt([{"w": 1.0}, (2.0, None)], "ab")
    [{'w': 'a'}, ('b', None)]
    """
    return _rebuilt(tree, iter([*leaves]))


def _rebuilt(tree: Any, leaves: Iterator[Any]) -> Any:
    if isinstance(tree, dict):
        return {key: _rebuilt(x, leaves) for key, x in tree.items()}
    if isinstance(tree, list | tuple):
        parts = [_rebuilt(x, leaves) for x in tree]
        return tree._make(parts) if hasattr(tree, "_make") else parts if isinstance(tree, list) else tuple(parts)
    return None if tree is None else next(leaves)


def packed(arrays: Iterable[Any]) -> Any:
    """All numbers of some arrays, in one row."""
    return np.concatenate([np.reshape(a, -1) for a in arrays])


def unpacked(row: Any, shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    """The arrays of these shapes that `packed` made a row of.

    >>> unpacked(packed([np.ones(1), np.zeros((1, 2))]), [(1,), (1, 2)])
    [array([1.]), array([[0., 0.]])]
    """
    ends = np.cumsum([np.prod(shape, dtype=int) for shape in shapes])
    return [np.reshape(part, shape) for part, shape in zip(np.split(row, ends[:-1]), shapes, strict=True)]
