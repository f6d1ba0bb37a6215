# %% [markdown]
"""
# Exercise 10: One cell reads a whole sentence

**The question.** "The food was good, not bad at all." "The food was bad, not good at all." To a bag of words these two
are one and the same. Your cell of exercise 9 takes in one word, and keeps a state. How does it come to read all of
them in their order, and how does it say what it makes of them?

**The idea.** As a sketch it is a loop of two lines:

    for word in sentence:
        prediction, state = my_rnn(word, state)

What comes out of one step goes into the next. To *unroll* the network is to follow this loop through a sentence, and
to lay out its steps side by side. It looks like a row of cells then, one for each word. But it is one and the same cell
each time, so a sentence may have any number of words.

A state is no answer yet. The *readout* makes scores of it: one product with weights of its own, W_hy, and one bias,
b_y. No tanh follows, since scores may be of any size; they are the logits of exercise 8. There are two times to ask for
them. *Many-to-many*: read out after each step, as somebody must who guesses every next word. *Many-to-one*: read out
once, at the end, as somebody does who hears a review and then says whether it was a good one.

**A worked example.** The echo of exercise 9 gave 0.762, 0.363, 0.180, 0.090. With a readout of W_hy = 2 and b_y = 1
the first of these states has the score 2 · 0.762 + 1 = 2.52.

**The formula.** For the first two of T steps it is, with `cell` for your line of exercise 9,

    hs[0] = cell(x[0], h0)        h0 is there before anything is read
    hs[1] = cell(x[1], hs[0])

**The shapes.** N sentences are read side by side, and time is the first axis: x[0] is the first word of all N.

    x     (T, N, D)   the inputs of all steps
    h0    (N, H)      the states before the first step
    W_xh  (D, H)      as in exercise 9, and so are
    W_hh  (H, H)
    b     (H,)
    hs    (T, N, H)   the states after each step: hs[0] has seen x[0]
    W_hy  (H, V)      how much each unit counts for each of V scores
    b_y   (V,)        one number for each score

**What to write.** `rnn_forward` carries the state through all steps and returns one array of what it was after each.
Write the line of your cell into it once more. `rnn_outputs` is the readout for many-to-many and gives (T, N, V);
`last_output` is the one for many-to-one and gives (N, V). NumPy's `@` also takes an array with three axes on its left.

**What to notice.** There is a single W_xh, one W_hh and one b. That is the parameter sharing which the window of
exercise 2 did not have: what the cell knows of "not" it knows in every place.

**Where it leads.** These weights are random until somebody learns them. Exercise 11 takes the blame for a wrong guess
back through one step, and exercise 12 through all of them.

Run this file, or `python grader.py unroll`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# The sentences become ten times as long, from 10 words to 100. How many times as many weights are needed? (a number)
times_as_many_weights = 1  # PREDICTION: the same cell reads on

# x has the shape (7, 3, 4) and there are 5 units. What is the shape of hs? (a shape)
shape_of_hs = (7, 3, 5)  # PREDICTION: a state for each step, and h0 is none of them

# Somebody writes another word into x[3]. Is hs[2] another one now? (yes or no)
changes_with_x3 = "no"  # PREDICTION: it holds what was read so far


# %%
def rnn_forward(x, h0, W_xh, W_hh, b):
    """The states after each step, by the cell of exercise 9.

    Args:
        x: (T, N, D), T of at least 1
        h0: (N, H)
        W_xh: (D, H)
        W_hh: (H, H)
        b: (H,)

    Returns:
        hs: (T, N, H), a new array; the arguments stay as they are.

    >>> x = np.array([1.0, 0.0, 0.0, 0.0]).reshape(4, 1, 1)
    >>> hs = rnn_forward(x, h0=np.zeros((1, 1)), W_xh=np.array([[1.0]]), W_hh=np.array([[0.5]]), b=np.zeros(1))
    >>> hs.round(3).ravel().tolist()
    [0.762, 0.363, 0.18, 0.09]
    """
    # BEGIN SOLUTION
    h = h0
    hs = []
    for x_t in x:
        h = np.tanh(x_t @ W_xh + h @ W_hh + b)
        hs.append(h)
    return np.stack(hs)
    # END SOLUTION


def rnn_outputs(hs, W_hy, b_y):
    """Many-to-many: the scores after each step.

    Returns:
        scores: (T, N, V), a new array; the arguments stay as they are.

    >>> echo = np.array([0.762, 0.363, 0.180, 0.090]).reshape(4, 1, 1)
    >>> rnn_outputs(echo, W_hy=np.array([[2.0]]), b_y=np.array([1.0])).round(2).ravel().tolist()
    [2.52, 1.73, 1.36, 1.18]
    """
    # BEGIN SOLUTION
    return hs @ W_hy + b_y
    # END SOLUTION


def last_output(hs, W_hy, b_y):
    """Many-to-one: the scores at the end, when all has been read.

    Returns:
        scores: (N, V), a new array; the arguments stay as they are.

    >>> echo = np.array([0.762, 0.363, 0.180, 0.090]).reshape(4, 1, 1)
    >>> last_output(echo, W_hy=np.array([[2.0]]), b_y=np.array([1.0]))
    array([[1.18]])
    """
    # BEGIN SOLUTION
    return hs[-1] @ W_hy + b_y
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
