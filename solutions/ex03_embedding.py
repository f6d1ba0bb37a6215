# %% [markdown]
"""
# Exercise 3: The company that words keep

**The question.** In one-hot codes cat is as far from dog as from Boston. How can a network be told that "dog" is more
like "cat", or better, how can it find that out?

**The idea.** Give each token a few numbers, 16 perhaps, and let them be weights, to be learned like all others.
Tokens that are used alike can then come to have numbers that are alike. The numbers of all tokens make a table W with
a row for each id, and the row of a token is its *embedding*.

Nothing new is needed to use such a table. Let the one-hot code of id 1 meet it, in a vocabulary of 3 tokens with 2
numbers each:

                [1 0]
    [0 1 0]  @  [2 5]  =  [0·1 + 1·2 + 0·0   0·0 + 1·5 + 0·3]  =  [2 5]
                [0 3]

The product is row 1 of the table. All other rows met a zero.

**How near are two tokens?** Take the rows [2 5] and [0 3]. Multiply number by number and add up: 2·0 + 5·3 = 15. That
is large if both point the same way, but it also grows with their lengths, and how long a row is mostly tells how
frequent its token is. So divide by both lengths, those of the rows as arrows: the root of the sum of the squares,
√(4 + 25) = 5.385 and √(0 + 9) = 3:

    15 / (5.385 · 3) = 0.928

This is the *cosine* of the two rows: 1 if they point the same way, 0 if at a right angle, -1 if they are opposite.

**The shapes.** V is the size of the vocabulary, and D how many numbers each token has.

    ids           integers from 0 to V - 1, in an array of any shape: (T,), (T, N), or () for a single one
    W             (V, D)
    rows          the shape of ids, and D behind it
    id            one id
    neighbours    (k,)   the k ids whose rows have the largest cosine with the row of id, the largest first

**What to write.** `embedding` gives what the product of all one-hot codes with the table would give; think about
which of the V · D products you need. `nearest` looks at the cosines of one row with all others; np.argsort says in
which order the numbers of an array come, from the smallest on. A token is not its own neighbour, and another row may
point exactly the same way. No row of W is all zeros, and k is smaller than V.

**What to notice.** When you are done, you see who is near whom in a table that was only counted: for each word of
some postcards, how often each other word stands beside it. Nobody told it which words are animals.

**Where it leads.** Who finds the numbers of the table? They are learned with all other weights, from how wrong the
guesses are. For that one has to know in which direction a weight should go: exercise 4.

Run this file, or `python grader.py embedding`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# The ids have the shape (5, 3), and W has (70, 16). What is the shape of the rows? (a shape)
shape_of_rows = (5, 3, 16)  # PREDICTION: each id has become 16 numbers

# One one-hot code meets this W of (70, 16), in 70 · 16 products. How many of them are not a product with 0? (a number)
products_that_matter = 16  # PREDICTION: one row

# Before anything is learned, W holds numbers drawn by chance. Is the row of cat nearer to that of dog than to that of
# Boston? (always, never or chance)
near_before_learning = "chance"  # PREDICTION: meaning is not in the letters


# %%
def embedding(ids, W):
    """The row of W for each id.

    Returns:
        rows: an array of the shape of ids, with D behind it; a new array, which shares no memory with W.

    >>> embedding(np.array([1, 2, 1]), np.array([[1.0, 0.0], [2.0, 5.0], [0.0, 3.0]]))
    array([[2., 5.],
           [0., 3.],
           [2., 5.]])
    """
    # BEGIN SOLUTION
    return W[ids]
    # END SOLUTION


def nearest(id, W, k):
    """The k other ids whose rows have the largest cosine with the row of this id, the largest first.

    Returns:
        neighbours: (k,), integers.

    >>> nearest(1, np.array([[1.0, 0.0], [2.0, 5.0], [0.0, 3.0]]), 2)
    array([2, 0])
    """
    # BEGIN SOLUTION
    lengths = np.sqrt((W**2).sum(axis=1))
    cosines = W @ W[id] / (lengths * lengths[id])
    cosines[id] = -np.inf
    return np.argsort(-cosines)[:k]
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
