"""Tags say where the motif and which kind a name is; each is decided by what stands around, on both sides."""

from collections import Counter, defaultdict

import pytest

from minigrad.data.tagging import LETTERS, LONGEST, MOTIF, NAME_TAGS, NAMES, SHORTEST, motifs, names

STRINGS = motifs(300, rng=0)
SENTENCES = names(600, rng=0)


def text(string):
    return "".join(string.tokens)


def starts(string, wrong):
    """The places where six letters have so many wrong."""
    windows = [string.tokens[i : i + 6] for i in range(len(string.tokens) - 5)]
    return [i for i, six in enumerate(windows) if sum(a != b for a, b in zip(six, MOTIF, strict=True)) == wrong]


@pytest.mark.parametrize("draw", [motifs, names])
def test_a_seed_always_gives_the_same_and_another_gives_others(draw):
    assert draw(9, rng=3) == draw(9, rng=3) != draw(9, rng=4)


def test_every_token_has_a_tag():
    for drawn in STRINGS + SENTENCES:
        assert len(drawn.tokens) == len(drawn.tags)


def test_the_motif_is_there_once_and_its_letters_are_tagged():
    for string in STRINGS:
        [start] = starts(string, wrong=0)
        assert [i for i, tag in enumerate(string.tags) if tag] == [*range(start, start + 6)]


def test_strings_have_all_lengths_from_20_to_40_and_all_four_letters():
    assert {len(string.tokens) for string in STRINGS} == {*range(SHORTEST, LONGEST + 1)}
    assert {letter for string in STRINGS for letter in string.tokens} == {*LETTERS}


@pytest.mark.parametrize("decoys", [0, 1, 2, 5])
def test_each_string_has_at_least_so_many_decoys(decoys):
    drawn = motifs(40, decoys, rng=1)
    assert min(len(starts(string, wrong=1)) for string in drawn) >= decoys
    assert all(max(SHORTEST, 6 * (decoys + 1)) <= len(string.tokens) <= LONGEST for string in drawn)


def test_without_decoys_few_strings_have_one_by_chance():
    assert sum(len(starts(string, wrong=1)) > 0 for string in motifs(100, 0, rng=1)) < 50


def test_the_motif_may_be_anywhere():
    ends = [(string.tags[0], string.tags[-1]) for string in STRINGS]
    assert any(first for first, _ in ends)
    assert any(last for _, last in ends)


def test_more_decoys_than_fit_are_refused():
    with pytest.raises(ValueError, match="motifs: expected at most 5 decoys, got 6: no string has over 40 letters"):
        motifs(1, 6, rng=0)


def test_every_name_is_a_person_and_a_place_about_equally_often():
    count = defaultdict(Counter)
    for sentence in SENTENCES:
        for word, tag in zip(sentence.tokens, sentence.tags, strict=True):
            if tag:
                count[word][NAME_TAGS[tag]] += 1
    assert count.keys() == {*NAMES}
    for counted in count.values():
        assert abs(counted["person"] - counted["place"]) < 0.3 * counted.total()


def test_no_other_word_has_a_tag():
    for sentence in SENTENCES:
        assert [word in NAMES for word in sentence.tokens] == [tag > 0 for tag in sentence.tags]


def test_what_stands_around_the_names_decides_all_tags():
    tags = defaultdict(set)
    for sentence in SENTENCES:
        tags[tuple("NAME" if word in NAMES else word for word in sentence.tokens)].add(sentence.tags)
    assert all(len(possible) == 1 for possible in tags.values())


def test_what_stands_before_a_name_does_not_always_decide_its_tag():
    tags = defaultdict(set)
    for sentence in SENTENCES:
        words = ["NAME" if word in NAMES else word for word in sentence.tokens]
        for at, tag in enumerate(sentence.tags):
            tags[tuple(words[:at])].add(tag)
    assert tags[()] == {0, 1, 2}
    assert tags["NAME", "sang", "in"] == {2}


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="names: expected count to be an integer of 0 or more, got -1"):
        names(-1, rng=0)
