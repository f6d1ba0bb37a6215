# %% [markdown]
"""
# Exercise 1: Numbers for names

**The question.** A network multiplies and adds. So what is 3 × "cat"?

**The idea.** Before a network can read, each token gets a number. The *vocabulary* is the list of all tokens that are
known, and the place of a token in it, counted from 0, is its *id*. An id is a name and no amount, like the number on
the shirt of a player: 8 is not twice 4.

A reader with a vocabulary will meet tokens that are not in it. All of them share one id, 0, and there the list has
the token `<unk>`, for *unknown*. So nothing is ever left without a number, and a text keeps its length.

In which order? Any would do, if it is the same one tomorrow: what a network has learned, it has learned of these ids.
The frequent tokens first is what one usually takes, for then one can cut the list where the rare ones begin.

**A worked example.** The text is "a b b c a b".

    counted          a 2, b 3, c 1
    the vocabulary   <unk>  b  a  c
    ids                0    1  2  3

With it, another text is read, "a d b": a has the id 2, d is unknown, b has the id 1.

    "a d b"   →   2 0 1   →   "a <unk> b"

**The shapes.** T is the number of tokens in a text, V the number of those in the vocabulary.

    tokens      list of T strings
    vocabulary  list of V strings: `<unk>` and each token of a text once
    ids         (T,), an array of integers from 0 to V - 1

**What to write.** `build_vocabulary`, `encode` and `decode`, two or three lines each. What decides between tokens that
come equally often: the one that is seen first in the text stands first. A text may also be empty, and its ids are
integers even then: what does `np.array([])` hold? Look ids up in a dictionary. A list would be searched from its
beginning, for every token anew.

**What to notice.** When you are done, you see how often the tokens of a hundred postcards come, the cards that all of
this course learns to write. Few tokens do most of the work, and they are not those that tell what a card is about.

**Where it leads.** A name cannot be multiplied any more than a word can: if cat has the id 7 and Boston the id 21, then
3 × cat would be Boston. Exercise 2 makes rows of numbers of ids that can.

Run this file, or `python grader.py vocabulary`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# The ids of cat, dog and Rome are 7, 8 and 900. Does that say that a dog is more like a cat than like Rome? (yes or no)
ids_tell_meaning = "no"  # PREDICTION: swap two ids, and nothing is lost

# The vocabulary is [<unk>, b, a, c]. The text "a d b e b" is encoded and decoded. How many of its five tokens are again
# what they were? (a number)
come_back = 3  # PREDICTION: a, b and b; d and e have become <unk>

# %%
UNKNOWN = "<unk>"


def build_vocabulary(tokens):
    """UNKNOWN and each token of the text: the most frequent first, and of equally frequent ones the first seen.

    Returns:
        vocabulary: a list of strings.

    >>> build_vocabulary(["a", "b", "b", "c", "a", "b"])
    ['<unk>', 'b', 'a', 'c']
    """
    # BEGIN SOLUTION
    counts = {}
    for token in tokens:
        counts[token] = counts.get(token, 0) + 1
    return [UNKNOWN, *sorted(counts, key=lambda token: -counts[token])]
    # END SOLUTION


def encode(tokens, vocabulary):
    """The id of each token: its place in the vocabulary, and 0 for one that is not there.

    Returns:
        ids: (T,), an array of integers.

    >>> encode(["a", "d", "b"], ["<unk>", "b", "a", "c"])
    array([2, 0, 1])
    """
    # BEGIN SOLUTION
    ids = {token: id for id, token in enumerate(vocabulary)}
    return np.array([ids.get(token, 0) for token in tokens], dtype=int)
    # END SOLUTION


def decode(ids, vocabulary):
    """The token of each id.

    Returns:
        tokens: a list of T strings.

    >>> decode(np.array([2, 0, 1]), ["<unk>", "b", "a", "c"])
    ['a', '<unk>', 'b']
    """
    # BEGIN SOLUTION
    return [vocabulary[id] for id in ids]
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
