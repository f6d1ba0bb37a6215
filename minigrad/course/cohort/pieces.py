"""A source in small pieces that stay the same when somebody renames, comments or moves lines.

    >>> a = pieces("total = 0\\nfor row in rows:\\n    total = total + len(row) ** 2\\n")
    >>> b = pieces("for r in x:  # all\\n    s = s + len(r) ** 2\\ns = 0\\n")
    >>> a.keys() == b.keys()
    True

The source is read as signs and never as Python, whatever stands in it: nothing of it is run, or even parsed.
"""

from __future__ import annotations

import builtins
import itertools
import keyword
import re
from collections.abc import Iterator
from hashlib import blake2b

LENGTH, WINDOW = 8, 3  # of a piece, in signs; of so many pieces in a row, one is kept
MOST_SIGNS = 20_000  # as many as are read: a solution has some hundreds

_SIGN = re.compile(
    r'''
    (?P<comment> \#[^\n]* )
    | (?P<text> (?:[rbuf]{0,2}) (?: """ (?:[^\\]|\\.)*? (?:"""|\\?\Z) | \'\'\' (?:[^\\]|\\.)*? (?:\'\'\'|\\?\Z)
                                  | " (?:[^"\\\n]|\\.)*+ "? | ' (?:[^'\\\n]|\\.)*+ '? ) )
    | (?P<number> (?:\d|\.\d) (?:[eE][-+]|[\w.])*+ )
    | (?P<name> [^\W\d]\w*+ )
    | (?P<end> \n )
    | (?P<space> [^\S\n]++ | \\\n )
    | (?P<sign> \*\*=?|//=?|>>=?|<<=?|->|:=|[-+*/%@&|^=<>!]=|. )
    ''',
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_KEPT = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins)} - {"_"}  # names that mean the same in every source
_NAME = "a name"

Sign = tuple[str, str, int]  # what stands for it in a piece, its name if it may have another, and its line


def pieces(source: str) -> dict[int, int]:
    """The pieces of a source, each a number, with the line in which it begins first.

    A piece is some signs in a row of one statement (Schleimer, Wilkerson, Aiken, "Winnowing", 2003). A name stands in
    it as the place where it came first, so only where the same name comes again is kept of it. Comments, docstrings and
    the order of statements leave no trace.
    """
    found: dict[int, int] = {}
    for statement in _statements(source):
        numbers = [_number(statement[i : i + LENGTH]) for i in range(max(1, len(statement) - LENGTH + 1))]
        for start in range(max(1, len(numbers) - WINDOW + 1)):
            chosen = min(range(start, min(start + WINDOW, len(numbers))), key=numbers.__getitem__)
            found.setdefault(numbers[chosen], statement[chosen][2])
    return found


def all_pieces(source: str) -> set[int]:
    """All pieces of a source that everybody was given, also those that `pieces` leaves out."""
    return {
        _number(statement[i : i + LENGTH])
        for statement in _statements(source)
        for i in range(max(1, len(statement) - LENGTH + 1))
    }


def _statements(source: str) -> Iterator[list[Sign]]:
    """The signs of each statement that is no text alone; a bracket goes on over the ends of lines."""
    statement: list[Sign] = []
    depth, line, after_dot = 0, 1, False
    for match in itertools.islice(_SIGN.finditer(source), MOST_SIGNS):
        kind, sign = match.lastgroup, match[0]
        if kind == "end" and depth == 0:
            if len(statement) > 1 or (statement and statement[0][0] != '"'):
                yield statement
            statement = []
        elif kind == "name" and not after_dot and sign not in _KEPT:
            statement.append((_NAME, sign, line))
        elif kind in ("name", "number", "sign"):
            statement.append((sign, "", line))
            depth = max(0, depth + (sign in ("(", "[", "{")) - (sign in (")", "]", "}")))
        elif kind == "text":
            statement.append(('"', "", line))
        if kind not in ("space", "comment", "end"):
            after_dot = sign == "."
        line += sign.count("\n")
    if statement:
        yield statement


def _number(signs: list[Sign]) -> int:
    """A number for these signs, the same in every process."""
    places: dict[str, int] = {}
    words = [str(places.setdefault(name, len(places))) if name else sign for sign, name, _ in signs]
    return int.from_bytes(blake2b("\0".join(words).encode("utf-8", "replace"), digest_size=7).digest())
