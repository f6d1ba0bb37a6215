"""A check that the names an author gives to axes fit what comes.

An axis is named by a size of the example (`N`), by what is made of one (`4H`, `T+1`), by its length (`1`), or by a name
of its own, which then has one length in each example.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

Shape = tuple[int, ...]
_OF_A_SIZE = re.compile(r"(\d*)([^\W\d]\w*)([+-]\d+)?")


def misfit(axes: str, seen: Sequence[tuple[Shape, dict[str, int]]], sizes: Collection[str]) -> str:
    """The contradiction between these names and the shapes that come, in words that follow "gives y as", or "".

    Args:
        axes: the names, such as "N H".
        seen: for each example the shape of what comes and the sizes that are known of it, to which names of their own
            are added.
        sizes: the names that examples are drawn by.
    """
    names = axes.split()
    seen = sorted(seen, key=lambda one: -len({*one[1].values()} - {1}))  # where sizes differ it is plain to see
    for shape, known in seen:
        if len(shape) != len(names):
            return _contradicted(names, shape, known)
    for i, name in enumerate(names):
        lengths = [_length(name, known) for _, known in seen]
        for (shape, known), length in zip(seen, lengths, strict=True):
            if length not in (None, shape[i]):
                return _contradicted(names, shape, known)
        if all(length is None for length in lengths):
            varies = len({shape[i] for shape, _ in seen}) > 1
            alike = [size for size in sizes if all(known.get(size) == shape[i] for shape, known in seen)]
            if varies and alike:
                return f"{in_brackets(names)}, and no size is called {name}; this axis is as long as {alike[0]}"
            for shape, known in seen:
                known[name] = shape[i]
    return ""


def in_brackets(names: Sequence[str]) -> str:
    """The names of axes as those of a shape.

    >>> in_brackets(["N", "H"]), in_brackets(["H"])
    ('(N, H)', '(H,)')
    """
    return f"({', '.join(names)}{',' * (len(names) == 1)})"


def _length(name: str, known: dict[str, int]) -> int | None:
    """The length of an axis of this name, if its name says that.

    >>> [_length(name, {"H": 3}) for name in ("H", "4H", "H+1", "2", "K")]
    [3, 12, 4, 2, None]
    """
    if name.isdigit():
        return int(name)
    made = _OF_A_SIZE.fullmatch(name)
    return int(made[1] or 1) * known[made[2]] + int(made[3] or 0) if made and made[2] in known else None


def _contradicted(names: Sequence[str], shape: Shape, known: dict[str, int]) -> str:
    said = [f"{size} = {n}" for size, n in known.items() if n in shape or any(size in name for name in names)]
    what = f"an array of shape {shape}" if shape else "one number"
    return f"{in_brackets(names)}, and its reference gives {what}{', where ' * bool(said)}{', '.join(said)}"
