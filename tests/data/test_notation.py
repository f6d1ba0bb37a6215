"""A tune is read note by note; other text is refused, and the message says where and why."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.data.notation import parse

C_MAJOR = [60, 62, 64, 65, 67, 69, 71]


def music(line, key="C", fields=""):
    return parse(f"X:1\n{fields}K:{key}\n{line}\n")


def pitches(line, key="C"):
    tune = music(line, key)
    assert not tune.faults
    return [note.pitch for note in tune.notes]


def faults(text):
    return [str(fault) for fault in parse(text).faults]


def test_notes_go_up_from_middle_c_and_octaves_are_written_in_three_ways():
    assert pitches("CDEFGABc|") == [*C_MAJOR, 72]
    assert pitches("cdefgabc'|") == [pitch + 12 for pitch in [*C_MAJOR, 72]]
    assert pitches("C,4c,,4|") == [48, 48]


@pytest.mark.parametrize(
    ("key", "tonic"),
    [("C", 60), ("G", 67), ("D", 62), ("A", 69), ("F", 65), ("Bb", 70), ("Eb", 63), ("F#", 66), ("G maj", 67)],
)
def test_a_major_key_makes_its_scale_major(key, tonic):
    scale = {(tonic + step) % 12 for step in (0, 2, 4, 5, 7, 9, 11)}
    assert {pitch % 12 for pitch in pitches("CDEFGABc|", key)} == scale


@pytest.mark.parametrize(
    ("key", "like"), [("Am", "C"), ("Emin", "G"), ("D minor", "F"), ("Ddor", "C"), ("Gmix", "C"), ("F#m", "A")]
)
def test_other_modes_have_the_notes_of_a_major_key(key, like):
    assert pitches("CDEFGABc|", key) == pitches("CDEFGABc|", like)


def test_a_sign_holds_until_its_bar_ends_and_for_its_own_octave():
    assert pitches("^F2F2f2F2|F8|") == [66, 66, 77, 66, 65]
    assert pitches("=F2F2^F2_F2|F8|", "G") == [65, 65, 66, 64, 66]


def test_lengths_are_multiples_and_parts_of_the_unit():
    tune = music("C2D/E3/2F3/G/4A3/4|", fields="L:1/4\n")
    assert [note.length * 4 for note in tune.notes] == [2, Fraction(1, 2), 1.5, 1.5, 0.25, 0.75]


def test_without_a_number_a_note_is_an_eighth_and_a_bar_is_four_quarters():
    assert [note.length for note in music("CDEFGABc|").notes] == [Fraction(1, 8)] * 8


@pytest.mark.parametrize(
    ("meter", "bar"), [("3/4", "C6|"), ("6/8", "C3z3|"), ("C", "C8|"), ("C|", "C8|"), ("2/4", "CCCC|")]
)
def test_a_bar_lasts_what_its_meter_says(meter, bar):
    right, wrong = (music(line, fields=f"M:{meter}\n") for line in (bar, f"C{bar}"))
    assert [each.right for each in right.bars] == [True]
    assert [each.right for each in wrong.bars] == [False]
    assert [fault.why.partition(",")[0] for fault in wrong.faults] == [f"expected a bar of {meter}"]


def test_a_rest_has_no_pitch():
    assert pitches("z4C4|") == [None, 60]


def test_spaces_change_nothing_and_neither_do_comments_and_line_ends_of_windows():
    plain = parse("X:1\nK:C\nC2D2 E4|\nF8|]\n")
    odd = parse("X:1\r\n% the key\r\nK:C\r\nC2 D2E4 |\r\nF8|]\r\n")
    assert odd.faults == plain.faults == ()
    assert odd.notes == plain.notes


def test_fields_are_there_by_their_letters():
    assert parse("X:7\nT:A tune\nO:Wales\nK:C\nC8|").fields == {"X": "7", "T": "A tune", "O": "Wales", "K": "C"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "line 1, column 1: expected a tune to begin with its number"),
        ("K:C\nC8|", "line 1, column 1: expected a tune to begin with its number, such as X:1, got 'K:C'"),
        ("X:1\nC8|", "line 2, column 1: expected a field, such as K:C, got 'C8|'"),
        ("X:1\nM:4/4", "line 2, column 1: expected a key, such as K:C, and then music"),
        ("X:1\nK:C", "line 2, column 1: expected bars of music after the key"),
        ("X:1\nM:four\nK:C\nC8|", "line 2, column 1: expected something like M:4/4, got 'M:four'"),
        ("X:1\nL:1/0\nK:C\nC8|", "line 2, column 1: expected something like L:1/8, got 'L:1/0'"),
        ("X:1\nK:H\nC8|", "line 2, column 1: expected something like K:C or K:Em, got 'K:H'"),
        ("X:1\nK:C\nC8|C4D3|", "line 3, column 4: expected a bar of 4/4, got notes for 7/8"),
        ("X:1\nK:C\nC4H4|", "line 3, column 3: expected a note, a rest z or a bar line, got 'H'"),
        ("X:1\nK:C\n|:C8:|", "line 3, column 1: expected a bar of 4/4, got notes for 0"),
        ("X:1\nK:C\n^z8|", "line 3, column 1: expected a note, a rest z or a bar line, got '^'"),
        ("X:1\nK:C\nC0|", "line 3, column 2: expected a note, a rest z or a bar line, got '0'"),
        ("X:1\nK:C\nC,,,,,,8|", "line 3, column 1: expected a note, a rest z or a bar line, got 'C,,,,,,8'"),
        ("X:1\nK:C\nC8", "line 3, column 3: expected a line of music to end with a bar line"),
        ("X:1\nK:C\nC8|\n\nC8|", "line 4, column 1: expected music, got an empty line, which ends a tune"),
    ],
)
def test_what_is_no_tune_is_told_where_and_why(text, expected):
    assert any(fault.startswith(expected) for fault in faults(text))


def test_a_double_bar_line_is_one_bar_line():
    assert len(music("C8||C8|]").bars) == 2
    assert not music("C8||C8|]").faults


def test_a_bar_has_one_fault_and_the_others_are_read():
    tune = music("C8|H!?|D8|")
    assert [bar.right for bar in tune.bars] == [True, False, True]
    assert len(tune.faults) == 1
    assert [note.pitch for note in tune.notes] == [60, 62]


@given(st.text(alphabet="XMLK:/|]CGFcz^_=',0123456789 \n%H"))
def test_any_text_is_read_and_a_tune_is_what_has_only_right_bars(text):
    for each in (text, f"X:1\nK:C\n{text}"):
        tune = parse(each)
        if not tune.faults:
            assert tune.bars
            assert all(bar.right for bar in tune.bars)
        elif tune.bars and all(bar.right for bar in tune.bars):
            assert any("bar of" not in fault.why for fault in tune.faults)


def test_numbers_as_long_as_a_book_do_no_harm():
    assert faults(f"X:1\nK:C\nC{'9' * 10_000}|")
    assert faults(f"X:1\nM:1/{'9' * 10_000}\nK:C\nC8|")
