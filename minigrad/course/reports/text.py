"""Text from anywhere, made fit to be shown: its signs, its length, and nothing in it that steers what shows it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping

from rich.console import Console

from minigrad.course.results.status import Status

MARKS = {
    Status.PASSED: ("✓", "green"),
    Status.FAILED: ("✗", "red"),
    Status.ERROR: ("!", "red"),
    Status.TIMEOUT: ("⏱", "red"),
    Status.BLOCKED: ("-", "yellow"),
    Status.NOT_STARTED: ("·", "dim"),
    Status.INFRA: ("?", "magenta"),
}
WORDS = {
    Status.ERROR: "error",
    Status.TIMEOUT: "time-out",
    Status.BLOCKED: "blocked",
    Status.NOT_STARTED: "not written",
    Status.INFRA: "no verdict",
}

WIDTH = 72  # what is left of 80 columns beside the indentation


def clean(text: str) -> str:
    """Text from a student without characters that would move the cursor or change colours.

    Nor is anything in it a command to a runner, which reads what is printed: a blank keeps each from being one.
    """
    shown = "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)
    return _COMMAND.sub(r"\g<0> ", shown)


# What begins a command to a runner. To GitHub's, ::error:: is one where a line begins, which may be wherever the
# terminal is too narrow for more. Anywhere in a line are ##[error], ##vso[task.complete] of Azure Pipelines and
# ##teamcity[]. Travis folds at travis_fold:, and GitLab at section_start:.
_COMMAND = re.compile(
    r"^[^\S\n]*+:(?=:)|:(?=:[A-Za-z])|##(?=\w*\[)|(?:travis_(?:fold|time)|section_(?:start|end))(?=:)", re.MULTILINE
)


def say(console: Console, text: str, style: str = "") -> None:
    """Print sentences: on a terminal in lines that end between words, and otherwise as they are.

    A name in them may be that of a student's file.
    """
    text = clean(text)
    shown = by_word(text, console.width) if console.is_terminal else text
    console.print(shown, style=style, markup=False, soft_wrap=True)


def by_word(text: str, width: int) -> str:
    """The text in lines that end between words, and in no command: whoever copies one needs it in one piece.

    >>> print(by_word("To get it back: python grader.py reset NAME", 30))
    To get it back:
    python grader.py reset NAME
    """
    whole = re.sub(r"\bpython .*?(?=$| \(|[.,;] )", lambda command: command[0].replace(" ", "\0"), text, flags=re.M)
    lines = (textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) for line in whole.split("\n"))
    return "\n".join("\n".join(line) for line in lines).replace("\0", " ")


def clip(text: str, lines: int, width: int = 4 * WIDTH) -> str:
    """Clean text of at most so many lines, none longer than `width`."""
    rows = clean(text).rstrip("\n").split("\n")
    shown = [row if len(row) <= width else row[: width - 3] + "..." for row in rows[:lines]]
    return "\n".join([*shown, *([f"({len(rows) - lines} more lines)"] if len(rows) > lines else [])])


def clip_sentences(text: str, lines: int, width: int = 5 * WIDTH) -> str:
    """Clean text of at most so many lines. Those longer than `width` end with a whole sentence, or else with a word."""
    rows = clip(text, lines, len(text) + width).split("\n")
    return "\n".join(row if len(row) <= width else f"{_first_sentences(row, width - 4)} ..." for row in rows)


def _first_sentences(row: str, width: int) -> str:
    """Cut to as many whole sentences as there is room for; of a single one that is longer, to as many words.

    A word that alone is longer than a line is cut as well.
    """
    ends = [end.start() for end in re.finditer(r"(?<=[.?!])\s|$", row) if end.start() <= width]
    words = [end.start() for end in re.finditer(r"\s", row) if width - WIDTH < end.start() <= width]
    return row[: ends[-1] if ends else words[-1] if words else width]


def sizes_in_words(sizes: Mapping[str, int]) -> str:
    """The sizes of an example, without its seed."""
    return ", ".join(f"{name} = {n}" for name, n in sizes.items() if name != "seed") or "these arguments"
