"""Changes of a solution: known mistakes, and other ways that are right."""

from __future__ import annotations

import difflib
import functools
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

TOGETHER = "Two mistakes together come to this. "  # so begins what is said of a pair
LISTED = 8  # so many lines are named in which a text stands
CLOSE = 0.6  # as difflib has it


@dataclass(frozen=True)
class Patch:
    """A change of the solution: texts and what stands in their place, below its first BEGIN SOLUTION."""

    replace: Sequence[tuple[str, str]]

    @property
    def called(self) -> str:
        """The name that messages to an author give it."""
        raise NotImplementedError

    def apply(self, solution: str) -> str:
        """The solution with this change.

        Raises:
            ValueError: if a text to replace does not stand there exactly once.
        """
        above, body, misplaced = self._made(solution)
        if misplaced is not None:
            raise ValueError(self.misfit(solution))
        return above + body

    def fits(self, solution: str) -> bool:
        """True if this change can be made."""
        return self._made(solution)[2] is None

    def misfit(self, solution: str) -> str:
        """The reason why this change cannot be made, or ""."""
        above, body, old = self._made(solution)
        if old is None:
            return ""
        shifted = " after the changes before it" * (above.count("\n") + body.count("\n") != solution.count("\n"))
        first, count = above.count("\n") + 1, body.count(old)
        found = [first + body.count("\n", 0, place.start()) for place in re.finditer(re.escape(old), body)]
        lines = [str(line) for line in dict.fromkeys(found)]
        where = f", in line{'s' * (len(lines) > 1)} {', '.join(lines[:LISTED])}{shifted}," if lines else ""
        times = f"stands {count} times below its first BEGIN SOLUTION{where} and should stand there once"
        near = None if lines else _closest(body, old)
        hint = f" The closest is line {first + near[0]}{shifted}: {near[1]}" if near else ""
        return f"{self.called!r} replaces {old!r}, which {times}.{hint}"

    def _made(self, solution: str) -> tuple[str, str, str | None]:
        """The text above, and below with this change; and the first text that does not stand there once, if any."""
        head, marker, body = solution.partition("# BEGIN SOLUTION")
        for old, new in self.replace:
            if body.count(old) != 1:
                return head + marker, body, old
            body = body.replace(old, new)
        return head + marker, body, None


@dataclass(frozen=True)
class Mistake(Patch):
    """A known mistake, and its sentence for the student who made it.

    Attributes:
        form: the variant of the solution in which it is made, if not in the solution itself.
    """

    says: str
    form: str = ""

    @property
    def called(self) -> str:
        return self.says


@dataclass(frozen=True)
class Variant(Patch):
    """Another way that is right."""

    name: str

    @property
    def called(self) -> str:
        return self.name


def both(a: Mistake, b: Mistake) -> Mistake:
    """Two mistakes at once."""
    says = f"{TOGETHER}{a.says} And: {b.says}"
    return Mistake([*a.replace, *(change for change in b.replace if change not in a.replace)], says)


def _closest(body: str, text: str) -> tuple[int, str] | None:
    """The line in which what is most like this text begins: its index, and what it says. None if nothing is close."""
    lines, height = body.split("\n"), text.count("\n") + 1
    best, i = max((_likeness("\n".join(lines[i : i + height]), text), -i) for i in range(len(lines)))
    return (-i, lines[-i].strip()) if best >= CLOSE else None


def _likeness(text: str, part: str) -> float:
    """The likeness of a part of a text to another one, from 0 to 1."""
    longest = difflib.SequenceMatcher(None, text, part, autojunk=False).find_longest_match()
    begin = max(0, longest.a - longest.b)
    return difflib.SequenceMatcher(None, text[begin : begin + len(part)], part, autojunk=False).ratio()


Change = tuple[int, int, tuple[str, ...]]  # from which word to which there is something else, and what


def changes(solution: str, changed: str) -> list[Change]:
    """The differences, word by word."""
    words, others = _words(solution), _words(changed)
    begin = _alike(words, others)
    end = _alike(words[:begin:-1], others[:begin:-1])
    inner, outer = words[begin : len(words) - end], others[begin : len(others) - end]
    blocks = difflib.SequenceMatcher(None, inner, outer, autojunk=False).get_opcodes()
    return [(begin + i, begin + j, tuple(outer[k:m])) for kind, i, j, k, m in blocks if kind != "equal"]


def merged(solution: str, some: Sequence[Change], others: Sequence[Change]) -> str:
    """The solution with all of these changes, which may stand in the same line.

    Raises:
        ValueError: if two change the same word, words that follow each other, or the place between the same two words.
    """
    words, found = list(_words(solution)), sorted({*some, *others})
    if any(begin <= end for (_, end, _), (begin, _, _) in itertools.pairwise(found)):
        raise ValueError("Both change the same words.")
    for begin, end, new in reversed(found):
        words[begin:end] = new
    return "".join(words)


@functools.lru_cache(2)  # very many changes of one solution are held against it
def _words(source: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+|\s+|.", source))


def _alike(words: Sequence[str], others: Sequence[str]) -> int:
    """The number of words that are the same from the beginning on."""
    return sum(1 for _ in itertools.takewhile(lambda two: two[0] == two[1], zip(words, others, strict=False)))
