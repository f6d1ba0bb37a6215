# %% [markdown]
"""
# Exercise 11: One step back

**The question.** "This morning I took my cat for a ___", and your network said *swim*. The readout complains about the
state that it was given: this number of h should have been larger, that one smaller. What did the cell do wrong? Was it
the word, what was remembered, or one of the weights?

**The idea.** You know each part of the way back from exercises 5 and 6; here they meet in one cell. Forward, three
things are added up, and a tanh is taken of the sum. This sum is called the *pre-activation*, a:

    a = x W_xh + h_prev W_hh + b          h = tanh(a)

The blame for h comes from above, as dh. Going back it meets the tanh first. Its slope can be read off its output, so
each unit of each example passes on

    da = dh * (1 - h²)

A sum hands its blame on to everything that was added, undivided. So da is the blame for x W_xh, for h_prev W_hh and for
b alike. What remains are a product, another product and a bias. dx is the product's way back of exercise 5. Which is
it? Four are left. Ask of each: in which places was this number used, and what was it multiplied by there?

**A worked example.** One unit, one example: x = 3, h_prev = 0.5, W_xh = 2, W_hh = 0.5, and b was such that h came out
as 0.8. From above comes dh = 1.

    da = 1 · (1 - 0.8²) = 0.36
    dx = 0.36 · 2       = 0.72

All five results stand below, in the docstring of the function. Try to find the other four on paper first.

**The shapes.** Each gradient has the shape of what it belongs to.

    dh      (N, H)   how the loss changes with each number of h
    x       (N, D)   what the cell was given: the input,
    h_prev  (N, H)   and the state before the step
    h       (N, H)   what came out: the state after it
    W_xh    (D, H)
    W_hh    (H, H)

**What to write.** da, and from it five gradients: dx, dh_prev, dW_xh, dW_hh, db, in this order. Two states are there;
ask which of them W_hh has met. And all N examples have used the same weights and the same bias.

**What to notice.** Neither a nor b is needed to go back, but x, h_prev and h are. So whoever goes forward has to keep
the states of all steps, as `rnn_forward` of exercise 10 does.

**Where it leads.** dh_prev is the blame for the state that the step before gave out. There it is the next dh, and
exercise 12 goes on like this to the beginning of the sentence.

Run this file, or `python grader.py rnn_cell_backward`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# A unit came out as h = 0.999, and from above comes dh = 1. What is its da? (a number)
da_of_a_loud_unit = 1 - 0.999**2  # PREDICTION: it is saturated

# Each example is put into the batch twice, with its dh. How many times as large is dW_xh now? (a number)
times_as_large = 2  # PREDICTION: the weights are blamed for both

# It was the first word, and h_prev is 0. Is dh_prev 0 as well, whatever dh is? (yes or no)
dh_prev_is_zero = "no"  # PREDICTION: it goes by W_hh


# %%
def rnn_cell_backward(dh, x, h_prev, h, W_xh, W_hh):
    """The way back through h = tanh(x W_xh + h_prev W_hh + b).

    Returns:
        dx:      (N, D)
        dh_prev: (N, H)
        dW_xh:   (D, H)
        dW_hh:   (H, H)
        db:      (H,)

    All are new arrays; the arguments stay as they are.

    >>> one = np.ones((1, 1))
    >>> back = rnn_cell_backward(dh=one, x=3 * one, h_prev=0.5 * one, h=0.8 * one, W_xh=2 * one, W_hh=0.5 * one)
    >>> [gradient.round(2).tolist() for gradient in back]
    [[[0.72]], [[0.18]], [[1.08]], [[0.18]], [0.36]]
    """
    # BEGIN SOLUTION
    da = dh * (1 - h**2)
    dx = da @ W_xh.T
    dh_prev = da @ W_hh.T
    dW_xh = x.T @ da
    dW_hh = h_prev.T @ da
    db = np.sum(da, axis=0)
    return dx, dh_prev, dW_xh, dW_hh, db
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
