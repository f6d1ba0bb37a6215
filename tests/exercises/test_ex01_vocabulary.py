"""Names made of numbers: each token must have one, the same every day, and the text must come back."""

import numpy as np

from minigrad.course.checks import Ask, Bars, Mismatch, chart, expect, expect_pure, in_any_order, size, steps
from minigrad.data import postcards

UNKNOWN = "<unk>"
WORDS = ["the", "cat", "The", "then", ",", "on", "one", "cats", "and", "a", "dog", "ran"]  # some begin as others do
MORE = ["to", "his", "bowl", "of", "milk", "at", "six"]  # for those who look further than at so many words

building = Ask("build_vocabulary", takes="tokens", gives="vocabulary", words=size)
encoding = Ask("encode", takes="tokens vocabulary", gives={"ids": "T"}, T=steps, words=[1, 2, 3, 5, 8, 12])
decoding = Ask("decode", takes="ids vocabulary", gives="tokens", T=steps, words=size)


def some_words(rng, count):
    return rng.permutation(WORDS if count <= len(WORDS) else [*WORDS, *MORE])[:count]


@building.example
def a_text_to_learn_from(rng, words, equally=False):
    """Each word comes another number of times, or all of them equally often."""
    times = np.full(words, rng.integers(1, 3)) if equally else rng.permutation(words) + 1
    return {"tokens": rng.permutation(np.repeat(some_words(rng, words), times)).tolist()}


@building.reference
def sorted_by_count_and_place(tokens):
    return [UNKNOWN, *sorted(dict.fromkeys(tokens), key=lambda token: (-tokens.count(token), tokens.index(token)))]


@encoding.example
@decoding.example
def another_text(rng, T, words, strangers=0):
    vocabulary = [UNKNOWN, *some_words(rng, words).tolist()]
    ids = rng.integers(1, words + 1, size=T)
    tokens = [vocabulary[id] for id in ids]
    for t in rng.permutation(T)[:strangers]:
        tokens[t], ids[t] = rng.choice(["Emma", "Tom"]).item(), 0
    return {"tokens": tokens, "vocabulary": vocabulary, "ids": ids}


encoding.reference(lambda ids: ids)  # which the text was made of
decoding.reference(lambda ids, vocabulary: np.array(vocabulary, dtype=object)[ids].tolist())


@building.checks("each token once, and the unknown as id 0", 1)
def test_each_once(build_vocabulary, tokens):
    vocabulary = build_vocabulary()
    expect("vocabulary", vocabulary, in_any_order([UNKNOWN, *dict.fromkeys(tokens)]))
    expect("vocabulary[0]", vocabulary[0], UNKNOWN)


def expect_order(got, tokens):
    """The expected order. That of a set is another one each day, so all orders without a rule are alike."""
    try:
        expect("vocabulary", got, sorted_by_count_and_place(tokens))
    except Mismatch as mismatch:
        orders = [list(dict.fromkeys(tokens)), list(dict.fromkeys(tokens[::-1])), sorted(set(tokens))]
        rules = [*orders, *(sorted(order, key=tokens.count) for order in orders)]
        if not isinstance(got, list) or any(got[1:] in (rule, rule[::-1]) for rule in rules):
            raise
        raise Mismatch("vocabulary", mismatch.message, kind="an order without a rule") from None


@building.checks("the most frequent token first", 1, needs=[test_each_once])
def test_frequent_first(build_vocabulary, tokens):
    expect_order(build_vocabulary(), tokens)


@building.checks(
    "of equally frequent tokens, the first seen", 1, equally=True, words=[8, 10, 12], needs=[test_each_once]
)
def test_ties(build_vocabulary, tokens):
    expect_order(build_vocabulary(), tokens)


test_no_text = building.check("the vocabulary of an empty text", 1, words=0, needs=[test_each_once], examples=2)
test_known = encoding.check("the ids of known tokens", 2)
test_unknown = encoding.check("the id of an unknown token", 1, needs=[test_known], strangers=2)
test_empty = encoding.check("the ids of an empty text", 1, T=0, needs=[test_known], examples=8)
test_tokens = decoding.check("the tokens of ids", 1, strangers=1)
test_no_ids = decoding.check("the tokens of no ids", 1, T=0, needs=[test_tokens], examples=4)


@building.checks("decoded, a known text is what it was", 1, needs=[test_each_once, test_known, test_tokens])
def test_round_trip(student, build_vocabulary, tokens):
    vocabulary = build_vocabulary()
    ids = student.encode(tokens=tokens, vocabulary=vocabulary)
    expect("tokens", student.decode(ids=ids, vocabulary=vocabulary), tokens)


@encoding.checks("texts, ids and vocabulary stay as they are", 1, strangers=1, needs=[test_known], examples=16)
def test_pure(student, tokens, vocabulary, ids):
    expect_pure(student, "build_vocabulary", tokens=tokens)
    expect_pure(student, "encode", tokens=tokens, vocabulary=vocabulary)
    expect_pure(student, "decode", ids=ids, vocabulary=vocabulary)


@chart
def few_words_do_most_of_the_work(student):
    tokens = [token for card in postcards.cards(0, 100) for token in card.tokens]
    vocabulary = student.build_vocabulary(tokens=tokens)
    counts = np.bincount(student.encode(tokens=tokens, vocabulary=vocabulary), minlength=len(vocabulary))
    share = counts[1:11].sum() / len(tokens)
    caption = f"Ten of {len(vocabulary) - 1} different tokens are {share:.0%} of the text: few do most of the work."
    return Bars(
        "How often tokens stand on 100 postcards", dict(zip(vocabulary[1:11], counts[1:11], strict=True)), caption
    )
