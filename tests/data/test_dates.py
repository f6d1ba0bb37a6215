"""Dates mean what their translation says, in six ways of writing."""

import datetime
import re
from collections import Counter

import pytest

from minigrad.data.dates import FILLER, MONTHS, WAYS, pairs

FORMS = {
    r"\d+ [a-z]{3,} \d{4}": "%d %B %Y",
    r"[a-z]+ \d+, \d{4}": "%B %d, %Y",
    r"\d+(st|nd|rd|th) of [a-z]+ \d{4}": "%d of %B %Y",
    r"\d+ [a-z]{3} \d{2}": "%d %b %y",
    r"\d{2}\.\d{2}\.\d{4}": "%d.%m.%Y",
    r"\d+/[a-z]{3}/\d{4}": "%d/%b/%Y",
}
DRAWN = pairs(600, rng=0)


def form(written):
    [found] = [form for form in FORMS if re.fullmatch(form, written)]
    return found


def read(written):
    """The date that Python's calendar reads."""
    plain = re.sub(r"(?<=\d)(st|nd|rd|th)", "", written)
    day = datetime.datetime.strptime(plain, FORMS[form(written)]).date()
    return day.replace(year=day.year - 100) if day.year > 2049 else day  # Python reads 50 to 68 as 2050 to 2068


def test_a_seed_always_gives_the_same_dates_and_another_gives_others():
    assert pairs(9, 2, rng=3) == pairs(9, 2, rng=3) != pairs(9, 2, rng=4)


def test_each_translation_is_the_date_that_was_written():
    for written, iso in DRAWN:
        assert read(written).isoformat() == iso


def test_ordinal_numbers_are_those_of_english():
    said = {written.split()[0] for written, _ in pairs(3000, rng=1) if " of " in written}
    assert len(said) == 31
    assert {"1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "31st"} < said


def test_all_six_ways_come_about_equally_often():
    count = Counter(form(written) for written, _ in DRAWN)
    assert len(count) == len(WAYS) == 6
    assert min(count.values()) > 60


def test_years_are_those_that_two_digits_can_tell():
    years = [int(iso[:4]) for _, iso in pairs(5000, rng=2)]
    assert (min(years), max(years)) == (1950, 2049)


@pytest.mark.parametrize("filler", [0, 1, 10])
def test_filler_stands_around_a_date_and_counts_exactly(filler):
    for written, iso in pairs(60, filler, rng=5):
        words = written.split()
        rest = " ".join(word for word in words if word not in FILLER)
        assert len(words) - len(rest.split()) == filler
        assert rest in written
        assert read(rest).isoformat() == iso


def test_filler_says_nothing_of_a_date():
    assert {word[:3] for word in FILLER}.isdisjoint(month[:3] for month in MONTHS)
    assert not any(letter.isdigit() for word in FILLER for letter in word)


def test_what_cannot_be_drawn_is_said():
    with pytest.raises(ValueError, match="pairs: expected filler to be an integer of 0 or more, got -1"):
        pairs(3, -1, rng=0)
