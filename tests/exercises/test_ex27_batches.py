"""Batches of a text must hold each token with the one that comes next, in streams that go on."""

import numpy as np

from minigrad.course.checks import Ask, Sizes, Words, chart, expect, expect_unchanged, size
from minigrad.data import postcards

batches = Ask(
    "next_token_batches",
    takes="ids batch length",
    gives={"batches": "T N"},
    batch=size,
    length=size,
    chunks=[1, 2, 3, 4],
    rest=False,
)


@batches.example
def a_text(rng, batch, length, chunks, rest):
    """It fills so many chunks of each stream. A rest is left of the streams, of the text, or of both."""
    left = rng.integers(4) if rest else 0
    stream = chunks * length + (rng.integers(length) if left in (1, 3) else 0)
    n = batch * stream + 1 + (rng.integers(batch) if left in (2, 3) else 0)
    return {"ids": some_ids(rng, n), "batch": batch, "length": length}


def some_ids(rng, n):
    """Of few tokens, or of many."""
    return rng.integers(rng.choice([4, 1000, 10**6]), size=n)


@batches.reference
def place_by_place(ids, batch, length):
    stream = max(s for s in range(len(ids)) if batch * s < len(ids))
    whole = [chunk * length for chunk in range(stream) if chunk * length + length <= stream]
    of = lambda first: np.array([[ids[first + t + n * stream] for n in range(batch)] for t in range(length)])
    return [(of(first), of(first + 1)) for first in whole]


test_one_chunk = batches.check("one stream, one chunk: x and y", 2, batch=1, chunks=1)
test_one_stream = batches.check("one stream: the next chunks", 1, batch=1)
SEVERAL = Sizes((2, 3, 4, 2, 3, 5, 8), largest=12)
test_columns = batches.check("a column for each stream", 2, batch=SEVERAL, chunks=1)
test_streams = batches.check("each stream goes on in its column", 2, batch=SEVERAL)
test_left = batches.check("what is left over is dropped", 1, rest=True, chunks=[1, 2, 3])


@batches.checks("a text that is too short gives no batch", 1, needs=[test_one_chunk], examples=24)
def test_short(next_token_batches, rng, batch, length):
    ids = some_ids(rng, rng.integers(1, batch * length + 1))
    expect("batches", next_token_batches(ids=ids), [])


@batches.checks("the text stays as it is", 1, needs=[test_one_chunk], examples=24)
def test_unchanged(student, ids, batch, length):
    expect_unchanged(student, "next_token_batches", ids=ids, batch=batch, length=length)


@chart
def the_streams(student):
    """Some postcards, letter by letter, as the streams of the student's batches."""
    text = " ".join(" ".join(card.tokens[:-1]) for card in postcards.cards(27, 3))
    letters = sorted(set(text))
    ids = np.array([letters.index(letter) for letter in text])
    first = student.next_token_batches(ids=ids, batch=4, length=16)[:3]
    lines = []
    for n in range(4):
        for name, part in (("x", 0), ("y", 1)):
            chunks = ["".join(letters[id] for id in pair[part][:, n]).replace(" ", "·") for pair in first]
            lines.append(f"{'' if part else f'stream {n}':9} {name}  " + " | ".join(chunks))
    caption = (
        "Your first three batches, side by side: a batch ends at each bar, and · is a blank. A stream begins wherever "
        "the one before it ends, be it in the middle of a word. Each y is one letter ahead, and each line reads on "
        "across the bars."
    )
    return Words("Postcards, read in four places at once", lines, caption)
