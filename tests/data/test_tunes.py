"""Tunes that are shipped and those that are made: all of them can be read, and the made ones have a form."""

import re
from collections import Counter

import pytest

from minigrad.data import text, tunes
from minigrad.data.notation import parse
from minigrad.data.tunes import CHORDS, ENDS, KEYS, RHYTHMS, STEPS, apart, compose, read, traditional

COMPOSED = compose(100, rng=0)


def lines(tune):
    return [re.split(r"\|\]?", line)[:-1] for line in tune.split("K:")[1].splitlines()[1:]]


def test_a_seed_always_gives_the_same_tunes_and_another_gives_others():
    assert compose(5, rng=3) == compose(5, rng=3) != compose(5, rng=4)


@pytest.mark.parametrize("tune", traditional(), ids=lambda tune: parse(tune).fields["T"])
def test_every_traditional_tune_is_one_and_says_where_it_is_from(tune):
    parsed = parse(tune)
    assert not parsed.faults
    assert {"X", "T", "O", "N", "M", "L", "K"} == parsed.fields.keys()


def test_traditional_tunes_are_a_dozen_different_ones():
    assert len({parse(tune).fields["T"] for tune in traditional()}) == 12


def test_all_that_is_composed_is_a_tune():
    assert [parse(tune).faults for tune in COMPOSED] == [()] * len(COMPOSED)


def test_rhythms_fill_a_bar():
    assert {sum(rhythm) for rhythm in RHYTHMS + ENDS} == {8}


def test_a_composed_tune_has_the_form_a_a_b_a_and_each_third_bar_is_the_first():
    for tune in COMPOSED:
        first, second, third, last = lines(tune)
        assert last == second
        assert first[:3] == second[:3] != third[:3]
        for line in (first, second, third):
            assert len(line) == 4
            assert line[2] == line[0]


def test_a_composed_tune_is_open_after_its_first_line_and_ends_on_the_tonic():
    for tune in COMPOSED:
        key = parse(tune).fields["K"]
        first, _, _, last = lines(tune)
        assert last[3].rstrip("0123456789")[-1].upper() == key
        fifth = STEPS[STEPS.index(key) + 4].upper()
        assert first[3].rstrip("0123456789")[-1].upper() == fifth


def test_composed_tunes_use_all_keys_steps_and_rhythms():
    assert Counter(parse(tune).fields["K"] for tune in COMPOSED).keys() == {*KEYS}
    text = "".join(bar for tune in COMPOSED for line in lines(tune) for bar in line)
    assert {*re.sub(r"[0-9]", "", text)} == {*STEPS}
    assert len({*"".join(COMPOSED)}) == 29


def test_a_bar_begins_on_its_chord():
    for tune in COMPOSED:
        tonic = STEPS.index(parse(tune).fields["K"])
        assert (STEPS.index(lines(tune)[0][0][0]) - tonic) % 7 in CHORDS["I"]
        assert (STEPS.index(lines(tune)[2][0][0]) - tonic) % 7 in CHORDS["IV"]


def test_composed_tunes_differ():
    assert len(set(COMPOSED)) == len(COMPOSED)


def test_tunes_can_be_joined_and_taken_apart():
    assert apart("\n".join(COMPOSED)) == COMPOSED
    assert apart("".join(COMPOSED)) == COMPOSED


def test_what_is_in_no_tune_is_left_out():
    assert apart("My tunes\n\nX:1\nK:C\nC8|\n\nthat was one\n") == ["X:1\nK:C\nC8|\n"]
    assert apart("no tune at all") == []


def test_a_file_of_your_own_is_read_also_if_it_has_what_the_notation_has_not(tmp_path):
    file = tmp_path / "mine.abc"
    file.write_text('X:1\nT:Mine\nK:D\n|:"D"(3ABc d>e:|\n\nX:2\nK:G\nG8|]\n', "utf-8")
    assert read(file) == ['X:1\nT:Mine\nK:D\n|:"D"(3ABc d>e:|\n', "X:2\nK:G\nG8|]\n"]


def test_a_file_without_tunes_is_refused(tmp_path):
    file = tmp_path / "book.txt"
    file.write_text("Call me Ishmael.", "utf-8")
    with pytest.raises(ValueError, match=r"tunes\.read: expected tunes .* such as X:1, got none in .*book\.txt"):
        read(file)


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="compose: expected count to be an integer of 0 or more, got -1"):
        compose(-1, rng=0)


def test_a_file_that_cannot_be_read_is_told_by_who_reads(tmp_path):
    empty = tmp_path / "empty.abc"
    empty.write_text("")
    latin = tmp_path / "latin.abc"
    latin.write_bytes("X:1\nT:Frère\n".encode("latin-1"))
    for path, error in (
        (tmp_path / "nope", FileNotFoundError),
        (tmp_path, IsADirectoryError),
        (empty, ValueError),
        (latin, ValueError),
    ):
        for module, name in ((tunes, "tunes"), (text, "text")):
            with pytest.raises(error, match=rf"^{name}\.read: expected"):
                module.read(path)
