"""Nested lists, tuples and dictionaries of arrays, as arguments and results of functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


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


def rebuilt(tree: Any, leaves: Iterable[Any]) -> Any:
    """The same nesting with other leaves.

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
