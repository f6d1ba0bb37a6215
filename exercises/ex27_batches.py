# %% [markdown]
"""
# Exercise 27: A book, read in sixteen places at once

**The question.** A network is to learn to write English, letter by letter, from a book of a million letters. Exercise
13 showed how to read it: chunk after chunk, with the state carried along. But that is one long row of 20,000 chunks of
50 letters, and a step of learning after one of them follows what happens to stand there. Sixteen places would give a
truer gradient, and NumPy does all sixteen at once. Could sixteen readers share the work, each with a state of its own,
and all with the same weights?

**The idea.** Nobody has to write down targets for such a network. The target of each token is the token that comes next
in the text, so the text is its own teacher.

First take a single reader, and chunks of 3. The ids of this text count its tokens, so that you see where each of them
comes from:

    text                     0  1  2  3  4  5  6  7
    x of the first batch     0  1  2
    y of the first batch        1  2  3
    x of the second batch             3  4  5
    y of the second batch                4  5  6

Each target stands under the token of the text that it was taken from. The 3 is the last target of the first chunk and
the first input of the second: the two chunks share no input, and no token between them is left out. Only 6 could still
be read, for 7 comes after it, but one token fills no chunk. It is left out.

Now for sixteen readers. Each gets a part of the book for itself, a *stream*, and reads it from beginning to end. What
all of them read in the same few steps is a batch, with a column for each stream. Think of a rake with sixteen teeth,
which is pulled through the book by one token at each step. A row of x has N ids, one for each reader. A table of
embeddings makes N rows of them, so column n of x leads to row n of the state, (N, H). That row belongs to reader n as
long as the book lasts: when the next batch comes, it holds what this reader has read, and not what others have.

**A worked example.** A text of 15 tokens, with the ids 0 to 14, is read in two streams, by chunks of 3. Stream 0 begins
at 0, and stream 1 at 7. Here are both batches, time downwards:

    x  0  7     y  1   8         x  3  10     y  4  11
       1  8        2   9            4  11        5  12
       2  9        3  10            5  12        6  13

6 and 13 are the last tokens of their streams, and no inputs: a single token fills no chunk. 14 is in no stream.

**The shapes.** There are N streams, and chunks of T tokens.

    ids      (n,)     integers, the text. They may be any ids; only in the examples do they count its tokens
    batch    N        how many streams there are, at least 1
    length   T        how many tokens a chunk has, at least 1; not how long a sequence is, as in exercise 14
    x        (T, N)   inputs: column n is the next chunk of stream n
    y        (T, N)   their targets

**What to write.** One function, in two steps: streams, then chunks. The streams follow each other in the text without a
gap: where one ends, the next begins. Each token in them is to have a target. For the last token of a stream that is the
first of the next stream; for the last token of the last stream it stands behind all of them. All streams are equally
long, and as long as this allows. What is left at the end of the text is dropped. Then each stream is cut into chunks,
and what is left at its end is dropped as well. A text can be so short that there is no batch at all: then the list is
empty, [].

**What to notice.** Everything here can go wrong without an error. A network learns something from any x and y of the
right shape; if y is x itself it even seems to learn wonderfully. So look at your batches before you train: here you are
shown some.

**Where it leads.** Exercise 28 learns from such batches, and carries the state from each of them to the next.

Run this file, or `python grader.py batches`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# A text of 20 tokens is cut into 4 streams, as described above. How many tokens are there in each? (a number)
stream_of_twenty = ...

# There is a step of learning after each batch. A text of 1,000,001 tokens, chunks of 50: with one stream that makes
# 20,000 steps. How many steps does it make with 100 streams? (a number)
steps_of_hundred = ...

# Somebody shuffles the batches, as one shuffles postcards, and still carries the state from each to the next. What does
# not fit any more? (targets, states or nothing)
spoiled_by_shuffling = ...


# %%
def next_token_batches(ids, batch, length):
    """The text as batches of inputs and targets, for a network that guesses the next token.

    Returns:
        batches: a list of pairs (x, y), in the order of reading. Each x and each y is an array of integers, (T, N). So
            batches[0][1] is y of the first batch. They may be views: arrays that share the memory of the text.
            The text stays as it is.

    >>> first, second = next_token_batches(np.arange(15), batch=2, length=3)
    >>> x, y = first
    >>> x.tolist(), y.tolist()
    ([[0, 7], [1, 8], [2, 9]], [[1, 8], [2, 9], [3, 10]])
    >>> x, y = second
    >>> x.tolist(), y.tolist()
    ([[3, 10], [4, 11], [5, 12]], [[4, 11], [5, 12], [6, 13]])
    """
    # YOUR CODE HERE
    raise NotImplementedError


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
