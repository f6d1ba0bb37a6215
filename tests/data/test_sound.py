"""Files of sound hold the notes of their tune: here they are read back, byte by byte."""

import struct
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.data import sound
from minigrad.data.notation import parse
from minigrad.data.sound import RATE, SECONDS, TICKS, midi, samples, save, wav
from minigrad.data.tunes import compose, traditional

TUNES = [*map(parse, traditional()), *map(parse, compose(3, rng=0))]
SHORT = parse("X:1\nK:G\nA4z2F2|F8|]\n")


def sounding(tune, whole):
    """(pitch, begin, end) of each note, where a whole note has so many parts."""
    found, now = [], 0
    for note in tune.notes:
        if note.pitch is not None:
            found.append((note.pitch, round(now * whole), round((now + note.length) * whole)))
        now += note.length
    return found


def read_midi(data):
    """The notes in a MIDI file of one track, read as the standard says, and how many ticks a quarter has."""
    name, size, form, tracks, ticks = struct.unpack(">4sIHHH", data[:14])
    assert (name, size, form, tracks) == (b"MThd", 6, 0, 1)
    name, size = struct.unpack(">4sI", data[14:22])
    assert (name, size) == (b"MTrk", len(data) - 22)
    at, now, begun, notes = 22, 0, {}, []
    while True:
        delta = 0
        while True:
            delta, at = delta << 7 | data[at] & 0x7F, at + 1
            if data[at - 1] < 0x80:
                break
        now += delta
        kind, pitch = data[at], data[at + 1]
        if kind == 0xFF:  # nothing that sounds; 2F is the end
            at += 3 + data[at + 2]
            if pitch == 0x2F:
                break
            continue
        at += 3
        if kind == 0x90:
            begun[pitch] = now
        else:
            assert kind == 0x80
            notes.append((pitch, begun.pop(pitch), now))
    assert at == len(data)
    assert not begun
    return notes, ticks


@pytest.mark.parametrize("tune", TUNES[:3] + TUNES[-1:], ids=lambda tune: tune.fields.get("T"))
def test_a_midi_file_has_the_notes_of_its_tune(tune):
    notes, ticks = read_midi(midi(tune))
    assert ticks == TICKS
    assert notes == sounding(tune, 4 * TICKS)


@given(st.integers(0, 0x0FFFFFFF))
def test_midi_writes_a_number_in_parts_of_seven_bits(number):
    written = sound._number(number)
    assert all(byte & 0x80 for byte in written[:-1])
    assert not written[-1] & 0x80
    assert sum((byte & 0x7F) << 7 * i for i, byte in enumerate(reversed(written))) == number


def test_a_wav_file_is_one_channel_of_16_bits_as_long_as_its_tune(tmp_path):
    save(SHORT, tmp_path / "short.wav")
    with wave.open(str(tmp_path / "short.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        assert file.getnframes() == 2 * SECONDS * RATE
        numbers = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    np.testing.assert_allclose(numbers / 32_767, samples(SHORT), atol=1 / 32_767)


def test_sound_is_as_high_as_its_notes_and_silent_at_rests():
    heard = samples(SHORT)
    assert np.max(abs(heard)) <= 1
    for pitch, begin, end in sounding(SHORT, SECONDS * RATE):
        part = heard[begin:end]
        strongest = np.argmax(abs(np.fft.rfft(part))) * RATE / len(part)
        assert strongest == pytest.approx(440 * 2 ** ((pitch - 69) / 12), rel=0.01)
    (_, _, rest), (_, rest_ends, _), _ = sounding(SHORT, SECONDS * RATE)
    assert not heard[rest:rest_ends].any()
    assert abs(heard[rest - 100 : rest]).max() > 0


def test_sound_begins_and_ends_at_zero_so_that_nothing_clicks():
    heard = samples(SHORT)
    for _, begin, end in sounding(SHORT, SECONDS * RATE):
        assert heard[begin] == heard[end - 1] == 0


@pytest.mark.parametrize(
    ("suffix", "content"), [(".mid", midi), (".wav", wav), (".abc", lambda tune: tune.text.encode())]
)
def test_the_name_of_a_file_says_its_format(tmp_path, suffix, content):
    save(SHORT, tmp_path / f"tune{suffix}")
    assert (tmp_path / f"tune{suffix}").read_bytes() == content(SHORT)


def test_the_text_of_a_tune_comes_back(tmp_path):
    tune = TUNES[1]
    save(tune, tmp_path / "tune.abc")
    assert parse((tmp_path / "tune.abc").read_text("utf-8")) == tune


def test_what_is_no_tune_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="save: expected a tune without faults, got: line 3, column 1: expected"):
        save(parse("X:1\nK:C\nC7|\n"), tmp_path / "tune.mid")
    assert not [*tmp_path.iterdir()]


def test_another_format_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"save: expected a path that ends in \.abc, \.mid or \.wav, got .*tune\.mp3"):
        save(SHORT, tmp_path / "tune.mp3")
