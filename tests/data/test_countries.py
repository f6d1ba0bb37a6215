"""Only the country after `home` counts, and nothing else tells it."""

import numpy as np
import pytest

from minigrad.data.countries import BEFORE, COUNTRIES, FILLER, FLUENT, HOME, LANGUAGES, WORDS, sentences

GAP = 40
IDS, ANSWERS = sentences(2000, GAP, rng=0)
HOME_AT = BEFORE + 1
BETWEEN = IDS[HOME_AT + 1 : -1]


def test_a_seed_always_gives_the_same_sentences_and_another_gives_others():
    (one, a), (same, b), (other, _) = (sentences(20, 9, rng=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, same)
    np.testing.assert_array_equal(a, b)
    assert np.any(one != other)


def test_the_answer_is_the_language_of_the_country_after_home():
    assert np.all(np.sum(WORDS.index(HOME) == IDS, axis=0) == 1)
    for column, answer in zip(IDS.T[:20], ANSWERS, strict=False):
        words = [WORDS[i] for i in column]
        assert COUNTRIES.index(words[words.index(HOME) + 1]) == answer
    assert LANGUAGES[COUNTRIES.index("Japan")] == "Japanese"


@pytest.mark.parametrize("gap", [0, 1, 100])
def test_the_gap_is_the_number_of_words_between_the_country_and_fluent(gap):
    ids, _ = sentences(3, gap, rng=1)
    for column in ids.T:
        words = [WORDS[i] for i in column]
        assert words.index(FLUENT) - words.index(HOME) - 2 == gap
        assert words[-1] == FLUENT


def test_every_country_is_asked_for_about_equally_often():
    counts = np.bincount(ANSWERS, minlength=len(COUNTRIES))
    assert np.all(abs(counts - 250) < 5 * np.sqrt(250))


def test_what_lies_between_says_nothing_of_the_country():
    """The right one comes there as often as any other."""
    often = np.mean(BETWEEN == ANSWERS)
    assert abs(often - 0.3 / 8) < 5 * np.sqrt(0.3 / 8 / BETWEEN.size)


def test_what_comes_before_home_can_be_a_country_too():
    assert 0.2 < np.mean(IDS[:BEFORE] < len(COUNTRIES)) < 0.4


@pytest.mark.parametrize("others", [0, 0.3, 1])
def test_the_share_of_other_countries_is_what_was_asked_for(others):
    ids, _ = sentences(400, GAP, others, rng=2)
    assert abs(np.mean(ids[HOME_AT + 1 : -1] < len(COUNTRIES)) - others) < 0.02


def test_all_words_come_and_there_are_22():
    assert len({*WORDS}) == len(WORDS) == len(COUNTRIES) + len(FILLER) + 2 == 22
    assert {*np.unique(IDS).tolist()} == {*range(22)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"gap": -1}, "sentences: expected gap to be an integer of 0 or more, got -1"),
        ({"count": 2.0}, "sentences: expected count to be an integer"),
        ({"others": 30}, "sentences: expected others from 0 to 1, got 30"),
    ],
)
def test_what_cannot_be_drawn_is_said(change, message):
    with pytest.raises(ValueError, match=message):
        sentences(**{"count": 2, "gap": 3, "rng": 0, **change})
