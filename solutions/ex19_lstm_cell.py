# %% [markdown]
"""
# Exercise 19: A notebook with gates

**The question.** "I grew up in France, but I now live in Denver. It rained all day. I speak fluent ___". At *France*
your network should make a note, and leave it alone until *fluent*. But the cell of exercise 9 makes its whole state
anew at every word: all old numbers are mixed with the word, and bent by a tanh. How can a cell leave a note alone?

**The idea.** It keeps two states. One is a notebook, the *cell state* c: H notes, a number each. The other is the page
that the cell shows. It is called the *hidden state* h, though it is the one that is seen: by a readout, and by the cell
itself at the next step. Such a cell is called an *LSTM*, for long short-term memory. Four things happen at a step, and
each is a short function.

*It forgets.* Multiply a note by 1, and it stays as it is; by 0, and it is gone; by 0.9, and nine tenths are left. Each
of the H notes has a fraction of its own. A vector of fractions between 0 and 1, which multiplies another vector number
by number, is called a *gate*. At 1 it is open and lets all through; at 0 it is shut. This one is the forget gate f.
Who sets it? The cell does, by what it reads: each number of f begins as a sum over the numbers of x and of h, each
times a weight, and a bias, as in exercise 9. A sum can be any number; a sigmoid turns it into a number between 0 and 1.
So what became the memory itself in exercise 9 only says here what the memory should do.

*It stores.* Sums with weights of their own make the *candidate* g: what could be written. A candidate may add to a note
or take away from it, so its numbers lie between -1 and 1, and you know the curve for that. The input gate i, made like
f but with weights of its own, says which fraction of each candidate is written.

*It updates the notebook.* The new one holds both, what is kept and what is written.

*It shows something of it.* Much of what is noted is of no use yet. The new notes are squeezed between -1 and 1, and
the output gate o, with weights of its own again, says which fraction of each is shown.

**A worked example.** One unit. Its note is 2, and the cell has read something that makes f = 0.9, i = 0.5, g = -0.8 and
o = 0.25:

    kept      0.9 of 2                        1.8
    written   0.5 of -0.8                    -0.4
    c_next    both                            1.4
    h_next    0.25 of tanh(1.4) = 0.885       0.221

The sum that made f is ln 9 = 2.2, for e to the power of -ln 9 is 1/9, and 1 / (1 + 1/9) = 0.9. That of i was 0. That
of g was -ln 3 = -1.1, and so was that of o. As a candidate this number says -0.8, and as a gate 0.25.

**The formula.** All sums are made at once: those of exercise 9, with 4H columns in place of H.

    a   = x W_xh + h W_hh + b
    a_i, a_f, a_g, a_o           H columns each, side by side in this order

One of the pieces is f * c, what is kept, with f = σ(a_f), where * is number by number and σ is the sigmoid. You have
the others in words. (Hochreiter and Schmidhuber, Long short-term memory, Neural Computation 9(8), 1997. The forget gate
came later: Gers, Schmidhuber and Cummins, Learning to forget, Neural Computation 12(10), 2000.)

**The shapes.** All arrays hold floats.

    x                   (N, D)    the input of this step
    h, c                (N, H)    the two states before it; h_next and c_next after it
    W_xh                (D, 4H)   the weights of i, f, g and o side by side
    W_hh                (H, 4H)
    b                   (4H,)
    a_i, a_f, a_g, a_o  (N, H)

**What to write.** The sigmoid is that of exercise 5. Sums and notes like -1000 and 1000 come here, too: NumPy may warn
of an overflow then, and that does no harm as long as no NaN comes of it. Then there are four pieces of one line each,
which may call each other. `lstm_cell` makes the sums, cuts them apart with `np.split(a, 4, axis=1)`, and hands them to
the pieces. What is written at a step can be shown at the same step. h_next comes back first, then c_next. All six
functions leave what they are given as it is.

**What to notice.** Nothing forces a note to change: where f is near 1 and i near 0, it is handed on nearly as it is, at
every step. You will see your cell do so, with gates that were set by hand, beside cells of exercise 9. Which weights
make gates that open and shut at the right words is up to learning.

**Where it leads.** How long a note lasts is up to one number, its f. Exercise 20 asks what that does to the blame.

Run this file, or `python grader.py lstm_cell`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# c begins as 3, and at each of 100 steps f is 1 and i is 0. What is c after the last? (a number)
after_100_steps = 3  # PREDICTION: nothing is taken and nothing is added

# The forget gate is 0.3 for each of ten notes, none of them 0. How many of the ten are 0
# after it has forgotten? (a number)
wiped_out = 0  # PREDICTION: each is multiplied by 0.3, and no lots are drawn

# Which can hold a number below -1? (c, h, both or neither)
below_minus_1 = "c"  # PREDICTION: each step can take from a note; h is a fraction of what was squeezed


# %%
def sigmoid(a):
    """1 / (1 + e⁻ᵃ) of every number in a, an array of any shape.

    Each is a number from 0 to 1, never NaN, whatever number it is made of: 1000, -1000 or -1e-9.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    # BEGIN SOLUTION
    return 0.5 * (1 + np.tanh(0.5 * a))  # the same as 1 / (1 + exp(-a)), with nothing that overflows
    # END SOLUTION


def forget(c, a_f):
    """The part of the notes c, (N, H), that is kept, by the gate that the sums a_f, (N, H), make.

    >>> forget(np.array([[2.0]]), np.log([[9.0]])).round(4)
    array([[1.8]])
    """
    # BEGIN SOLUTION
    return sigmoid(a_f) * c
    # END SOLUTION


def store(a_i, a_g):
    """The part that is written: of the candidate that a_g makes, the fraction that a_i makes. All are (N, H).

    >>> store(np.array([[0.0]]), -np.log([[3.0]])).round(4)
    array([[-0.4]])
    """
    # BEGIN SOLUTION
    return sigmoid(a_i) * np.tanh(a_g)
    # END SOLUTION


def update(c, a_f, a_i, a_g):
    """The notes after the step, (N, H), of those before it and the sums of f, i and g.

    >>> update(np.array([[2.0]]), np.log([[9.0]]), np.array([[0.0]]), -np.log([[3.0]])).round(4)
    array([[1.4]])
    """
    # BEGIN SOLUTION
    return forget(c, a_f) + store(a_i, a_g)
    # END SOLUTION


def output(c, a_o):
    """The part of the notes c, (N, H), that is shown, by the gate that the sums a_o, (N, H), make.

    >>> output(np.array([[1.4]]), -np.log([[3.0]])).round(4)
    array([[0.2213]])
    """
    # BEGIN SOLUTION
    return sigmoid(a_o) * np.tanh(c)
    # END SOLUTION


def lstm_cell(x, h, c, W_xh, W_hh, b):
    """The two states after one more step of an LSTM.

    Returns:
        h_next: (N, H), what is shown
        c_next: (N, H), the notes

    Both are new arrays; the arguments stay as they are.

    Where all weights are 0, all gates are 0.5 and the candidate is 0:

    >>> one = np.ones((1, 1))
    >>> h_next, c_next = lstm_cell(one, 0 * one, one, W_xh=np.zeros((1, 4)), W_hh=np.zeros((1, 4)), b=np.zeros(4))
    >>> h_next.round(4), c_next.round(4)
    (array([[0.2311]]), array([[0.5]]))
    """
    # BEGIN SOLUTION
    a = x @ W_xh + h @ W_hh + b
    a_i, a_f, a_g, a_o = np.split(a, 4, axis=1)
    c_next = update(c, a_f, a_i, a_g)
    h_next = output(c_next, a_o)
    return h_next, c_next
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
