"""Tunes in ABC notation: some that everybody knows, as many made from a seed as are wanted, and your own.

>>> [tune] = compose(1, rng=0)
>>> print(tune, end="")
X:1
M:4/4
L:1/8
K:G
d2c2BGGG|GBBcdeff|d2c2BGGG|a3gd4|
d2c2BGGG|GBBcdeff|d2c2BGGG|B3AG4|
GABcc2A2|G4G2G2|GABcc2A2|A2G2d4|
d2c2BGGG|GBBcdeff|d2c2BGGG|B3AG4|]

`minigrad.data.notation` says how such a text is read, and `minigrad.data.sound` plays it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np

from minigrad.arguments import length
from minigrad.data.drawing import Rng, one_of
from minigrad.data.files import read_text

STEPS = "CDEFGABcdefgab"
"""From low to high."""

KEYS = ("C", "D", "G")
"""The tonic is the one of STEPS that comes first."""

RHYTHMS = (
    (2, 2, 2, 2),
    (2, 1, 1, 2, 2),
    (2, 2, 1, 1, 2),
    (1, 1, 2, 2, 2),
    (3, 1, 2, 2),
    (3, 1, 3, 1),
    (1, 1, 1, 1, 2, 2),
    (2, 2, 1, 1, 1, 1),
    (1, 1, 1, 1, 1, 1, 1, 1),
    (4, 2, 2),
    (2, 2, 4),
)
"""Lengths of notes in eighths: each adds up to a bar."""

ENDS = ((4, 4), (2, 2, 4), (3, 1, 4), (2, 6))
"""Rhythms of the last bar of a line."""

CHORDS = {"I": (0, 2, 4), "IV": (3, 5, 0), "V": (4, 6, 1)}
"""Steps above the tonic, of which one stands at the first and at the fifth eighth of a bar."""


def compose(count: int, *, rng: Rng) -> list[str]:
    """`count` tunes of four lines, of the form A A B A, each of four bars of eight eighths.

    In each line the third bar is the first once more. The last bar leaves the first line open, on the chord of the
    fifth step, and ends the others that are like it on the tonic.

    Args:
        count: of tunes.
        rng: a generator, or a seed for one.

    Raises:
        ValueError: if `count` is negative.

    >>> len(compose(3, rng=0))
    3
    """
    count = length("compose", "count", count)
    generator = np.random.default_rng(rng)
    return [_tune(generator) for _ in range(count)]


def _tune(rng: np.random.Generator) -> str:
    key = one_of(rng, KEYS)
    bars = _Bars(rng, tonic=STEPS.index(key))
    first, second = bars.write("I"), bars.write(one_of(rng, ("I", "IV", "V")))
    half, whole = bars.write("V", end=True), bars.write("I", end=True)
    other, answer, way_back = bars.write("IV"), bars.write("I"), bars.write("V", end=True)
    lines = [
        (first, second, first, half),
        (first, second, first, whole),
        (other, answer, other, way_back),
        (first, second, first, whole),
    ]
    return f"X:1\nM:4/4\nL:1/8\nK:{key}\n" + "|\n".join("|".join(line) for line in lines) + "|]\n"


class _Bars:
    """Writes bar after bar, each from where the one before has come to."""

    def __init__(self, rng: np.random.Generator, tonic: int):
        self.rng, self.tonic = rng, tonic
        self.lowest, self.highest = tonic, min(tonic + 9, len(STEPS) - 1)
        self.at = tonic + 4

    def write(self, chord: str, end: bool = False) -> str:
        """A bar of this chord; the last note of one at an end is in the chord, too, and the tonic if that is in it."""
        rhythm = one_of(self.rng, ENDS if end else RHYTHMS)
        notes, begin = "", 0
        for eighths in rhythm:
            last = begin + eighths == sum(rhythm)
            self.move()
            if end and last:
                self.at = self.nearest(CHORDS[chord][:1])
            elif begin in (0, 4):
                self.at = self.nearest(CHORDS[chord])
            notes += STEPS[self.at] + (str(eighths) if eighths > 1 else "")
            begin += eighths
        return notes

    def move(self) -> None:
        """Go by a step or two, or stay."""
        self.at += one_of(self.rng, (-2, -1, -1, 0, 1, 1, 2))
        self.at = min(max(self.at, self.lowest), self.highest)

    def nearest(self, steps: tuple[int, ...]) -> int:
        """The note nearest to where it is of these steps above the tonic, in any octave."""
        notes = [note for note in range(self.lowest, self.highest + 1) if (note - self.tonic) % 7 in steps]
        return min(notes, key=lambda note: abs(note - self.at))


def traditional() -> list[str]:
    """A dozen tunes that everybody may use; where each is from stands in its text, after O: and N:.

    >>> from minigrad.data.notation import parse
    >>> [parse(tune).fields["T"] for tune in traditional()][:3]
    ['Ah! vous dirai-je, maman', 'Frère Jacques', 'Au clair de la lune']
    """
    return apart(Path(__file__).with_name("traditional.abc").read_text("utf-8"))


def read(path: str | os.PathLike[str]) -> list[str]:
    """The tunes in a file of your own, each as a text. They need not be in the part of ABC that `parse` reads.

    Raises:
        OSError: if there is no file of this name, or it is a folder.
        ValueError: if it is no text in UTF-8, or there is no tune in it.

    >>> read("my.abc")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    FileNotFoundError: tunes.read: expected a file, got my.abc, which is not there. Its full name would be ...
    """
    tunes = apart(read_text("tunes.read", path))
    if not tunes:
        raise ValueError(
            f"tunes.read: expected tunes in ABC notation, which begin with a line such as X:1, got none in {path}. "
            "Is it another format? Sites with tunes, such as thesession.org, have files that end in .abc."
        )
    return tunes


def apart(texts: str) -> list[str]:
    """The tunes in a text, each from its line X: to an empty line, or to the next X:. What is in no tune is left out.

    >>> apart("X:1\\nK:C\\nC8|\\n\\nThe next one is longer.\\n\\nX:2\\nK:C\\nC8|]")
    ['X:1\\nK:C\\nC8|\\n', 'X:2\\nK:C\\nC8|]\\n']
    """
    blocks = re.findall(r"^X:.*(?:\n(?!X:).+)*", texts, re.MULTILINE)
    return [f"{block.rstrip()}\n" for block in blocks]
