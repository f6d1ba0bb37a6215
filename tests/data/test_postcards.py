"""Postcards: what their blanks need is there, as far back as it should be, and their chances are the true ones."""

from collections import Counter

import numpy as np
import pytest

from minigrad.data.postcards import (
    BETWEEN,
    BLANKS,
    CHOICES,
    END,
    FARTHEST,
    FOLLOWS,
    NEAREST,
    UNSEEN,
    cards,
    distance,
    draw,
    perplexities,
    perplexity,
    plans,
)

CARDS = cards(0, 400)


def answers(name):
    of, words = FOLLOWS[name]
    return dict(zip(CHOICES[of], words, strict=True))


def places(card, kind):
    return [place for blank, place in card.blanks if blank == kind]


def test_a_seed_always_gives_the_same_cards_and_another_gives_others():
    assert cards(3, 5) == cards(3, 5) != cards(4, 5)


@pytest.mark.parametrize("card", CARDS[:3])
def test_a_card_ends_and_each_of_its_words_has_a_chance(card):
    assert card.tokens[0] == "dear"
    assert card.tokens.index(END) == len(card.tokens) - 1 == len(card.chances) - 1


def test_there_are_seventy_words_and_all_kinds_of_blanks():
    assert len({token for card in CARDS for token in card.tokens}) == 71
    count = Counter(kind for card in CARDS for kind, _ in card.blanks)
    assert count["far"] == len(CARDS)
    assert min(count[kind] for kind in BLANKS) > len(CARDS) / 5


def test_the_animal_is_three_words_back():
    for card in CARDS:
        for place in places(card, "near"):
            assert card.tokens[place] == answers("NEAR")[card.tokens[place - 3]]


def test_good_and_bad_are_both_there_seven_and_ten_words_back():
    for card in CARDS:
        for place in places(card, "order"):
            assert card.tokens[place] == answers("ORDER")[card.tokens[place - 10]]
            assert {card.tokens[place - 10], card.tokens[place - 7]} == {"good", "bad"}


@pytest.mark.parametrize("unseen", [False, True])
def test_the_country_is_at_its_distance_which_is_one_of_those_that_are_asked_for(unseen):
    for card in cards(1, 100, unseen):
        [place] = places(card, "far")
        assert card.tokens[place] == answers("FAR")[card.tokens[place - card.distance]]
        assert NEAREST <= card.distance <= FARTHEST
        assert (card.distance in UNSEEN) == unseen


def test_every_distance_is_equally_likely_and_those_never_seen_lie_between_others():
    seen, unseen = (Counter() for _ in range(2))
    for count, which in ((seen, False), (unseen, True)):
        for plan, chance in plans(which).items():
            count[distance(plan)] += chance
    for count in (seen, unseen):
        np.testing.assert_allclose(list(count.values()), 1 / len(count))
    assert unseen.keys() == set(UNSEEN)
    assert min(seen) < min(unseen) < max(unseen) < max(seen)


def test_nothing_between_country_and_language_tells_the_country():
    words = {token for sentence in BETWEEN.values() for token in sentence.split()}
    assert words.isdisjoint({*answers("FAR"), *answers("FAR").values()})


def test_chances_are_how_often_a_word_comes_after_what_stands_before_it():
    """Here of the city, and of how the sentence after it begins."""
    rng = np.random.default_rng(5)
    came, said, count = Counter(), {}, 4000
    for card in (draw(rng) for _ in range(count)):
        after = tuple(card.tokens[15:18])
        came[after] += 1
        said[after] = float(np.prod(card.chances[15:18]))
    assert len(said) == len(CHOICES["CITY"]) * (len(BETWEEN) + 1)
    assert sum(said.values()) == pytest.approx(1)
    for after, chance in said.items():
        assert abs(came[after] / count - chance) < 6 * np.sqrt(chance / count)


def test_perplexity_is_among_how_many_words_one_hesitates():
    assert perplexity([1 / 6] * 5) == pytest.approx(6)
    assert perplexity([1 / 2, 1 / 8]) == pytest.approx(4)
    assert perplexity([1, 0]) == np.inf


def test_who_knows_the_rules_is_certain_at_every_blank():
    found = perplexities(CARDS, [card.chances for card in CARDS])
    assert [found[kind] for kind in BLANKS] == [1, 1, 1]
    assert 1 < found["all"] < 1.4


def test_a_guess_of_all_words_hesitates_among_all_of_them():
    found = perplexities(CARDS, [[1 / 71] * len(card.tokens) for card in CARDS])
    np.testing.assert_allclose(list(found.values()), 71)
