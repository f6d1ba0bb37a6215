# %% [markdown]
"""
# Exercise 14: Sentences of different lengths

**The question.** "The food was great" has four words, and "The food was good, not bad at all" has nine with its comma.
N sentences are read side by side, as one array, and an array has no ragged edge. How do both fit into one, so that the
short one does not notice?

**The idea.** After the end of the short one comes filler, until it is as long as the longest. This is called
*padding*. Beside the array stays the *length* of each sentence, the number of its real steps. The cell does not know
filler from words, and would go on reading. A mask stops it, as in exercise 8: it is True where a step is real. In a
sentence that has ended, the step changes nothing: its state is frozen.

What does a frozen step do to the way back? There, the state after it is a copy of the state before it. The slope of a
copy is 1, so blame for the later one is passed on to the earlier one as it is. And no weight was used in making a copy,
so no weight is blamed. Filler costs time, then, and nothing else.

**A worked example.** Two sequences of single numbers, 1 2 3 and 4. Their lengths are 3 and 1. Time goes down, so each
sequence is a column:

    x         mask
    1  4      True   True
    2  0      True   False
    3  0      True   False

Now let the first be 1 0 0 and the second 1, and let the echo of exercise 9 read them (W_xh = 1, W_hh = 0.5, b = 0). The
first, where each 0 is a real input, has the states 0.762, 0.363, 0.180; the second has 0.762, and stays there.

**The shapes.**

    sequences  N arrays, (T_1, D), (T_2, D), ...   in any order
    x          (T, N, D)   one array of them, as long as the longest, with 0 after the ends
    lengths    (N,)        integers, at least 1
    mask       (T, N)      True and False
    hs         (T, N, H)   the states after each step, some of them frozen
    last       (N, H)      for each sequence the state after its last real step

**What to write.** `pad` and `sequence_mask` make x, lengths and mask. `masked_rnn_forward` is `rnn_forward` of exercise
10 with rows that freeze. x may have more steps than the longest sequence, so take the number of steps, T, from x
itself. Anything may stand in the filler, even NaN, and no number of the result may depend on it. (0 · NaN is NaN.)
`last_states` must work for unfrozen states too, of a network that read on through the filler, so hs[-1] is not enough.

**What to notice.** A sentence has the same states alone, in company, and with a hundred steps of filler after it.
Otherwise, what a network says of your sentence would depend on who else is in the batch.

**Where it leads.** This is the end of chapter 3: sentences of any length are read, and blame goes back through them.
How far does it get? Exercise 15 measures that.

Run this file, or `python grader.py padding`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# A sentence of 2 words stands in an array with T = 6, and its state is frozen in the filler. The loss looks at the
# state after the sixth step alone, and the blame there is 7. How much of it arrives at the state after word 2?
# (a number)
blame_after_filler = ...

# Somebody freezes nothing, and fills with x = 0. Does a state stay as it is during the filler? (yes or no)
stays_by_itself = ...

# T is 9, and a sentence has 4 words. Which number k makes hs[k] the state after its last word? (a number)
after_last_word = ...


# %%
def pad(sequences):
    """Sequences of different lengths as one array.

    Returns:
        x:       (T, N, D), where T is the length of the longest, and 0 stands after the ends
        lengths: (N,) integers

    Both are new arrays; the arguments stay as they are.

    >>> x, lengths = pad([np.array([[1.0], [2.0], [3.0]]), np.array([[4.0]])])
    >>> x[:, :, 0]
    array([[1., 4.],
           [2., 0.],
           [3., 0.]])
    >>> lengths
    array([3, 1])
    """
    # YOUR CODE HERE
    raise NotImplementedError


def sequence_mask(lengths, T):
    """A mask of the steps, of T, that are real.

    Returns:
        mask: (T, N), True where a sequence has not ended, and False after its end.

    >>> sequence_mask(np.array([3, 1]), 3)
    array([[ True,  True],
           [ True, False],
           [ True, False]])
    """
    # YOUR CODE HERE
    raise NotImplementedError


def masked_rnn_forward(x, h0, W_xh, W_hh, b, lengths):
    """The states after each step; after its end a sequence keeps the one that it had.

    Returns:
        hs: (T, N, H), a new array; the arguments stay as they are.

    >>> x = np.array([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]])[:, :, None]
    >>> one = np.ones((1, 1))
    >>> hs = masked_rnn_forward(x, np.zeros((2, 1)), one, 0.5 * one, np.zeros(1), np.array([3, 1]))
    >>> hs[:, :, 0].round(3)
    array([[0.762, 0.762],
           [0.363, 0.762],
           [0.18 , 0.762]])
    """
    # YOUR CODE HERE
    raise NotImplementedError


def last_states(hs, lengths):
    """The state of each sequence after its last real step.

    Args:
        hs: (T, N, H), the states of any network
        lengths: (N,)

    Returns:
        last: (N, H), a new array; the arguments stay as they are.

    >>> hs = np.array([[0.1, 0.5], [0.2, 0.6], [0.3, 0.7]])[:, :, None]
    >>> last_states(hs, np.array([3, 1]))
    array([[0.3],
           [0.5]])
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
