"""Counts of a text must tell what came after each context, how likely it is, and how good that is as a guess."""

import math
from collections import Counter

from minigrad.course.checks import Ask, Bars, Mismatch, Sizes, chart, expect, expect_pure, steps

WORDS = ["the", "cat", ".", "sat", "."]
STRINGS = ["", "the", "The", "the The", " ", ",", "e"]  # any string may be a token
LONG = Sizes([1, 2, 7, 40, 40, 40, 40, 40], largest=40)  # so that contexts of five tokens come again

counting = Ask("count_next", takes="tokens width", gives="counts", T=steps, width=[0, 1, 2, 3, 7])
model = Ask(
    "probabilities", takes="counts context", gives="chances", T=LONG, width=[1, 2, 4, 7, 7, 4], strangers=[0, 1, 2]
)
surprise = Ask("perplexity", takes="chances", gives="perplexity", N=[1, 2, 3, 5, 20])


@counting.example
def a_text(rng, T, width):
    """A text of many words or of two; where contexts are long, mostly of one, so that they come again."""
    some = [*STRINGS[:4], rng.choice(STRINGS[4:])]
    words = [WORDS[:2], WORDS, WORDS, WORDS, some, some, some][rng.integers(7)]
    if width == 7:
        words = [*7 * WORDS[:1], WORDS[1]]
    if T > 1000:
        words = [*WORDS, *STRINGS]
    return {"tokens": rng.choice(words, size=T).tolist(), "width": width}


@counting.reference
def found_again(tokens, width):
    """The number of times that each piece of the text comes, by what stands before its last token."""
    pieces = Counter(tuple(tokens[t - n : t + 1]) for n in range(width + 1) for t in range(n, len(tokens)))
    counts = {}
    for (*context, token), times in pieces.items():
        counts.setdefault(tuple(context), {})[token] = times
    return counts


@model.example
def a_context(rng, T, width, strangers, seen=False):
    """It stands in the text, but for some tokens in it. Unless it was seen, nothing may follow it there.

    Mostly it is long.
    """
    text = a_text(rng, T, width)
    end, length = (rng.integers(T), rng.integers(width + 1, size=8).max()) if seen else (rng.integers(T + 1), width + 1)
    known = text["tokens"][max(0, end - length) : end]
    others, place = rng.choice([*WORDS, "dog", ""], size=strangers).tolist(), rng.integers(len(known) + 1)
    return {**text, "counts": found_again(**text), "context": known[:place] + others + known[place:]}


@model.reference
def shares_of_what_followed(tokens, width, context):
    followed, n = [], min(width, len(context)) + 1
    while not followed:
        n -= 1
        end = context[len(context) - n :]
        followed = [tokens[t] for t in range(n, len(tokens)) if tokens[t - n : t] == end]
    return {token: followed.count(token) / len(followed) for token in followed}


@surprise.example
def what_came(rng, N, impossible=False):
    """One of several is small, so that whatever is added to a chance shows; and some are equal, some are sure."""
    chances = rng.choice([*rng.uniform(0.01, 1, size=max(1, N // 2)), 1.0], size=N)
    if N > 1:
        chances[rng.integers(N)] = rng.choice([0.002, 1e-20])
    if impossible:
        chances[rng.permutation(N)[: rng.integers(1, N + 1)]] = 0
    return {"chances": chances.tolist()}


@surprise.reference
def root_by_root(chances):
    return math.prod((1 / p) ** (1 / len(chances)) for p in chances) if 0 not in chances else math.inf


def expect_counts(count_next, tokens, width):
    """Tokens of one's own, put before the text or behind it, are named whatever they are."""
    expected, got = found_again(tokens, width), count_next()
    if isinstance(got, dict) and all(isinstance(c, tuple) and isinstance(after, dict) for c, after in got.items()):
        in_contexts = {token for context in got for token in context} - {*tokens}
        counted = {token for after in got.values() for token in after} - {*tokens}
        known = {c: {token: after[token] for token in after if token in tokens} for c, after in got.items()}
        of_the_text = {c: after for c, after in known.items() if after and in_contexts.isdisjoint(c)}
        if in_contexts | counted and of_the_text == expected:
            said = f"counts: {min(map(repr, in_contexts | counted))} is in it, and it is no token of this text."
            kind = [bool(in_contexts), bool(in_contexts & counted), bool(counted - in_contexts)]
            raise Mismatch("counts", said, kind=f"tokens of one's own: {kind}")
    expect("counts", got, expected)


test_no_context = counting.checks("counts without context", 1, T=[0, *steps], width=0, examples=24)(expect_counts)
test_one_token = counting.checks("counts after one token", 1, width=1, examples=24)(expect_counts)
test_counts = counting.checks("counts after contexts of any width", 1)(expect_counts)
test_book = counting.check("counts of 3,000 tokens", 1, needs=[test_counts], T=3000, width=2, examples=1)
test_seen = model.check("probabilities after a context that was seen", 1, strangers=0, seen=True, examples=40)
test_shorter = model.check("where the context was never seen, a shorter one", 1, needs=[test_seen], examples=40)
test_perplexity = surprise.check("the perplexity of some chances", 1, examples=24)
test_long = surprise.check("the perplexity of a long text", 1, N=1000, needs=[test_perplexity], examples=4)
test_impossible = surprise.check(
    "what came was held impossible", 1, impossible=True, needs=[test_perplexity], examples=24
)


@model.checks("no argument is changed", 1, needs=[test_seen], examples=8, strangers=0, seen=True, T=[3, 7, 25])
def test_pure(student, rng, tokens, width, counts, context):
    expect_pure(student, "count_next", tokens=tokens, width=width)
    expect_pure(student, "probabilities", counts=counts, context=context)
    expect_pure(student, "perplexity", **what_came(rng, N=5))


@chart
def how_far_to_look_back(student):
    does = {"cat": "walk", "dog": "run", "horse": "ride", "fish": "swim"}
    cards = [f"this {day} I took my {who} for a {does[who]} ." for day in ("morning", "evening") for who in does]
    bars = {}
    for width in range(5):
        counts = student.count_next(tokens=" ".join(cards).split(), width=width)
        chances = []
        for who in does:
            context = f"this afternoon I took my {who} for a".split()
            chances.append(student.probabilities(counts=counts, context=context).get(does[who], 0))
        label = " ".join(context[len(context) - width :]).replace("fish", "cat") or "no context"
        bars[label] = student.perplexity(chances=chances)
    caption = "Two tokens, for a, say no more than one does. The third says it all, and a fourth adds nothing."
    return Bars("Among how many tokens your counts hesitate at the blank", bars, caption)
