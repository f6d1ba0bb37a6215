"""Tunes to be heard: a .mid file, which every player of music knows, or a .wav file, which every player of sound knows.

save(parse(text), "tune.wav")
"""

from __future__ import annotations

import io
import os
import struct
import wave
from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import numpy as np

from minigrad.data.notation import Note, Tune
from minigrad.memory import Array

SECONDS = 2
"""The length of a whole note, so that there are 120 quarters in a minute."""

TICKS = 480
"""The number of parts into which MIDI divides a quarter."""

RATE = 22_050
"""The number of samples in a second of sound."""

HARMONICS = (0.6, 0.25, 0.1, 0.05)
"""The strengths of a tone and of those two, three and four times as high, which make it sound like a string."""


def save(tune: Tune, path: str | os.PathLike[str]) -> None:
    """Write a tune to a file, in the format that its name ends in.

    Args:
        tune: without faults.
        path: ends in .abc (the text itself), .mid or .wav.

    Raises:
        ValueError: if the tune has a fault, or the name ends in something else.

    >>> from minigrad.data.notation import parse
    >>> save(parse("X:1\\nK:C\\nC8|C7|"), "tune.mid")
    Traceback (most recent call last):
    ...
    ValueError: save: expected a tune without faults, got: line 3, column 4: expected a bar of 4/4, got notes for 7/8.
    """
    if tune.faults:
        raise ValueError(f"save: expected a tune without faults, got: {tune.faults[0]}.")
    writers: dict[str, Callable[[Tune], bytes]] = {".abc": lambda tune: tune.text.encode(), ".mid": midi, ".wav": wav}
    suffix = Path(path).suffix
    if suffix not in writers:
        raise ValueError(f"save: expected a path that ends in .abc, .mid or .wav, got {os.fspath(path)}.")
    Path(path).write_bytes(writers[suffix](tune))


def _parts(tune: Tune, per_whole: int) -> list[tuple[Note, int, int]]:
    """Each note and rest with its beginning and end, in parts of which a whole note has `per_whole`."""
    ends = [round(end * per_whole) for end in accumulate((note.length for note in tune.notes), initial=Fraction(0))]
    return list(zip(tune.notes, ends, ends[1:], strict=False))


def midi(tune: Tune) -> bytes:
    """A MIDI file of one track. (Standard MIDI Files 1.0, MIDI Association 1996.)

    >>> from minigrad.data.notation import parse
    >>> midi(parse("X:1\\nK:C\\nC8|"))[:4]
    b'MThd'
    """
    track = b"\x00\xff\x51\x03" + struct.pack(">I", SECONDS * 250_000)[1:]  # microseconds in a quarter
    now = 0
    for note, begin, end in _parts(tune, 4 * TICKS):
        if note.pitch is not None:
            track += _number(begin - now) + bytes([0x90, note.pitch, 80])  # begins, not very loud
            track += _number(end - begin) + bytes([0x80, note.pitch, 0])
            now = end
    track += b"\x00\xff\x2f\x00"
    return struct.pack(">4sIHHH4sI", b"MThd", 6, 0, 1, TICKS, b"MTrk", len(track)) + track


def _number(n: int) -> bytes:
    """A number as MIDI writes it: seven bits in a byte, whose eighth bit says that more bytes follow."""
    digits = [n & 0x7F]
    while n := n >> 7:
        digits.insert(0, n & 0x7F | 0x80)
    return bytes(digits)


def wav(tune: Tune) -> bytes:
    """A WAV file with one channel of 16 bits.

    >>> from minigrad.data.notation import parse
    >>> wav(parse("X:1\\nK:C\\nC8|"))[:4]
    b'RIFF'
    """
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples(tune) * 32_767).astype("<i2").tobytes())
    return buffer.getvalue()


def samples(tune: Tune) -> Array:
    """Sound, RATE numbers from -1 to 1 for each second: a plucked string, whose tone fades.

    A pitch p of MIDI has 440 · 2^((p - 69) / 12) Hz.

    >>> from minigrad.data.notation import parse
    >>> samples(parse("X:1\\nK:C\\nC4z4|")).shape
    (44100,)
    """
    parts = _parts(tune, SECONDS * RATE)
    sound = np.zeros(parts[-1][2] if parts else 0)
    for note, begin, end in parts:
        if note.pitch is not None:
            seconds = np.arange(end - begin) / RATE
            turns = 440 * 2 ** ((note.pitch - 69) / 12) * seconds
            tone = sum(strength * np.sin(2 * np.pi * k * turns) for k, strength in enumerate(HARMONICS, 1))
            ramps = np.minimum(seconds, seconds[::-1]) / 0.01  # without them, each end is a click
            sound[begin:end] = tone * np.exp(-2 * seconds) * np.minimum(ramps, 1)
    return sound
