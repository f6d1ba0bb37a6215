"""English that every Python carries, and texts of your own.

>>> len(english().split()) > 20_000
True
"""

from __future__ import annotations

import importlib
import os
import re

from minigrad.data.files import read_text

TYPEWRITER = str.maketrans({"’": "'", "‘": "'", "“": None, "”": None, "*": None})
PARAGRAPH = re.compile(r"[A-Z][A-Za-z0-9 .,;:?!'\"()_-]*\.")


def english() -> str:
    """Real English: what Python's `help()` says of the language itself, some 150,000 characters, 76 different ones.

    Each paragraph of prose is a line; code, tables and titles are left out. (From `pydoc_data.topics`, by the Python
    Software Foundation. Another version of Python has other sentences, so numbers measured on it are for one version.)

    Raises:
        ModuleNotFoundError: if this Python was installed without it.

    >>> {"yield", "because", "the"} < {*english().split()}
    True
    """
    try:
        topics: dict[str, str] = importlib.import_module("pydoc_data.topics").topics
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "text.english: expected pydoc_data.topics, which Python brings, but this one was installed without it. "
            'Take another text, such as text.read("book.txt"), or another Python, such as that of python.org.'
        ) from None
    blocks = [block for name in sorted(topics) for block in re.split(r"\n\s*\n", topics[name])]
    return "\n".join(dict.fromkeys(filter(None, map(_prose, blocks)))) + "\n"


def _prose(block: str) -> str:
    """A block of lines as one, if they are a paragraph of prose; otherwise nothing."""
    lines = re.sub(r"^\* ", "  ", block).split("\n")  # one of a list
    if len({len(line) - len(line.lstrip()) for line in lines}) > 1:
        return ""
    words = block.removeprefix("* ").translate(TYPEWRITER).split()
    line = " ".join(words)
    return line if len(words) > 3 and PARAGRAPH.fullmatch(line) else ""


def read(path: str | os.PathLike[str]) -> str:
    """A text of your own, from a file in UTF-8.

    Raises:
        FileNotFoundError: if there is no file of this name.
        IsADirectoryError: if it is a folder.
        ValueError: if it is empty, or not in UTF-8.

    >>> read("no-such-book.txt")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    FileNotFoundError: text.read: expected a file, got no-such-book.txt, which is not there. Its full name would be ...
    """
    return read_text("text.read", path)
