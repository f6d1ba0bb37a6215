"""In half of the reviews only the order of the words decides, so whoever does not look at it is at chance there."""

from collections import Counter

import pytest

from minigrad.data.reviews import BAD, FILLER, GOOD, THINGS, WORDS, reviews

DRAWN = reviews(800, filler=3, rng=0)
EASY, HARD = ([review for review in DRAWN if review.hard == hard] for hard in (False, True))


def bag(review):
    return tuple(sorted(review.words))


def meant(review):
    """True if it is good, for whoever reads as people do."""
    words = [word for word in review.words if word in (*GOOD, *BAD, "not")]
    if "not" in words:  # what comes right after it is not meant
        del words[(at := words.index("not")) : at + 2]
    [word] = words
    return word in GOOD


def test_a_seed_always_gives_the_same_reviews_and_another_gives_others():
    assert reviews(8, rng=3) == reviews(8, rng=3) != reviews(8, rng=4)


def test_whoever_counts_words_is_right_about_exactly_half_of_the_hard_ones():
    """Of each bag there are as many good ones as bad ones, so any answer by the bag is right about half of them."""
    good = Counter(bag(review) for review in HARD if review.good)
    bad = Counter(bag(review) for review in HARD if not review.good)
    assert good == bad
    assert good.total() == len(DRAWN) / 4


def test_in_an_easy_one_a_single_word_decides():
    for review in EASY:
        assert len({*review.words} & {*GOOD, *BAD}) == 1
        assert any(word in GOOD for word in review.words) == review.good


def test_each_says_what_it_means():
    assert all(meant(review) == review.good for review in DRAWN)


def test_the_first_words_of_a_hard_one_do_not_tell():
    """Neither of two partners always stands first, and the adjective that is meant may be the first or the second."""
    assert 0.4 < sum(review.good for review in HARD[::2]) / len(HARD[::2]) < 0.6
    first = [next(word in GOOD for word in review.words if word in (*GOOD, *BAD)) for review in HARD]
    assert 0.4 < sum(one == review.good for one, review in zip(first, HARD, strict=True)) / len(HARD) < 0.6


def test_half_are_good_and_half_are_hard_in_any_four_of_them():
    for start in range(0, len(DRAWN), 4):
        four = DRAWN[start : start + 4]
        assert sum(review.good for review in four) == sum(review.hard for review in four) == 2


def test_there_are_43_words_and_all_of_them_come():
    assert len(WORDS) == 43
    assert {word for review in DRAWN for word in review.words} == {*WORDS}


@pytest.mark.parametrize("filler", [0, 1, 10])
def test_filler_stands_around_a_review_and_counts_exactly(filler):
    for review in reviews(40, filler, rng=1):
        places = [place for place, word in enumerate(review.words) if word in FILLER]
        sentence = [word for word in review.words if word not in FILLER]
        assert len(places) == filler
        assert " ".join(sentence) in " ".join(review.words)
        assert {*THINGS}.intersection(sentence)


def test_filler_stands_before_and_after():
    starts = Counter(review.words[0] in FILLER for review in reviews(400, 1, rng=1))
    assert min(starts.values()) > 150


@pytest.mark.parametrize(("count", "message"), [(6, "expected a multiple of 4, got 6"), (-4, "of 0 or more, got -4")])
def test_a_count_that_gives_no_pairs_is_refused(count, message):
    with pytest.raises(ValueError, match=message):
        reviews(count, rng=0)
