# %% [markdown]
"""
# Exercise 24: From both ends, and in layers

**The question.** Somewhere in a string of DNA stands the motif TATAAT, a short pattern, and a network marks its
letters. It reads G, C, T. Is this T the first letter of a motif? It depends on the five letters that follow: TATAAT is
one, TATACT is none. A network that reads from left to right has not seen them yet. How can it mark a T by what comes
after it?

**The idea.** Let a second network begin at the end. Both are recurrent networks, RNNs for short, with weights of their
own, and know nothing of each other. So there are two states at each letter: the first network has read all up to this
letter, and the second all from this letter on. Side by side the two states have seen everything. Such a network is
*bidirectional*, and each of its two RNNs is called a *direction*. No new kind of cell is needed: a network that reads
backwards is an RNN whose input was turned round. Its states come out turned round as well, and have to be turned back,
so that both directions speak of the same letter. (So backward is an order of reading here. No blame is meant.)

Now N strings of different lengths lie in one array, with filler. The filler has a *padding side*: ours stands after the
ends, so a forward network meets it last. Turn the whole array round, and the filler stands in front. The backward
network would have read three fillers, say, before its first letter, and its state would no longer be 0 there. So each
string is turned within its own length, and the filler stays on its side.

**A worked example.** One string of 3 steps, and one filler: 1 2 3 0. Step 0 becomes the last real step, which is at
3 - 1 = 2; step 1 the one at 1; step 2 the one at 0; and step 3 is filler, and stays.

    1 2 3 0    becomes    3 2 1 0    and not    0 3 2 1

Turned once more it is 1 2 3 0 again.

There is another way to have two networks: one on top of the other. A *layer* is an RNN, of whatever cells, whose inputs
may be the states of another one. The lowest layer reads x. The second reads what the first says at each step, its h, as
if these were its letters. Each layer has weights of its own and a state of its own, and carries it from step to step as
ever. What the highest says is what the whole stack says.

**The shapes.** An RNN is given by the three weights of exercise 10, as a triple (W_xh, W_hh, b). All have the same H.

    x         (T, N, D)
    lengths   (N,)         integers from 1 to T
    layers    L triples    the lowest first; W_xh is (D, H) in the lowest, and (H, H) in those above
    h0s       (L, N, H)    the state of each layer before the first step
    forward   a triple     the RNN that reads from the beginning; it starts with a state of zeros
    backward  a triple     the RNN that reads from the end; it starts with zeros, too
    hs        (T, N, H) of a stack, (T, N, 2H) of two directions
    last      (L, N, H)    the state of each layer after the last step
    summary   (N, 2H)      the state of each direction when it has read everything

**What to write.** Three functions; `rnn_forward` of exercise 10, `sequence_mask` and `last_states` of exercise 14 are
there. `stacked_rnn` knows no lengths: in its x there is no filler. It returns two things: the states of the highest
layer, and the last state of every layer, since that is what the next piece of a text has to begin with.
`bidirectional_rnn` also returns two. First come the states of both directions side by side, forward first. After the
ends they are 0, whatever the filler was, even NaN. Then comes a summary of each string in one row, to tell which
strings hold a motif at all, say: side by side the state of each direction when it had read everything. Where is that,
for one that began at the end?

**What to notice.** Two directions cost twice the work, and something else: all of the string must be there before the
first answer comes. A network that guesses the next word cannot have that: one direction must do. You will see who sees
what, as your functions draw it. (See Schuster and Paliwal, Bidirectional recurrent neural networks, IEEE
Transactions on Signal Processing 45(11), 1997.)

**Where it leads.** This is the end of chapter 5. In exercise 25 you bring your cells to minigrad, the engine that comes
with the course, and it does the way back for you.

Run this file, or `python grader.py stacking`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# A string of 9 letters, no filler. The backward states have been turned back, so that hs[8] belongs to the last letter.
# How many letters has the backward direction read there? (a number)
letters_read = ...

# Two layers of LSTMs. Does the second see the cell state c of the first? (yes or no)
sees_c = ...

# x is (7, 3, 4), and each direction has 5 units. On top comes a second pair of directions, which reads the states of
# both. What is the shape of the W_xh of its backward direction, if it has 5 units as well? (a shape)
shape_on_top = ...


# %%
def rnn_forward(x, h0, W_xh, W_hh, b):
    """The states after each step: (T, N, H). This is exercise 10."""
    h = h0
    hs = []
    for x_t in x:
        h = np.tanh(x_t @ W_xh + h @ W_hh + b)
        hs.append(h)
    return np.stack(hs)


def sequence_mask(lengths, T):
    """A mask of the steps, of T, that are real: (T, N), True and False. This is exercise 14."""
    return np.arange(T)[:, None] < lengths


def last_states(hs, lengths):
    """The state of each sequence after its last real step: (N, H). This is exercise 14."""
    return hs[lengths - 1, np.arange(len(lengths))]


def reverse_sequences(x, lengths):
    """Each sequence from its end to its beginning; the filler stays where it is, each step of it.

    Args:
        x: (T, N, D)
        lengths: (N,)

    Returns:
        turned: (T, N, D), a new array; the arguments stay as they are.

    >>> x = np.array([[1, 5], [2, 6], [3, 7], [0, 8]])[:, :, None]
    >>> reverse_sequences(x, np.array([3, 4]))[:, :, 0]
    array([[3, 8],
           [2, 7],
           [1, 6],
           [0, 5]])
    """
    # YOUR CODE HERE
    raise NotImplementedError


def stacked_rnn(x, h0s, layers):
    """RNNs on top of each other, each of which reads the states of the one below.

    Args:
        x: (T, N, D), what the lowest layer reads; all steps are real
        h0s: (L, N, H), the state of each layer before the first step
        layers: L triples (W_xh, W_hh, b), the lowest first

    Returns:
        hs:   (T, N, H), the states of the highest layer after each step
        last: (L, N, H), the state of each layer after the last step

    Both are new arrays; the arguments stay as they are.

    Two layers of one unit each, W_xh = 1, W_hh = 0.5, b = 0. The first is the echo of exercise 9:

    >>> x = np.array([1.0, 0.0, 0.0]).reshape(3, 1, 1)
    >>> unit = (np.ones((1, 1)), np.full((1, 1), 0.5), np.zeros(1))
    >>> hs, last = stacked_rnn(x, np.zeros((2, 1, 1)), [unit, unit])
    >>> hs.round(3).ravel().tolist(), last.round(3).ravel().tolist()
    ([0.642, 0.594, 0.444], [0.18, 0.444])
    """
    # YOUR CODE HERE
    raise NotImplementedError


def bidirectional_rnn(x, lengths, forward, backward):
    """Two RNNs side by side: one reads each sequence from its beginning, the other from its end.

    Args:
        x: (T, N, D); after the ends anything may stand
        lengths: (N,)
        forward, backward: a triple (W_xh, W_hh, b) for each direction; both start with a state of zeros

    Returns:
        hs:      (T, N, 2H), at each step the forward state and the backward state side by side; 0 after the ends
        summary: (N, 2H), side by side the state of each direction when it has read all of its sequence

    Both are new arrays; the arguments stay as they are.

    One unit in each direction, W_xh = 1, W_hh = 0.5, b = 0; a string of 3 steps, and one filler:

    >>> x = np.array([1.0, 0.0, 0.0, 9.0]).reshape(4, 1, 1)
    >>> unit = (np.ones((1, 1)), np.full((1, 1), 0.5), np.zeros(1))
    >>> hs, summary = bidirectional_rnn(x, np.array([3]), unit, unit)
    >>> hs[:, 0].round(3).tolist(), summary.round(3).tolist()
    ([[0.762, 0.762], [0.363, 0.0], [0.18, 0.0], [0.0, 0.0]], [[0.18, 0.762]])
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
