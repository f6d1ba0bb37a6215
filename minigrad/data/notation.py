"""Tunes as text, in a part of ABC notation: is a text a tune, and what are its notes?

    X:1             a number: first
    T:London Bridge a title, if it has one; other fields, a letter and a colon, are for people
    M:4/4           how long a bar is; 4/4 if nothing is said. C is 4/4, C| is 2/2
    L:1/8           how long a note without a number is; 1/8 if nothing is said
    K:C             the key: last, before the music
    G3AG2F2|E2F2G4|D4G4|E2C6|]

Notes go up C D E F G A B c d e f g a b; c is an octave above C, c' above c, and C, below C. ^ before a note raises it,
_ lowers it, and = does neither, until its bar ends; all others are as the key asks. 2 after a note makes it twice as
long, /2 or / half as long, 3/2 one and a half times. z is a rest. A bar ends in |, || or |], and a line of music with
a bar. Spaces mean nothing.

Of ABC (abcnotation.com/wiki/abc:standard:v2.1) chords, ties, triplets, grace notes and repeats are not read. Nor is an
upbeat: rests fill the bar before it.

>>> tune = parse("X:1\\nK:D\\nD2F2A4|d4z3|]")
>>> print(tune.faults[0])
line 3, column 8: expected a bar of 4/4, got notes for 7/8
>>> tune = parse("X:1\\nK:D\\nD2F2A4|d4z4|]")
>>> tune.faults, [note.pitch for note in tune.notes]
((), [62, 66, 69, 74, None])
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

HALF_TONES = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))
"""Half tones from C up to each note."""

FIFTHS = "FCGDAEB"
"""Each is a fifth above the one before. In this order keys get sharps, and from its end they get flats."""

MODES = {"": 0, "maj": 0, "m": -3, "min": -3, "mix": -1, "dor": -2}
"""The number of sharps that a key has more than the major key of its tonic."""

SIGNS = {"^": 1, "_": -1, "=": 0, "#": 1, "b": -1, "": 0}
"""Half tones by which they raise a note of music, or the tonic of a key."""

FORMS = {
    "M": r"C\|?|[1-9][0-9]?/[1-9][0-9]?",
    "L": r"1/[1-9][0-9]?",
    "K": r"([A-G])([#b]?) ?(?:(maj|min|mix|dor)[a-z]*|(m?))",
}
EXAMPLES = {"M": "M:4/4", "L": "L:1/8", "K": "K:C or K:Em"}
BAR_LINE = re.compile(r"\|[|\]]?")
TOKEN = re.compile(
    r"(?P<note>(?:(?P<rest>z)|(?P<sign>[_^=]?)(?P<letter>[A-Ga-g])(?P<octaves>,+|'+|))"
    r"(?P<times>[1-9][0-9]?)?(?P<slash>/(?P<parts>[1-9][0-9]?)?)?)|(?P<space> +)|."
)


@dataclass(frozen=True)
class Note:
    """A note or a rest.

    Attributes:
        pitch: of MIDI, which counts half tones, and middle C is 60; None is a rest.
        length: of a whole note.

    >>> parse("X:1\\nK:C\\nC8|").notes
    [Note(pitch=60, length=Fraction(1, 1))]
    """

    pitch: int | None
    length: Fraction


@dataclass(frozen=True)
class Bar:
    """A bar.

    Attributes:
        text: as it was written.
        notes: those of it that could be read.
        right: whether all could be read, and they last as long as a bar should.

    >>> [bar.right for bar in parse("X:1\\nK:C\\nC8|C7|C4H4|").bars]
    [True, False, False]
    """

    text: str
    notes: tuple[Note, ...]
    right: bool


@dataclass(frozen=True)
class Fault:
    """A place where a text is no tune, and the reason; lines and columns are counted from 1.

    >>> str(Fault(3, 5, "expected a note"))
    'line 3, column 5: expected a note'
    """

    line: int
    column: int
    why: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.why}"


@dataclass(frozen=True)
class Tune:
    """The part of a text that could be read as a tune, and its faults.

    Attributes:
        text: all of it.
        fields: what stands before the music, by its letter.
        bars: of the music.
        faults: why it is no tune; a tune has none.

    >>> tune = parse("X:1\\nT:One note\\nK:C\\nC8|]")
    >>> tune.fields["T"], len(tune.bars), tune.faults
    ('One note', 1, ())
    """

    text: str
    fields: dict[str, str]
    bars: tuple[Bar, ...]
    faults: tuple[Fault, ...]

    @property
    def notes(self) -> list[Note]:
        """All notes and rests, one after the other.

        >>> len(parse("X:1\\nK:C\\nC4D4|E8|]").notes)
        3
        """
        return [note for bar in self.bars for note in bar.notes]


def parse(text: str) -> Tune:
    """Read a text as a tune, as far as it is one. What is wrong with it is in its faults, and raises nothing.

    >>> tune = parse("X:1\\nM:3/4\\nK:C\\nC2D2E2|F4E4|]")
    >>> print(*tune.faults)
    line 4, column 8: expected a bar of 3/4, got notes for 1
    """
    return _Reader(text).tune()


class _Reader:
    """Goes through a text once, line by line."""

    def __init__(self, text: str):
        self.text = text
        self.fields: dict[str, str] = {}
        self.bars: list[Bar] = []
        self.faults: list[Fault] = []
        self.line = 0
        self.meter, self.bar_of, self.unit = Fraction(1), "4/4", Fraction(1, 8)
        self.key: dict[str, int] = {}

    def tune(self) -> Tune:
        for line in self.text.rstrip().split("\n"):
            self.line += 1
            if "K" in self.fields:
                if not line.strip():
                    self.fault(1, "expected music, got an empty line, which ends a tune")
                    break
                self.read_music(line.rstrip())
            elif not line.startswith("%"):
                self.read_field(line.rstrip())
        if "K" not in self.fields:
            self.fault(1, "expected a key, such as K:C, and then music")
        elif not self.bars:
            self.fault(1, "expected bars of music after the key")
        return Tune(self.text, self.fields, tuple(self.bars), tuple(self.faults))

    def fault(self, column: int, why: str) -> None:
        self.faults.append(Fault(self.line, column, why))

    def read_field(self, line: str) -> None:
        found = re.fullmatch(r"([A-Za-z]):\s*(.*)", line)
        if not self.fields and not re.fullmatch(r"X:\s*[0-9]+", line):
            self.fault(1, f"expected a tune to begin with its number, such as X:1, got {line[:20]!r}")
        elif not found:
            self.fault(1, f"expected a field, such as K:C, got {line[:20]!r}")
        if not found:
            return
        letter, content = found.groups()
        self.fields[letter] = content
        if letter not in FORMS:
            return
        if not (form := re.fullmatch(FORMS[letter], content)):
            self.fault(1, f"expected something like {EXAMPLES[letter]}, got {line[:20]!r}")
        elif letter == "M":
            self.meter, self.bar_of = Fraction(1) if content[0] == "C" else Fraction(content), content
        elif letter == "L":
            self.unit = Fraction(content)
        else:
            tonic, sign, *mode = form.groups(default="")
            sharps = FIFTHS.index(tonic) - 1 + 7 * SIGNS[sign] + MODES["".join(mode)]
            self.key = {letter: (sharps - place + 6) // 7 for place, letter in enumerate(FIFTHS)}

    def read_music(self, line: str) -> None:
        """Read a line of bars."""
        begin = 0
        for end in BAR_LINE.finditer(line):
            self.read_bar(begin, line[begin : end.start()])
            begin = end.end()
        if line[begin:]:
            self.read_bar(begin, line[begin:])
            self.fault(len(line) + 1, "expected a line of music to end with a bar line, |")

    def read_bar(self, begin: int, text: str) -> None:
        """Read a bar, which begins at this index of its line."""
        notes: list[Note] = []
        raised: dict[tuple[str, int], int] = {}  # by the signs of this bar
        odd = ""
        for found in TOKEN.finditer(text):
            note = self.note(found, raised) if found["note"] else None
            if note:
                notes.append(note)
            elif not found["space"] and not odd:
                odd = found[0]
                self.fault(begin + found.start() + 1, f"expected a note, a rest z or a bar line, got {odd!r}")
        lasts = sum(note.length for note in notes)
        if lasts != self.meter and not odd:
            self.fault(begin + 1, f"expected a bar of {self.bar_of}, got notes for {lasts}")
        self.bars.append(Bar(text, tuple(notes), lasts == self.meter and not odd))

    def note(self, found: re.Match[str], raised: dict[tuple[str, int], int]) -> Note | None:
        """The note or rest of this token, if MIDI has it. Its sign holds for the notes like it in the same bar."""
        length = self.unit * int(found["times"] or 1)
        if found["slash"]:
            length /= int(found["parts"] or 2)
        if found["rest"]:
            return Note(None, length)
        letter = found["letter"].upper()
        octave = 5 + found["letter"].islower() + found["octaves"].count("'") - found["octaves"].count(",")
        if found["sign"]:
            raised[letter, octave] = SIGNS[found["sign"]]
        pitch = 12 * octave + HALF_TONES[letter] + raised.get((letter, octave), self.key.get(letter, 0))
        return Note(pitch, length) if 0 <= pitch < 128 else None
