# %% [markdown]
"""
# Exercise 2: What, and where

**The question.** "The food was good, not bad at all." "The food was bad, not good at all." Which numbers can one make
of the two, so that a network can tell which guest was content?

**The idea.** A network needs numbers of which it can make sums, and an id is only a name. So give each token of the
vocabulary a place of its own in a row of numbers, a *vector*. There are three ways to go on from here, and each
forgets something else.

*One-hot* is the code of a single token: all numbers are 0, and at the place of its id there is a 1. No token is
larger than another, and any two are equally far apart.

A *bag of words* is the code of a whole text, in as many numbers as there are tokens in the vocabulary: how often does
each of them come? As if somebody had cut the text into its words and shaken them in a bag.

A *window* lays the one-hot codes of the last tokens side by side, the oldest first. With V tokens in the vocabulary
and a window of 2, the first V numbers belong to the token before the last, and the next V to the last one. While less
has been read than the window is wide, the places of what is missing hold zeros only. There is nothing there yet, and
nothing is not a token.

**A worked example.** There are three tokens in the vocabulary, and the text has the ids 2 0 2.

    one-hot     of id 0: 1 0 0     of id 2: 0 0 1
    bag         1 0 2              id 0 comes once, id 2 twice
    windows of 2, after each token of the text

        0 0 0 | 0 0 1     only a 2 has been read
        0 0 1 | 1 0 0     2, then 0
        1 0 0 | 0 0 1     0, then 2; the first 2 is forgotten

To guess what comes next, a network has a unit for each token that it could guess, with a weight for each number of
the window. So the three numbers of a place meet weights that no other place has. What is learned of "good" as the last
word is not known of "good" as the last but one. If the same weights are at work in several places, one speaks of
*parameter sharing*. The window has none, and what comes from exercise 9 on has it.

**The shapes.** V is the size of the vocabulary, and T the number of tokens in the text, at least 1.

    ids         (T,)            integers from 0 to V - 1
    size        V
    width       how many tokens a window has, 1 or more
    one-hot     (T, V)          a row for each token
    bag         (V,)            one row for the whole text
    windows     (T, width · V)  row t is the window after token t, and token t is the last in it

**What to write.** `one_hot`, `bag_of_words` and `fixed_window`. All three give floats, since they will meet weights.
`size` decides how long the codes are, and not the largest id of this text: two texts must be comparable. A token may
come twice in a bag, or ten times. For the windows think of what stands before the text, and then of where the window
of token t begins.

**What to notice.** When you are done, you see where the codes of the two reviews differ. A bag knows what, and a
window knows where.

**Where it leads.** Nearly all of these numbers are 0, and to a one-hot code cat is as far from dog as from Boston.
Exercise 3 gives each token a few numbers that can be learned. In exercise 9 a network reads on as long as it likes,
with the same weights at each word.

Run this file, or `python grader.py encodings`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# In how many numbers do the bags of the two reviews above differ? (a number)
bags_differ_in = ...

# Two texts of ten tokens, each in a window of 10: "this morning" stands at the places 0 and 1 in one, and at 5 and 6 in
# the other. How many numbers of the two windows are 1 in both because of these words? (a number)
ones_in_common = ...

# A window of 60 tokens, a vocabulary of 70, and a unit for each token that could come next: how many weights?
# (a number)
weights = ...


# %%
def one_hot(ids, size):
    """A row for each id, with a 1 at its place.

    Returns:
        codes: (T, V), floats.

    >>> one_hot(np.array([2, 0]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    # YOUR CODE HERE
    raise NotImplementedError


def bag_of_words(ids, size):
    """The number of times that each token comes.

    Returns:
        bag: (V,), floats.

    >>> bag_of_words(np.array([2, 0, 2]), 3)
    array([1., 0., 2.])
    """
    # YOUR CODE HERE
    raise NotImplementedError


def fixed_window(ids, width, size):
    """After each token, the one-hot codes of the last `width` tokens side by side, the oldest first.

    Returns:
        windows: (T, width · V), floats. Before the text there is nothing: zeros.

    >>> fixed_window(np.array([2, 0]), 2, 3)
    array([[0., 0., 0., 0., 0., 1.],
           [0., 0., 1., 1., 0., 0.]])
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
